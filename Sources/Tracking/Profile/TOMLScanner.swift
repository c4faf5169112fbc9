/// Finds where the keys of a TOML document stand, which the library that reads it does not say.
///
/// It is given documents that the library accepts; of others it finds what it can. It is run only for
/// an error message or an edit.
struct TOMLScanner {
  /// A table header, or a key with its value.
  struct Entry: Sendable {
    /// The place: of the table, or of the value.
    var path: TOMLPath
    /// The line of the key, from 1.
    var line: Int
    /// The whole statement with its line end; of a key in an inline table, the key alone.
    var range: Range<Int>
    /// The value; `nil` for a table header.
    var value: Range<Int>?
    /// Whether it stands within an inline table.
    var isInline: Bool
  }

  private let text: [UInt8]
  private var position = 0
  private var line = 1
  private var entries: [Entry] = []
  private var table: TOMLPath = []
  private var arrays: [TOMLPath: Int] = [:]

  private init(_ text: [UInt8]) {
    self.text = text
  }

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
    var count = 0
  }

  private mutating func scanValue(at path: TOMLPath) {
    var frames: [Frame] = []
    var current = path
    repeat {
      if let frame = frames.last {
        skipBlank(lineEnds: true)
        guard position < text.count else { return }
        switch text[position] {
        case UInt8(ascii: "]"), UInt8(ascii: "}"):
          position += 1
          frames.removeLast()
          continue
        case UInt8(ascii: ","):
          position += 1
          continue
        default: break
        }
        if frame.isArray {
          current = frame.path + [.index(frame.count)]
          frames[frames.count - 1].count += 1
        } else {
          let start = position
          let keyLine = line
          let keys = scanKeys()
          guard !keys.isEmpty, position < text.count, text[position] == UInt8(ascii: "=") else {
            position += 1
            continue
          }
          current = frame.path + keys.map(TOMLPathStep.key)
          entries.append(
            Entry(path: current, line: keyLine, range: start..<position, value: nil, isInline: true)
          )
          position += 1
          skipBlank(lineEnds: false)
        }
      }
      guard position < text.count else { return }
      switch text[position] {
      case UInt8(ascii: "["):
        position += 1
        frames.append(Frame(path: current, isArray: true))
      case UInt8(ascii: "{"):
        position += 1
        frames.append(Frame(path: current, isArray: false))
      case UInt8(ascii: "\""), UInt8(ascii: "'"): skipString()
      default: skipScalar()
      }
    } while !frames.isEmpty
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
        keys.append(
          String(decoding: text[(start + 1)..<max(start + 1, position - 1)], as: UTF8.self))
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

  private mutating func skipScalar() {
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
    while start > 0, text[start - 1] != UInt8(ascii: "\n") { start -= 1 }
    return start
  }

  private static func isBareKey(_ byte: UInt8) -> Bool {
    (byte | 0x20) &- 0x61 < 26 || byte &- 0x30 < 10 || byte == UInt8(ascii: "_")
      || byte == UInt8(ascii: "-")
  }
}
