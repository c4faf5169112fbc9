import Testing

@testable import crm_mailfilter

@Suite("Columns that text takes")
struct DisplayWidthTests {
  @Test(
    "grapheme clusters are counted as terminals show them",
    arguments: [
      ("plain", 5), ("", 0), ("café", 4), ("cafe\u{301}", 4), ("お見積", 6), ("한국어", 6),
      ("\u{1112}\u{1161}\u{11AB}", 2), ("ｱｲｳ", 3), ("ＡＢ", 4), ("👍", 2), ("👍🏽", 2), ("👨‍👩‍👧‍👦", 2),
      ("🇩🇪", 2), ("\u{1F1E9}", 1), ("❤\u{FE0F}", 2), ("❤", 1), ("a\u{200B}b", 2), ("a\u{AD}b", 2),
      ("Ω≈ç", 3),
      ("שלום", 4), ("…", 1), ("└─", 2), ("𠀋", 2), ("\u{FFFD}", 1), ("नमस्ते", 4),
    ])
  func width(text: String, columns: Int) {
    #expect(DisplayWidth.of(text) == columns)
  }

  @Test("what is cut fits, and no cluster is cut in two")
  func cut() {
    #expect(DisplayWidth.cut("plain", to: 5) == "plain")
    #expect(DisplayWidth.cut("plains", to: 5) == "plai…")
    // A wide character whose half would fit is left out.
    #expect(DisplayWidth.cut("お見積", to: 4) == "お…")
    #expect(DisplayWidth.cut("e\u{301}e\u{301}e\u{301}", to: 2) == "e\u{301}…")
    #expect(DisplayWidth.cut("👨‍👩‍👧‍👦👨‍👩‍👧‍👦", to: 3) == "👨‍👩‍👧‍👦…")
    #expect(DisplayWidth.cut("x", to: 0) == "")
  }

  @Test("lines are broken between words, words only where they are too long")
  func wrapped() {
    #expect(DisplayWidth.wrapped("one two three", to: 8) == ["one two", "three"])
    #expect(DisplayWidth.wrapped("one two three", to: 7) == ["one two", "three"])
    #expect(DisplayWidth.wrapped("abcdefghij", to: 4) == ["abcd", "efgh", "ij"])
    #expect(DisplayWidth.wrapped("お見積もり", to: 5) == ["お見", "積も", "り"])
    #expect(DisplayWidth.wrapped("    indented text", to: 12) == ["    indented", "text"])
    #expect(DisplayWidth.wrapped("short", to: 80) == ["short"])
    #expect(DisplayWidth.wrapped("", to: 80) == [""])
  }
}
