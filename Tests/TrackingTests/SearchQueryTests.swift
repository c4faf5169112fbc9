import Testing

@testable import Tracking

/// The language of queries.
@Suite struct SearchQueryTests {
  /// 2026-11-25 01:00:00 UTC.
  private static let now: Int64 = 1_795_568_400

  private func parse(_ query: String) throws -> SearchQuery {
    try SearchQueryParser.parse(query, now: Self.now)
  }

  private static func word(
    _ text: String, _ scope: SearchPhrase.Scope = .anywhere, isPrefix: Bool = false
  ) -> SearchQuery {
    .words(SearchPhrase(text, in: scope, isPrefix: isPrefix))
  }

  @Test func operatorsBindAsTheManualSays() throws {
    let (a, b, c) = (Self.word("a"), Self.word("b"), Self.word("c"))
    #expect(try parse("a") == a)
    #expect(try parse("a b") == .and([a, b]))
    #expect(try parse("a AND b c") == .and([a, b, c]))
    #expect(try parse("a b OR c") == .or([.and([a, b]), c]))
    #expect(try parse("a OR b c") == .or([a, .and([b, c])]))
    #expect(try parse("(a OR b) c") == .and([.or([a, b]), c]))
    #expect(try parse("NOT a b") == .and([.not(a), b]))
    #expect(try parse("NOT (a b)") == .not(.and([a, b])))
    #expect(try parse("NOT NOT a") == a)
    #expect(try parse("a -b") == .and([a, .not(b)]))
    #expect(try parse("a-b") == Self.word("a-b"))
    #expect(try parse("and") == Self.word("and"))
    #expect(try parse("\"AND\"") == Self.word("AND"))
    #expect(try parse("*") == .all)
    #expect(try parse("(a)b\"c\"") == .and([a, b, c]))
  }

  @Test func wordsPhrasesAndBeginnings() throws {
    #expect(try parse("\"two words\"") == Self.word("two words"))
    #expect(try parse("pump*") == Self.word("pump", isPrefix: true))
    #expect(try parse("\"forty pu\"*") == Self.word("forty pu", isPrefix: true))
    #expect(try parse("subject:pump*") == Self.word("pump", .subject, isPrefix: true))
    #expect(try parse("Body:\"a b\"") == Self.word("a b", .body))
    #expect(try parse("10:30") == Self.word("10:30"))
  }

