import InternetMessage
import Testing

/// Messages that are attached in base64 or quoted-printable, which RFC 2046 section 5.2.1 forbids.
@Suite("Encoded messages")
struct EncodedMessageTests {
  private static let inner = """
    Subject: Inner =?utf-8?q?w=C3=B6rds?=
    Content-Type: multipart/mixed; boundary=i

    --i
    Content-Type: text/plain; charset=utf-8

    Grüße = deep
    --i
    Content-Type: application/pdf; name=deep.pdf

    %PDF
    --i--

    """

  private static func outer(_ encoding: String, _ body: String, name: String = "") -> Message {
    let text = """
      Content-Type: multipart/mixed; boundary=o

      --o

      see below
      --o
      Content-Type: message/rfc822\(name)
      Content-Transfer-Encoding: \(encoding)

      \(body)
      --o
      Content-Type: image/png; name=a.png

      x
      --o--

      """
    return Message(Array(text.utf8))
  }

  @Test("are read like others: parts, text, attachments, subject; the rest keeps its numbers")
  func parts() {
    let quoted = Self.inner.replacing("=", with: "=3D").replacing("ü", with: "=C3=BC")
      .replacing("ß", with: "=C3=9F")
    for (encoding, body) in [
      ("base64", base64(Array(Self.inner.utf8))), ("quoted-printable", quoted + "="),
    ] {
      let message = Self.outer(encoding, body)
      #expect(
        partLines(message).dropFirst() == [
          " 2 text/plain text - 9",
          " 3 message/rfc822 message Inner wörds \(Self.inner.utf8.count)",
          "  5 multipart/mixed container - "
            + "\(message.size(of: message.structure.parts[3]))",
          "   6 text/plain text - 14",
          "   7 application/pdf attachment deep.pdf 4",
          " 4 image/png attachment a.png 1",
        ], "\(encoding)")
      #expect(message.attachments.map(\.number) == [3, 4])
      #expect(message.text.string == "see below\n\nGrüße = deep\n")
      #expect(message.text.blocks.map(\.kind) == [.text, .attached])
      #expect(message.structure.part(numbered: 3).map(message.content) == Array(Self.inner.utf8))
      #expect(message.structure.part(numbered: 7).map(message.content) == Array("%PDF".utf8))
      #expect(message.structure.notes.isEmpty)
    }
  }

  @Test("a file's name comes before the subject; what is no message is a file")
  func names() {
    let body = base64(Array(Self.inner.utf8))
    #expect(Self.outer("base64", body, name: "; name=f.eml").attachments[0].name == "f.eml")
    for text in ["\u{D0CF}\u{11E0}: x", "words without a field", "", "\n\n"] {
      let message = Self.outer("base64", base64(Array(text.utf8)))
      #expect(message.structure.parts.count == 4, "\(text)")
      #expect(message.structure.roles[2] == .attachment)
      #expect(message.text.string == "see below\n")
    }
  }

  @Test("in each other as deep as limits allow, with a note beyond")
  func nesting() {
    func nested(_ count: Int) -> [UInt8] {
      var text = Array("Subject: deepest\n\nwords\n".utf8)
      for _ in 0..<count {
        text = Array(
          "Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n\(base64(text))".utf8)
      }
      return text
    }
    let message = Message(nested(8))
    #expect(message.structure.parts.map(\.depth) == Array(0...8))
    #expect(message.structure.parts.map(\.number) == Array(1...9))
    #expect(message.text.string == "words\n")
    let shallow = Message(nested(8), limits: .init(depth: 3))
    #expect(shallow.structure.parts.count == 4)
    #expect(shallow.structure.notes.map(\.kind) == [.mimeLimit])
    let few = Message(nested(8), limits: .init(parts: 5))
    #expect(few.structure.parts.count == 5)
    #expect(few.structure.notes.map(\.kind) == [.mimeLimit])
  }

  /// Quoted-printable does not shrink what it is in: without a bound, each level would cost all.
  @Test("what is decoded stays within some times the message")
  func budget() {
    let level = "Content-Type: message/rfc822\nContent-Transfer-Encoding: quoted-printable\n\n"
    let text = String(repeating: level, count: 90) + String(repeating: "x", count: 200_000)
    let message = Message(Array(text.utf8))
    let decoded = message.structure.decoded.reduce(0) { $0 + $1.count }
    #expect(decoded <= 4 * text.utf8.count)
    #expect(message.structure.parts.count > 3)
    #expect(message.structure.notes.map(\.kind) == [.mimeLimit])
  }
}
