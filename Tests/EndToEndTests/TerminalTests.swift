import Foundation
import Testing

/// What people see: on a terminal of a certain width, and in a pipe.
@Suite("On a terminal")
struct TerminalTests {
  /// A message of a conversation.
  private static func mail(
    _ id: String, _ date: String, from: String, to: String = "dana@contoso.example",
    subject: String, answers: String? = nil, body: String = "ok\n"
  ) -> [UInt8] {
    Array(
      """
      Message-ID: <\(id)@fabrikam.example>
      \(answers.map { "In-Reply-To: <\($0)@fabrikam.example>\n" } ?? "")Date: \(date)
      From: \(from)
      To: \(to)
      Subject: \(subject)
      Content-Type: text/plain; charset=utf-8

      \(body)
      """.utf8)
  }

  private static let mails = [
    mail(
      "a1", "Mon, 4 Mar 2024 09:14:05 +0100", from: "Erin <erin@fabrikam.example>",
      subject: "Offer for forty pumps",
      body: """
        Dear Dana,

        please find the offer for all of the forty pumps that we talked about on Monday below, hoses included.

        \u{1B}]0;owned\u{7}お見積もりの件について、ご確認ください。よろしくお願いいたします。お見積もりの件について。

        """),
    mail(
      "a2", "Mon, 4 Mar 2024 11:14:05 +0100", from: "lee@fabrikam.example",
      to: "dana@contoso.example, erin@fabrikam.example", subject: "Re: Offer for forty pumps",
      answers: "a1"),
    mail(
      "a3", "Tue, 5 Mar 2024 11:14:05 +0100", from: "Erin <erin@fabrikam.example>",
      subject: "=?utf-8?B?\(Data("お見積もりの件について、ご確認ください。よろしくお願いいたします".utf8).base64EncodedString())?=",
      answers: "a2"),
    mail(
      "a4", "Wed, 6 Mar 2024 11:14:05 +0100", from: "dana@contoso.example",
      to: "erin@fabrikam.example", subject: "Re: Offer for forty pumps", answers: "a1"),
    mail(
      "b1", "Thu, 2 May 2024 11:14:05 +0200",
      from:
        "a-very-long-address-of-somebody.with.many.names@subsidiary.department.fabrikam.example",
      to: "dana@contoso.example, erin@fabrikam.example",
      subject:
        "=?utf-8?B?\(Data("👨‍👩‍👧‍👦 🇩🇪 cafe\u{301} \u{202E}gnp.exe \u{1B}[31mred".utf8).base64EncodedString())?= and a subject that goes on and on until nobody reads it any more"
    ),
  ]

  private static func place() throws -> Place {
    let place = try Place()
    for mail in mails { #expect(try place.filter(mail).status == 0) }
    return place
  }

  /// What a command line writes to a terminal of some columns; times of the test itself as `HH:MM`.
  static func screen(
    _ place: Place, _ columns: Int, _ line: String, _ variables: String = "NO_COLOR=1"
  ) throws -> String {
    try place.write(
      "stty cols \(columns) rows 200; unset COLUMNS; export TZ=UTC0 TERM=xterm \(variables)\n\(line)\n",
      to: "line.sh")
    let result = try place.shell(
      "timeout 30 script -qec \"sh line.sh\" /dev/null < /dev/null | tr -d '\\r\\004\\b'")
    #expect(result.status == 0)
    let text = result.text.hasPrefix("^D") ? String(result.text.dropFirst(2)) : result.text
    return text.replacingOccurrences(
      of: #"today [0-9]{2}:[0-9]{2}"#, with: "today HH:MM", options: .regularExpression)
  }

  @Test("list, thread and show as they were looked at", arguments: [80, 120, 200])
  func golden(columns: Int) throws {
    let place = try Self.place()
    for (name, line) in [("list", "list"), ("thread", "thread 3"), ("show", "show 1")] {
      let text = try Self.screen(place, columns, "PAGER=cat $F \(line)")
      let path = Repository.root + "/Tests/EndToEndTests/Golden/\(name)-\(columns).txt"
      // UPDATE_GOLDEN=1 writes them anew, to be looked at before they are kept.
      if ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] != nil {
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
      }
      #expect(try text == String(contentsOfFile: path, encoding: .utf8), "\(name) \(columns)")
      #expect(!text.contains("\u{1B}") && !text.contains("\u{202E}"))
    }
  }

  /// Commands whose lines are held to the width of a terminal, and what they are called in `Golden`.
  private static let fitting: [(name: String, line: String)] = [
    ("org-list", "org list"), ("org-show", "org show"), ("org-log", "org log"),
    ("user-list", "user list"), ("record-list", "record list"),
    ("record-unresolved", "record unresolved"), ("rules-list", "rules list"),
    ("search", "search pumps"), ("explain", "explain mail"), ("failures", "failures"),
    ("stats-all", "stats"), ("batch", "batch --dry-run mail 2> /dev/null"), ("verify", "verify"),
    ("error", "list --since noon"),
    ("usage", "export --format jsonl --separator x"),
  ]

  private static func fittingPlace() throws -> Place {
    let place = try Place(
      rules: Place.usualRules + """

        [[rule]]
        name = "A rule with a name that is rather long"
        from = ["a-very-long-address-of-somebody@subsidiary.department.fabrikam.example", "@w.example"]
        subject = "an offer|a quotation|a bill|a reminder|a complaint"
        action = "ask"
        """)
    for arguments in [
      ["org", "add", "contoso", "sqlite:contoso.sqlite"],
      [
        "record", "add", "contact:7d9b0f5e-0000-4000-8000-000000000001", "--address",
        "erin@fabrikam.example", "--address", "erin.hale@subsidiary.department.fabrikam.example",
        "--name", "Erin Hale of Fabrikam", "--owner", "dana@contoso.example", "--parent",
        "account:1",
      ],
      [
        "record", "add", "account:1", "--domain", "fabrikam.example", "--name", "Fabrikam Pumps AG",
      ],
      [
        "user", "add", "lee-with-a-rather-long-address@subsidiary.contoso.example", "--alias",
        "lee@contoso.example", "--alias", "sales-of-pumps@contoso.example", "--role", "reader",
      ],
    ] {
      let result = try Program.run(
        Program.path, arguments, environment: place.environment, folder: place.folder)
      #expect(result.status == 0, "\(result)")
    }
    for number in 1...3 {
      let mail = customerMail(
        id: "\(number)@x", to: "dana@contoso.example, kim.long@partners.northwind.example",
        subject: "An offer for forty pumps, with all hoses, valves and fittings that they need",
        body:
          "We offer you forty of the pumps that you saw when you were here, and what they need.\n")
      let old = String(decoding: mail, as: UTF8.self)
        .replacingOccurrences(of: "Mon, 2 Nov 2026", with: "Sat, 2 Nov 2024")
      #expect(try place.filter(Array(old.utf8)).status == 0)
      try place.write(old, to: "mail")
    }
    // Whose login it is, is another on each machine.
    #expect(try place.run("user", "set", "dana@contoso.example", "--login", "none").status == 0)
    #expect(try place.run("search", "pumps", "--count").text == "3\n")
    #expect(try place.run("org", "disconnect", "contoso").status == 0)
    #expect(try place.filter(customerMail(id: "w@x")).status == 0)
    #expect(try place.run("org", "connect", "contoso").status == 0)
    return place
  }

  @Test("every command fits its terminal", arguments: [80, 200])
  func fits(columns: Int) throws {
    let place = try Self.fittingPlace()
    for (name, line) in Self.fitting {
      let screen = try Self.screen(place, columns, "PAGER=cat $F \(line); true")
      for line in screen.split(separator: "\n") {
        #expect(line.count <= columns, "\(name): \(line)")
      }
      // Whether libidn2 is there, too, is another on each machine.
      if name == "verify" { continue }
      // What is another on each machine and day.
      let text =
        screen
        .replacingOccurrences(
          of: "[0-9]{12}-[0-9a-f]{16}", with: "NAME", options: .regularExpression
        )
        .replacingOccurrences(
          of: "in [0-9.]+ s, [0-9,]+/s", with: "in 0.0 s, 9/s", options: .regularExpression)
      let path = Repository.root + "/Tests/EndToEndTests/Golden/\(name)-\(columns).txt"
      if ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] != nil {
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
      }
      #expect(try text == String(contentsOfFile: path, encoding: .utf8), "\(name) \(columns)")
    }
  }

  @Test(
    "what an import says fits its terminal, and stands on lines of its own", arguments: [80, 200])
  func importing(columns: Int) throws {
    let place = try Place()
    _ = try place.run("org", "add", "contoso", "sqlite:contoso.sqlite")
    let terminal = try PseudoTerminal(
      ["record", "import", Repository.root + "/samples/contacts.csv", "--dry-run"], in: place,
      columns: UInt16(columns))
    #expect(try terminal.wait() == 0)
    // A line that shows how far it has come is taken away before another.
    let screen = terminal.screen.replacingOccurrences(
      of: "\r\u{1B}\\[K[^\r\n]*\r\u{1B}\\[K", with: "", options: .regularExpression)
    #expect(!screen.contains("checked") && screen.contains("2 added"), "\(screen)")
    for line in screen.split(separator: "\n") where !line.contains(Repository.root) {
      #expect(line.count <= columns, "\(line)")
    }
  }

  @Test("setup fits its terminal", arguments: [80, 200] as [UInt16])
  func setup(columns: UInt16) throws {
    let place = try Place()
    try FileManager.default.removeItem(atPath: place.profile)
    let terminal = try PseudoTerminal(["setup"], in: place, columns: columns)
    for (question, answer) in [
      ("Go on?", ""), ("Addresses:", "a b c"), ("Addresses:", "dana@contoso.example"),
      ("Its name", ""), ("Where it is", "nowhere:x"), ("Where it is", ""),
    ] {
      try terminal.expect(question)
      terminal.type(answer)
    }
    try terminal.expect("[@contoso.example]")
    terminal.type("", ending: "\u{3}")
    #expect(try terminal.wait() != 0)
    for line in terminal.screen.split(separator: "\n") {
      #expect(line.count <= Int(columns), "\(line)")
    }
  }

  @Test("what is longer than the screen goes through the pager")
  func paged() throws {
    let place = try Self.fittingPlace()
    for line in [
      "org show", "org log", "user list", "record list", "record unresolved", "failures", "stats",
      "thread 1", "list", "search pumps", "show 1",
    ] {
      let paged = try Self.screen(place, 80, "PAGER='sed s/^/P:/' $F \(line)")
      #expect(paged.hasPrefix("P:") || paged.contains("\nP:"), "\(line): \(paged)")
      let plain = try Self.screen(place, 80, "PAGER='sed s/^/P:/' $F \(line) --no-pager")
      #expect(!plain.contains("P:"), "\(line)")
    }
  }

  @Test("in a pipe nothing is cut and nothing coloured")
  func pipe() throws {
    let place = try Self.place()
    let text = try place.shell("COLUMNS=40 TERM=xterm $F list | cat").text
    #expect(!text.contains("\u{1B}") && !text.contains("…"))
    #expect(text.contains("until nobody reads it any more"))
    #expect(text.contains("@subsidiary.department.fabrikam.example"))
    #expect(try place.run("show", "1").text.contains("about on Monday below, hoses included.\n"))
  }

  @Test("COLUMNS goes before the terminal's own width")
  func columns() throws {
    let place = try Self.place()
    #expect(
      try Self.screen(place, 120, "PAGER=cat COLUMNS=80 $F list")
        == Self.screen(place, 80, "PAGER=cat $F list"))
  }

