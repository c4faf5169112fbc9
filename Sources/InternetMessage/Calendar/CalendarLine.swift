/// A content line of a calendar: a property (RFC 5545 section 3.1).
struct CalendarLine {
  /// The text that it stands in: all lines unfolded, in UTF-8.
  let text: [UInt8]
  /// The name in capitals.
  let name: String
  /// Where its parameters stand, from the semicolon on.
  let parameters: Range<Int>
  /// Where its value stands.
  let valueRange: Range<Int>
  /// The value where it had to be decoded (vCalendar 1.0).
  var decoded: [UInt8]?

  /// The value.
  var value: ArraySlice<UInt8> { decoded.map { $0[...] } ?? text[valueRange] }

  /// The value without blanks at its sides.
  var trimmed: ArraySlice<UInt8> { Self.trimmed(value) }

  /// The value of a parameter, without its quotes (RFC 5545 section 3.2, RFC 6868).
  ///
  /// - Parameter name: The name in lower case.
  /// - Returns: `nil` where it is missing or empty.
  func parameter(_ name: StaticString) -> String? {
    var found: ArraySlice<UInt8>?
    forEachParameter(in: parameters) { piece in
      guard let equals = piece.firstIndex(of: UInt8(ascii: "=")) else { return true }
      guard Self.equals(Self.trimmed(piece[..<equals]), name) else { return true }
      found = Self.trimmed(piece[(equals + 1)...])
      return false
    }
    guard let found, !found.isEmpty else { return nil }
    let plain =
      found.count >= 2 && found.first == ASCII.quote && found.last == ASCII.quote
      ? found.dropFirst().dropLast() : found
    let text = String(decoding: Self.withoutCarets(plain), as: UTF8.self)
    return text.isEmpty ? nil : text
  }

  /// Whether something stands among the parameters without a name, as vCalendar 1.0 has them.
  func hasBare(_ word: StaticString) -> Bool {
    var isThere = false
    forEachParameter(in: parameters) { piece in
      isThere = Self.equals(Self.trimmed(piece), word)
      return !isThere
    }
    return isThere
  }

  /// Goes through the parameters until told to stop; a semicolon in quotes is part of one.
  private func forEachParameter(
    in range: Range<Int>, _ body: (ArraySlice<UInt8>) -> Bool
  ) {
    let whole = text[range]
    let quotes = whole.reduce(0) { $0 + ($1 == ASCII.quote ? 1 : 0) }
    var isQuoted = false
    var start = range.lowerBound
    for place in range {
      if text[place] == ASCII.quote, quotes % 2 == 0 { isQuoted.toggle() }
      guard text[place] == UInt8(ascii: ";"), !isQuoted else { continue }
      if start < place, !body(text[start..<place]) { return }
      start = place + 1
    }
    if start < range.upperBound { _ = body(text[start..<range.upperBound]) }
  }

  /// Undoes `^n`, `^'` and `^^` (RFC 6868 section 3.2); any other caret stays.
  private static func withoutCarets(_ value: ArraySlice<UInt8>) -> [UInt8] {
    let caret = UInt8(ascii: "^")
    guard value.contains(caret) else { return Array(value) }
    var result: [UInt8] = []
    var place = value.startIndex
    while place < value.endIndex {
      let next = place + 1 < value.endIndex ? value[place + 1] : 0
      switch (value[place], next) {
      case (caret, UInt8(ascii: "n")): result.append(ASCII.lineFeed)
      case (caret, UInt8(ascii: "'")): result.append(ASCII.quote)
      case (caret, caret): result.append(caret)
      default:
        result.append(value[place])
        place += 1
        continue
      }
      place += 2
    }
    return result
  }

  /// The value as a text: `\n`, `\,`, `\;` and `\\` undone once, from left to right
  /// (RFC 5545 section 3.3.11).
  var plainText: String {
    let value = value
    guard value.contains(ASCII.backslash) || value.contains(0) else {
      return String(decoding: value, as: UTF8.self)
    }
    var result: [UInt8] = []
    result.reserveCapacity(value.count)
    var place = value.startIndex
    while place < value.endIndex {
      let byte = value[place]
      place += 1
      if byte == 0 {
        result += Array("\u{FFFD}".utf8)
        continue
      }
      guard byte == ASCII.backslash, place < value.endIndex else {
        result.append(byte)
        continue
      }
      switch value[place] {
      case UInt8(ascii: "n"), UInt8(ascii: "N"): result.append(ASCII.lineFeed)
      case ASCII.backslash, UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: ":"), ASCII.quote:
        result.append(value[place])
      default:
        // A backslash that nobody doubled.
        result.append(byte)
        continue
      }
      place += 1
    }
    return String(decoding: result, as: UTF8.self)
  }

  static func trimmed(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    var bytes = bytes.drop { ASCII.isBlank($0) }
    while let last = bytes.last, ASCII.isBlank(last) { bytes.removeLast() }
    return bytes
  }

  /// Whether bytes are a word in lower case, whatever their case.
  static func equals(_ bytes: ArraySlice<UInt8>, _ word: StaticString) -> Bool {
    bytes.withUnsafeBytes { $0.equalsFolded(word) }
  }
}

/// Reads the content lines of a calendar one after the other (RFC 5545 section 3.1).
///
/// Nothing is an error: a line that is no property is skipped.
struct CalendarLineReader {
  private let text: [UInt8]
  private var position = 0

