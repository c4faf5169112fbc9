import Testing
import Tracking

@testable import crm_mailfilter

/// The line of a message's text that `search` shows.
@Suite("Where words of a query stand")
struct SearchSnippetTests {
  private static func line(_ query: String, _ text: String, _ width: Int = 60) throws -> String? {
    let query = try SearchQueryParser.parse(query, now: 0, clock: .utc)
    return SearchSnippet(of: query, in: text, width: width)?.text(on: .none)
  }

  @Test(
    "words are marked as an index finds them",
    arguments: [
      ("pumps", "Please send forty PUMPS, and hoses.", "Please send forty [PUMPS], and hoses."),
      ("\"forty pumps\"", "forty hoses, forty\n pumps", "forty hoses, [forty pumps]"),
      ("pump*", "a pump and pumps", "a [pump] and [pumps]"),
      ("pumps hoses", "hoses for pumps", "[hoses] for [pumps]"),
      ("grusse", "Viele Grüße", "Viele [Grüße]"),
      ("見積", "お見積もりの件", "お[見積]もりの件"),
      ("東京", "ABC東京xyz", "ABC[東京]xyz"),
      ("body:offer", "The Offer", "The [Offer]"),
      ("pumps OR hoses", "no hoses", "no [hoses]"),
      ("pumps -hoses", "pumps, no hoses", "[pumps], no hoses"),
      ("pumps", "\u{1B}[1;pumps\u{202E}", "\u{FFFD}[1;[pumps]\u{FFFD}"),
    ] as [(query: String, text: String, line: String)])
  func words(query: String, text: String, line: String) throws {
    #expect(try Self.line(query, text) == line)
  }

  @Test("what is not in the text has no line", arguments: ["subject:pumps", "from:erin", "hoses"])
  func nothing(query: String) throws {
    #expect(try Self.line(query, "forty pumps of erin") == nil)
  }

  @Test("a long text is cut between words before, and to the width behind", arguments: [30, 60])
  func cut(width: Int) throws {
    let text =
      String(repeating: "word after word ", count: 40) + "the pumps "
      + String(repeating: "and so on ", count: 40)
    let line = try #require(try Self.line("pumps", text, width))
    #expect(line.hasPrefix("… ") && line.hasSuffix(" …") && line.contains(" the [pumps] "))
    #expect(DisplayWidth.of(line) <= width, "\(line)")
    #expect(!line.contains("  "))
  }

  @Test("marks are bold where there are colours")
  func colours() throws {
    let query = try SearchQueryParser.parse("pumps", now: 0, clock: .utc)
    let text = SearchSnippet(of: query, in: "forty pumps", width: 60)?
      .text(on: Terminal(width: 80, hasColour: true))
    #expect(text == "\u{1B}[2mforty \u{1B}[m\u{1B}[1mpumps\u{1B}[m")
  }
}
