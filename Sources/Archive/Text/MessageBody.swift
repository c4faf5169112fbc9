import InternetMessage

/// The text of a message, as its page shows it.
package struct MessageBody: Sendable {
  /// The beginning of a message that is attached.
  struct Heading: Sendable {
    /// Who wrote it.
    let sender: PersonLink?
    /// When, in seconds since 1970.
    let sentAt: Int64?
    /// Its subject.
    let subject: String?
  }
  /// So many bytes of text are shown; who wants the rest has the message itself.
  package static let maxLength = 1_000_000

  /// The text, with targets behind the texts of links.
  let text: MessageText
  /// What stands above the attached messages, by their parts.
  let headings: [Int: Heading]
  /// The language that the text is in (BCP 47); `nil` where nothing tells it.
  let language: String?

  /// Reads the text of a message.
  package init(_ message: Message) {
    text = message.textWithLinks
    var headings: [Int: Heading] = [:]
    for section in text.sections where section.part > 0 && headings[section.part] == nil {
      let part = message.structure.parts[section.part]
      let header = message.header(ofAttached: part)
      headings[section.part] = Heading(
        sender: header?.from.first.map {
          PersonLink(name: $0.displayName, address: $0.address.description)
        },
        sentAt: header?.date.map { Int64($0.secondsSince1970) },
        subject: header?.subject ?? message.name(of: part))
    }
    self.headings = headings
    language =
      TextLanguage.named(message.header.texts(of: "Content-Language").first)
      ?? text.utf8.withUnsafeBufferPointer(TextLanguage.of)
  }

  /// Whether there is nothing to read.
  var isBlank: Bool { !text.utf8.contains { $0 > 0x20 } && headings.isEmpty }

  /// The beginning of what the sender wrote, in one line, at most so many characters, without what fills
  /// such lines in newsletters.
  package func beginning(_ limit: Int = 200) -> String {
    var line: [UInt8] = []
    var isBlank = true
    for block in text.blocks where block.kind == .text {
      for byte in text.utf8[block.range] {
        // A character takes four bytes at most.
        guard line.count < 4 * limit else { break }
        guard byte > 0x20 else {
          if !isBlank { line.append(0x20) }
          isBlank = true
          continue
        }
        line.append(byte)
        isBlank = false
        guard byte >= 0x80,
          Escape.fillers.contains(where: { line.suffix($0.count).elementsEqual($0) })
        else {
          continue
        }
        line.removeLast(2)
        isBlank = line.last ?? 0x20 == 0x20
      }
    }
    let whole = String(decoding: line, as: UTF8.self)
    let start = whole.unicodeScalars.prefix(limit)
    return start.endIndex == whole.unicodeScalars.endIndex
      ? whole : String(start) + "…"
  }
}
