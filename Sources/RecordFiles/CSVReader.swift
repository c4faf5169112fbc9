/// Reads comma-separated values (RFC 4180), a row at a time; semicolons count as commas where the
/// first line has semicolons only, as spreadsheets of some countries write them.
package struct CSVReader {
  /// A row and the line on which it begins.
  package struct Row {
    /// The fields, without blanks at both sides.
    package var fields: [[UInt8]]
    /// From 1.
    package var line: Int
  }

  /// Why there is no next row.
  package enum Failure: Error {
    /// A quote that does not end within a field of `longestField` bytes.
    case endlessQuote(line: Int)
  }

  /// No field of a record is so long: a quote was left open.
  package static let longestField = 64 << 10

  private let bytes: FileBytes
  private var separator: UInt8?

  /// Reads a file from where it stands.
  package init(_ bytes: FileBytes) {
    self.bytes = bytes
  }

  /// The next row that is not empty; `nil` at the end.
  ///
  /// - Throws: `FileError`, `Failure`.
  package mutating func next() throws -> Row? {
    while let row = try row() {
      if row.fields != [[]] { return row }
    }
    return nil
  }

  private mutating func row() throws -> Row? {
    guard try bytes.peek() != nil else { return nil }
    var row = Row(fields: [], line: bytes.line)
    var field: [UInt8] = []
    var isQuoted = false
    func end() { row.fields.append(Self.trimmed(field)) }
    while let byte = try bytes.next() {
      guard field.count < Self.longestField else { throw Failure.endlessQuote(line: row.line) }
      if isQuoted {
        if byte != UInt8(ascii: "\"") {
          field.append(byte)
        } else if try bytes.peek() == UInt8(ascii: "\"") {
          field.append(byte)
          _ = try bytes.next()
        } else {
          isQuoted = false
        }
        continue
      }
      switch byte {
      case UInt8(ascii: "\""): isQuoted = true
      case UInt8(ascii: "\n"):
        end()
        return divided(row)
      case UInt8(ascii: "\r"): break
      case separator:
        end()
        field = []
      default: field.append(byte)
      }
    }
    guard !isQuoted else { throw Failure.endlessQuote(line: row.line) }
    end()
    return divided(row)
  }

  /// The first row says what separates; until then nothing does.
  private mutating func divided(_ row: Row) -> Row {
    guard separator == nil else { return row }
    let text = row.fields[0]
    let comma = UInt8(ascii: ",")
    let semicolon = UInt8(ascii: ";")
    let found = text.contains(comma) || !text.contains(semicolon) ? comma : semicolon
    separator = found
    return Row(
      fields: text.split(separator: found, omittingEmptySubsequences: false)
        .map { Self.trimmed(Array($0)) }, line: row.line)
  }

  private static func trimmed(_ field: [UInt8]) -> [UInt8] {
    func isBlank(_ byte: UInt8) -> Bool { byte == 32 || byte == 9 }
    guard let first = field.firstIndex(where: { !isBlank($0) }),
      let last = field.lastIndex(where: { !isBlank($0) })
    else { return [] }
    return Array(field[first...last])
  }
}
