import CSystem
import Glibc

/// Why a file or folder is not trusted: somebody else could have made it, or can change it, or it
/// lies where it is not safe.
package enum Distrust: Hashable, Sendable, CustomStringConvertible {
  /// A symbolic link stands in its place.
  case symbolicLink
  /// The same in a folder where only this program makes files: no link is of use there.
  case strayLink
  /// A FIFO, a device or anything else stands in its place.
  case notRegular
  /// It belongs neither to this user nor to root.
  case foreignOwner
  /// Everybody may write it.
  case writableByAll
  /// A group may write it.
  case writableByGroup
  /// Somebody else may read it.
  case readableByOthers
  /// Others may put files into the folder that it lies in, or the folder is somebody else's.
  case openFolder
  /// It lies on a file system that several machines share.
  case network

  /// What is wrong, without the path.
  package var description: String {
    switch self {
    case .symbolicLink, .strayLink: "it is a symbolic link"
    case .notRegular: "not a regular file"
    case .foreignOwner: "it belongs to somebody else"
    case .writableByAll: "everybody may write it"
    case .writableByGroup: "a group may write it"
    case .readableByOthers: "others than you may read it"
    case .openFolder: "others may replace what lies in its folder"
    case .network: "it lies on a network file system"
    }
  }

  /// What mends it: a command where one does.
  package func remedy(_ path: String) -> String {
    let name = Self.quoted(path)
    return switch self {
    case .symbolicLink: "name in the profile what the link \(name) leads to"
    case .strayLink: "it lies where this program keeps its own files; remove it: rm \(name)"
    case .notRegular: "move \(name) away"
    case .foreignOwner: "run this as its owner, or: chown \(geteuid()) \(name)"
    case .writableByAll, .writableByGroup: "chmod go-w \(name)"
    case .readableByOthers: "chmod 600 \(name)"
    case .openFolder: "move \(name) to a folder that only you may write"
    case .network: "move \(name) to a disk of this machine"
    }
  }

  /// A path as a shell takes it.
  package static func quoted(_ path: String) -> String {
    // By bytes: a character that joins an apostrophe hides it from no shell.
    var bytes = Array("'".utf8)
    for byte in path.utf8 { bytes += byte == UInt8(ascii: "'") ? Array("'\\''".utf8) : [byte] }
    return String(decoding: bytes + Array("'".utf8), as: UTF8.self)
  }

  /// What SQLite and this program put beside a store, by how their names end.
  ///
  /// SQLite takes what stands there for its own: who could write it could change the store.
  package static let companions = ["-wal", "-shm", "-journal", ".lock"]

  /// What speaks against a store by what stands under its name, its folder, and what stands beside it.
  ///
  /// A group may write it where it was made for one: its folder gives its files to the same group.
  package static func ofStore(_ path: String, _ status: stat) -> Distrust? {
    if let distrust = ofStoreFile(path, status) ?? ofStoreFolder(path, status) { return distrust }
    for name in companions {
      if let distrust = ofCompanion(path + name, of: path, status) { return distrust }
    }
    return nil
  }

  /// What speaks against a store by its file alone.
  package static func ofStoreFile(_ path: String, _ status: stat) -> Distrust? {
    if let distrust = ofKind(status, S_IFREG) { return distrust }
    if status.st_mode & 0o002 != 0 { return .writableByAll }
    if status.st_mode & 0o020 != 0 {
      guard isShared(path, status) else { return .writableByGroup }
    } else if !isTrusted(status.st_uid) {
      return .foreignOwner
    }
    return isOnNetwork(path) ? .network : nil
  }

  /// What speaks against what stands beside a store under the name `companion`.
  package static func ofCompanion(
    _ companion: String, of path: String, _ status: stat
  ) -> Distrust? {
    var own = stat()
    guard lstat(companion, &own) == 0 else { return nil }
    if let distrust = ofKind(own, S_IFREG) { return distrust }
    if own.st_mode & 0o002 != 0 { return .writableByAll }
    if isTrusted(own.st_uid) { return nil }
    return isForGroup(path, status) && own.st_gid == status.st_gid ? nil : .foreignOwner
  }

  /// What speaks against the folder of a store that is there.
  package static func ofStoreFolder(_ path: String, _ status: stat) -> Distrust? {
    guard let folder = folderStatus(of: path) else { return nil }
    // That of a group's store is its members'.
    return isForGroup(path, status) ? nil : ofStoreFolder(folder)
  }

  /// What speaks against making a store in a folder; `nil` where there is no such folder yet.
  package static func ofPlace(_ path: String) -> Distrust? {
    guard let folder = folderStatus(of: path) else { return nil }
    return ofStoreFolder(folder)
      ?? (isOnNetwork(FilePath.folder(of: path)) ? .network : nil)
  }

  private static func ofStoreFolder(_ status: stat) -> Distrust? {
    // A sticky one, as /tmp is, keeps what is there, but a log that is not there yet anybody can make.
    if !isTrusted(status.st_uid) || status.st_mode & 0o002 != 0 { return .openFolder }
    guard status.st_mode & 0o020 != 0 else { return nil }
    return isOwnGroup(status.st_gid, of: status.st_uid) ? nil : .openFolder
  }

  private static func folderStatus(of path: String) -> stat? {
    var status = stat()
    return stat(FilePath.folder(of: path), &status) == 0 ? status : nil
  }

  /// Whether a store was made for a group.
  package static func isForGroup(_ path: String, _ status: stat) -> Bool {
    status.st_mode & 0o020 != 0 && isShared(path, status)
  }

  private static func isShared(_ path: String, _ status: stat) -> Bool {
    guard let folder = folderStatus(of: path) else { return false }
    return status.st_mode & 0o060 == 0o060 && folder.st_mode & S_ISGID != 0
      && folder.st_gid == status.st_gid && folder.st_mode & 0o002 == 0
  }

  /// What speaks against the folder of a spool.
  package static func ofSpool(_ status: stat) -> Distrust? {
    if let distrust = ofKind(status, S_IFDIR) { return distrust }
    // Not even root's: what waits is sent on as this user's.
    if status.st_uid != geteuid() { return .foreignOwner }
    if status.st_mode & 0o002 != 0 { return .writableByAll }
    return status.st_mode & 0o020 != 0 ? .writableByGroup : nil
  }

  /// What speaks against a profile that is open.
  package static func ofProfile(_ status: stat) -> Distrust? {
    if let distrust = ofKind(status, S_IFREG) { return distrust }
    if !isTrusted(status.st_uid) { return .foreignOwner }
    if status.st_mode & 0o002 != 0 { return .writableByAll }
    guard status.st_mode & 0o020 != 0 else { return nil }
    return isOwnGroup(status.st_gid, of: status.st_uid) ? nil : .writableByGroup
  }

  /// What speaks against a file that holds what is secret, and is open.
  package static func ofSecret(_ status: stat) -> Distrust? {
    if let distrust = ofKind(status, S_IFREG) { return distrust }
    if !isTrusted(status.st_uid) { return .foreignOwner }
    return status.st_mode & 0o077 != 0 ? .readableByOthers : nil
  }

  /// What speaks against running a program by what stands under its name, and its folder.
  package static func ofProgram(_ path: String, _ status: stat) -> Distrust? {
    if let distrust = ofKind(status, S_IFREG) { return distrust }
    if !isTrusted(status.st_uid) { return .foreignOwner }
    if status.st_mode & 0o002 != 0 { return .writableByAll }
    if status.st_mode & 0o020 != 0, !isOwnGroup(status.st_gid, of: status.st_uid) {
      return .writableByGroup
    }
    guard let folder = folderStatus(of: path) else { return nil }
    return ofStoreFolder(folder)
  }

  /// Whether a user's files are trusted: this user's and root's.
  package static func isTrusted(_ user: uid_t) -> Bool { user == 0 || user == geteuid() }

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

/// A file that is not read, because somebody else could have written it.
package struct UnsafeFile: Error, Hashable, Sendable, CustomStringConvertible {
  /// The file.
  package let path: String
  /// What speaks against it.
  package let distrust: Distrust

  /// Names a file and what speaks against it.
  package init(path: String, distrust: Distrust) {
    self.path = path
    self.distrust = distrust
  }

  /// What is wrong and what mends it, in one line.
  package var description: String { "\(path): \(distrust); \(distrust.remedy(path))" }
}
