/// Finds the parts of a message in one pass, line by line, without recursion
/// (RFC 2046 section 5.1.1).
struct MIMEParser {
  private let bytes: Bytes
  private let lineEnd: UInt8
  private let limits: MIMEStructure.Limits
  /// How deep the first part stands.
  private let depth: Int
  private(set) var parts: [MIMEPart] = []
  private(set) var notes: [Note] = []
  /// The parts whose end has not been seen, outermost first.
  private var open: [Int] = []
  private var boundaries = BoundaryStack()

  init(_ bytes: Bytes, lineEnd: UInt8, limits: MIMEStructure.Limits, depth: Int = 0) {
    self.bytes = bytes
    self.depth = depth
    self.lineEnd = lineEnd
    self.limits = limits
  }

  /// A delimiter line (RFC 2046 section 5.1.1).
  private struct Delimiter {
    var frame: Int
    var isLast: Bool
    var start: Int
    var next: Int
  }

  mutating func parse(_ section: HeaderSection) {
    var header = PartHeader()
    section.bytes.withUnsafeBytes { sectionBytes in
      for field in section.fields {
        header.take(sectionBytes.part(field.nameRange), value: field.valueRange)
      }
    }
    parse(header, body: min(section.bodyOffset, bytes.count))
  }

  /// Whether the first line is one with which a message may begin.
  var beginsMessage: Bool {
    var start = bytes.has("\u{FEFF}", at: 0) ? 3 : 0
    while start < bytes.count, bytes[start] == lineEnd || bytes[start] == ASCII.carriageReturn {
      start += 1
    }
    return bytes.has("From ", at: start) || bytes.has(">From ", at: start)
      || field(at: start, end: bytes.count) != nil
  }

  /// Parses a message that was decoded, the one whose parts these are the parts of.
  mutating func parseDecoded() {
    let (header, body) = readHeader(at: 0)
    parse(header, body: body)
  }

  private mutating func parse(_ header: PartHeader, body: Int) {
    var position = add(
      header, range: 0..<body, parent: nil, isInDigest: false)
    while let found = delimiter(from: position) {
      close(above: found)
      let parent = boundaries.frames[found.frame].part
      if found.isLast {
        boundaries.removeLast()
        position = found.next
        continue
      }
      guard parts.count < limits.parts else {
        note(.mimeLimit)
        position = bytes.count
        break
      }
      position = readPart(at: found.next, parent: parent)
    }
    if !boundaries.isEmpty { note(.brokenMultipart) }
    for index in open { finish(index, at: bytes.count) }
  }

  // MARK: Parts

  /// Reads the header of a part, and those of the messages that begin in it at once.
  ///
  /// - Returns: Where to look for the next delimiter.
  private mutating func readPart(at start: Int, parent: Int) -> Int {
    let (header, body) = readHeader(at: start)
    let isInDigest =
      parts[parent].contentType.type == "multipart"
      && parts[parent].contentType.subtype == "digest"
    return add(header, range: start..<body, parent: parent, isInDigest: isInDigest)
  }

  /// Adds a part whose header was read; where its body is a message, that message, too.
  private mutating func add(
    _ header: PartHeader, range: Range<Int>, parent: Int?, isInDigest: Bool
  ) -> Int {
    var header = header
    var range = range
    var parent = parent
    var isInDigest = isInDigest
    while true {
      let part = part(header, range: range, parent: parent, isInDigest: isInDigest)
      parts.append(part)
      open.append(part.index)
      if part.contentType.isMultipart {
        openMultipart(part)
        // QUIRK: RFC 5322 section 2.1 has a blank line after the header. Where it is missing, the
        // first delimiter stands in what was read as the header.
        return header.contentType.map { afterLine($0.upperBound) } ?? range.upperBound
      }
      guard part.contentType.isMessage, !part.transferEncoding.isDecoded else {
        return range.upperBound
      }
      guard part.depth < limits.depth, parts.count < limits.parts else {
        note(.mimeLimit)
        return range.upperBound
      }
      parent = part.index
      isInDigest = false
      let start = range.upperBound
      let inner = readHeader(at: start)
      header = inner.header
      range = start..<inner.body
    }
  }

