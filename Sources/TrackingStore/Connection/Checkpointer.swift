import GRDB
import System

/// Brings a store's log into it, by a connection of its own, beside the writes of another.
final class Checkpointer: @unchecked Sendable {
  private let queue: DatabaseQueue
  // Guards the rest.
  private let condition = WorkCondition()
  private var isAtWork = false
  /// Whether it was asked again meanwhile.
  private var isAsked = false

  init(_ queue: DatabaseQueue) { self.queue = queue }

  /// Begins to bring all of the log in, as far as no reader hinders it, on a thread of its own; where
  /// none is to be had, it is done when this returns.
  func start() {
    let goesOn = condition.whileLocked {
      isAsked = isAtWork
      defer { isAtWork = true }
      return isAtWork
    }
    guard !goesOn, !WorkerThread.start({ [self] in run() }) else { return }
    run()
  }

  /// Waits until it is done.
  func awaitEnd() {
    condition.whileLocked { while isAtWork { condition.wait() } }
  }

  private func run() {
    repeat {
      // What hinders it hinders the next one no more.
      queue.writeWithoutTransaction { db in _ = try? db.checkpoint(.passive) }
    } while isToGoOn()
  }

  private func isToGoOn() -> Bool {
    condition.whileLocked {
      guard !isAsked else {
        isAsked = false
        return true
      }
      isAtWork = false
      condition.wakeAll()
      return false
    }
  }
}
