import InternetMessage
import Testing

@Suite("Parts of a message")
struct StructureTests {
  /// The parts as `depth type role`.
  private func tree(_ text: String, limits: MIMEStructure.Limits = .init()) -> [String] {
    let structure = Message(Array(text.utf8), limits: limits).structure
    return zip(structure.parts, structure.roles).map {
      "\($0.depth) \($0.contentType.mediaType) \($1.rawValue)"
    }
  }

  private func notes(_ text: String, limits: MIMEStructure.Limits = .init()) -> [NoteKind] {
    Message(Array(text.utf8), limits: limits).structure.notes.map(\.kind)
  }

  private func multipart(_ kind: String, _ parts: String..., close: Bool = true) -> String {
    "Content-Type: multipart/\(kind); boundary=b\n\n"
      + parts.map { "--b\n\($0)\n" }.joined() + (close ? "--b--\n" : "")
  }

  @Test("a message without MIME is one plain text")
  func plain() { #expect(tree("Subject: x\n\nhello\n") == ["0 text/plain text"]) }

  @Test("of alternatives the plain text is shown, even after others")
  func alternatives() {
    #expect(
      tree(
        multipart(
          "alternative", "Content-Type: text/html\n\n<p>x", "\nplain",
          "Content-Type: text/calendar\n\nx"))
        == [
          "0 multipart/alternative container", "1 text/html alternative", "1 text/plain text",
          "1 text/calendar attachment",
        ])
  }

  @Test("an empty plain alternative yields to the HTML")
  func emptyAlternative() {
    #expect(
      tree(
        multipart("alternative", "Content-Type: text/plain\n\n", "Content-Type: text/html\n\n<p>x"))
        == [
          "0 multipart/alternative container", "1 text/plain alternative", "1 text/html text",
        ])
  }

  @Test("images of a page are inline, a file beside the text is an attachment")
  func related() {
    #expect(
      tree(
        multipart(
          "related", "Content-Type: text/html\n\n<img src=cid:i>",
          "Content-Type: image/png\nContent-ID: <i>\n\nx"))
        == ["0 multipart/related container", "1 text/html text", "1 image/png inline"])
    #expect(
      tree(
        multipart(
          "mixed", "\ntext", "Content-Type: image/png; name=a.png\n\nx",
          "Content-Type: text/plain; name=a.txt\n\nx"))
        == [
          "0 multipart/mixed container", "1 text/plain text", "1 image/png attachment",
          "1 text/plain attachment",
        ])
  }

  @Test("the root of a multipart/related is the one that start names")
  func relatedStart() {
    let text =
      "Content-Type: multipart/related; boundary=b; start=\"<r>\"\n\n"
      + "--b\nContent-Type: image/png\nContent-ID: <i>\n\nx\n"
      + "--b\nContent-Type: text/html\nContent-ID: <r>\n\n<p>x\n--b--\n"
    #expect(
      tree(text) == ["0 multipart/related container", "1 image/png inline", "1 text/html text"])
  }

  @Test("a signature is no attachment")
  func signed() {
    #expect(
      tree(multipart("signed", "\ntext", "Content-Type: application/pgp-signature\n\nx"))
        == [
          "0 multipart/signed container", "1 text/plain text",
          "1 application/pgp-signature signature",
        ])
  }

  @Test("messages in a message, and in a digest without being called so")
  func messages() {
    #expect(
      tree(multipart("digest", "\nSubject: one\n\nbody"))
        == ["0 multipart/digest container", "1 message/rfc822 message", "2 text/plain text"])
    let forwarded = multipart(
      "mixed", "\nsee below",
      "Content-Type: message/rfc822\n\nSubject: inner\nContent-Type: text/html\n\n<p>deep")
    let message = Message(Array(forwarded.utf8))
    #expect(message.attachments.map(\.name) == ["inner"])
    #expect(message.attachments.map(\.number) == [3])
    #expect(message.text.string == "see below\n\ndeep\n")
    #expect(message.text.blocks.map(\.kind) == [.text, .attached])
  }

  @Test("the line end before a delimiter belongs to it, whichever line ends the message has")
  func lineEnds() {
    for end in ["\n", "\r\n", "\r"] {
      let text = multipart("mixed", "\none\n", "\ntwo").split(
        separator: "\n", omittingEmptySubsequences: false
      ).joined(separator: end)
      let message = Message(Array(text.utf8))
      #expect(
        message.structure.parts.dropFirst().map { message.content(of: $0) }
          == [Array(("one" + end).utf8), Array("two".utf8)])
    }
  }

  @Test("boundaries end by exact match, blanks after them pass")
  func boundaries() {
    let text =
      "Content-Type: multipart/mixed; boundary=b\n\n--b  \n\none\n--bc\n--b -\n--b--\t\nend\n"
    let message = Message(Array(text.utf8))
    #expect(message.structure.parts.count == 2)
    #expect(message.content(of: message.structure.parts[1]) == Array("one\n--bc\n--b -".utf8))
    #expect(notes(text).isEmpty)
  }

  @Test("an outer delimiter ends what is open within")
  func outerDelimiter() {
    let text =
      "Content-Type: multipart/mixed; boundary=o\n\n--o\n"
      + "Content-Type: multipart/mixed; boundary=i\n\n--i\n\none\n--o\n\ntwo\n--o--\n"
    #expect(
      tree(text) == [
        "0 multipart/mixed container", "1 multipart/mixed container", "2 text/plain text",
        "1 text/plain text",
      ])
    #expect(notes(text) == [.brokenMultipart])
  }

  @Test("a delimiter may stand where the header should have ended")
  func missingBlankLine() {
    let text =
      "Content-Type: multipart/mixed; boundary=b\npreamble\n--b\n\none\n--b\n\ntwo\n--b--\n"
    #expect(
      tree(text) == ["0 multipart/mixed container", "1 text/plain text", "1 text/plain text"])
  }

  @Test("a multipart without boundary is one text, with a note")
  func withoutBoundary() {
    let text = "Content-Type: multipart/mixed\n\n--b\n\nstill readable\n"
    #expect(tree(text) == ["0 multipart/mixed text"])
    #expect(notes(text) == [.brokenMultipart])
    #expect(Message(Array(text.utf8)).text.string.contains("still readable"))
  }

  @Test("beyond the limits the rest is opaque, with a note")
  func limits() {
    let deep = (0..<5).map { "Content-Type: multipart/mixed; boundary=b\($0)\n\n--b\($0)\n" }
      .joined()
    #expect(tree(deep, limits: .init(depth: 2)).count == 3)
    #expect(notes(deep, limits: .init(depth: 2)).contains(.mimeLimit))
    let many = multipart("mixed", "\n1", "\n2", "\n3", "\n4")
    #expect(tree(many, limits: .init(parts: 3)).count == 3)
    #expect(notes(many, limits: .init(parts: 3)).contains(.mimeLimit))
    #expect(tree(many).count == 5)
  }
}
