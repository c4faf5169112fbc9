/// Finds where the keys of a TOML document stand, which the library that reads it does not say.
///
/// It is given documents that the library accepts; of others it finds what it can. It is run only for
/// an error message or an edit.
struct TOMLScanner {
  /// A table header, a key with its value, or an element of a list.
  struct Entry: Sendable {
    /// The place: of the table, or of the value.
    var path: TOMLPath
    /// The line of the key, from 1.
    var line: Int
    /// The whole statement with its line end; of what stands within a value, that part alone.
    var range: Range<Int>
    /// The value; `nil` for a table header.
    var value: Range<Int>?
    /// Whether it stands within a value: a key of an inline table, an element of a list.
    var isInline: Bool
  }

  private let text: [UInt8]
  /// Where the document begins: after a byte order mark.
  private let start: Int
  private var position: Int
  private var line = 1
  private var entries: [Entry] = []
  private var table: TOMLPath = []
  private var arrays: [TOMLPath: Int] = [:]
  private var brokenHeader: Int?

  private init(_ text: [UInt8]) {
    self.text = text
    start = Self.start(of: text)
    position = start
  }

  /// Where a document begins: after a byte order mark.
  static func start(of text: [UInt8]) -> Int { text.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0 }

  /// All table headers and keys of a document, in order.
  static func entries(of text: [UInt8]) -> [Entry] {
    var scanner = TOMLScanner(text)
    scanner.scan()
    return scanner.entries
  }

  /// The line of a place: that of the longest part of the path which stands in the document.
  static func line(of path: TOMLPath, in text: [UInt8]) -> Int? {
    let entries = entries(of: text)
    var path = path
    while !path.isEmpty {
      if let entry = entries.first(where: { $0.path == path }) { return entry.line }
      path.removeLast()
    }
    return nil
  }

  /// The line of the first table header that begins with no key, such as `[é]` or `[.a]`.
  ///
  /// The library takes such a header for granted and ends the process.
  static func brokenHeaderLine(in text: [UInt8]) -> Int? {
    // Seldom there: a profile that is read for each message is not scanned for it.
    guard mayHaveBrokenHeader(text) else { return nil }
    var scanner = TOMLScanner(text)
    scanner.scan()
    return scanner.brokenHeader
  }

  /// The line of the first `}` that stands where an element of a list should, such as in `[1, }`.
  ///
  /// The library takes it for granted that there is none and ends the process.
  static func strayBraceLine(in text: [UInt8]) -> Int? {
    guard mayHaveStrayBrace(text) else { return nil }
    var scanner = TOMLScanner(text)
    return scanner.findStrayBrace()
  }

  /// Whether some `}` follows a bracket or a comma, or is the first of its line.
  private static func mayHaveStrayBrace(_ text: [UInt8]) -> Bool {
    var before: UInt8?
    for byte in text {
      switch byte {
      case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"): continue
      case UInt8(ascii: "}"):
        if let before, "[,\n".utf8.contains(before) { return true }
      default: break
      }
      before = byte
    }
    return false
  }

