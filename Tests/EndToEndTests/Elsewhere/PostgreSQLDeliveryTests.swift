import Foundation
import Glibc
import InternetMessage
import MailPipeline
import PostgreSQL
import Testing
import Tracking

/// Copies in an organization in PostgreSQL: stored once whoever brings them, told in an order that nothing
/// comes late into, and gone where they are withdrawn.
@Suite(.postgresql) struct PostgreSQLDeliveryTests {
  private static func id(_ text: String) -> String {
    TrackedActivity.id(key: Array(text.utf8), direction: "")
  }

  /// Copies, entries, deliveries, and how often they were seen.
  private static func counts(_ place: PostgreSQLPlace) throws -> String {
    try place.text(
      """
      SELECT (SELECT count(*) FROM crm.copy), (SELECT count(*) FROM crm.entry),
        (SELECT count(*) FROM crm.delivery), (SELECT sum(times_seen) FROM crm.delivery)
      """)
  }

  @Test func theSameDeliveryIsCarriedOutOnce() throws {
    let place = try PostgreSQLPlace()
    try place.makeUsers()
    let host = try place.connection("mx1")
    let first = PostgreSQLDelivery(1)
    #expect(first.outcome(by: host) == "created")
    for _ in 0..<3 { #expect(first.outcome(by: host) == "delivered") }
    #expect(try Self.counts(place) == "1|1|1|1")
    // The same message, seen again.
    let second = PostgreSQLDelivery(1, entry: Self.id("second"))
    #expect(second.outcome(by: host) == "seen-again")
    #expect(second.outcome(by: host) == "seen-again")
    #expect(try Self.counts(place) == "1|2|1|2")
    // And in another mailbox.
    var third = PostgreSQLDelivery(1, entry: Self.id("third"))
    third.mailbox = "lee@contoso.example"
    third.to = ["dana@contoso.example", "lee@contoso.example"]
    #expect(third.outcome(by: host) == "delivered")
    #expect(try Self.counts(place) == "1|3|2|3")
    // Lee has it as their own, too.
    #expect(
      try place.text(
        "SELECT count(*) FROM crm.copy WHERE owner <> crm.acting() AND crm.acting() = ANY (own_of)",
        as: "lee") == "1")
    // What was rolled back was not carried out.
    try host.run("BEGIN")
    #expect(PostgreSQLDelivery(2).outcome(by: host) == "created")
    try host.run("ROLLBACK")
    #expect(PostgreSQLDelivery(2).outcome(by: host) == "created")
  }

  /// The same entry on two connections, of which the first has not committed when the second comes.
  @Test func anEntryThatIsStillCarriedOutIsWaitedFor() throws {
    let place = try PostgreSQLPlace()
    try place.makeUsers()
    let first = try place.connection("mx1")
    try first.run("BEGIN")
    #expect(PostgreSQLDelivery(1).outcome(by: first) == "created")
    let outcomes = Parallel.map(2) { number in
      if number == 0 {
        return (try? place.connection("mx1")).map { PostgreSQLDelivery(1).outcome(by: $0) } ?? ""
      }
      // Until the other one waits.
      let waiting =
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
        + "AND wait_event_type = 'Lock'"
      var looks = 0
      while looks < 400, (try? place.text(waiting)) == "0" {
        looks += 1
        usleep(10_000)
      }
      return (try? first.run("COMMIT")) == nil ? "failed" : "committed"
    }
    #expect(outcomes == ["delivered", "committed"])
    #expect(try Self.counts(place) == "1|1|1|1")
  }

