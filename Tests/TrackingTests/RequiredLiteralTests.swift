import Testing

@testable import Tracking

/// An expression that is left out for want of its texts would not have matched.
@Suite struct RequiredLiteralTests {
  static let patterns = [
    "salary", "(salary|personal)", "\\b(salary|personal)\\b", "^(re|fwd?): .*(offer|order)",
    "(re: )?offer",
    "(re: ){0,1}offer", "(re: )*offer", "(re: )+offer", "offer|order", "offers?", "off[aeiou]r",
    "a(b(cde|fgh)|ijk)l", "a(b(cde|f)|ijk)l", "((offer)|(order)) [0-9]+", "offer\\.", "\\(offer\\)",
    "o.fer",
    "(offer|)", "(offer){2}", "caf(é|e) order", "ord(er|re)", "x{0,3}offer", "(a|offer)+order",
    "OFFER", "(?:offer)+?", "offer*?s", "(?i)offer", "off\\x65r", "o\\ffer", "offer{0}s",
    "off(er)+*s",
    "[\\]offer]", "[[.].]offer]", "(offer|order){0,}7", "offer{2}{0}", "a{3}offer",
  ]
  static let texts = [
    "", "offer", "Re: offer", "re: re: offer", "FWD: the Offer", "offers", "order 17", "an order",
    "salary",
    "Personal", "offer.", "(offer)", "abcdel", "abfl", "aijkl", "abfghl", "café order",
    "cafe order", "ordre",
    "offeroffer", "xoffer", "aorder", "offar", "öffer", "o\u{212A}fer",
  ]

  @Test(arguments: patterns) func matchesAsTheExpressionAlone(_ pattern: String) throws {
    for flags in ["", "i"] {
      let expression = try RegularExpression.parse("/\(pattern)/\(flags)").get()
      let program = try ExpressionParser.parse(pattern, ignoresCase: flags == "i").program
      let alone = ExpressionAutomaton(program)
      for text in Self.texts {
        var text = text
        var budget = MatchingBudget()
        let isMatch = text.withUTF8 { alone.matches($0, within: &budget) }
        #expect(expression.matches(text) == isMatch, "/\(pattern)/\(flags) on '\(text)'")
      }
    }
  }

  @Test func whatIsRequired() throws {
    #expect(try RequiredLiterals.find(in: "\\b(Salary|personal)\\b") == ["salary", "personal"])
    #expect(try RequiredLiterals.find(in: "^(re|fwd?): .*(offer|order)") == ["offer", "order"])
    #expect(try RequiredLiterals.find(in: "(offer|order) number") == [" number"])
    #expect(try RequiredLiterals.find(in: "(?i)(?:offer|order)+? no\\.7") == ["offer", "order"])
    #expect(try RequiredLiterals.find(in: "offer+s") == ["offer"])
    for pattern in [
      "(offer)+*", "(offer){1}{0}", "[\\]offer]", "(?:offer)*?", "\\x6fr",
      "(offer)?", "(offer)*", "(offer){0,2}", "offer|", "(offer|.)", "[offer]", "o.f",
    ] {
      #expect(try RequiredLiterals.find(in: pattern).isEmpty, "\(pattern)")
    }
  }
}
