import Foundation
import Glibc
import Testing

/// Whoever holds whatever for ever, a run of the filter ends within 6 s and spins for none of them;
/// the message is tracked, waits, or is handed back.
@Suite struct HolderTests {
  /// Who holds something.
  struct Holder: Sendable, CustomTestStringConvertible {
    var testDescription: String
    /// What holds it, with the store as `$S`: makes the file `held` when it has it, and ends with its
    /// stdin.
    var command: String
    /// How many filters run at once.
    var filters = 1
  }

  private static func locks(_ body: String) -> String {
    """
    python3 -c "
    import fcntl, os, struct, sys
    S = os.environ['S']
    \(body)
    open('held', 'w')
    sys.stdin.read()
    "
    """
  }

  private static func statements(_ sql: String) -> String {
    "{ echo \"\(sql)\"; echo .shell touch held; cat; } | sqlite3 $S > /dev/null"
  }

  private static let exclusive = statements(
    "PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; CREATE TABLE theirs (x);")

  /// The locks of a write-ahead log's users, by their bytes in the shared memory.
  private static func logLocks(_ first: Int, _ count: Int) -> String {
    locks("f = open(S + '-shm', 'r+b'); fcntl.lockf(f, fcntl.LOCK_EX, \(count), \(first))")
  }

  static let holders = [
    Holder(
      testDescription: "lockf on the lock file",
      command: locks("f = open(S + '.lock', 'r+'); fcntl.lockf(f, fcntl.LOCK_EX)")),
    Holder(
      testDescription: "lockf for reading on the lock file",
      command: locks("f = open(S + '.lock', 'r+'); fcntl.lockf(f, fcntl.LOCK_SH)")),
    Holder(
      testDescription: "lockf on the lock file, three waiting",
      command: locks("f = open(S + '.lock', 'r+'); fcntl.lockf(f, fcntl.LOCK_EX)"), filters: 3),
    Holder(
      testDescription: "fcntl on a byte of the lock file",
      command: locks("f = open(S + '.lock', 'r+'); fcntl.lockf(f, fcntl.LOCK_EX, 1, 5)")),
    Holder(
      testDescription: "a lock of an open file on all of the lock file",
      command: locks(
        """
        f = open(S + '.lock', 'r+')
        fcntl.fcntl(f, 37, struct.pack('hhqqi4x', fcntl.F_WRLCK, 0, 0, 0, 0))
        """)),
    Holder(
      testDescription: "flock on the lock file, three waiting",
      command: locks("f = open(S + '.lock', 'r+'); fcntl.flock(f, fcntl.LOCK_EX)"), filters: 3),
    Holder(
      testDescription: "a transaction of another program, three waiting",
      command: statements("BEGIN IMMEDIATE;"), filters: 3),
    Holder(testDescription: "EXCLUSIVE by another program", command: exclusive),
    Holder(
      testDescription: "EXCLUSIVE by another program, three waiting", command: exclusive,
      filters: 3),
    Holder(testDescription: "all locks of the log", command: logLocks(120, 8)),
    Holder(testDescription: "the readers' locks of the log", command: logLocks(123, 5)),
    Holder(
      testDescription: "a lock on the store's file",
      command: locks(
        "f = open(S, 'r+b'); fcntl.lockf(f, fcntl.LOCK_EX, 512, 0x40000000)")),
  ]

  /// What one filter did.
  private struct Run {
    var status: String
    var output: [UInt8]
    var errors: String
    /// In seconds: by the clock, and of the processor.
    var elapsed: Double
    var used: Double
  }

  /// Runs filters at once, while somebody holds something.
  private func run(
    _ place: Place, _ holder: Holder, option: String = "", message: [UInt8]
  ) throws -> [Run] {
    try place.write(message, to: "mail")
    let script = """
      export S=\(place.store); rm -f held; mkfifo ends
      { \(holder.command); } < ends & exec 9> ends
      TIMEFORMAT='%R %U %S'
      until [ -e held ]; do sleep 0.02; done
      for i in $(seq \(holder.filters)); do
        { time { timeout 30 "$F" \(option) < mail > out.$i 2> err.$i 9>&-; echo $? > status.$i; } 9>&-; } \
          2> time.$i &
        pids="$pids $!"
      done
      wait $pids; exec 9>&-; wait; rm ends
      """
    let result = try place.shell(script)
    #expect(result.status == 0, "\(result)")
    func text(_ name: String) throws -> String {
      String(decoding: try place.bytes(of: place.folder + "/" + name), as: UTF8.self)
    }
    return try (1...holder.filters).map { number in
      let times = try text("time.\(number)").split(whereSeparator: \.isWhitespace)
        .compactMap { Double($0) }
      try #require(times.count == 3)
      return Run(
        status: try text("status.\(number)"),
        output: try place.bytes(of: place.folder + "/out.\(number)"),
        errors: try text("err.\(number)"), elapsed: times[0], used: times[1] + times[2])
    }
  }

