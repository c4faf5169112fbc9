/// One mailbox of an address field: an address and the name shown with it (RFC 5322 section 3.4).
public struct Mailbox: Hashable, Sendable {
  /// The decoded display name (or the comment that stands in for it, RFC 5322 section 3.4 notes);
  /// never taken for an address.
  ///
  /// `nil` where there is none.
  public let displayName: String?

  /// The address.
  public let address: AddrSpec

  /// Makes a mailbox of its parts.
  public init(displayName: String? = nil, address: AddrSpec) {
    self.displayName = displayName
    self.address = address
  }
}
