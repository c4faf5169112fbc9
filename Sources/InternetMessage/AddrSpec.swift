/// An e-mail address without a display name (`addr-spec`, RFC 5322 section 3.4.1).
///
/// Two addresses are equal when a mail host would deliver them to the same place: the local part is
/// compared without case, the domain as its lower-cased A-label (RFC 5890 section 2.3.2.1).
public struct AddrSpec: Sendable {
  /// The local part as written, without the quotes and backslashes of a quoted string.
  public let localPart: String

  /// The domain, lower-cased, in the form in which it was written (A-label or U-label, or a
  /// domain literal with its brackets).
  public let domain: String

  /// The form in which addresses are compared and indexed: folded local part, `@`, A-label.
  public let comparisonKey: String

  /// Makes an address of its two parts; the domain is lower-cased.
  public init(localPart: String, domain: String) {
    self.localPart = localPart
    self.domain = domain.lowercased()
    self.comparisonKey = localPart.lowercased() + "@" + DomainName.comparisonKey(domain)
  }

  /// The domain as it is compared: the lower-cased A-label.
  public var domainKey: String { DomainName.comparisonKey(domain) }
}

extension AddrSpec: Hashable {
  public static func == (left: AddrSpec, right: AddrSpec) -> Bool {
    left.comparisonKey == right.comparisonKey
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(comparisonKey)
  }
}
