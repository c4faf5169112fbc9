import InternetMessage

/// Reads vCards of version 2.1 (versit), 3 (RFC 2426) and 4 (RFC 6350) as programs write them, a card
/// at a time, and of each what makes it a record.
package struct VCardReader {
  /// Longer content lines are photos, which are passed over.
  package static let longestLine = 64 << 10
  /// So many values of a kind are kept of a card.
  package static let maxValues = 200

  private let bytes: FileBytes
  /// Whether a blank at the start of a line is never part of it, as from version 3 on.
  private var alwaysFolds = false
  /// The line on which a card begins that ended the one before it.
  private var begun: Int?

  /// Reads a file from where it stands.
  package init(_ bytes: FileBytes) {
    self.bytes = bytes
  }

  /// The next card; `nil` at the end.
  ///
  /// What stands outside of cards is passed over. A card without an end ends where the next begins.
  ///
  /// - Throws: `FileError`.
  package mutating func next() throws -> ContactCard? {
    var card = begun.map(Fields.init)
    begun = nil
    // An agent's card in a card (vCard 2.1) is not one of its own.
    var isAgent = false
    var depth = 0
    while let (line, text) = try contentLine() {
      guard let property = Property(text) else { continue }
      switch property.name {
      case "BEGIN" where property.isCard:
        if depth > 0 || isAgent && card != nil {
          (depth, isAgent) = (depth + 1, false)
          continue
        }
        guard card == nil else {
          begun = line
          return card?.card(isWhole: true)
        }
        card = Fields(line: line)
      case "END" where property.isCard:
        if depth > 0 {
          depth -= 1
        } else if let card {
          return card.card(isWhole: true)
        }
      default:
        guard depth == 0, card != nil else { continue }
        if property.name == "VERSION" { alwaysFolds = property.whole != "2.1" }
        isAgent = property.name == "AGENT" && property.value.isEmpty
        card?.take(property)
      }
    }
    return card?.card(isWhole: false)
  }

  /// A line with those that continue it, up to its longest: folded ones (RFC 6350 section 3.2), and
  /// those after a soft break of quoted-printable.
  private func contentLine() throws -> (line: Int, text: [UInt8])? {
    guard try bytes.peek() != nil else { return nil }
    let line = bytes.line
    var text: [UInt8] = []
    var isQuotedPrintable = false
    var isFirst = true
    while true {
      let isAtEnd = try !readLine(to: &text)
      if isFirst { isQuotedPrintable = Property.isQuotedPrintable(text) }
      isFirst = false
      if isAtEnd { break }
      if isQuotedPrintable, text.last == UInt8(ascii: "=") {
        text.removeLast()
        try skipFold(before: UInt8(ascii: "="))
        continue
      }
      let following = try bytes.peek()
      guard following == UInt8(ascii: " ") || following == UInt8(ascii: "\t") else { break }
      _ = try bytes.next()
    }
    return (line, text)
  }

  /// Some programs fold quoted-printable besides, with a blank at the start of the next line, which
  /// is no part of it.
  private func skipFold(before byte: UInt8) throws {
    guard try bytes.peek() == UInt8(ascii: " ") else { return }
    guard alwaysFolds || bytes.head.dropFirst().first == byte else { return }
    _ = try bytes.next()
  }

  /// Appends the rest of a line; whether another may follow it.
  private func readLine(to text: inout [UInt8]) throws -> Bool {
    while let byte = try bytes.next() {
      if byte == UInt8(ascii: "\n") { return try bytes.peek() != nil }
      if text.count < Self.longestLine { text.append(byte) }
    }
    return false
  }
}

extension VCardReader {
  /// A content line: name, parameters, value.
  private struct Property {
    /// Upper-cased, without its group.
    let name: String
    /// Upper-cased parameters; those without a name, as of 2.1, by their value.
    let parameters: [(name: String, value: String)]
    let value: [UInt8]

    init?(_ text: [UInt8]) {
      guard let colon = Self.colon(in: text) else { return nil }
      let pieces = Self.pieces(of: text[..<colon], at: UInt8(ascii: ";"))
      let name = pieces[0].split(separator: UInt8(ascii: ".")).last ?? []
      self.name = Self.upper(name)
      parameters = pieces.dropFirst().prefix(32).flatMap(Self.parameters)
      value = Array(text[(colon + 1)...])
    }

    var isCard: Bool { Self.upper(value[...]).hasPrefix("VCARD") }

    static func isQuotedPrintable(_ text: [UInt8]) -> Bool {
      Property(text)?.isQuotedPrintable ?? false
    }

    /// Whether a parameter has a value, whatever its name.
    func has(_ value: String) -> Bool { parameters.contains { $0.value == value } }

    private var isQuotedPrintable: Bool { has("QUOTED-PRINTABLE") }

    /// The value, decoded.
    var text: String {
      let charset = parameters.first { $0.name == "CHARSET" }?.value
      return EncodedText.text(
        of: isQuotedPrintable ? EncodedText.quotedPrintable(value) : value, charset: charset)
    }

