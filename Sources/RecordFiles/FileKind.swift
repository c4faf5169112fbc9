/// What a file is by its first bytes.
package enum FileKind: Equatable, Sendable {
  /// Rows of columns with something between them.
  case table
  /// vCards.
  case vCard
  /// LDIF (RFC 2849).
  case ldif
  /// Something that holds no records as text: what it is, and what to do.
  case other(name: String, advice: String)

  /// Looks at the beginning of a file.
  ///
  /// - Parameters:
  ///   - head: Its first bytes.
  ///   - encoding: How it is written.
  package init(_ head: ArraySlice<UInt8>, _ encoding: FileBytes.Encoding = .bytes) {
    if let binary = Self.binary(head, encoding) {
      self = binary
      return
    }
    let start = Self.start(of: head)
    func begins(_ texts: String...) -> Bool { texts.contains { start.hasPrefix($0) } }
    if begins("begin:vcard") {
      self = .vCard
    } else if begins("dn:", "version: 1\n", "version:1\n") {
      self = .ldif
    } else if begins("<?xml") && !start.contains("<html") {
      self = .other(name: "an XML file", advice: "export as CSV; " + Self.spreadsheet)
    } else if begins("<html", "<!doctype", "<table", "<meta", "<head", "<body", "<div", "<style") {
      self = .other(name: "an HTML table", advice: "export as CSV; " + Self.spreadsheet)
    } else if begins("<?xml", "<") {
      self = .other(name: "a page of HTML or XML", advice: "export as CSV; " + Self.spreadsheet)
    } else if begins("begin:vcalendar") {
      self = .other(name: "a calendar", advice: "export the contacts as vCard or CSV")
    } else if begins("{", "[{", "[ {", "[\n", "[]") {
      self = .other(name: "JSON", advice: "export as CSV or vCard")
    } else {
      self = .table
    }
  }

  private static let spreadsheet = "or open it in a spreadsheet and save it as CSV UTF-8"

  private static func binary(
    _ head: ArraySlice<UInt8>, _ encoding: FileBytes.Encoding
  ) -> FileKind? {
    func begins(_ bytes: [UInt8]) -> Bool { head.starts(with: bytes) }
    if begins(Array("PK".utf8) + [3, 4]) {
      let text = String(decoding: head.prefix(4096), as: UTF8.self)
      let isWorkbook = ["[Content_Types]", "xl/", "mimetype", "_rels/"].contains {
        text.contains($0)
      }
      return isWorkbook
        ? .other(name: "a workbook", advice: "open it and save it as CSV UTF-8")
        : .other(name: "a ZIP file", advice: "unpack it, and import the files one by one")
    }
    if begins([0xD0, 0xCF, 0x11, 0xE0]) {
      return .other(
        name: "a workbook or message of old Office programs",
        advice: "open it and save it as CSV UTF-8")
    }
    if begins([0x1F, 0x8B]) { return .other(name: "a gzip file", advice: "unpack it: gunzip") }
    if begins(Array("%PDF".utf8)) {
      return .other(name: "a PDF file", advice: "export as CSV or vCard")
    }
    if begins(Array("!BDN".utf8)) {
      return .other(name: "an Outlook data file", advice: "export the contacts as CSV")
    }
    if begins(Array("SQLite format 3".utf8)) {
      return .other(name: "an SQLite database", advice: "export the contacts as vCard or CSV")
    }
    guard encoding == .bytes, head.prefix(4096).contains(0) else { return nil }
    return .other(name: "no text", advice: "export as CSV or vCard")
  }

  /// Its beginning in lower case, without blanks, empty lines and comments of LDIF and HTML.
  private static func start(of head: ArraySlice<UInt8>) -> String {
    var rest = head.prefix(8192)
    func isBlank(_ byte: UInt8) -> Bool { byte == 32 || byte == 9 || byte == 10 }
    while true {
      rest = rest.drop(while: isBlank)
      if rest.starts(with: "<!--".utf8) {
        var end = rest.startIndex
        while end < rest.endIndex, !rest[end...].starts(with: "-->".utf8) { end += 1 }
        rest = rest[end...].dropFirst(3)
      } else if rest.first == UInt8(ascii: "#") {
        rest = rest.drop { $0 != UInt8(ascii: "\n") }
      } else {
        return String(decoding: rest.prefix(1024), as: UTF8.self).lowercased()
      }
    }
  }
}