  private func part(
    _ header: PartHeader, range: Range<Int>, parent: Int?, isInDigest: Bool
  ) -> MIMEPart {
    let id = header.contentID.flatMap { range -> String? in
      let value = bytes.part(range).trimmed
      let hasBrackets =
        value.count > 1 && value[0] == UInt8(ascii: "<")
        && value[value.count - 1] == UInt8(ascii: ">")
      let inner = hasBrackets ? value.part(1..<(value.count - 1)) : value
      return inner.isEmpty ? nil : String(decoding: inner, as: UTF8.self)
    }
    return MIMEPart(
      index: parts.count, number: parts.count + 1, parent: parent,
      depth: parent.map { parts[$0].depth + 1 } ?? depth,
      headerRange: range, bodyRange: range.upperBound..<range.upperBound, end: parts.count + 1,
      contentType: header.contentType.map { ContentType(bytes.part($0)) }
        ?? (isInDigest ? .message : .plainText),
      disposition: header.disposition.map { ContentDisposition(bytes.part($0)) },
      transferEncoding: header.transferEncoding.map { TransferEncoding(bytes.part($0)) }
        ?? .identity,
      contentID: id)
  }

  private mutating func openMultipart(_ part: MIMEPart) {
    var boundary = Array((part.contentType.parameters["boundary"] ?? "").utf8)
    while let last = boundary.last, ASCII.isBlank(last) { boundary.removeLast() }
    guard !boundary.isEmpty else { return note(.brokenMultipart) }
    guard part.depth < limits.depth else { return note(.mimeLimit) }
    boundaries.push(part: part.index, boundary: boundary)
  }

  /// Ends all that stands in the multipart of a delimiter.
  private mutating func close(above delimiter: Delimiter) {
    var end = delimiter.start
    if end > 0, bytes[end - 1] == lineEnd {
      end -= 1
      if lineEnd == ASCII.lineFeed, end > 0, bytes[end - 1] == ASCII.carriageReturn { end -= 1 }
    }
    while boundaries.frames.count > delimiter.frame + 1 {
      boundaries.removeLast()
      note(.brokenMultipart)
    }
    let part = boundaries.frames[delimiter.frame].part
    while let last = open.last, last != part {
      finish(last, at: end)
      open.removeLast()
    }
  }

  private mutating func finish(_ index: Int, at end: Int) {
    let start = parts[index].bodyRange.lowerBound
    parts[index].bodyRange = start..<max(start, end)
    parts[index].end = parts.count
  }

  private mutating func note(_ kind: NoteKind) {
    let note = Note(kind)
    if !notes.contains(note) { notes.append(note) }
  }

  // MARK: Lines

  /// Where the line after a place begins.
  private func afterLine(_ position: Int) -> Int {
    bytes.position(of: lineEnd, from: position).map { $0 + 1 } ?? bytes.count
  }

  /// The next delimiter of an open multipart; `position` begins a line.
  private func delimiter(from start: Int) -> Delimiter? {
    guard !boundaries.isEmpty else { return nil }
    var position = start
    while position < bytes.count {
      if let found = delimiter(at: position) { return found }
      guard let end = bytes.position(of: lineEnd, from: position) else { return nil }
      position = end + 1
    }
    return nil
  }

  @inline(__always)
  private func delimiter(at position: Int) -> Delimiter? {
    guard bytes[position] == UInt8(ascii: "-"), position + 2 < bytes.count,
      bytes[position + 1] == UInt8(ascii: "-")
    else { return nil }
    return matchedDelimiter(at: position)
  }

