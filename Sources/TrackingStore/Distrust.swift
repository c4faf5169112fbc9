import CSystem
import Glibc

/// Why a file or folder is not trusted: somebody else could have made it, or can change it, or it
/// lies where it is not safe.
public enum Distrust: Hashable, Sendable, CustomStringConvertible {
  /// A symbolic link stands in its place.
  case symbolicLink
  /// A FIFO, a device or anything else stands in its place.
  case notRegular
  /// It belongs neither to this user nor to root.
  case foreignOwner
  /// Everybody may write it.
  case writableByAll
  /// A group may write it.
  case writableByGroup
  /// It lies on a file system that several machines share.
  case network

  /// What is wrong, without the path.
  public var description: String {
    switch self {
    case .symbolicLink: "it is a symbolic link"
    case .notRegular: "not a regular file"
    case .foreignOwner: "it belongs to somebody else"
    case .writableByAll: "everybody may write it"
    case .writableByGroup: "a group may write it"
    case .network: "it lies on a network file system"
    }
  }

  /// What mends it: a command where one does.
  public func remedy(_ path: String) -> String {
    let name = Self.quoted(path)
    return switch self {
    case .symbolicLink: "name in the profile what the link \(name) leads to"
    case .notRegular: "move \(name) away"
    case .foreignOwner: "run this as its owner, or: chown \(geteuid()) \(name)"
    case .writableByAll, .writableByGroup: "chmod go-w \(name)"
    case .network: "move \(name) to a disk of this machine"
    }
  }

  /// A path as a shell takes it.
  public static func quoted(_ path: String) -> String {
    "'" + path.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''")
      + "'"
  }

  /// What speaks against a store by what stands under its name.
  ///
  /// A group may write it where it was made for one: its folder gives its files to the same group.
  public static func ofStore(_ path: String, _ status: stat) -> Distrust? {
    if let distrust = ofKind(status, S_IFREG) { return distrust }
    if status.st_mode & 0o002 != 0 { return .writableByAll }
    if status.st_mode & 0o020 != 0 {
      guard isShared(path, status) else { return .writableByGroup }
    } else if !isTrusted(status.st_uid) {
      return .foreignOwner
    }
    return csystem_is_on_network(path) != 0 ? .network : nil
  }

  /// Whether a store was made for a group.
  public static func isForGroup(_ path: String, _ status: stat) -> Bool {
    status.st_mode & 0o020 != 0 && isShared(path, status)
  }

  private static func isShared(_ path: String, _ status: stat) -> Bool {
    var folder = stat()
    let slash = path.lastIndex(of: "/") ?? path.startIndex
    guard stat(String(path[..<slash]), &folder) == 0 else { return false }
    return status.st_mode & 0o060 == 0o060 && folder.st_mode & S_ISGID != 0
      && folder.st_gid == status.st_gid && folder.st_mode & 0o002 == 0
  }

  /// What speaks against the folder of a spool.
  public static func ofSpool(_ status: stat) -> Distrust? {
    if let distrust = ofKind(status, S_IFDIR) { return distrust }
    // Not even root's: what waits is sent on as this user's.
    if status.st_uid != geteuid() { return .foreignOwner }
    if status.st_mode & 0o002 != 0 { return .writableByAll }
    return status.st_mode & 0o020 != 0 ? .writableByGroup : nil
  }

  /// What speaks against a profile that is open.
  public static func ofProfile(_ status: stat) -> Distrust? {
    if let distrust = ofKind(status, S_IFREG) { return distrust }
    if !isTrusted(status.st_uid) { return .foreignOwner }
    if status.st_mode & 0o002 != 0 { return .writableByAll }
    guard status.st_mode & 0o020 != 0 else { return nil }
    return isOwnGroup(status.st_gid, of: status.st_uid) ? nil : .writableByGroup
  }

  /// Whether a user's files are trusted: this user's and root's.
  public static func isTrusted(_ user: uid_t) -> Bool { user == 0 || user == geteuid() }

  private static func ofKind(_ status: stat, _ kind: mode_t) -> Distrust? {
    switch status.st_mode & S_IFMT {
    case kind: nil
    case S_IFLNK: .symbolicLink
    default: .notRegular
    }
  }

  /// Whether a group is a user's own, with nobody else in it, as many systems give each user one.
  private static func isOwnGroup(_ group: gid_t, of user: uid_t) -> Bool {
    guard let entry = getpwuid(user)?.pointee, entry.pw_gid == group,
      let members = getgrgid(group)?.pointee.gr_mem
    else { return false }
    return members.pointee == nil
  }
}
