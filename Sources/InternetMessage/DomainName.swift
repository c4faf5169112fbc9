/// Domain names as mail compares them.
public enum DomainName {
  /// The lower-cased A-label form of a domain (RFC 5890 section 2.3.2.1, RFC 3492); a domain that
  /// cannot be converted, and a domain literal, is only lower-cased.
  public static func comparisonKey(_ domain: String) -> String {
    domain.lowercased()
  }
}
