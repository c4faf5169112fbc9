import CSystem
import Glibc

/// Writes files that are there whole or not at all, and survive a power cut once written.
package enum AtomicFile {
  /// A file could not be given the owner, group and mode of the one that it was to replace.
  package struct NotAlike: Error {}

  /// Writes a file under a temporary name in the same folder, syncs it, gives it its name, and
  /// syncs the folder.
  ///
  /// - Parameters:
  ///   - name: The file's name.
  ///   - folder: Its folder.
  ///   - original: The file whose owner, group and mode it takes; without it, it is the caller's,
  ///     0600, whatever the umask.
  ///   - replaces: Whether a file of that name is replaced; else that is the error EEXIST.
  ///   - moves: Gives the whole file its name in another way, and syncs that.
  ///   - write: Writes the content with the function it is given.
  /// - Throws: `FileError`; `NotAlike`; what `write` throws.
  package static func write(
    _ name: String, in folder: String, like original: stat? = nil, replaces: Bool = false,
    moves: ((_ temporary: String) throws -> Void)? = nil,
    _ write: ((UnsafeRawBufferPointer) throws(FileError) -> Void) throws -> Void
  ) throws {
    let path = folder + "/" + name
    let temporary = temporaryPath(for: name, in: folder)
    let descriptor = try openTemporary(temporary, for: path)
    // Last of all: the lock goes with it.
    defer { close(descriptor) }
    var isDone = false
    defer { if !isDone { unlink(temporary) } }
    do {
      try write { bytes throws(FileError) in
        let code = Descriptor.writeAll(bytes, to: descriptor)
        guard code == 0 else { throw FileError(path: path, code: code) }
      }
      if let original { try makeAlike(descriptor, original, path: path) }
      guard fsync(descriptor) == 0 else { throw FileError(path: path, code: errno) }
    }
    if let moves {
      try moves(temporary)
      isDone = true
      return
    }
    let result =
      replaces
      ? (rename(temporary, path) == 0 ? 0 : errno) : renameNew(temporary, path)
    guard result == 0 else { throw FileError(path: path, code: result) }
    isDone = true
    try syncFolder(folder)
  }

  /// What a file is called until it is whole.
  package static func temporaryPath(for name: String, in folder: String) -> String {
    folder + "/.tmp-" + name
  }

  /// Opens a file of ours, empty, 0600, under the name that it has until it is whole.
  ///
  /// It is locked: of two who make one file at once the second fails. What somebody left who was
  /// killed is taken over.
  ///
  /// - Parameters:
  ///   - temporary: Its name until it is whole.
  ///   - path: What it is to be called, for the error.
  /// - Returns: A descriptor; whoever closes it gives the lock up.
  /// - Throws: `FileError`; its code is EEXIST where somebody else is making the file.
  package static func openTemporary(
    _ temporary: String, for path: String
  ) throws(FileError) -> Int32 {
    // Somebody else may end, and take the name away, between any two of these calls.
    for _ in 0..<100 {
      let descriptor = open(
        temporary, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0o600)
      guard descriptor >= 0 else {
        // A link, a file that another user left, or one that a umask of 0777 left without permissions.
        if errno == ELOOP || errno == EACCES || errno == ENXIO, unlink(temporary) == 0 { continue }
        throw FileError(path: path, code: errno)
      }
      var own = stat()
      var named = stat()
      guard fstat(descriptor, &own) == 0, own.st_mode & S_IFMT == S_IFREG,
        own.st_uid == geteuid(), own.st_nlink <= 1
      else {
        close(descriptor)
        guard unlink(temporary) == 0 else { throw FileError(path: path, code: errno) }
        continue
      }
      guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
        let code = errno == EWOULDBLOCK ? EEXIST : errno
        close(descriptor)
        throw FileError(path: path, code: code)
      }
      if lstat(temporary, &named) == 0, named.st_ino == own.st_ino, named.st_dev == own.st_dev {
        fchmod(descriptor, 0o600)
        guard ftruncate(descriptor, 0) == 0 else {
          let code = errno
          close(descriptor)
          throw FileError(path: path, code: code)
        }
        return descriptor
      }
      close(descriptor)
    }
    throw FileError(path: path, code: EEXIST)
  }

  /// Gives a file the owner, group and mode of another.
  private static func makeAlike(_ descriptor: Int32, _ original: stat, path: String) throws {
    let mode = original.st_mode & 0o7777
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw FileError(path: path, code: errno) }
    if status.st_uid != original.st_uid || status.st_gid != original.st_gid {
      guard fchown(descriptor, original.st_uid, original.st_gid) == 0 else { throw NotAlike() }
    }
    // After the owner, whose change takes bits of the mode away.
    fchmod(descriptor, mode)
    guard fstat(descriptor, &status) == 0 else { throw FileError(path: path, code: errno) }
    guard status.st_uid == original.st_uid, status.st_gid == original.st_gid,
      status.st_mode & 0o7777 == mode
    else { throw NotAlike() }
  }

  /// Makes the names in a folder survive a power cut.
  ///
  /// - Throws: `FileError`.
  package static func syncFolder(_ folder: String) throws(FileError) {
    let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw FileError(path: folder, code: errno) }
    defer { close(descriptor) }
    // Some file systems cannot sync a folder; their names are as safe as they get.
    guard fsync(descriptor) == 0 || errno == EINVAL else {
      throw FileError(path: folder, code: errno)
    }
  }

  /// Makes a folder, 0700, with all folders above it.
  ///
  /// - Throws: `FileError`.
  package static func makeFolder(_ path: String) throws(FileError) {
    let parent = FilePath.folder(of: path)
    if mkdir(path, 0o700) != 0, errno != EEXIST {
      guard errno == ENOENT, parent != "/" else { throw FileError(path: path, code: errno) }
      try makeFolder(parent)
      guard mkdir(path, 0o700) == 0 || errno == EEXIST else {
        throw FileError(path: path, code: errno)
      }
    }
    // Where the folder above may not be read, its names are as safe as they get.
    try? syncFolder(parent)
  }
}