  private mutating func findStrayBrace() -> Int? {
    // The brackets and braces that are open, and the sign before.
    var open: [UInt8] = []
    var before: UInt8?
    while position < text.count {
      skipBlank(lineEnds: true)
      guard position < text.count else { return nil }
      let byte = text[position]
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "'"): skipString()
      case UInt8(ascii: "}"):
        if open.last == UInt8(ascii: "["),
          before == UInt8(ascii: "[") || before == UInt8(ascii: ",")
        {
          return line
        }
        _ = open.popLast()
        position += 1
      case UInt8(ascii: "]"):
        _ = open.popLast()
        position += 1
      case UInt8(ascii: "["), UInt8(ascii: "{"):
        open.append(byte)
        position += 1
      default: position += 1
      }
      before = byte
    }
    return nil
  }

  private static func mayHaveBrokenHeader(_ text: [UInt8]) -> Bool {
    var position = start(of: text)
    var isLineStart = true
    while position < text.count {
      let byte = text[position]
      position += 1
      switch byte {
      case UInt8(ascii: "\n"): isLineStart = true
      case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"): break
      case UInt8(ascii: "[") where isLineStart:
        isLineStart = false
        if !keyBegins(in: text, at: afterBrackets(in: text, position)) { return true }
      default: isLineStart = false
      }
    }
    return false
  }

  /// The place after a second bracket and blanks.
  private static func afterBrackets(in text: [UInt8], _ position: Int) -> Int {
    var position = position
    if position < text.count, text[position] == UInt8(ascii: "[") { position += 1 }
    while position < text.count, [UInt8(ascii: " "), UInt8(ascii: "\t")].contains(text[position]) {
      position += 1
    }
    return position
  }

  private static func keyBegins(in text: [UInt8], at position: Int) -> Bool {
    guard position < text.count else { return false }
    switch text[position] {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"),
      UInt8(ascii: "\""), UInt8(ascii: "'"):
      return true
    default: return false
    }
  }

  private mutating func scan() {
    while position < text.count {
      skipBlank(lineEnds: true)
      guard position < text.count else { return }
      if text[position] == UInt8(ascii: "[") { scanHeader() } else { scanStatement() }
    }
  }

  private mutating func scanHeader() {
    let start = lineStart(position)
    let startLine = line
    position += 1
    let isArray = position < text.count && text[position] == UInt8(ascii: "[")
    if isArray { position += 1 }
    if brokenHeader == nil,
      !Self.keyBegins(in: text, at: Self.afterBrackets(in: text, position - (isArray ? 1 : 0)))
    {
      brokenHeader = startLine
    }
    let keys = scanKeys()
    skipToLineEnd()
    var path: TOMLPath = []
    for (number, key) in keys.enumerated() {
      path.append(.key(key))
      let isLast = number == keys.count - 1
      if isLast, isArray {
        let index = arrays[path] ?? 0
        arrays[path] = index + 1
        path.append(.index(index))
      } else if let count = arrays[path] {
        path.append(.index(count - 1))
      }
    }
    table = path
    entries.append(
      Entry(path: path, line: startLine, range: start..<position, value: nil, isInline: false))
  }

  private mutating func scanStatement() {
    let start = lineStart(position)
    let startLine = line
    let keys = scanKeys()
    guard !keys.isEmpty, position < text.count, text[position] == UInt8(ascii: "=") else {
      skipToLineEnd()
      return
    }
    position += 1
    skipBlank(lineEnds: false)
    let path = table + keys.map(TOMLPathStep.key)
    let index = entries.count
    entries.append(
      Entry(path: path, line: startLine, range: start..<start, value: nil, isInline: false))
    let valueStart = position
    scanValue(at: path)
    entries[index].value = valueStart..<position
    skipToLineEnd()
    entries[index].range = start..<position
  }

  /// A container that is open within a value.
  private struct Frame {
    var path: TOMLPath
    var isArray: Bool
    /// The entry whose value it is; `nil` for that of the statement.
    var entry: Int?
    var count = 0
  }

  private mutating func scanValue(at path: TOMLPath) {
    var frames: [Frame] = []
    var current = path
    var entry: Int?
    repeat {
      if let frame = frames.last {
        skipBlank(lineEnds: true)
        guard position < text.count else { return }
        switch text[position] {
        case UInt8(ascii: "]"), UInt8(ascii: "}"):
          position += 1
          frames.removeLast()
          endValue(of: frame.entry)
          continue
        case UInt8(ascii: ","):
          position += 1
          continue
        default: break
        }
        let start = position
        let startLine = line
        if frame.isArray {
          current = frame.path + [.index(frame.count)]
          frames[frames.count - 1].count += 1
        } else {
          let keys = scanKeys()
          guard !keys.isEmpty, position < text.count, text[position] == UInt8(ascii: "=") else {
            position += 1
            continue
          }
          current = frame.path + keys.map(TOMLPathStep.key)
          position += 1
          skipBlank(lineEnds: false)
        }
        entry = entries.count
        entries.append(
          Entry(
            path: current, line: startLine, range: start..<position, value: position..<position,
            isInline: true))
      }
      guard position < text.count else { return }
      switch text[position] {
      case UInt8(ascii: "["):
        position += 1
        frames.append(Frame(path: current, isArray: true, entry: entry))
        continue
      case UInt8(ascii: "{"):
        position += 1
        frames.append(Frame(path: current, isArray: false, entry: entry))
        continue
      case UInt8(ascii: "\""), UInt8(ascii: "'"): skipString()
      default: skipScalar()
      }
      endValue(of: entry)
    } while !frames.isEmpty
  }

  /// The value of an entry within a value ends here.
  private mutating func endValue(of entry: Int?) {
    guard let entry, let value = entries[entry].value else { return }
    entries[entry].value = value.lowerBound..<max(value.lowerBound, position)
    entries[entry].range = entries[entry].range.lowerBound..<max(value.lowerBound, position)
  }

  // MARK: Parts

  /// The dotted key at the position.
  private mutating func scanKeys() -> [String] {
    var keys: [String] = []
    while position < text.count {
      skipBlank(lineEnds: false)
      guard position < text.count else { break }
      let start = position
      if text[position] == UInt8(ascii: "\"") || text[position] == UInt8(ascii: "'") {
        skipString()
        let content = text[(start + 1)..<max(start + 1, position - 1)]
        let isLiteral = text[start] == UInt8(ascii: "'")
        keys.append(isLiteral ? String(decoding: content, as: UTF8.self) : Self.unescaped(content))
      } else {
        while position < text.count, Self.isBareKey(text[position]) { position += 1 }
        guard position > start else { break }
        keys.append(String(decoding: text[start..<position], as: UTF8.self))
      }
      skipBlank(lineEnds: false)
      guard position < text.count, text[position] == UInt8(ascii: ".") else { break }
      position += 1
    }
    return keys
  }

  private mutating func skipString() {
    let quote = text[position]
    let isLong =
      position + 2 < text.count && text[position + 1] == quote && text[position + 2] == quote
    position += isLong ? 3 : 1
    while position < text.count {
      let byte = text[position]
      if byte == UInt8(ascii: "\n") {
        guard isLong else { return }
        line += 1
      }
      if byte == UInt8(ascii: "\\"), quote == UInt8(ascii: "\"") {
        if position + 1 < text.count, text[position + 1] == UInt8(ascii: "\n") { line += 1 }
        position += 2
        continue
      }
      guard byte == quote else {
        position += 1
        continue
      }
      guard isLong else {
        position += 1
        return
      }
      var end = position
      while end < text.count, text[end] == quote { end += 1 }
      let count = end - position
      position = end
      if count >= 3 { return }
    }
    position = min(position, text.count)
  }

  /// What a basic string says: its escapes read (TOML 1.0.0, "String").
  private static func unescaped(_ content: ArraySlice<UInt8>) -> String {
    var bytes: [UInt8] = []
    var rest = content
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "\\"), let kind = rest.popFirst() else {
        bytes.append(byte)
        continue
      }
      switch kind {
      case UInt8(ascii: "b"): bytes.append(8)
      case UInt8(ascii: "t"): bytes.append(9)
      case UInt8(ascii: "n"): bytes.append(10)
      case UInt8(ascii: "f"): bytes.append(12)
      case UInt8(ascii: "r"): bytes.append(13)
      case UInt8(ascii: "u"), UInt8(ascii: "U"):
        let digits = rest.prefix(kind == UInt8(ascii: "u") ? 4 : 8)
        rest = rest.dropFirst(digits.count)
        let number = UInt32(String(decoding: digits, as: UTF8.self), radix: 16)
        let scalar = number.flatMap(Unicode.Scalar.init) ?? "\u{FFFD}"
        bytes += Array(String(Character(scalar)).utf8)
      default: bytes.append(kind)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Skips a value that is no text, without the blanks after it.
  private mutating func skipScalar() {
    let start = position
    defer {
      while position > start, [9, 13, 32].contains(text[position - 1]) { position -= 1 }
    }
    while position < text.count {
      switch text[position] {
      case UInt8(ascii: ","), UInt8(ascii: "]"), UInt8(ascii: "}"), UInt8(ascii: "\n"),
        UInt8(ascii: "#"):
        return
      default: position += 1
      }
    }
  }

  /// Skips blanks, and where line ends count as blanks, comments.
  private mutating func skipBlank(lineEnds: Bool) {
    while position < text.count {
      switch text[position] {
      case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"): position += 1
      case UInt8(ascii: "\n") where lineEnds:
        line += 1
        position += 1
      case UInt8(ascii: "#") where lineEnds:
        while position < text.count, text[position] != UInt8(ascii: "\n") { position += 1 }
      default: return
      }
    }
  }

  private mutating func skipToLineEnd() {
    while position < text.count, text[position] != UInt8(ascii: "\n") { position += 1 }
    if position < text.count {
      position += 1
      line += 1
    }
  }

  private func lineStart(_ position: Int) -> Int {
    var start = position
    while start > self.start, text[start - 1] != UInt8(ascii: "\n") { start -= 1 }
    return start
  }

  private static func isBareKey(_ byte: UInt8) -> Bool {
    (byte | 0x20) &- 0x61 < 26 || byte &- 0x30 < 10 || byte == UInt8(ascii: "_")
      || byte == UInt8(ascii: "-")
  }
}
