import Foundation
import Testing

/// `org copy`: all of an organization on this machine into one in PostgreSQL, and back.
@Suite(.postgresql) struct PostgreSQLCopyTests {
  /// A place whose profile has the organization `contoso` in a store, `shared` in PostgreSQL and `back` in
  /// another store.
  private static func place(
    _ there: PostgreSQLPlace, as login: String = "dana"
  ) throws -> Place {
    let place = try Place()
    for (name, url) in [("shared", there.url(login)), ("back", "sqlite:back.sqlite")] {
      let added = try place.run("org", "add", name, url)
      guard added.status == 0 else { throw PostgreSQLServer.ServerError(text: added.errors) }
    }
    return place
  }

  private static let invitation = """
    BEGIN:VCALENDAR
    METHOD:REQUEST
    BEGIN:VEVENT
    UID:pumps-1@fabrikam.example
    ORGANIZER:mailto:erin@fabrikam.example
    DTSTART:20370105T090000Z
    SUMMARY:Meeting about pumps
    END:VEVENT
    END:VCALENDAR

    """

  /// Fills the store with something of everything.
  private static func fill(_ place: Place) throws {
    func run(_ line: String) throws {
      let run = try place.shell("set -e; \(line)")
      guard run.status == 0 else { throw PostgreSQLServer.ServerError(text: line + run.errors) }
    }
    func mail(
      _ number: Int, _ subject: String, from: String = "erin@fabrikam.example",
      to: String = "dana@contoso.example", extra: String = "", body: String? = nil,
      _ arguments: String...
    ) throws {
      let message = PostgreSQLSyncTests.mail(
        number, subject, from: from, to: to, extra: extra, body: body)
      let filtered = try place.filter(message, arguments)
      guard filtered.status == 0 else { throw PostgreSQLServer.ServerError(text: "filter") }
    }
    try run("$F user add lee@contoso.example --alias l.ee@contoso.example --role reader")
    try run("$F user add old@contoso.example && $F user set old@contoso.example --disable")
    try run("$F record add account:1 --name Fabrikam --domain fabrikam.example")
    try run("$F record add contact:7 --name Bob --address bob@fabrikam.example --parent account:1")
    try run(
      "$F record add lead:8 --address eve@adatum.example && $F record convert lead:8 contact:8")
    try mail(1, "Offer")
    try mail(
      2, "Re: Offer", from: "Bob <bob@fabrikam.example>", extra: "In-Reply-To: <m1@x.example>")
    try mail(
      3, "Attached \u{FC}",
      extra: "MIME-Version: 1.0\nContent-Type: text/calendar; method=REQUEST; name=\"i.ics\"",
      body: invitation)
    try mail(4, "Gone")
    try mail(
      5, "Large", body: String(repeating: "0123456789abcdef0123456789abcdef\n", count: 50_000))
    try mail(6, "Odd \0 one", extra: "References: <m1@x.example> <m9@y.example>")
    try run("$F org set contoso filter contacts && $F org set contoso track-tasks no")
    try run("$F regarding 2 contact:7")
    try run("$F untrack 4")
    try mail(7, "For both", to: "dana@contoso.example, lee@contoso.example")
    try run("sqlite3 '\(place.store)' \"UPDATE delivery SET times_seen = 3 WHERE copy = 1\"")
  }

