/// Reads comma-separated values (RFC 4180); semicolons count as commas where the first line has
/// semicolons only, as spreadsheets of some countries write them.
enum CSVReader {
  /// A row and the line on which it begins.
  struct Row {
    var fields: [String]
    var line: Int
  }

  /// The rows of a text; empty ones are left out.
  ///
  /// - Throws: `CommandError` for a quote that does not end.
  static func rows(of text: String, path: String) throws -> [Row] {
    var rows: [Row] = []
    var field = ""
    var row = Row(fields: [], line: 1)
    var line = 1
    var isQuoted = false
    var scalars = text.unicodeScalars.makeIterator()
    var pending = scalars.next()
    if pending == "\u{FEFF}" { pending = scalars.next() }
    let firstLine = text.prefix { !$0.isNewline }
    let separator: Unicode.Scalar = firstLine.contains(",") || !firstLine.contains(";") ? "," : ";"
    func endRow() {
      row.fields.append(field.trimmingBlanks)
      if row.fields != [""] { rows.append(row) }
      field = ""
    }
    while let scalar = pending {
      pending = scalars.next()
      if scalar == "\n" { line += 1 }
      if isQuoted {
        if scalar != "\"" {
          field.unicodeScalars.append(scalar)
        } else if pending == "\"" {
          field += "\""
          pending = scalars.next()
        } else {
          isQuoted = false
        }
      } else if scalar == "\"" {
        isQuoted = true
      } else if scalar == separator {
        row.fields.append(field.trimmingBlanks)
        field = ""
      } else if scalar == "\n" {
        endRow()
        row = Row(fields: [], line: line)
      } else if scalar != "\r" {
        field.unicodeScalars.append(scalar)
      }
    }
    guard !isQuoted else {
      throw CommandError(.data, "\(path):\(row.line): a quote that does not end")
    }
    endRow()
    return rows
  }
}

extension String {
  /// The text without blanks at both sides.
  fileprivate var trimmingBlanks: String {
    String(
      self.drop { $0 == " " || $0 == "\t" }.reversed().drop { $0 == " " || $0 == "\t" }.reversed())
  }
}