  private func matchedDelimiter(at position: Int) -> Delimiter? {
    let lineFeed = bytes.position(of: lineEnd, from: position)
    let next = lineFeed.map { $0 + 1 } ?? bytes.count
    var end = lineFeed ?? bytes.count
    // Blanks may follow a boundary; a mail gateway adds them.
    while end > position + 2, ASCII.isBlank(bytes[end - 1]) { end -= 1 }
    let length = end - position - 2
    guard length > 0, length <= boundaries.longest + 2 else { return nil }
    let content = bytes.part((position + 2)..<end)
    let opening = boundaries.frame(of: content)
    var closing: Int?
    if length > 2, content[length - 1] == UInt8(ascii: "-"),
      content[length - 2] == UInt8(ascii: "-")
    {
      closing = boundaries.frame(of: content.part(0..<(length - 2)))
    }
    if let closing, closing > opening ?? -1 {
      return Delimiter(frame: closing, isLast: true, start: position, next: next)
    }
    return opening.map { Delimiter(frame: $0, isLast: false, start: position, next: next) }
  }

  /// The name and the start of the value of a field whose line begins at a place.
  private func field(at start: Int, end: Int) -> (nameEnd: Int, valueStart: Int)? {
    var nameEnd = start
    while nameEnd < end, ASCII.isFieldName(bytes[nameEnd]) { nameEnd += 1 }
    var colon = nameEnd
    while colon < end, bytes[colon] == ASCII.space || bytes[colon] == ASCII.tab { colon += 1 }
    guard nameEnd > start, colon < end, bytes[colon] == UInt8(ascii: ":") else { return nil }
    return (nameEnd, colon + 1)
  }

  /// Whether a value goes on by itself; only its end is looked at, since each line may ask.
  private func endsWithSemicolon(_ value: Range<Int>) -> Bool {
    var last = value.upperBound - 1
    while last >= value.lowerBound,
      ASCII.isBlank(bytes[last]) || bytes[last] == ASCII.lineFeed
        || bytes[last] == ASCII.carriageReturn
    {
      last -= 1
    }
    return last >= value.lowerBound && bytes[last] == UInt8(ascii: ";")
  }

  /// Reads the header of a part, up to the blank line, a delimiter, or a line that is no field.
  private func readHeader(at start: Int) -> (header: PartHeader, body: Int) {
    var header = PartHeader()
    var position = start
    var name = start..<start
    var value = start..<start
    func close() {
      if !name.isEmpty { header.take(bytes.part(name), value: value) }
      name = start..<start
    }
    while position < bytes.count {
      if !boundaries.isEmpty, delimiter(at: position) != nil { break }
      let lineFeed = bytes.position(of: lineEnd, from: position)
      let next = lineFeed.map { $0 + 1 } ?? bytes.count
      var end = lineFeed ?? bytes.count
      if lineEnd == ASCII.lineFeed, end > position, bytes[end - 1] == ASCII.carriageReturn {
        end -= 1
      }
      if end == position {
        close()
        return (header, next)
      }
      let first = bytes[position]
      if first == ASCII.space || first == ASCII.tab {
        value = value.lowerBound..<max(value.lowerBound, end)
      } else if let field = field(at: position, end: end) {
        close()
        name = position..<field.nameEnd
        value = field.valueStart..<end
      } else if !name.isEmpty, endsWithSemicolon(value) {
        // QUIRK: RFC 5322 section 2.2.3 has a blank before a folded line; some mailers leave it out.
        value = value.lowerBound..<end
      } else {
        close()
        let isFromLine =
          position == start && (bytes.has("From ", at: start) || bytes.has(">From ", at: start))
        // QUIRK: RFC 2046 section 5.1 has a blank line before each body. Without one the body
        // begins with the first line that is no field, unless a field follows it.
        if !isFromLine, field(at: next, end: bytes.count) == nil { return (header, position) }
      }
      position = next
    }
    close()
    return (header, position)
  }
}
