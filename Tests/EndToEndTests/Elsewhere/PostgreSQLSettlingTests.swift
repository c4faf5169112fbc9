import Foundation
import Glibc
import Testing

/// What `sync` hands over to PostgreSQL is committed message by message, and made durable many at a time:
/// what is between the two when something ends is brought again, and is there once.
@Suite(.postgresql) struct PostgreSQLSettlingTests {
  /// A server that writes its log when somebody waits for that, and not by itself: what was committed
  /// without waiting is gone when it crashes.
  private static func lazyServer() throws -> PostgreSQLServer {
    let server = try PostgreSQLServer(
      isDurable: true, settings: ["wal_buffers=16MB", "autovacuum=off"])
    try server.stopWritingBehind()
    return server
  }

  /// Has the twelfth message that comes wait for as long as there is a row in `crm.held`.
  private static func holdTheTwelfth(at there: PostgreSQLPlace) throws {
    let made = try there.query(
      """
      CREATE TABLE crm.held (n int);
      INSERT INTO crm.held VALUES (1);
      CREATE SEQUENCE crm.reached;
      GRANT SELECT ON crm.held TO crm_owner;
      GRANT USAGE ON SEQUENCE crm.reached TO crm_owner;
      CREATE FUNCTION crm.hold() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF nextval('crm.reached') = 12 THEN
          WHILE EXISTS (SELECT FROM crm.held) LOOP PERFORM pg_sleep(0.02); END LOOP;
        END IF;
        RETURN NEW;
      END $$;
      ALTER FUNCTION crm.hold() OWNER TO crm_owner;
      CREATE TRIGGER hold BEFORE INSERT ON crm.copy FOR EACH ROW EXECUTE FUNCTION crm.hold();
      """)
    #expect(made.status == 0, "\(made)")
  }

  /// A run of `sync` that waits with the twelfth of twenty messages: seven are settled, one, two and four, and
  /// four are in hand.
  private static func held(
    _ host: PostgreSQLMachine, at there: PostgreSQLPlace
  ) throws -> pid_t {
    try holdTheTwelfth(at: there)
    for number in 1...20 {
      try host.filter(PostgreSQLSyncTests.mail(number, "Mail \(number)"))
    }
    let started = try host.place.shell("\"$F\" sync > out 2>&1 < /dev/null & echo $!")
    let sync = try #require(pid_t(started.text.trimmingCharacters(in: .whitespacesAndNewlines)))
    for _ in 0..<1_200 {
      if try there.text("SELECT last_value FROM crm.reached") == "12" { break }
      usleep(25_000)
    }
    // Eleven are there, for everybody to see, and all that are accepted are noted here.
    #expect(try there.counts() == "11|11|11|11")
    #expect(try states(host) == "pending|13|4\nstored|7|7")
    #expect(host.place.waiting.count == 13)
    return sync
  }

  private static func await(_ process: pid_t) {
    for _ in 0..<1_200 where kill(process, 0) == 0 { usleep(25_000) }
  }

  /// The states of copies here, how many are in each, and how many of those are written.
  private static func states(_ host: PostgreSQLMachine) throws -> String {
    try host.query("SELECT state, count(*), count(copy) FROM remote_copy GROUP BY state")
  }

  /// What waits and was tried in vain.
  private static func tried(_ host: PostgreSQLMachine) throws -> Int {
    let found = try host.place.shell("find state -name '*.tries' | wc -l")
    return Int(found.text.trimmingCharacters(in: .whitespacesAndNewlines)) ?? -1
  }

  private static func expectAllOnce(
    _ host: PostgreSQLMachine, at there: PostgreSQLPlace, _ count: Int = 20
  ) throws {
    #expect(try there.counts() == "\(count)|\(count)|\(count)|\(count)")
    #expect(try states(host) == "stored|\(count)|\(count)")
    #expect(try host.query("SELECT count(*), sum(times_seen) FROM delivery") == "\(count)|\(count)")
    #expect(host.place.waiting.isEmpty)
    #expect(try host.subjects().count == count)
  }

  /// Who ends while messages are in hand.
  enum Killed: CaseIterable {
    case client, server, both
  }

