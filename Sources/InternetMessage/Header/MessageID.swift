/// A message identifier without its angle brackets (`msg-id`, RFC 5322 section 3.6.4).
///
/// Identifiers are compared byte for byte after trimming, as section 3.6.4 has it.
public struct MessageID: Hashable, Sendable, CustomStringConvertible {
  /// The identifier, trimmed, without `<` and `>`; never empty.
  public let value: String

  /// Makes an identifier of a trimmed value without brackets.
  public init(_ value: String) {
    self.value = value
  }

  /// The identifier without brackets.
  public var description: String { value }
}
