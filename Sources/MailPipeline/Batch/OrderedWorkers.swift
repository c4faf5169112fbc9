import Foundation

/// Does numbered pieces of work on several threads and hands the results out in order, never more
/// of them ahead than a budget allows.
final class OrderedWorkers<Output>: @unchecked Sendable {
  /// What comes next.
  enum Next {
    /// The next result.
    case output(Output)
    /// It is not there yet.
    case notYet
    /// There is none.
    case end
  }

  // Guards all that varies.
  private let condition = NSCondition()
  private let count: Int
  private let budget: Int
  private let work: (Int, (Int) -> Void) -> Output
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
    for _ in 0..<max(1, jobs) {
      let thread = Thread { [self] in run() }
      // As much as the thread has on which the filter parses.
      thread.stackSize = 8 << 20
      thread.start()
    }
  }

  /// The next result.
  ///
  /// - Parameter milliseconds: How long to wait for it; `nil` for as long as it takes.
  /// - Returns: The result, or why there is none.
  func next(within milliseconds: Int? = nil) -> Next {
    if let output = ready.popLast() { return .output(output) }
    condition.lock()
    defer { condition.unlock() }
    guard taken < count else { return .end }
    let end = milliseconds.map { Date(timeIntervalSinceNow: Double($0) / 1000) }
    while true {
      if takeReady() {
        // Not at each: a thread that wakes for one piece of work costs more than the piece.
        if started - taken <= Self.window / 2 || spent <= budget / 2 { wake() }
        if let output = ready.popLast() { return .output(output) }
      }
      wake()
      if let end {
        guard condition.wait(until: end) else { return .notYet }
      } else {
        condition.wait()
      }
    }
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
    condition.lock()
    isStopped = true
    condition.broadcast()
    condition.unlock()
  }

  private func run() {
    while let number = take() {
      var cost = 0
      let output = work(number) { amount in
        claim(amount, for: number)
        cost += amount
      }
      condition.lock()
      results[number] = (output, cost)
      if number == taken { condition.broadcast() }
      condition.unlock()
    }
  }

  private func take() -> Int? {
    condition.lock()
    defer { condition.unlock() }
    while !isStopped, started < count, started - taken >= Self.window { wait() }
    guard !isStopped, started < count else { return nil }
    started += 1
    return started - 1
  }

  private func claim(_ amount: Int, for number: Int) {
    condition.lock()
    defer { condition.unlock() }
    while spent + amount > budget, number != taken, !isStopped { wait() }
    spent += amount
  }

  private func wait() {
    waiting += 1
    condition.wait()
    waiting -= 1
  }

  private func wake() {
    if waiting > 0 { condition.broadcast() }
  }
}
