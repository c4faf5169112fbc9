import CSystem

/// The time by which all waiting of a run must be over, on a clock that nobody sets.
package struct Deadline: Sendable {
  private let nanoseconds: Int64

  /// A deadline some milliseconds from now.
  package init(milliseconds: Int) {
    nanoseconds = csystem_monotonic() + Int64(milliseconds) * 1_000_000
  }

  /// What is left, in milliseconds; 0 where it has passed.
  package var remainingMilliseconds: Int {
    Int(max(0, nanoseconds - csystem_monotonic()) / 1_000_000)
  }

  /// Whether it has passed.
  package var hasPassed: Bool { csystem_monotonic() >= nanoseconds }

  /// The time of CLOCK_MONOTONIC in nanoseconds.
  package var monotonicNanoseconds: Int64 { nanoseconds }
}