    /// The parts of a structured value, without backslashes (RFC 6350 section 3.4).
    var components: [String] {
      var components: [String] = []
      var part = String.UnicodeScalarView()
      var isEscaped = false
      for scalar in text.unicodeScalars {
        if isEscaped {
          part.append(scalar == "n" || scalar == "N" ? " " : scalar)
          isEscaped = false
        } else if scalar == "\\" {
          isEscaped = true
        } else if scalar == ";", components.count < 16 {
          components.append(String(part))
          part = .init()
        } else {
          part.append(scalar)
        }
      }
      return (components + [String(part)]).map(PlainText.cleaned)
    }

    /// The value as one text.
    var whole: String { PlainText.cleaned(components.joined(separator: ";")) }

    private static func colon(in text: [UInt8]) -> Int? {
      var isQuoted = false
      for (position, byte) in text.enumerated() {
        if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
        if byte == UInt8(ascii: ":"), !isQuoted { return position }
      }
      return nil
    }

    private static func parameters(_ piece: ArraySlice<UInt8>) -> [(name: String, value: String)] {
      let sides = piece.split(
        separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
      let name = sides.count == 2 ? upper(sides[0]) : ""
      let values = upper(sides[sides.count - 1]).split { $0 == "," || $0 == "\"" }
      return values.map { (name, String($0)) }
    }

    private static func pieces(
      of text: ArraySlice<UInt8>, at separator: UInt8
    ) -> [ArraySlice<UInt8>] {
      var pieces: [ArraySlice<UInt8>] = []
      var start = text.startIndex
      var isQuoted = false
      for position in text.indices {
        if text[position] == UInt8(ascii: "\"") { isQuoted.toggle() }
        guard text[position] == separator, !isQuoted else { continue }
        pieces.append(text[start..<position])
        start = position + 1
      }
      return pieces + [text[start...]]
    }

    private static func upper(_ text: ArraySlice<UInt8>) -> String {
      String(decoding: text, as: UTF8.self).uppercased().trimmed
    }
  }

  /// What has been read of a card.
  private struct Fields {
    private var result: ContactCard
    /// With 1 for the most preferred one (RFC 6350 section 5.3), 101 where nothing is said.
    private var addresses: [(preference: Int, text: String)] = []
    private var bookID: String?

    init(line: Int) { result = ContactCard(line: line) }

    mutating func take(_ property: Property) {
      switch property.name {
      case "FN":
        if result.fullName.isEmpty { result.fullName = property.whole }
      case "N":
        let parts = property.components
        // Family name, given name, additional names (RFC 6350 section 6.2.2).
        result.nameParts = [1, 2, 0].map { $0 < parts.count ? parts[$0] : "" }
      case "ORG":
        if result.organization.isEmpty { result.organization = property.components[0] }
      case "EMAIL": takeAddress(property)
      case "URL":
        if result.websites.count < VCardReader.maxValues { result.websites.append(property.whole) }
      case "UID": result.id = Self.identifier(property.whole)
      case "X-ABUID": bookID = Self.bookIdentifier(property.whole)
      case "KIND", "X-ADDRESSBOOKSERVER-KIND": result.kind = Self.kind(property.whole)
      case "X-ABSHOWAS":
        result.isShownAsCompany = property.whole.uppercased() == "COMPANY"
      case "CLASS":
        result.isPrivate = ["PRIVATE", "CONFIDENTIAL"].contains(property.whole.uppercased())
      default: break
      }
    }

    /// Telex numbers and names of Exchange and X.400 stand under EMAIL, too.
    private mutating func takeAddress(_ property: Property) {
      guard !["TLX", "X400", "EX"].contains(where: property.has),
        addresses.count < VCardReader.maxValues
      else { return }
      let number = property.parameters.first { $0.name == "PREF" }.flatMap { Int($0.value) }
      addresses.append((number ?? (property.has("PREF") ? 1 : 101), property.whole))
    }

    func card(isWhole: Bool) -> ContactCard {
      var card = result
      card.isWhole = isWhole
      card.id = result.id ?? bookID
      let order = addresses.indices.sorted {
        (addresses[$0].preference, $0) < (addresses[$1].preference, $1)
      }
      card.addresses = order.map { addresses[$0].text }
      card.settle()
      return card
    }

    private static func kind(_ text: String) -> ContactCard.Kind {
      switch text.lowercased() {
      case "individual", "": .person
      case "org", "organization": .company
      case "group": .group
      case let other: .other(other)
      }
    }

    private static func identifier(_ value: String) -> String? {
      let prefix = "urn:uuid:"
      let id = value.lowercased().hasPrefix(prefix) ? String(value.dropFirst(prefix.count)) : value
      return id.isEmpty ? nil : id
    }

    /// What Apple's address book calls a person ends in `:ABPerson`.
    private static func bookIdentifier(_ value: String) -> String? {
      let id = value.split(separator: ":", maxSplits: 1).first.map(String.init) ?? ""
      return id.isEmpty ? nil : id
    }
  }
}