  @Test func fourHostsWithTheSameMailMakeOneCopyOfEach() throws {
    let hosts = ["mx1", "mx2", "mx3", "mx4"]
    let place = try PostgreSQLPlace(logins: ["dana", "lee", "rita"] + hosts)
    try place.makeUsers(hosts: hosts)
    let results = Parallel.map(4) { host -> [String] in
      guard let connection = try? place.connection(hosts[host]) else { return [] }
      return (0..<50).map { number in
        let delivery = PostgreSQLDelivery(number, entry: Self.id("\(host) \(number)"))
        var outcome = delivery.outcome(by: connection)
        // What passes is tried again with the same ids.
        for _ in 0..<20 where ["40001", "40P01"].contains(outcome) {
          outcome = delivery.outcome(by: connection)
        }
        return outcome
      }
    }.flatMap { $0 }
    #expect(results.count == 200)
    #expect(Set(results) == ["created", "seen-again"])
    #expect(results.count { $0 == "created" } == 50)
    #expect(results.count { $0 == "seen-again" } == 150)
    #expect(try Self.counts(place) == "50|200|50|200")
    #expect(try place.text("SELECT count(*) FROM crm.conversation") == "50")
    #expect(try place.text("SELECT count(*) FROM crm.content") == "50")
  }

  /// It decides again: what was accepted when it was asked about may not be now.
  @Test func whatIsNotAcceptedAnyMoreIsNotStored() throws {
    let place = try PostgreSQLPlace()
    try place.makeUsers()
    let host = try place.connection("mx1")
    let delivery = PostgreSQLDelivery(1)
    let row = try host.run("SELECT * FROM crm.decide($1::jsonb)", [.text(try delivery.question())])
      .first
    #expect(row?.text("outcome") == "accepted")
    #expect(row?.text("owner") == "dana@contoso.example")
    _ = try place.text(
      "SELECT crm.set_policy('refuse', '@fabrikam.example', "
        + "'[{\"kind\": \"domain\", \"key\": \"fabrikam.example\"}]')", as: "dana")
    #expect(delivery.outcome(by: host) == "refused")
    #expect(try Self.counts(place) == "0|0|0|")
    _ = try place.text("SELECT crm.set_policy('refuse', '', '[]')", as: "dana")
    #expect(delivery.outcome(by: host) == "created")
  }

  @Test func whatIsWithdrawnStaysAway() throws {
    let place = try PostgreSQLPlace()
    try place.makeUsers()
    let host = try place.connection("mx1")
    var delivery = PostgreSQLDelivery(1)
    delivery.to = ["dana@contoso.example", "lee@contoso.example"]
    #expect(delivery.outcome(by: host) == "created")
    var lees = delivery
    lees.mailbox = "lee@contoso.example"
    lees.entry = Self.id("lee")
    #expect(lees.outcome(by: host) == "delivered")
    let withdraw = { (mailbox: String) in "SELECT crm.withdraw('\(delivery.copy)', \(mailbox))" }
    // It is dana's: lee takes their own delivery away, and nobody else's.
    #expect(try place.text(withdraw("NULL"), as: "lee").hasSuffix("CR001"))
    #expect(try place.text(withdraw("'dana@contoso.example'"), as: "lee").hasSuffix("CR001"))
    #expect(try place.text(withdraw("'lee@contoso.example'"), as: "lee") == "delivery")
    #expect(try place.text(withdraw("'lee@contoso.example'"), as: "lee") == "absent")
    lees.entry = Self.id("lee again")
    #expect(lees.outcome(by: host) == "withdrawn")
    #expect(try place.text(withdraw("NULL"), as: "dana") == "withdrawn")
    #expect(try place.text(withdraw("NULL"), as: "dana") == "absent")
    for table in ["copy", "content", "participant", "delivery", "conversation", "reference"] {
      #expect(try place.text("SELECT count(*) FROM crm.\(table)") == "0", "\(table)")
    }
    delivery.entry = Self.id("again")
    #expect(delivery.outcome(by: host) == "withdrawn")
    // A hand brings it back.
    delivery.track = "hand"
    #expect(delivery.outcome(by: host) == "created")
    // A mail host takes back what it brought, and leaves nothing that keeps it away.
    #expect(try place.text(withdraw("NULL"), as: "mx1") == "withdrawn")
    delivery.track = "rule"
    #expect(delivery.outcome(by: host) == "created")
    // What no mail host brought it does not take away.
    var own = PostgreSQLDelivery(2)
    own.mailbox = "lee@contoso.example"
    #expect(own.outcome(by: try place.connection("lee")) == "created")
    #expect(try place.text("SELECT crm.withdraw('\(own.copy)', NULL)", as: "mx1") == "absent")
  }

