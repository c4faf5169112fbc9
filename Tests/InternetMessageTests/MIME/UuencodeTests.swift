import InternetMessage
import Testing

/// Files that stand in a text, as mailers before MIME wrote them, and Outlook in plain text.
@Suite("Uuencode")
struct UuencodeTests {
  /// The lines of some bytes (POSIX.1-2017, uuencode); a zero is a grave accent.
  private static func lines(_ bytes: [UInt8]) -> String {
    stride(from: 0, to: bytes.count, by: 45).map { start in
      let line = Array(bytes[start..<min(bytes.count, start + 45)])
      func digit(_ value: Int) -> String {
        value == 0 ? "`" : String(UnicodeScalar(UInt8(value + 32)))
      }
      return digit(line.count)
        + stride(from: 0, to: line.count, by: 3).map { place in
          let group = (0..<3).map { place + $0 < line.count ? Int(line[place + $0]) : 0 }
          let value = group[0] << 16 | group[1] << 8 | group[2]
          return [18, 12, 6, 0].map { digit(value >> $0 & 63) }.joined()
        }.joined() + "\n"
    }.joined()
  }

  private static let long = (0..<200).map { UInt8(truncatingIfNeeded: $0 &* 7) }
  private static let cat = "#8V%T\n"

  /// What stands in a text: name and size of each file, and the text without them.
  static let texts: [(String, String, [String], String)] = [
    ("Outlook's plain text", "See.\n\nbegin 644 a.txt\n\(cat)`\nend\n", ["a.txt 3"], "See.\n\n"),
    (
      "several, of several lines, with text between and after",
      "a\nbegin 644 x y.bin\n\(lines(long))`\nend\nb\nbegin 0755 z\n\(cat) \nend\nc\n",
      ["x y.bin 200", "z 3"], "a\nb\nc\n"
    ),
    ("blanks at line ends were lost", "begin 644 a\n\(cat)\nend\nafter\n", ["a 3"], "after\n"),
    ("no line of no data before the end", "begin 644 a\n\(cat)end\nafter\n", ["a 3"], "after\n"),
    ("a file of nothing", "x\nbegin 644 a\n`\nend\n", ["a 0"], "x\n"),
    ("sums follow the data", "begin 644 a\n#8V%TX\n`\nend\n", ["a 3"], ""),
    ("in base64 (POSIX)", "x\nbegin-base64 644 a.txt\nY2F0\n====\ny\n", ["a.txt 3"], "x\ny\n"),
    (
      "the mail was cut", "x\nbegin 644 a\n\(lines(Array(long[..<90])))", ["a 90"], "x\n"
    ),
    (
      "damaged: what follows is text", "begin 644 a\n\(lines(Array(long[..<90])))and more\n",
      ["a 90"],
      "and more\n"
    ),
    ("a name with folders", "begin 644 C:\\x\\a.txt\n\(cat)`\nend\n", ["a.txt 3"], ""),
    ("a name beyond ASCII", "begin 644 Größe.txt\n\(cat)`\nend\n", ["Größe.txt 3"], ""),
    ("prose", "begin 644 words\nand go on\nend\n", [], "begin 644 words\nand go on\nend\n"),
    ("prose in capitals", "begin 644 x\nHELLO YOU\nend\n", [], "begin 644 x\nHELLO YOU\nend\n"),
    (
      "a line too short, and one too long",
      "begin 644 a\n#8V%\n`\nend\nbegin 644 b\n#8V%TTTT\nend\n",
      [], "begin 644 a\n#8V%\n`\nend\nbegin 644 b\n#8V%TTTT\nend\n"
    ),
    ("no end, and a short line", "begin 644 a\n\(cat)x\n", [], "begin 644 a\n\(cat)x\n"),
    (
      "base64 that never ends, and a short line", "begin-base64 644 a\nY2F0\nand more\n", [],
      "begin-base64 644 a\nY2F0\nand more\n"
    ),
    (
      "base64 that was cut", "begin-base64 644 a\n\(base64(Array(long[..<45])))\n", ["a 45"], ""
    ),
    ("no line of base64", "begin-base64 644 a\nY2F\n====\n", [], "begin-base64 644 a\nY2F\n====\n"),
    ("no name", "begin 644\n\(cat)`\nend\n", [], "begin 644\n\(cat)`\nend\n"),
    ("no mode", "begin a.txt\n\(cat)`\nend\n", [], "begin a.txt\n\(cat)`\nend\n"),
    ("not at a line's start", "> begin 644 a\n\(cat)`\nend\n", [], "> begin 644 a\n\(cat)`\nend\n"),
    ("nothing between", "begin 644 a\n\nend\n", [], "begin 644 a\n\nend\n"),
    (
      "one after one that is none", "begin 644 a\nbegin 644 b\n\(cat)`\nend\n", ["b 3"],
      "begin 644 a\n"
    ),
  ]

