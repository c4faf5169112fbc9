/// Why a pattern cannot be used.
public struct PatternError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What is wrong and what to do.
  public let description: String

  /// Makes an error.
  public init(_ description: String) {
    self.description = description
  }
}
