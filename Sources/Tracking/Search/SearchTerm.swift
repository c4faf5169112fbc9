/// A word or a phrase of a query, as it was typed.
struct SearchTerm: Hashable {
  /// The name before the colon, lower case; `nil` where there is none.
  var name: String?
  /// The word, or what stands in quotes.
  var text: String
  /// Whether it stands in quotes.
  var isQuoted: Bool
  /// Whether a `*` follows.
  var isPrefix: Bool
  /// Where the text begins.
  var textColumn: Int
}
