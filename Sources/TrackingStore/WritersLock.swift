import CSystem
import Glibc

/// The queue of those who want to write to one store: a lock on a file beside it.
///
/// SQLite's own busy timeout is unfair and fails under load. This queue is served in the order of
/// arrival, and a writer who dies leaves it by itself.
struct WritersLock {
  let path: String

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
    let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard descriptor >= 0 else { throw StoreError(systemError: errno, while: "queueing to write") }
    defer { close(descriptor) }
    let result = csystem_queue_until(descriptor, deadline.monotonicNanoseconds)
    guard result == 0 else {
      throw result == ETIMEDOUT
        ? StoreError(.locked) : StoreError(systemError: result, while: "queueing to write")
    }
    return try body(Turn(descriptor: descriptor))
  }
}
