import Synchronization

/// A regular expression, written `/…/`, or `/…/i` to match without case: a POSIX extended one (XBD 9.4)
/// with the escapes that everybody writes, see `ExpressionParser`.
///
/// It is compiled on first use, and only where a text occurs that it requires. Whatever the expression
/// and the text, `ExpressionAutomaton` looks at each character once.
package final class RegularExpression: Sendable {
  /// The expression without its delimiters.
  package let pattern: String
  /// Whether it matches without case.
  package let ignoresCase: Bool
  private let literals: [String]
  private let automaton = Mutex(ExpressionAutomaton?.none)

  private init(pattern: String, ignoresCase: Bool, literals: [String]) {
    self.pattern = pattern
    self.ignoresCase = ignoresCase
    self.literals = literals
  }

  /// Whether a text is written as a regular expression.
  package static func isDelimited(_ text: String) -> Bool {
    let bytes = text.utf8
    guard bytes.first == UInt8(ascii: "/"), let end = bytes.lastIndex(of: UInt8(ascii: "/")) else {
      return false
    }
    return end > bytes.startIndex
      && bytes[bytes.index(after: end)...].allSatisfy { ($0 | 0x20) &- 0x61 < 26 }
  }

  /// Reads `/…/` or `/…/i`.
  package static func parse(_ text: String) -> Result<RegularExpression, PatternError> {
    let bytes = text.utf8
    guard isDelimited(text), let end = bytes.lastIndex(of: UInt8(ascii: "/")) else {
      return .failure(PatternError("no regular expression; write /…/ or /…/i"))
    }
    let flags = String(decoding: bytes[bytes.index(after: end)...], as: UTF8.self)
    guard flags.isEmpty || flags == "i" else {
      return .failure(PatternError("unknown flag '\(flags)'; only 'i' is known"))
    }
    let pattern = String(
      decoding: bytes[bytes.index(after: bytes.startIndex)..<end], as: UTF8.self)
    do throws(PatternError) {
      let (program, literals) = try ExpressionParser.parse(pattern, ignoresCase: flags == "i")
      return .success(
        RegularExpression(
          pattern: pattern, ignoresCase: program.ignoresCase, literals: literals))
    } catch {
      return .failure(error)
    }
  }

  /// Whether the expression matches somewhere in a text, if that takes no more steps than one condition
  /// may.
  package func matches(_ text: String) -> Bool {
    var budget = MatchingBudget()
    return matches(text, within: &budget)
  }

  /// The same with a budget, which others share.
  ///
  /// - Parameters:
  ///   - text: The text.
  ///   - folded: The same lower-cased, where that is there already.
  ///   - budget: What it may cost; where that is exhausted, it does not match.
  /// - Returns: Whether it matches.
  func matches(
    _ text: String, folded: String? = nil, within budget: inout MatchingBudget
  ) -> Bool {
    if !literals.isEmpty {
      let folded = folded ?? text.lowercased()
      guard literals.contains(where: folded.containsBytes) else { return false }
    }
    return automaton.withLock { automaton in
      // It was read before: nothing can be wrong with it.
      guard
        let ready = automaton
          ?? (try? ExpressionParser.parse(pattern, ignoresCase: ignoresCase)).map({
            ExpressionAutomaton($0.program)
          })
      else { return false }
      automaton = ready
      var text = text
      return text.withUTF8 { ready.matches($0, within: &budget) }
    }
  }
}
