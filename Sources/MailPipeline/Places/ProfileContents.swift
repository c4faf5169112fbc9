import Glibc
import TrackingStore

/// Reads profiles, but none that somebody else could have written: a profile says where mail goes.
public enum ProfileContents {
  /// The bytes of a profile.
  ///
  /// A symbolic link is followed where it is this user's or root's own.
  ///
  /// - Throws: `FileError`; `UnsafeFile`.
  public static func read(_ path: String) throws -> [UInt8] {
    // A FIFO that nobody writes must not hold us up.
    let flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK
    var descriptor = open(path, flags | O_NOFOLLOW)
    if descriptor < 0, errno == ELOOP {
      var link = stat()
      guard lstat(path, &link) == 0 else { throw FileError(path: path, code: errno) }
      guard Distrust.isTrusted(link.st_uid) else {
        throw UnsafeFile(path: path, distrust: .foreignOwner)
      }
      descriptor = open(path, flags)
    }
    guard descriptor >= 0 else { throw FileError(path: path, code: errno) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw FileError(path: path, code: errno) }
    if let distrust = Distrust.ofProfile(status) {
      throw UnsafeFile(path: path, distrust: distrust)
    }
    return try FileContents.read(descriptor, path: path)
  }
}
