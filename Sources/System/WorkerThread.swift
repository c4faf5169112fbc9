import CSystem
import Glibc

/// Threads of this process, where the system gives any: libdispatch and Foundation wait for ever, or
/// crash, where it gives none.
package enum WorkerThread {
  /// As much as the thread has on which the filter parses.
  private static let stackSize = 8 << 20

  /// Starts a thread.
  ///
  /// - Parameter body: What it does; it ends with it.
  /// - Returns: Whether one was to be had.
  package static func start(_ body: @escaping @Sendable () -> Void) -> Bool {
    var attributes = pthread_attr_t()
    guard pthread_attr_init(&attributes) == 0 else { return false }
    defer { pthread_attr_destroy(&attributes) }
    guard pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED)) == 0,
      pthread_attr_setstacksize(&attributes, stackSize) == 0
    else { return false }
    let work = Unmanaged.passRetained(Work(body))
    var thread = pthread_t()
    let code = pthread_create(
      &thread, &attributes,
      { argument in
        guard let argument else { return nil }
        Unmanaged<Work>.fromOpaque(argument).takeRetainedValue().body()
        return nil
      }, work.toOpaque())
    if code != 0 { work.release() }
    return code == 0
  }

  private final class Work: Sendable {
    let body: @Sendable () -> Void

    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
  }

  /// Does numbered pieces of work, on as many threads as there are processors and the system gives, the
  /// calling one among them.
  ///
  /// - Parameters:
  ///   - count: How many pieces.
  ///   - work: Does one, by its number; from any thread, several at a time.
  package static func perform(_ count: Int, _ work: @escaping @Sendable (Int) -> Void) {
    let pieces = Pieces(count: count)
    @Sendable func run() {
      while let number = pieces.take() {
        work(number)
        pieces.finish()
      }
    }
    let processors = sysconf(Int32(_SC_NPROCESSORS_ONLN))
    for _ in 1..<max(1, min(count, processors)) where !start(run) { break }
    run()
    pieces.awaitEnd()
  }

  private final class Pieces: @unchecked Sendable {
    private let condition = WorkCondition()
    private let count: Int
    private var started = 0
    private var finished = 0

    init(count: Int) { self.count = count }

    func take() -> Int? {
      condition.whileLocked {
        guard started < count else { return nil }
        started += 1
        return started - 1
      }
    }

    func finish() {
      condition.whileLocked {
        finished += 1
        if finished == count { condition.wakeAll() }
      }
    }

    func awaitEnd() {
      condition.whileLocked { while finished < count { condition.wait() } }
    }
  }
}

/// A lock, and a condition to wait for while it is given up.
package final class WorkCondition: @unchecked Sendable {
  private let mutex: UnsafeMutablePointer<pthread_mutex_t>
  private let condition: UnsafeMutablePointer<pthread_cond_t>

  /// Makes one that nobody holds.
  package init() {
    mutex = .allocate(capacity: 1)
    condition = .allocate(capacity: 1)
    pthread_mutex_init(mutex, nil)
    var attributes = pthread_condattr_t()
    pthread_condattr_init(&attributes)
    // The clock that nobody sets, as that of deadlines.
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
    pthread_cond_init(condition, &attributes)
    pthread_condattr_destroy(&attributes)
  }

  deinit {
    pthread_cond_destroy(condition)
    pthread_mutex_destroy(mutex)
    condition.deallocate()
    mutex.deallocate()
  }

  /// Runs a body while it is held.
  package func whileLocked<Result>(_ body: () throws -> Result) rethrows -> Result {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    return try body()
  }

  /// Gives the lock up until somebody wakes this thread, or for no reason.
  package func wait() { pthread_cond_wait(condition, mutex) }

  /// The same, until a deadline at most.
  package func wait(until deadline: Deadline) {
    let end = deadline.monotonicNanoseconds
    var time = timespec(
      tv_sec: Int(end / 1_000_000_000), tv_nsec: Int(end % 1_000_000_000))
    pthread_cond_timedwait(condition, mutex, &time)
  }

  /// Wakes all threads that wait.
  package func wakeAll() { pthread_cond_broadcast(condition) }
}
