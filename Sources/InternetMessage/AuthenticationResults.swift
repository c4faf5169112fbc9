/// One Authentication-Results field (RFC 8601 section 2.2).
public struct AuthenticationResults: Sendable, Hashable {
  /// The authserv-id: who claims to have checked, lower-cased.
  public let authservID: String

  /// The results in order.
  public let results: [Result]

  /// One `method=result` with its properties.
  public struct Result: Sendable, Hashable {
    /// The method, lower-cased: `spf`, `dkim`, `dmarc` and others.
    public let method: String
    /// The result, lower-cased: `pass`, `fail`, `none` and others.
    public let result: String
    /// The properties as `ptype.property` (lower-cased) and value, in order.
    public let properties: [Property]
    /// Makes a result.
    public init(method: String, result: String, properties: [Property]) {
      self.method = method
      self.result = result
      self.properties = properties
    }
  }

  /// One `ptype.property=value`.
  public struct Property: Sendable, Hashable {
    /// `ptype.property`, lower-cased, such as `header.from`.
    public let name: String
    /// The value without quotes.
    public let value: String
    /// Makes a property.
    public init(name: String, value: String) {
      self.name = name
      self.value = value
    }
  }

  /// Makes a field of its parts.
  public init(authservID: String, results: [Result]) {
    self.authservID = authservID
    self.results = results
  }
}
