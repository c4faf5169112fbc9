import InternetMessage

/// An organization's list of refused addresses: `a@b`, `@domain`, or `@*.domain` for subdomains.
public struct RefuseList: Sendable {
  private var addresses: Set<String> = []
  private var domains: Set<String> = []
  private var parents: Set<String> = []

  /// Reads a list; entries that `isEntry` denies match nothing.
  public init(_ entries: [String]) {
    for entry in entries {
      if entry.hasPrefix("@*.") {
        parents.insert(DomainName.comparisonKey(String(entry.dropFirst(3))))
      } else if entry.hasPrefix("@") {
        domains.insert(DomainName.comparisonKey(String(entry.dropFirst())))
      } else if let address = AddrSpec(entry) {
        addresses.insert(address.comparisonKey)
      }
    }
  }

  /// Whether a text is an entry.
  public static func isEntry(_ text: String) -> Bool {
    if text.hasPrefix("@") {
      let domain = text.hasPrefix("@*.") ? text.dropFirst(3) : text.dropFirst()
      return AddrSpec("a@" + domain) != nil
    }
    return AddrSpec(text) != nil
  }

  /// Whether the list names an address, its domain, or a parent of its domain.
  public func contains(_ address: AddrSpec) -> Bool {
    guard !(addresses.isEmpty && domains.isEmpty && parents.isEmpty) else { return false }
    if addresses.contains(address.comparisonKey) { return true }
    var domain = Substring(address.domainKey)
    if domains.contains(String(domain)) { return true }
    guard !parents.isEmpty else { return false }
    while let dot = domain.firstIndex(of: ".") {
      domain = domain[domain.index(after: dot)...]
      if parents.contains(String(domain)) { return true }
    }
    return false
  }
}
