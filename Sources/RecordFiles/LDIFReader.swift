import InternetMessage

/// Reads LDIF (RFC 2849) as address books write it, an entry at a time.
package struct LDIFReader {
  /// Of longer lines, photos as a rule, the rest is passed over.
  package static let longestLine = 64 << 10
  /// So many values of a kind are kept of an entry.
  package static let maxValues = 200

  private let bytes: FileBytes

  /// Reads a file from where it stands.
  package init(_ bytes: FileBytes) {
    self.bytes = bytes
  }

  /// The next entry; `nil` at the end.
  ///
  /// - Throws: `FileError`.
  package mutating func next() throws -> ContactCard? {
    var entry: Entry?
    while let (line, text) = try logicalLine() {
      if text.isEmpty {
        if let entry { return entry.card }
        continue
      }
      guard text.first != UInt8(ascii: "#"), let (name, value) = Self.attribute(text) else {
        continue
      }
      // The version of the format stands before the first entry.
      if entry == nil, name == "version" { continue }
      var taken = entry ?? Entry(line: line)
      taken.take(name, value)
      entry = taken
    }
    return entry?.card
  }

  /// A line with those that continue it; empty between entries.
  private func logicalLine() throws -> (line: Int, text: [UInt8])? {
    guard try bytes.peek() != nil else { return nil }
    let line = bytes.line
    var text: [UInt8] = []
    while let byte = try bytes.next() {
      if byte == UInt8(ascii: "\n") {
        guard !text.isEmpty, try bytes.peek() == UInt8(ascii: " ") else { break }
        _ = try bytes.next()
      } else if text.count < Self.longestLine {
        text.append(byte)
      }
    }
    return (line, text)
  }

  /// The name, lower-cased and without options, and the value of an attribute.
  private static func attribute(_ line: [UInt8]) -> (name: String, value: String)? {
    guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { return nil }
    let name = line[..<colon].prefix { $0 != UInt8(ascii: ";") }
    var value = line[(colon + 1)...]
    let isBase64 = value.first == UInt8(ascii: ":")
    // After `<` stands the address of a file.
    guard value.first != UInt8(ascii: "<") else { return nil }
    if isBase64 { value = value.dropFirst() }
    let bytes = isBase64 ? EncodedText.base64(Array(value)) : Array(value)
    return (
      String(decoding: name, as: UTF8.self).lowercased().trimmed,
      PlainText.cleaned(EncodedText.text(of: bytes))
    )
  }
}

extension LDIFReader {
  /// What has been read of an entry.
  private struct Entry {
    private var result: ContactCard
    private var given = ""
    private var family = ""
    private var commonName = ""
    private var isOrganization = false

    init(line: Int) { result = ContactCard(line: line) }

    mutating func take(_ name: String, _ value: String) {
      switch name {
      case "objectclass":
        switch value.lowercased() {
        case "groupofnames", "groupofuniquenames", "mailgroup", "mozillaabgroup":
          result.kind = .group
        case "organization": isOrganization = true
        default: break
        }
      case "displayname": result.fullName = value
      case "cn", "commonname": if commonName.isEmpty { commonName = value }
      case "givenname": given = value
      case "sn", "surname": family = value
      case "o", "organizationname", "company":
        if result.organization.isEmpty { result.organization = value }
      case "mail", "mozillasecondemail", "mailalternateaddress", "xmozillasecondemail":
        if result.addresses.count < LDIFReader.maxValues { result.addresses.append(value) }
      case "entryuuid": result.id = value.isEmpty ? nil : value
      case "labeleduri", "homeurl", "mozillaworkurl", "workurl":
        if result.websites.count < LDIFReader.maxValues { result.websites.append(value) }
      default: break
      }
    }

    var card: ContactCard {
      var card = result
      card.nameParts = [given, "", family]
      if card.fullName.isEmpty { card.fullName = commonName }
      if isOrganization, card.kind == .person {
        card.kind = .company
      }
      card.settle()
      return card
    }
  }
}
