import HostileShapes
import InternetMessage
import Testing

@testable import Tracking

/// Whatever a sender writes, and whatever the expression, matching takes linear time.
@Suite struct RegularExpressionTimeTests {
  /// Expressions that made other matchers take seconds.
  static let hostile = [
    "^(.{0,100}a.{0,100}b.{0,100}c)+!", "(.{0,100}a.{0,100}b.{0,100}c)+!", "(a|a)*b", "(a*)*b",
    "(a+)+$", "(a|aa)+$", "(.*a){20}", "^(([a-z])+.)+[A-Z]([a-z])+$", "(x+x+)+y",
    "(.*)(.*)(.*)(.*)(.*)[^a]$", "([a-z]{1,30} ?){1,30}=", "(.{0,100}a){1,20}b", "[ab]*a[ab]{12}c",
    "((a{0,9}){0,9}){0,9}b", "(?i)(\\w+é?)+[^a-z]{3}!", "(\\bab?c?\\b|.)*!",
  ]

  static let units = ["a", "ab", "abc", "xyz ", "日本", "ABab é="]

  @Test(arguments: hostile) func doubling(_ pattern: String) throws {
    let expression = try RegularExpression.parse("/\(pattern)/").get()
    let shapes = Shape.some(of: Self.units, number: pattern.utf8.count)
    let violations = Doubling.violations(shapes, size: 2 << 10) { bytes in
      _ = expression.matches(String(decoding: bytes, as: UTF8.self))
    }
    #expect(violations.isEmpty, "\(pattern)")
  }

  /// The steps that matching takes, which are the same on every machine.
  private func steps(_ expression: RegularExpression, _ text: String) -> Int {
    var budget = MatchingBudget()
    _ = expression.matches(text, within: &budget)
    return MatchingBudget.steps - budget.left
  }

  @Test(arguments: hostile) func stepsAreFew(_ pattern: String) throws {
    for shape in Shape.combinations(["a", "bc"]) + Shape.combinations(["abc", "x"]) {
      func text(_ size: Int) -> String { String(decoding: shape.bytes(size), as: UTF8.self) }
      func steps(_ size: Int) throws -> Int {
        // What was learnt from one text serves the next: each begins anew.
        self.steps(try RegularExpression.parse("/\(pattern)/").get(), text(size))
      }
      let (first, second) = (try steps(2 << 10), try steps(4 << 10))
      #expect(second <= 13 * first / 5, "\(pattern) on \(shape): \(first), then \(second)")
    }
  }

  @Test func whatWouldTakeTooLongDoesNotMatch() throws {
    let expression = try RegularExpression.parse("/a.{4000}b/").get()
    let chaos = String(decoding: Self.chaos(400_000), as: UTF8.self)
    var budget = MatchingBudget()
    let match = "a" + String(repeating: "c", count: 4000) + "b"
    #expect(!expression.matches(chaos + match, within: &budget))
    #expect(budget.isExhausted)
    // Shorter, it has its answer.
    budget = MatchingBudget()
    #expect(expression.matches(match, within: &budget))
    #expect(!budget.isExhausted)
  }

  /// Letters a and c in no order.
  private static func chaos(_ count: Int) -> [UInt8] {
    var state: UInt64 = 7
    return (0..<count).map { _ in
      state = state &* 6_364_136_223_846_793_005 &+ 1
      return state >> 63 == 0 ? UInt8(ascii: "a") : UInt8(ascii: "c")
    }
  }

  private func facts(_ header: [UInt8]) -> MessageFacts {
    MessageFacts(
      header: MessageHeader(HeaderSection(header + Array("From: e@f.example\n\n".utf8))),
      envelope: Envelope(recipients: []),
      mailbox: ProfileMailbox(owner: address("dana@c.example"), addresses: []),
      isSent: false, isOurs: { _ in false })
  }

  private func rules(_ condition: String) throws -> RuleSet {
    let toml = """
      [[mailbox]]
      owner = "dana@c.example"
      [[rule]]
      name = "r"
      action = "track"
      \(condition)
      """
    return RuleSet(try Profile(toml: Array(toml.utf8), path: "p"))
  }

  @Test(arguments: [
    "^(.{0,100}a.{0,100}b.{0,100}c)+!", "from .* by .*!",
  ])
  func manyLongFields(_ pattern: String) throws {
    let rules = try rules("header = { Received = '/\(pattern)/' }")
    let field = "Received: from a.example (\(String(repeating: "abc ", count: 480))) by b.example\n"
    let shapes = Shape.combinations([field])
    let violations = Doubling.violations(shapes, size: 128 * field.utf8.count) {
      _ = rules.evaluate(self.facts($0), size: .exactly(1))
    }
    #expect(violations.isEmpty, "\(pattern)")
  }

  @Test func theBudgetIsOfAllFieldsOfACondition() throws {
    let field = Array("Received: ".utf8) + Self.chaos(2_000) + [UInt8(ascii: "\n")]
    let header = (0..<512).flatMap { _ in field }
    let match = "X: a\(String(repeating: "c", count: 4_000))b\n"
    for (condition, says) in [
      ("header = { Received = '/a.{1000}(a|b).{400}x/' }", "not found out"),
      ("not = { header = { Received = '/a.{1000}(a|b).{400}x/' } }", "not found out"),
      (
        "any = [{ subject = \"x\" }, { header = { Received = '/a.{1000}(a|b).{400}x/' } }]",
        "not found out"
      ),
      ("header = { X = '/a.{4000}b/' }", "header X has"),
    ] {
      var told: [String] = []
      let outcome = try rules(condition).evaluate(
        facts(Array(match.utf8) + header), size: .exactly(1)
      ) { told.append($0.reason) }
      let isTracked = if case .track = outcome { true } else { false }
      #expect(isTracked == (says != "not found out"), "\(condition)")
      #expect(told.first?.contains(says) == true, "\(condition): \(told)")
    }
  }

  /// Each level asks once: twice would be 2 to the power of the depth.
  @Test func nestedAlternativesAreAskedOnce() throws {
    var condition = "{ header = { Received = '/(a|b){3}x/' } }"
    for _ in 0..<14 { condition = "{ any = [\(condition)] }" }
    let field = "Received: \(String(repeating: "ab ", count: 300))\n"
    let rules = try rules("any = [\(condition)]")
    let shapes = Shape.combinations([field])
    let violations = Doubling.violations(shapes, size: 32 * field.utf8.count) {
      _ = rules.evaluate(self.facts($0), size: .exactly(1))
    }
    #expect(violations.isEmpty)
  }
}
