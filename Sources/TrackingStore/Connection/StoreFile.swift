import CSystem
import Glibc
import System
import Tracking

/// The file of a store and the folders above it: private from the first moment.
enum StoreFile {
  /// Makes the file where there is none, 0600 whatever the umask; SQLite gives its companions the
  /// same mode.
  ///
  /// - Returns: Its length in bytes.
  /// - Throws: `StoreError`.
  static func create(_ path: String) throws -> Int {
    do {
      let size = try examine(path)
      // Under a umask of 0777 whoever was stopped when it made the file left it without permissions.
      if size == 0 { try makeUsable(path) }
      return size
    } catch let error as StoreError where error.kind == .missing {
      try examinePlace(path)
      try createFolder(of: path)
    }
    let descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
    if descriptor >= 0 {
      // A umask may take away the owner's own permissions.
      fchmod(descriptor, 0o600)
      close(descriptor)
    } else if errno != EEXIST {
      throw StoreError(systemError: errno, while: "making it")
    }
    return try examine(path)
  }

  private static func examinePlace(_ path: String) throws {
    guard let distrust = Distrust.ofPlace(path) else { return }
    throw StoreError(.unsafe, detail: distrust.description)
  }

  private static func makeUsable(_ path: String) throws {
    var status = stat()
    guard lstat(path, &status) == 0, status.st_mode & 0o600 != 0o600 else { return }
    // The name was examined: it is no link, and nobody else may put another file in its place.
    guard chmod(path, 0o600) == 0 else { throw StoreError(systemError: errno, while: "making it") }
  }

  /// Makes sure that a file can be trusted.
  ///
  /// - Returns: Its length in bytes.
  /// - Throws: `StoreError`; its kind is `missing` where there is no file.
  static func examine(_ path: String) throws -> Int {
    var status = stat()
    guard lstat(path, &status) == 0 else {
      throw StoreError(systemError: errno, while: "looking for it")
    }
    if let distrust = Distrust.ofStore(path, status) {
      throw StoreError(
        distrust == .notRegular ? .notAStore : .unsafe, detail: distrust.description)
    }
    return Int(status.st_size)
  }

  /// Makes the file, or gives one that is there, to a Unix group: 0660, its folder 2770, so that
  /// SQLite's companions belong to the group, too.
  ///
  /// - Throws: `StoreError`.
  static func share(_ path: String, with group: UInt32) throws {
    guard let slash = path.lastIndex(of: "/"), slash > path.startIndex else {
      throw StoreError(.permission, detail: "a store in the root folder")
    }
    _ = try create(path)
    for name in [path + ".lock", path + "-wal", path + "-shm", path] {
      let descriptor = open(
        name, (name.hasSuffix(".lock") ? O_CREAT : 0) | O_RDWR | O_CLOEXEC | O_NOFOLLOW, 0o660)
      guard descriptor >= 0 else {
        if errno == ENOENT { continue }
        throw StoreError(systemError: errno, while: "sharing it")
      }
      defer { close(descriptor) }
      guard fchown(descriptor, uid_t.max, group) == 0, fchmod(descriptor, 0o660) == 0 else {
        throw StoreError(systemError: errno, while: "sharing it")
      }
    }
    let folder = String(path[..<slash])
    guard chown(folder, uid_t.max, group) == 0, chmod(folder, 0o2770) == 0 else {
      throw StoreError(systemError: errno, while: "sharing its folder")
    }
  }

  /// Makes the folder of a file, 0700, with all folders above it.
  private static func createFolder(of path: String) throws {
    guard let slash = path.lastIndex(of: "/"), slash > path.startIndex else { return }
    let folder = String(path[..<slash])
    var status = stat()
    if stat(folder, &status) == 0 { return }
    try createFolder(of: folder)
    guard mkdir(folder, 0o700) == 0 || errno == EEXIST else {
      throw StoreError(systemError: errno, while: "making its folder")
    }
    // SQLite syncs the folder of a store, and nobody those above it.
    if let slash = folder.lastIndex(of: "/"), slash > folder.startIndex {
      try? sync(String(folder[..<slash]))
    }
  }

  /// Whether a file lies on a file system that is mounted read-only.
  static func isOnReadOnlyMedium(_ path: String) -> Bool {
    var status = statvfs()
    return FilePath.withCString(path) { statvfs($0, &status) } == 0
      && status.f_flag & UInt(ST_RDONLY) != 0
  }

  /// The name by which SQLite opens a file.
  static func name(_ path: String) -> String {
    FilePath.bytes(of: path).elementsEqual(path.utf8) ? path : uri(path)
  }

  /// A file as a URI (sqlite.org/uri.html), in which all bytes can be said.
  static func uri(_ path: String) -> String {
    var uri = "file:"
    for byte in FilePath.bytes(of: path) {
      if byte >= 0x80 || byte == UInt8(ascii: "%") || byte == UInt8(ascii: "?")
        || byte == UInt8(ascii: "#")
      {
        uri += "%" + String(byte, radix: 16)
      } else {
        uri.unicodeScalars.append(Unicode.Scalar(byte))
      }
    }
    return uri
  }

  /// The length of a file in bytes; 0 where there is none.
  static func size(_ path: String) -> Int {
    var status = stat()
    return stat(path, &status) == 0 ? Int(status.st_size) : 0
  }

  /// Makes a file survive a power cut.
  ///
  /// - Throws: `StoreError`.
  static func sync(_ path: String) throws {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw StoreError(systemError: errno, while: "syncing it") }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else { throw StoreError(systemError: errno, while: "syncing it") }
  }
}
