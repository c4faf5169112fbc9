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

  /// Whether a text may name an organization: it becomes part of file names and output.
  public static func isName(_ text: String) -> Bool {
    !text.isEmpty && text.utf8.count <= 64 && text.first != "." && text.first != "-"
      && text.unicodeScalars.allSatisfy {
        $0.properties.isAlphabetic || ("0"..."9").contains($0) || "._-".unicodeScalars.contains($0)
      }
  }

  /// Makes an entry.
  public init(name: String, url: String, colleagues: AddressMatcher, isConnected: Bool) {
    self.name = name
    self.url = url
    self.colleagues = colleagues
    self.isConnected = isConnected
  }
}
