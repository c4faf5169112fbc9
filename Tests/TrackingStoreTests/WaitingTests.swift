import CSystem
import Foundation
import Glibc
import System
import Testing
import Tracking

@testable import TrackingStore

@Suite struct WaitingTests {
  private let folder: String
  private var path: String { folder + "/store.sqlite" }

  init() throws {
    folder = NSTemporaryDirectory() + "crm-mailfilter-waiting-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  }

  /// open(2) of one waits until somebody writes it; it may take the place of a journal at any time.
  @Test func aFIFOAsJournalHoldsNobody() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    _ = try Store(
      .init(path: path, createsFile: true, deadline: Deadline(milliseconds: 10_000)))
    try #require(mkfifo(path + "-journal", 0o600) == 0)
    #expect(throws: StoreError.self) {
      try Store(examining: path, until: Deadline(milliseconds: 1_000)).policy()
    }
  }

  @Test func anEarlierEndOfWaitingHoldsWithinALaterOne() {
    let start = csystem_monotonic()
    Deadline(milliseconds: 100).boundWaits {
      Deadline(milliseconds: 60_000).boundWaits {
        var tries: Int32 = 0
        while csystem_wait_a_little(tries) != 0 { tries += 1 }
        // Longer each time: some tries, not thousands.
        #expect(tries < 50)
        csystem_sleep(60_000_000_000)
      }
    }
    #expect(csystem_monotonic() - start >= 100_000_000)
    #expect(csystem_monotonic() - start < 50_000_000_000)
    #expect(csystem_wait_a_little(0) == 1)
  }

  /// What begins again with each turn has not passed however long ago it was made.
  @Test func eachTurnHasItsOwnDeadline() {
    let turns = Deadline(millisecondsOfEachTurn: 1)
    let run = Deadline(milliseconds: 1)
    csystem_sleep(5_000_000)
    #expect(run.ofThisTurn.hasPassed)
    #expect(Deadline(millisecondsOfEachTurn: 60_000).ofThisTurn.remainingMilliseconds > 50_000)
    #expect(turns.hasPassed && turns.ofThisTurn.monotonicNanoseconds > run.monotonicNanoseconds)
  }
}
