/// A parameter of a statement.
package enum PostgreSQLValue: Hashable, Sendable {
  /// Nothing.
  case null
  /// A text, of which the server infers what it is; U+0000, which no text of PostgreSQL may have, is
  /// left out.
  case text(String)
  /// A number.
  case integer(Int64)
  /// Yes or no.
  case boolean(Bool)
  /// Bytes, which go as they are.
  case bytes([UInt8])
  /// A `text[]`.
  case texts([String])

  /// A text, or nothing.
  package init(_ text: String?) { self = text.map { .text($0) } ?? .null }

  /// A number, or nothing.
  package init(_ number: Int64?) { self = number.map { .integer($0) } ?? .null }

  /// Whether it goes as bytes.
  var isBinary: Bool {
    if case .bytes = self { true } else { false }
  }

  /// The type's number in the server's catalogue; 0 where the server infers it.
  var type: UInt32 {
    // `bytea`, of pg_type.dat; it never changes.
    isBinary ? 17 : 0
  }

  /// What is sent, with a NUL behind it where it is a text; `nil` for nothing.
  var sent: [UInt8]? {
    switch self {
    case .null: nil
    case .text(let text): Self.terminated(text)
    case .integer(let number): Self.terminated("\(number)")
    case .boolean(let value): Self.terminated(value ? "t" : "f")
    case .bytes(let bytes): bytes
    case .texts(let texts): Self.terminated(Self.array(texts))
    }
  }

  private static func terminated(_ text: String) -> [UInt8] {
    var bytes = text.utf8.filter { $0 != 0 }
    bytes.append(0)
    return bytes
  }

  /// An array as PostgreSQL reads it: each element in quotes, in which a backslash goes before a quote
  /// and a backslash.
  private static func array(_ texts: [String]) -> String {
    var written = "{"
    for (place, text) in texts.enumerated() {
      if place > 0 { written += "," }
      written += "\""
      for scalar in text.unicodeScalars {
        if scalar == "\"" || scalar == "\\" { written += "\\" }
        written.unicodeScalars.append(scalar)
      }
      written += "\""
    }
    return written + "}"
  }
}
