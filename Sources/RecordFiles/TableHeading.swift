import InternetMessage

/// Where a table's headings stand, what separates its fields, and what its columns are.
package struct TableHeading: Sendable {
  /// A column.
  package struct Column: Sendable {
    /// Its heading, as it stands.
    package let heading: String
    /// What the heading says.
    package var name: ColumnName
  }

  /// What stands between fields.
  package let separator: UInt8
  /// The columns, from the left.
  package var columns: [Column]
  /// The line of the headings, from 1.
  package let line: Int
  /// How many rows with something in them stand before the headings.
  package let rowsBefore: Int
  /// Whether a first line says what separates (`sep=;`).
  package let hasSeparatorLine: Bool
  /// The first rows after the headings.
  package let samples: [[String]]

  /// So many rows may stand before the headings, and so many are looked at after them.
  private static let maxRows = 20
  /// Commas first: what else separates is told by more headings that are known.
  private static let separators = [",", ";", "\t", "|"].map { UInt8(ascii: $0) }

  /// Finds the headings of a file that is at its start: the first row with an address or an id among
  /// them; `nil` where there is none.
  ///
  /// - Parameters:
  ///   - bytes: The file.
  ///   - names: Headings that are known besides, for what they are.
  package init?(of bytes: FileBytes, names: [String: ColumnRole] = [:]) {
    let head = Array(bytes.head)
    let told = Self.separatorLine(head)
    let rest = head[(told?.end ?? 0)...]
    var best: (score: Int, heading: TableHeading)?
    for separator in told.map({ [$0.separator] }) ?? Self.separators {
      let rows = Self.rows(of: rest, separator)
      guard let found = Self.headings(in: rows, names), found.score > best?.score ?? 0 else {
        continue
      }
      let line = rows[found.row].line + (told == nil ? 0 : 1)
      let heading = TableHeading(
        separator: separator, columns: found.columns, line: line, rowsBefore: found.row,
        hasSeparatorLine: told != nil,
        samples: rows[(found.row + 1)...].prefix(Self.maxRows).map { $0.fields.map(Self.text) })
      best = (found.score, heading)
    }
    guard let best else { return nil }
    self = best.heading
  }

  private init(
    separator: UInt8, columns: [Column], line: Int, rowsBefore: Int, hasSeparatorLine: Bool,
    samples: [[String]]
  ) {
    self.separator = separator
    self.columns = columns
    self.line = line
    self.rowsBefore = rowsBefore
    self.hasSeparatorLine = hasSeparatorLine
    self.samples = samples
  }

  /// A reader of the rows after the headings.
  ///
  /// - Parameter bytes: The file, at its start.
  /// - Returns: The reader.
  /// - Throws: `FileError`, `CSVReader.Failure`.
  package func reader(of bytes: FileBytes) throws -> CSVReader {
    if hasSeparatorLine {
      while let byte = try bytes.next(), byte != UInt8(ascii: "\n") {}
    }
    var reader = CSVReader(bytes, separator: separator)
    for _ in 0...rowsBefore { _ = try reader.next() }
    return reader
  }

  /// A field as text: UTF-8 where it is, else windows-1252, which spreadsheets write.
  package static func text(_ field: [UInt8]) -> String {
    let text = PlainText.cleaned(EncodedText.text(of: field))
    // An apostrophe keeps a spreadsheet from running what follows.
    guard text.first == "'", let next = text.dropFirst().first, "=+-@".contains(next) else {
      return text
    }
    return String(text.dropFirst())
  }

  /// The first cells of a file, for a message that no heading was found among them.
  package static func firstCells(of bytes: FileBytes) -> [String] {
    let head = Array(bytes.head.prefix(2048))
    let first = separators.compactMap { rows(of: head[...], $0).first?.fields }
    return first.max { $0.count < $1.count }?.prefix(4).map(text) ?? []
  }

  /// What separates, where a first line says it, and where that line ends.
  private static func separatorLine(_ head: [UInt8]) -> (separator: UInt8, end: Int)? {
    let line = head.prefix(16).prefix { $0 != UInt8(ascii: "\n") }
    let bare = line.filter { $0 != UInt8(ascii: "\"") }
    let mark = String(decoding: bare.prefix(4), as: UTF8.self).lowercased()
    guard bare.count == 5, mark == "sep=" else { return nil }
    return (bare[4], min(head.count, line.count + 1))
  }

  private static func rows(of bytes: ArraySlice<UInt8>, _ separator: UInt8) -> [CSVReader.Row] {
    var reader = CSVReader(FileBytes(Array(bytes)), separator: separator)
    var rows: [CSVReader.Row] = []
    // What is in memory may end in the midst of a row.
    while rows.count < 2 * maxRows, let row = try? reader.next() { rows.append(row) }
    return rows
  }

  private static func headings(
    in rows: [CSVReader.Row], _ names: [String: ColumnRole]
  ) -> (row: Int, columns: [Column], score: Int)? {
    for (number, row) in rows.prefix(maxRows).enumerated() {
      let columns = row.fields.map { field in
        let heading = text(field)
        var name = ColumnNames.name(of: heading)
        if let role = names[ColumnNames.key(of: heading)] { name.role = role }
        return Column(heading: heading, name: name)
      }
      let known = columns.filter { $0.name.role != nil || $0.name.subject != nil }
      let isNamed = known.contains { column in
        switch column.name.role {
        case .id, .contactID, .leadID, .accountID, .personID, .address, .domain: true
        default: names[ColumnNames.key(of: column.heading)] != nil
        }
      }
      // Of two that know as many, the one that tells more columns apart.
      if isNamed { return (number, columns, known.count * 10_000 + min(columns.count, 9_999)) }
    }
    return nil
  }
}

extension TableHeading {
  /// A heading as it is compared: its letters and digits.
  package static func key(of heading: String) -> String { ColumnNames.key(of: heading) }
}
