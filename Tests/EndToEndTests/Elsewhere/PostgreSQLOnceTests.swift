import Foundation
import Glibc
import Testing

/// Whatever is killed or cut, each message is at an organization in PostgreSQL once: counted there.
@Suite(.postgresql) struct PostgreSQLOnceTests {
  private static func fill(_ machine: PostgreSQLMachine, _ count: Int) throws {
    for number in 1...count {
      try machine.filter(PostgreSQLSyncTests.mail(number, "Mail \(number)"))
    }
  }

  @Test func anAnswerThatIsWithheldAfterTheCommit() throws {
    let there = try PostgreSQLPlace.usual()
    let proxy = try PostgreSQLProxy(before: there.server, nth: 3)
    let host = try PostgreSQLMachine("mx1", of: there, url: proxy.url(there, as: "mx1"))
    try Self.fill(host, 30)
    #expect(try host.syncToTheEnd())
    #expect(proxy.withheld >= 10)
    #expect(try there.counts() == "30|30|30|30")
    #expect(try host.query("SELECT group_concat(DISTINCT state) FROM remote_copy") == "stored")
    #expect(try host.query("SELECT sum(times_seen) FROM delivery") == "30")
  }

  @Test func aServerThatIsKilledBetweenTheCommitAndItsAnswer() throws {
    let server = try PostgreSQLServer(isDurable: true)
    let there = try PostgreSQLPlace.usual(on: server)
    let proxy = try PostgreSQLProxy(before: server, nth: 8, kills: true)
    let host = try PostgreSQLMachine("mx1", of: there, url: proxy.url(there, as: "mx1"))
    try Self.fill(host, 30)
    var restarts = 0
    var isDone = false
    for _ in 0..<100 where !isDone {
      isDone = try host.sync().status == 0
      if !isDone {
        _ = try host.query("DELETE FROM remote_state WHERE name = 'not-before'")
        if try server.query("SELECT 1", as: "super", in: "postgres").status != 0 {
          server.stop()
          try server.start()
          restarts += 1
        }
      }
    }
    #expect(isDone && restarts >= 3 && proxy.withheld >= 3)
    #expect(try there.counts() == "30|30|30|30")
  }

  @Test func aClientThatIsKilledAnywhere() throws {
    let there = try PostgreSQLPlace.usual()
    let host = try PostgreSQLMachine("mx1", of: there)
    try Self.fill(host, 40)
    var killed = 0
    for number in 0..<40 {
      let run = try host.place.shell(
        "timeout -s KILL 0.\(100 + number * 7 % 130) \"$F\" sync > out 2>&1; echo $?")
      killed += run.text.hasPrefix("137") ? 1 : 0
      if host.place.waiting.isEmpty { break }
    }
    #expect(killed > 0)
    #expect(try host.syncToTheEnd())
    #expect(try there.counts() == "40|40|40|40")
    #expect(try host.query("SELECT group_concat(DISTINCT state) FROM remote_copy") == "stored")
  }

  @Test func aServerThatIsSilentForTooLong() throws {
    let there = try PostgreSQLPlace.usual()
    let host = try PostgreSQLMachine("mx1", of: there)
    let spoilt = try there.query(
      """
      CREATE SEQUENCE crm.slept;
      GRANT USAGE ON SEQUENCE crm.slept TO crm_owner;
      CREATE FUNCTION crm.sleep() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF nextval('crm.slept') = 1 THEN PERFORM pg_sleep(4); END IF;
        RETURN NEW;
      END $$;
      ALTER FUNCTION crm.sleep() OWNER TO crm_owner;
      CREATE TRIGGER sleep BEFORE INSERT ON crm.copy FOR EACH ROW EXECUTE FUNCTION crm.sleep();
      """)
    #expect(spoilt.status == 0, "\(spoilt)")
    try Self.fill(host, 2)
    let sync = try host.sync("--time-limit", "1")
    #expect(sync.status == 75 && sync.text.contains("silent"), "\(sync)")
    // The first goes on there, or was given up: nobody here knows.
    #expect(try host.syncToTheEnd())
    #expect(try there.counts() == "2|2|2|2")
  }

