/// Lays out text as a page is read: white space collapsed, blocks on lines of their own.
struct HTMLTextWriter {
  /// How many quotations are open.
  var quoteDepth = 0

  /// Whether what is written is the text of a link.
  var isLink = false {
    didSet { if isLink, !oldValue { linkText.removeAll(keepingCapacity: true) } }
  }
  /// The text of the last link.
  private(set) var linkText: [UInt8] = []

  private var text: [UInt8] = []
  private var line: [UInt8] = []
  private var hasPendingSpace = false
  private var needsBlankLine = false
  /// How many quotations are shown by a mark; deeper ones would make the text grow with the square
  /// of their number.
  private static let maxMarks = 16

  /// Writes text of the page.
  ///
  /// - Parameters:
  ///   - bytes: The text.
  ///   - isPreformatted: Whether its line ends and blanks count.
  ///   - place: As what its character references are read; `nil` where none are.
  mutating func write(
    _ bytes: Bytes, isPreformatted: Bool, references place: CharacterReference.Place? = .text
  ) {
    var position = 0
    while position < bytes.count {
      let byte = bytes[position]
      if byte == UInt8(ascii: "&"), let place,
        let found = CharacterReference(in: bytes, at: position, of: place)
      {
        position = found.end
        write(found.first, isPreformatted)
        if let second = found.second { write(second, isPreformatted) }
        continue
      }
      position += 1
      if byte == 0xC2, position < bytes.count, bytes[position] == 0xA0 {
        position += 1
        append(ASCII.space)
      } else {
        write(byte, isPreformatted)
      }
    }
  }

  private mutating func write(_ scalar: Unicode.Scalar, _ isPreformatted: Bool) {
    switch scalar.value {
    case 0xA0: append(ASCII.space)
    // A control character shows as nothing but the blank that it might stand for.
    case 0..<0x20 where scalar != "\n": write(ASCII.space, isPreformatted)
    case 0..<0x80: write(UInt8(scalar.value), isPreformatted)
    default: for unit in UTF8.encode(scalar) ?? .init() { append(unit) }
    }
  }

  @inline(__always)
  private mutating func write(_ byte: UInt8, _ isPreformatted: Bool) {
    if byte == ASCII.lineFeed, isPreformatted {
      breakLine()
    } else if ASCII.isBlank(byte) || byte == 0x0C, !isPreformatted {
      hasPendingSpace = !line.isEmpty
    } else if byte != 0 {
      // NUL is no text (WHATWG HTML section 13.2.6.4.7).
      append(byte)
    }
  }

  /// Writes text that is no part of the page.
  mutating func write(_ mark: String) {
    for byte in mark.utf8 { append(byte) }
  }

  /// Writes where a link leads behind its text.
  mutating func writeTarget(_ target: [UInt8]) {
    let isFollowedBySpace = hasPendingSpace
    hasPendingSpace = !line.isEmpty
    append(UInt8(ascii: "<"))
    line += target
    append(UInt8(ascii: ">"))
    hasPendingSpace = isFollowedBySpace
  }

  /// Ends the line, even an empty one.
  mutating func breakLine() { flushLine() }

  /// Ends the line if anything stands on it.
  mutating func endLine() {
    if !line.isEmpty { flushLine() }
  }

  /// Ends the line; a blank line follows before the next text.
  mutating func endParagraph() {
    endLine()
    if !text.isEmpty { needsBlankLine = true }
  }

  /// Stands between two cells of a row.
  mutating func separateCells() {
    if !line.isEmpty {
      line.append(ASCII.tab)
      hasPendingSpace = false
    }
  }

  /// The text; no blank lines at its ends.
  mutating func finish() -> [UInt8] {
    endLine()
    while text.last == ASCII.lineFeed { text.removeLast() }
    if !text.isEmpty { text.append(ASCII.lineFeed) }
    return text
  }

  private mutating func append(_ byte: UInt8) {
    if hasPendingSpace {
      line.append(ASCII.space)
      if isLink { linkText.append(ASCII.space) }
      hasPendingSpace = false
    }
    line.append(byte)
    if isLink { linkText.append(byte) }
  }

  private mutating func flushLine() {
    while let last = line.last, ASCII.isBlank(last) { line.removeLast() }
    hasPendingSpace = false
    if line.isEmpty {
      needsBlankLine = !text.isEmpty
      return
    }
    if needsBlankLine {
      startLine()
      text.append(ASCII.lineFeed)
      needsBlankLine = false
    }
    startLine()
    if quoteDepth > 0 { text.append(ASCII.space) }
    text += line
    text.append(ASCII.lineFeed)
    line.removeAll(keepingCapacity: true)
  }

  private mutating func startLine() {
    for _ in 0..<min(quoteDepth, Self.maxMarks) { text.append(UInt8(ascii: ">")) }
  }
}
