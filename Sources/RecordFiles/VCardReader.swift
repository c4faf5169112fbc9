/// Reads vCards of version 3 and 4 (RFC 2426, RFC 6350), a card at a time, and of each what makes it
/// a record: kind, id and addresses.
package struct VCardReader {
  /// A card and the line on which it begins.
  package struct Card {
    /// `UID`, without `urn:uuid:`.
    package var id: String?
    /// `KIND`, lower-cased; a person where it is absent.
    package var kind = "individual"
    /// `VERSION`.
    package var version: String?
    /// The addresses of `EMAIL`, as they stand.
    package var addresses: [String] = []
    /// From 1.
    package var line: Int
    /// Whether a text of it was not UTF-8.
    package var isMalformed = false
  }

  /// Longer content lines are photos, which are passed over.
  package static let longestLine = 64 << 10

  private let bytes: FileBytes

  /// Reads a file from where it stands.
  package init(_ bytes: FileBytes) {
    self.bytes = bytes
  }

  /// The next card; `nil` at the end.
  ///
  /// What stands outside of cards is passed over.
  ///
  /// - Throws: `FileError`.
  package mutating func next() throws -> Card? {
    var card: Card?
    while let (line, text) = try contentLine() {
      guard let property = Self.property(text) else { continue }
      let value = String(validating: property.value, as: UTF8.self)
      switch (property.name, value) {
      case ("BEGIN", "VCARD"?), ("BEGIN", "vcard"?): card = Card(line: line)
      case ("END", _):
        if let card { return card }
      case ("UID", let value?): card?.id = Self.identifier(value)
      case ("KIND", let value?): card?.kind = value.lowercased()
      case ("VERSION", let value?): card?.version = value
      case ("EMAIL", let value?): card?.addresses.append(Self.address(value))
      case ("UID", nil), ("EMAIL", nil): card?.isMalformed = true
      default: break
      }
    }
    // A card without its end is one that was cut off.
    card?.isMalformed = true
    return card
  }

  /// A line with those that continue it (RFC 6350 section 3.2), up to its longest.
  private func contentLine() throws -> (line: Int, text: [UInt8])? {
    guard try bytes.peek() != nil else { return nil }
    let line = bytes.line
    var text: [UInt8] = []
    while let byte = try bytes.next() {
      if byte == UInt8(ascii: "\n") {
        if text.last == UInt8(ascii: "\r") { text.removeLast() }
        let following = try bytes.peek()
        guard following == UInt8(ascii: " ") || following == UInt8(ascii: "\t") else { break }
        _ = try bytes.next()
      } else if text.count < Self.longestLine {
        text.append(byte)
      }
    }
    return (line, text)
  }

  /// Name, upper-cased and without its group, and value of a content line.
  private static func property(_ text: [UInt8]) -> (name: String, value: [UInt8])? {
    var isQuoted = false
    var colon: Int?
    for (position, byte) in text.enumerated() {
      if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
      if byte == UInt8(ascii: ":"), !isQuoted {
        colon = position
        break
      }
    }
    guard let colon else { return nil }
    let name = text[..<colon].prefix { $0 != UInt8(ascii: ";") }
    let bare = name.split(separator: UInt8(ascii: ".")).last ?? []
    return (String(decoding: bare, as: UTF8.self).uppercased(), unescaped(text[(colon + 1)...]))
  }

  /// A value without backslashes (RFC 6350 section 3.4) and without blanks at its ends.
  private static func unescaped(_ value: ArraySlice<UInt8>) -> [UInt8] {
    var text: [UInt8] = []
    var rest = value.drop { $0 == 32 || $0 == 9 }
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "\\"), let next = rest.popFirst() {
        text.append(next == UInt8(ascii: "n") || next == UInt8(ascii: "N") ? 10 : next)
      } else {
        text.append(byte)
      }
    }
    while text.last == 32 || text.last == 9 { text.removeLast() }
    return text
  }

  private static func identifier(_ value: String) -> String? {
    let prefix = "urn:uuid:"
    let id = value.lowercased().hasPrefix(prefix) ? String(value.dropFirst(prefix.count)) : value
    return id.isEmpty ? nil : id
  }

  private static func address(_ value: String) -> String {
    value.lowercased().hasPrefix("mailto:") ? String(value.dropFirst(7)) : value
  }
}
