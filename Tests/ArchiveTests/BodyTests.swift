import HostileShapes
import InternetMessage
import PageCheck
import Testing

@testable import Archive

/// The text of a message on its page.
@Suite struct BodyTests {
  private func mail(_ text: String, type: String = "text/plain; charset=utf-8") -> [UInt8] {
    Array("Content-Type: \(type)\nContent-Transfer-Encoding: 8bit\n\n\(text)".utf8)
  }

  private func page(_ bytes: [UInt8]) -> String {
    let row = MessageRow(
      id: ArchiveID(hashing: "1"), sentAt: 0, direction: .incoming, people: [], subject: "Hello")
    let page = ArchivePages(ArchiveSite(organization: "contoso")).message(
      MessagePage(
        row: row, participants: [], arrivedAt: 0, trackedAt: 0, why: "a rule", owner: "dana",
        size: bytes.count, body: MessageBody(Message(bytes))))
    #expect(PageCheck(page).violation == nil)
    return String(decoding: page, as: UTF8.self)
  }

  private func body(_ text: String) -> String {
    let page = page(mail(text))
    let start = page.firstRange(of: "<div class=\"body\"").map(\.lowerBound) ?? page.startIndex
    let end = page.firstRange(of: "<section").map(\.lowerBound) ?? page.endIndex
    return String(page[start..<end])
  }

  @Test(
    "addresses of the web and of mail are links, and nothing else is",
    arguments: [
      ("See https://a.example/b?c=1&d=2.", ["https://a.example/b?c=1&amp;d=2"]),
      (
        "pumps <https://a.example/x>, <mailto:erin@a.example>",
        ["https://a.example/x", "mailto:erin@a.example"]
      ),
      ("(http://a.example/b) HTTP://A.EXAMPLE!", ["http://a.example/b", "HTTP://A.EXAMPLE"]),
      ("http://a.example/x_(y)", ["http://a.example/x_(y)"]),
      ("詳細はhttps://a.example/p40をご覧", ["https://a.example/p40"]),
      ("<https://müller.example/ß>", ["https://müller.example/ß"]),
      ("https://a.example/\"onclick=\"x", ["https://a.example/"]),
      ("javascript:alert(1) data:text/html,x file:///etc vbscript:x ftp://a xhttp://a", []),
      ("https:// http://. https:///x mailto: mailto:nobody http:", []),
      ("java\nscript:https://a.example", ["https://a.example"]),
      ("https://a.example/\u{202E}x", ["https://a.example/"]),
    ])
  func links(text: String, targets: [String]) {
    var found = body(text).split(separator: "href=\"").dropFirst().map { $0.prefix { $0 != "\"" } }
    found.removeAll { $0.hasPrefix("../") }
    #expect(found.map(String.init) == targets)
  }

