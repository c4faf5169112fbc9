/// What one condition may spend on regular expressions, in steps of their automata.
///
/// A step is a character that is looked at, or a state that is visited where the automaton has not seen
/// such a character yet. Counting steps instead of time, the answer is the same on every machine.
struct MatchingBudget {
  /// Measured: about 5 ns a step at most, so that a condition takes less than 50 ms.
  static let steps = 8_000_000

  /// What is left of them.
  private(set) var left: Int

  init(steps: Int = Self.steps) { left = steps }

  /// Whether more was asked for than there was: what was to be matched does not count as matching.
  var isExhausted: Bool { left < 0 }

  /// Takes so many steps; whether they were there.
  mutating func spend(_ steps: Int) -> Bool {
    guard left >= 0 else { return false }
    left -= steps
    return left >= 0
  }
}
