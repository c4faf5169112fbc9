/// Reads a table whose fields are separated by a character (RFC 4180 with any separator), a row at a
/// time.
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
    /// A quote that does not end.
    case endlessQuote(line: Int)
  }

  /// Of longer fields, notes as a rule, the rest is passed over.
  package static let longestField = 64 << 10

  private let bytes: FileBytes
  private let separator: UInt8

  /// Reads a file from where it stands.
  ///
  /// - Parameters:
  ///   - bytes: The file.
  ///   - separator: What stands between fields.
  package init(_ bytes: FileBytes, separator: UInt8 = UInt8(ascii: ",")) {
    self.bytes = bytes
    self.separator = separator
  }

  /// The next row with something in it; `nil` at the end.
  ///
  /// - Throws: `FileError`, `Failure`.
  package mutating func next() throws -> Row? {
    while let row = try row() {
      if row.fields.contains(where: { !$0.isEmpty }) { return row }
    }
    return nil
  }

  private mutating func row() throws -> Row? {
    guard try bytes.peek() != nil else { return nil }
    var row = Row(fields: [], line: bytes.line)
    var field: [UInt8] = []
    var isQuoted = false
    // A quote in the midst of a field is an inch, and opens nothing.
    var isBlank = true
    func end() { row.fields.append(Self.trimmed(field)) }
    func append(_ byte: UInt8) {
      if field.count < Self.longestField { field.append(byte) }
    }
    while let byte = try bytes.next() {
      if isQuoted {
        if byte != UInt8(ascii: "\"") {
          append(byte)
        } else if try bytes.peek() == UInt8(ascii: "\"") {
          append(byte)
          _ = try bytes.next()
        } else {
          isQuoted = false
        }
        continue
      }
      switch byte {
      case UInt8(ascii: "\"") where isBlank:
        isQuoted = true
        isBlank = false
      case UInt8(ascii: "\n"):
        end()
        return row
      case separator:
        end()
        (field, isBlank) = ([], true)
      default:
        append(byte)
        if byte != 32 && byte != 9 { isBlank = false }
      }
    }
    guard !isQuoted else { throw Failure.endlessQuote(line: row.line) }
    end()
    return row
  }

  private static func trimmed(_ field: [UInt8]) -> [UInt8] {
    func isBlank(_ byte: UInt8) -> Bool { byte == 32 || byte == 9 || byte == 10 }
    guard let first = field.firstIndex(where: { !isBlank($0) }),
      let last = field.lastIndex(where: { !isBlank($0) })
    else { return [] }
    return Array(field[first...last])
  }
}
