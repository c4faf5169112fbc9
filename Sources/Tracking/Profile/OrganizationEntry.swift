/// An organization as a profile names it.
public struct OrganizationEntry: Sendable {
  /// The name.
  public let name: String
  /// Where it is, as written: `sqlite:contoso.sqlite`.
  public let url: String
  /// The addresses of colleagues.
  public let colleagues: AddressMatcher
  /// Whether mail may be brought to it.
  public let isConnected: Bool

  /// Makes an entry.
  public init(name: String, url: String, colleagues: AddressMatcher, isConnected: Bool) {
    self.name = name
    self.url = url
    self.colleagues = colleagues
    self.isConnected = isConnected
  }
}
