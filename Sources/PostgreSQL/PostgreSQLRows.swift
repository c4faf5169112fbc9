/// What a statement answers: rows of named fields.
package struct PostgreSQLRows: Sendable {
  /// A row.
  package struct Row: Sendable {
    fileprivate let columns: [String: Int]
    fileprivate let fields: [[UInt8]?]

    /// A field's bytes: of a text result its text in UTF-8; `nil` for NULL, and where there is no such
    /// column.
    package func bytes(_ column: String) -> [UInt8]? {
      columns[column].flatMap { fields[$0] }
    }

    /// A field as text.
    package func text(_ column: String) -> String? {
      bytes(column).map { String(decoding: $0, as: UTF8.self) }
    }

    /// A field as a number; `nil` where it is none, too.
    package func integer(_ column: String) -> Int64? { text(column).flatMap { Int64($0) } }

    /// A field as yes or no.
    package func boolean(_ column: String) -> Bool? {
      switch text(column) {
      case "t": true
      case "f": false
      default: nil
      }
    }

    /// A field as a list of texts, in which a NULL is left out: `{a,"b c",NULL}`.
    package func texts(_ column: String) -> [String]? {
      bytes(column).flatMap(PostgreSQLRows.elements)
    }
  }

  /// The names of the columns.
  package private(set) var columns: [String] = []
  /// The rows.
  package private(set) var rows: [Row] = []
  private var places: [String: Int] = [:]

  init() {}

  /// Names the columns, before the first row.
  mutating func setColumns(_ names: [String]) {
    guard columns.isEmpty else { return }
    columns = names
    places = Dictionary(names.enumerated().map { ($1, $0) }) { first, _ in first }
  }

  mutating func append(_ fields: [[UInt8]?]) {
    rows.append(Row(columns: places, fields: fields))
  }

  /// The first row.
  package var first: Row? { rows.first }

  /// The elements of an array of one dimension as the server writes it; `nil` for anything else.
  static func elements(_ bytes: [UInt8]) -> [String]? {
    guard bytes.first == UInt8(ascii: "{"), bytes.last == UInt8(ascii: "}"), bytes.count >= 2 else {
      return nil
    }
    var found: [String] = []
    var element: [UInt8] = []
    var isQuoted = false
    var wasQuoted = false
    var isEscaped = false
    func finish() {
      if wasQuoted || !element.elementsEqual("NULL".utf8) {
        found.append(String(decoding: element, as: UTF8.self))
      }
      element = []
      wasQuoted = false
    }
    for byte in bytes[1..<(bytes.count - 1)] {
      if isEscaped {
        element.append(byte)
        isEscaped = false
      } else if byte == UInt8(ascii: "\\") {
        isEscaped = true
      } else if byte == UInt8(ascii: "\"") {
        isQuoted.toggle()
        wasQuoted = true
      } else if byte == UInt8(ascii: ","), !isQuoted {
        finish()
      } else if byte == UInt8(ascii: "{"), !isQuoted {
        return nil
      } else {
        element.append(byte)
      }
    }
    guard !isQuoted, !isEscaped else { return nil }
    if bytes.count > 2 { finish() }
    return found
  }
}
