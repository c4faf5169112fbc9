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
    terminal.type("https://crm.contoso.example")
    try terminal.expect("no organization can be reached by 'https:'")
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
    terminal.type("records.csv".withPath(place))
    try terminal.expect("2 to be added")
    try terminal.expect("Leave out [private automatic bulk internal spam]")
    terminal.type("private spam")
    try terminal.expect("misses the first message of every")
    try terminal.expect("4 sent")
    try terminal.expect("Which [2]")
    terminal.type("4")
    try terminal.expect("Do it?")
    #expect(!FileManager.default.fileExists(atPath: place.profile))
    terminal.type("y")
    try terminal.expect("paste into ~/.procmailrc")
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
      #expect(try terminal.wait() != 0, "\(terminal.screen)")
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

extension String {
  fileprivate func withPath(_ place: Place) -> String { place.folder + "/" + self }
}