  @Test("a link says nothing of where it was followed")
  func relations() {
    #expect(
      body("https://a.example").contains(
        "<a rel=\"noopener noreferrer nofollow\" referrerpolicy=\"no-referrer\" href=\"https://a.example\">"
      ))
  }

  @Test("a long quotation is folded, a short one stands open, a signature is dimmed")
  func quotations() {
    let long = body("Yes.\n\nErin wrote:\n> 1\n> 2\n> 3\n> 4\n\nNo.\n-- \nDana\n")
    #expect(long.contains("<details class=\"quoted\"><summary>Quotation, 5 lines</summary>"))
    #expect(long.contains("<div class=\"text\" dir=\"auto\">No.</div>"))
    #expect(long.contains("<div class=\"text signature\" dir=\"auto\">-- \nDana</div>"))
    let short = body("> Forty?\nYes.\n")
    #expect(!short.contains("<details"))
    #expect(short.contains("<blockquote class=\"text\" dir=\"auto\">&gt; Forty?</blockquote>"))
  }

  @Test("what nobody could see is named")
  func hidden() {
    let text = body("a\u{202E}b\u{200B}c\u{1B}d\u{E0041}e\u{FEFF}f")
    for name in ["U+202E", "U+200B", "U+001B", "U+E0041", "U+FEFF"] {
      #expect(text.contains("<span class=\"code\">\(name)</span>"), "\(name)")
    }
    // What scripts need is left alone.
    #expect(body("ک\u{200C}ک \u{1F468}\u{200D}\u{1F467}").contains("ک\u{200C}ک"))
  }

  @Test("what fills newsletters stays as it is in a text, and is named where it deceives")
  func fillers() {
    let text = body("Pump\u{AD}en\u{34F} \u{34F}<https://a.\u{34F}example/> \u{202E}\u{200B}")
    #expect(text.contains("Pump\u{AD}en\u{34F} \u{34F}&lt;<a"))
    let links = text.split(separator: "<a ").dropFirst()
    #expect(
      links.first?.contains("href=\"https://a.[U+034F]example/\">https://a.<span class") == true)
    for name in ["U+202E", "U+200B"] {
      #expect(text.contains("<span class=\"code\">\(name)</span>"), "\(name)")
    }
    // Lists of a feed have no room for what is not seen.
    let message = Message(mail("A\u{34F} \u{AD}B" + String(repeating: "\u{34F}", count: 300) + "C"))
    #expect(MessageBody(message).beginning() == "A BC ")
  }

  @Test("an attached message says who wrote it")
  func attached() {
    let text = page(
      mail(
        """
        --b

        See below.
        --b
        Content-Type: message/rfc822

        From: Erin <erin@fabrikam.example>
        Subject: <b>Old</b>

        The old text.
        --b--
        """, type: "multipart/mixed; boundary=b"))
    #expect(text.contains("An attached message from <bdi>Erin</bdi>"))
    #expect(text.contains("&lt;b&gt;Old&lt;/b&gt;"))
    #expect(text.contains("The old text."))
  }

  @Test("the language is what the header says, or what only one language is written in")
  func language() {
    #expect(body("かなと漢字").contains("<div class=\"body\" lang=\"ja\">"))
    #expect(body("שלום").contains("lang=\"he\""))
    #expect(!body("Grüße").contains("lang="))
    #expect(!body("山田 優紀").contains("lang="))
    #expect(body(String(repeating: "询价", count: 20)).contains("lang=\"zh\""))
    #expect(TextLanguage.named("de-AT, en") == "de-AT")
    #expect(TextLanguage.named("en\"><script>") == nil)
    #expect(TextLanguage.named("x") == nil)
  }

  @Test("a text of more than 1 MB ends with a link to all of it")
  func long() {
    let text = page(mail(String(repeating: "häh ", count: 300_000)))
    #expect(text.contains("The text goes on for 500 kB in <a download=\"Hello.eml\""))
    #expect(text.utf8.count < 1_020_000)
  }

  @Test(
    "whatever fills a text, a browser can hold its page",
    arguments: ["\u{202E}", "\u{1}", "https://a.b ", "> a\n\n\n\n\nb\n", "&", "\"", "-- \n> x\n"])
  func bounded(unit: String) {
    let count = MessageBody.maxLength / unit.utf8.count
    let text = page(mail(String(repeating: unit, count: count)))
    #expect(text.utf8.count < 7 * MessageBody.maxLength)
    #expect(text.split(separator: "<").count < 8000)
  }

  @Test("a page takes time in proportion to its text")
  func theTimeGrowsInProportion() {
    let units = [
      ":", "http://", "https://a ", "<https://a>", "mailto:", "https://a(", "> ", "> x\n", "x\n",
      "\n",
      "&", "<", "\"", "\u{202E}", "\u{200B}", "א", "か", "\u{FFFE}", "-- \n", "x wrote:\n", "a", "é",
    ]
    func read(_ bytes: [UInt8]) {
      var page = PageBuffer()
      _ = BodyWriter.write(MessageBody(Message(bytes)), to: &page)
    }
    let violations = Doubling.violations(
      Shape.some(of: units, number: 3), size: 16 << 10, in: { Array("\n".utf8) + $0 }, by: read)
    #expect(violations.isEmpty)
  }
}