  @Test func recordsGoWithConversationsAndWhatAHandSaidHolds() throws {
    let place = try PostgreSQLPlace()
    try place.makeUsers()
    let host = try place.connection("mx1")
    func regarding(_ number: Int) throws -> String {
      try place.text(
        """
        SELECT regarding_type || ':' || regarding_id || ' ' || regarding_source FROM crm.copy
          WHERE id = '\(PostgreSQLDelivery(number).copy)'
        """)
    }
    var first = PostgreSQLDelivery(1)
    first.regarding = ("account", "1", "rule")
    #expect(first.outcome(by: host) == "created")
    var second = PostgreSQLDelivery(2)
    second.answers = first.copy
    #expect(second.outcome(by: host) == "created")
    #expect(try regarding(2) == "account:1 conversation")
    #expect(try place.text("SELECT count(*) FROM crm.conversation") == "1")
    #expect(
      try place.text("SELECT crm.regard('\(second.copy)', 'Contact', '9')", as: "lee") == "t")
    #expect(try regarding(2) == "contact:9 manual")
    var third = PostgreSQLDelivery(3)
    third.answers = second.copy
    third.regarding = ("account", "2", "rule")
    #expect(third.outcome(by: host) == "created")
    #expect(try regarding(3) == "contact:9 conversation")
    // Who names the same message and shares somebody from outside is in the same conversation.
    var fourth = PostgreSQLDelivery(4)
    fourth.references = ["m1@fabrikam.example"]
    #expect(fourth.outcome(by: host) == "created")
    var stranger = PostgreSQLDelivery(5)
    stranger.sender = "mallory@other.example"
    stranger.references = ["m1@fabrikam.example"]
    #expect(stranger.outcome(by: host) == "created")
    #expect(try place.text("SELECT count(DISTINCT conversation) FROM crm.copy") == "2")
    // The parent that comes late joins what answered it before.
    var late = PostgreSQLDelivery(6)
    var answer = PostgreSQLDelivery(7)
    answer.references = ["m6@fabrikam.example", "m8@fabrikam.example"]
    var other = PostgreSQLDelivery(9)
    other.references = ["m8@fabrikam.example"]
    late.messageID = "m8@fabrikam.example"
    for one in [answer, other, late] { #expect(one.outcome(by: host) == "created") }
    #expect(try place.text("SELECT count(DISTINCT conversation) FROM crm.copy") == "3")
    #expect(try place.text("SELECT count(*) FROM crm.conversation") == "3")
  }

  private static func changes(
    _ connection: PostgreSQLConnection, since token: String?
  ) throws -> (changes: [String], token: String, kind: String) {
    let rows = try connection.run(
      "SELECT * FROM crm.changes($1, 100)", [PostgreSQLValue(token)]
    ).rows
    let last = rows.last
    return (
      rows.dropLast().map { "\($0.text("kind") ?? "") \($0.text("copy") ?? "")" },
      last?.text("token") ?? "", last?.text("kind") ?? ""
    )
  }

