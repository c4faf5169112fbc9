/// A pattern for a subject or another header field, matched on the decoded text.
package enum TextPattern: Sendable {
  /// The text occurs, compared without case; folded.
  case phrase(String)
  /// A glob over the whole text.
  case glob(String)
  /// `/regular expression/`.
  case regularExpression(RegularExpression)

  /// Reads a pattern.
  package static func parse(_ text: String) -> Result<TextPattern, PatternError> {
    if RegularExpression.isDelimited(text) {
      return RegularExpression.parse(text).map(TextPattern.regularExpression)
    }
    guard !text.allSatisfy(\.isWhitespace) else {
      return .failure(PatternError("an empty text would match everything; leave the key out"))
    }
    return .success(Glob.isGlob(text) ? .glob(text) : .phrase(text.lowercased()))
  }

  /// Whether a text matches, which is given lower-cased, too.
  func matches(
    _ text: String, folded: String, within budget: inout MatchingBudget
  ) -> Bool {
    switch self {
    case .phrase(let phrase): folded.containsBytes(of: phrase)
    case .glob(let glob): Glob(glob).matches(folded: folded)
    case .regularExpression(let expression):
      expression.matches(text, folded: folded, within: &budget)
    }
  }
}
