import RecordFiles

extension FuzzMode {
  /// The reader of comma-separated values.
  static let csv = FuzzMode(
    name: "csv",
    seeds: { _ in
      [
        "type,id,owner,address,domain\naccount,42,dana@contoso.example,\"a@b.example; c@d.example\",\ncontact,7, ,erin@fabrikam.example,\"fabrikam.example\"\n",
        "\u{FEFF}type;id;address\r\n\"say \"\"account\"\"\";8;\"two\r\nlines\"\r\n\r\n;;\r\n",
      ].map { Array($0.utf8) }
    },
    fragments: [
      ",", ";", "\"", "\"\"", "\"\"\"", "\n", "\r\n", "\r", "\n\n", "\0", " ", "\t", "\u{FEFF}",
      "type", "id", ",,", "\",\"", "\"\n\"", "\u{FFFE}",
    ],
    beginnings: ["\u{FEFF}", "sep=;\n"],
    broken: { bytes in
      do { return try withFile(bytes) { try brokenRows(bytes, $0) } } catch { return "\(error)" }
    })

  private static func brokenRows(_ bytes: [UInt8], _ path: String) throws -> String? {
    var reader = CSVReader(try FileBytes(path), separator: UInt8(ascii: ";"))
    var line = 0
    var total = 0
    // A CR ends a line, too.
    let lines = bytes.count { $0 == 10 || $0 == 13 } + 1
    do {
      while let row = try reader.next() {
        guard row.line > line, row.line <= lines else { return "lines out of order" }
        guard !row.fields.isEmpty else { return "a row without a field" }
        line = row.line
        total += row.fields.reduce(0) { $0 + $1.count }
        // A letter of UTF-16 has two bytes, and at most three in UTF-8.
        guard total <= 2 * bytes.count else { return "more in the fields than in the file" }
      }
    } catch CSVReader.Failure.endlessQuote(let line) {
      return line <= lines ? nil : "a quote on no line"
    }
    return nil
  }
}
