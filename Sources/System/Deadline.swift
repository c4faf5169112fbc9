import CSystem

/// The time by which all waiting of a run, or of one turn of it, must be over, on a clock that nobody
/// sets.
package struct Deadline: Sendable {
  private let nanoseconds: Int64
  /// How long each turn has, in nanoseconds, where it is a deadline of turns.
  private let turn: Int64?

  /// A deadline some milliseconds from now.
  package init(milliseconds: Int) {
    nanoseconds = csystem_monotonic() + Int64(milliseconds) * 1_000_000
    turn = nil
  }

  /// A deadline of some milliseconds for each turn: for what works as long as it takes, and asks a
  /// person meanwhile.
  package init(millisecondsOfEachTurn milliseconds: Int) {
    let turn = Int64(milliseconds) * 1_000_000
    nanoseconds = csystem_monotonic() + turn
    self.turn = turn
  }

  /// The deadline of a turn that begins now; of a run that is not in turns, that of the run.
  package var ofThisTurn: Deadline {
    turn.map { Deadline(milliseconds: Int($0 / 1_000_000)) } ?? self
  }

  /// What is left, in milliseconds; 0 where it has passed.
  package var remainingMilliseconds: Int {
    Int(max(0, nanoseconds - csystem_monotonic()) / 1_000_000)
  }

  /// Whether it has passed.
  package var hasPassed: Bool { csystem_monotonic() >= nanoseconds }

  /// The time of CLOCK_MONOTONIC in nanoseconds.
  package var monotonicNanoseconds: Int64 { nanoseconds }

  /// Runs a body in which this thread waits for locks, its own and SQLite's, until then and no longer;
  /// an earlier end that holds already stays.
  ///
  /// - Throws: What the body throws.
  package func boundWaits<Result>(in body: () throws -> Result) rethrows -> Result {
    let before = csystem_end_waiting(nanoseconds)
    if before < nanoseconds { csystem_end_waiting(before) }
    defer { csystem_end_waiting(before) }
    return try body()
  }

  /// Ends all waiting of this thread then, whatever ended it before.
  package func endWaits() { csystem_end_waiting(nanoseconds) }
}