  /// All rows of a store that are of no machine, by what names them everywhere.
  private static let everything = """
    SELECT 'policy', * FROM policy ORDER BY name;
    SELECT 'user', address, kind, role, filter, is_enabled FROM user ORDER BY address;
    SELECT 'address', address_key, position, address, (SELECT address FROM user WHERE id = user)
      FROM user_address ORDER BY 2;
    SELECT 'record', type, record_id, name, parent, owner FROM record ORDER BY 2, 3;
    SELECT 'record address', address_key, type, record_id, address, alias_key FROM record_address
      JOIN record ON record.id = record ORDER BY 2, 3;
    SELECT 'domain', domain_key, type, record_id, domain FROM record_domain
      JOIN record ON record.id = record ORDER BY 2, 3;
    SELECT 'moved', m.type, m.record_id, r.type, r.record_id FROM record_moved m
      JOIN record r ON r.id = m.record ORDER BY 2, 3;
    SELECT 'copy', hex(c.key), c.direction, c.message_id, c.subject, c.sender_name, c.sender_address,
        c.sent_at, c.zone, c.tracked_at, c.size, c.is_truncated,
        (SELECT min(hex(o.key)) FROM copy o WHERE o.conversation = c.conversation),
        k.regarding_type, k.regarding_id, k.regarding_source,
        (SELECT address FROM user WHERE id = c.owner), c.owner_reason, c.regarding_type,
        c.regarding_id, c.regarding_source, (SELECT hex(key) FROM copy a WHERE a.id = c.answers),
        c.correlation, c.is_subject_changed, c.token, hex(c.thread_index),
        hex(c.thread_index_base), c.reason_code, c.rule,
        (SELECT address FROM user WHERE id = c.accepting_user), c.is_manual, c.explanation
      FROM copy c JOIN conversation k ON k.id = c.conversation ORDER BY 2, 3;
    SELECT 'content', hex(key), direction, content.id % 4096, hex(bytes) FROM content
      JOIN copy ON copy.id = content.id / 4096 ORDER BY 2, 3, 4;
    SELECT 'participant', hex(key), direction, number, role, name, address, address_key, is_external,
        (SELECT address FROM user WHERE id = user) FROM participant JOIN copy ON copy.id = copy
      ORDER BY 2, 3, 4;
    SELECT 'is record', hex(key), direction, number, type, record_id FROM participant_record
      JOIN copy ON copy.id = copy JOIN record ON record.id = record ORDER BY 2, 3, 4;
    SELECT 'attachment', hex(key), direction, number, name, media_type, a.size FROM attachment a
      JOIN copy ON copy.id = copy ORDER BY 2, 3, 4;
    SELECT 'reference', hex(key), direction, r.message_id, is_direct FROM reference r
      JOIN copy ON copy.id = copy ORDER BY 2, 3, 4;
    SELECT 'delivery', hex(key), direction, mailbox, envelope_sender, envelope_recipient,
        first_seen_at, last_seen_at, times_seen FROM delivery JOIN copy ON copy.id = copy
      ORDER BY 2, 3, 4;
    SELECT 'calendar', hex(key), direction, number, kind, uid, method, starts_at, ends_at, sender_key,
        e.sent_at, remarks, text FROM calendar_entry e JOIN copy ON copy.id = copy ORDER BY 2, 3, 4;
    SELECT 'person', (SELECT min(hex(key)) FROM copy o WHERE o.conversation = p.conversation),
        address_key FROM conversation_participant p
      WHERE conversation IN (SELECT conversation FROM copy) ORDER BY 2, 3;
    SELECT 'tombstone', hex(hash), made_at FROM tombstone ORDER BY 2;
    SELECT 'salt', hex(value) FROM secret WHERE name = 'tombstone';
    """

  private static func rows(_ place: Place, _ name: String) throws -> [String] {
    let path = place.folder + "/data/crm-mailfilter/\(name).sqlite"
    let result = try Program.run(
      "/usr/bin/sqlite3", [path, everything], folder: place.folder)
    #expect(result.status == 0, "\(result.errors)")
    return result.text.split(separator: "\n").map(String.init)
  }

