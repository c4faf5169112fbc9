import Foundation
import Glibc
import Testing

/// An organization by a program: the filter keeps, `sync` asks.
@Suite struct ElsewhereTests {
  private static let stranger = "x@other.example"

  private static func mail(
    _ number: Int, _ subject: String = "Offer", from: String = "erin@fabrikam.example",
    extra: String = "", to: String = "dana@contoso.example"
  ) -> [UInt8] {
    customerMail(
      id: "m\(number)@x.example", from: from, to: to, subject: subject, extra: extra,
      body: "Text \(number)\n")
  }

  // MARK: The filter

  @Test func theFilterKeepsAndNeverStartsTheProgram() throws {
    let place = try ElsewherePlace()
    let hostile = Array("From x\nSubject: \0\rOffer\nFrom: erin@fabrikam.example\n\nno end".utf8)
    for (number, message) in [Self.mail(1), hostile].enumerated() {
      let run = try place.filter(message)
      #expect(run.status == 0 && run.output == message && run.errors.isEmpty)
      #expect(place.place.waiting.count == number + 1)
    }
    // What a rule ends is not kept, and what waits is left to `sync`.
    try place.filter(Self.mail(2, from: "eve@private.example"))
    #expect(place.place.waiting.count == 2)
    let retry = try place.run("retry")
    #expect(retry.status == 0 && retry.text.contains("run 'crm-mailfilter sync'"))
    #expect(try place.run("failures").text.contains("sync"))
    #expect(place.words.isEmpty)
    #expect(try place.subjects().isEmpty)
  }

  @Test func strictKeepsWhatSyncAsksAboutAndHandsBackWhatCannotBeKept() throws {
    let place = try ElsewherePlace()
    let kept = try place.place.filter(Self.mail(1), ["--strict"])
    #expect(kept.status == 0 && kept.output == Self.mail(1) && kept.errors.isEmpty, "\(kept)")
    #expect(place.place.waiting.count == 1)
    try place.place.write("", to: "no-spool")
    let back = try place.place.filter(
      Self.mail(2), ["--strict", "--spool", place.folder + "/no-spool"])
    #expect(back.status == 75 && back.output.isEmpty, "\(back)")
    #expect(back.errors.contains("handed back"))
  }

  @Test func aMissingProgramIsNoMatterOfTheFilters() throws {
    let place = try ElsewherePlace()
    unlink(place.program)
    let run = try place.filter(Self.mail(1))
    #expect(run.status == 0 && run.errors.isEmpty && place.place.waiting.count == 1)
    let sync = try place.sync()
    #expect(sync.status == 75 && sync.errors.contains("No such file"))
    #expect(place.place.waiting.count == 1)
  }

  @Test func explainAsksOnlyWhereItIsTold() throws {
    let place = try ElsewherePlace()
    try place.place.write(Self.mail(1), to: "mail.eml")
    let explained = try place.run("explain", place.folder + "/mail.eml")
    #expect(explained.status == 0 && explained.text.contains("wait: the rules leave it"))
    #expect(place.words.isEmpty)
    let asked = try place.run("explain", "--ask", place.folder + "/mail.eml")
    #expect(asked.status == 0 && asked.text.contains("track: a customer (SenderMatch, 5)"))
    #expect(place.words == ["hello", "decide"])
    #expect(place.kept.isEmpty)
  }

  // MARK: Bringing in

