import Testing

@testable import MailPipeline

/// How often an organization elsewhere is asked by who goes on asking.
@Suite struct SyncPaceTests {
  private static func summary(trouble: Bool = false, waiting: Int = 0) -> RemoteSync.Summary {
    var summary = RemoteSync.Summary()
    summary.trouble = trouble ? "it cannot be reached" : nil
    summary.waiting = waiting
    return summary
  }

  @Test func whileAllGoesWellTheIntervalHolds() {
    var pace = SyncPace(interval: 30_000)
    for _ in 0..<3 {
      pace.note(Self.summary())
      #expect(pace.wait(chance: 0) == 30_000 && pace.isHurried)
    }
  }

  @Test func troubleIsAskedAboutEverMoreSeldomUpToABound() {
    var pace = SyncPace(interval: 30_000)
    var waits: [Int] = []
    for _ in 0..<100 {
      pace.note(Self.summary(trouble: true))
      waits.append(pace.wait(chance: 1))
      // What comes meanwhile is no reason to ask sooner.
      #expect(!pace.isHurried)
    }
    #expect(Array(waits.prefix(4)) == [1_000, 2_000, 4_000, 8_000])
    #expect(waits.last == SyncPace.longest)
    #expect(pace.wait(chance: 0) == SyncPace.longest * 3 / 4)
    pace.note(Self.summary())
    #expect(pace.wait(chance: 0) == 30_000 && pace.isHurried)
  }

  @Test func whatWaitsAloneHoldsNoNewMailUp() {
    var pace = SyncPace(interval: 30_000)
    pace.note(Self.summary(waiting: 1))
    pace.note(Self.summary(waiting: 1))
    #expect(pace.wait(chance: 1) == 60_000 && pace.isHurried)
  }

  @Test func aLongIntervalIsNoShorterForTrouble() {
    var pace = SyncPace(interval: 3_600_000)
    for _ in 0..<64 { pace.note(Self.summary(waiting: 1)) }
    #expect(pace.wait(chance: 1) == 3_600_000)
  }
}