  @Test(arguments: Killed.allCases) func aKillWithMessagesInHand(_ killed: Killed) throws {
    let server = try Self.lazyServer()
    let there = try PostgreSQLPlace.usual(on: server)
    let host = try PostgreSQLMachine("mx1", of: there)
    let sync = try Self.held(host, at: there)
    if killed != .server {
      kill(sync, SIGKILL)
      Self.await(sync)
      // The one that was on its way is tried a second time; nothing counts against those in hand.
      #expect(try Self.tried(host) == 1)
    }
    if killed != .client {
      try server.crash()
      // What was in hand was on no disk.
      if killed == .both { #expect(try there.counts() == "7|7|7|7") }
    }
    _ = try there.text("DELETE FROM crm.held")
    Self.await(sync)
    // Whoever served the client that is gone goes on, or not.
    for _ in 0..<600 {
      let busy = try there.text(
        "SELECT count(*) FROM pg_stat_activity WHERE usename = '\(there.login("mx1"))'")
      if busy == "0" { break }
      usleep(50_000)
    }
    #expect(try host.syncToTheEnd())
    try Self.expectAllOnce(host, at: there)
    // What is settled is on the disk.
    try server.crash()
    #expect(try there.counts() == "20|20|20|20")
  }

  @Test func whatTheServerLostUnnoticedIsBroughtAgain() throws {
    let there = try PostgreSQLPlace.usual()
    let host = try PostgreSQLMachine("mx1", of: there)
    let sync = try Self.held(host, at: there)
    // As after a crash behind a pooler, of which this side hears nothing.
    let lost = try there.query(
      """
      DELETE FROM crm.entry WHERE copy IN (
        SELECT id FROM crm.copy WHERE subject IN ('Mail 8', 'Mail 9', 'Mail 10', 'Mail 11'));
      DELETE FROM crm.copy WHERE subject IN ('Mail 8', 'Mail 9', 'Mail 10', 'Mail 11')
      """)
    #expect(lost.status == 0, "\(lost)")
    _ = try there.text("DELETE FROM crm.held")
    Self.await(sync)
    let out = try String(contentsOfFile: host.place.folder + "/out", encoding: .utf8)
    #expect(out.contains("of 8 messages that it took a moment ago it has 4 no more"), "\(out)")
    #expect(out.contains("7 decided, 13 waiting"), "\(out)")
    #expect(host.place.waiting.count == 13)
    #expect(try Self.tried(host) == 0)
    #expect(try Self.states(host) == "pending|13|8\nstored|7|7")
    #expect(try host.sync().text == "contoso: 13 decided, 0 waiting\n")
    try Self.expectAllOnce(host, at: there)
  }

  @Test func whereSettlingFailsAllWaitAndNothingCountsAgainstThem() throws {
    let there = try PostgreSQLPlace.usual()
    let host = try PostgreSQLMachine("mx1", of: there)
    for number in 1...5 {
      try host.filter(PostgreSQLSyncTests.mail(number, "Mail \(number)"))
    }
    let spoilt = try there.query(
      """
      CREATE OR REPLACE FUNCTION crm.settle(p_entries uuid[]) RETURNS bigint LANGUAGE plpgsql AS $$
      BEGIN RAISE EXCEPTION 'no room' USING ERRCODE = '53100'; END $$
      """)
    #expect(spoilt.status == 0, "\(spoilt)")
    for _ in 0..<7 {
      let sync = try host.sync()
      #expect(sync.status == 75 && sync.text.contains("0 decided, 5 waiting"), "\(sync)")
      #expect(sync.errors.contains("disk is full") || sync.text.contains("disk is full"))
    }
    #expect(host.place.waiting.count == 5)
    #expect(try Self.tried(host) == 0)
    #expect(try Self.states(host) == "pending|5|1")
    // Its functions are put right.
    #expect(try there.run("org", "init", there.url("owner")).status == 0)
    #expect(try host.sync().status == 0)
    try Self.expectAllOnce(host, at: there, 5)
  }

  @Test func whatIsRefusedInTheMiddleSpoilsNoneOfTheOthers() throws {
    let there = try PostgreSQLPlace.usual()
    let host = try PostgreSQLMachine("mx1", of: there)
    let spoilt = try there.query(
      """
      CREATE FUNCTION crm.spoil() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF NEW.subject = 'Mail 3' THEN RAISE EXCEPTION 'too long' USING ERRCODE = '22001'; END IF;
        -- What is only found at the end of the transaction.
        IF NEW.subject = 'Mail 5' THEN NEW.stored_size := 1; END IF;
        IF NEW.subject = 'Mail 7' THEN RAISE EXCEPTION 'again' USING ERRCODE = '40001'; END IF;
        RETURN NEW;
      END $$;
      ALTER FUNCTION crm.spoil() OWNER TO crm_owner;
      CREATE TRIGGER spoil BEFORE INSERT ON crm.copy FOR EACH ROW EXECUTE FUNCTION crm.spoil();
      """)
    #expect(spoilt.status == 0, "\(spoilt)")
    for number in 1...9 {
      try host.filter(PostgreSQLSyncTests.mail(number, "Mail \(number)"))
    }
    let sync = try host.sync()
    #expect(sync.text.contains("6 decided, 1 waiting, 2 failed"), "\(sync)")
    #expect(try there.counts() == "6|6|6|6")
    #expect(try Self.states(host) == "pending|1|0\nstored|6|6")
    _ = try there.text("DROP TRIGGER spoil ON crm.copy")
    #expect(try host.sync().text.contains("1 decided, 0 waiting, 2 failed"))
    #expect(try there.counts() == "7|7|7|7")
  }

  @Test func whatIsDiscardedWhileItWasInHandIsTakenBackAndListedNowhere() throws {
    let there = try PostgreSQLPlace.usual()
    let host = try PostgreSQLMachine("mx1", of: there)
    let sync = try Self.held(host, at: there)
    kill(sync, SIGKILL)
    _ = try there.text("DELETE FROM crm.held")
    #expect(try host.subjects().count == 11)
    for name in host.place.waiting {
      #expect(try host.run("failures", "discard", name).status == 0)
    }
    for _ in 0..<600 {
      if try there.counts() == "12|12|12|12" { break }
      usleep(50_000)
    }
    let next = try host.sync()
    #expect(next.status == 0, "\(next)")
    #expect(try there.counts() == "7|7|7|7")
    #expect(try Self.states(host) == "stored|7|7")
    #expect(try host.subjects().count == 7)
    // They are not withdrawn: who sees one again tracks it.
    try host.filter(PostgreSQLSyncTests.mail(8, "Mail 8"))
    #expect(try host.sync().status == 0)
    try Self.expectAllOnce(host, at: there, 8)
  }

  @Test func whatIsOnNoDiskIsToldToNobody() throws {
    let server = try Self.lazyServer()
    let there = try PostgreSQLPlace.usual(on: server)
    let host = try PostgreSQLMachine("mx1", of: there)
    let reader = try PostgreSQLMachine(
      "rita", of: there, mirror: "visible", owner: "rita@contoso.example")
    let sync = try Self.held(host, at: there)
    let read = try reader.sync()
    #expect(read.status == 0, "\(read)")
    #expect(try reader.subjects().count == 11)
    kill(sync, SIGKILL)
    try server.crash()
    // What the reader knows is there, and what comes has other numbers than what was told.
    #expect(try there.counts() == "11|11|11|11")
    _ = try there.text("DELETE FROM crm.held")
    #expect(try host.syncToTheEnd())
    #expect(try reader.sync().status == 0)
    #expect(try reader.subjects().count == 20)
  }

  @Test func eachIsDecidedByAllThatWereBeforeIt() throws {
    let there = try PostgreSQLPlace.usual()
    let host = try PostgreSQLMachine("mx1", of: there)
    // Who is asked about alone is nobody's customer: each is known by the one before.
    func mail(_ number: Int, _ from: String, cc: String, to parent: Int?) throws {
      let extra =
        "Cc: \(cc)" + (parent.map { "\nIn-Reply-To: <m\($0)@x.example>" } ?? "")
      try host.filter(
        PostgreSQLSyncTests.mail(number, "Re: Offer \(number)", from: from, extra: extra))
    }
    try mail(1, "erin@fabrikam.example", cc: "bob@partner.example", to: nil)
    try mail(2, "bob@partner.example", cc: "pat@third.example", to: 1)
    try mail(3, "pat@third.example", cc: "sam@fourth.example", to: 2)
    try mail(4, "x@other.example", cc: "y@other.example", to: nil)
    try mail(5, "sam@fourth.example", cc: "x@other.example", to: 3)
    // The same message in another mailbox.
    let first = PostgreSQLSyncTests.mail(
      1, "Re: Offer 1", from: "erin@fabrikam.example", extra: "Cc: bob@partner.example")
    try host.filter(first, "--recipient", "lee@contoso.example")
    let sync = try host.sync()
    #expect(sync.text == "contoso: 6 decided, 0 waiting\n", "\(sync)")
    #expect(try there.counts() == "4|4|5|5")
    #expect(try there.text("SELECT count(DISTINCT conversation) FROM crm.copy") == "1")
    #expect(try host.query("SELECT count(*), sum(times_seen) FROM delivery") == "5|5")
    #expect(try Self.states(host) == "stored|4|4")
    #expect(
      try there.text("SELECT login ~ 'mx1' FROM crm.copy GROUP BY 1") == "t")
  }
}
