import Testing

@testable import InternetMessage

/// Long texts are decoded without iconv(3) where that is the same.
@Suite("Long texts in eight bits")
struct SingleByteCharsetTests {
  private static let names =
    ["CP1250", "CP1251", "CP1253", "CP1254", "CP1256", "CP1257", "IBM866", "KOI8-R", "KOI8-U"]
    + (2...16).filter { ![9, 11, 12].contains($0) }.map { "ISO-8859-\($0)" }

  @Test("each byte is what iconv(3) says, beside any other", arguments: names)
  func sameAsSystem(name: String) throws {
    let charset = try #require(SingleByteCharset.named(name))
    var bytes = Array(UInt8(0)...255) + (UInt8(0)...255).flatMap { [$0, $0] }
    for _ in 0..<2000 { bytes.append(.random(in: 0...255)) }
    let text = bytes.withUnsafeBytes { charset.utf8(of: $0) }
    #expect(text == Charset.convertedBySystem(bytes, from: name).utf8)
    #expect(bytes.withUnsafeBytes { Charset.converted($0, from: name).utf8 } == text)
  }

  @Test(
    "where the C library joins characters, has several bytes for one, or no ASCII, it is asked",
    arguments: ["CP1255", "CP1258", "TCVN", "CP874", "GB18030", "IBM037", "CP932", "NONE"])
  func others(name: String) {
    #expect(SingleByteCharset.named(name) == nil)
  }

  @Test("long ASCII in Japanese text stays as it is, and what stands around it is decoded")
  func japanese() {
    let ascii = String(repeating: "ASCII \\ ~ | ", count: 40)
    for gap in ["", "x", "\n", ascii, ascii + "\n" + ascii] {
      let body = ascii + "\u{1B}$B;3\u{1B}(B" + gap + "\u{1B}$B;3;3\u{1B}(B" + ascii
      let text = Array(body.utf8).withUnsafeBytes { JapaneseText.utf8(of: $0, isEUC: false) }
      #expect(String(decoding: text, as: UTF8.self) == ascii + "山" + gap + "山山" + ascii)
    }
  }
}
