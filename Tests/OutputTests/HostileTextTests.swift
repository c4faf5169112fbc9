import HostileShapes
import InternetMessage
import System
import Testing

@testable import crm_mailfilter

/// Whatever a stranger repeats in a message, showing and exporting it takes linear time.
@Suite struct HostileTextTests {
  private static let units = [
    "a\n", "\n", "> ", "> a\n", "\t", "\u{1B}", "a ", "a", "\r", "\u{301}", "\u{200B}", "見",
    "👨\u{200D}",
    "-- \n", "On x, y wrote:\n",
  ]

  private static func message(_ body: [UInt8]) -> Message {
    Message(
      Array("Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n".utf8)
        + body + [10])
  }

  @Test func showingIt() {
    for width in [nil, 80] {
      let violations = Doubling.violations(Shape.some(of: Self.units, number: 5)) { body in
        _ = MessageBodyText(Self.message(body), dates: DateText(now: 0, isISO: true)).text(
          on: Terminal(width: width, hasColour: false))
      }
      #expect(violations.isEmpty, "\(violations.joined(separator: "\n"))")
    }
  }

  @Test func writingItAsJSON() {
    let violations = Doubling.violations(Shape.some(of: Self.units, number: 6)) { body in
      _ = try? JSONOutput.line(["text": Self.message(body).text.string])
    }
    #expect(violations.isEmpty, "\(violations.joined(separator: "\n"))")
  }

  /// Messages in messages, each with a text.
  @Test func showingMessagesInMessages() {
    let head = "Content-Type: message/rfc822\n\n"
    for shape in [
      { (count: Int) in String(repeating: head, count: count) + "\nx\n" },
      { (count: Int) in
        "Content-Type: multipart/mixed; boundary=b\n\n"
          + String(repeating: "--b\n\(head)From: a@b\nSubject: s\n\nx\n", count: count)
      },
    ] {
      for count in [1, 50, 9_000] {
        let text = MessageBodyText(
          Message(Array(shape(count).utf8)), dates: DateText(now: 0, isISO: true)
        ).text(on: Terminal(width: 80, hasColour: false))
        #expect(text.split(separator: "\n").allSatisfy { DisplayWidth.of(String($0)) <= 80 })
      }
    }
  }

  /// What is shown of a text is what it says.
  @Test func linesAndBlanksStayAsTheyAre() {
    let body = Self.message(Array("a\tb\n\n \u{1B}[1m見".utf8))
    #expect(
      MessageBodyText(body, dates: DateText(now: 0, isISO: true)).text(on: .none)
        == "\na    b\n\n \u{FFFD}[1m見\n")
    let wrapped = MessageBodyText(
      Self.message(Array("one two\nthree".utf8)), dates: DateText(now: 0, isISO: true)
    )
    .text(on: Terminal(width: 4, hasColour: false))
    #expect(wrapped == "\none\ntwo\nthre\ne\n")
  }
}
