import Foundation
import Testing

/// What people meet who work with an organization in PostgreSQL, each on their own machine.
@Suite(.postgresql) struct PostgreSQLPeopleTests {
  private static func mail(
    _ number: Int, _ subject: String, from: String = "erin@fabrikam.example",
    to: String = "dana@contoso.example", extra: String = "", body: String? = nil
  ) -> [UInt8] {
    PostgreSQLSyncTests.mail(number, subject, from: from, to: to, extra: extra, body: body)
  }

  // MARK: Who may not, and who mends it

  @Test func whoIsLetInNoMoreIsToldWhatWouldMendIt() throws {
    let there = try PostgreSQLPlace.usual()
    let host = try PostgreSQLMachine("mx1", of: there)
    let lee = try PostgreSQLMachine("lee", of: there, owner: "lee@contoso.example")
    _ = try there.text("SELECT crm.set_host('{mx1}', false)", as: "dana")
    let removed = try host.sync()
    #expect(removed.status == 77 && removed.errors.contains("org host add"), "\(removed)")
    #expect(!removed.errors.contains("user add"))
    let dana = try PostgreSQLMachine("dana", of: there)
    let disabled = try dana.run("user", "set", "lee@contoso.example", "--disable")
    #expect(disabled.status == 0, "\(disabled)")
    let refused = try lee.sync()
    #expect(
      refused.status == 77 && refused.errors.contains("user set lee@contoso.example --enable"),
      "\(refused)")
    let listed = try lee.run("user", "list")
    #expect(listed.status == 77 && listed.errors.contains("disabled"), "\(listed)")
    // What it says is what mends it.
    #expect(try dana.run("user", "set", "lee@contoso.example", "--enable").status == 0)
    #expect(try lee.sync().status == 0)
    #expect(try dana.run("org", "host", "add", "contoso", there.login("mx1")).status == 0)
    #expect(try host.sync().status == 0)
    let evil = try PostgreSQLMachine("evil", of: there, adds: false)
    let nobody = try evil.sync()
    #expect(
      nobody.status == 77 && nobody.errors.contains("user add")
        && nobody.errors.contains("org host add"), "\(nobody)")
  }

  @Test func whatAMailHostMayNotDoIsSaidWithWhoDoesIt() throws {
    let there = try PostgreSQLPlace.usual()
    let host = try PostgreSQLMachine("mx1", of: there)
    try host.filter(Self.mail(1, "Offer"))
    #expect(try host.sync().status == 0)
    for (arguments, who) in [
      (["regarding", "1", "account:9"], "users do"),
      (["forget", "erin@fabrikam.example", "--yes"], "an administrator does"),
      (["prune", "--before", "2027-01-01", "--yes"], "an administrator does"),
      (["user", "list"], "is a mail host"),
    ] {
      let run = try Program.run(
        Program.path, arguments, environment: host.place.environment, folder: host.place.folder)
      #expect(run.status == 77 && run.errors.contains(who), "\(arguments): \(run)")
      #expect(!run.errors.contains("42501") && run.errors.filter { $0 == "\n" }.count == 1)
    }
    #expect(try there.counts() == "1|1|1|1")
  }

  // MARK: What is told

  @Test func whoIsNoRecordIsToldWithNameAndDates() throws {
    let there = try PostgreSQLPlace.usual()
    let host = try PostgreSQLMachine("mx1", of: there)
    try host.filter(
      Self.mail(1, "First", from: "Erin <erin@fabrikam.example>", extra: "X-A: b"))
    try host.filter(Self.mail(2, "Second"))
    #expect(try host.sync().status == 0)
    _ = try there.text(
      "UPDATE crm.copy SET sent_at = CASE subject WHEN 'First' THEN 1700000000 ELSE 1790000000 END")
    let dana = try PostgreSQLMachine("dana", of: there)
    let told = try dana.run("record", "unresolved")
    #expect(told.status == 0 && told.text.contains("Erin"), "\(told)")
    #expect(told.text.contains("in 2 messages") && !told.text.contains("1970"), "\(told)")
    #expect(told.text.contains("2023") && told.text.contains(" to "), "\(told)")
  }

  @Test func whatIsNoLongerOnesOwnIsGoneOnAllOfOnesMachines() throws {
    let there = try PostgreSQLPlace.usual()
    let host = try PostgreSQLMachine("mx1", of: there)
    let both = Self.mail(1, "For both", to: "dana@contoso.example, lee@contoso.example")
    try host.filter(both, "--recipient", "dana@contoso.example")
    try host.filter(both, "--recipient", "lee@contoso.example")
    try host.filter(
      Self.mail(2, "For lee", to: "lee@contoso.example"), "--recipient", "lee@contoso.example")
    #expect(try host.sync().status == 0)
    _ = try there.query(
      "SELECT crm.set_policy('member-privileges', 'read-own,track', '[]')", as: "dana")
    let first = try PostgreSQLMachine("lee", of: there, owner: "lee@contoso.example")
    let second = try PostgreSQLMachine("lee", of: there, owner: "lee@contoso.example")
    for machine in [first, second] {
      #expect(try machine.sync().status == 0)
      #expect(try machine.subjects().sorted() == ["For both", "For lee"])
    }
    let number = try first.query("SELECT id FROM copy WHERE subject = 'For both'")
    #expect(try first.run("untrack", number).status == 0)
    for machine in [first, second] {
      #expect(try machine.sync().status == 0)
      #expect(try machine.subjects() == ["For lee"])
    }
    #expect(try there.subjects().sorted() == ["For both", "For lee"])
    // Nor does another's copy that never was one's own come up.
    _ = try there.query("INSERT INTO crm.change (copy) SELECT id FROM crm.copy")
    #expect(try second.sync().status == 0)
    #expect(try second.subjects() == ["For lee"])
  }

  private static let invitation = """
    BEGIN:VCALENDAR
    VERSION:2.0
    METHOD:REQUEST
    BEGIN:VEVENT
    UID:pumps-1@fabrikam.example
    SEQUENCE:0
    ORGANIZER:mailto:erin@fabrikam.example
    ATTENDEE:mailto:dana@contoso.example
    DTSTART:20370105T090000Z
    DTEND:20370105T100000Z
    SUMMARY:Meeting about pumps
    END:VEVENT
    END:VCALENDAR

    """

  @Test func anAppointmentIsInTheAgendaOnceItsMessageWasFetched() throws {
    let there = try PostgreSQLPlace.usual()
    let host = try PostgreSQLMachine("mx1", of: there)
    try host.filter(
      Self.mail(
        1, "Invitation",
        extra: "MIME-Version: 1.0\nContent-Type: text/calendar; method=REQUEST; charset=utf-8",
        body: Self.invitation))
    try host.filter(Self.mail(2, "Text"))
    #expect(try host.sync().status == 0)
    let dana = try PostgreSQLMachine("dana", of: there)
    #expect(try dana.sync().status == 0)
    let range = ["agenda", "--from", "2037-01-01"]
    func agenda() throws -> Program.Result {
      try Program.run(
        Program.path, range, environment: dana.place.environment, folder: dana.place.folder)
    }
    let before = try agenda()
    #expect(
      before.text.isEmpty && before.errors.contains("2 copies have their content elsewhere"),
      "\(before)")
    let number = try dana.query("SELECT id FROM copy WHERE subject = 'Invitation'")
    #expect(try dana.run("show", number).status == 0)
    let after = try agenda()
    #expect(after.text.contains("Meeting about pumps"), "\(after)")
    #expect(after.errors.contains("1 copy has its content elsewhere"), "\(after)")
    #expect(try dana.run("list", "--kind", "appointment", "--json").text.contains("Invitation"))
    #expect(
      try dana.run("export", "--format", "ics").text.contains("SUMMARY:Meeting about pumps"))
    let other = try dana.query("SELECT id FROM copy WHERE subject = 'Text'")
    #expect(try dana.run("show", other).status == 0)
    #expect(try agenda().errors.isEmpty)
    // Of the content nothing stays.
    #expect(try dana.query("SELECT count(*) FROM content") == "0")
    // Where the same message comes in here, it is told once.
    try dana.filter(
      Self.mail(
        1, "Invitation",
        extra: "MIME-Version: 1.0\nContent-Type: text/calendar; method=REQUEST; charset=utf-8",
        body: Self.invitation))
    #expect(try dana.sync().status == 0)
    #expect(try dana.query("SELECT count(*) FROM calendar_entry") == "1")
    let verified = try dana.run("verify")
    #expect(verified.status == 0, "\(verified)")
  }

  @Test func whatIsDisconnectedIsNoTroubleWhereNothingWaits() throws {
    let there = try PostgreSQLPlace.usual()
    let host = try PostgreSQLMachine("mx1", of: there)
    #expect(try host.run("org", "disconnect", "contoso").status == 0)
    let idle = try host.sync()
    #expect(idle.status == 0 && idle.text.contains("disconnected, 0 waiting"), "\(idle)")
    try host.filter(Self.mail(1, "Offer"))
    let waiting = try host.sync()
    #expect(waiting.status == 75 && waiting.text.contains("disconnected, 1 waiting"), "\(waiting)")
    #expect(waiting.text.contains("org connect contoso"))
    #expect(try host.run("org", "connect", "contoso").status == 0)
    #expect(try host.sync().status == 0)
  }

  @Test func aBatchWithoutAnOrganizationSaysWhichWordIsMissing() throws {
    let place = try Place()
    try place.write(Self.mail(1, "Offer"), to: "mail.eml")
    #expect(try place.run("org", "synchronize", "--none", "--yes").status == 0)
    let batch = try place.run("batch", "--dry-run", place.folder + "/mail.eml")
    #expect(batch.status == 78 && batch.errors.contains("org synchronize NAME"), "\(batch)")
  }

  // MARK: Another mirror

  @Test func anotherMirrorBringsWhatIsMissingAndTakesAwayWhatDoesNotBelongThere() throws {
    let there = try PostgreSQLPlace.usual()
    let host = try PostgreSQLMachine("mx1", of: there)
    try host.filter(Self.mail(1, "For dana"))
    try host.filter(Self.mail(2, "For rita", to: "dana@contoso.example, rita@contoso.example"))
    #expect(try host.sync().status == 0)
    let rita = try PostgreSQLMachine(
      "rita", of: there, mirror: "own", owner: "rita@contoso.example")
    #expect(try rita.sync().status == 0)
    #expect(try rita.subjects() == ["For rita"])
    func mirror(_ old: String, _ new: String) throws {
      try String(contentsOfFile: rita.place.profile, encoding: .utf8)
        .replacing("mirror = \"\(old)\"", with: "mirror = \"\(new)\"")
        .write(toFile: rita.place.profile, atomically: true, encoding: .utf8)
      #expect(try rita.sync().status == 0)
    }
    try mirror("own", "visible")
    #expect(try rita.subjects().sorted() == ["For dana", "For rita"])
    try mirror("visible", "own")
    #expect(try rita.subjects() == ["For rita"])
    // Of the others it is known what finds their answers, and no more.
    #expect(try rita.query("SELECT count(*) FROM remote_copy WHERE state = 'known'") == "1")
    #expect(try rita.query("SELECT count(*) FROM copy WHERE subject LIKE '%dana%'") == "0")
    try mirror("own", "visible")
    #expect(try rita.subjects().sorted() == ["For dana", "For rita"])
    try mirror("visible", "none")
    #expect(try rita.query("SELECT count(*) FROM copy WHERE subject <> ''") == "0")
    #expect(try rita.query("SELECT count(*) FROM remote_copy") == "2")
  }
  @Test func withoutAMirrorCommandsReadTheServer() throws {
    let there = try PostgreSQLPlace.usual()
    let host = try PostgreSQLMachine("mx1", of: there)
    for number in 1...3 { try host.filter(Self.mail(number, "Mail \(number)")) }
    try host.filter(
      Self.mail(4, "Re: Mail 1", from: "bob@fabrikam.example", extra: "In-Reply-To: <m1@x.example>")
    )
    #expect(try host.sync().status == 0)
    let dana = try PostgreSQLMachine("dana", of: there, mirror: "none")
    #expect(try dana.sync().status == 0)
    func number(_ subject: String) throws -> String {
      let line = try dana.run("list", "--json").text.split(separator: "\n").first {
        $0.contains("\"\(subject)\"")
      }
      let object = try line.flatMap {
        try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any]
      }
      return (object?["id"] as? Int).map { "\($0)" } ?? "0"
    }
    #expect(try dana.subjects().sorted() == ["Mail 1", "Mail 2", "Mail 3", "Re: Mail 1"])
    // What comes meanwhile is there without a sync.
    try host.filter(Self.mail(5, "Mail 5"))
    #expect(try host.sync().status == 0)
    #expect(try dana.subjects().count == 5)
    #expect(try dana.run("list", "--limit", "2", "--json").text.split(separator: "\n").count == 2)
    #expect(
      try dana.run("list", "--with", "bob@fabrikam.example").text.contains("Re: Mail 1"))
    let first = try number("Mail 1")
    let shown = try dana.run("show", first)
    #expect(shown.status == 0 && shown.text.contains("Text 1"), "\(shown)")
    #expect(try dana.run("show", first, "--raw").output == Self.mail(1, "Mail 1"))
    let thread = try dana.run("thread", first)
    #expect(thread.status == 0 && thread.text.contains("bob@fabrikam.example"), "\(thread)")
    let found = try dana.run("search", "from:bob@fabrikam.example")
    #expect(found.status == 0 && found.text.contains("Re: Mail 1"), "\(found)")
    let words = try dana.run("search", "pumps")
    #expect(words.status == 64 && words.errors.contains("mirror ="), "\(words)")
    #expect(words.errors.filter { $0 == "\n" }.count == 1)
    let stats = try dana.run("stats", "--by", "month")
    #expect(stats.status == 0 && stats.text.contains("5 in"), "\(stats)")
    let exported = try dana.run("export", "--format", "mbox")
    #expect(exported.status == 0, "\(exported.errors)")
    for text in ["Text 1", "Text 5"] { #expect(exported.text.contains(text)) }
    // Acting on it is done there.
    let regarded = try dana.run("regarding", first, "account:7")
    #expect(regarded.status == 0, "\(regarded)")
    #expect(
      try there.text("SELECT regarding_id FROM crm.copy WHERE subject = 'Mail 1'") == "7")
    #expect(try dana.run("list", "--regarding", "account:7").text.contains("Mail 1"))
    #expect(try dana.run("untrack", number("Mail 2")).status == 0)
    #expect(try there.text("SELECT count(*) FROM crm.copy WHERE subject = 'Mail 2'") == "0")
    #expect(try dana.subjects().count == 4)
    // And nothing of it is here.
    #expect(try dana.query("SELECT count(*) FROM copy WHERE subject <> ''") == "0")
    #expect(try dana.query("SELECT count(*) FROM participant WHERE name IS NOT NULL") == "0")
    #expect(try dana.query("SELECT count(*) FROM content") == "0")
    // Who reads no more than their own is shown no more.
    _ = try there.query(
      "SELECT crm.set_policy('member-privileges', 'read-own,track', '[]')", as: "dana")
    let lee = try PostgreSQLMachine("lee", of: there, mirror: "none", owner: "lee@contoso.example")
    #expect(try lee.sync().status == 0)
    #expect(try lee.subjects().isEmpty)
    let theirs = try lee.run("show", first)
    #expect(theirs.status == 66, "\(theirs)")
    // Without a connection nothing is read.
    _ = try there.text("ALTER ROLE {dana} NOLOGIN")
    let refused = try dana.run("list")
    #expect(refused.status == 77, "\(refused)")
  }
  // MARK: Trouble

  /// What one was let read before and is not any more: each command says so in a line, and changes nothing.
  @Test func whatAPolicyHidesIsSaidInALine() throws {
    let there = try PostgreSQLPlace.usual()
    let host = try PostgreSQLMachine("mx1", of: there)
    try host.filter(Self.mail(1, "For dana"))
    #expect(try host.sync().status == 0)
    _ = try there.query(
      "SELECT crm.set_policy('member-privileges', 'read-own,read-organization,track,set-regarding,export', '[]')",
      as: "dana")
    let lee = try PostgreSQLMachine(
      "lee", of: there, mirror: "visible", owner: "lee@contoso.example")
    #expect(try lee.sync().status == 0)
    #expect(try lee.subjects() == ["For dana"])
    _ = try there.query(
      "SELECT crm.set_policy('member-privileges', 'read-own,track,set-regarding,export', '[]')",
      as: "dana")
    for arguments in [["show", "1"], ["regarding", "1", "account:9"], ["show", "1", "--raw"]] {
      let run = try Program.run(
        Program.path, arguments, environment: lee.place.environment, folder: lee.place.folder)
      #expect(run.status != 0 && run.text.isEmpty, "\(arguments): \(run)")
      #expect(run.errors.filter { $0 == "\n" }.count == 1, "\(arguments): \(run)")
      #expect(run.errors.contains("run 'sync'"), "\(arguments): \(run)")
    }
    #expect(try there.text("SELECT count(*) FROM crm.copy WHERE regarding_id IS NOT NULL") == "0")
    #expect(try there.text("SELECT count(*) FROM crm.content_read") == "0")
    // The next run knows it.
    #expect(try lee.sync().status == 0)
    let hidden = try lee.run("show", "1")
    #expect(hidden.status != 0 && hidden.text.isEmpty, "\(hidden)")
  }

  @Test func nearlyFiftyMegabytesComeWholeInChunks() throws {
    let there = try PostgreSQLPlace.usual()
    let host = try PostgreSQLMachine("mx1", of: there)
    let line = Array((String(repeating: "0123456789abcdef", count: 4) + "\n").utf8)
    var large = Self.mail(1, "Large", body: "")
    large.reserveCapacity(50_000_000)
    while large.count < 49_000_000 { large += line }
    try host.filter(large)
    let sync = try host.sync()
    #expect(sync.status == 0, "\(sync)")
    #expect(
      try there.text(
        """
        SELECT count(*), sum(octet_length(bytes)), max(octet_length(bytes)), max(number) FROM crm.content
        """) == "47|\(large.count)|1048576|46")
    let dana = try PostgreSQLMachine("dana", of: there)
    #expect(try dana.sync().status == 0)
    #expect(try dana.run("show", "1", "--raw").output == large)
  }
}
