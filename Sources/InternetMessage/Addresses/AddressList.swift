/// Reads address fields: `address-list` and `mailbox-list` of RFC 5322 section 3.4 with the obsolete
/// forms of section 4.4, and what mailers write instead.
///
/// Groups are flattened, comments and source routes dropped. A display name never counts as an
/// address. What holds no addr-spec is no address, and never an error. The work is linear in the
/// length and uses no recursion.
public enum AddressList {
  /// The mailboxes of a field's raw value, in order.
  public static func parse(_ value: UnsafeRawBufferPointer) -> [Mailbox] {
    var parser = AddressListParser(value)
    return parser.parse()
  }

  /// The mailboxes of a text.
  public static func parse(_ text: String) -> [Mailbox] {
    var text = text
    return text.withUTF8 { parse(UnsafeRawBufferPointer($0)) }
  }

  /// The address in a field's encoded words, where it is the only one there; what stands outside of
  /// them has none.
  // QUIRK: RFC 2047 section 5 has no encoded words in addresses. Programs encode all of a field, and
  // mail readers then show the address.
  static func addressInWords(_ value: Bytes) -> Mailbox? {
    guard value.position(of: UInt8(ascii: "?"), from: 0) != nil else { return nil }
    let mailboxes = parse(Text.unstructured(value).text)
    return mailboxes.count == 1 ? mailboxes.first : nil
  }
}
