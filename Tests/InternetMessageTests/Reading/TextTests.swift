import InternetMessage
import Testing

@Suite("Readable text")
struct TextTests {
  private func text(_ body: String, type: String = "text/plain; charset=utf-8") -> MessageText {
    Message(Array("Content-Type: \(type)\n\n\(body)".utf8)).text
  }

  private func html(_ body: String) -> String {
    text(body, type: "text/html; charset=utf-8").string
  }

  @Test("Each byte of windows-1252")
  func windows1252() {
    let head = Array("Content-Type: text/plain; charset=windows-1252\n\n".utf8)
    let special =
      "€\u{FFFD}‚ƒ„…†‡ˆ‰Š‹Œ\u{FFFD}Ž\u{FFFD}\u{FFFD}‘’“”•–—˜™š›œ\u{FFFD}žŸ".unicodeScalars
    let ascii = (0x20..<0x80).compactMap { Unicode.Scalar(UInt32($0)) }
    let latin = (0xA0...0xFF).compactMap { Unicode.Scalar(UInt32($0)) }
    let text = Message(head + (0x20...0xFF)).text.string
    #expect(Array(text.unicodeScalars) == ascii + special + latin + ["\n"])
  }

  @Test("No text changes how the next one of its charset is read, on no thread")
  func charsetsHaveNoMemory() async {
    let type = "text/plain; charset=iso-2022-jp"
    func read() -> [String] {
      // The first ends amid a character of another set; more charsets than are kept open follow.
      [text("\u{1B}$B;3;", type: type).string, text("plain", type: type).string]
        + (1...16).map { text("a", type: "text/plain; charset=iso-8859-\($0)").string }
        + (437...480).map { text("b", type: "text/plain; charset=cp\($0)").string }
    }
    let once = read()
    #expect(once.prefix(2) == ["山\u{FFFD}\n", "plain\n"])
    await withTaskGroup(of: [String].self) { group in
      for _ in 0..<50 { group.addTask { read() } }
      for await again in group { #expect(again == once) }
    }
  }

  @Test("The text for an index is the same, without marks, and bounded")
  func textOfAnIndex() {
    let message = Message(
      Array(
        """
        Content-Type: multipart/mixed; boundary=b

        --b
        Content-Type: text/plain

        > quoted
        new
        --b
        Content-Type: text/html

        <p>more</p>
        --b
        Content-Type: application/pdf; name=offer.pdf

        no words
        --b--

        """.utf8))
    func words(_ limit: Int) -> String {
      message.bytes.withUnsafeBytes {
        String(decoding: message.structure.text(of: $0, limit: limit), as: UTF8.self)
      }
    }
    #expect(words(1000).split(separator: "\n") == ["> quoted", "new", "more"])
    #expect(words(10) == "> quoted\nn")
  }

  @Test(
    "HTML as a reader sees it",
    arguments: [
      ("<p>one</p><p>two</p>", "one\n\ntwo\n"), ("a<br>b<br/>c", "a\nb\nc\n"),
      ("  many \n  blanks  ", "many blanks\n"), ("<b>bo</b>ld", "bold\n"),
      ("a &lt; b &amp; c &eacute; &#8364; &#x20ac; &#128;", "a < b & c é € € €\n"),
      ("a&nbsp;b", "a b\n"), ("?a=1&amp=2&unknown;", "?a=1&=2&unknown;\n"),
      ("&#0; &#x110000; &#xD800;", "\u{FFFD} \u{FFFD} \u{FFFD}\n"),
      ("<style>p { x: \"</p>\" }</style>text<script>if (a < b) {}</script>", "text\n"),
      ("<head><title>t</title></head><body>b</body>", "b\n"), ("<!-- a <b> -->c", "c\n"),
      ("<!--[if mso]>x<![endif]-->y", "y\n"), ("<![if !mso]>y<![endif]>", "y\n"),
      ("a<!-- open", "a\n"), ("<a href=\"x>y\">link</a>", "link\n"), ("<a href='x>y", "y\n"),
      ("a&#13;&#10;b", "a b\n"),
      ("1 < 2 and 3 > 2", "1 < 2 and 3 > 2\n"),
      ("<ul><li>one</li><li>two</li></ul>end", "- one\n- two\n\nend\n"),
      ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a\tb\nc\n"),
      ("<pre>a\n  b</pre>", "a\n  b\n"), ("<img src=x alt=\"Logo &amp; co\">", "Logo & co\n"),
      ("<blockquote>q<blockquote>r</blockquote></blockquote>t", "> q\n>>\n>> r\n\nt\n"),
      ("<P>UPPER<BR>CASE", "UPPER\nCASE\n"), ("", ""), ("<", "<\n"), ("a<p", "a\n"),
    ])
  func html(page: String, expected: String) { #expect(html(page) == expected) }

  @Test("a page may name its own charset")
  func metaCharset() {
    let page: [UInt8] = Array("<meta charset='windows-1251'>".utf8) + [0xC4, 0xE0]
    #expect(Message(Array("Content-Type: text/html\n\n".utf8) + page).text.string == "Да\n")
  }

  @Test(
    "flowed lines are joined",
    arguments: [
      ("one \ntwo\nthree\n", "one two\nthree\n"), (" from\n  two\n", "from\n two\n"),
      ("> a \n> b\n>> c\n", "> a b\n>> c\n"), ("> a \nb\n", "> a \nb\n"),
      ("text \n-- \nErin\n", "text \n-- \nErin\n"), ("open ", "open \n"),
    ])
  func flowed(body: String, expected: String) {
    #expect(text(body, type: "text/plain; format=flowed").string == expected)
  }

  @Test("with delsp the blank of a soft break goes")
  func delsp() {
    #expect(text("日 \n本\n", type: "text/plain; format=flowed; delsp=yes").string == "日本\n")
  }

  @Test(
    "what is quoted and what is a signature",
    arguments: [
      ("hello\n", [.init("text", "hello\n")]),
      ("hello\n-- \nErin\n", [.init("text", "hello\n"), .init("signature", "-- \nErin\n")]),
      (
        "On Monday Dana wrote:\n> old\n>> older\nnew\n",
        [.init("quoted", "On Monday Dana wrote:\n> old\n>> older\n"), .init("text", "new\n")]
      ),
      (
        "Thanks.\n\nAm Montag schrieb Dana\n<dana@contoso.example>:\n\n> alt\n",
        [
          .init("text", "Thanks.\n\n"),
          .init("quoted", "Am Montag schrieb Dana\n<dana@contoso.example>:\n\n> alt\n"),
        ]
      ),
      ("Is this so?\n> yes\n", [.init("text", "Is this so?\n"), .init("quoted", "> yes\n")]),
      (
        "new\n\n-----Original Message-----\nFrom: x\n\nold\n",
        [.init("text", "new\n\n"), .init("quoted", "-----Original Message-----\nFrom: x\n\nold\n")]
      ),
      (
        "new\n\nVon: Dana\nGesendet: Montag\nAn: Erin\n\nalt\n",
        [
          .init("text", "new\n\n"),
          .init("quoted", "Von: Dana\nGesendet: Montag\nAn: Erin\n\nalt\n"),
        ]
      ),
      ("From: here it is far\nto there\n", [.init("text", "From: here it is far\nto there\n")]),
      ("-- \nsig\n> q\n", [.init("signature", "-- \nsig\n"), .init("quoted", "> q\n")]),
      ("--------\ntable\n--------\n", [.init("text", "--------\ntable\n--------\n")]),
    ] as [(String, [Stretch])])
  func blocks(body: String, expected: [Stretch]) {
    let text = text(body)
    let found = text.blocks.map {
      Stretch($0.kind.rawValue, String(decoding: text.utf8[$0.range], as: UTF8.self))
    }
    #expect(found == expected)
  }

  /// A stretch of text and what it is.
  struct Stretch: Equatable, Sendable {
    var kind: String
    var text: String
    init(_ kind: String, _ text: String) {
      self.kind = kind
      self.text = text
    }
  }

  @Test("the text of some kinds can be had alone")
  func kinds() {
    let text = text("new\n> old\n-- \nErin\n")
    #expect(text.string(of: .text) == "new\n")
    #expect(text.string(of: .text, .quoted) == "new\n> old\n")
  }

  @Test("texts of several parts follow each other, their line ends made LF, NUL shown")
  func parts() {
    let message =
      "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\none\0\r\n\r\n--b\r\n"
      + "Content-Type: text/html\r\n\r\n<p>two\r\n--b--\r\n"
    #expect(Message(Array(message.utf8)).text.string == "one\u{FFFD}\n\ntwo\n")
  }
}
