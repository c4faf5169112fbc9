import Testing

@testable import crm_mailfilter

/// A table that no spreadsheet runs or garbles.
@Suite struct CSVWriterTests {
  /// A cell, and how it is written.
  static let cells: [(text: String, written: String, source: String)] = [
    ("plain", "plain", "RFC 4180 section 2"),
    ("a,b", "\"a,b\"", "RFC 4180 section 2.6"), ("a\"b", "\"a\"\"b\"", "RFC 4180 section 2.7"),
    ("\"\u{301}", "\"\"\"\u{301}\"", "a mark that joins the quote"),
    ("=1+1", "'=1+1", "OWASP CSV Injection"), ("+1", "'+1", "OWASP CSV Injection"),
    ("-1", "'-1", "OWASP CSV Injection"), ("@SUM(1)", "'@SUM(1)", "OWASP CSV Injection"),
    ("\t=1", "\"'\t'=1\"", "OWASP CSV Injection"), ("\ra", "\"'\ra\"", "OWASP CSV Injection"),
    (" =1", "' =1", "a program that takes blanks off"),
    ("\u{FF1D}1", "'\u{FF1D}1", "OWASP: full-width forms"),
    ("\u{FF20}a", "'\u{FF20}a", "OWASP: full-width forms"),
    ("Offer;=1+1;x", "\"Offer;'=1+1;x\"", "Excel where ; separates"),
    ("a; =1", "\"a;' =1\"", "Excel where ; separates"), ("a|@b", "\"a|'@b\"", "the manual"),
    ("a\tb", "\"a\tb\"", "a program that separates by tabs"),
    ("a\n=1\nb", "\"a\n'=1\nb\"", "a program that ends a row at each line"),
    ("a=b -c 1+1 d@e", "a=b -c 1+1 d@e", "within a cell they do nothing"),
    ("", "", "RFC 4180 section 2"),
  ]

  @Test(arguments: cells)
  func everyRow(_ row: (text: String, written: String, source: String)) {
    #expect(CSVWriter().line([row.text]) == row.written + "\r\n")
  }

  @Test func cellsAreSeparatedByWhatIsAskedFor() {
    #expect(CSVWriter(separator: ";").line(["a", "b,c", "d"]) == "a;\"b,c\";d\r\n")
    #expect(CSVWriter(separator: "\t").line(["a", "b"]) == "a\tb\r\n")
  }

  @Test func aCellIsNoLongerThanASpreadsheetTakes() {
    func written(_ text: String) -> String { String(CSVWriter().line([text]).dropLast()) }
    let fits = String(repeating: "y", count: 32_767)
    #expect(written(fits) == fits)
    let cut = written(fits + "y")
    #expect(cut.utf16.count == 32_767 && cut.hasSuffix("y [...]"))
    // Characters of two code units are not cut in two.
    let wide = written("x" + String(repeating: "\u{1F600}", count: 20_000))
    #expect(wide.utf16.count <= 32_767 && wide.hasSuffix("\u{1F600} [...]"))
    #expect(!wide.unicodeScalars.contains("\u{FFFD}"))
  }
}
