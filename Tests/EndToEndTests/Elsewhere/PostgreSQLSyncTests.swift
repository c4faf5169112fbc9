import Foundation
import Glibc
import Testing

/// An organization in PostgreSQL as a mail host and its users reach it.
@Suite(.postgresql) struct PostgreSQLSyncTests {
  private static let stranger = "x@other.example"

  static func mail(
    _ number: Int, _ subject: String = "Offer", from: String = "erin@fabrikam.example",
    to: String = "dana@contoso.example", extra: String = "", body: String? = nil
  ) -> [UInt8] {
    customerMail(
      id: "m\(number)@x.example", from: from, to: to, subject: subject, extra: extra,
      body: body ?? "Text \(number)\n")
  }

  // MARK: Bringing in

  @Test func whatIsAcceptedIsKeptThereAndHereAndTheRestNowhere() throws {
    let there = try PostgreSQLPlace.usual()
    let host = try PostgreSQLMachine("mx1", of: there)
    let first = Self.mail(1)
    try host.filter(first)
    try host.filter(Self.mail(2, "Secret", from: Self.stranger))
    try host.filter(
      Self.mail(
        3, "Re: Offer", from: "bob@fabrikam.example", extra: "In-Reply-To: <m1@x.example>"))
    try host.filter(Self.mail(4, "Private", from: "eve@private.example"))
    #expect(host.place.waiting.count == 3)
    let sync = try host.sync()
    #expect(sync.status == 0 && sync.text == "contoso: 3 decided, 0 waiting\n", "\(sync)")
    #expect(try there.subjects() == ["Offer", "Re: Offer"])
    #expect(try host.subjects() == ["Offer", "Re: Offer"])
    #expect(try there.counts() == "2|2|2|2")
    let bytes = try there.text(
      "SELECT encode(bytes, 'hex') FROM crm.content JOIN crm.copy ON copy = id WHERE subject = 'Offer'"
    )
    #expect(bytes == first.map { String(format: "%02x", $0) }.joined())
    #expect(
      try there.text(
        "SELECT a.subject FROM crm.copy r JOIN crm.copy a ON a.id = r.answers") == "Offer")
    // Of the refused one nothing is left.
    let rest = try Program.shell(
      "grep -rl -e Secret -e m2@x.example data state; true",
      environment: host.place.environment, folder: host.place.folder)
    #expect(rest.text.isEmpty && host.place.waiting.isEmpty)
  }

  @Test func aFileOfSeveralChunksComesWholeAndOnce() throws {
    let there = try PostgreSQLPlace.usual()
    let host = try PostgreSQLMachine("mx1", of: there)
    let line = String(repeating: "0123456789abcdef", count: 4) + "\n"
    let large = Self.mail(1, body: String(repeating: line, count: 50_000))
    try host.filter(large)
    let proxy = try PostgreSQLProxy(before: there.server, nth: 1)
    _ = proxy
    let sync = try host.sync()
    #expect(sync.status == 0, "\(sync)")
    #expect(
      try there.text("SELECT count(*), sum(octet_length(bytes)) FROM crm.content")
        == "4|\(large.count)")
    // The same again, as if the answer had never come.
    try host.filter(large)
    #expect(try host.sync().status == 0)
    #expect(
      try there.text("SELECT count(*), sum(octet_length(bytes)) FROM crm.content")
        == "4|\(large.count)")
    let reader = try PostgreSQLMachine("dana", of: there, mirror: "visible")
    #expect(try reader.sync().status == 0)
    #expect(try reader.run("show", "1", "--raw").output == large)
  }

  @Test func oddTextsComeThrough() throws {
    let there = try PostgreSQLPlace.usual()
    let host = try PostgreSQLMachine("mx1", of: there)
    let odd =
      Array(
        "Message-ID: <m1@x.example>\nFrom: \"E\0rin\" <erin@fabrikam.example>\nTo: dana@contoso.example\n"
          .utf8) + Array("Subject: a\0b ".utf8) + [0xFF, 0xFE]
      + Array(" =?utf-8?q?=00=F0=9F=98=80?=\n\n\0\u{FF}\n".utf8)
    try host.filter(odd)
    let sync = try host.sync()
    #expect(sync.status == 0, "\(sync)")
    #expect(try there.counts() == "1|1|1|1")
    #expect(try there.text("SELECT octet_length(bytes) FROM crm.content") == "\(odd.count)")
  }

  /// What stands of one message on the server holds up the mail of nobody.
  @Test func aRecordOfNoNameAndAVeryLongListHoldNobodyUp() throws {
    let there = try PostgreSQLPlace.usual()
    let (first, second) = (
      try PostgreSQLMachine("mx1", of: there), try PostgreSQLMachine("mx2", of: there)
    )
    for number in 1...4 { try first.filter(Self.mail(number, "Mail \(number)")) }
    #expect(try first.sync().status == 0)
    _ = try there.text(
      """
      UPDATE crm.copy SET regarding_type = 'a b', regarding_id = E'\\n', regarding_source = 'manual'
        WHERE subject = 'Mail 1';
      INSERT INTO crm.reference SELECT repeat(md5(n::text), 78), id, n + 10000
        FROM crm.copy, generate_series(1, 8000) n;
      UPDATE crm.copy SET sent_at = 9223372036854775807, tracked_at = -9223372036854775807,
        size = 9223372036854775807;
      """)
    try second.filter(Self.mail(5, "Mail 5"))
    let sync = try second.sync()
    #expect(sync.status == 0, "\(sync)")
    #expect(try second.query("SELECT count(*) FROM remote_copy") == "5")
    let reader = try PostgreSQLMachine(
      "rita", of: there, mirror: "visible", owner: "rita@contoso.example")
    #expect(try reader.sync().status == 0)
    #expect(try reader.subjects().count == 5)
    let stats = try reader.run("stats")
    #expect(stats.status == 0, "\(stats)")
  }

  /// A sender whose names are too long for an index keeps a message from nobody.
  @Test func namesThatNoIndexHoldsKeepNothingAway() throws {
    let there = try PostgreSQLPlace.usual()
    let host = try PostgreSQLMachine("mx1", of: there)
    var state: UInt64 = 1
    func long() -> String {
      let letters = Array("abcdefghijklmnopqrstuvwxyz012345")
      return String(
        (0..<9_000).map { _ in
          state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
          return letters[Int(state >> 59)]
        })
    }
    let mail = """
      Message-ID: <\(long())@fabrikam.example>
      References: <\(long())@fabrikam.example>
      From: erin@fabrikam.example
      To: dana@contoso.example
      Cc: \(long())@fabrikam.example
      Subject: Long

      Text

      """
    try host.filter(Array(mail.utf8))
    let sync = try host.sync()
    #expect(sync.status == 0, "\(sync)")
    #expect(try there.counts() == "1|1|1|1")
  }

  @Test func fiftyAreAskedAboutAtOnce() throws {
    let there = try PostgreSQLPlace.usual()
    _ = try there.query("ALTER DATABASE \(there.database) SET track_functions = 'pl'")
    let host = try PostgreSQLMachine("mx1", of: there)
    for number in 1...60 { try host.filter(Self.mail(number, "Mail \(number)")) }
    #expect(try host.sync().status == 0)
    #expect(try there.counts() == "60|60|60|60")
    var calls = ""
    // The server counts them when the connection has ended.
    for _ in 0..<100 where calls != "2" {
      calls = try there.text("SELECT calls FROM pg_stat_user_functions WHERE funcname = 'decide'")
      usleep(50_000)
    }
    #expect(calls == "2")
  }

  @Test func anAnswerIsAskedAboutWhenItsParentIsThere() throws {
    let there = try PostgreSQLPlace.usual()
    let host = try PostgreSQLMachine("mx1", of: there)
    // Answers to answers, and none of them would be tracked by itself.
    try host.filter(Self.mail(1))
    for number in 2...5 {
      try host.filter(
        Self.mail(
          number, "Re: Offer", from: "bob@fabrikam.example",
          extra: "In-Reply-To: <m\(number - 1)@x.example>"))
    }
    try host.filter(Self.mail(6, "Other", from: "bob@fabrikam.example"))
    let sync = try host.sync()
    #expect(sync.status == 0 && sync.text == "contoso: 6 decided, 0 waiting\n", "\(sync)")
    #expect(try there.text("SELECT count(*), count(answers) FROM crm.copy") == "5|4")
    #expect(try there.text("SELECT count(DISTINCT conversation) FROM crm.copy") == "1")
  }

  @Test func anAnswerThatCameFirstWaitsForItsParent() throws {
    let there = try PostgreSQLPlace.usual()
    let host = try PostgreSQLMachine("mx1", of: there)
    try host.filter(
      Self.mail(
        2, "Re: Offer", from: "bob@fabrikam.example", extra: "In-Reply-To: <m1@x.example>"))
    try host.filter(Self.mail(1))
    #expect(try host.sync().status == 0)
    #expect(try there.subjects() == ["Offer", "Re: Offer"])
  }

  // MARK: Other hosts

  @Test func anAnswerToWhatAnotherHostDeliveredIsAccepted() throws {
    let there = try PostgreSQLPlace.usual()
    let first = try PostgreSQLMachine("mx1", of: there)
    let second = try PostgreSQLMachine("mx2", of: there)
    try first.filter(Self.mail(1))
    #expect(try first.sync().status == 0)
    try second.filter(
      Self.mail(
        2, "Re: Offer", from: "bob@fabrikam.example", extra: "In-Reply-To: <m1@x.example>"))
    #expect(try second.sync().status == 0)
    #expect(try there.subjects() == ["Offer", "Re: Offer"])
    // It knows of the first no more than that.
    #expect(try second.subjects() == ["Re: Offer"])
    #expect(
      try second.query("SELECT subject, size FROM copy WHERE message_id = 'm1@x.example'") == "|0")
    #expect(try second.run("show", "1").status != 0)
    // The same message comes here, too: it is listed then, and has its text.
    try second.filter(Self.mail(1), "--recipient", "lee@contoso.example")
    #expect(try second.sync().status == 0)
    #expect(try second.subjects().sorted() == ["Offer", "Re: Offer"])
    #expect(try second.run("show", "1", "--raw").output == Self.mail(1))
    #expect(try there.counts() == "2|2|3|3")
    let verified = try second.run("verify")
    #expect(verified.status == 0, "\(verified)")
  }

  @Test func aColleagueReadsElsewhereWhatTheRoleAllowsAndWhatTheOwnerUntracksIsGone() throws {
    let there = try PostgreSQLPlace.usual()
    let host = try PostgreSQLMachine("mx1", of: there)
    try host.filter(Self.mail(1, "For dana"))
    try host.filter(
      Self.mail(2, "For lee", to: "lee@contoso.example"), "--recipient", "lee@contoso.example")
    #expect(try host.sync().status == 0)
    let dana = try PostgreSQLMachine("dana", of: there)
    let rita = try PostgreSQLMachine(
      "rita", of: there, mirror: "visible", owner: "rita@contoso.example")
    #expect(try dana.sync().status == 0)
    #expect(try rita.sync().status == 0)
    // One's own, or all that the role may read; and who has no role is not let in.
    #expect(try dana.subjects() == ["For dana"])
    #expect(try rita.subjects().sorted() == ["For dana", "For lee"])
    let number = try rita.query("SELECT id FROM copy WHERE subject = 'For dana'")
    #expect(try rita.run("show", number, "--raw").output == Self.mail(1, "For dana"))
    #expect(
      try there.text("SELECT login = '\(there.login("rita"))' FROM crm.content_read") == "t")
    #expect(try rita.run("search", "lee").text.contains("For lee"))
    let evil = try PostgreSQLMachine("evil", of: there, adds: false)
    let added = try evil.run("org", "add", "other", there.url("evil"))
    #expect(added.status == 77 && added.errors.contains("has no role"), "\(added)")
    // Without the privilege to read others' mail, only one's own is told.
    _ = try there.query(
      "SELECT crm.set_policy('reader-privileges', 'read-own', '[]')", as: "dana")
    let narrow = try PostgreSQLMachine(
      "rita", of: there, mirror: "visible", owner: "rita@contoso.example")
    #expect(try narrow.sync().status == 0)
    #expect(try narrow.subjects().isEmpty)
    _ = try there.query(
      "SELECT crm.set_policy('reader-privileges', 'read-own,read-organization', '[]')",
      as: "dana")
    // What the owner says of it is so everywhere after the next run.
    let own = try dana.query("SELECT id FROM copy WHERE subject = 'For dana'")
    #expect(try dana.run("regarding", own, "account:7").status == 0)
    #expect(try rita.sync().status == 0)
    #expect(
      try rita.query("SELECT regarding FROM mail WHERE subject = 'For dana'") == "account:7")
    let untracked = try dana.run("untrack", own)
    #expect(untracked.status == 0, "\(untracked)")
    for machine in [rita, host] { #expect(try machine.sync().status == 0) }
    #expect(try rita.subjects() == ["For lee"])
    #expect(try host.subjects() == ["For lee"])
    #expect(try there.subjects() == ["For lee"])
    // Nor does it come again by another host.
    let other = try PostgreSQLMachine("mx2", of: there)
    try other.filter(Self.mail(1, "For dana"))
    #expect(try other.sync().status == 0)
    #expect(try there.subjects() == ["For lee"])
  }

  // MARK: Trouble

  /// What is wrong, the status of `sync`, what its line says, and whether the message is among the
  /// failures.
  struct Trouble: Sendable {
    let sql: String
    let status: Int32
    let line: String
    /// What puts it right; `nil` where it stays with this message.
    var mending: String?
  }

  private static func raising(_ state: String, times: Int = 1_000) -> String {
    """
    CREATE SEQUENCE crm.raised;
    GRANT USAGE ON SEQUENCE crm.raised TO crm_owner;
    CREATE FUNCTION crm.raise() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
      IF nextval('crm.raised') <= \(times) THEN
        RAISE EXCEPTION 'it is so' USING ERRCODE = '\(state)';
      END IF;
      RETURN NEW;
    END $$;
    ALTER FUNCTION crm.raise() OWNER TO crm_owner;
    CREATE TRIGGER raise BEFORE INSERT ON crm.copy FOR EACH ROW EXECUTE FUNCTION crm.raise();
    """
  }

  static let troubles = [
    Trouble(
      sql: raising("53100"), status: 75, line: "disk is full",
      mending: "DROP TRIGGER raise ON crm.copy"),
    Trouble(sql: raising("40001", times: 2), status: 0, line: ""),
    Trouble(sql: raising("40P01", times: 2), status: 0, line: ""),
    Trouble(
      sql: raising("40001"), status: 75, line: "not all is brought in",
      mending: "DROP TRIGGER raise ON crm.copy"),
    Trouble(sql: raising("22001"), status: 65, line: "left to you"),
    Trouble(sql: raising("54000"), status: 65, line: "left to you"),
    Trouble(
      sql: "ALTER ROLE {mx1} SET default_transaction_read_only = on", status: 75,
      line: "replica", mending: "ALTER ROLE {mx1} RESET default_transaction_read_only"),
    Trouble(
      sql: "UPDATE crm.organization SET schema_version = schema_version + 1", status: 75,
      line: "update this program",
      mending: "UPDATE crm.organization SET schema_version = schema_version - 1"),
    Trouble(
      sql: "UPDATE crm.organization SET schema_version = schema_version - 1", status: 75,
      line: "org init", mending: "UPDATE crm.organization SET schema_version = schema_version + 1"),
    Trouble(
      sql: "ALTER ROLE {mx1} NOLOGIN", status: 77, line: "not permitted to log in",
      mending: "ALTER ROLE {mx1} LOGIN"),
    Trouble(
      sql: "REVOKE crm_host FROM {mx1}", status: 77, line: "has no role",
      mending: "GRANT crm_host TO {mx1}"),
    Trouble(
      sql: "ALTER ROLE {mx1} CONNECTION LIMIT 0", status: 75, line: "busy",
      mending: "ALTER ROLE {mx1} CONNECTION LIMIT -1"),
    Trouble(
      sql: "ALTER SCHEMA crm RENAME TO elsewhere", status: 75, line: "no organization in this",
      mending: "ALTER SCHEMA elsewhere RENAME TO crm"),
  ]

  @Test(arguments: troubles.indices) func eachTroubleIsOneLineAndNothingIsLost(
    _ index: Int
  ) throws {
    let trouble = Self.troubles[index]
    let there = try PostgreSQLPlace.usual()
    let host = try PostgreSQLMachine("mx1", of: there)
    try host.filter(Self.mail(1))
    let spoilt = try there.query(trouble.sql)
    #expect(spoilt.status == 0, "\(spoilt)")
    let sync = try host.sync()
    #expect(sync.status == trouble.status, "\(sync)")
    guard trouble.status != 0 else {
      #expect(try there.counts() == "1|1|1|1")
      return
    }
    #expect(sync.errors.contains(trouble.line), "\(sync)")
    #expect(sync.errors.filter { $0 == "\n" }.count == 1, "\(sync)")
    #expect(host.place.waiting.count == 1)
    if trouble.status == 77 || trouble.line == "update this program" {
      #expect(try host.run("org", "show", "contoso").text.contains("trouble"))
      #expect(try host.run("verify").status == 65)
    }
    guard let mending = trouble.mending else {
      #expect(try host.run("failures").text.contains("it is so"))
      return
    }
    #expect(try there.query(mending).status == 0)
    _ = try host.query("DELETE FROM remote_state WHERE name = 'not-before'")
    let next = try host.sync()
    #expect(next.status == 0, "\(next)")
    #expect(try there.counts() == "1|1|1|1")
    #expect(try !host.run("org", "show", "contoso").text.contains("trouble"))
  }

  @Test func aPasswordHasNoPlaceInAURL() throws {
    let there = try PostgreSQLPlace.usual()
    let host = try PostgreSQLMachine("mx1", of: there)
    for url in [
      "postgresql://mx1:secret@db.example/crm", "postgres://db.example/crm?password=secret",
      "postgresql://db.example/crm?a=b&pass%77ord=secret",
    ] {
      let added = try host.run("org", "add", "other", url)
      #expect(added.status == 64 && added.errors.contains("a password has no place"), "\(added)")
      #expect(try !String(contentsOfFile: host.place.profile, encoding: .utf8).contains("secret"))
    }
  }

  @Test func thePasswordFileOfLibpqIsUsedAndAWrongPasswordIsSaid() throws {
    let there = try PostgreSQLPlace.usual()
    let server = there.server
    let url =
      "postgresql://\(there.login("mx1"))@127.0.0.1:\(server.port)/\(there.database)"
    let host = try PostgreSQLMachine("mx1", of: there, url: url, adds: false)
    let none = try host.run("org", "add", "other", url)
    #expect(none.status == 77 && none.errors.contains("wants a password"), "\(none)")
    func write(_ password: String) throws {
      try host.place.write("*:*:*:*:\(password)\n", to: ".pgpass")
      chmod(host.place.folder + "/.pgpass", 0o600)
    }
    try write("wrong")
    let wrong = try host.run("org", "add", "other", url)
    #expect(
      wrong.status == 77 && wrong.errors.contains("password authentication failed"), "\(wrong)")
    #expect(wrong.errors.filter { $0 == "\n" }.count == 1)
    try write("secret")
    let added = try host.run("org", "add", "other", url)
    #expect(added.status == 0 && added.text.contains("a mail host"), "\(added)")
    #expect(added.errors.isEmpty)
  }

  @Test func whoCannotBeReachedIsSaid() throws {
    let there = try PostgreSQLPlace.usual()
    let host = try PostgreSQLMachine("mx1", of: there, adds: false)
    for (url, text) in [
      ("postgresql://mx1@127.0.0.1:1/crm", "Connection refused"),
      ("postgresql://mx1@no.such.host.invalid/crm", "translate host name"),
      (
        "postgresql://mx1@/none_\(UUID().uuidString)?host=\(there.server.folder)&port=\(there.server.port)",
        "does not exist"
      ),
    ] {
      let added = try host.run("org", "add", "other", url)
      #expect(added.status == 75 || added.status == 77, "\(added)")
      #expect(added.errors.contains(text), "\(added)")
      #expect(added.errors.filter { $0 == "\n" }.count == 1, "\(added)")
    }
    // The second of two hosts is taken where the first is not there.
    let two = there.url("mx1").replacing(
      "host=", with: "host=/tmp/no-such-folder,"
    ).replacing("&port=", with: "&port=1,")
    let added = try host.run("org", "add", "other", two)
    #expect(added.status == 0, "\(added)")
  }

  @Test func withoutTheLibraryMailPassesAndSyncSaysSo() throws {
    let there = try PostgreSQLPlace.usual()
    let host = try PostgreSQLMachine("mx1", of: there)
    try host.place.write("no library", to: "libpq.so.5")
    let environment = host.place.environment.merging(
      ["LD_LIBRARY_PATH": host.place.folder]
    ) { $1 }
    let run = try Program.run(
      Program.path, [], input: Self.mail(1), environment: environment, folder: host.place.folder)
    #expect(run.status == 0 && run.output == Self.mail(1) && run.errors.isEmpty, "\(run)")
    let sync = try Program.run(
      Program.path, ["sync"], environment: environment, folder: host.place.folder)
    #expect(sync.status == 75 && sync.errors.contains("libpq5"), "\(sync)")
    #expect(host.place.waiting.count == 1)
    #expect(try host.sync().status == 0)
  }

  // MARK: People

  @Test func byHandIsAskedAtOnceAndForgetAndPruneGoThere() throws {
    let there = try PostgreSQLPlace.usual()
    let dana = try PostgreSQLMachine("dana", of: there)
    try dana.place.write(Self.mail(1, from: Self.stranger), to: "mail.eml")
    let tracked = try dana.run("track", dana.place.folder + "/mail.eml")
    #expect(tracked.status == 0 && tracked.text.hasPrefix("mail 1:"), "\(tracked)")
    #expect(try there.counts() == "1|1|1|1")
    #expect(try dana.run("untrack", "1").status == 0)
    #expect(try there.counts() == "0|0|0|0")
    // A hand takes back what was withdrawn.
    let again = try dana.run("track", dana.place.folder + "/mail.eml")
    #expect(again.status == 0, "\(again)")
    #expect(try there.counts() == "1|1|1|1")
    let forgotten = try dana.run("forget", Self.stranger, "--yes")
    #expect(forgotten.status == 0, "\(forgotten)")
    #expect(try there.counts() == "0|0|0|0")
    try dana.place.write(Self.mail(2), to: "mail.eml")
    #expect(try dana.run("track", dana.place.folder + "/mail.eml").status == 0)
    #expect(try dana.run("prune", "--before", "2027-01-01", "--yes").status == 0)
    #expect(try there.counts() == "0|0|0|0")
    #expect(try dana.query("SELECT count(*) FROM remote_copy") == "0")
  }

  @Test func explainAsksWithoutATrace() throws {
    let there = try PostgreSQLPlace.usual()
    _ = try there.query("SELECT crm.set_policy('log-refused', 'yes', '[]')", as: "dana")
    let host = try PostgreSQLMachine("mx1", of: there)
    try host.place.write(Self.mail(1, from: Self.stranger), to: "mail.eml")
    let asked = try host.run("explain", "--ask", host.place.folder + "/mail.eml")
    #expect(asked.status == 0 && asked.text.contains("refuse"), "\(asked)")
    #expect(try there.text("SELECT count(*) FROM crm.question_log") == "0")
    try host.filter(Self.mail(1, from: Self.stranger))
    #expect(try host.sync().status == 0)
    #expect(try there.text("SELECT count(*) FROM crm.question_log") == "1")
  }

  @Test func theStateIsShown() throws {
    let there = try PostgreSQLPlace.usual()
    let host = try PostgreSQLMachine("mx1", of: there)
    let before = try host.run("org", "show", "contoso").text
    #expect(before.contains("last sync") && before.contains("never"))
    // Before the first sync nothing is known of its settings here: they are asked for.
    let dana = try PostgreSQLMachine("dana", of: there)
    #expect(try dana.run("org", "set", "contoso", "filter", "contacts").status == 0)
    let settings = try PostgreSQLMachine("dana", of: there).run("org", "show", "contoso").text
    #expect(settings.contains("never"), "\(settings)")
    #expect(
      settings.range(of: "\nfilter +contacts ", options: .regularExpression) != nil, "\(settings)")
    try host.filter(Self.mail(1))
    #expect(try host.run("stats").text.contains("1 message waits"))
    #expect(try host.sync().status == 0)
    let after = try host.run("org", "show", "contoso").text
    #expect(after.contains("a mail host") && after.contains("today"), "\(after)")
    #expect(try host.run("stats").text.contains("0 messages wait"))
  }

  // MARK: Without a connection

  @Test func withoutAConnectionNothingIsChangedAndABatchEndsWith75() throws {
    let server = try PostgreSQLServer(isDurable: false)
    let there = try PostgreSQLPlace.usual(on: server)
    let dana = try PostgreSQLMachine("dana", of: there)
    for number in 1...3 { try dana.filter(Self.mail(number, "Mail \(number)")) }
    #expect(try dana.sync().status == 0)
    try dana.place.write(Self.mail(9, from: Self.stranger), to: "mail.eml")
    _ = try dana.place.shell("mkdir -p M/cur M/new M/tmp && cp mail.eml M/cur/9")
    server.stop()
    let file = dana.place.folder + "/mail.eml"
    for arguments in [
      ["untrack", "1"], ["regarding", "1", "account:9"], ["track", file],
      ["forget", "erin@fabrikam.example", "--yes"], ["prune", "--before", "2027-01-01", "--yes"],
      ["batch", dana.place.folder + "/M"], ["explain", "--ask", file], ["sync"],
    ] {
      let run = try Program.run(
        Program.path, arguments, environment: dana.place.environment, folder: dana.place.folder)
      #expect(run.status == 75 && run.errors.contains("cannot be reached"), "\(arguments): \(run)")
    }
    // What asks nobody goes on.
    #expect(try dana.subjects() == ["Mail 1", "Mail 2", "Mail 3"])
    #expect(try dana.run("show", "1", "--raw").output == Self.mail(1, "Mail 1"))
    #expect(try dana.run("org", "disconnect", "contoso").status == 0)
    let sync = try dana.sync()
    #expect(sync.status == 0 && sync.text.contains("disconnected, 0 waiting"), "\(sync)")
    // It is connected from here on, and says that nobody can be reached.
    let connected = try dana.run("org", "connect", "contoso")
    #expect(
      connected.status == 75 && connected.errors.contains("cannot be reached"), "\(connected)")
    try server.start()
    #expect(try there.counts() == "3|3|3|3")
    #expect(try dana.run("batch", dana.place.folder + "/M").status == 0)
    #expect(try there.counts() == "3|3|3|3")
    #expect(try dana.sync().status == 0)
  }

  @Test func aBatchAsksAsSyncDoes() throws {
    let there = try PostgreSQLPlace.usual()
    let host = try PostgreSQLMachine("mx1", of: there)
    _ = try host.place.shell("mkdir -p M/cur M/new M/tmp")
    for number in 1...3 {
      try host.place.write(Self.mail(number, "Mail \(number)"), to: "M/cur/\(number)")
    }
    try host.place.write(Self.mail(9, "Spam", from: Self.stranger), to: "M/cur/9")
    #expect(try host.run("batch", "--dry-run", host.place.folder + "/M").status == 0)
    #expect(try there.counts() == "0|0|0|0")
    #expect(try host.run("batch", host.place.folder + "/M").status == 0)
    #expect(try there.subjects() == ["Mail 1", "Mail 2", "Mail 3"])
    #expect(try host.run("batch", "--again", host.place.folder + "/M").status == 0)
    #expect(try there.text("SELECT count(*) FROM crm.copy") == "3")
    #expect(host.place.waiting.isEmpty)
  }

  @Test func whatOthersUntrackIsNotTheirsToDelete() throws {
    let there = try PostgreSQLPlace.usual()
    let host = try PostgreSQLMachine("mx1", of: there)
    let both = Self.mail(1, "For both", to: "dana@contoso.example, lee@contoso.example")
    try host.filter(both, "--recipient", "dana@contoso.example")
    try host.filter(both, "--recipient", "lee@contoso.example")
    #expect(try host.sync().status == 0)
    #expect(try there.text("SELECT count(*) FROM crm.delivery") == "2")
    let lee = try PostgreSQLMachine("lee", of: there, owner: "lee@contoso.example")
    #expect(try lee.sync().status == 0)
    #expect(try lee.subjects() == ["For both"])
    let untracked = try lee.run("untrack", "1")
    #expect(untracked.text.contains("your delivery of it is gone"), "\(untracked)")
    #expect(try there.text("SELECT mailbox FROM crm.delivery") == "dana@contoso.example")
    #expect(try there.subjects() == ["For both"])
    // Nor is it theirs to say on another machine, whatever the profile says of owners.
    let forged = try PostgreSQLMachine("lee", of: there, mirror: "visible")
    #expect(try forged.sync().status == 0)
    let refused = try forged.run("untrack", "1")
    #expect(refused.status == 77, "\(refused)")
    #expect(try there.subjects() == ["For both"])
  }

  @Test func whatWasDeliveredAndIsDiscardedIsTakenBack() throws {
    let there = try PostgreSQLPlace.usual()
    let proxy = try PostgreSQLProxy(before: there.server, nth: 1)
    // Each answer to a delivery is withheld, until nobody tries again.
    let host = try PostgreSQLMachine("mx1", of: there, url: proxy.url(there, as: "mx1"))
    try host.filter(Self.mail(1))
    #expect(try host.sync().status == 75)
    #expect(try there.counts() == "1|1|1|1")
    #expect(try host.query("SELECT state FROM remote_copy") == "pending")
    #expect(try host.run("failures", "discard", host.place.waiting[0]).status == 0)
    let sync = try host.sync()
    #expect(sync.status == 0, "\(sync)")
    #expect(try there.counts() == "0|0|0|0")
    #expect(try host.query("SELECT count(*) FROM remote_copy") == "0")
  }

  @Test func thePasswordIsFoundWhereItsOwnerPutIt() throws {
    let there = try PostgreSQLPlace.usual()
    let url =
      "postgresql://\(there.login("mx1"))@127.0.0.1:\(there.server.port)/\(there.database)"
    let host = try PostgreSQLMachine("mx1", of: there, url: url, adds: false)
    #expect(try host.sync().status == 77)
    let profile = try String(contentsOfFile: host.place.profile, encoding: .utf8)
    try host.place.write("secret\nmore\n", to: "password")
    try profile.replacing(
      "url = \"\(url)\"",
      with: "url = \"\(url)\"\npassword_command = [\"/bin/cat\", \"\(host.place.folder)/password\"]"
    ).write(toFile: host.place.profile, atomically: true, encoding: .utf8)
    let byCommand = try host.sync()
    #expect(byCommand.status == 0, "\(byCommand)")
    try profile.write(toFile: host.place.profile, atomically: true, encoding: .utf8)
    _ = try host.place.shell("mkdir credentials; echo secret > credentials/crm-mailfilter.contoso")
    let bySystem = try Program.run(
      Program.path, ["sync"],
      environment: host.place.environment.merging([
        "CREDENTIALS_DIRECTORY": host.place.folder + "/credentials"
      ]) { $1 }, folder: host.place.folder)
    #expect(bySystem.status == 0, "\(bySystem)")
    let file = host.place.folder + "/credentials.toml"
    try host.place.write("[contoso]\npassword = \"secret\"\n", to: "credentials.toml")
    chmod(file, 0o600)
    #expect(try host.sync().status == 0)
    chmod(file, 0o644)
    let refused = try host.sync()
    #expect(refused.status == 77 && !refused.errors.contains("secret"), "\(refused)")
  }

  @Test func setupSaysWhoseLoginItIs() throws {
    let there = try PostgreSQLPlace.usual()
    let place = try Place(isHome: true)
    unlink(place.profile)
    let terminal = try PseudoTerminal(["setup"], in: place)
    try terminal.expect("Go on?")
    terminal.type("")
    try terminal.expect("Addresses")
    terminal.type("dana@contoso.example")
    try terminal.expect("Its name")
    terminal.type("contoso")
    try terminal.expect("Where it is")
    terminal.type(there.url("evil"))
    try terminal.expect("has no role")
    terminal.type(there.url("dana"))
    try terminal.expect("who is dana@contoso.example, administrator")
  }
}
