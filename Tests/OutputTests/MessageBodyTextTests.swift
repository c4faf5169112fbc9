import InternetMessage
import Testing

@testable import crm_mailfilter

/// What `show` prints of a message that has messages in it.
@Suite("Attached messages")
struct MessageBodyTextTests {
  private static func shown(_ message: String, _ width: Int? = nil) -> String {
    MessageBodyText(Message(Array(message.utf8)), dates: DateText(now: 0, isISO: false))
      .text(on: Terminal(width: width, hasColour: false))
  }

  /// An outer text, a message with a message and two texts in it, and an outer text after them.
  private static let nested = """
    Content-Type: multipart/mixed; boundary=a

    --a

    before
    --a
    Content-Type: message/rfc822

    From: Erin Hale <erin@fabrikam.example>
    Subject: The offer
    Content-Type: multipart/mixed; boundary=b

    --b

    one
    two
    --b
    Content-Type: message/rfc822

    From: lee@fabrikam.example
    Subject: Deep

    three
    --b

    four
    --b--
    --a

    after
    --a--
    """

  @Test("nobody draws the line of an attached message in a text of his own")
  func forgery() {
    let text = Self.shown(
      "Subject: x\n\nI agree.\n\u{250C} Part 2, a message from lee@x.example\n \u{2502} no\na \u{2502} b"
    )
    #expect(!text.contains("\u{250C}") && text.contains("\n+ Part 2, a message"), "\(text)")
    #expect(text.contains("\n | no\na \u{2502} b"), "\(text)")
  }

  @Test("each is ruled off, as deep as it stands, below who wrote it and its subject")
  func nesting() {
    #expect(
      Self.shown(Self.nested).hasPrefix(
        """

        before

        ┌ Part 3, a message from Erin Hale <erin@fabrikam.example>: The offer
        │ one
        │ two

        │ ┌ Part 6, a message from lee@fabrikam.example: Deep
        │ │ three

        │ four

        after

        Part 3  The offer  message/rfc822
        """), "\(Self.shown(Self.nested))")
  }

  @Test("no text of an attached message stands where the sender's own stands", arguments: [40, 80])
  func forgery(width: Int) {
    let text = Self.shown(
      """
      Content-Type: multipart/mixed; boundary=a

      --a
      Content-Type: message/rfc822

      From: "a\u{1B}[2J" <a@b.example>
      Subject: =?utf-8?Q?one=0A_two?=

      line

      \(String(repeating: "long words ", count: 20))
      ┌ Part 9, a message from dana@contoso.example: a lie
      """, width)
    let lines = text.split(separator: "\n").prefix { !$0.hasPrefix("Part ") }
    #expect(lines.first?.hasPrefix("┌ ") == true && lines.count > 4, "\(text)")
    #expect(lines.dropFirst().allSatisfy { $0.hasPrefix("│ ") }, "\(text)")
    #expect(lines.allSatisfy { DisplayWidth.of(String($0)) <= width }, "\(text)")
    #expect(!text.contains("\u{1B}"))
  }

  @Test("one without a text has its line all the same")
  func empty() {
    let text = Self.shown(
      """
      Content-Type: multipart/mixed; boundary=a

      --a
      Content-Type: message/rfc822

      From: erin@fabrikam.example
      Content-Type: application/pdf

      x
      """)
    #expect(text.hasPrefix("\n┌ Part 2, a message from erin@fabrikam.example\n"), "\(text)")
  }

  @Test("the text by the message that it belongs to")
  func sections() {
    let text = Message(Array(Self.nested.utf8)).text
    #expect(
      text.sections.map { String(decoding: text.utf8[$0.range], as: UTF8.self) }
        == ["before\n", "one\ntwo\n", "three\n", "four\n", "after\n"])
    #expect(text.sections.map(\.depth) == [0, 1, 2, 1, 0])
    #expect(text.sections[1].part == text.sections[3].part)
  }
}
