import CSystem
import Glibc

/// Keeps those away who deliver to an mbox while it is looked through.
///
/// It is a shared lock by fcntl(2), on which Debian's mail programs agree. It is gone when the file
/// is closed. The lock files of others are heeded, too, which some programs use alone; none is made:
/// nothing beside a mailbox is to be changed by who only reads.
enum MboxLock {
  /// How long a writer is waited for, in milliseconds.
  static let patience = 5_000
  /// A lock file that nobody touched for so long was left behind, in seconds: so do the programs hold
  /// it that make them (dotlockfile(1)).
  static let oldest: Int64 = 300

  /// Locks an open mbox.
  ///
  /// - Parameters:
  ///   - file: The mbox.
  ///   - path: Where it lies.
  /// - Returns: Whether the lock was had; file systems that have no locks count as locked.
  static func lock(_ file: MailFile, at path: MailPath) -> Bool {
    for _ in 0..<(patience / 50) {
      if !hasLockFile(path) {
        guard set(file, F_RDLCK) != 0, errno == EAGAIN || errno == EACCES else { return true }
      }
      usleep(50_000)
    }
    return false
  }

  /// Whether another program says by a file beside an mbox that it is writing to it.
  static func hasLockFile(_ path: MailPath) -> Bool {
    guard let stamp = FileStamp(MailPath(path.bytes + Array(".lock".utf8))) else { return false }
    return stamp.modifiedAt > csystem_realtime() - oldest * 1_000_000_000
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
