import InternetMessage

/// Which spellings of an address are one mailbox.
///
/// What follows a plus sign is a note to most hosts (RFC 5233). Gmail leaves dots out of account, too,
/// and has two domains.
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

  /// The mailbox that an address names, in the form in which addresses are compared: without the note
  /// that follows a plus sign, and as all spellings at a known provider.
  package static func mailbox(ofComparisonKey comparisonKey: String) -> String {
    if let key = key(ofComparisonKey: comparisonKey) { return key }
    let bytes = comparisonKey.utf8
    guard let at = bytes.lastIndex(of: UInt8(ascii: "@")),
      let plus = bytes[..<at].firstIndex(of: UInt8(ascii: "+")), plus > bytes.startIndex
    else { return comparisonKey }
    return String(decoding: bytes[..<plus], as: UTF8.self)
      + String(decoding: bytes[at...], as: UTF8.self)
  }
}
