import Foundation

/// Several things at once, each on a thread of its own, which may wait.
enum Parallel {
  /// Does something so many times at once; the results in the order of their numbers.
  static func map<Result>(_ count: Int, _ body: @escaping (Int) -> Result) -> [Result] {
    let lock = NSLock()
    nonisolated(unsafe) var results: [Int: Result] = [:]
    nonisolated(unsafe) let body = body
    let group = DispatchGroup()
    for number in 0..<count {
      let thread = Thread {
        let result = body(number)
        lock.withLock { results[number] = result }
        group.leave()
      }
      group.enter()
      thread.start()
    }
    group.wait()
    return (0..<count).compactMap { results[$0] }
  }
}
