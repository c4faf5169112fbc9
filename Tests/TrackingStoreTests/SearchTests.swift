import Foundation
import GRDB
import InternetMessage
import System
import Testing

@testable import Tracking
@testable import TrackingStore

/// Queries and what they find.
@Suite struct SearchTests {
  /// 2026-11-25 01:00:00 UTC.
  private static let now: Int64 = 1_795_568_400

  private static func message(
    _ id: String, from: String, to: String, cc: String? = nil, date: String, subject: String,
    answers: String? = nil, body: String
  ) -> String {
    """
    Message-ID: <\(id)>
    From: \(from)
    To: \(to)
    Date: \(date)
    Subject: \(subject)\(answers.map { "\nIn-Reply-To: <\($0)>" } ?? "")
    MIME-Version: 1.0
    Content-Type: text/plain; charset=utf-8

    \(body)

    """
  }

  private static func query(_ text: String) throws -> CopyQuery {
    var query = CopyQuery()
    query.search = try SearchQueryParser.parse(text, now: now)
    return query
  }

  private static let erin = "Erin Müller <erin@fabrikam.example>"
  private static let dana = "Dana Díaz <dana@contoso.example>"

  /// Seven messages; their numbers are 1 to 7.
  private func makeStore() throws -> TemporaryStore {
    let place = try TemporaryStore()
    func deliver(
      _ text: String, direction: Direction = .incoming, cc: String? = nil,
      attachments: [String] = [], change: (inout CopyDraft) -> Void = { _ in }
    ) throws {
      var draft = try place.draft(text, direction: direction, content: Array(text.utf8))
      if let cc {
        draft.participants += AddressList.parse(cc).map {
          .init(role: .cc, mailbox: $0, isExternal: true)
        }
      }
      draft.attachments = attachments.enumerated().map {
        Attachment(number: $0 + 2, name: $1, mediaType: "application/pdf", size: 9)
      }
      change(&draft)
      try place.deliver(draft)
    }
    for (record, address) in [
      ("account:1", "erin@fabrikam.example"), ("contact:tom", "tom@adatum.example"),
    ] {
      _ = try place.store.setRecords(
        [
          RecordEntry(
            record: try #require(RecordReference(record)),
            addresses: [try #require(AddrSpec(address))])
        ], now: 1)
    }
    try deliver(
      Self.message(
        "m1@fabrikam.example", from: Self.erin, to: Self.dana,
        date: "Mon, 5 Jan 2026 10:00:00 +0000", subject: "Offer for forty pumps",
        body: "Dear Dana,\nthe café in Zürich needs forty pumps and no valves.")
    ) { $0.regarding = .init(record: RecordReference(type: "account", id: "1"), source: .rule) }
    try deliver(
      Self.message(
        "m2@contoso.example", from: Self.dana, to: Self.erin,
        date: "Tue, 10 Feb 2026 10:00:00 +0000", subject: "Re: Offer for forty pumps",
        answers: "m1@fabrikam.example",
        body: "Thank you. Pumps are expensive; valves are not. Straße 5."),
      direction: .outgoing
    ) { $0.grounds = .init(code: nil, rule: "Everything with Fabrikam", explanation: "a rule") }
    try deliver(
      Self.message(
        "m3@adatum.example", from: "Tom O'Brien <tom@adatum.example>", to: Self.dana,
        date: "Sun, 1 Mar 2026 10:00:00 +0000", subject: "東京の見積書",
        body: "東京タワーの近くです。ＡＢＣ 한국어를 배우다"), attachments: ["見積書.pdf", "price list.xls"])
    try deliver(
      Self.message(
        "m4@lucerne.example", from: "Pat <pat@mail.lucerne.example>", to: Self.dana,
        date: "Wed, 1 Apr 2026 00:00:00 +0000", subject: "Invoice 4711",
        body: "The pumping station of Erin is paid."), cc: "Nils Øst <nils@lucerne.example>"
    ) { $0.grounds = .init(code: nil, isManual: true, explanation: "by hand") }
    try deliver(
      Self.message(
        "m5@x.example", from: "\"a \\\" b\" <q@x.example>", to: Self.dana,
        date: "Thu, 31 Dec 2026 23:59:59 +0000", subject: "foo-bar foo_baz",
        body: "100% of 10:30, e-mail me: AND OR NOT.")
    ) {
      $0.grounds = .init(code: .correlationMatch, explanation: "answers")
      $0.isTruncated = true
    }
    return place
  }

  private static let table: [(query: String, found: [Int64])] = [
    // Words; case and accents.
    ("pumps", [1, 2]), ("PUMPS", [1, 2]), ("cafe", [1]), ("CAFÉ", [1]), ("zurich", [1]),
    ("strasse", [2]), ("STRAẞE", [2]), ("muller", [1, 2]), ("diaz", [1, 2, 3, 4, 5]), ("ost", [4]),
    ("nothing", []), ("forty pumps", [1, 2]), ("\"forty pumps\"", [1, 2]), ("\"pumps forty\"", []),
    ("pump", []), ("pump*", [1, 2, 4]), ("\"pumping sta\"*", [4]), ("4711", [4]),
    ("foo-bar", [5]), ("bar-foo", [5]), ("foo_baz", [5]), ("bar-baz", []), ("10:30", [5]),
    ("o'brien", [3]),
    // Words that are operators in lower case or quotes.
    ("\"AND\"", [1, 5]), ("\"NOT\"", [2, 5]),
    // Chinese, Japanese, Korean, wide letters.
    ("東京", [3]), ("京都", []), ("タワー", [3]), ("見積", [3]), ("한국", [3]), ("abc", [3]), ("東*", [3]),
    // Operators.
    ("pumps AND valves", [1, 2]), ("pumps NOT expensive", [1]), ("pumps -expensive", [1]),
    ("NOT pumps", [3, 4, 5]), ("pumps OR invoice", [1, 2, 4]),
    ("expensive OR pumps cafe", [1, 2]), ("(expensive OR invoice) valves", [2]),
    ("NOT (pumps OR invoice)", [3, 5]), ("pumps OR NOT erin", [1, 2, 3, 5]),
    ("*", [1, 2, 3, 4, 5]),
    // Places of words.
    ("subject:pumps", [1, 2]), ("subject:pumping", []), ("body:pumps", [1, 2]), ("body:offer", []),
    ("subject:\"re offer\"", [2]), ("attachment:見積", [3]), ("attachment:price", [3]),
    ("attachment:pri*", [3]), ("attachment:*", [3]), ("body:4711", []),
    // Participants.
    ("from:erin", [1]), ("from:erin@fabrikam.example", [1]), ("from:Erin@FABRIKAM.example", [1]),
    ("to:erin", [2]), ("to:erin@fabrikam.example", [2]), ("from:\"erin muller\"", [1]),
    ("participant:erin@fabrikam.example", [1, 2]), ("participant:fabrikam", [1, 2]),
    ("cc:nils", [4]), ("cc:nils@lucerne.example", [4]), ("cc:dana", []),
    ("from:@fabrikam.example", [1]),
    ("from:@lucerne.example", []), ("from:@*.lucerne.example", [4]),
    ("from:@mail.lucerne.example", [4]),
    ("participant:@lucerne.example", [4]), ("participant:@abrikam.example", []), ("from:eri*", [1]),
    // All else.
    ("regarding:account:1", [1, 2]), ("regarding:account", [1, 2]), ("regarding:none", [3, 4, 5]),
    ("regarding:*", [1, 2]), ("NOT regarding:account:1", [3, 4, 5]), ("record:account:1", [1, 2]),
    ("record:contact", [3]), ("record:none", [4, 5]), ("record:*", [1, 2, 3]),
    ("owner:dana@contoso.example", [1, 2, 3, 4, 5]), ("owner:erin@fabrikam.example", []),
    ("rule:\"everything with fabrikam\"", [2]), ("rule:every*", [2]),
    ("NOT rule:every*", [1, 3, 4, 5]),
    ("reason:AcceptAll", [1, 3]), ("reason:2", [5]), ("reason:rule", [2]), ("reason:manual", [4]),
    ("is:manual", [4]), ("is:truncated", [5]), ("is:unresolved", [4, 5]),
    ("NOT is:unresolved", [1, 2, 3]),
    ("direction:outgoing", [2]), ("thread:1", [1, 2]), ("id:3", [3]), ("id:99", []),
    ("mid:m3@adatum.example", [3]), ("mid:<m3@adatum.example>", [3]),
    ("NOT mid:m3@adatum.example", [1, 2, 4, 5]),
    ("date:2026-01..2026-03", [1, 2, 3]), ("date:2026-03-01", [3]), ("date:2026-04", [4]),
    ("date:2026", [1, 2, 3, 4, 5]), ("date:2027", []), ("before:2026-02-10", [1]),
    ("after:2026-04", [4, 5]),
    ("pumps date:2026-02 direction:outgoing", [2]),
    ("(from:erin OR cc:nils) NOT date:2026-04", [1]),
  ]

  @Test func queriesFindWhatTheyShould() throws {
    let place = try makeStore()
    #expect(try place.store.indexMarked() == 5)
    for (text, found) in Self.table {
      var query = try Self.query(text)
      query.isOldestFirst = true
      let ids = try place.store.copyIDs(query).map(\.rawValue)
      #expect(ids == found, "\(text)")
      #expect(try place.store.count(of: query) == found.count, "\(text)")
      query.isByRelevance = true
      #expect(try Set(place.store.copyIDs(query).map(\.rawValue)) == Set(found), "\(text)")
    }
  }

  @Test func ordersAndPages() throws {
    let place = try makeStore()
    try place.store.indexMarked()
    func ids(_ text: String, _ change: (inout CopyQuery) -> Void = { _ in }) throws -> [Int64] {
      var query = try Self.query(text)
      change(&query)
      return try place.store.copyIDs(query).map(\.rawValue)
    }
    #expect(try ids("dana") == [5, 4, 3, 2, 1])
    #expect(try ids("dana") { $0.limit = 2 } == [5, 4])
    #expect(
      try ids("dana") {
        $0.limit = 2
        $0.offset = 3
      } == [2, 1])
    // A word in the subject weighs more than one in a long text.
    #expect(try ids("invoice OR pumps") { $0.isByRelevance = true }.first == 4)
    #expect(try ids("erin") { $0.isByRelevance = true }.last == 4)
  }

  @Test func nothingTypedReachesTheLanguageOfTheIndex() throws {
    let place = try makeStore()
    try place.store.indexMarked()
    for text in [
      "\"a\" OR \"b", "subject : pumps", "{body} : x", "NEAR(a b)", "^pumps", "a + b",
      "'; DROP TABLE copy",
      "rowid:1", "\"\u{0}\"", "\u{0}a", "a\u{0}b", "col:x*", "%_", "\\", "a\\",
    ] {
      var query = CopyQuery()
      query.search = .words(SearchPhrase(text))
      #expect(throws: Never.self, "\(text)") { _ = try place.store.copyIDs(query) }
    }
    #expect(try place.number("SELECT count(*) FROM copy") == 5)
  }

  @Test func onlyOwnMailIsFound() throws {
    let place = try makeStore()
    try place.store.indexMarked()
    let lee = try #require(AddrSpec("lee@contoso.example"))
    try place.store.addUser(
      lee, addresses: [], kind: .user, role: .member, filter: nil, now: 1)
    let other = try #require(try place.store.user(lee))
    var query = try Self.query("pumps OR invoice")
    query.visibleTo = other
    #expect(try place.store.copyIDs(query).isEmpty)
    try place.store.write {
      try $0.execute(sql: "UPDATE delivery SET mailbox = 'lee@contoso.example' WHERE copy = 4")
    }
    #expect(try place.store.copyIDs(query) == [CopyID(4)])
    #expect(try place.store.count(of: query) == 1)
  }

  @Test func deletedCopiesAreTakenOutExactly() throws {
    let place = try makeStore()
    try place.store.indexMarked()
    let dana = try #require(AddrSpec("dana@contoso.example"))
    let user = try #require(try place.store.user(dana))
    for id in 1...5 {
      #expect(try place.store.untrack(CopyID(Int64(id)), by: user, now: 1) == .deleted)
    }
    // What was not deleted by its exact text would be left among the words.
    try place.store.write { db in
      try db.execute(
        sql: "CREATE VIRTUAL TABLE temp.words USING fts5vocab(main, search_index, 'row')")
      #expect(try String.fetchAll(db, sql: "SELECT term FROM temp.words").isEmpty)
      try db.execute(
        sql: "INSERT INTO search_index (search_index, rank) VALUES ('integrity-check', 0)")
    }
    #expect(try place.number("SELECT has_deleted FROM search_state") == 1)
    #expect(try place.store.eraseDeleted())
    #expect(try place.number("SELECT has_deleted FROM search_state") == 0)
    #expect(try place.number("SELECT max(length(block)) FROM search_index_data") < 100)
  }

  @Test func anIndexThatWasNeverWrittenIsMadeReady() throws {
    let place = try TemporaryStore()
    try place.store.prepareIndex()
    try place.store.gather(until: Deadline(milliseconds: 5_000)) {
      var draft = try place.draft("Message-ID: <1@x>\nSubject: pumps\n\n")
      draft.searchText = "valves"
      try place.deliver(draft)
    }
    #expect(try !place.store.hasMarked())
    #expect(try place.store.count(of: Self.query("pumps valves")) == 1)
  }

  /// FTS5 takes 2,000 parts at most, and then no more words.
  @Test func theIndexHasFewPartsWhateverIsDone() throws {
    let place = try TemporaryStore()
    let store = place.store
    let parts = "SELECT count(DISTINCT segid) FROM search_index_idx"
    // An index that is ready takes each copy in the transaction that stores it.
    try place.deliver(place.draft("Message-ID: <0@x>\nSubject: none\n\n"))
    try store.indexMarked()
    for number in 1...400 {
      try store.gather(until: Deadline(milliseconds: 5_000)) {
        var draft = try place.draft("Message-ID: <\(number)@x>\nSubject: pumps\n\n")
        draft.searchText = "valves"
        try place.deliver(draft)
      }
    }
    #expect(try place.number(parts) < 150)
    #expect(try store.count(of: Self.query("subject:pumps valves")) == 400)
    #expect(try store.prune(before: 1_000, isDryRun: false, now: 2_000).copies == 401)
    #expect(try store.copyIDs(Self.query("pumps")).isEmpty)
    #expect(try store.eraseDeleted())

    func deliver(_ count: Int, _ name: String) throws {
      for number in 1...count {
        try place.deliver(
          place.draft("Message-ID: <\(name)\(number)@x>\nSubject: pumps\n\n"))
      }
      try store.indexMarked()
    }
    try deliver(100, "b")
    let before = try place.number(parts)
    #expect(try store.prune(before: 1_000, isDryRun: false, now: 2_000).copies == 100)
    // One for each transaction, not one for each copy.
    #expect(try place.number(parts) <= before + 2)

    try deliver(300, "c")
    let dana = try #require(AddrSpec("dana@contoso.example"))
    let user = try #require(try store.user(dana))
    for copy in try store.read({ try Int64.fetchAll($0, sql: "SELECT id FROM copy") }) {
      #expect(try store.untrack(CopyID(copy), by: user, now: 2_000) == .deleted)
    }
    #expect(try place.number(parts) < 150)
    #expect(try place.number("SELECT count(*) FROM copy") == 0)
  }

  @Test func anotherFormIsIndexedAnew() throws {
    let place = try makeStore()
    try place.store.indexMarked()
    #expect(try place.store.indexMarked() == 0)
    // As if another version of the program had indexed it, with other words.
    try place.store.write { db in
      try db.execute(sql: "INSERT INTO search_index (search_index) VALUES ('delete-all')")
      for id in 1...5 {
        try db.execute(
          sql: "INSERT INTO search_index (rowid, body) VALUES (?, 'gibberish')", arguments: [id])
      }
      try db.execute(sql: "UPDATE search_state SET form = 2; UPDATE copy SET is_indexed = 2")
    }
    func found(_ text: String) throws -> [Int64] {
      try place.store.copyIDs(Self.query(text)).map(\.rawValue)
    }
    #expect(try found("gibberish").count == 5)
    #expect(try place.store.indexMarked() == 5)
    #expect(try found("gibberish").isEmpty && found("cafe") == [1])
    // A copy of a form that is not known cannot be taken out alone.
    try place.store.write {
      try $0.execute(sql: "UPDATE search_state SET form = 2; UPDATE copy SET is_indexed = 2")
    }
    let dana = try #require(AddrSpec("dana@contoso.example"))
    let user = try #require(try place.store.user(dana))
    _ = try place.store.untrack(CopyID(1), by: user, now: 1)
    #expect(try found("pumps").isEmpty)
    #expect(try place.store.indexMarked() == 4)
    #expect(try found("pumps") == [2] && found("cafe").isEmpty)
  }

  @Test func withoutTextHeadersAreFound() throws {
    let place = try makeStore()
    try place.store.indexMarked()
    try place.store.setPolicy("index-text", to: "no")
    #expect(try place.store.indexMarked() == 5)
    func found(_ text: String) throws -> [Int64] {
      try place.store.copyIDs(Self.query(text)).map(\.rawValue)
    }
    #expect(try found("valves").isEmpty && found("cafe").isEmpty)
    #expect(try found("forty") == [2, 1] && found("price") == [3] && found("nils") == [4])
    try place.store.setPolicy("index-text", to: "yes")
    #expect(try place.store.indexMarked() == 5)
    #expect(try found("valves") == [2, 1])
  }

  @Test func gatheredCopiesAreIndexedAtOnce() throws {
    let place = try TemporaryStore()
    let store = place.store
    // One that the filter stored before.
    try place.deliver(
      place.draft("Message-ID: <a@x>\nSubject: zero\n\n", content: Array("\n\nold".utf8)))
    try store.indexMarked()
    let parts = try place.number("SELECT count(DISTINCT segid) FROM search_index_idx")
    try store.gather(until: Deadline(milliseconds: 5_000)) {
      for number in 1...5 {
        var draft = try place.draft(
          "Message-ID: <\(number)@x>\nSubject: number\(number)\n\n", content: Array("\n\nnew".utf8))
        draft.searchText = "new"
        try place.deliver(draft)
      }
      // One whose text is found later.
      try place.deliver(
        place.draft("Message-ID: <b@x>\nSubject: later\n\n", content: Array("\n\nnew".utf8)))
    }
    func found(_ text: String) throws -> [Int64] {
      var query = try Self.query(text)
      query.isOldestFirst = true
      return try store.copyIDs(query).map(\.rawValue)
    }
    #expect(try found("new") == [2, 3, 4, 5, 6] && found("number3") == [4])
    // One part for all of them, not one for each.
    #expect(
      try place.number("SELECT count(DISTINCT segid) FROM search_index_idx") <= parts + 1)
    #expect(try place.number("SELECT complete_to FROM search_state") == 1)
    #expect(try store.indexMarked() == 1)
    #expect(try place.number("SELECT complete_to FROM search_state") == 7)
    #expect(try found("new").count == 6)
    // What fails leaves nothing.
    struct Failure: Error {}
    #expect(throws: Failure.self) {
      try store.gather(until: Deadline(milliseconds: 5_000)) {
        var draft = try place.draft("Message-ID: <c@x>\nSubject: gone\n\n")
        draft.searchText = "gone"
        try place.deliver(draft)
        throw Failure()
      }
    }
    #expect(try found("gone").isEmpty)
  }

  @Test func someSearchesLookAtNoOtherCopy() throws {
    let place = try makeStore()
    for (text, hint) in [
      ("id:3", "INTEGER PRIMARY KEY"), ("mid:m3@adatum.example", "copy_message_id"),
      ("thread:1", "copy_conversation"), ("from:erin@fabrikam.example", "participant_address"),
      ("participant:erin@fabrikam.example", "participant_address"),
      ("regarding:account:1", "copy_regarding"), ("record:account:1", "participant_record_record"),
      ("pumps", "search_index VIRTUAL TABLE"),
      ("from:@fabrikam.example", "search_index VIRTUAL TABLE"),
      ("forty pumps from:erin", "search_index VIRTUAL TABLE"), ("date:2026-01", "copy_sent_at"),
    ] {
      let plan = try place.store.plan(of: Self.query(text))
      #expect(plan.contains { $0.contains(hint) }, "\(text): \(plan)")
      #expect(
        !plan.contains { $0.hasPrefix("SCAN") && !$0.contains("VIRTUAL TABLE") },
        "\(text): \(plan)")
    }
  }

  /// What queries are made of: the signs of the language, words of many kinds, and what is neither.
  private static let pieces =
    [
      "(", ")", "\"", "*", ":", "-", " ", " ", " ", "AND", "OR", "NOT", " AND ", " OR ", " NOT ",
      "@", ".",
    ]
    + [
      "\0", "\u{301}", "\"\u{301}", "\0\u{301}", "'", ";", "--", "{", "}", "^", "+", ",", "#", "\\",
    ]
    + [
      "pumps", "forty", "Müller", "見積書", "ß", "é", "e\u{301}", "\u{1F600}", "\u{202E}", "\u{FFFD}",
    ]
    + ["\r\n", "\t", "\n", "\u{7F}", "NEAR", "NEAR(", "rowid", "subject", "null", "\u{3099}", "か"]
    + [
      "0", "1", "9223372036854775807", "9223372036854775808", "-1", "2026-01", "..", "90d",
      "99999999d",
    ]
    + [
      "erin@fabrikam.example", "@*.fabrikam.example", "account:1", "none", "x.y", "today",
      "unresolved",
    ]
    + SearchTermReader.names.map { $0 + ":" }

  @Test func noQueryIsAnErrorOfSQLite() throws {
    let place = try makeStore()
    _ = try place.store.indexMarked()
    var numbers = SplitMix64(seed: 18)
    var queries = (0..<6_000).map { _ in
      (0...Int.random(in: 0...12, using: &numbers)).map { _ in
        Self.pieces.randomElement(using: &numbers) ?? ""
      }.joined()
    }
    // As large as they may be, and larger.
    for count in [14, 15, 16, 199, 200, 201, 3_000] {
      queries.append(
        String(repeating: "(", count: count) + "a" + String(repeating: ")", count: count))
      queries.append(
        String(repeating: "(a OR ", count: count) + "a" + String(repeating: ")", count: count))
      queries.append((0..<count).map { "w\($0)*" }.joined(separator: " OR "))
      queries.append((0..<count).map { "NOT from:w\($0)@x.example" }.joined(separator: " "))
      queries.append("\"" + String(repeating: "word ", count: count) + "\"")
      queries.append(String(repeating: "NOT ", count: count) + "a")
    }
    for count in 3...8 {
      queries.append(
        String(repeating: "(a OR (b ", count: count) + "c" + String(repeating: "))", count: count))
      queries.append(
        String(repeating: "(a OR NOT (b from:x ", count: count) + "c"
          + String(repeating: "))", count: count))
    }
    var read = 0
    for text in queries {
      var query = CopyQuery()
      do {
        query.search = try SearchQueryParser.parse(text, now: Self.now)
      } catch {
        // The place is one of the query's, or its end.
        #expect((1...text.unicodeScalars.count + 1).contains(error.column), "\(text): \(error)")
        continue
      }
      read += 1
      #expect(throws: Never.self, "\(text.debugDescription)") {
        _ = try place.store.count(of: query)
        query.isByRelevance = true
        query.limit = 3
        _ = try place.store.copyIDs(query)
      }
    }
    #expect(read > 1_000)
  }
}

/// The same numbers for the same seed.
private struct SplitMix64: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var value = state
    value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
    return value ^ value >> 31
  }
}