  private func prepared() throws -> Place {
    let place = try Place()
    _ = try place.run("org", "add", "contoso", "sqlite:contoso.sqlite")
    // Readers need the shared memory, which goes with the last of them.
    _ = try place.filter(customerMail(id: "first@fabrikam.example"))
    return place
  }

  /// What starting takes just now, in seconds: others use the machine, too.
  private func startTime(_ place: Place) throws -> Double {
    let start = ContinuousClock.now
    _ = try place.filter(customerMail(id: "first@fabrikam.example"))
    return (ContinuousClock.now - start) / .seconds(1)
  }

  @Test(.serialized, arguments: holders) func theRunEndsInTime(_ holder: Holder) throws {
    let place = try prepared()
    let message = customerMail()
    let most = 6 + 2 * (try startTime(place))
    for run in try run(place, holder, message: message) {
      #expect(run.status == "0\n" && run.output == message, "\(run.status) \(run.errors)")
      #expect(run.elapsed < most && run.used < 2, "\(run.elapsed) s, \(run.used) s: \(run.errors)")
      #expect(!run.errors.contains("NOT KEPT"))
    }
    #expect(try place.run("retry").status == 0)
    #expect(try place.query("SELECT count(*) FROM copy WHERE message_id LIKE 'a1@%'") == "1")
  }

  @Test(.serialized, arguments: holders) func strictEndsInTime(_ holder: Holder) throws {
    let place = try prepared()
    let message = customerMail()
    let most = 6 + 2 * (try startTime(place))
    for run in try run(place, holder, option: "--strict", message: message) {
      #expect(run.elapsed < most && run.used < 2, "\(run.elapsed) s, \(run.used) s: \(run.errors)")
      if run.status == "75\n" {
        #expect(run.output.isEmpty)
      } else {
        #expect(run.status == "0\n" && run.output == message, "\(run.status) \(run.errors)")
      }
    }
    #expect(place.waiting.isEmpty)
  }

  /// open(2) of one waits until somebody is at its other end.
  @Test(arguments: [".order", ".lock", ".index", "1-1.mail", "*/*/*.mail.tries"])
  func aFIFOInTheSpoolHoldsNobody(_ name: String) throws {
    let place = try prepared()
    try place.breakProfile()
    #expect(try place.filter(customerMail(id: "1@fabrikam.example")).status == 0)
    try place.write(customerMail(), to: "mail")
    let run = try place.shell(
      """
      cd \(place.spool)
      case '\(name)' in *tries) for f in */*/*.mail; do mkfifo $f.tries; done;;
        *) rm -f \(name); mkfifo \(name);; esac
      timeout 30 "$F" < $PLACE/mail | cmp - $PLACE/mail; echo "${PIPESTATUS[@]}"
      mv $PLACE/crm-mailfilter.toml.kept $PLACE/crm-mailfilter.toml
      timeout 30 "$F" < $PLACE/mail | cmp - $PLACE/mail; echo "${PIPESTATUS[@]}"
      timeout 60 "$F" retry > /dev/null; [ $? = 124 ] && echo hangs
      """)
    #expect(run.text == "0 0\n0 0\n", "\(run)")
    #expect(try place.query("SELECT count(*) FROM copy WHERE message_id LIKE 'a1@%'") == "1")
  }

  @Test func otherProfilesStoresAreNotWaitedFor() throws {
    let place = try prepared()
    let most = 3 + 2 * (try startTime(place))
    // Mail of five profiles waits, and somebody holds the store of each.
    let made = try place.shell(
      """
      for i in 1 2 3 4 5; do
        sed "s/contoso.sqlite/other$i.sqlite/" crm-mailfilter.toml > $i.toml
        printf 'From: erin@fabrikam.example\\n\\n' > mail
        "$F" --profile $PLACE/$i.toml < mail > /dev/null
        cp $i.toml $i.good; echo 'x =' >> $i.toml
        "$F" --profile $PLACE/$i.toml < mail > /dev/null
      done
      for i in 1 2 3 4 5; do mv $i.good $i.toml; done
      """)
    #expect(place.waiting.count == 5, "\(made)")
    let holder = Holder(
      testDescription: "",
      command: Self.locks(
        """
        import sqlite3
        held = []
        for i in range(1, 6):
          c = sqlite3.connect(os.path.dirname(S) + '/other%d.sqlite' % i, isolation_level=None)
          for sql in 'PRAGMA locking_mode = EXCLUSIVE', 'BEGIN EXCLUSIVE', 'CREATE TABLE x (y)':
            c.execute(sql)
          held.append(c)
        """))
    let message = customerMail()
    let run = try run(place, holder, message: message)[0]
    #expect(run.status == "0\n" && run.output == message && run.errors.isEmpty, "\(run)")
    #expect(run.elapsed < most, "\(run.elapsed) s")
    #expect(try place.query("SELECT count(*) FROM copy WHERE message_id LIKE 'a1@%'") == "1")
    #expect(place.waiting.count == 5)
    #expect(try place.run("retry").status == 0)
    #expect(place.waiting.isEmpty)
  }
}
