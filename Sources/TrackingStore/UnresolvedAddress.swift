import InternetMessage

/// Somebody from outside who takes part in tracked mail and is no record.
public struct UnresolvedAddress: Sendable, Hashable {
  /// The address.
  public let address: AddrSpec
  /// In how many tracked copies it stands.
  public let copies: Int
}
