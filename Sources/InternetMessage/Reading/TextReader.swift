/// Makes the readable text of a message out of its parts.
struct TextReader {
  private let bytes: Bytes
  private let structure: MIMEStructure
  private var result = MessageText()

  /// Reads the text of a message.
  static func text(of bytes: Bytes, _ structure: MIMEStructure) -> MessageText {
    var reader = TextReader(bytes: bytes, structure: structure)
    reader.read()
    return reader.result
  }

  private init(bytes: Bytes, structure: MIMEStructure) {
    self.bytes = bytes
    self.structure = structure
  }

  private mutating func read() {
    var attachedEnd = 0
    let roles = structure.roles
    for part in structure.parts {
      switch roles[part.index] {
      case .message where part.index > 0: attachedEnd = max(attachedEnd, part.end)
      case .text:
        let start = result.utf8.count
        let text = Self.text(of: part, in: bytes)
        guard text.contains(where: { !ASCII.isBlank($0) }) else { continue }
        if start > 0 { result.utf8.append(ASCII.lineFeed) }
        result.utf8 += text
        if result.utf8.last != ASCII.lineFeed { result.utf8.append(ASCII.lineFeed) }
        if part.index < attachedEnd {
          result.mark(.attached, to: result.utf8.count)
        } else {
          QuoteMarker.mark(&result, from: start)
        }
      default: break
      }
    }
  }

  /// The text of one part in UTF-8: decoded, HTML reduced, flowed lines joined, LF line ends.
  static func text(of part: MIMEPart, in bytes: Bytes) -> [UInt8] {
    let type = part.contentType
    let text = LineEnds.normalized(decodedText(of: part, in: bytes))
    if isHTML(type) { return HTMLText.text(of: text) }
    if type.parameters["format"]?.lowercased() == "flowed" {
      return FlowedText.joined(
        text, deletesSpace: type.parameters["delsp"]?.lowercased() == "yes")
    }
    return text
  }

  private static func isHTML(_ type: ContentType) -> Bool {
    type.type == "text" && type.subtype == "html"
  }

  /// The text of one part in UTF-8 as it stands.
  static func decodedText(of part: MIMEPart, in bytes: Bytes) -> [UInt8] {
    let type = part.contentType
    let body = bytes.part(part.bodyRange)
    switch type.isMultipart ? .identity : part.transferEncoding {
    case .identity, .unknown: return utf8(body, label: type.charset, isHTML: isHTML(type))
    case .base64, .quotedPrintable:
      return TransferDecoder.decode(body, part.transferEncoding).withUnsafeBytes {
        utf8($0, label: type.charset, isHTML: isHTML(type))
      }
    }
  }

  private static func utf8(_ bytes: Bytes, label: String?, isHTML: Bool) -> [UInt8] {
    let label = label ?? (isHTML ? metaCharset(bytes) : nil)
    switch label {
    case nil, "utf-8", "utf8", "us-ascii", "ascii":
      // A byte order mark is no text.
      let start = bytes.has("\u{FEFF}", at: 0) ? 3 : 0
      let text = bytes.part(start..<bytes.count)
      if UTF8Check.isValid(text) { return Array(text) }
      if label == nil || label?.hasSuffix("ascii") == true {
        return Array(Charset.windows1252(text).utf8)
      }
      return Array(String(decoding: text, as: UTF8.self).utf8)
    case let label?: return Array(Charset.decode(bytes, label: label).text.utf8)
    }
  }

  /// The charset that a page names for itself near its start.
  private static func metaCharset(_ page: Bytes) -> String? {
    let head = page.part(0..<min(page.count, 1024))
    var position = 0
    while let found = head.position(of: UInt8(ascii: "="), from: position) {
      position = found + 1
      guard found >= 7, head.part((found - 7)..<found).equalsFolded("charset") else { continue }
      var start = position
      while start < head.count, head[start] == ASCII.quote || head[start] == UInt8(ascii: "'") {
        start += 1
      }
      var end = start
      while end < head.count, ASCII.isAtom(head[end]), head[end] != UInt8(ascii: "'"),
        head[end] != UInt8(ascii: "/")
      {
        end += 1
      }
      return String(decoding: head.part(start..<end), as: UTF8.self).lowercased()
    }
    return nil
  }
}
