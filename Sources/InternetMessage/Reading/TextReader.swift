/// Makes the readable text of a message out of its parts.
struct TextReader {
  private let contents: MIMEContents
  private let structure: MIMEStructure
  private let keepsLinks: Bool
  private var result = MessageText()

  /// Reads the text of a message.
  ///
  /// - Parameters:
  ///   - bytes: The message.
  ///   - structure: Its parts.
  ///   - keepsLinks: Whether targets of links follow their texts.
  /// - Returns: The text.
  static func text(
    of bytes: Bytes, _ structure: MIMEStructure, keepsLinks: Bool = false
  ) -> MessageText {
    var reader = TextReader(bytes: bytes, structure: structure, keepsLinks: keepsLinks)
    reader.read()
    return reader.result
  }

  private init(bytes: Bytes, structure: MIMEStructure, keepsLinks: Bool) {
    contents = structure.contents(in: bytes)
    self.keepsLinks = keepsLinks
    self.structure = structure
  }

  private mutating func read() {
    // The attached messages that the part stands in, the outermost first.
    var messages: [MIMEPart] = []
    let roles = structure.roles
    for part in structure.parts {
      while let last = messages.last, part.index >= last.end { messages.removeLast() }
      switch roles[part.index] {
      case .message where part.index > 0:
        messages.append(part)
        result.begin(message: part.index, depth: messages.count)
      case .text:
        let start = result.utf8.count
        let text = Self.text(
          of: part, in: contents, fallback: structure.namedCharset, keepsLinks: keepsLinks)
        guard text.contains(where: { !ASCII.isBlank($0) }) else { continue }
        if start > 0 { result.utf8.append(ASCII.lineFeed) }
        let textStart = result.utf8.count
        result.utf8 += text
        if result.utf8.last != ASCII.lineFeed { result.utf8.append(ASCII.lineFeed) }
        result.add(
          from: textStart, toMessage: messages.last?.index ?? 0, depth: messages.count)
        if !messages.isEmpty {
          result.mark(.attached, to: result.utf8.count)
        } else {
          QuoteMarker.mark(&result, from: start)
        }
      default: break
      }
    }
  }

  /// The text of one part in UTF-8: decoded, HTML reduced, flowed lines joined, LF line ends.
  ///
  /// - Parameters:
  ///   - part: The part.
  ///   - contents: The message.
  ///   - fallback: A charset that another part names, for texts that name none that is known.
  ///   - keepsLinks: Whether targets of links follow their texts.
  /// - Returns: The text.
  static func text(
    of part: MIMEPart, in contents: MIMEContents, fallback: String?, keepsLinks: Bool = false
  ) -> [UInt8] {
    let type = part.contentType
    if type.type == "text", type.subtype == "rtf" {
      return LineEnds.normalized(contents.withContent(of: part) { RTFText.text(of: Array($0)) })
    }
    let text = LineEnds.normalized(
      decodedText(of: part, in: contents, fallback: fallback), keepsNul: isHTML(type))
    if isHTML(type) { return HTMLText.text(of: text, keepsLinks: keepsLinks) }
    if type.parameters["format"]?.lowercased() == "flowed" {
      return FlowedText.joined(
        text, deletesSpace: type.parameters["delsp"]?.lowercased() == "yes")
    }
    return text
  }

  static func isHTML(_ type: ContentType) -> Bool {
    type.type == "text" && type.subtype == "html"
  }

  /// The text of one part in UTF-8 as it stands, without the files in it.
  static func decodedText(
    of part: MIMEPart, in contents: MIMEContents, fallback: String?
  ) -> [UInt8] {
    let type = part.contentType
    func text(_ content: Bytes) -> [UInt8] {
      utf8(content, label: type.charset, fallback: fallback, isHTML: isHTML(type))
    }
    let files = contents.files(in: part)
    return contents.withContent(of: part) {
      files.isEmpty ? text($0) : without(files, $0).withUnsafeBytes(text)
    }
  }

  private static func without(_ files: [Range<Int>], _ content: Bytes) -> [UInt8] {
    var rest: [UInt8] = []
    var start = 0
    // Of a part that is read in part only, some files stand beyond its end.
    for file in files where file.lowerBound < content.count {
      rest += content[start..<file.lowerBound]
      start = min(content.count, file.upperBound)
    }
    return rest + content[start...]
  }

  static func utf8(
    _ bytes: Bytes, label: String?, fallback: String?, isHTML: Bool
  ) -> [UInt8] {
    // A byte order mark decides, and is no text (WHATWG Encoding section 6).
    if let isBigEndian = Charset.markOfUTF16(bytes) {
      return Array(Charset.utf16(bytes, isBigEndian: isBigEndian).utf8)
    }
    let hasMark = bytes.has("\u{FEFF}", at: 0)
    let text = bytes.part((hasMark ? 3 : 0)..<bytes.count)
    switch label {
    case nil, "utf-8", "utf8", "us-ascii":
      let isSeven = label != "utf-8" && label != "utf8"
      if !isSeven || text.position(of: 0x1B, from: 0) == nil, UTF8Check.isValid(text) {
        // Only charsets of seven bits can be hidden in valid UTF-8.
        if !isSeven || !isHTML { return Array(text) }
      }
    default: break
    }
    if hasMark, UTF8Check.isValid(text) { return Array(text) }
    if let label, label != "us-ascii", Charset.isKnown(label) {
      return Charset.decode(text, label: label).utf8
    }
    // What a page names for itself that can be read as ASCII is no UTF-16 (WHATWG HTML 13.2.3.2).
    guard isHTML, let named = metaCharset(text), Charset.isKnown(named) else {
      return Charset.decode(text, label: nil, fallback: fallback).utf8
    }
    if label != nil, text.contains(where: { $0 >= 0x80 }), UTF8Check.isValid(text) {
      return Array(text)
    }
    return Charset.decode(text, label: named).utf8
  }

  /// The charset that a page names for itself near its start.
  private static func metaCharset(_ page: Bytes) -> String? {
    let head = page.part(0..<min(page.count, 1024))
    var position = 0
    while let found = head.position(of: UInt8(ascii: "="), from: position) {
      position = found + 1
      var nameEnd = found
      while nameEnd > 0, ASCII.isBlank(head[nameEnd - 1]) { nameEnd -= 1 }
      guard nameEnd >= 7, head.part((nameEnd - 7)..<nameEnd).equalsFolded("charset") else {
        continue
      }
      var start = position
      while start < head.count,
        ASCII.isBlank(head[start]) || head[start] == ASCII.quote || head[start] == UInt8(ascii: "'")
      {
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
