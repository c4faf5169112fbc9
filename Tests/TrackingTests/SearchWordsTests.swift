import InternetMessage
import Testing

@testable import Tracking

/// What the index of words takes.
@Suite struct SearchWordsTests {
  @Test func charactersWithoutBlanksBetweenThemStandAlone() {
    for (text, expected) in [
      ("plain ASCII text", "plain ASCII text"), ("Grüße", "Grüsse"), ("Søren Æble", "Soren aeble"),
      ("東京都", "東 京 都 "), ("見積書2026", "見 積 書 2026"), ("a東京b", "a 東 京 b"),
      ("한국어", "한 국 어 "), ("ไทย", "ไ ท ย "), ("𠮷野", "𠮷 野 "),
      // Wide letters, narrow kana, kana and Hangul in parts.
      ("ＡＢＣ１", "ABC1"), ("ｶﾞｽ", "ガ ス "), ("か\u{3099}", "が "), ("\u{1112}\u{1161}\u{11AB}", "한 "),
    ] {
      #expect(SearchWords.prepared(text) == expected, "\(text)")
    }
  }

  /// As it is written, as somebody looks for it; the source says why.
  static let equals: [(written: String, typed: String, source: String)] = [
    ("Ёлка", "Елка", "Russian without dots"), ("Йод", "Иод", "UAX 15: U+0419 is taken apart"),
    ("мо\u{301}локо", "молоко", "stress in Cyrillic"),
    ("ελληνικά", "ελληνικα", "Greek tonos"), ("ᾠδή", "ωδη", "polytonic Greek"),
    ("λόγος", "λογοσ", "sigma at the end of a word"),
    ("مُحَمَّد", "محمد", "harakat"), ("أحمد", "احمد", "hamza on alif"),
    ("كـــتاب", "كتاب", "tatweel"), ("ﻻ", "لا", "presentation forms"),
    ("می\u{200C}خواهم", "میخواهم", "U+200C"), ("שָׁלוֹם", "שלום", "niqqud"),
    ("ﬁnal", "final", "ligature"), ("Rech\u{AD}nung", "Rechnung", "soft hyphen"),
    ("Auto\u{200B}bahn", "Autobahn", "blank without width"), ("Ħamrun", "hamrun", "Maltese"),
    ("ŉ", "n", "U+0149"), ("ĳs", "ijs", "Dutch"), ("Ǆ", "DZ", "U+01C4"),
    ("m²", "m2", "superscript"),
    ("Ⅳ", "IV", "Roman numeral"), ("①", "1", "circled digit"), ("٣٤", "34", "Arabic digits"),
    ("३४", "34", "Devanagari digits"), ("№", "No", "U+2116"),
  ]

  @Test(arguments: equals)
  func whatIsTypedOtherwiseIsTheSame(_ row: (written: String, typed: String, source: String)) {
    #expect(SearchWords.prepared(row.written) == SearchWords.prepared(row.typed))
  }

  @Test func whatTellsWordsApartStays() {
    for text in ["हिन्दी", "Grün", "Việt Nam", "и", "ελ", "שלום", "كتاب", "“a” – b €", "3½"] {
      #expect(SearchWords.prepared(text) == text, "\(text)")
    }
  }

  @Test func wordsHaveLettersOrDigits() {
    for text in ["a", "7", "é", "東", "…x"] { #expect(SearchWords.hasWords(text), "\(text)") }
    for text in ["", " ", "&", "—", "…", "😀"] { #expect(!SearchWords.hasWords(text), "\(text)") }
  }

  @Test func theTextOfAMessageIsBounded() {
    let head = "Content-Type: text/plain; charset=utf-8\n\n"
    // A character of three bytes stands where the text is cut.
    let text = String(repeating: "x", count: SearchText.maxText - 1) + "東京"
    let found = Array((head + text).utf8).withUnsafeBytes { SearchText.text(of: $0) }
    #expect(found.utf8.count == SearchText.maxText - 1)
    let short = Array((head + "Grüße aus 東京\n").utf8).withUnsafeBytes { SearchText.text(of: $0) }
    #expect(short == "Grüsse aus 東 京 \n\n")
    let html = "Content-Type: text/html\n\n<p>One <b>two</b></p><style>no</style>"
    let words = Array(html.utf8).withUnsafeBytes { SearchText.text(of: $0) }
    #expect(words.split(whereSeparator: \.isWhitespace) == ["One", "two"])
  }
}
