/// When an organization elsewhere is asked again by who goes on asking: often while all goes well, ever
/// more seldom while it does not.
package struct SyncPace: Sendable {
  /// How long to wait where all went well, in milliseconds.
  package let interval: Int
  /// How many runs in a row left something undone.
  private var failures = 0
  /// Whether the last one ended in trouble, in which nothing that comes is a reason to ask sooner.
  private var isInTrouble = false

  /// So long is waited at the most, in milliseconds.
  package static let longest = 300_000
  /// So long is waited after the first trouble, in milliseconds.
  private static let first = 1_000

  /// Begins.
  package init(interval: Int) {
    self.interval = interval
  }

  /// Notes what a run left.
  package mutating func note(_ summary: RemoteSync.Summary) {
    isInTrouble = summary.trouble != nil
    failures = isInTrouble || summary.waiting > 0 ? failures + 1 : 0
  }

  /// Whether mail that comes is asked about at once.
  package var isHurried: Bool { !isInTrouble }

  /// How long to wait, in milliseconds: twice as long each time, up to a bound, and not just as long as
  /// all others who lost the same server.
  ///
  /// - Parameter chance: From 0 to 1.
  /// - Returns: The time.
  package func wait(chance: Double) -> Int {
    guard failures > 0 else { return interval }
    let base = isInTrouble ? Self.first : interval
    let doubled = base << min(failures - 1, 20)
    return Int(Double(min(doubled, max(Self.longest, interval))) * (0.75 + chance / 4))
  }
}
