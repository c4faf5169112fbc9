import Glibc
import System
import Testing

@Suite struct WorkerThreadTests {
  @Test(arguments: [0, 1, 2, 1_000]) func eachPieceIsDoneOnce(_ count: Int) {
    final class Times: @unchecked Sendable {
      let condition = WorkCondition()
      var times: [Int: Int] = [:]
      func note(_ number: Int) { condition.whileLocked { times[number, default: 0] += 1 } }
    }
    let times = Times()
    WorkerThread.perform(count) { times.note($0) }
    #expect(times.times == Dictionary(uniqueKeysWithValues: (0..<count).map { ($0, 1) }))
  }

  @Test func whoWaitsGivesUpAtTheDeadline() {
    let condition = WorkCondition()
    let end = Deadline(milliseconds: 20)
    condition.whileLocked { while !end.hasPassed { condition.wait(until: end) } }
    #expect(end.hasPassed)
  }
}
