import CSystem
import Glibc
import System
import Tracking

/// The queue of those who want to write to one store: a lock on a file beside it.
///
/// SQLite's own busy timeout is unfair and fails under load. This queue is served in the order of
/// arrival, and a writer who dies leaves it by itself.
struct WritersLock {
  let path: String
  /// The store whose permissions the file gets where it is made.
  var store: String?

  /// The turn of the one who is served.
  struct Turn {
    fileprivate let descriptor: Int32
    // So long nobody minds.
    private let courtesy = Deadline(milliseconds: 50)

    fileprivate init(descriptor: Int32) { self.descriptor = descriptor }

    /// Whether anybody waits for it to end.
    var isWaitedFor: Bool { csystem_is_waited_for(descriptor) != 0 }

    /// Whether it lasts long, and somebody waits for it to end.
    var isOverdue: Bool { courtesy.hasPassed && isWaitedFor }
  }

  /// Runs a body while no other writer of this program writes.
  ///
  /// - Throws: `StoreError` where the deadline passes first or the lock file cannot be opened; what
  ///   the body throws.
  func whileHeld<Result>(_ deadline: Deadline, _ body: (Turn) throws -> Result) throws -> Result {
    let descriptor = try openFile()
    defer { close(descriptor) }
    let result = csystem_queue_until(descriptor, deadline.monotonicNanoseconds)
    guard result == 0 else {
      throw result == ETIMEDOUT
        ? StoreError(.locked) : StoreError(systemError: result, while: "queueing to write")
    }
    return try body(Turn(descriptor: descriptor))
  }

  /// Opens the file, and makes it where there is none: a group's store has a lock for the group, whoever
  /// comes first.
  private func openFile() throws -> Int32 {
    let present = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW)
    if present >= 0 { return present }
    if errno == EACCES {
      // Under a umask of 0777 whoever was stopped when it made the file left it without permissions.
      var status = stat()
      guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
        status.st_uid == geteuid(), status.st_mode & 0o600 != 0o600, chmod(path, mode) == 0
      else { throw StoreError(systemError: EACCES, while: "queueing to write") }
    } else if errno != ENOENT {
      throw StoreError(systemError: errno, while: "queueing to write")
    }
    let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard descriptor >= 0 else { throw StoreError(systemError: errno, while: "queueing to write") }
    // Refused where somebody else was faster, who did it.
    fchmod(descriptor, mode)
    return descriptor
  }

  private var mode: mode_t {
    var status = stat()
    guard let store, lstat(store, &status) == 0, Distrust.isForGroup(store, status) else {
      return 0o600
    }
    return 0o660
  }
}