  @Test func allOfItGoesThereAndBack() throws {
    let there = try PostgreSQLPlace.usual(logins: ["dana", "rita", "mx1"])
    let place = try Self.place(there)
    try Self.fill(place)
    let tried = try place.run("org", "copy", "contoso", "shared", "--dry-run")
    #expect(tried.status == 0 && tried.text.contains("would bring 6 copies, 2 users"), "\(tried)")
    #expect(try there.counts() == "0|0|0|0")
    let copied = try place.run("org", "copy", "contoso", "shared")
    #expect(copied.status == 0, "\(copied)")
    #expect(copied.text.contains("brought 6 copies"), "\(copied)")
    #expect(copied.text.contains("checked 6 copies by key and content: all are the same"))
    #expect(
      try there.text("SELECT count(*), count(DISTINCT key), bool_and(is_attested) FROM crm.copy")
        == "6|6|t")
    // Who may read what there is the server's to say: what is a user's own is told to that user.
    #expect(
      try there.text(
        "SELECT count(*) FROM crm.copy WHERE (SELECT id FROM crm.app_user WHERE login = '{dana}') = ANY (own_of)"
      ) == "6")
    // Again it brings nothing.
    let again = try place.run("org", "copy", "contoso", "shared")
    #expect(again.status == 0 && again.text.contains("brought 0 copies"), "\(again)")
    #expect(try there.text("SELECT count(*), sum(times_seen) FROM crm.delivery") == "6|8")
    let back = try place.run("org", "copy", "shared", "back")
    #expect(back.status == 0 && back.text.contains("brought 6 copies"), "\(back)")
    let (before, after) = (try Self.rows(place, "contoso"), try Self.rows(place, "back"))
    // The server has users of its own, and texts without U+0000.
    let own = ["rita@contoso.example"]
    let told = after.filter { row in !own.contains { row.contains($0) } }
    let wanted = before.map { $0.replacing("\0", with: "") }
    for row in wanted where !told.contains(row) { Issue.record("not there: \(row.prefix(300))") }
    for row in told where !wanted.contains(row) { Issue.record("not here: \(row.prefix(300))") }
    // What was untracked stays so in both.
    let gone = PostgreSQLSyncTests.mail(4, "Gone")
    let host = try PostgreSQLMachine("mx1", of: there)
    try host.filter(gone)
    #expect(try host.sync().status == 0)
    #expect(try there.text("SELECT count(*) FROM crm.copy") == "6")
    // An answer to what was brought is found by a host.
    try host.filter(
      PostgreSQLSyncTests.mail(
        10, "Re: Offer", from: "bob@fabrikam.example", extra: "In-Reply-To: <m1@x.example>"))
    #expect(try host.sync().status == 0)
    let answered = try there.text(
      """
      SELECT string_agg(subject || coalesce(' to ' || (
          SELECT subject FROM crm.copy a WHERE a.id = c.answers), ''), ',' ORDER BY subject)
        FROM crm.copy c WHERE message_id IN ('m2@x.example', 'm10@x.example')
      """)
    #expect(answered == "Re: Offer to Offer,Re: Offer to Offer")
    let verified = try place.run("verify", "--org", "back")
    #expect(verified.status == 0, "\(verified)")
  }

  /// Copies are told in the order of their ids, which has nothing to do with who answers whom.
  @Test func whoAnswersWhomIsKnownInWhateverOrderTheyGo() throws {
    let there = try PostgreSQLPlace.usual()
    let place = try Self.place(there)
    for number in 1...9 {
      let extra = number > 1 ? "In-Reply-To: <m\(number - 1)@x.example>" : ""
      try #require(
        place.filter(PostgreSQLSyncTests.mail(number, "Re: Offer", extra: extra)).status == 0)
    }
    for (from, to) in [("contoso", "shared"), ("shared", "back")] {
      let copied = try place.run("org", "copy", from, to)
      #expect(copied.status == 0, "\(copied)")
    }
    let chain = (2...9).map { "m\($0)@x.example|m\($0 - 1)@x.example" }
    let back = place.folder + "/data/crm-mailfilter/back.sqlite"
    let found = try place.shell(
      """
      sqlite3 \(back) "SELECT c.message_id, a.message_id FROM copy c JOIN copy a ON a.id = c.answers
        ORDER BY 1"
      """)
    #expect(found.text.split(separator: "\n").map(String.init) == chain, "\(found)")
    // Some had to wait for what they answer: else this shows nothing.
    let early = try place.shell(
      "sqlite3 \(back) 'SELECT count(*) FROM copy WHERE answers > id'")
    #expect(early.text != "0\n", "\(early)")
  }

  /// The program is killed at any moment, and run again until it ends: each copy is there once.
  @Test func killedAnywhereItGoesOn() throws {
    let there = try PostgreSQLPlace.usual()
    let place = try Self.place(there)
    var box = ""
    for number in 1...260 {
      box += "From x@x Mon Nov  2 10:14:05 2026\n"
      let body =
        number % 40 == 0
        ? String(repeating: "0123456789abcdef0123456789abcdef\n", count: 40_000)
        : "Text \(number)\n"
      box +=
        String(
          decoding: PostgreSQLSyncTests.mail(number, "Mail \(number)", body: body), as: UTF8.self)
        + "\n"
    }
    try place.write(box, to: "box")
    let batch = try place.run("batch", place.folder + "/box")
    #expect(batch.status == 0, "\(batch)")
    #expect(try place.counts == "260|260")
    for (from, to) in [("contoso", "shared"), ("shared", "back")] {
      var kills = 0
      var seen: Set<String> = []
      for step in 1... {
        let run = try place.shell(
          "timeout -s KILL \(0.1 * pow(1.15, Double(step))) $F org copy \(from) \(to) > out 2> errors"
        )
        if run.status == 0 { break }
        kills += 1
        let count =
          to == "shared"
          ? try there.text("SELECT count(*), count(DISTINCT key) FROM crm.copy")
          : try Program.run(
            "/usr/bin/sqlite3",
            [
              place.folder + "/data/crm-mailfilter/back.sqlite",
              "SELECT count(*) || '|' || count(DISTINCT key) FROM copy",
            ], folder: place.folder
          ).text.trimmingCharacters(in: .newlines)
        seen.insert(count)
        let parts = count.split(separator: "|")
        if parts.count == 2 { #expect(parts[0] == parts[1]) }
        guard step < 60 else { break }
      }
      #expect(kills > 2)
      let last = try place.run("org", "copy", from, to)
      #expect(last.status == 0 && last.text.contains("all are the same"), "\(last)")
      print("\(from) to \(to): \(kills) kills, between them \(seen.sorted())")
    }
    #expect(
      try there.text(
        """
        SELECT (SELECT count(*) FROM crm.copy), (SELECT count(DISTINCT key) FROM crm.copy),
          (SELECT sum(times_seen) FROM crm.delivery), (SELECT count(*) FROM crm.participant),
          (SELECT sum(octet_length(bytes)) = sum(0) + (SELECT sum(stored_size) FROM crm.copy)
            FROM crm.content)
        """) == "260|260|260|520|t")
    let (before, after) = (try Self.rows(place, "contoso"), try Self.rows(place, "back"))
    let wanted = Set(before)
    #expect(
      after.filter { !$0.contains("rita@contoso") && !$0.contains("lee@contoso") }
        .filter { !wanted.contains($0) } == [])
    #expect(Set(after).isSuperset(of: wanted))
  }

  @Test func whoDoesNotAdministerBothCopiesNothing() throws {
    let there = try PostgreSQLPlace.usual()
    for login in ["lee", "rita", "mx1"] {
      let place = try Self.place(there, as: login)
      _ = try place.filter(PostgreSQLSyncTests.mail(1, "Offer"))
      for (from, to) in [("contoso", "shared"), ("shared", "back")] {
        let refused = try place.run("org", "copy", from, to)
        #expect(refused.status == 77, "\(login) \(from): \(refused)")
      }
    }
    #expect(try there.counts() == "0|0|0|0")
    let place = try Self.place(there)
    _ = try place.filter(PostgreSQLSyncTests.mail(1, "Offer"))
    let same = try place.run("org", "copy", "contoso", "contoso")
    #expect(same.status == 64, "\(same)")
    // By whatever program.
    for (name, sql) in [
      ("lee", "SELECT crm.take_copies('[]')"), ("mx1", "SELECT crm.take_copies('[]')"),
      ("rita", "SELECT * FROM crm.tombstones('', 1)"),
      ("lee", "SELECT crm.take_tombstones('', '[]')"), ("lee", "SELECT crm.take_records('[]')"),
    ] {
      #expect(try there.query(sql, as: name).errors.contains("42501"), "\(name): \(sql)")
    }
  }

  @Test func whatIsAnotherThereIsSaid() throws {
    let there = try PostgreSQLPlace.usual()
    let place = try Self.place(there)
    for number in 1...3 {
      _ = try place.filter(PostgreSQLSyncTests.mail(number, "Mail \(number)"))
    }
    // Withdrawn there before, under another salt.
    let host = try PostgreSQLMachine("mx1", of: there)
    try host.filter(PostgreSQLSyncTests.mail(3, "Mail 3"))
    #expect(try host.sync().status == 0)
    let dana = try PostgreSQLMachine("dana", of: there)
    #expect(try dana.sync().status == 0)
    #expect(try dana.run("untrack", "1").status == 0)
    #expect(try place.run("untrack", "1").status == 0)
    let copied = try place.run("org", "copy", "contoso", "shared")
    #expect(copied.status == 0, "\(copied)")
    #expect(copied.text.contains("brought 1 copy"), "\(copied)")
    #expect(copied.text.contains("1 copy withdrawn in shared before"), "\(copied)")
    #expect(
      copied.text.contains("not brought: marks of what was withdrawn in contoso (1)"), "\(copied)")
    _ = try there.text("UPDATE crm.content SET bytes = bytes || '!'")
    let differs = try place.run("org", "copy", "contoso", "shared")
    #expect(differs.status == 65 && differs.text.contains("1 differ"), "\(differs)")
  }
}
