/// Says which lines of a text are quoted and which are a signature.
///
/// Quoted is what begins with `>`, the line above it that names the author, and all that follows a
/// divider such as Outlook's. A signature is what follows the line `-- ` (RFC 3676 section 4.3).
struct QuoteMarker {
  private let text: [UInt8]
  private var kind = MessageText.Block.Kind.text
  /// Lines of `kind` that may still turn out to introduce a quotation.
  private var pending: Range<Int>?
  private var pendingLines = 0
  private var isRestQuoted = false
  private var headerLine: Int?

  /// Marks the lines of a text from a place on.
  static func mark(_ text: inout MessageText, from start: Int) {
    var marker = QuoteMarker(text.utf8)
    let bytes = text.utf8
    var position = start
    while position < bytes.count {
      let end = bytes[position...].firstIndex(of: ASCII.lineFeed).map { $0 + 1 } ?? bytes.count
      marker.take(position..<end, in: &text)
      position = end
    }
    text.mark(marker.kind, to: bytes.count)
  }

  private init(_ text: [UInt8]) { self.text = text }

  private mutating func take(_ line: Range<Int>, in result: inout MessageText) {
    if isRestQuoted { return }
    let content = trimmed(line)
    if content.isEmpty {
      if kind == .text, let open = pending, pendingLines > 0 {
        pending = open.lowerBound..<line.upperBound
      }
      return
    }
    if text[content.lowerBound] == UInt8(ascii: ">") {
      if kind != .quoted {
        // The line or lines above that say whose words these are.
        if kind == .text, let open = pending, pendingLines <= 3, endsInColon(open) {
          result.mark(.text, to: open.lowerBound)
        } else {
          result.mark(kind, to: line.lowerBound)
        }
        kind = .quoted
      }
      pending = nil
      return
    }
    if isDivider(content) {
      return quoteRest(from: line.lowerBound, in: &result)
    }
    if let header = headerLine, line.lowerBound - header < 1000, isHeaderLine(content, Self.dates) {
      return quoteRest(from: header, in: &result)
    }
    if isHeaderLine(content, Self.authors) { headerLine = line.lowerBound }
    if kind == .quoted {
      result.mark(.quoted, to: line.lowerBound)
      kind = .text
      pending = nil
    }
    if kind == .text, isSignatureSeparator(line) {
      result.mark(.text, to: line.lowerBound)
      kind = .signature
      return
    }
    guard kind == .text else { return }
    // A blank line between ends the paragraph.
    if let open = pending, !followsBlankLine(line.lowerBound) {
      pending = open.lowerBound..<line.upperBound
      pendingLines += 1
    } else {
      pending = line
      pendingLines = 1
    }
  }

  private mutating func quoteRest(from start: Int, in result: inout MessageText) {
    result.mark(kind, to: start)
    kind = .quoted
    isRestQuoted = true
  }

  private func trimmed(_ line: Range<Int>) -> Range<Int> {
    var start = line.lowerBound
    var end = line.upperBound
    while start < end, ASCII.isBlank(text[start]) { start += 1 }
    while end > start, ASCII.isBlank(text[end - 1]) { end -= 1 }
    return start..<end
  }

  private func followsBlankLine(_ start: Int) -> Bool {
    start >= 2 && text[start - 1] == ASCII.lineFeed && text[start - 2] == ASCII.lineFeed
  }

  private func endsInColon(_ range: Range<Int>) -> Bool {
    let content = trimmed(range)
    guard let last = content.last else { return false }
    // U+FF1A is the colon of Chinese and Japanese text.
    return text[last] == UInt8(ascii: ":")
      || content.count > 3 && text[(last - 2)...last].elementsEqual([0xEF, 0xBC, 0x9A])
  }

  private func isSignatureSeparator(_ line: Range<Int>) -> Bool {
    // Without its blank, too: many programs and HTML drop it.
    let bytes = text[line]
    return bytes.elementsEqual("-- \n".utf8) || bytes.elementsEqual("--\n".utf8)
      || bytes.elementsEqual("-- ".utf8) || bytes.elementsEqual("--".utf8)
  }

  /// `-----Original Message-----` in any language.
  private func isDivider(_ content: Range<Int>) -> Bool {
    let dash = UInt8(ascii: "-")
    guard content.count > 12, content.count < 120, text[content.lowerBound] == dash,
      text[content.upperBound - 1] == dash
    else { return false }
    var start = content.lowerBound
    var end = content.upperBound
    while start < end, text[start] == dash { start += 1 }
    while end > start, text[end - 1] == dash { end -= 1 }
    guard start - content.lowerBound >= 4, content.upperBound - end >= 4, start < end else {
      return false
    }
    return text[start..<end].contains { ASCII.isLetter($0) || $0 >= 0x80 }
  }

  /// The first and the later lines of the header that Outlook puts above what it quotes.
  private static let authors = ["From", "Von", "De", "Da", "Van", "Fra", "Od", "发件人", "差出人"]
    .map { Array($0.utf8) }
  private static let dates = [
    "Sent", "Date", "Gesendet", "Datum", "Envoyé", "Enviado", "Enviada em", "Inviato", "Data",
    "Verzonden", "Sendt", "Skickat", "Wysłano", "发送时间", "送信日時",
  ].map { Array($0.utf8) }

  private func isHeaderLine(_ content: Range<Int>, _ names: [[UInt8]]) -> Bool {
    // Mailers write the names bold, as *From:*.
    let start = content.lowerBound + (text[content.lowerBound] == UInt8(ascii: "*") ? 1 : 0)
    for name in names where text[start..<content.upperBound].starts(with: name) {
      let next = start + name.count
      if next < content.upperBound, text[next] == UInt8(ascii: ":") || text[next] == 0xEF {
        return true
      }
    }
    return false
  }
}