  @Test func whatCommitsLateIsToldAllTheSame() throws {
    let place = try PostgreSQLPlace()
    try place.makeUsers()
    let slow = try place.connection("mx1")
    let quick = try place.connection("mx1")
    let reader = try place.connection("rita")
    let start = try Self.changes(reader, since: nil)
    #expect(start.changes.isEmpty)
    try slow.run("BEGIN")
    #expect(PostgreSQLDelivery(1).outcome(by: slow) == "created")
    #expect(PostgreSQLDelivery(2).outcome(by: quick) == "created")
    // The one that came first may still come: nothing is told yet.
    let between = try Self.changes(reader, since: start.token)
    #expect(between.changes.isEmpty)
    #expect(between.kind == "end")
    try slow.run("COMMIT")
    let after = try Self.changes(reader, since: between.token)
    #expect(
      after.changes.sorted()
        == [1, 2].map { "stored \(PostgreSQLDelivery($0).copy)" }.sorted())
    #expect(try Self.changes(reader, since: after.token).changes.isEmpty)
    _ = try place.text("SELECT crm.withdraw('\(PostgreSQLDelivery(1).copy)', NULL)", as: "dana")
    let gone = try Self.changes(reader, since: after.token)
    #expect(gone.changes == ["gone \(PostgreSQLDelivery(1).copy)"])
    // From the beginning it is told that it is gone, twice at the most, and nothing of what it was.
    let all = try Self.changes(reader, since: nil)
    #expect(
      Set(all.changes) == [
        "gone \(PostgreSQLDelivery(1).copy)", "stored \(PostgreSQLDelivery(2).copy)",
      ])
    // What is no token of this organization is the beginning.
    for odd in ["", "x", "1.2.3", "\(Self.id("x")).0.0", String(repeating: "9", count: 4_000)] {
      #expect(try Self.changes(reader, since: odd).changes == all.changes)
    }
  }

  /// Who takes a number, and writes only when others were told of what came after, is told all the same.
  @Test func whoTakesANumberLongBeforeIsToldAllTheSame() throws {
    let place = try PostgreSQLPlace()
    try place.makeUsers()
    let (slow, reader) = (try place.connection("mx1"), try place.connection("rita"))
    // What was seen of the others once in a transaction is not what is there later.
    try reader.run("BEGIN")
    let start = try Self.changes(reader, since: nil)
    let late = try place.connection("mx1")
    for connection in [slow, late] {
      try connection.run("BEGIN")
      try connection.run("SELECT pg_current_xact_id()")
    }
    #expect(PostgreSQLDelivery(1).outcome(by: try place.connection("mx1")) == "created")
    let between = try Self.changes(reader, since: start.token)
    #expect(PostgreSQLDelivery(2).outcome(by: slow) == "created")
    #expect(PostgreSQLDelivery(3).outcome(by: late) == "created")
    for connection in [slow, late] { try connection.run("COMMIT") }
    let after = try Self.changes(reader, since: between.token)
    #expect(
      Set(between.changes + after.changes)
        == Set((1...3).map { "stored \(PostgreSQLDelivery($0).copy)" }))
  }

  /// Somebody else takes away what is just joined or delivered again: each waits for the other, and nobody
  /// is refused.
  @Test func whoComesBetweenIsWaitedFor() throws {
    let place = try PostgreSQLPlace()
    try place.makeUsers()
    for number in 1...3 {
      #expect(PostgreSQLDelivery(number).outcome(by: try place.connection("mx1")) == "created")
    }
    /// Carries out one while the other, which was begun before, is not committed yet.
    func whileOpen(
      _ first: (PostgreSQLConnection) throws -> Void, as login: String,
      _ second: @escaping @Sendable (PostgreSQLConnection) throws -> String, by other: String
    ) throws -> String {
      let open = try place.connection(login)
      try open.run("BEGIN")
      try first(open)
      let url = place.url(other)
      // A thread of its own: a task would wait for its turn behind all tests, and this one for it.
      nonisolated(unsafe) var result: Result<String, any Error> = .success("")
      let isDone = DispatchSemaphore(value: 0)
      Thread.detachNewThread {
        result = Result { try second(try PostgreSQLConnection(to: url, password: nil)) }
        isDone.signal()
      }
      let waits =
        "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' "
        + "AND datname = current_database()"
      for _ in 0..<500 {
        // Asked 500 times in any case, it would take longer than the other waits.
        if try place.text(waits) != "0" { break }
        usleep(10_000)
      }
      try open.run("COMMIT")
      isDone.wait()
      return try result.get()
    }
    var joining = PostgreSQLDelivery(4)
    joining.references = ["m1@fabrikam.example"]
    var merging = PostgreSQLDelivery(5)
    merging.references = ["m1@fabrikam.example", "m2@fabrikam.example"]
    let (joins, merges) = (joining, merging)
    let merged = try whileOpen(
      { #expect(joins.outcome(by: $0) == "created") }, as: "mx1",
      { merges.outcome(by: $0) }, by: "mx1")
    #expect(merged == "created")
    #expect(
      try place.text(
        "SELECT count(DISTINCT conversation) FROM crm.copy WHERE message_id !~ '^m3@'") == "1")
    // A conversation whose only copy goes.
    var answering = PostgreSQLDelivery(6)
    answering.references = ["m3@fabrikam.example"]
    let (answers, alone) = (answering, PostgreSQLDelivery(3).copy)
    let withdrawn = try whileOpen(
      { #expect(answers.outcome(by: $0) == "created") }, as: "mx1",
      { connection in
        let rows = try connection.run(
          "SELECT crm.withdraw($1::uuid, NULL) AS done", [.text(alone)])
        return rows.first?.text("done") ?? ""
      }, by: "dana")
    #expect(withdrawn == "withdrawn")
    // A copy that is delivered again while it is withdrawn.
    let again = PostgreSQLDelivery(6, entry: PostgreSQLDelivery(7).entry)
    let refused = try whileOpen(
      { try $0.run("SELECT crm.withdraw($1::uuid, NULL)", [.text(again.copy)]) }, as: "dana",
      { again.outcome(by: $0) }, by: "mx1")
    #expect(refused == "withdrawn")
    #expect(try place.text("SELECT count(*) FROM crm.conversation") == "1")
  }

  /// Other databases of the server are nobody's business: what runs there for hours holds nothing back.
  @Test func anotherDatabaseHoldsNothingBack() throws {
    let place = try PostgreSQLPlace()
    try place.makeUsers()
    let other = try PostgreSQLConnection(
      to: place.server.url("postgres", as: "super"), password: nil)
    try other.run("BEGIN")
    try other.run("SELECT pg_current_xact_id()")
    let host = try place.connection("mx1")
    #expect(PostgreSQLDelivery(1).outcome(by: host) == "created")
    #expect(try Self.changes(host, since: nil).changes.count == 1)
    try other.run("ROLLBACK")
    // Who sees one state for long is not told what might come late into it.
    let slow = try place.connection("mx1")
    try slow.run("BEGIN")
    #expect(PostgreSQLDelivery(2).outcome(by: slow) == "created")
    try host.run("BEGIN ISOLATION LEVEL REPEATABLE READ")
    #expect(try Self.changes(host, since: nil).changes.count <= 1)
    try slow.run("COMMIT")
    #expect(try Self.changes(host, since: nil).changes.count <= 1)
    try host.run("COMMIT")
    #expect(try Self.changes(host, since: nil).changes.count == 2)
  }

  @Test func manyChangesComeInParts() throws {
    let place = try PostgreSQLPlace()
    try place.makeUsers()
    let host = try place.connection("mx1")
    for number in 0..<25 { #expect(PostgreSQLDelivery(number).outcome(by: host) == "created") }
    var seen: [String] = []
    var token: String?
    for _ in 0..<10 {
      let rows = try host.run("SELECT * FROM crm.changes($1, 10)", [PostgreSQLValue(token)]).rows
      seen += rows.dropLast().compactMap { $0.text("copy") }
      token = rows.last?.text("token")
      guard rows.last?.text("kind") == "more" else { break }
    }
    #expect(seen == (0..<25).map { PostgreSQLDelivery($0).copy })
  }

  /// A mail host's index holds nothing that anybody wrote.
  @Test func aMailHostIsToldIdsAndNoWords() throws {
    let place = try PostgreSQLPlace()
    try place.makeUsers()
    let host = try place.connection("mx1")
    var delivery = PostgreSQLDelivery(1)
    delivery.subject = "Confidential"
    #expect(delivery.outcome(by: host) == "created")
    let rows = try host.run("SELECT * FROM crm.changes(NULL, 10)").rows
    let facts = rows.first?.text("facts") ?? ""
    #expect(facts.contains("m1@fabrikam.example"))
    #expect(facts.contains("erin@fabrikam.example"))
    for text in rows.flatMap({ row in ["token", "copy", "kind", "facts"].map { row.text($0) } }) {
      #expect(!(text ?? "").contains("Confidential"))
    }
  }

  /// A dump that is restored into another server, whose transactions begin anew.
  @Test func afterARestoreEverythingIsToldAgain() throws {
    let place = try PostgreSQLPlace()
    try place.makeUsers()
    let host = try place.connection("mx1")
    #expect(PostgreSQLDelivery(1).outcome(by: host) == "created")
    let before = try Self.changes(host, since: nil)
    #expect(before.changes.count == 1)
    _ = try place.text("UPDATE crm.change SET xid = '99999999999'")
    #expect(try Self.changes(host, since: nil).changes.isEmpty)
    #expect(try place.run("org", "init", place.url("owner")).status == 0)
    #expect(try Self.changes(host, since: before.token).changes == before.changes)
    // Without a restore nobody begins anew.
    let token = try Self.changes(host, since: nil).token
    #expect(try place.run("org", "init", place.url("owner")).status == 0)
    #expect(try Self.changes(host, since: token).changes.isEmpty)
  }

  /// What is forgotten is gone there whoever brought it, and comes back by no host.
  @Test func whoIsForgottenIsNowhere() throws {
    let place = try PostgreSQLPlace()
    try place.makeUsers()
    let host = try place.connection("mx1")
    _ = try place.text(
      """
      SELECT crm.set_policy('log-refused', 'yes', NULL);
      SELECT crm.set_records('[{"type": "contact", "id": "e", "is_addition": false, "addresses":
        [{"address": "erin@fabrikam.example", "keys": ["erin@fabrikam.example"]}]}]');
      """, as: "dana")
    var refused = PostgreSQLDelivery(3)
    refused.track = "ask"
    try host.run("SELECT * FROM crm.decide($1::jsonb)", [.text(try refused.question())])
    for number in 1...2 {
      var delivery = PostgreSQLDelivery(number)
      delivery.regarding = ("contact", "e", "rule")
      #expect(delivery.outcome(by: host) == "created")
    }
    var other = PostgreSQLDelivery(4)
    other.sender = "frank@fabrikam.example"
    other.regarding = ("contact", "e", "rule")
    #expect(other.outcome(by: host) == "created")
    let forget = { (isDry: Bool) in
      """
      SELECT * FROM crm.forget('{"address": "Erin@fabrikam.example",
        "keys": ["erin@fabrikam.example"]}', \(isDry))
      """
    }
    #expect(try place.text(forget(true), as: "lee").hasSuffix("42501"))
    #expect(try place.text(forget(true), as: "dana") == "2|0|1|1")
    #expect(try place.text("SELECT count(*) FROM crm.copy") == "3")
    #expect(try place.text(forget(false), as: "dana") == "2|0|1|1")
    #expect(try place.text(forget(false), as: "dana") == "0|0|0|0")
    #expect(
      try place.text(
        """
        SELECT (SELECT count(*) FROM crm.copy), (SELECT count(*) FROM crm.record),
          (SELECT count(*) FROM crm.question_log), (SELECT count(*) FROM crm.conversation),
          (SELECT count(*) FROM crm.participant WHERE address LIKE 'erin@%'),
          (SELECT count(*) FROM crm.copy WHERE regarding_id = 'e')
        """) == "1|0|0|1|0|0")
    var again = PostgreSQLDelivery(1)
    again.entry = Self.id("again")
    #expect(again.outcome(by: host) == "withdrawn")
    #expect(
      try place.text(
        "SELECT * FROM crm.forget('{\"address\": \"lee@contoso.example\", "
          + "\"keys\": [\"lee@contoso.example\"]}', true)", as: "dana"
      ).hasSuffix("CR003"))
  }

  @Test func whatIsOldIsPrunedInParts() throws {
    let place = try PostgreSQLPlace()
    try place.makeUsers()
    let host = try place.connection("mx1")
    for number in 1...7 {
      var delivery = PostgreSQLDelivery(number)
      delivery.seenAt = 1_700_000_000 + Int64(number)
      if number < 3 { delivery.regarding = ("account", "\(number)", "rule") }
      #expect(delivery.outcome(by: host) == "created")
    }
    func prune(_ about: String, _ isDry: Bool, _ most: Int = 100) throws -> String {
      try place.text(
        "SELECT copies FROM crm.prune(1700000007, '\(about)', 'account', '1', \(most), \(isDry))",
        as: "dana")
    }
    let counts = [("all", "6"), ("any", "2"), ("none", "4"), ("type", "2"), ("one", "1")]
    for (about, count) in counts {
      #expect(try prune(about, true, 1) == count, "\(about)")
    }
    #expect(try prune("odd", true).hasSuffix("CR002"))
    #expect(try prune("one", false) == "1")
    #expect(try prune("all", false, 3) == "3")
    #expect(try prune("all", false, 3) == "2")
    #expect(try place.text("SELECT count(*), max(tracked_at) FROM crm.copy") == "1|1700000007")
  }

  /// Refused questions are kept where the settings say so, and not where somebody only looks.
  @Test func refusedQuestionsAreKeptWhereTheSettingsSaySo() throws {
    let place = try PostgreSQLPlace()
    try place.makeUsers()
    let host = try place.connection("mx1")
    var delivery = PostgreSQLDelivery(1)
    delivery.track = "ask"
    func ask(_ logs: String) throws {
      try host.run(
        "SELECT * FROM crm.decide($1::jsonb, \(logs))", [.text(try delivery.question())])
    }
    try ask("true")
    #expect(try place.text("SELECT count(*) FROM crm.question_log") == "0")
    _ = try place.text("SELECT crm.set_policy('log-refused', 'yes', NULL)", as: "dana")
    try ask("false")
    #expect(try place.text("SELECT count(*) FROM crm.question_log") == "0")
    try ask("true")
    #expect(
      try place.text("SELECT sender, recipients, subject, code FROM crm.question_log", as: "dana")
        == "erin@fabrikam.example|{dana@contoso.example}|Offer|1")
  }

  /// What is no question, and what no column takes, is an error of this message.
  @Test func whatIsMalformedIsAnErrorOfItsOwn() throws {
    let place = try PostgreSQLPlace()
    try place.makeUsers()
    let host = try place.connection("mx1")
    for questions in ["{}", "[1]", "[{}]", "[{\"direction\":\"up\"}]"] {
      do throws(PostgreSQLError) {
        try host.run("SELECT * FROM crm.decide($1::jsonb)", [.text(questions)])
        Issue.record("\(questions) was answered")
      } catch {
        #expect(error.sqlState == "CR002", "\(questions): \(error)")
      }
    }
    let many = "[" + Array(repeating: "{}", count: 51).joined(separator: ",") + "]"
    #expect(throws: PostgreSQLError.self) {
      try host.run("SELECT * FROM crm.decide($1::jsonb)", [.text(many)])
    }
    var large = PostgreSQLDelivery(1)
    large.content = Array(repeating: 97, count: (1 << 20) + 1)
    #expect(large.outcome(by: host) == "23514")
    #expect(try Self.counts(place) == "0|0|0|")
    // The connection serves on.
    #expect(PostgreSQLDelivery(2).outcome(by: host) == "created")
  }
}
