import InternetMessage
import Testing

/// Inputs on which a parser that is not linear, or that recurses, would not end in time or at all.
@Suite("Hostile messages", .timeLimit(.minutes(60)))
struct HostileTests {
  private let limits = HeaderSection.Limits(bytes: 1 << 30, fields: 1 << 30)
  private let mimeLimits = MIMEStructure.Limits(depth: 1 << 20, parts: 1 << 20)

  private func message(_ text: String) -> Message {
    Message(Array(text.utf8), headerLimits: limits, limits: mimeLimits)
  }

  private func times(_ count: Int, _ text: String) -> String {
    String(repeating: text, count: count)
  }

  @Test("200,000 To addresses")
  func recipients() {
    let list = (0..<200_000).map { "a\($0)@x.example" }.joined(separator: ", ")
    #expect(message("To: \(list)\n\n").header.to.count == 200_000)
  }

  @Test(
    "fields of nothing but openings",
    arguments: [
      "(", "\"", "<", "[", ":", ",", "=?", "=?a?b?", "=?utf-8?q?=", "\\", "a:", "<@", "((\"", "@",
      ";", "=?utf-8?B?w6k=?= ",
    ])
  func openings(text: String) {
    let many = times(300_000 / text.utf8.count, text)
    let header = message(
      "From: \(many)\nSubject: \(many)\nReferences: \(many)\nDate: \(many)\n"
        + "Content-Type: \(many)\nContent-Disposition: \(many)\n\n"
    ).header
    #expect(header.from.isEmpty)
  }

  /// Each field that is noted would look through the notes of all others.
  @Test("100,000 odd fields beside 100,000 of a name that stands once")
  func notes() {
    let names = (0..<100_000).map { "A\($0) :\n" }.joined()
    let header = message(times(100_000, "To:x\n") + names + "\n").header
    #expect(header.to.isEmpty && header.notes.count < 100)
  }

  @Test("a part's header of half a million blanks, and as many lines that it may go on with")
  func partHeader() {
    let part = "Content-Type:" + times(500_000, " ") + "text/plain;\n" + times(500_000, ";\n")
    let many = "Content-Type: multipart/mixed; boundary=b\n\n--b\n\(part)\nx\n--b--\n"
    #expect(message(many).structure.parts.count == 2)
  }

  @Test("100,000 multiparts in each other")
  func nesting() {
    var text = ""
    for level in 0..<100_000 {
      text += "Content-Type: multipart/mixed; boundary=b\(level)\n\n--b\(level)\n"
    }
    #expect(message(text).structure.parts.count == 100_001)
    #expect(message(text).text.string.isEmpty)
  }

  @Test("100,000 messages in each other")
  func messages() {
    #expect(
      message(times(100_000, "Content-Type: message/rfc822\n\n")).structure.parts.count > 99_999)
  }

  @Test("100,000 parts, and as many lines that are almost delimiters of 1,000 open multiparts")
  func parts() {
    let many = "Content-Type: multipart/mixed; boundary=b\n\n" + times(100_000, "--b\n\nx\n")
    #expect(message(many).structure.parts.count == 100_001)
    var open = ""
    for level in 0..<1_000 {
      open += "Content-Type: multipart/mixed; boundary=b\(level)\n\n--b\(level)\n"
    }
    #expect(message(open + times(100_000, "\n--b1000\n")).structure.parts.count == 1_001)
  }

  @Test(
    "pages of nothing but openings",
    arguments: [
      "<", "<a ", "<a href='", "<a href=\"x", "<!--", "<![", "<style>", "</style", "<blockquote>x",
      "&",
      "&#", "&amp", "<td>", "<p>", "<pre>\n", "<img alt=", "<script><",
    ])
  func pages(text: String) {
    let page = message("Content-Type: text/html\n\n" + times(400_000 / text.utf8.count, text))
    #expect(page.text.utf8.count <= 400_000 * 20)
  }

  @Test(
    "texts of nothing but openings",
    arguments: [">", "> ", "-- \n", "From:\n", "x:\n", "-----a-----\n", " \n", "=", "= ", "=\n"])
  func texts(text: String) {
    let body = times(400_000 / text.utf8.count, text)
    for type in [
      "text/plain; format=flowed", "text/plain\nContent-Transfer-Encoding: quoted-printable",
      "text/plain\nContent-Transfer-Encoding: base64",
    ] {
      #expect(message("Content-Type: \(type)\n\n\(body)").text.utf8.count <= 500_000)
    }
  }

  @Test("a parameter in 100,000 pieces, and 100,000 parameters")
  func parameters() {
    let pieces = (0..<100_000).map { "n*\($0)=x;" }.joined()
    let names = (0..<100_000).map { "n\($0)=x;" }.joined()
    #expect(
      message("Content-Type: text/plain; \(pieces)\n\n").structure.parts[0].contentType.parameters[
        "n"]?.isEmpty == false)
    #expect(
      message("Content-Type: text/plain; \(names)\n\n").structure.parts[0].contentType.parameters[
        "n0"] == "x")
  }

  @Test("a header of 100,000 fields, and one line of 10 MB")
  func headers() {
    #expect(message(times(100_000, "X: y\n") + "\n").header.section.fields.count == 100_000)
    #expect(
      message("Subject: " + times(10_000_000, "x") + "\n\n").header.subject?.utf8.count
        == 10_000_000)
  }
}