  @Test("colours are for terminals that have them, and for those who want them")
  func colours() throws {
    let place = try Self.place()
    func isColoured(_ variables: String) throws -> Bool {
      try Self.screen(place, 80, "PAGER=cat $F list", variables).contains("\u{1B}[33m1\u{1B}[m")
    }
    #expect(try isColoured("X=1"))
    #expect(try isColoured("NO_COLOR="))
    #expect(try !isColoured("NO_COLOR=1"))
    #expect(try !isColoured("TERM=dumb"))
  }

  @Test("the pager is the user's, and none is needed")
  func pager() throws {
    let place = try Self.place()
    func first(_ variables: String, _ options: String = "") throws -> String {
      let text = try Self.screen(place, 80, "\(variables) $F thread 1 \(options)")
      return String(text.split(separator: "\n").first ?? "")
    }
    let plain = "Conversation 1, 4 messages, account:1"
    #expect(try first("PAGER='sed s/^/P:/'") == "P:" + plain)
    #expect(
      try first("PAGER='sed s/^/P:/' CRM_MAILFILTER_PAGER='sed s/^/C:/'") == "C:" + plain)
    #expect(try first("PAGER='sed s/^/P:/'", "--no-pager") == plain)
    #expect(try first("PAGER=") == plain)
    #expect(try first("PAGER=no-such-pager") == plain)
    #expect(try first("PAGER='\"no such pager\" 2>/dev/null'") == plain)
    // One that quits early is no error.
    #expect(try first("PAGER='head -n 1'") == plain)
    // In a pipe there is none.
    #expect(try place.shell("PAGER='sed s/^/P:/' $F thread 1 | cat").text.hasPrefix(plain))
  }

  @Test("times in full where they are asked for")
  func iso() throws {
    let place = try Self.place()
    let result = try place.shell("TZ=CET-1 $F list --iso")
    #expect(result.text.contains("\n1  2024-03-04T09:14:05+01:00  from erin@fabrikam.example"))
    #expect(try place.shell("TZ=CET-1 $F show 1 --iso").text.contains("2024-03-04T09:14:05+01:00"))
  }

  @Test("a reader that has seen enough is no error, whatever became of SIGPIPE")
  func brokenPipe() throws {
    let place = try Self.place()
    for trap in ["", "trap '' PIPE; "] {
      for line in ["list", "list --json", "show 1", "thread 1"] {
        let result = try place.shell(
          "\(trap)(sleep 0.2; exec $F \(line)) | true; echo ${PIPESTATUS[0]}")
        #expect(result.errors.isEmpty && result.text == "141\n", "\(trap)\(line)")
      }
    }
  }

  @Test("what is not there is one clear line")
  func missing() throws {
    let place = try Self.place()
    for command in ["show", "thread"] {
      let result = try place.run(command, "99")
      #expect(result.status == 66)
      #expect(result.errors == "crm-mailfilter: no mail 99; see 'list'\n")
    }
    _ = try place.query("PRAGMA user_version = 999")
    for command in [["list"], ["show", "1"], ["thread", "1"]] {
      let result = try Program.run(
        Program.path, command, environment: place.environment, folder: place.folder)
      #expect(result.status == 65 && result.text.isEmpty)
      #expect(result.errors.split(separator: "\n").count == 1, "\(result.errors)")
    }
  }
}
