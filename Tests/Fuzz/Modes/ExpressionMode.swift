import Tracking

extension FuzzMode {
  /// Regular expressions of a profile: one is understood, or the error says what is wrong, on one line;
  /// what is understood is matched by itself alone, whatever the text.
  static let expression = FuzzMode(
    name: "expression",
    seeds: { _ in
      [
        "/^(re|fwd?): .*(offer|order)[0-9]{2,4}$/i", "/\\b(salary|personal)\\b|(?:a+?b*?){0,3}/",
        "/[[:alnum:]._%+-]+@([^]\\s@-]+\\.)+[[:alpha:]]{2,}/",
        "/(?i)[ä-üА-Я]?\\x{20AC}\\t[[.-.]a-f]/",
        "/((a|b)*(c{2}|)(d|^e$))+\\<f\\>/",
      ].map { Array($0.utf8) }
    },
    fragments: [
      "(", ")", "((((", "))))", "[", "]", "[^", "[[:", ":]]", "[:alpha:]", "[.", "[=", "*", "+",
      "?",
      "{", "}", "{0,9}", "{99}", "{99999999999999999999}", "{,", "|", "||", "^", "$", "\\", "\\\\",
      "\\b", "\\B", "\\<", "\\W", "\\x{", "\\x4", "\\1", "(?", "(?:", "(?i)", "(?=", "/", "/i", ".",
      "-", "é", "\u{301}", "\u{1F600}", "\u{212A}", "ſ", "\0", "\n", " ",
    ],
    beginnings: ["/", "/(?i)", "/^", "/(", "/["],
    broken: brokenExpression)

  @Sendable
  private static func brokenExpression(_ bytes: [UInt8]) -> String? {
    let text = String(decoding: bytes, as: UTF8.self)
    switch RegularExpression.parse(text) {
    case .failure(let error):
      if error.description.isEmpty { return "an error without words" }
    case .success(let expression):
      // The input itself is a text that has something to do with it.
      for text in [text, "", "re: offer 42", "É\u{301}a\0\n"] {
        let isMatch = expression.matches(text)
        guard expression.matches(text) == isMatch else { return "another answer for the same text" }
        let other = RegularExpression.parse("/()(?:\(expression.pattern))/")
        guard !expression.ignoresCase, case .success(let grouped) = other else { continue }
        guard grouped.matches(text) == isMatch else { return "another answer in a group" }
      }
    }
    return nil
  }
}
