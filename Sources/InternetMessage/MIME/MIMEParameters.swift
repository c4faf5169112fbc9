/// The parameters of a Content-Type or Content-Disposition field, decoded
/// (RFC 2045 section 5.1, RFC 2231).
public struct MIMEParameters: Sendable, Hashable {
  /// One parameter.
  public struct Entry: Sendable, Hashable {
    /// The name, lower-cased, without the marks of RFC 2231.
    public let name: String
    /// The value, decoded.
    public let value: String
  }

  /// The parameters in the order in which they first stand, each name once.
  public let entries: [Entry]

  /// No parameters.
  static let none = MIMEParameters(entries: [])

  /// The value of a parameter.
  ///
  /// - Parameter name: The name in lower case.
  public subscript(_ name: String) -> String? {
    entries.first { $0.name == name }?.value
  }
}