  @Test func whatIsAcceptedIsKeptThereAndHereAndTheRestNowhere() throws {
    let place = try ElsewherePlace()
    try place.filter(Self.mail(1))
    try place.filter(Self.mail(2, "Secret", from: Self.stranger))
    try place.filter(
      Self.mail(
        3, "Re: Offer", from: "bob@fabrikam.example", extra: "In-Reply-To: <m1@x.example>"))
    try place.filter(Self.mail(4, "Ticket"))
    let sync = try place.sync()
    #expect(sync.status == 0, "\(sync)")
    #expect(sync.text == "contoso: 4 decided, 0 waiting\n")
    #expect(place.keptSubjects == ["Offer", "Re: Offer", "Ticket"])
    #expect(try place.subjects() == ["Offer", "Re: Offer", "Ticket"])
    #expect(try place.journal() == "stored,stored,stored")
    #expect(place.kept[0]["text"] as? String == String(decoding: Self.mail(1), as: UTF8.self))
    // What it answers is told by its id there.
    let stored = try place.query("SELECT stored FROM remote_copy WHERE copy = 1")
    #expect(place.kept[1]["answers"] as? String == stored)
    #expect(
      try place.query(
        "SELECT owner, regarding FROM mail WHERE subject = 'Ticket'")
        == "lee@contoso.example|ticket:7")
    #expect(try place.run("show", "2").text.contains("answers mail 1"))
    #expect(try place.run("search", "offer").text.contains("Re: Offer"))
    #expect(try place.run("show", "1", "--raw").output == Self.mail(1))
    // Of the refused one nothing is left.
    #expect(place.place.waiting.isEmpty)
    let rest = try Program.shell(
      "grep -rl -e Secret -e m2@x.example data state; true",
      environment: place.place.environment, folder: place.folder)
    #expect(rest.text.isEmpty)
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: place.store + ".outgoing").isEmpty)
  }

  @Test func noMoreThanTheQuestionIsToldBeforeAYes() throws {
    let place = try ElsewherePlace()
    try place.filter(Self.mail(1, "Secret", from: Self.stranger, extra: "X-Other: y"))
    _ = try place.sync()
    #expect(place.words == ["hello", "changes", "decide"])
    #expect(
      Set(place.requests[2].keys)
        == [
          "request", "do", "direction", "mailbox", "sender", "to", "cc", "bcc", "subject",
          "message_id", "track",
        ])
  }

  @Test func theProgramGetsALittleOfTheEnvironmentAndNoDescriptor() throws {
    let place = try ElsewherePlace()
    _ = try Program.shell(
      "exec 7<crm-mailfilter.toml; SECRET=1 $F sync",
      environment: place.place.environment, folder: place.folder)
    let data = try #require(FileManager.default.contents(atPath: place.crm + "/environment"))
    let found = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    let names = try #require(found["names"] as? [String])
    #expect(names.contains("HOME") && names.contains("PATH"))
    #expect(!names.contains("SECRET") && !names.contains("XDG_DATA_HOME"))
    #expect(found["cwd"] as? String == "/")
    #expect((found["args"] as? [String])?.isEmpty ?? false)
    #expect(found["descriptors"] as? [Int] == [0, 1, 2])
  }

  @Test func aReplyThatCameFirstWaitsForWhatItAnswers() throws {
    let place = try ElsewherePlace()
    try place.filter(
      Self.mail(2, "Re: Offer", from: "bob@fabrikam.invalid", extra: "In-Reply-To: <m1@x.example>"))
    try place.filter(
      Self.mail(1, "Offer", extra: "Cc: bob@fabrikam.invalid"))
    #expect(try place.sync().status == 0)
    #expect(try place.subjects() == ["Offer", "Re: Offer"])
  }

  @Test func theSameMessageInTwoMailboxesIsOneCopyWithTwoDeliveries() throws {
    let place = try ElsewherePlace()
    try place.filter(Self.mail(1, extra: "X-Again: no"))
    #expect(try place.sync().status == 0)
    _ = try place.place.filter(
      Self.mail(1, extra: "X-Again: no"), ["--recipient", "lee@contoso.example"])
    #expect(try place.sync().status == 0)
    #expect(place.kept.count == 1)
    #expect(try place.query("SELECT count(*) FROM copy") == "1")
  }

  /// The schema says what is written, and nothing else.
  @Test func theSchemaIsThatOfTheLines() throws {
    let place = try ElsewherePlace()
    try place.filter(Self.mail(1, "Ticket", extra: "Cc: lee@contoso.example"))
    try place.filter(Self.mail(2, "Re: Ticket", extra: "In-Reply-To: <m1@x.example>"))
    try place.filter(Self.mail(3, from: Self.stranger))
    try place.filter(Self.mail(4, "Later"))
    try place.fault("deliver", "failure:throttled", subject: "Re: Ticket")
    #expect(try place.sync().status == 75)
    _ = try place.query("DELETE FROM remote_state WHERE name = 'not-before'")
    #expect(try place.sync().status == 75)
    #expect(try place.run("regarding", "1", "account:9").status == 0)
    #expect(try place.run("untrack", "2").status == 0)
    let stored = try place.query("SELECT stored FROM remote_copy")
    try "{\"stored\": \"\(stored)\", \"gone\": true}\n".write(
      toFile: place.crm + "/changes", atomically: true, encoding: .utf8)
    #expect(try place.sync().status == 75)
    let schema = try JSONSchema(
      path: Repository.root + "/samples/organizations/protocol.schema.json")
    func lines(_ name: String) throws -> [String] {
      try String(contentsOfFile: place.crm + "/" + name, encoding: .utf8)
        .split(separator: "\n").map(String.init)
    }
    for line in try lines("requests") {
      #expect(schema.faults(of: line, as: "request").isEmpty, "\(line)")
    }
    #expect(
      Set(place.words) == ["hello", "decide", "deliver", "withdraw", "regard", "changes"])
    var failures = 0
    for line in try lines("answers") {
      let isFailure = line.contains("\"failure\"")
      failures += isFailure ? 1 : 0
      let faults = schema.faults(of: line, as: isFailure ? "failure" : "answer")
      #expect(faults.isEmpty, "\(line): \(faults)")
    }
    #expect(failures == 1)
  }

  // MARK: Trouble

  /// What a program says that failed, the status of `sync`, and what the next says without the fault.
  struct Trouble: Sendable {
    let request: String
    let failure: String
    let status: Int32
    let next: Int32
    let line: String
  }

  static let troubles = [
    Trouble(request: "decide", failure: "unreachable", status: 75, next: 0, line: "reached"),
    Trouble(request: "deliver", failure: "unreachable", status: 75, next: 0, line: "reached"),
    Trouble(request: "hello", failure: "unreachable", status: 75, next: 0, line: "on order"),
    Trouble(request: "changes", failure: "unreachable", status: 75, next: 0, line: "on order"),
    Trouble(request: "decide", failure: "throttled", status: 75, next: 75, line: "later"),
    Trouble(
      request: "decide", failure: "unauthorized", status: 77, next: 0, line: "let this user in"),
    Trouble(
      request: "hello", failure: "unauthorized", status: 77, next: 0, line: "let this user in"),
    Trouble(request: "decide", failure: "refused", status: 65, next: 65, line: "failures"),
    Trouble(request: "deliver", failure: "refused", status: 65, next: 65, line: "failures"),
    Trouble(request: "decide", failure: "nonsense", status: 75, next: 0, line: "failures"),
  ]

  @Test(arguments: troubles) func statusesSayWhatIsToBeDone(_ trouble: Trouble) throws {
    let place = try ElsewherePlace()
    try place.filter(Self.mail(1, "One"))
    try place.filter(Self.mail(2, "Two"))
    try place.fault(trouble.request, "failure:" + trouble.failure)
    let sync = try place.sync()
    #expect(sync.status == trouble.status && sync.errors.contains(trouble.line), "\(sync)")
    #expect(sync.errors.filter { $0 == "\n" }.count == 1)
    // What is refused for good holds up nobody.
    let isOne = ["refused", "nonsense"].contains(trouble.failure)
    #expect(place.keptSubjects == (isOne ? ["Two"] : []))
    place.forgetRequests()
    let next = try place.sync()
    #expect(next.status == trouble.next, "\(next)")
    if trouble.failure == "throttled" { #expect(place.words.isEmpty) }
    if trouble.failure == "refused" {
      // It is asked again when somebody wants it.
      #expect(!place.words.contains("decide"))
      #expect(try place.run("failures").text.contains("on order"))
      #expect(try place.run("failures", "retry", place.place.waiting[0]).status == 0)
    }
    guard trouble.next != 75 else { return }
    #expect(try place.sync().status == 0)
    #expect(place.keptSubjects == ["One", "Two"])
    #expect(try place.journal() == "stored,stored")
  }

  @Test func whatIsDeferredWaits() throws {
    let place = try ElsewherePlace()
    try place.filter(Self.mail(1, "Later"))
    try place.filter(Self.mail(2, "Now"))
    let sync = try place.sync()
    #expect(sync.status == 75 && sync.text.hasSuffix("contoso: 1 decided, 1 waiting\n"))
    #expect(place.keptSubjects == ["Now"] && place.place.waiting.count == 1)
    #expect(try place.run("failures").text.contains("cannot say yet: nobody is in"))
    for _ in 0..<6 { #expect(try place.sync().status == 75) }
    #expect(try place.run("failures").text.contains("tried 0 times"))
  }

  @Test func whatStopsHalfWaySaysHowFarItCame() throws {
    let place = try ElsewherePlace()
    for number in 1...3 { try place.filter(Self.mail(number, "Mail \(number)")) }
    #expect(try place.sync().status == 0)
    try place.fault("withdraw", "die", subject: "", skip: 2)
    let untracked = try place.run("untrack", "--query", "mail", "--yes")
    #expect(
      untracked.status == 75 && untracked.errors.contains("; 2 of 3 looked at before"),
      "\(untracked)")
    #expect(try place.subjects().count == 1)
  }

  @Test func whoeverReceivesNoMoreIsSaidToHaveMailWaiting() throws {
    let place = try ElsewherePlace()
    try place.filter(Self.mail(1))
    #expect(try place.run("org", "add", "other", "sqlite:other.sqlite").status == 0)
    let refused = try place.run("org", "synchronize", "other")
    #expect(
      refused.errors.contains("1 message waits for contoso until it receives mail again"),
      "\(refused)")
  }

  /// All that a program may do instead of answering.
  static let acts = [
    "die", "die-after", "silent", "silent-after", "text", "array", "deep", "bytes", "long",
    "endless", "wrong-id", "no-id", "empty", "half",
  ]

  @Test(arguments: acts, ["decide", "deliver"])
  func whatIsNoAnswerIsAnErrorOfThisMessageAndNothingBecomesTwo(
    _ act: String, _ request: String
  ) throws {
    let place = try ElsewherePlace()
    try place.filter(Self.mail(1, "One"))
    try place.filter(Self.mail(2, "Two"))
    try place.fault(request, act)
    let sync = try place.sync("--time-limit", "2")
    #expect(sync.status == 75 && sync.text.hasSuffix("contoso: 1 decided, 1 waiting\n"), "\(sync)")
    #expect(try place.subjects() == ["Two"])
    #expect(place.keptSubjects.contains("Two"))
    let next = try place.sync()
    #expect(next.status == 0, "\(next)")
    #expect(place.keptSubjects == ["One", "Two"])
    #expect(place.kept.allSatisfy { ($0["deliveries"] as? [String])?.count == 1 })
    #expect(try place.subjects() == ["Two", "One"])
    #expect(try place.journal() == "stored,stored")
    #expect(try place.query("SELECT sum(times_seen) FROM delivery") == "2")
  }

  @Test(arguments: ["noise", "extra"]) func whatIsSaidBesideAnAnswerDoesNoHarm(
    _ act: String
  ) throws {
    let place = try ElsewherePlace()
    try place.filter(Self.mail(1, "One"))
    try place.filter(Self.mail(2, "Two"))
    try place.fault("decide", act, times: 2)
    let sync = try place.sync()
    #expect(sync.status == 0 && sync.errors.isEmpty, "\(sync)")
    #expect(place.keptSubjects == ["One", "Two"])
  }

  @Test func aProgramThatAnswersNothingAtAllHoldsNobodyUpForLong() throws {
    let place = try ElsewherePlace()
    for number in 1...6 { try place.filter(Self.mail(number, "Mail \(number)")) }
    try place.fault("decide", "die", times: 100)
    let sync = try place.sync()
    #expect(sync.status == 75 && sync.errors.contains("3 messages in a row"), "\(sync)")
    #expect(place.words.count(where: { $0 == "decide" }) == 3)
    // It is no fault of these three.
    for _ in 0..<6 { _ = try place.sync() }
    #expect(try !place.run("failures").text.contains("tried 5 times"))
    place.removeFaults()
    #expect(try place.sync().status == 0)
    #expect(place.kept.count == 6)
  }

  @Test func whatFailsAgainAndAgainIsLeftToAPerson() throws {
    let place = try ElsewherePlace()
    try place.filter(Self.mail(1, "One"))
    try place.filter(Self.mail(2, "Two"))
    try place.fault("deliver", "die", times: 100, subject: "One")
    for _ in 0..<4 { #expect(try place.sync().status == 75) }
    #expect(try place.sync().status == 65)
    place.forgetRequests()
    #expect(try place.sync().status == 65)
    #expect(!place.words.contains("decide"))
    let listed = try place.run("failures").text
    #expect(listed.contains("it ended in the middle"))
    let verified = try place.run("verify")
    #expect(
      verified.status == 65
        && verified.text.contains("1 message is not tried again without a person"),
      "\(verified)")
    place.removeFaults()
    #expect(try place.run("failures", "retry", place.place.waiting[0]).status == 0)
    #expect(place.keptSubjects == ["One", "Two"])
  }

  @Test func anotherOrganizationBehindTheSameNameIsNotUsed() throws {
    let place = try ElsewherePlace()
    try place.filter(Self.mail(1))
    try "another".write(toFile: place.crm + "/identity", atomically: true, encoding: .utf8)
    let sync = try place.sync()
    #expect(sync.status == 77 && sync.errors.contains("another"), "\(sync)")
    #expect(!place.words.contains("decide"))
  }

  /// What is done to the program before it is used.
  static let spoilings = [
    "chmod o+w crm/organization", "chmod -x crm/organization", "chmod o+w crm",
    "mv crm/organization crm/other && ln -s other crm/organization",
    "rm crm/organization && mkdir crm/organization",
    "printf '#!/nowhere\\n' > crm/organization",
    "printf '#!/bin/sh\\necho hello\\n' > crm/organization",
  ]

  @Test(arguments: spoilings) func aProgramThatIsNotSafeOrNoneIsNotUsed(
    _ spoiling: String
  ) throws {
    let place = try ElsewherePlace()
    try place.filter(Self.mail(1))
    _ = try place.place.shell(spoiling)
    // Root may run what nobody may.
    if spoiling.contains("-x"), geteuid() == 0 {
      #expect(try place.sync().status != 0)
    }
    let sync = try place.sync()
    #expect(sync.status == 75 && sync.errors.contains("cannot be reached"), "\(sync)")
    #expect(place.place.waiting.count == 1 && place.words.isEmpty)
    let added = try place.run("org", "add", "other", "exec:\(place.program)")
    #expect(added.status == 75, "\(added)")
    #expect(try !String(contentsOfFile: place.place.profile, encoding: .utf8).contains("\"other\""))
  }

  @Test func verifySaysWhatSpeaksAgainstTheProgram() throws {
    let place = try ElsewherePlace()
    try place.filter(Self.mail(1))
    #expect(try place.sync().status == 0)
    let well = try place.run("verify")
    #expect(well.status == 0 && well.text.contains("1 message examined"), "\(well)")
    _ = try place.place.shell("chmod o+w crm/organization")
    let verified = try place.run("verify")
    #expect(
      verified.status == 65 && verified.text.contains("everybody may write it"), "\(verified)")
  }

  @Test func onlyOneRunAsks() throws {
    let place = try ElsewherePlace()
    try place.filter(Self.mail(1))
    let busy = try place.place.shell(
      "flock data/crm-mailfilter/elsewhere/contoso.sqlite.sync $F sync")
    #expect(busy.status == 75 && busy.errors.contains("another process"), "\(busy)")
    #expect(place.words.isEmpty && place.place.waiting.count == 1)
    #expect(try place.sync().status == 0)
  }

  /// `other` is not the synchronizing one, which a service keeps open between its rounds.
  @Test func aServiceHoldsNoMoreDescriptorsRoundByRound() throws {
    let place = try ElsewherePlace()
    #expect(try place.run("org", "add", "other", "exec:\(place.program)").status == 0)
    place.forgetRequests()
    let result = try place.place.shell(
      """
      rounds() { grep -c '"changes"' crm/requests 2> /dev/null; }
      # Between two rounds it has the fewest.
      fewest() {
        for i in $(seq 1 40); do ls /proc/$service/fd | wc -l; sleep 0.05; done | sort -n | head -1
      }
      "$F" sync other --follow --interval 1 > out 2> err & service=$!
      for i in $(seq 1 300); do [ "$(rounds)" -ge 2 ] && break; sleep 0.1; done
      echo "first $(fewest)"
      seen=$(rounds)
      for i in $(seq 1 300); do [ "$(rounds)" -ge $((seen + 3)) ] && break; sleep 0.1; done
      echo "later $(fewest)"
      kill -TERM $service; wait $service; echo "ended $?"
      """)
    let counts = result.text.split(separator: "\n").prefix(2).map { $0.split(separator: " ")[1] }
    #expect(counts.count == 2 && counts[0] == counts[1], "\(result)")
    #expect(result.text.contains("ended 0"), "\(result)")
    #expect(place.words.count { $0 == "changes" } >= 5, "\(place.words)")
  }

  @Test func aDisconnectedOrganizationIsNotAsked() throws {
    let place = try ElsewherePlace()
    #expect(try place.run("org", "disconnect", "contoso").status == 0)
    try place.filter(Self.mail(1))
    let sync = try place.sync()
    #expect(sync.status == 75 && sync.errors.contains("disconnected"), "\(sync)")
    #expect(place.words.isEmpty)
    #expect(try place.run("org", "connect", "contoso").text.contains("'crm-mailfilter sync'"))
    #expect(try place.sync().status == 0)
  }

  // MARK: Killed

  @Test func killedAnywhereNothingIsLostAndNothingBecomesTwo() throws {
    let place = try ElsewherePlace()
    try place.filter(Self.mail(1, "One"))
    try place.filter(Self.mail(2, "Two", extra: "In-Reply-To: <m1@x.example>"))
    _ = try place.place.shell("cp -a data data.kept && cp -a state state.kept")
    func fill() throws {
      let filled = try place.place.shell(
        "rm -rf data state crm/copies && cp -a data.kept data && cp -a state.kept state")
      #expect(filled.status == 0, "\(filled)")
    }
    let names = ["write", "pwrite64", "fsync", "fdatasync", "unlink", "poll", "ftruncate", "rmdir"]
    let trace = place.folder + "/trace"
    let traced = try Program.run(
      SystemCallTrace.strace,
      ["-qq", "-o", trace, "-e", "trace=" + names.joined(separator: ","), Program.path, "sync"],
      environment: place.place.environment, folder: place.folder)
    #expect(traced.status == 0)
    var counts: [String: Int] = [:]
    for line in try String(contentsOfFile: trace, encoding: .utf8).split(separator: "\n") {
      guard let name = names.first(where: { line.hasPrefix($0 + "(") }) else { continue }
      counts[name, default: 0] += 1
    }
    #expect(counts.values.reduce(0, +) > 40)
    var killed = 0
    for (name, count) in counts.sorted(by: { $0.key < $1.key }) {
      for number in 1...count {
        try fill()
        let run = try Program.run(
          SystemCallTrace.strace,
          [
            "-qq", "-o", "/dev/null", "-e", "trace=\(name)", "-e",
            "inject=\(name):signal=SIGKILL:when=\(number)", Program.path, "sync",
          ], environment: place.place.environment, folder: place.folder)
        if run.status != 0 { killed += 1 }
        let again = try place.sync()
        #expect(again.status == 0, "\(name) \(number): \(again)")
        #expect(place.keptSubjects == ["One", "Two"], "\(name) \(number)")
        #expect(
          place.kept.allSatisfy { ($0["deliveries"] as? [String])?.count == 1 },
          "\(name) \(number)")
        #expect(try place.subjects() == ["One", "Two"], "\(name) \(number)")
        #expect(try place.journal() == "stored,stored", "\(name) \(number)")
        #expect(
          try place.query("SELECT group_concat(answers) FROM copy") == "1", "\(name) \(number)")
      }
    }
    #expect(killed > 20)
  }

  // MARK: Beside a run

  /// Runs a command while a run hands over the first of some messages.
  private func whileHandingOver(
    _ command: String, messages: Int = 3
  ) throws -> (place: ElsewherePlace, result: Program.Result) {
    let place = try ElsewherePlace()
    for number in 1...messages {
      try place.filter(
        Self.mail(
          number, "No \(number)", extra: number > 1 ? "In-Reply-To: <m1@x.example>" : ""))
    }
    try place.fault("deliver", "slow", times: messages)
    let result = try place.place.shell(
      """
      "$F" sync > synced 2>&1 & run=$!
      until grep -q '"deliver"' crm/requests 2> /dev/null; do sleep 0.05; done
      \(command)
      echo "status $?"; wait $run; echo "sync $?"
      """)
    return (place, result)
  }

  @Test func whoeverIsForgottenDuringARunIsForgottenThereToo() throws {
    let (place, result) = try whileHandingOver("\"$F\" forget erin@fabrikam.example --yes")
    #expect(result.text.contains("status 0"), "\(result)")
    #expect(place.kept.isEmpty, "\(result)")
    #expect(try place.subjects().isEmpty && place.journal().isEmpty)
    #expect(place.place.waiting.isEmpty)
  }

  @Test func aConversationThatIsUntrackedDuringARunGoesThereAsItGoesHere() throws {
    let (place, result) = try whileHandingOver(
      "until \"$F\" untrack 1 --conversation; do sleep 0.1; done")
    #expect(result.text.contains("sync 0"), "\(result)")
    #expect(try place.keptSubjects == place.subjects(), "\(result)")
  }

  @Test func aSignalEndsARunAfterTheMessageInHand() throws {
    let (place, result) = try whileHandingOver("kill -TERM $run")
    #expect(result.text.contains("sync 75"), "\(result)")
    #expect(place.keptSubjects == ["No 1"] && place.place.waiting.count == 2)
    #expect(try place.sync().status == 0)
    #expect(place.keptSubjects == ["No 1", "No 2", "No 3"])
    #expect(place.kept.allSatisfy { ($0["deliveries"] as? [String])?.count == 1 })
  }

  @Test func whatWaitsByAProfileThatIsGoneIsSaid() throws {
    let place = try ElsewherePlace()
    try place.filter(Self.mail(1))
    let moved = place.folder + "/moved.toml"
    try FileManager.default.moveItem(atPath: place.place.profile, toPath: moved)
    let told = try place.sync("--profile", moved)
    #expect(told.status == 75 && told.errors.contains("no longer there"), "\(told)")
    #expect(place.words.isEmpty || !place.words.contains("decide"))
    try FileManager.default.moveItem(atPath: moved, toPath: place.place.profile)
    #expect(try place.sync().status == 0)
    #expect(place.kept.count == 1)
  }

  @Test func whoAlwaysHasMoreChangesHoldsNobodyUp() throws {
    let place = try ElsewherePlace()
    try place.filter(Self.mail(1))
    try place.fault("changes", "more", times: 1_000_000)
    #expect(try place.sync().status == 0)
    #expect(place.kept.count == 1)
  }

  @Test func whatCannotBeLaidOutIsAnErrorOfThisMessage() throws {
    let place = try ElsewherePlace()
    try place.filter(Self.mail(1))
    try place.filter(Self.mail(2))
    let folder = place.store + ".outgoing"
    _ = try place.place.shell("rm -rf '\(folder)'; touch '\(folder)'")
    let failed = try place.sync()
    #expect(failed.status == 75, "\(failed)")
    #expect(
      failed.text.split(separator: "\n").count { $0.contains("cannot be handed over") } == 2,
      "\(failed)")
    unlink(folder)
    #expect(try place.sync().status == 0)
    #expect(place.kept.count == 2)
  }

  @Test func whatWasHandedOverAndIsDiscardedIsTakenBackThere() throws {
    let place = try ElsewherePlace()
    try place.filter(Self.mail(1))
    try place.fault("deliver", "die-after")
    #expect(try place.sync().status == 75)
    #expect(place.kept.count == 1)
    #expect(try place.journal() == "pending")
    #expect(try place.run("failures", "discard", place.place.waiting[0]).status == 0)
    #expect(try place.sync().status == 0)
    #expect(place.kept.isEmpty)
    #expect(try place.journal().isEmpty)
    #expect(try place.subjects().isEmpty)
  }

  @Test func whatCannotBeTakenBackIsSaidOnce() throws {
    let place = try ElsewherePlace()
    try "changes".write(toFile: place.crm + "/can", atomically: true, encoding: .utf8)
    try place.filter(Self.mail(1))
    try place.fault("deliver", "die-after")
    #expect(try place.sync().status == 75)
    #expect(try place.run("failures", "discard", place.place.waiting[0]).status == 0)
    let told = try place.sync()
    #expect(told.status == 0 && told.text.contains("cannot be taken back"), "\(told)")
    #expect(try place.sync().text == "contoso: 0 decided, 0 waiting\n")
    #expect(!place.words.contains("withdraw"))
    // Nor is anything changed here that the program cannot do.
    try place.filter(Self.mail(2))
    #expect(try place.sync().status == 0)
    for arguments in [["untrack", "1"], ["regarding", "1", "account:1"]] {
      let run = try Program.run(
        Program.path, arguments, environment: place.place.environment, folder: place.folder)
      #expect(run.status == 64 && run.errors.contains("nothing was changed"), "\(run)")
    }
    #expect(try place.subjects().count == 1)
  }

  @Test func explainAsksWhereNothingWasKeptYet() throws {
    let place = try ElsewherePlace()
    try FileManager.default.removeItem(atPath: place.folder + "/data")
    try FileManager.default.removeItem(atPath: place.folder + "/state")
    try place.place.write(Self.mail(1), to: "mail.eml")
    let asked = try place.run("explain", "--ask", place.folder + "/mail.eml")
    #expect(asked.status == 0 && asked.text.contains("a customer"), "\(asked)")
    #expect(access(place.folder + "/data", F_OK) != 0)
  }

  // MARK: What people do

  /// A command about tracked mail, and what it asks the program.
  struct Act: Sendable {
    let arguments: [String]
    let request: String
    let kept: [String]
    var record: String?
  }

  static let people = [
    Act(arguments: ["untrack", "1"], request: "withdraw", kept: ["Two"]),
    Act(arguments: ["untrack", "1", "--conversation"], request: "withdraw", kept: []),
    Act(arguments: ["forget", "erin@fabrikam.example", "--yes"], request: "withdraw", kept: []),
    Act(arguments: ["prune", "--before", "2027-01-01", "--yes"], request: "withdraw", kept: []),
    Act(
      arguments: ["regarding", "1", "account:9"], request: "regard", kept: ["One", "Two"],
      record: "account:9"),
  ]

  @Test(arguments: people) func whatPeopleDoIsDoneThereFirst(_ act: Act) throws {
    let place = try ElsewherePlace()
    try place.filter(Self.mail(1, "One"))
    try place.filter(Self.mail(2, "Two", extra: "In-Reply-To: <m1@x.example>"))
    #expect(try place.sync().status == 0)
    func run() throws -> Program.Result {
      try Program.run(
        Program.path, act.arguments, environment: place.place.environment, folder: place.folder)
    }
    for fault in ["failure:unreachable", "die"] {
      try place.fault(act.request, fault)
      let failed = try run()
      #expect(failed.status == 75, "\(fault): \(failed)")
      #expect(try place.subjects() == ["One", "Two"], "\(fault)")
      #expect(place.kept.count == 2, "\(fault)")
    }
    // Done there, and the answer is lost: the same again.
    for fault in ["die-after", "text"] {
      try place.fault(act.request, fault)
      #expect(try run().status == 75, "\(fault)")
      #expect(try place.subjects() == ["One", "Two"], "\(fault)")
    }
    let done = try run()
    #expect(done.status == 0, "\(done)")
    #expect(try place.subjects() == act.kept)
    #expect(place.keptSubjects == act.kept)
    #expect(try place.query("SELECT count(*) FROM remote_copy") == "\(act.kept.count)")
    if let record = act.record {
      #expect(place.kept[0]["record"] as? String == record)
      #expect(try place.query("SELECT regarding FROM mail WHERE id = 1") == record)
    }
  }

  @Test func whatOthersUntrackIsNotTheirsToDelete() throws {
    let place = try ElsewherePlace()
    try place.filter(Self.mail(1, "Ticket"))
    #expect(try place.sync().status == 0)
    let untracked = try place.run("untrack", "1")
    #expect(untracked.status == 0 && untracked.text.contains("your delivery of it is gone"))
    #expect(place.keptSubjects == ["Ticket"])
    #expect(place.requests.last?["mailbox"] as? String == "dana@contoso.example")
  }

  @Test func whatBecameOfCopiesThereIsTakenOver() throws {
    let place = try ElsewherePlace()
    for number in 1...3 { try place.filter(Self.mail(number, "Mail \(number)")) }
    #expect(try place.sync().status == 0)
    let stored = try place.query("SELECT stored FROM remote_copy ORDER BY copy")
      .split(separator: "\n")
    try """
    {"stored": "\(stored[0])", "gone": true}
    {"stored": "\(stored[1])", "regarding": "account:5"}
    {"stored": "unknown", "gone": true}
    {"stored": "\(stored[2])", "regarding": "account:6"}
    {"stored": "\(stored[2])", "regarding": null}

    """.write(toFile: place.crm + "/changes", atomically: true, encoding: .utf8)
    #expect(try place.sync().status == 0)
    #expect(try place.subjects() == ["Mail 2", "Mail 3"])
    #expect(
      try place.query("SELECT coalesce(regarding, '-') FROM mail ORDER BY id") == "account:5\n-")
    // Nothing of it comes again, and the mailbox's message is not tracked again.
    place.forgetRequests()
    try place.filter(Self.mail(1, "Mail 1"))
    #expect(try place.sync().status == 0)
    #expect(place.requests.first { $0["do"] as? String == "changes" }?["since"] as? String == "5")
    #expect(!place.words.contains("deliver"))
    #expect(try place.subjects() == ["Mail 2", "Mail 3"])
  }

  @Test func trackByHandAsksAtOnce() throws {
    let place = try ElsewherePlace()
    try place.place.write(Self.mail(1, from: Self.stranger), to: "mail.eml")
    try place.fault("hello", "failure:unreachable")
    #expect(try place.run("track", place.folder + "/mail.eml").status == 75)
    let tracked = try place.run("track", place.folder + "/mail.eml")
    #expect(tracked.status == 0 && tracked.text.hasPrefix("mail 1:"), "\(tracked)")
    #expect(place.kept.count == 1)
    #expect(place.requests.last { $0["do"] as? String == "decide" }?["track"] as? String == "hand")
  }

  @Test func aBatchAsksAsSyncDoes() throws {
    let place = try ElsewherePlace()
    _ = try place.place.shell("mkdir -p M/cur M/new M/tmp")
    for number in 1...3 {
      try place.place.write(Self.mail(number, "Mail \(number)"), to: "M/cur/\(number)")
    }
    try place.place.write(Self.mail(9, "Spam", from: Self.stranger), to: "M/cur/9")
    let rehearsed = try place.run("batch", "--dry-run", place.folder + "/M")
    #expect(rehearsed.status == 0, "\(rehearsed)")
    #expect(place.kept.isEmpty && !place.words.contains("deliver"))
    try place.fault("deliver", "die-after", subject: "Mail 2")
    let first = try place.run("batch", place.folder + "/M")
    #expect(first.status == 0, "\(first)")
    #expect(place.keptSubjects == ["Mail 1", "Mail 2", "Mail 3"])
    #expect(Set(try place.subjects()) == ["Mail 1", "Mail 2", "Mail 3"])
    #expect(try place.journal() == "stored,stored,stored")
    place.forgetRequests()
    #expect(try place.run("batch", place.folder + "/M").status == 0)
    #expect(!place.words.contains("decide"))
    try place.place.write(Self.mail(5, "Mail 5"), to: "M/cur/5")
    try place.fault("decide", "failure:unreachable", times: 3)
    #expect(try place.run("batch", place.folder + "/M").status == 75)
    place.removeFaults()
    #expect(try place.run("batch", place.folder + "/M").status == 0)
    #expect(place.kept.count == 4)
  }

  @Test func itsUsersRecordsAndSettingsAreThere() throws {
    let place = try ElsewherePlace()
    for arguments in [
      ["org", "set", "contoso", "filter", "all"], ["user", "add", "ben@contoso.example"],
      ["record", "remove", "account:1"],
    ] {
      let run = try Program.run(
        Program.path, arguments, environment: place.place.environment, folder: place.folder)
      #expect(run.status == 64 && run.errors.contains("do it there"), "\(run)")
    }
    let shown = try place.run("org", "show", "contoso")
    #expect(shown.status == 0 && shown.text.contains("Test CRM 1"), "\(shown)")
    #expect(try place.run("org", "list").text.contains("exec:"))
  }

  @Test(arguments: ["exec:crm", "exec:", "exec:/x/", "exec://host/x"]) func onlyAPathNamesAProgram(
    _ url: String
  ) throws {
    let place = try Place()
    let added = try place.run("org", "add", "x", url)
    #expect(added.status == 64 && added.errors.contains("exec:/PROGRAM"), "\(added)")
  }
}
