import RecordFiles

extension FuzzMode {
  /// What finds the headings of tables, what a file is, and what its cells say.
  static let heading = FuzzMode(
    name: "heading",
    seeds: { _ in
      [
        "(Do Not Modify) Contact,Full Name,E-mail 1 - Value,Email (Primary Contact) (Contact),Website\n5c1b,Ann,ann@x.example ::: a@y.example,b@x.example,https://u:p@www.x.example:80/a\n",
        "sep=;\r\nTitle;;\r\n;Vorname;E-Mail-Adresse;Person - Email - Work\r\n;J\u{F6}rg;\"\"\"L, J\"\" <j@x.example>\";[{\"\"a\"\":\"\"b\\u0040x.example\"\"}]\r\n",
        "Id\tEmail\n1\t/o=X/cn=y / mailto:a@x.example?subject=b; (c@x.example)\n",
      ].map { Array($0.utf8) }
    },
    fragments: [
      ",", ";", "\t", "|", "\"", "\n", "\r", "\0", "Email", "Id", "E-mail 2", " - ", "(", ") (",
      ")", "@", "<", ">",
      "/", "://", "www.", "mailto:", "/o=", "\\u", "\\", "[", "{", "\u{200B}", "\u{FF11}", "1,2E+5",
      "é",
    ],
    beginnings: ["sep=|\n", "PK\u{3}\u{4}", "<html>", "<!--", "\u{FEFF}", "dn: x\n"],
    broken: { bytes in
      do { return try withFile(bytes) { try brokenTable($0) } } catch { return "\(error)" }
    })

  private static func brokenTable(_ path: String) throws -> String? {
    let bytes = try FileBytes(path)
    _ = FileKind(bytes.head, bytes.encoding)
    _ = TableHeading.firstCells(of: bytes)
    guard let heading = TableHeading(of: bytes) else { return nil }
    guard heading.line > heading.rowsBefore, !heading.columns.isEmpty else {
      return "a heading nowhere"
    }
    var reader: CSVReader
    do { reader = try heading.reader(of: bytes) } catch is CSVReader.Failure { return nil }
    while let row = try? reader.next() {
      guard row.line > heading.line else { return "a row before its headings" }
      for text in row.fields.map(TableHeading.text) {
        let cell = AddressCell(text)
        if Set(cell.addresses).count != cell.addresses.count { return "an address twice" }
        if cell.addresses.contains(where: { $0.domain.isEmpty }) {
          return "an address without a domain"
        }
        for host in WebSite.hosts(in: text) where host.hasPrefix(".") || host.hasSuffix(".") {
          return "a host that begins or ends with a dot"
        }
      }
    }
    return nil
  }
}
