import Foundation
import Testing

/// The wizard, from an empty home to tracked mail.
@Suite struct SetupTests {
  /// A place without a profile.
  private func emptyPlace() throws -> Place {
    let place = try Place()
    try FileManager.default.removeItem(atPath: place.profile)
    return place
  }

  private func profile(_ place: Place) throws -> String {
    String(decoding: try place.bytes(of: place.profile), as: UTF8.self)
  }

  private let records = """
    type,id,owner,address,domain
    account,7,dana@contoso.example,,fabrikam.example
    contact,8,,tom@adatum.example,
    """

  @Test func everythingIsAskedAndThenDone() throws {
    let place = try emptyPlace()
    try place.write(records, to: "records.csv")
    try place.write("DEFAULT=$HOME/mail\n", to: ".procmailrc")
    let terminal = try PseudoTerminal(["setup"], in: place)
    try terminal.expect("What is asked.")
    try terminal.expect("Who sees it.")
    try terminal.expect("Go on?")
    terminal.type("")
    try terminal.expect("Addresses:")
    terminal.type("dana at contoso")
    try terminal.expect("is no address")
    try terminal.expect("Addresses:")
    terminal.type("dana@contoso.example sales@contoso.example")
    try terminal.expect("Its name [contoso]")
    terminal.type("")
    try terminal.expect("Where it is [sqlite:contoso.sqlite]")
    terminal.type("ldap://crm.contoso.example")
    try terminal.expect("no organization can be reached by 'ldap:'")
    terminal.type("")
    try terminal.expect("[@contoso.example]")
    terminal.type("")
    try terminal.expect("Connect it?")
    terminal.type("")
    try terminal.expect("another organization?")
    terminal.type("")
    try terminal.expect("Which [1]")
    terminal.type("1")
    try terminal.expect("import [none]")
    terminal.type("~/records.csv")
    try terminal.expect("2 added")
    try terminal.expect("Leave out [private automatic bulk internal spam]")
    terminal.type("private spam")
    try terminal.expect("misses the first message of every")
    try terminal.expect("5 sent")
    try terminal.expect("Which [2]")
    terminal.type("5")
    try terminal.expect("From the next message on")
    try terminal.expect("what rule 'Mail sent to known records' says")
    try terminal.expect("what answers tracked mail")
    try terminal.expect("Do it?")
    #expect(!FileManager.default.fileExists(atPath: place.profile))
    terminal.type("y")
    try terminal.expect("paste into ~/.procmailrc")
    try terminal.expect("crm-mailfilter explain mail.eml")
    try terminal.expect("crm-mailfilter batch ~/Maildir --dry-run")
    try terminal.expect("crm-mailfilter list")
    #expect(try terminal.wait() == 0, "\(terminal.screen)")
    #expect(
      try profile(place) == """
        # Made by 'crm-mailfilter setup'; every key is explained in crm-mailfilter.toml(5).

        exclude = ["private", "spam"]
        synchronizing = "contoso"

        [[mailbox]]
        owner     = "dana@contoso.example"
        addresses = ["dana@contoso.example", "sales@contoso.example"]

        [[organization]]
        name = "contoso"
        url  = "sqlite:contoso.sqlite"
        colleagues = ["@contoso.example"]

        [[rule]]
        name      = "Mail sent to known records"
        direction = "outgoing"
        recipient = ["@fabrikam.example", "tom@adatum.example"]
        action    = "track"
        even      = []

        """, "\(terminal.screen)")
    // What is sent to a record is tracked, and so is the answer; other mail is not.
    let sent = customerMail(
      id: "s1@contoso.example", from: "dana@contoso.example", to: "erin@fabrikam.example")
    #expect(try place.filter(sent).output == sent)
    let answer = customerMail(extra: "In-Reply-To: <s1@contoso.example>")
    #expect(try place.filter(answer).output == answer)
    #expect(try place.filter(customerMail(id: "x@fabrikam.example")).status == 0)
    let tracked = try place.query("SELECT direction FROM copy ORDER BY id")
    #expect(tracked == "outgoing\nincoming")
  }

  @Test func whoStopsLeavesNothing() throws {
    // No; Ctrl-C; Ctrl-D; no at the very end.
    let address = ("Addresses:", "dana@contoso.example\n")
    let endings: [[(String, String)]] = [
      [("Go on?", "n\n")], [("Go on?", "\n"), ("Addresses:", "\u{3}")],
      [("Go on?", "\n"), address, ("Its name", "\u{4}")],
      [("Go on?", "\n"), address, ("Its name", "\n"), ("Where", "\n"), ("mail is", "\n")]
        + [("Connect", "\n"), ("another", "\n"), ("Which", "\n"), ("import", "\n")]
        + [("Leave out", "\n"), ("Which", "\n"), ("Do it?", "no\n")],
    ]
    for ending in endings {
      let place = try emptyPlace()
      let terminal = try PseudoTerminal(["setup"], in: place)
      for (question, answer) in ending {
        try terminal.expect(question)
        terminal.type(answer, ending: "")
      }
      // As in every command: a no and an end say so, Ctrl-C ends it.
      let isInterrupted = ending.last?.1 == "\u{3}"
      #expect(try terminal.wait() == (isInterrupted ? 256 + SIGINT : 64), "\(terminal.screen)")
      #expect(
        isInterrupted || terminal.screen.hasSuffix("\ncrm-mailfilter: nothing was changed\n"),
        "\(terminal.screen)")
      #expect(!FileManager.default.fileExists(atPath: place.profile))
      #expect(!FileManager.default.fileExists(atPath: place.store))
    }
  }

  @Test func nothingNeedsToBeAsked() throws {
    let place = try emptyPlace()
    #expect(try place.run("setup", "--defaults").status == 64)
    #expect(try place.run("setup").status == 64)
    let result = try place.run("setup", "--defaults", "--address", "dana@contoso.example")
    #expect(result.status == 0, "\(result.errors)")
    let first = try profile(place)
    #expect(first.contains("synchronizing = \"contoso\""))
    #expect(first.contains("colleagues = [\"@contoso.example\"]"))
    #expect(try place.query("SELECT role FROM user") == "administrator")
    #expect(try place.shell("stat -c %a \(place.profile)").text == "600\n")
    // Again, nothing changes; somebody's own profile is kept as it is.
    #expect(try place.run("setup", "--defaults").status == 0)
    #expect(try profile(place) == first)
    let own = try Place()
    let before = try profile(own)
    #expect(try own.run("setup", "--defaults").status == 0)
    #expect(try profile(own) == before)
  }

  @Test func aProfileThatIsThereIsProposedAndChangedInPlace() throws {
    let place = try Place()
    #expect(try place.filter(customerMail()).status == 0)
    try place.write("# mine\n" + (try profile(place)), to: "crm-mailfilter.toml")
    let terminal = try PseudoTerminal(["setup"], in: place)
    try terminal.expect("Go on?")
    terminal.type("y")
    try terminal.expect("[dana@contoso.example sales@contoso.example]")
    terminal.type("dana@contoso.example post@contoso.example")
    try terminal.expect("Add an organization?")
    terminal.type("y")
    try terminal.expect("Its name:")
    terminal.type("contoso")
    try terminal.expect("there is one of that name")
    terminal.type("second")
    try terminal.expect("Where it is")
    terminal.type("")
    try terminal.expect("colleagues' mail")
    terminal.type("nobody's")
    try terminal.expect("Connect it?")
    terminal.type("n")
    try terminal.expect("another organization?")
    terminal.type("n")
    try terminal.expect("3 none")
    terminal.type("")
    try terminal.expect("contoso is at sqlite:contoso.sqlite")
    try terminal.expect("colleagues' mail [@contoso.example]")
    terminal.type("")
    try terminal.expect("Connect it?")
    terminal.type("")
    try terminal.expect("import")
    terminal.type("")
    try terminal.expect("Leave out")
    terminal.type("")
    try terminal.expect("Which")
    terminal.type("contacts")
    try terminal.expect("Do it?")
    terminal.type("")
    #expect(try terminal.wait() == 0, "\(terminal.screen)")
    let after = try profile(place)
    #expect(after.hasPrefix("# mine\nsynchronizing = \"contoso\""))
    #expect(after.contains("addresses = [\"dana@contoso.example\", \"post@contoso.example\"]"))
    #expect(after.hasSuffix("url  = \"sqlite:second.sqlite\"\nconnected = false\n"), "\(after)")
    #expect(after.contains("name = \"Fabrikam\""))
    #expect(try place.query("SELECT filter FROM user") == "contacts")
    #expect(try place.query("SELECT count(*) FROM copy") == "1")
  }

  /// A terminal on which setup was answered as far as the first question after the addresses.
  private func begun(_ place: Place, _ address: String = "") throws -> PseudoTerminal {
    let terminal = try PseudoTerminal(["setup"], in: place, columns: 80)
    try terminal.expect("Go on?")
    terminal.type("")
    try terminal.expect("Addresses")
    terminal.type(address)
    return terminal
  }

  /// Answers questions: what is awaited, and what is typed then.
  private func answer(_ terminal: PseudoTerminal, _ answers: [(String, String)]) throws {
    for (question, answer) in answers {
      try terminal.expect(question)
      terminal.type(answer)
    }
  }

  @Test func whoTypesTheSignGoesBackAQuestion() throws {
    let place = try emptyPlace()
    let terminal = try PseudoTerminal(["setup"], in: place)
    try answer(terminal, [("Go on?", "<"), ("this is the first question", "")])
    try answer(
      terminal,
      [
        ("Addresses", "dana@tailspin.example"), ("Its name [tailspin]", "<"),
        ("The addresses of your mailbox", "dana@contoso.example"), ("Its name [contoso]", "one"),
        ("Where it is [sqlite:one.sqlite]", ""), ("mail is", "<"),
        ("Where it is [sqlite:one.sqlite]", "<"), ("Its name [contoso]", ""),
        ("Where it is [sqlite:contoso.sqlite]", ""), ("mail is", ""), ("Connect", ""),
        ("another", ""), ("Which", ""), ("import", ""), ("Leave out", ""), ("Which", ""),
        ("Do it?", "<"), ("Which mail is tracked", "contacts"), ("Do it?", ""),
      ])
    #expect(try terminal.wait() == 0, "\(terminal.screen)")
    let text = try profile(place)
    #expect(text.contains("owner     = \"dana@contoso.example\""), "\(text)")
    #expect(!text.contains("tailspin") && !text.contains("\"one\""), "\(text)")
    #expect(try place.query("SELECT filter FROM user") == "contacts")
  }

  @Test func itSaysThatNothingWillBeTrackedAndWhy() throws {
    let toTheFilter = [
      ("Its name", ""), ("Where", ""), ("mail is", ""), ("Connect", ""), ("another", ""),
      ("Which", "1"), ("import", ""), ("Leave out", ""),
    ]
    for (answers, filter, words) in [
      (toTheFilter, "default", ["'replies' takes answers to tracked mail: there is none."]),
      (toTheFilter, "contacts", ["'contacts' finds no lead, contact or account."]),
      (toTheFilter, "none", ["'none' takes nothing."]),
      (
        toTheFilter.map { $0.0 == "Connect" ? ("Connect", "n") : $0 }, "none",
        ["no rule tracks any"]
      ),
      (
        toTheFilter.map { $0.0 == "Which" ? ("Which", "none") : $0 }.filter { $0.0 != "import" },
        nil, ["no organization receives mail."]
      ),
    ] as [([(String, String)], String?, [String])] {
      let place = try emptyPlace()
      let terminal = try begun(place, "dana@contoso.example")
      try answer(terminal, answers + (filter.map { [("Which mail", $0)] } ?? []))
      try terminal.expect("From the next message on")
      try terminal.expect("nothing is tracked")
      for word in words { try terminal.expect(word) }
      try answer(terminal, [("Do it?", "")])
      #expect(try terminal.wait() == 0, "\(terminal.screen)")
      #expect(!terminal.screen.contains("tracked: what"), "\(terminal.screen)")
      let told = terminal.screen.components(separatedBy: "From the next message on")[1]
        .components(separatedBy: "Do it?")[0]
      #expect(told.split(separator: "\n").allSatisfy { $0.count <= 80 }, "\(told)")
      // Only where it was chosen is a filter the user's own.
      if let filter {
        #expect(
          try place.query("SELECT coalesce(filter, 'default') FROM user") == filter, "\(filter)")
      }
      let last = answers.contains { $0 == ("Connect", "n") }
      #expect(terminal.screen.contains("contoso is disconnected: mail for it waits") == last)
      let next =
        "\n  crm-mailfilter "
        + (filter == nil ? "org synchronize" : last ? "org connect" : "explain")
      #expect(terminal.screen.contains("Next:\n" + next), "\(terminal.screen)")
    }
  }

  @Test func whatIsThereIsProposedAndAChangeOfTheOrganizationConfirmed() throws {
    let place = try Place(
      rules: """
        connected = false
        [[organization]]
        name = "second"
        url = "sqlite:second.sqlite"
        """)
    #expect(try place.run("org", "add", "contoso", "sqlite:contoso.sqlite").status == 0)
    #expect(try place.run("org", "add", "second", "sqlite:second.sqlite").status == 0)
    _ = try place.query("UPDATE user SET filter = 'records'")
    let terminal = try begun(place)
    let change = "Mail goes to second instead of contoso from now on. Go on? [y/N]"
    try answer(
      terminal,
      [
        ("Add an organization?", ""), ("Which [1]", "second"), (change, ""), ("Which [1]", ""),
        ("mail is colleagues' mail [@contoso.example]", "nobody's"),
        ("Connect it? Mail for an organization that is not connected waits. [y/N]", ""),
        ("import", ""), ("Leave out", ""), ("5 records", ""),
      ])
    try terminal.expect("contoso is disconnected, and mail for it waits")
    try answer(terminal, [("Do it?", "")])
    #expect(try terminal.wait() == 0, "\(terminal.screen)")
    #expect(terminal.screen.contains("Which [5]: "), "\(terminal.screen)")
    #expect(terminal.screen.contains("your filter is 'records'"), "\(terminal.screen)")
    let text = try profile(place)
    #expect(text.contains("connected = false") && !text.contains("colleagues"), "\(text)")
    #expect(text.contains("synchronizing = \"contoso\""))
    #expect(try place.query("SELECT filter FROM user") == "records")
    // The same words as the command's own.
    let asked = try PseudoTerminal(["org", "synchronize", "second"], in: place)
    try asked.expect(change)
    asked.type("\u{4}", ending: "")
    #expect(try asked.wait() == 64)
    #expect(asked.screen.hasSuffix("\ncrm-mailfilter: nothing was changed\n"), "\(asked.screen)")
  }

  @Test func whatIsRefusedOfAFileIsLeftOutOnlyWhereSomebodySaysSo() throws {
    let place = try emptyPlace()
    try place.write(
      """
      type,id,address
      contact,8,tom@adatum.example
      contact,9,not an address

      """, to: "some records.csv")
    let terminal = try begun(place, "dana@contoso.example")
    try answer(
      terminal,
      [
        ("Its name", ""), ("Where", ""), ("mail is", ""), ("Connect", ""), ("another", ""),
        ("Which", "1"), ("import", "~/'some records.csv'"),
        ("Import it without the one that is refused?", ""), ("import", "~/some\\ records.csv"),
        ("Import it without the one that is refused?", "y"), ("Leave out", ""),
        ("Which mail", "contacts"),
      ])
    try terminal.expect("what is from or to a lead, contact or account of contoso")
    try answer(terminal, [("Do it?", "")])
    #expect(try terminal.wait() == 0, "\(terminal.screen)")
    #expect(try place.query("SELECT record_id FROM record") == "8")
  }

  @Test func whoWantsAllOfAFileIsAskedNothing() throws {
    let bad = """
      type,id,address
      contact,8,tom@adatum.example
      contact,9,not an address

      """
    let whole = bad.replacing("not an address", with: "ann@adatum.example")
    // A card without an address is no error of the file, and yet left out.
    let cards = """
      BEGIN:VCARD
      VERSION:4.0
      FN:Tom
      EMAIL:tom@adatum.example
      END:VCARD
      BEGIN:VCARD
      VERSION:4.0
      FN:Nobody
      END:VCARD

      """
    let setup = ["setup", "--defaults", "--address", "dana@contoso.example", "--records"]
    for (text, name, arguments, status, count) in [
      (bad, "bad.csv", ["--no-skip"], 65, nil), (bad, "bad.csv", [], 0, "1"),
      (whole, "whole.csv", ["--no-skip"], 0, "2"), (cards, "some.vcf", ["--no-skip"], 65, nil),
      (cards, "some.vcf", [], 0, "1"),
    ] as [(String, String, [String], Int32, String?)] {
      let place = try emptyPlace()
      try place.write(text, to: name)
      let result = try Program.run(
        Program.path, setup + [place.folder + "/" + name] + arguments,
        environment: place.environment,
        folder: place.folder)
      #expect(result.status == status, "\(name) \(arguments): \(result)")
      #expect(FileManager.default.fileExists(atPath: place.profile) == (status == 0))
      guard let count else {
        #expect(result.errors.contains("1 of it would be left out, nothing is imported"))
        #expect(!FileManager.default.fileExists(atPath: place.store))
        // The same by itself.
        _ = try place.run("setup", "--defaults", "--address", "dana@contoso.example")
        #expect(
          try place.run("record", "import", place.folder + "/" + name, "--no-skip").status == 65)
        #expect(try place.query("SELECT count(*) FROM record") == "0")
        continue
      }
      #expect(result.text.contains("records: \(count) added"), "\(result.text)")
      #expect(try place.query("SELECT count(*) FROM record") == count)
    }
    let place = try emptyPlace()
    try place.write(bad, to: "bad.csv")
    let terminal = try PseudoTerminal(
      [
        "setup", "--records", place.folder + "/bad.csv", "--no-skip", "--address",
        "dana@contoso.example",
      ], in: place
    )
    try answer(
      terminal,
      [
        ("Go on?", ""), ("Addresses", ""), ("Its name", ""), ("Where", ""), ("mail is", ""),
        ("Connect", ""), ("another", ""), ("Which", "1"), ("bad.csv]", ""),
        ("1 of it would be left out", ""),
      ])
    try terminal.expect("bad.csv]")
  }

  @Test("what is to be pasted is never broken", arguments: [40, 80, 200] as [UInt16])
  func recipes(columns: UInt16) throws {
    let place = try emptyPlace()
    let own = place.folder + "/a folder with a name that no terminal of these has room for"
    try FileManager.default.createDirectory(atPath: own, withIntermediateDirectories: true)
    for name in [".procmailrc", ".mailfilter", ".dovecot.sieve", ".fdm.conf"] {
      try place.write("", to: name)
    }
    let path = own + "/crm-mailfilter.toml"
    let terminal = try PseudoTerminal(
      ["setup", "--defaults", "--address", "dana@contoso.example", "--profile", path], in: place,
      columns: columns)
    #expect(try terminal.wait() == 0, "\(terminal.screen)")
    let program = URL(fileURLWithPath: Program.path).resolvingSymlinksInPath().path
    for line in [
      "    | \(program) filter --profile '\(path)'\n",
      "    xfilter \"\(program) filter --profile '\(path)'\"\n",
      "    filter \"crm-mailfilter\" [\"filter\", \"--profile\", \"\(path)\"];\n",
      "    action \"crm\" pipe \"\(program) filter --profile '\(path)' --no-output\"\n",
      "  crm-mailfilter explain mail.eml --profile '\(path)'\n",
      "  crm-mailfilter batch ~/Maildir --dry-run --profile '\(path)'\n",
      "  crm-mailfilter list --profile '\(path)'\n",
    ] {
      #expect(terminal.screen.contains(line), "\(line)\(terminal.screen)")
    }
  }

  @Test func theRecipesAreThoseOfTheSamples() throws {
    let samples = [
      ".procmailrc": "procmailrc", ".mailfilter": "mailfilter", ".dovecot.sieve": "dovecot.sieve",
      ".fdm.conf": "fdm.conf", ".getmail/getmailrc": "getmailrc",
    ]
    for (own, sample) in samples {
      let place = try emptyPlace()
      _ = try place.shell("mkdir -p .getmail; touch '\(own)'")
      let shown = try place.run("setup", "--defaults", "--address", "dana@contoso.example").text
      let text = try String(
        contentsOfFile: Repository.root + "/samples/hosts/" + sample, encoding: .utf8)
      // What the system says of a running program has no links in it.
      let program = URL(fileURLWithPath: Program.path).resolvingSymlinksInPath().path
      // The profile is named by an environment variable, which no host has.
      let arguments = "\"filter\", \"--profile\", \"\(place.profile)\""
      let lines = text.split(separator: "\n").filter { !$0.hasPrefix("#") }.map { line in
        line.replacing(
          "crm-mailfilter filter", with: "\(program) filter --profile \(place.profile)"
        )
        .replacing("/usr/local/bin/crm-mailfilter", with: program)
        .replacing("\"filter\"", with: arguments)
      }
      #expect(!lines.isEmpty)
      for line in lines { #expect(shown.contains("    " + line), "\(line): \(shown)") }
      #expect(shown.components(separatedBy: "paste into").count == 2, "\(shown)")
    }
  }
}