  @Test func fourHostsWithTheSameMailWhileTheServerIsKilled() throws {
    let server = try PostgreSQLServer(isDurable: true)
    let names = ["mx1", "mx2", "mx3", "mx4"]
    let there = try PostgreSQLPlace.usual(on: server, logins: ["dana"] + names)
    let hosts = try names.map { try PostgreSQLMachine($0, of: there) }
    for (number, host) in hosts.enumerated() {
      try Self.fill(host, 15)
      // Clocks apart: what came when is each one's own.
      _ = try host.place.shell(
        "find state -name '*.mail' -exec sed -i 's/^arrived .*/arrived \(1_000 + number)/' {} +")
    }
    let results = Parallel.map(5) { number -> Bool in
      if number < 4 { return (try? hosts[number].syncToTheEnd()) ?? false }
      for _ in 0..<3 {
        usleep(700_000)
        guard (try? server.crash()) != nil else { return false }
      }
      return true
    }
    #expect(results == [true, true, true, true, true])
    // Each message once, each delivery of the one mailbox noted once by each host.
    #expect(try there.counts() == "15|15|60|60")
    #expect(try there.text("SELECT count(*) FROM crm.delivery") == "15")
  }

  // MARK: As a service

  @Test func followBringsInWhatComesAndEndsOnASignal() throws {
    let there = try PostgreSQLPlace.usual()
    let host = try PostgreSQLMachine("mx1", of: there)
    let result = try host.place.shell(
      """
      "$F" sync --follow --interval 3600 > out 2> err & service=$!
      until [ -e data/crm-mailfilter/elsewhere/contoso.sqlite.follow ]; do sleep 0.05; done
      until "$F" org show contoso | grep -q 'last sync *today'; do sleep 0.1; done
      "$F" sync --follow; echo "second $?"
      printf 'Message-ID: <m1@x.example>\\nFrom: erin@fabrikam.example\\nTo: dana@contoso.example\\n\\nx\\n' \
        | "$F" > passed
      for i in $(seq 1 200); do grep -q '1 decided' out && break; sleep 0.1; done
      kill -TERM $service; wait $service; echo "ended $?"
      """)
    #expect(result.text.contains("second 75"), "\(result)")
    #expect(result.errors.contains("another 'sync --follow'"), "\(result)")
    #expect(result.text.contains("ended 0"), "\(result)")
    #expect(try there.counts() == "1|1|1|1")
    let out = try String(contentsOfFile: host.place.folder + "/out", encoding: .utf8)
    #expect(out.contains("contoso: 1 decided, 0 waiting"), "\(out)")
    #expect(host.place.waiting.isEmpty)
  }

  @Test func followGoesOnWhenTheServerIsThereAgain() throws {
    let server = try PostgreSQLServer(isDurable: true)
    let there = try PostgreSQLPlace.usual(on: server)
    let host = try PostgreSQLMachine("mx1", of: there)
    server.stop()
    // A service of its own, of which the status is written down.
    let started = try host.place.shell(
      """
      sh -c '"$F" sync --follow --interval 1 > out 2> log & echo $! > pid; wait $!; echo $? > ended' \
        > /dev/null 2>&1 < /dev/null &
      for i in $(seq 1 200); do [ -s pid ] && break; sleep 0.05; done; cat pid
      """)
    let service = try #require(
      pid_t(started.text.trimmingCharacters(in: .whitespacesAndNewlines)))
    defer { kill(service, SIGKILL) }
    let log = host.place.folder + "/log"
    try host.filter(PostgreSQLSyncTests.mail(1))
    func lines() -> [String] {
      ((try? String(contentsOfFile: log, encoding: .utf8)) ?? "").split(separator: "\n")
        .map(String.init)
    }
    for _ in 0..<200 where lines().isEmpty { usleep(50_000) }
    try server.start()
    for _ in 0..<600 where !host.place.waiting.isEmpty { usleep(50_000) }
    #expect(try there.counts() == "1|1|1|1")
    // What stays the same is said once.
    #expect(
      lines().count <= 2 && lines().first?.contains("cannot be reached") ?? false, "\(lines())")
    kill(service, SIGTERM)
    let ended = host.place.folder + "/ended"
    for _ in 0..<200 where access(ended, F_OK) != 0 { usleep(50_000) }
    #expect(try String(contentsOfFile: ended, encoding: .utf8) == "0\n")
  }
}
