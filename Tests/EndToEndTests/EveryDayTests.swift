import Foundation
import Testing

/// What is typed every day: times, queries, and mistakes.
@Suite("Every day")
struct EveryDayTests {
  /// Ten messages, sent on 2 November 2026 at 09:14 UTC but for the last, and one of them another's.
  private static func place() throws -> Place {
    let place = try Place()
    for number in 1...9 {
      #expect(
        try place.filter(customerMail(id: "\(number)@x", subject: "pumps \(number)")).status == 0)
    }
    let late = String(
      decoding: customerMail(id: "l@x", from: "Lee@Fabrikam.example", subject: "hoses"),
      as: UTF8.self
    ).replacingOccurrences(of: "2 Nov 2026 10:14:05 +0100", with: "2 Nov 2026 23:30:00 +0000")
    #expect(try place.filter(Array(late.utf8)).status == 0)
    return place
  }

  @Test("a query of a term that is denied first is no option")
  func deniedTerm() throws {
    let place = try Self.place()
    #expect(try place.run("search", "-from:erin@fabrikam.example", "--count").text == "1\n")
    #expect(try place.run("search", "-from:lee pumps", "--count").text == "9\n")
    #expect(try place.run("search", "pumps", "-subject:3", "--count").text == "8\n")
    let wrong = try place.run("search", "-frm:erin")
    #expect(wrong.status == 64)
    #expect(wrong.errors.contains("query, column 2: no term 'frm:'"), "\(wrong.errors)")
    #expect(try place.run("search", "-h").text.contains("USAGE: crm-mailfilter search"))
    #expect(try place.run("search", "--nonsense").status == 64)
  }

  @Test("times that are typed are local, and UTC where that is said")
  func clock() throws {
    let place = try Self.place()
    func count(_ zone: String, _ arguments: String) throws -> String {
      try place.shell("TZ=\(zone) \"$F\" \(arguments) --count").text
    }
    // Ten hours ahead of UTC the last message came on the third.
    #expect(try count("Eastern-10", "list --since 2026-11-03") == "1\n")
    #expect(try count("UTC0", "list --since 2026-11-03") == "0\n")
    #expect(try count("Eastern-10", "list --utc --since 2026-11-03") == "0\n")
    #expect(try count("Eastern-10", "list --since 2026-11-02T23:30Z") == "1\n")
    #expect(try count("Eastern-10", "list --since 2026-11-03T09:31") == "0\n")
    #expect(try count("Eastern-10", "search date:2026-11-03") == "1\n")
    #expect(try count("Eastern-10", "search --utc date:2026-11-03") == "0\n")
    #expect(try count("UTC0", "list --since 2026-11 --until 2026-12") == "10\n")
    #expect(try count("UTC0", "list --until 2026") == "0\n")
    let shown = try place.shell("TZ=Eastern-10 \"$F\" list --iso | head -n 1").text
    #expect(shown.contains("2026-11-03T09:30:00+10:00"), "\(shown)")
    let utc = try place.shell("TZ=Eastern-10 \"$F\" list --utc --iso | head -n 1").text
    #expect(utc.contains("2026-11-02T23:30:00+00:00"), "\(utc)")
    for command in ["show 10", "thread 10", "search hoses"] {
      let text = try place.shell("TZ=Eastern-10 \"$F\" \(command) --utc --iso").text
      #expect(text.contains("2026-11-02T23:30:00+00:00"), "\(command): \(text)")
    }
    let wrong = try place.run("list", "--since", "noon")
    #expect(wrong.status == 64 && wrong.errors.contains("not 'noon'"), "\(wrong)")
  }

  @Test("a type, none and any stand for records in options as in queries")
  func records() throws {
    let place = try Self.place()
    #expect(try place.run("regarding", "1", "none").status == 0)
    for (record, count) in [("account", 9), ("account:1", 9), ("none", 1), ("*", 9), ("lead", 0)] {
      #expect(
        try place.run("list", "--regarding", record, "--count").text == "\(count)\n", "\(record)")
    }
    #expect(try place.run("list", "--regarding", "a b", "--count").status == 64)
  }

  @Test("on a terminal a list says how many there are, and elsewhere it has them all")
  func totals() throws {
    let place = try Self.place()
    for number in 1...50 {
      #expect(try place.filter(customerMail(id: "m\(number)@x")).status == 0)
    }
    let screen = try TerminalTests.screen(place, 100, "PAGER=cat $F list")
    #expect(screen.hasSuffix("\n50 of 60; --limit 0 shows all\n"), "\(screen.suffix(200))")
    #expect(screen.split(separator: "\n").count == 51)
    let found = try TerminalTests.screen(place, 100, "PAGER=cat $F search pumps --limit 2")
    #expect(found.hasSuffix("\n2 of 9; --limit 0 shows all\n"), "\(found)")
    let whole = try TerminalTests.screen(place, 100, "PAGER=cat $F search pumps")
    #expect(!whole.contains(" of 9"))
    #expect(try place.run("list").text.split(separator: "\n").count == 60)
    #expect(try place.run("list", "--json").text.split(separator: "\n").count == 60)
    #expect(try place.run("list", "--limit", "3").text.split(separator: "\n").count == 3)
    #expect(try place.run("list", "--limit", "-1").status == 64)
  }

  @Test("mail is counted by sender and by domain")
  func senders() throws {
    let place = try Self.place()
    let text = try place.run("stats", "--by", "sender", "--by", "domain").text
      .replacingOccurrences(of: #", [0-9.]+ (bytes|KB)"#, with: "", options: .regularExpression)
    #expect(
      text == """
        By sender
        erin@fabrikam.example  9  9 in, 0 out
        lee@fabrikam.example   1  1 in, 0 out

        By domain
        fabrikam.example  10  10 in, 0 out

        """, "\(text)")
  }

  @Test(
    "a mistyped command names the nearest",
    arguments: [
      (["lsit"], "no command 'lsit'; did you mean 'list'?"),
      (["org", "synchronise"], "no command 'org synchronise'; did you mean 'synchronize'?"),
      (["record", "improt", "x"], "no command 'record improt'; did you mean 'import'?"),
      (["rules", "zzzz"], "no command 'rules zzzz'"),
      (["help", "lsit"], "no command 'lsit'; did you mean 'list'?"),
      (
        ["help", "org", "synchronise"], "no command 'org synchronise'; did you mean 'synchronize'?"
      ),
    ])
  func mistyped(arguments: [String], error: String) throws {
    let place = try Place()
    let terminal = try PseudoTerminal(arguments, in: place)
    #expect(try terminal.wait() == 64)
    #expect(terminal.screen == "crm-mailfilter: \(error)\n")
  }

  @Test("a type that no record has is told where nothing was found")
  func unknownType() throws {
    let place = try Place()
    #expect(try place.filter(customerMail()).status == 0)
    for option in ["--regarding", "--record"] {
      let list = try place.run("list", option, "acount")
      #expect(list.status == 0 && list.text.isEmpty)
      let remark = "crm-mailfilter: \(option) acount: no record has this type; see 'record list'\n"
      #expect(list.errors == remark)
      // Of an empty paragraph nobody learns anything.
      for arguments in [["search", "pumps"], ["stats", "--by", "month"], ["export", "all.mbox"]] {
        let result = try place.shell("\"$F\" \(arguments.joined(separator: " ")) \(option) acount")
        #expect(result.status == 0 && result.errors == remark, "\(arguments): \(result)")
        #expect(!result.text.contains("By "), "\(result.text)")
      }
      unlink(place.folder + "/all.mbox")
    }
    #expect(try place.run("list", "--regarding", "none").errors.isEmpty)
    #expect(
      try place.run("list", "--regarding", "lead:7").errors
        == "crm-mailfilter: --regarding lead:7: no record has this type and id; see 'record list'\n"
    )
    #expect(try place.run("list", "--regarding", "account:1").errors.isEmpty)
    #expect(try place.run("record", "add", "account:1", "--address", "a@x.example").status == 0)
    #expect(try place.run("list", "--regarding", "account").errors.isEmpty)
  }

  @Test("when mail was tracked is when that happened; when it arrived is its own line")
  func arrival() throws {
    let place = try Place()
    _ = try place.shell("mkdir -p box/new box/cur box/tmp")
    // The name says when: on 14 November 2023.
    try place.write(customerMail(), to: "box/new/1700000000.a.b")
    #expect(try place.shell("$F batch box").status == 0)
    let show = try place.shell("TZ=UTC0 $F show 1").text
    #expect(show.contains("\nArrived       2023-11-14 22:13\nTracked       today "), "\(show)")
    let log = try place.shell("TZ=UTC0 $F org log").text
    #expect(log.hasPrefix("today "), "\(log)")
    #expect(try place.shell("TZ=UTC0 $F org log --iso --utc").text.prefix(4) != "2023")
    let object = try #require(
      JSONSerialization.jsonObject(with: Data(place.run("show", "1", "--json").output))
        as? [String: Any])
    #expect(object["arrived"] as? String == "2023-11-14T22:13:20Z")
    let tracked = try #require(object["tracked"] as? String)
    #expect(tracked > "2024")
    #expect(
      try place.query("SELECT tracked > '2024', arrived FROM mail") == "1|2023-11-14 22:13:20")
    #expect(try place.query("SELECT asked_at > 1704067200 FROM question") == "1")
    // How long mail is kept counts from when it came.
    let prune = try place.run("prune", "--before", "2023-12", "--dry-run")
    #expect(prune.text.hasPrefix("mail       1\n"), "\(prune)")
  }

  @Test("refused questions have the time of asking, too")
  func refusal() throws {
    let place = try Place(rules: "")
    _ = try place.run("org", "add", "contoso", "sqlite:contoso.sqlite")
    #expect(try place.run("org", "set", "contoso", "log-refused", "yes").status == 0)
    _ = try place.shell("mkdir -p box/new box/cur box/tmp")
    try place.write(customerMail(), to: "box/new/1700000000.a.b")
    #expect(try place.shell("$F batch box").status == 0)
    let log = try place.run("org", "log").text
    #expect(log.hasPrefix("today ") && log.contains("  no  NoCorrelationMatch"), "\(log)")
  }

  @Test("records are shown by what they are called, too")
  func names() throws {
    let place = try Self.place()
    #expect(
      try place.run("record", "add", "account:1", "--domain", "f.example", "--name", "Fabrikam AG")
        .status == 0)
    #expect(
      try place.run(
        "record", "add", "contact:7", "--address", "erin@fabrikam.example", "--name", "Erin Hale"
      ).status == 0)
    #expect(try place.filter(customerMail(id: "n@x", subject: "named")).status == 0)
    let list = try place.shell("$F search subject:named").text
    #expect(list.hasSuffix("  account:1 Fabrikam AG  named\n"), "\(list)")
    #expect(list.contains("  from erin@fabrikam.example  "))
    let show = try place.run("show", "11").text
    #expect(show.contains("\nFrom          Erin <erin@fabrikam.example> (contact:7 Erin Hale)\n"))
    #expect(show.contains("\nRegarding     account:1 Fabrikam AG, set by the rule\n"), "\(show)")
    #expect(
      try place.run("thread", "11").text.hasPrefix("Conversation 11, 1 message, account:1 Fab"))
    let object = try #require(
      JSONSerialization.jsonObject(with: Data(place.run("show", "11", "--json").output))
        as? [String: Any])
    #expect(object["regarding_name"] as? String == "Fabrikam AG")
    // On a terminal the person's name stands before the address, unless it could be taken for one.
    let screen = try TerminalTests.screen(place, 200, "PAGER=cat $F search subject:named")
    #expect(screen.contains("  from Erin <erin@fabrikam.example>  account:1 Fabrikam AG  named\n"))
    let liar = String(decoding: customerMail(id: "z@x"), as: UTF8.self)
      .replacingOccurrences(of: "From: Erin", with: "From: \"boss@contoso.example\"")
    #expect(try place.filter(Array(liar.utf8)).status == 0)
    let other = try TerminalTests.screen(place, 200, "PAGER=cat $F search id:12")
    #expect(other.contains("  from erin@fabrikam.example  "), "\(other)")
  }

  @Test("a search takes the options of a list, and shows where the words stand")
  func searching() throws {
    let place = try Self.place()
    #expect(
      try place.filter(
        customerMail(id: "t@x", subject: "text", body: "The offer\nfor forty Pumps is here.\n")
      ).status == 0)
    for (arguments, count) in [
      (["pumps", "--since", "2026-11", "--until", "2026-12"], 10),
      (["pumps", "--since", "today"], 0),
      (["pumps", "--regarding", "account"], 10), (["pumps", "--regarding", "none"], 0),
      (["fabrikam", "--with", "Lee@Fabrikam.example"], 1),
      (["pumps", "--direction", "outgoing"], 0),
      (["pumps", "--conversation", "3"], 1),
    ] as [(arguments: [String], count: Int)] {
      let result = try Program.run(
        Program.path, ["search", "--count"] + arguments, environment: place.environment,
        folder: place.folder)
      #expect(result.text == "\(count)\n", "\(arguments) \(result)")
    }
    let line = "    The offer for forty [Pumps] is here.\n"
    #expect(try place.run("search", "pumps", "subject:text", "--snippets").text.hasSuffix(line))
    #expect(try !place.run("search", "pumps").text.contains("["))
    let screen = try TerminalTests.screen(place, 80, "PAGER=cat $F search pumps --limit 1")
    #expect(screen.contains("\n" + line), "\(screen)")
    let plain = try TerminalTests.screen(place, 80, "PAGER=cat $F search pumps --no-snippets")
    #expect(!plain.contains("forty"))
    let coloured = try TerminalTests.screen(place, 80, "PAGER=cat $F search pumps --limit 1", "X=1")
    #expect(coloured.contains("\u{1B}[1mPumps\u{1B}[m"), "\(coloured)")
  }

  @Test("what is pruned may be what regards some records only")
  func pruning() throws {
    let place = try Self.place()
    #expect(try place.run("regarding", "1", "none").status == 0)
    #expect(try place.run("regarding", "2", "lead:5").status == 0)
    for (record, count) in [
      ("none", 1), ("lead", 1), ("lead:5", 1), ("*", 9), ("account", 8), ("contact", 0),
    ] {
      let dry = try place.run("prune", "--before", "2100", "--regarding", record, "--dry-run")
      #expect(dry.text.hasPrefix("mail       \(count)\n"), "\(record) \(dry)")
    }
    #expect(
      try place.run("prune", "--before", "yesterday", "--dry-run").text.hasPrefix("mail       0"))
    #expect(try place.run("prune", "--before", "2100", "--regarding", "a b").status == 64)
    #expect(try place.run("prune", "--before", "2100", "--regarding", "none", "--yes").status == 0)
    #expect(try place.run("list", "--count").text == "9\n")
    #expect(try place.run("list", "--regarding", "none", "--count").text == "0\n")
  }

  @Test("what waits is listed by the one clock")
  func failures() throws {
    let place = try Place()
    _ = try place.run("org", "add", "contoso", "sqlite:contoso.sqlite")
    #expect(try place.run("org", "disconnect", "contoso").status == 0)
    #expect(try place.filter(customerMail()).status == 0)
    let ahead = try place.shell("TZ=Eastern-10 $F failures --iso").text
    #expect(ahead.contains("+10:00  ") && !ahead.contains("UTC"), "\(ahead)")
    #expect(try place.shell("TZ=Eastern-10 $F failures --iso --utc").text.contains("+00:00  "))
  }
}
