import CSystem
import System

/// Does numbered pieces of work on several threads and hands the results out in order, never more
/// of them ahead than a budget allows.
///
/// Where the system gives fewer threads, those do it; where it gives none, the one that asks.
final class OrderedWorkers<Output>: @unchecked Sendable {
  /// What comes next.
  enum Next {
    /// The next result.
    case output(Output)
    /// It is not there yet.
    case notYet
    /// There is none.
    case end
    /// The process is to end.
    case interrupted
  }

  // Guards all that varies.
  private let condition = WorkCondition()
  private let count: Int
  private let budget: Int
  private let work: (Int, (Int) -> Void) -> Output
  /// How many threads there are.
  private var threads = 0
  private var started = 0
  private var taken = 0
  private var spent = 0
  private var isStopped = false
  /// How many threads wait until they may go on.
  private var waiting = 0
  private var results: [Int: (output: Output, cost: Int)] = [:]
  /// What was taken from the results and is handed out next, the last first; only `next` knows it.
  private var ready: [Output] = []

  /// So many results may wait.
  private static var window: Int { 2048 }
  /// So many results are taken at once, unless they cost more than a part of the budget.
  private static var maxReady: Int { 32 }

  /// Starts the threads.
  ///
  /// - Parameters:
  ///   - count: How many pieces of work there are.
  ///   - jobs: How many threads.
  ///   - budget: What all results that wait may cost together; the next one is always allowed.
  ///   - work: Does a piece, by its number; calls the function that it is given with what the
  ///     result will cost before it takes that much memory, and waits there until it may.
  init(count: Int, jobs: Int, budget: Int, work: @escaping (Int, (Int) -> Void) -> Output) {
    self.count = count
    self.budget = budget
    self.work = work
    while threads < max(1, jobs), WorkerThread.start({ [self] in run() }) { threads += 1 }
  }

  /// So often who waits looks whether the process is to end, in milliseconds.
  private static var tick: Int { 200 }

  /// The next result.
  ///
  /// - Parameter milliseconds: How long to wait for it; `nil` for as long as it takes.
  /// - Returns: The result, or why there is none.
  func next(within milliseconds: Int? = nil) -> Next {
    if let output = ready.popLast() { return .output(output) }
    let end = milliseconds.map { Deadline(milliseconds: $0) }
    if threads == 0 { return ownNext() }
    return condition.whileLocked {
      guard taken < count else { return .end }
      while true {
        if takeReady() {
          // Not at each: a thread that wakes for one piece of work costs more than the piece.
          if started - taken <= Self.window / 2 || spent <= budget / 2 { wake() }
          if let output = ready.popLast() { return .output(output) }
        }
        wake()
        if csystem_is_interrupted() != 0 { return .interrupted }
        if let end {
          if end.hasPassed { return .notYet }
          condition.wait(until: end)
        } else {
          condition.wait(until: Deadline(milliseconds: Self.tick))
        }
      }
    }
  }

  /// The next result, made by the thread that asks.
  private func ownNext() -> Next {
    guard taken < count else { return .end }
    guard csystem_is_interrupted() == 0 else { return .interrupted }
    taken += 1
    return .output(work(taken - 1) { _ in })
  }

  /// Takes some results that are there; whether the next one is.
  private func takeReady() -> Bool {
    var cost = 0
    while ready.count < Self.maxReady, cost <= budget / 32,
      let result = results.removeValue(forKey: taken)
    {
      taken += 1
      cost += result.cost
      ready.append(result.output)
    }
    spent -= cost
    ready.reverse()
    return !ready.isEmpty
  }

  /// Lets the threads end after what they are at.
  func stop() {
    condition.whileLocked {
      isStopped = true
      condition.wakeAll()
    }
  }

  private func run() {
    while let number = take() {
      var cost = 0
      let output = work(number) { amount in
        claim(amount, for: number)
        cost += amount
      }
      condition.whileLocked {
        results[number] = (output, cost)
        if number == taken { condition.wakeAll() }
      }
    }
  }

  private func take() -> Int? {
    condition.whileLocked {
      while !isStopped, started < count, started - taken >= Self.window { wait() }
      guard !isStopped, started < count else { return nil }
      started += 1
      return started - 1
    }
  }

  private func claim(_ amount: Int, for number: Int) {
    condition.whileLocked {
      while spent + amount > budget, number != taken, !isStopped { wait() }
      spent += amount
    }
  }

  private func wait() {
    waiting += 1
    condition.wait()
    waiting -= 1
  }

  private func wake() {
    if waiting > 0 { condition.wakeAll() }
  }
}
