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
    "OFFER",
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
      let alone = CompiledExpression(pattern: pattern, ignoresCase: flags == "i")
      for text in Self.texts {
        #expect(
          expression.matches(text) == alone.matches(text), "/\(pattern)/\(flags) on '\(text)'")
      }
    }
  }

  @Test func whatIsRequired() {
    #expect(RequiredLiterals.find(in: "\\b(Salary|personal)\\b") == ["salary", "personal"])
    #expect(RequiredLiterals.find(in: "^(re|fwd?): .*(offer|order)") == ["offer", "order"])
    #expect(RequiredLiterals.find(in: "(offer|order) number") == [" number"])
    for pattern in [
      "(offer)?", "(offer)*", "(offer){0,2}", "offer|", "(offer|.)", "[offer]", "o.f",
    ] {
      #expect(RequiredLiterals.find(in: pattern).isEmpty, "\(pattern)")
    }
  }
}
