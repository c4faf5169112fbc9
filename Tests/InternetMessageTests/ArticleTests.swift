import Foundation
import InternetMessage
import Testing

/// The examples of the library's article: they stand here as they stand there, and are compiled.
@Suite("The article's examples")
struct ArticleTests {
  private let bytes = Array(
    """
    From: Erin <erin@fabrikam.example>
    In-Reply-To: <1@contoso.example>

    yes
    > really?

    """.utf8)

  @Test("the header alone")
  func header() {
    let header = MessageHeader(HeaderSection(bytes))
    let sender = header.from.first?.address
    let answered = header.inReplyTo.map(\.value)
    #expect(sender?.description == "erin@fabrikam.example")
    #expect(answered == ["1@contoso.example"])
  }

  @Test("parts and text")
  func parts() {
    let message = Message(bytes)
    for part in message.structure.parts where !part.hasChildren {
      let content = message.content(of: part)
      print(part.contentType.mediaType, content.count)
    }
    for attachment in message.attachments {
      print(attachment.number, attachment.name ?? "-", attachment.size)
    }
    let new = message.text.string(of: .text)
    #expect(new == "yes\n")
  }

  @Test("a message that is still arriving")
  func arriving() {
    let arrived = bytes
    var end = HeaderEnd()
    let body = arrived.withUnsafeBytes { end.bodyOffset(in: $0, isWhole: false) }
    #expect(body == bytes.count - 14)
  }

  @Test("each line of the article's code stands in this file")
  func same() throws {
    let here = URL(fileURLWithPath: #filePath)
    let article = here.deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
      .appendingPathComponent("Sources/InternetMessage/InternetMessage.docc/InternetMessage.md")
    let tests = Set(
      try String(contentsOf: here, encoding: .utf8).split(separator: "\n").map {
        $0.trimmingCharacters(in: .whitespaces)
      })
    var isCode = false
    var lines = 0
    for line in try String(contentsOf: article, encoding: .utf8).split(separator: "\n") {
      if line.hasPrefix("```") {
        isCode.toggle()
      } else if isCode {
        lines += 1
        #expect(tests.contains(line.trimmingCharacters(in: .whitespaces)), "\(line)")
      }
    }
    #expect(lines > 10)
  }
}
