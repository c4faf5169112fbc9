import CSystem
import Glibc

/// Writes files that are there whole or not at all, and survive a power cut once written.
public enum AtomicFile {
  /// A file could not be given the owner, group and mode of the one that it was to replace.
  public struct NotAlike: Error {}

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
  public static func write(
    _ name: String, in folder: String, like original: stat? = nil, replaces: Bool = false,
    moves: ((_ temporary: String) throws -> Void)? = nil,
    _ write: ((UnsafeRawBufferPointer) throws(FileError) -> Void) throws -> Void
  ) throws {
    let path = folder + "/" + name
    let temporary = folder + "/.tmp-" + name
    unlink(temporary)
    let descriptor = open(
      temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw FileError(path: path, code: errno) }
    var isDone = false
    defer { if !isDone { unlink(temporary) } }
    do {
      defer { close(descriptor) }
      fchmod(descriptor, 0o600)
      try write { bytes throws(FileError) in
        var position = 0
        while position < bytes.count {
          let count = Glibc.write(
            descriptor, bytes.baseAddress.map { $0 + position }, bytes.count - position)
          if count < 0, errno == EINTR { continue }
          guard count > 0 else { throw FileError(path: path, code: count < 0 ? errno : ENOSPC) }
          position += count
        }
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
      ? (rename(temporary, path) == 0 ? 0 : errno) : csystem_rename_new(temporary, path)
    guard result == 0 else { throw FileError(path: path, code: result) }
    isDone = true
    try syncFolder(folder)
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
  static func syncFolder(_ folder: String) throws(FileError) {
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
  public static func makeFolder(_ path: String) throws(FileError) {
    let slash = path.lastIndex(of: "/") ?? path.startIndex
    let parent = slash > path.startIndex ? String(path[..<slash]) : "/"
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
