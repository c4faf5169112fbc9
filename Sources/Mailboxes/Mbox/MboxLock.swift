import Glibc

/// Keeps those away who deliver to an mbox while it is looked through.
///
/// It is a shared lock by fcntl(2), on which Debian's mail programs agree. It is gone when the file
/// is closed.
enum MboxLock {
  /// How long a writer is waited for, in milliseconds.
  static let patience = 5_000

  /// Locks an open mbox.
  ///
  /// - Returns: Whether the lock was had; file systems that have no locks count as locked.
  static func lock(_ file: MailFile) -> Bool {
    for _ in 0..<(patience / 50) {
      guard set(file, F_RDLCK) != 0 else { return true }
      guard errno == EAGAIN || errno == EACCES else { return true }
      usleep(50_000)
    }
    return false
  }

  /// Lets go.
  static func unlock(_ file: MailFile) { _ = set(file, F_UNLCK) }

  private static func set(_ file: MailFile, _ type: Int32) -> Int32 {
    var lock = flock()
    lock.l_type = Int16(type)
    lock.l_whence = Int16(SEEK_SET)
    return withUnsafeMutablePointer(to: &lock) { fcntl(file.descriptor, F_SETLK, $0) }
  }
}
