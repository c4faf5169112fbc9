import Foundation
import Glibc
import System
import Testing
import Tracking

@testable import TrackingStore

@Suite struct WritersLockTests {
  private let folder: String
  private let lock: WritersLock

  /// F_OFD_SETLK of `<fcntl.h>`, which Swift does not see.
  private static let setOpenFileLock: Int32 = 37

  init() throws {
    folder = NSTemporaryDirectory() + "crm-mailfilter-lock-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    lock = WritersLock(path: folder + "/lock")
  }

  /// Takes a place as one does that came at a moment, and runs a body meanwhile, which may give it up.
  private func withPlace(at moment: Int, _ body: (_ leave: () -> Void) throws -> Void) throws {
    let descriptor = open(lock.path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    var isOpen = true
    func leave() {
      if isOpen { close(descriptor) }
      isOpen = false
    }
    defer { leave() }
    var range = flock()
    range.l_type = Int16(F_WRLCK)
    range.l_start = moment
    range.l_len = 1
    try #require(fcntl(descriptor, Self.setOpenFileLock, &range) == 0)
    try body(leave)
  }

  private func isServed(within milliseconds: Int) throws -> Bool {
    do {
      try lock.whileHeld(Deadline(milliseconds: milliseconds)) { _ in }
      return true
    } catch let error as StoreError where error.kind == .locked {
      return false
    }
  }

  @Test func whoCameFirstIsNotOvertakenWhileItWakes() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try withPlace(at: 1) { leave in
      // Nobody has the turn; the one whose turn it is does not run yet.
      var isFirst = try isServed(within: 50)
      #expect(!isFirst)
      leave()
      isFirst = try isServed(within: 20_000)
      #expect(isFirst)
    }
  }

  @Test func oneThatLeavesTheQueueLetsNobodyOvertakeThoseBefore() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let isServed = DispatchSemaphore(value: 0)
    try withPlace(at: 1) { leaveFirst in
      try withPlace(at: 5) { leaveSecond in
        let lock = lock
        Thread.detachNewThread {
          try? lock.whileHeld(Deadline(milliseconds: 60_000)) { _ in }
          isServed.signal()
        }
        #expect(isServed.wait(timeout: .now() + .milliseconds(50)) == .timedOut)
        leaveSecond()
        #expect(isServed.wait(timeout: .now() + .milliseconds(50)) == .timedOut)
        leaveFirst()
        #expect(isServed.wait(timeout: .now() + .seconds(20)) == .success)
      }
    }
  }

  @Test func whoHasTheTurnKnowsWhetherAnybodyWaits() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try lock.whileHeld(Deadline(milliseconds: 20_000)) { turn in
      #expect(!turn.isWaitedFor)
      try withPlace(at: .max - 1) { leave in
        #expect(turn.isWaitedFor)
        leave()
        #expect(!turn.isWaitedFor)
      }
    }
  }

  @Test func oneWithoutAPlaceExcludesTheOthersNevertheless() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let descriptor = open(lock.path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    try #require(flock(descriptor, LOCK_EX) == 0)
    var isAdmitted = try isServed(within: 50)
    #expect(!isAdmitted)
    close(descriptor)
    isAdmitted = try isServed(within: 20_000)
    #expect(isAdmitted)
  }
}