  /// Reads a stream.
  ///
  /// - Parameters:
  ///   - bytes: The stream, its transfer encoding undone.
  ///   - charset: What is said to be its charset in lower case; UTF-8 where nothing is said.
  init(_ bytes: Bytes, charset: String?) {
    let isWide = charset.map { $0.hasPrefix("utf-16") || $0.hasPrefix("utf16") } ?? false
    if Charset.markOfUTF16(bytes) != nil || isWide {
      let decoded = TextReader.utf8(bytes, label: charset, fallback: nil, isHTML: false)
      text = decoded.withUnsafeBytes { Self.unfolded($0) }
    } else {
      // Folds may stand within a character: they are undone before any is read.
      text = Self.unfolded(bytes).withUnsafeBytes {
        TextReader.utf8($0, label: charset, fallback: nil, isHTML: false)
      }
    }
  }

  /// Lines ended by LF, without folds and empty lines; line ends are CRLF, LF, CR, or what a text mode
  /// made of them.
  private static func unfolded(_ bytes: Bytes) -> [UInt8] {
    // In vCalendar 1.0 the blank of a fold belongs to the text (section 2.1.3).
    let keepsBlank = isOld(bytes)
    return [UInt8](unsafeUninitializedCapacity: bytes.count) { target, count in
      var position = 0
      var isAtStart = true
      while position < bytes.count {
        let byte = bytes[position]
        guard byte == ASCII.lineFeed || byte == ASCII.carriageReturn else {
          target[count] = byte
          count += 1
          position += 1
          isAtStart = false
          continue
        }
        while position < bytes.count,
          bytes[position] == ASCII.lineFeed || bytes[position] == ASCII.carriageReturn
        {
          position += 1
        }
        if isAtStart { continue }
        if position < bytes.count, bytes[position] == ASCII.space || bytes[position] == ASCII.tab {
          if !keepsBlank { position += 1 }
        } else {
          target[count] = ASCII.lineFeed
          count += 1
        }
      }
    }
  }

  private static func isOld(_ bytes: Bytes) -> Bool {
    let head = bytes.part(0..<min(bytes.count, 1000))
    var position = 0
    while let colon = head.position(of: UInt8(ascii: ":"), from: position) {
      position = colon + 1
      if head.has(":1.0", at: colon), colon >= 7,
        head.part((colon - 7)..<colon).equalsFolded("version")
      {
        return true
      }
    }
    return false
  }

  /// The next property; `nil` at the end.
  mutating func next() -> CalendarLine? {
    while position < text.count {
      let start = position
      let end = lineEnd(from: start)
      position = min(end + 1, text.count)
      guard let line = line(start..<end) else { continue }
      guard
        line.parameter("encoding")?.lowercased() == "quoted-printable"
          || line.hasBare("quoted-printable")
      else { return line }
      return decoded(line)
    }
    return nil
  }

  private func lineEnd(from start: Int) -> Int {
    text.withUnsafeBytes { $0.position(of: ASCII.lineFeed, from: start) } ?? text.count
  }

  private func line(_ range: Range<Int>) -> CalendarLine? {
    var place = range.lowerBound
    while place < range.upperBound, ASCII.isBlank(text[place]) { place += 1 }
    let start = place
    while place < range.upperBound, Self.isName(text[place]) { place += 1 }
    let nameEnd = place
    while place < range.upperBound, ASCII.isBlank(text[place]) { place += 1 }
    guard nameEnd > start, nameEnd - start <= 100, place < range.upperBound,
      text[place] == UInt8(ascii: ":") || text[place] == UInt8(ascii: ";"),
      let colon = colon(in: place..<range.upperBound)
    else { return nil }
    let name = String(
      decoding: text[start..<nameEnd].map { $0 &- 0x61 < 26 ? $0 & 0xDF : $0 }, as: UTF8.self)
    if name == "ORGANIZER" || name == "ATTENDEE",
      let address = lastAddress(in: (colon + 1)..<range.upperBound)
    {
      // A name with a colon should have been in quotes; what follows the last `mailto:` is the address.
      return CalendarLine(
        text: text, name: name, parameters: place..<address,
        valueRange: (address + 1)..<range.upperBound)
    }
    return CalendarLine(
      text: text, name: name, parameters: place..<colon, valueRange: (colon + 1)..<range.upperBound)
  }

  private static func isName(_ byte: UInt8) -> Bool {
    ASCII.isLetter(byte) || ASCII.isDigit(byte) || byte == UInt8(ascii: "-")
      || byte == UInt8(ascii: "_")
  }

  /// The colon before the value: the first outside of quotes, of a line whose quotes do not end the
  /// first of all.
  private func colon(in range: Range<Int>) -> Int? {
    var isQuoted = false
    var first: Int?
    for place in range {
      if text[place] == ASCII.quote { isQuoted.toggle() }
      guard text[place] == UInt8(ascii: ":") else { continue }
      if !isQuoted { return place }
      if first == nil { first = place }
    }
    return first
  }

  /// The colon before the last `mailto:`, where one stands within a value.
  private func lastAddress(in range: Range<Int>) -> Int? {
    var place = range.upperBound - 8
    while place > range.lowerBound {
      if text[place] == UInt8(ascii: ":"),
        CalendarLine.equals(text[(place + 1)..<(place + 8)], "mailto:")
      {
        return place
      }
      place -= 1
    }
    return nil
  }

  // MARK: vCalendar 1.0

  /// Undoes quoted-printable, of which a line with `=` at its end goes on in the next.
  private mutating func decoded(_ line: CalendarLine) -> CalendarLine {
    var value = Array(line.value)
    while value.last == UInt8(ascii: "="), position < text.count {
      let end = lineEnd(from: position)
      value.removeLast()
      value += text[position..<end]
      position = min(end + 1, text.count)
    }
    let bytes = value.withUnsafeBytes { TransferDecoder.decode($0, .quotedPrintable) }
    var line = line
    let label = line.parameter("charset")?.lowercased()
    line.decoded = bytes.withUnsafeBytes {
      TextReader.utf8($0, label: label, fallback: nil, isHTML: false)
    }
    return line
  }
}
