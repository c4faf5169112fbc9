import InternetMessage

/// Which spellings of an address are one mailbox at a provider that is known to deliver them so.
///
/// Gmail leaves dots out of account, takes what follows a plus sign for a note, and has two domains.
package enum MailboxAlias {
  private static let domains: Set<String> = ["gmail.com", "googlemail.com"]

  /// What all spellings of a mailbox share; `nil` where nothing is known of the provider.
  package static func key(of address: AddrSpec) -> String? {
    domains.contains(address.domainKey) ? key(ofComparisonKey: address.comparisonKey) : nil
  }

  /// The same, of the form in which addresses are compared.
  package static func key(ofComparisonKey key: String) -> String? {
    let bytes = key.utf8
    guard let at = bytes.lastIndex(of: UInt8(ascii: "@")),
      domains.contains(String(key[bytes.index(after: at)...]))
    else { return nil }
    let name = bytes[..<at].prefix { $0 != UInt8(ascii: "+") }
      .filter { $0 != UInt8(ascii: ".") }
    // Nothing is left of what is no address there.
    return name.isEmpty ? nil : String(decoding: name, as: UTF8.self) + "@gmail.com"
  }
}