  @Test func participants() throws {
    #expect(
      try parse("from:Erin@Fabrikam.Example")
        == .criterion(.address(key: "erin@fabrikam.example", in: .from)))
    #expect(
      try parse("to:@Fabrikam.example")
        == .criterion(.domain(key: "fabrikam.example", below: false, in: .to)))
    #expect(
      try parse("participant:@*.fabrikam.example")
        == .criterion(.domain(key: "fabrikam.example", below: true, in: .participant)))
    #expect(try parse("cc:erin") == Self.word("erin", .cc))
    #expect(try parse("from:\"Erin Doe\"") == Self.word("Erin Doe", .from))
    #expect(try parse("from:erin@fab*") == Self.word("erin@fab", .from, isPrefix: true))
  }

  @Test func criteria() throws {
    let account = RecordReference(type: "account", id: "7")
    for (query, expected) in [
      ("regarding:Account:7", .regarding(.one(account))), ("regarding:none", .regarding(.none)),
      ("regarding:*", .regarding(.any)), ("record:contact", .record(.type("contact"))),
      ("owner:Dana@Contoso.example", .owner(key: "dana@contoso.example")),
      ("rule:\"Everything with\"*", .rule("Everything with", isPrefix: true)),
      ("reason:correlationmatch", .reason(.correlationMatch)), ("reason:5", .reason(.senderMatch)),
      ("reason:Rule", .trackedByRule), ("is:manual", .trackedByHand),
      ("kind:Appointment", .calendar(.appointment)), ("kind:email", .calendar(nil)),
      ("direction:Outgoing", .direction(.outgoing)), ("is:unresolved", .unresolved),
      ("thread:12", .conversation(12)), ("id:3", .id(3)), ("mid:<a@b>", .messageID("a@b")),
      ("attachment:*", .attached),
    ] as [(String, SearchCriterion)] {
      #expect(try parse(query) == .criterion(expected), "\(query)")
    }
  }

  @Test func dates() throws {
    for (query, from, until) in [
      ("date:2026", 1_767_225_600, 1_798_761_600), ("date:2026-02", 1_769_904_000, 1_772_323_200),
      ("date:2026-01..2026-03", 1_767_225_600, 1_775_001_600),
      ("date:2024-02-29", 1_709_164_800, 1_709_251_200), ("date:2026-12..", 1_796_083_200, nil),
      ("date:..2025", nil, 1_767_225_600), ("before:2026-03", nil, 1_772_323_200),
      ("after:2026-03-01", 1_772_323_200, nil), ("date:today", 1_795_564_800, 1_795_651_200),
      ("date:yesterday", 1_795_478_400, 1_795_564_800), ("after:2d", 1_795_395_600, nil),
      ("date:1969-12-31", -86_400, 0),
      ("date:2026-11-25T01:00:00Z", Self.now, Self.now + 1),
    ] as [(String, Int64?, Int64?)] {
      #expect(try parse(query) == .criterion(.sent(from: from, until: until)), "\(query)")
    }
  }

  @Test func errorsSayWhereAndWhatIsRight() {
    for (query, column, hint) in [
      ("", 1, "write a word"), ("  ", 1, "write a word"), ("a \"b c", 3, "quote"),
      ("a (b", 3, "not closed"), ("a ) b", 3, "no ("), ("()", 2, "before this )"),
      ("a AND", 6, "after AND"), ("a OR OR b", 6, "before OR"), ("AND a", 1, "before AND"),
      ("NOT", 4, "after NOT"), ("frm:erin", 1, "did you mean 'from'?"),
      ("http://x.example", 1, "in quotes"), ("a from:", 8, "as from:erin"),
      ("x date:2026-13", 8, "'2026-13' is no date"), ("date:2026-02-30", 6, "no date"),
      ("date:2026..2025", 6, "ends before it begins"), ("date:..", 6, "missing"),
      ("id:x", 4, "number"), ("id:0", 4, "number"), ("kind:x", 6, "appointment, email, task"),
      ("is:nice", 4, "manual, truncated, unresolved"),
      ("reason:Duplicate", 8, "CorrelationMatch"), ("owner:dana", 7, "address"),
      ("a*b", 2, "at the end of a word"), ("& b", 1, "letter or a digit"),
      ("subject:*", 9, "letter or a digit"),
      ("ä 日本 direction:up", 16, "incoming or outgoing"),
      (String(repeating: "(", count: 60) + "a", 16, "15 parentheses"),
      (String(repeating: "a ", count: 201), 401, "200 words"),
    ] {
      do {
        _ = try parse(query)
        Issue.record("'\(query)' was read")
      } catch let error as SearchQueryError {
        #expect(error.column == column, "'\(query.prefix(40))': \(error)")
        #expect(error.text.contains(hint), "'\(query.prefix(40))': \(error)")
      } catch {
        Issue.record("\(error)")
      }
    }
  }

  @Test func anyTextIsReadOrRefused() {
    // Whatever is typed: an answer, never a crash, in time that does not run away.
    let pieces = [
      "(", ")", "\"", "*", ":", "-", "AND", "OR", "NOT", "from:", "date:", "..", "a", "é", " ",
    ]
    var seed: UInt64 = 7
    for _ in 0..<20_000 {
      var query = ""
      for _ in 0..<12 {
        seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        query += pieces[Int(seed >> 33) % pieces.count]
      }
      do {
        _ = try parse(query)
      } catch let error as SearchQueryError {
        #expect((1...(query.count + 1)).contains(error.column), "\(query)")
      } catch {
        Issue.record("\(error)")
      }
    }
  }
}
