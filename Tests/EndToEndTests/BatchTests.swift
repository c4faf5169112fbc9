import Foundation
import Testing

/// A batch brings in what a Maildir holds: all of it, once, as it is.
@Suite struct BatchTests {
  @Test func theStoreHasWhatIsTrueOfEachMessage() throws {
    let place = try Place()
    let mail = try GeneratedMail(3_000, in: place)
    let result = try place.run("batch", mail.folder, "--json")
    #expect(result.status == 0, "\(result.errors)")
    let duplicates = mail.truth.count { $0.isDuplicate }
    #expect(duplicates > 5)
    #expect(result.text.contains("\"seen\":3000"))
    #expect(result.text.contains("\"duplicates\":\(duplicates)"))
    let rows = try place.query(
      """
      SELECT message_id, direction, sender_address, subject, conversation,
        (SELECT group_concat(address, ',') FROM participant WHERE copy = copy.id AND role <> 'from'),
        rule, regarding_id FROM copy ORDER BY id
      """
    ).split(separator: "\n").map {
      $0.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
    }
    let truth = mail.truth.filter { !$0.isDuplicate }
    try #require(rows.count == truth.count)
    var conversations: [Int: String] = [:]
    for (row, message) in zip(rows, truth) {
      #expect(
        row[..<4] == [message.messageID, message.direction, message.sender, message.subject])
      #expect(row[5] == message.recipients.joined(separator: ","))
      #expect(row[6] == "Fabrikam" && row[7] == "1")
      #expect(conversations[message.thread, default: row[4]] == row[4], "\(message)")
      conversations[message.thread] = row[4]
    }
    #expect(Set(conversations.values).count == conversations.count)
    // The bytes are those of the file.
    for number in [1, truth.count / 2, truth.count] {
      let raw = try place.run("show", "\(number)", "--raw").output
      #expect(try raw == place.bytes(of: mail.path(of: truth[number - 1])))
    }
  }

  @Test(.enabled(if: access(SystemCallTrace.strace, X_OK) == 0, "strace is not there"))
  func aWriterThatWaitsHasItsTurnSoon() throws {
    /// How many times the batch queued to write.
    func turns(_ place: Place, beside waiting: String) throws -> Int {
      let mail = try GeneratedMail(2_000, in: place)
      let result = try place.shell(
        """
        \(waiting)
        strace -f --seccomp-bpf -qq -e trace=flock -o turns "$F" batch '\(mail.folder)' > /dev/null || echo failed
        kill $!; grep -c LOCK_EX turns
        """)
      return try #require(Int(result.text.dropLast()), "\(result.text) \(result.errors)")
    }
    let place = try Place()
    let alone = try turns(place, beside: "sleep 1000 &")
    // F_OFD_SETLK: a place in the queue, behind all that the batch takes.
    let other = try Place()
    _ = try other.run("org", "add", "contoso", "sqlite:contoso.sqlite")
    let beside = try turns(
      other,
      beside: """
        python3 -c '
        import fcntl, struct, time
        lock = open("\(other.store).lock", "r+")
        fcntl.fcntl(lock, 37, struct.pack("hhqqi4x", fcntl.F_WRLCK, 0, 1 << 62, 1, 0))
        print("waits", flush=True)
        time.sleep(1000)
        ' > waits &
        until [ -s waits ] || ! kill -0 $!; do sleep 0.05; done
        """)
    let count = "SELECT count(*) FROM copy"
    #expect(try other.query(count) == place.query(count))
    #expect(beside >= alone + 3, "\(beside) turns, alone \(alone)")
  }

  @Test func aMessageThatCannotBeStoredIsLeftOutAlone() throws {
    let place = try Place()
    let mail = try GeneratedMail(100, in: place)
    // In the middle, too large for memory, and the temporary files may not grow as far.
    let name = "cur/\(mail.truth[50].file.prefix { $0 != "." }).large.host:2,"
    _ = try place.shell(
      """
      { printf 'Message-ID: <large@x>\nFrom: e@fabrikam.example\nTo: dana@contoso.example\n\n'
        yes | head -c 40000000; } > '\(mail.folder)/\(name)'
      """)
    let count = mail.truth.count { !$0.isDuplicate }
    let result = try place.shell(
      "prlimit --fsize=7000000 \"$F\" batch '\(mail.folder)' 2>&1; echo $?")
    #expect(result.text.hasSuffix("\n75\n"), "\(result.text)")
    #expect(try place.query("SELECT count(*) FROM copy") == "\(count)", "\(result.text)")
    #expect(try place.query("SELECT count(*), path LIKE '%large%' FROM batch_failure") == "1|1")
    #expect(try place.query("SELECT sum(times_seen) FROM delivery") == "100")
    #expect(try place.run("batch", mail.folder).status == 0)
    #expect(try place.query("SELECT count(*) FROM copy") == "\(count + 1)")
  }

  @Test func aStoreThatCannotGrowIsToldAndLosesNothing() throws {
    let place = try Place()
    _ = try place.run("org", "add", "contoso", "sqlite:contoso.sqlite")
    let mail = try GeneratedMail(200, in: place)
    let result = try place.shell("ulimit -f 300; \"$F\" batch '\(mail.folder)'; echo $?")
    #expect(result.text.hasSuffix("75\n"), "\(result.text) \(result.errors)")
    #expect(result.errors.contains("the store cannot be read or written; look at the disk"))
    #expect(result.errors.split(separator: "\n").count == 1, "\(result.errors)")
    #expect(try place.run("batch", mail.folder).status == 0)
    let count = mail.truth.count { !$0.isDuplicate }
    #expect(try place.query("SELECT count(*) FROM copy") == "\(count)")
  }

  @Test(.enabled(if: access(SystemCallTrace.strace, X_OK) == 0, "strace is not there"))
  func whatEndsATransactionIsToldAndNotWhatFollows() throws {
    let place = try Place()
    let mail = try GeneratedMail(300, in: place)
    #expect(try place.run("batch", mail.folder).status == 0)
    // SQLite gives the whole transaction up where a page cannot be read.
    let result = try place.shell(
      #"""
      for n in $(seq 20 10 200); do
        printf 'Message-ID: <%s@x>\nFrom: e@fabrikam.example\nTo: dana@contoso.example\n\n' $n \
          > '\#(mail.folder)'/new/9999999$n.last.host
        strace -f -qq -o trace -e trace=pread64 -e inject=pread64:error=EPERM:when=$n \
          "$F" batch '\#(mail.folder)' 2>&1 > /dev/null
      done
      """#)
    let lines = Set(result.text.split(separator: "\n"))
    #expect(lines.count == 1, "\(lines)")
    #expect(lines.first?.contains("the store cannot be read or written") == true)
    #expect(try place.run("batch", mail.folder).status == 0)
    let count = mail.truth.count { !$0.isDuplicate } + 19
    #expect(try place.query("SELECT count(*) FROM copy") == "\(count)")
  }

  @Test func aPipeGivesTheSameStore() throws {
    let (one, other) = (try Place(), try Place())
    let mail = try GeneratedMail(60, seed: 2, in: one)
    #expect(try one.run("batch", mail.folder).status == 0)
    for message in mail.truth {
      #expect(try other.filter(one.bytes(of: mail.path(of: message))).status == 0)
    }
    func mailOnly(_ place: Place) throws -> String {
      try place.query(
        """
        SELECT id, hex(key), direction, conversation, answers, correlation, owner, rule,
          reason_code, regarding_id, explanation FROM copy;
        SELECT copy, number, role, name, address FROM participant;
        SELECT copy, mailbox, times_seen FROM delivery; SELECT id, hex(bytes) FROM content;
        """)
    }
    #expect(try mailOnly(one) == mailOnly(other))
    // The same mail by both ways is one copy, and from then on its file is known.
    #expect(try other.run("batch", mail.folder, "--json").text.contains("\"duplicates\":60"))
    #expect(try mailOnly(one).contains("fabrikam"))
    #expect(
      try other.query("SELECT count(*), sum(times_seen), count(file_name) FROM delivery")
        == "\(mail.truth.count { !$0.isDuplicate })|120|\(mail.truth.count { !$0.isDuplicate })")
  }

  @Test func anMboxOfTheSameMailGivesTheSameStore() throws {
    let (one, other) = (try Place(), try Place())
    let mail = try GeneratedMail(400, seed: 3, in: one)
    var mbox: [UInt8] = []
    for (number, message) in mail.truth.enumerated() {
      let bytes = try one.bytes(of: mail.path(of: message))
      let seconds = Int(message.file.prefix { $0 != "." }) ?? 0
      mbox += try mboxEntry(bytes, deliveredAt: seconds, hasLength: number % 2 == 0)
    }
    try other.write(mbox, to: "mail.mbox")
    #expect(try one.run("batch", mail.folder).status == 0)
    let result = try other.run("batch", other.folder + "/mail.mbox")
    #expect(result.status == 0, "\(result.errors)")
    let columns = "hex(key), direction, conversation, answers, rule, correlation"
    let rows = try one.query("SELECT \(columns) FROM copy ORDER BY id")
    #expect(rows.split(separator: "\n").count == mail.truth.count { !$0.isDuplicate })
    #expect(try rows == other.query("SELECT \(columns) FROM copy ORDER BY id"))
    // The marks of `From ` lines are gone; what ended without a newline has one now.
    let raw = try one.query("SELECT hex(bytes) FROM content ORDER BY id").split(separator: "\n")
    let unmarked = try other.query("SELECT hex(bytes) FROM content ORDER BY id")
      .split(separator: "\n")
    let length = #/436F6E74656E742D4C656E6774683A20(3[0-9])+0A/#
    for (one, other) in zip(raw, unmarked) {
      let other = other.replacing(length, with: "")
      #expect(other == one || other == one + "0A")
    }
  }

  /// A message as a delivery agent appends it to an mbox, `From ` lines marked for mboxrd.
  private func mboxEntry(
    _ message: [UInt8], deliveredAt seconds: Int, hasLength: Bool
  ) throws -> [UInt8] {
    let formatter = DateFormatter()
    formatter.locale = Locale(identifier: "en_US_POSIX")
    formatter.timeZone = TimeZone(secondsFromGMT: 0)
    formatter.dateFormat = "EEE MMM d HH:mm:ss yyyy"
    var lines = message.split(separator: 10, omittingEmptySubsequences: false)
    var body = lines.firstIndex { $0.isEmpty || $0 == [13] } ?? lines.count
    if lines.last?.isEmpty == true { lines.removeLast() }
    for index in lines.indices where index > body {
      if lines[index].drop(while: { $0 == 0x3E }).starts(with: Array("From ".utf8)) {
        lines[index].insert(0x3E, at: lines[index].startIndex)
      }
    }
    if hasLength {
      let length = lines[(body + 1)...].reduce(0) { $0 + $1.count + 1 }
      lines.insert(Array("Content-Length: \(length)".utf8)[...], at: body)
      body += 1
    }
    let date = formatter.string(from: Date(timeIntervalSince1970: TimeInterval(seconds)))
    return Array("From erin@fabrikam.example \(date)\n".utf8)
      + lines.flatMap { Array($0) + [10] } + [10]
  }

  @Test(.enabled(if: FileManager.default.fileExists(atPath: IndependentMail.generator)))
  func theStoreHasWhatAnotherGeneratorSays() throws {
    let place = try Place(
      rules: """
        [[rule]]
        name = "all"
        any = [{ direction = "incoming" }, { direction = "outgoing" }]
        action = "track"
        """, head: "exclude = []")
    let mail = try IndependentMail(500, in: place)
    let result = try place.run("batch", mail.folder)
    #expect(result.status == 0, "\(result.errors)")
    let subjects = try place.query(
      "SELECT file_name || char(9) || subject FROM copy JOIN delivery ON delivery.copy = copy.id")
    var stored: [String: String] = [:]
    for line in subjects.split(separator: "\n") {
      let parts = line.split(separator: "\t", maxSplits: 1, omittingEmptySubsequences: false)
      stored[String(parts[0])] = String(parts[1])
    }
    var compared = 0
    for message in mail.truth where message.raw != true {
      let name = String(message.file.prefix { $0 != ":" }.split(separator: "/").last ?? "")
      guard let subject = message.subject, let found = stored[name] else { continue }
      compared += 1
      #expect(found == subject, "\(name)")
    }
    #expect(compared > 450)
  }

  @Test func aFilterBesideABatchWaitsForNothing() throws {
    let place = try Place()
    let mail = try GeneratedMail(2_000, in: place)
    let result = try place.shell(
      #"""
      "$F" batch \#(mail.folder) > batch.out 2>&1 & batch=$!
      one() {
        printf 'Message-ID: <f%s@x>\nFrom: e@fabrikam.example\nTo: dana@contoso.example\nSubject: %s\n\nx\n' $1 $1 > f$1
        "$F" < f$1 2>> errors | cmp - f$1 || echo damaged $1
      }
      export -f one
      seq 1 500 | xargs -P 2 -n 1 bash -c 'one $0'
      wait $batch || echo "batch failed: $(cat batch.out)"
      cat errors
      """#)
    #expect(result.text == "", "\(result.text.prefix(500))")
    #expect(place.waiting.isEmpty)
    #expect(
      try place.query("SELECT count(*) FROM copy")
        == "\(mail.truth.count { !$0.isDuplicate } + 500)")
    #expect(try place.query("SELECT count(*) FROM copy WHERE message_id GLOB 'f*@x'") == "500")
  }
}
