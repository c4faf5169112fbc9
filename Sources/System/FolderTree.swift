import CSystem
import Glibc

/// A folder of which each file is made and replaced whole, and in which no link is followed: whoever
/// plants one gets nothing written elsewhere.
///
/// Several threads may write at a time, each with a slot of its own.
package final class FolderTree: @unchecked Sendable {
  /// The folder.
  package let path: String
  /// Its group, whose members may read what is written; `nil` for the user alone.
  private let group: gid_t?
  private let root: Int32
  private let temporary: Int32
  private let temporaryName: String

  // Folders in the folder, by their names; guarded by the condition.
  private var folders: [String: Int32] = [:]
  private let condition = WorkCondition()

  /// Opens a folder, or makes it.
  ///
  /// - Parameters:
  ///   - path: The folder; a link that the caller named is followed, those in it are not.
  ///   - group: The group whose members may read what is written.
  ///   - temporaryName: The folder in it for what is not whole yet.
  ///   - isFit: Whether it may be used, by the names of what is in it.
  /// - Throws: `FileError`; `UnsafeFile` where it belongs to somebody else; what `isFit` throws.
  package init(
    _ path: String, group: gid_t?, temporaryName: String, isFit: ([String]) throws -> Void
  ) throws {
    self.path = path
    self.group = group
    self.temporaryName = temporaryName
    var status = stat()
    if stat(path, &status) != 0 {
      guard errno == ENOENT else { throw FileError(path: path, code: errno) }
      try AtomicFile.makeFolder(path)
    }
    let root = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard root >= 0 else { throw FileError(path: path, code: errno) }
    self.root = root
    var opened: Int32 = -1
    do {
      guard fstat(root, &status) == 0 else { throw FileError(path: path, code: errno) }
      guard status.st_uid == geteuid() else {
        throw UnsafeFile(path: path, distrust: .foreignOwner)
      }
      try isFit(Self.names(in: root, path: path))
      opened = try Self.folder(temporaryName, in: root, of: path, group: nil, makes: true)
    } catch {
      close(root)
      throw error
    }
    temporary = opened
  }

  deinit {
    for folder in folders.values { close(folder) }
    if temporary >= 0 { close(temporary) }
    if root >= 0 { close(root) }
  }

  // MARK: Writing

  /// Writes a file, whole or not at all; it does not survive a power cut before `sync`.
  ///
  /// - Parameters:
  ///   - name: Its path in the folder.
  ///   - bytes: Its content.
  ///   - slot: A number that no other thread uses at the time.
  ///   - isPrivate: Whether it is for the user alone, whatever the group.
  /// - Throws: `FileError`; `UnsafeFile` where a link stands in the place of a folder.
  package func write(
    _ name: String, _ bytes: UnsafeRawBufferPointer, slot: Int, isPrivate: Bool = false
  ) throws {
    let whole = "\(slot)"
    let full = path + "/" + name
    let descriptor = openat(
      temporary, whole, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw FileError(path: full, code: errno) }
    var code = Descriptor.writeAll(bytes, to: descriptor)
    if code == 0, let group, !isPrivate {
      if fchown(descriptor, uid_t.max, group) != 0 || fchmod(descriptor, 0o640) != 0 {
        code = errno
      }
    }
    if code == 0, isPrivate, fsync(descriptor) != 0 { code = errno }
    if close(descriptor) != 0, code == 0, errno != EINTR { code = errno }
    do {
      guard code == 0 else { throw FileError(path: full, code: code) }
      try inFolder(of: name, makes: true) { folder, last in
        guard renameat(temporary, whole, folder, last) == 0 else {
          throw FileError(path: full, code: errno)
        }
      }
    } catch {
      unlinkat(temporary, whole, 0)
      throw error
    }
  }

  /// Makes all that was written survive a power cut.
  ///
  /// - Throws: `FileError`.
  package func sync() throws {
    let code = csystem_sync_filesystem(root)
    guard code == 0 else { throw FileError(path: path, code: code) }
  }

  // MARK: Reading and taking away

  /// The bytes of a file of the folder itself; `nil` where there is none.
  ///
  /// - Throws: `FileError`; `UnsafeFile` where it is a link or no file of this user's.
  package func read(_ name: String, limit: Int) throws -> [UInt8]? {
    let full = path + "/" + name
    let descriptor = openat(root, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK)
    if descriptor < 0, errno == ENOENT { return nil }
    if descriptor < 0, errno == ELOOP { throw UnsafeFile(path: full, distrust: .strayLink) }
    guard descriptor >= 0 else { throw FileError(path: full, code: errno) }
    defer { close(descriptor) }
    try Self.check(descriptor, S_IFREG, path: full)
    return try FileContents.read(descriptor, path: full, limit: limit)
  }

  /// Claims the folder for this process, until it ends; then its group may read it.
  ///
  /// - Parameter name: A file that is made for it.
  /// - Returns: Whether no other process has it.
  /// - Throws: `FileError`; `UnsafeFile` where what is there is no file of this user's.
  package func claim(_ name: String) throws -> Bool {
    let full = path + "/" + name
    let descriptor = openat(
      root, name, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK, 0o600)
    guard descriptor >= 0 else {
      let code = errno
      if code == ELOOP { throw UnsafeFile(path: full, distrust: .strayLink) }
      throw FileError(path: full, code: code)
    }
    var code: Int32 = 0
    do {
      // Who owns it could hold it for ever, or let two runs in.
      try Self.check(descriptor, S_IFREG, path: full)
      if flock(descriptor, LOCK_EX | LOCK_NB) != 0 { code = errno }
      // Before, the folder is that of the process that has it.
      if code == 0 { try Self.give(root, to: group, path: path) }
    } catch {
      close(descriptor)
      throw error
    }
    if code == 0 { return true }
    close(descriptor)
    guard code == EWOULDBLOCK else { throw FileError(path: full, code: code) }
    return false
  }

  /// Takes away what was left by a process that was killed before it was whole.
  ///
  /// - Throws: `FileError`.
  package func removeUnfinished() throws {
    try Self.removeFiles(in: temporary, path: path + "/" + temporaryName)
  }

  /// Takes a file away, and the folder that it lies in where it was the last in it.
  ///
  /// - Throws: `FileError`; `UnsafeFile`.
  package func remove(_ name: String) throws {
    try inFolder(of: name, makes: false) { folder, last in
      guard unlinkat(folder, last, 0) == 0 || errno == ENOENT else {
        throw FileError(path: path + "/" + name, code: errno)
      }
    }
    try removeEmpty(FilePath.folder(of: name))
  }

  /// Takes a folder away with the files in it; it stays where there is a folder in it.
  ///
  /// - Throws: `FileError`; `UnsafeFile`.
  package func removeFolder(_ name: String) throws {
    let file = name + "/-"
    try inFolder(of: file, makes: false) { folder, _ in
      try Self.removeFiles(in: folder, path: path + "/" + name)
    }
    try removeEmpty(name)
  }

  /// Takes all files of a folder away that can be.
  ///
  /// Folders stay: none is made there, but file servers put some of their own into each.
  private static func removeFiles(in folder: Int32, path: String) throws(FileError) {
    var failure: FileError?
    for name in try names(in: folder, path: path) where unlinkat(folder, name, 0) != 0 {
      let code = errno
      guard code != ENOENT, code != EISDIR, !isFolder(name, in: folder) else { continue }
      failure = failure ?? FileError(path: path + "/" + name, code: code)
    }
    if let failure { throw failure }
  }

  private static func isFolder(_ name: String, in folder: Int32) -> Bool {
    var status = stat()
    return fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW) == 0
      && status.st_mode & S_IFMT == S_IFDIR
  }

  /// Takes a folder of the folder's away where it is empty, and then that above it.
  ///
  /// Nobody else may write into the folder meanwhile.
  private func removeEmpty(_ name: String) throws {
    guard name != "." else { return }
    guard name.utf8.contains(UInt8(ascii: "/")) else {
      return condition.whileLocked {
        guard unlinkat(root, name, AT_REMOVEDIR) == 0 else { return }
        if let open = folders.removeValue(forKey: name) { close(open) }
      }
    }
    var isGone = false
    try inFolder(of: name, makes: false) { folder, last in
      isGone = unlinkat(folder, last, AT_REMOVEDIR) == 0
    }
    if isGone { try removeEmpty(FilePath.folder(of: name)) }
  }

  // MARK: Folders

  /// Runs a body with the folder of a file and its name there; without it, where the folder is not
  /// there and not to be made.
  private func inFolder(
    of name: String, makes: Bool, _ body: (Int32, String) throws -> Void
  ) throws {
    let parts = name.split(separator: "/").map(String.init)
    guard parts.count > 1, let last = parts.last else { return try body(root, name) }
    guard var folder = try top(parts[0], makes: makes) else { return }
    var isOpened = false
    defer { if isOpened { close(folder) } }
    var place = path + "/" + parts[0]
    for part in parts.dropFirst().dropLast() {
      let next = try Self.folder(part, in: folder, of: place, group: group, makes: makes)
      if isOpened { close(folder) }
      guard next >= 0 else {
        isOpened = false
        return
      }
      (folder, isOpened) = (next, true)
      place += "/" + part
    }
    try body(folder, last)
  }

  /// A folder in the folder, which stays open.
  private func top(_ name: String, makes: Bool) throws -> Int32? {
    try condition.whileLocked {
      if let folder = folders[name] { return folder }
      let folder = try Self.folder(name, in: root, of: path, group: group, makes: makes)
      guard folder >= 0 else { return nil }
      folders[name] = folder
      return folder
    }
  }

  /// Opens a folder, or makes it; -1 where it is not there and not to be made.
  ///
  /// One that is to be written into is this user's, with the mode and group that it is to have: also one
  /// that was left by a process that was killed before it gave them.
  private static func folder(
    _ name: String, in parent: Int32, of place: String, group: gid_t?, makes: Bool
  ) throws -> Int32 {
    let full = place + "/" + name
    for _ in 0..<2 {
      let folder = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
      if folder >= 0 {
        guard makes else { return folder }
        do {
          let status = try check(folder, S_IFDIR, path: full)
          if status.st_mode & 0o777 != mode(for: group)
            || group.map({ $0 != status.st_gid }) ?? false
          {
            try give(folder, to: group, path: full)
          }
          return folder
        } catch {
          close(folder)
          throw error
        }
      }
      switch errno {
      case ENOENT where !makes: return -1
      case ENOENT: break
      case ELOOP: throw UnsafeFile(path: full, distrust: .strayLink)
      case ENOTDIR: throw UnsafeFile(path: full, distrust: kind(of: name, in: parent))
      case let code: throw FileError(path: full, code: code)
      }
      guard mkdirat(parent, name, 0o700) == 0 || errno == EEXIST else {
        throw FileError(path: full, code: errno)
      }
    }
    throw FileError(path: full, code: ENOENT)
  }

  /// Checks that what is open is of a kind, and this user's.
  @discardableResult
  private static func check(_ descriptor: Int32, _ kind: mode_t, path: String) throws -> stat {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw FileError(path: path, code: errno) }
    guard status.st_mode & S_IFMT == kind else {
      throw UnsafeFile(path: path, distrust: .notRegular)
    }
    guard status.st_uid == geteuid() else {
      throw UnsafeFile(path: path, distrust: .foreignOwner)
    }
    return status
  }

  /// What stands in the place of a folder: Linux says of a link that it is no folder, too.
  private static func kind(of name: String, in parent: Int32) -> Distrust {
    var status = stat()
    guard fstatat(parent, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else { return .notRegular }
    return status.st_mode & S_IFMT == S_IFLNK ? .strayLink : .notRegular
  }

  /// The mode of folders for a group, or for the user alone.
  private static func mode(for group: gid_t?) -> mode_t { group == nil ? 0o700 : 0o750 }

  /// Gives a folder its mode and group.
  private static func give(
    _ folder: Int32, to group: gid_t?, path: String
  ) throws(FileError) {
    if let group {
      guard fchown(folder, uid_t.max, group) == 0 else { throw FileError(path: path, code: errno) }
    }
    guard fchmod(folder, mode(for: group)) == 0 else { throw FileError(path: path, code: errno) }
  }

  /// The names of what is in a folder.
  private static func names(in folder: Int32, path: String) throws(FileError) -> [String] {
    // Its own place in the folder, and one that is not closed with it.
    let copy = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard copy >= 0, let stream = fdopendir(copy) else {
      let code = errno
      if copy >= 0 { close(copy) }
      throw FileError(path: path, code: code)
    }
    defer { closedir(stream) }
    var names: [String] = []
    while true {
      errno = 0
      guard let entry = readdir(stream) else {
        guard errno == 0 else { throw FileError(path: path, code: errno) }
        return names
      }
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
        FilePath.text(of: bytes.prefix { $0 != 0 })
      }
      if name != ".", name != ".." { names.append(name) }
    }
  }
}
