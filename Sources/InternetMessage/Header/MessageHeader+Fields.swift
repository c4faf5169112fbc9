extension MessageHeader {
  /// The raw values of all fields of a name, in order; the name is compared without case.
  public func rawValues(of name: String) -> [ArraySlice<UInt8>] {
    let wanted = Array(name.utf8)
    return section.fields.compactMap { field in
      guard field.nameRange.count == wanted.count else { return nil }
      let found = section.bytes[field.nameRange]
      guard zip(found, wanted).allSatisfy({ ASCII.lowercased($0) == ASCII.lowercased($1) }) else {
        return nil
      }
      return section.bytes[field.valueRange]
    }
  }

  /// The values of all fields of a name as text: unfolded, encoded words decoded, white space
  /// collapsed (RFC 2047).
  public func texts(of name: String) -> [String] {
    rawValues(of: name).map { value in
      value.withUnsafeBytes { bytes in
        guard let bodyCharset, !UTF8Check.isValid(bytes) else {
          return Text.unstructured(bytes).text
        }
        return Charset.decode(bytes, label: bodyCharset).utf8.withUnsafeBytes {
          Text.unstructured($0).text
        }
      }
    }
  }

  /// The mailboxes of all fields of a name, groups flattened, in order (RFC 5322 section 3.4).
  public func mailboxes(of name: String) -> [Mailbox] {
    rawValues(of: name).flatMap { $0.withUnsafeBytes { AddressList.parse($0) } }
  }

  /// The date, if it is one that mail can have: of 1970 to 2200; where it is not, when the message came
  /// says more.
  public var credibleDate: MessageDate? { date.flatMap { DateParser.isCredible($0) ? $0 : nil } }

  /// All addresses of From, To, Cc and Bcc, each once, in this order.
  public var participants: [AddrSpec] {
    var seen: Set<AddrSpec> = []
    return (from + to + cc + bcc).map(\.address).filter { seen.insert($0).inserted }
  }

  /// The addresses of Delivered-To and X-Original-To above the first Received field: those that the
  /// host wrote on delivery.
  ///
  /// Below it, anybody may have written them.
  public var deliveredTo: [AddrSpec] {
    var addresses: [AddrSpec] = []
    section.bytes.withUnsafeBytes { bytes in
      for field in section.fields {
        let name = bytes.part(field.nameRange)
        if name.equalsFolded("received") { break }
        if name.equalsFolded("delivered-to") || name.equalsFolded("x-original-to") {
          addresses += AddressList.parse(bytes.part(field.valueRange)).map(\.address)
        }
      }
    }
    return addresses
  }

  /// The first word of a value, lower-cased: up to a blank, `;`, `,` or `(`.
  static func keyword(_ value: ArraySlice<UInt8>) -> String {
    let text = value.drop(while: ASCII.isBlank).prefix {
      !ASCII.isBlank($0) && $0 != UInt8(ascii: ";") && $0 != UInt8(ascii: ",")
        && $0 != UInt8(ascii: "(")
    }
    return String(decoding: text, as: UTF8.self).lowercased()
  }

  /// The first words of all fields of a name.
  func keywords(of name: String) -> [String] { rawValues(of: name).map(Self.keyword) }
}
