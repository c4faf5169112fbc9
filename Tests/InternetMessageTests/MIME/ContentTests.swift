import InternetMessage
import Testing

@Suite("Contents of parts")
struct ContentTests {
  private func content(_ encoding: String, _ body: String) -> String {
    let message = Message(
      Array("Content-Transfer-Encoding: \(encoding)\n\n".utf8) + Array(body.utf8))
    return String(decoding: message.content(of: message.structure.parts[0]), as: UTF8.self)
  }

  @Test(
    "base64, whole and damaged",
    arguments: [
      ("aGVsbG8=", "hello"), ("aGVs\r\nbG8=\r\n", "hello"), ("aGVsbG8", "hello"),
      ("aGVs!bG8=", "hello"), ("aGVsbG8=\naGVsbG8=\n", "hellohello"), ("a", ""), ("", ""),
      ("aGVsbG8h\n\n_____\nsomebody's list\n", "hello!"),
    ])
  func base64(body: String, expected: String) { #expect(content("BASE64", body) == expected) }

  @Test(
    "quoted-printable, whole and damaged",
    arguments: [
      ("caf=C3=A9", "café"), ("caf=c3=a9", "café"), ("a=\nb", "ab"), ("a= \t\r\nb", "ab"),
      ("a=zz", "a=zz"), ("a=4", "a=4"), ("a  \nb", "a\nb"), ("a=20\nb", "a \nb"),
      ("a \r\nb", "a\r\nb"), ("a=", "a"), ("=3D", "="), ("a\t \n\n", "a\n\n"),
    ])
  func quotedPrintable(body: String, expected: String) {
    #expect(content("quoted-printable", body) == expected)
  }

  @Test("an encoding that is not known leaves the body alone")
  func unknown() {
    #expect(content("x-yenc", "=ybegin line=128\n") == "=ybegin line=128\n")
    #expect(content("\"8bit\"", "é") == "é")
  }

  @Test("charsets: named, wrong, unknown, none")
  func charsets() {
    func text(_ charset: String?, _ bytes: [UInt8]) -> String {
      let type = charset.map { "Content-Type: text/plain; charset=\($0)\n" } ?? ""
      return Message(Array("\(type)\n".utf8) + bytes).text.string
    }
    #expect(text("iso-8859-1", [0xE9, 0x80]) == "é€\n")
    #expect(text("utf-8", [0xC3, 0xA9]) == "é\n")
    #expect(text("utf-8", [0x61, 0xE9]) == "a\u{FFFD}\n")
    #expect(text("us-ascii", [0xC3, 0xA9]) == "é\n")
    #expect(text(nil, [0xE9]) == "é\n")
    #expect(text(nil, [0xC3, 0xA9]) == "é\n")
    #expect(text("shift_jis", [0x93, 0xFA, 0x96, 0x7B]) == "日本\n")
    #expect(text("no-such", [0x61, 0xE9]) == "aé\n")
  }
}
