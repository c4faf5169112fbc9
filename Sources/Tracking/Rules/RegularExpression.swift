import Glibc
import Synchronization

/// A POSIX extended regular expression, written `/…/`, or `/…/i` to match without case (regex(7)).
///
/// It is compiled on first use, and only where a text occurs that it requires. glibc's matcher
/// is close to linear only for an expression anchored on the left and asked no more than whether it
/// matches: `^.*(…)` with REG_NOSUB. `RegularExpressionGuard` refuses what could still take long.
package final class RegularExpression: Sendable {
  /// The expression without its delimiters.
  package let pattern: String
  /// Whether it matches without case.
  package let ignoresCase: Bool
  private let literals: [String]
  private let compiled = Mutex(CompiledExpression?.none)

  /// The longest text that is looked at, in bytes; what follows is not.
  package static let longestText = 2048

  private init(pattern: String, ignoresCase: Bool) {
    self.pattern = pattern
    self.ignoresCase = ignoresCase
    literals = RequiredLiterals.find(in: pattern)
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
    guard isDelimited(text), let end = text.lastIndex(of: "/") else {
      return .failure(PatternError("no regular expression; write /…/ or /…/i"))
    }
    let flags = text[text.index(after: end)...]
    guard flags.isEmpty || flags == "i" else {
      return .failure(PatternError("unknown flag '\(flags)'; only 'i' is known"))
    }
    let pattern = String(text[text.index(after: text.startIndex)..<end])
    if let problem = RegularExpressionGuard.problem(in: pattern) {
      return .failure(PatternError(problem))
    }
    return .success(RegularExpression(pattern: pattern, ignoresCase: flags == "i"))
  }

  /// Whether the expression matches somewhere in the first `longestText` bytes of a text.
  ///
  /// One that cannot be compiled matches nothing; `problem` tells why.
  package func matches(_ text: String) -> Bool { matches(text, folded: text.lowercased()) }

  /// The same for a text that is there lower-cased already.
  func matches(_ text: String, folded: String) -> Bool {
    if !literals.isEmpty {
      guard literals.contains(where: folded.containsBytes) else { return false }
    }
    return compiled.withLock { compiled in
      let expression =
        compiled ?? CompiledExpression(pattern: pattern, ignoresCase: ignoresCase)
      compiled = expression
      return expression.matches(text)
    }
  }

  /// What regcomp(3) says against the expression; `nil` where it compiles.
  package var problem: String? {
    CompiledExpression(pattern: pattern, ignoresCase: ignoresCase).problem
  }
}
