/// Why a query could not be read: where, and what would be right.
public struct SearchQueryError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The place in the query, in characters, the first is 1.
  public let column: Int
  /// What is wrong, and what would be right.
  public let text: String

  /// Makes an error.
  public init(column: Int, _ text: String) {
    self.column = column
    self.text = text
  }

  /// Both, in one line.
  public var description: String { "query, column \(column): \(text)" }
}