  @Test("in a text", arguments: texts)
  func text(_ row: (String, String, [String], String)) {
    for end in ["\n", "\r\n", "\r"] {
      let body = row.1.split(separator: "\n", omittingEmptySubsequences: false)
        .joined(separator: end)
      let message = Message(Array("Subject: x\(end)\(end)\(body)".utf8))
      let files = message.attachments.map { "\($0.name ?? "-") \($0.size)" }
      #expect(files == row.2, "\(row.0)")
      #expect(message.text.string == row.3, "\(row.0)")
      #expect(message.structure.roles[0] == .text)
      #expect(message.attachments.map(\.number) == Array(row.2.indices.map { $0 + 2 }))
      let sizes = message.structure.parts.dropFirst().map { message.content(of: $0).count }
      #expect(sizes == message.attachments.map(\.size))
    }
  }

  @Test("the bytes of a file are what was written")
  func bytes() {
    let body = "a\nbegin 644 x\n\(Self.lines(Self.long))`\nend\nb\n"
    for (encoding, written) in [
      ("8bit", body), ("quoted-printable", body.replacing("=", with: "=3D")),
      ("base64", base64(Array(body.utf8))),
    ] {
      let message = Message(
        Array("Content-Transfer-Encoding: \(encoding)\n\n\(written)".utf8))
      #expect(message.structure.parts.count == 2, "\(encoding)")
      #expect(message.structure.parts.last.map(message.content) == Self.long)
      #expect(message.text.string == "a\nb\n")
    }
  }

  @Test("in the text of a part; in files, pages and other texts they are left alone")
  func places() {
    let body = "begin 644 x\n\(Self.cat)`\nend\n"
    func names(_ header: String) -> [String?] {
      let part = "\(header)\n\n\(body)"
      let text = "Content-Type: multipart/mixed; boundary=b\n\n--b\n\(part)\n--b\n\ntext\n--b--\n"
      let message = Message(Array(text.utf8))
      // The parts that stand in the message keep their numbers.
      #expect(message.structure.part(numbered: 3).map(message.content) == Array("text".utf8))
      return message.attachments.map(\.name)
    }
    #expect(names("Content-Type: text/plain") == ["x"])
    #expect(names("Content-Type: text/html") == [])
    #expect(names("Content-Type: text/plain\nContent-Disposition: attachment") == [nil])
    #expect(names("Content-Disposition: attachment; filename=a.uue") == ["a.uue"])
  }

  @Test(
    "as a transfer encoding, in all its names; with and without the line that begins it",
    arguments: [
      ("x-uuencode", "begin 644 a\n#8V%T\n`\nend\n", "cat"),
      ("uuencode", "\nbegin 644 a\n#8V%T\n`\nend\n", "cat"),
      ("X-UUE", "#8V%T\n`\nend\n", "cat"), ("uue", "begin 644 a\n#8V%T", "cat"),
      ("x-uuencode", "begin 644 a\n#8V%T\n#8V%T\nnothing", "catcat"),
      ("x-uuencode", "nothing of it", "nothing of it"), ("x-uuencode", "", ""),
    ])
  func transferEncoding(encoding: String, body: String, expected: String) {
    let header = "Content-Type: text/csv; name=a.csv\nContent-Disposition: attachment\n"
    let message = Message(
      Array("\(header)Content-Transfer-Encoding: \(encoding)\n\n\(body)".utf8))
    let content = message.content(of: message.structure.parts[0])
    #expect(String(decoding: content, as: UTF8.self) == expected)
    #expect(message.attachments.map(\.size) == [expected.utf8.count])
  }
}
