/// Why a pattern cannot be used.
package struct PatternError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What is wrong and what to do.
  package let description: String

  /// Makes an error.
  package init(_ description: String) {
    self.description = description
  }
}
