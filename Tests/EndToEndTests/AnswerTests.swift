import Foundation
import Testing

/// What commands say of what they did: a line where something changed, and that it is so where not.
@Suite struct AnswerTests {
  /// Calls in order, each with its status and what stands in its line.
  private func check(
    _ place: Place, _ calls: [(line: String, status: Int32, words: String)]
  ) throws {
    for call in calls {
      let result = try place.shell("\"$F\" \(call.line)")
      #expect(result.status == call.status, "\(call.line): \(result)")
      let said = call.status == 0 ? result.text : result.errors
      #expect(said.contains(call.words), "\(call.line): \(result)")
      #expect(said.split(separator: "\n").count == 1, "\(call.line): \(result)")
    }
  }

  @Test func whatChangesIsSaidAndWhatIsSoAlready() throws {
    let place = try Place()
    #expect(try place.filter(customerMail()).status == 0)
    try check(
      place,
      [
        ("org set contoso log-refused yes", 0, "contoso: log-refused is 'yes' now"),
        ("org set contoso log-refused yes", 0, "contoso: log-refused is 'yes' already"),
        ("org disconnect contoso", 0, "contoso is disconnected; mail for it waits"),
        ("org disconnect contoso", 0, "contoso is disconnected already"),
        (
          "org synchronize contoso", 0,
          "contoso is disconnected: mail for it waits until 'crm-mailfilter org connect contoso'"
        ),
        ("org connect contoso", 0, "contoso is connected; "),
        ("org connect contoso", 0, "contoso is connected already."),
        ("org synchronize contoso", 0, "contoso receives mail already."),
        ("org add contoso sqlite:contoso.sqlite", 0, "contoso is there already: 1 message"),
        ("org add other sqlite:other.sqlite", 0, "other: 0 messages"),
        ("org remove other", 0, "other is no longer in the profile; its store stays"),
        ("org remove other", 64, "no organization 'other' in the profile"),
        ("user add lee@contoso.example --alias l@contoso.example", 0, "is a user now, member"),
        ("user add lee@contoso.example --alias l@contoso.example", 0, "is a user already"),
        ("user add lee@contoso.example", 65, "'user set lee@contoso.example' changes it"),
        ("user add l@contoso.example", 65, "an address of the user lee@contoso.example already"),
        (
          "user set lee@contoso.example --role reader --filter none --remove-alias l@contoso.example",
          0,
          "lee@contoso.example is changed: role reader, filter none, without l@contoso.example"
        ),
        ("user set lee@contoso.example --role reader", 0, "lee@contoso.example is so already"),
        ("record add contact:9 --address x@y.example", 0, "contact:9 is added: x@y.example"),
        ("record add contact:9 --address z@y.example", 0, "contact:9 is replaced: z@y.example"),
        ("record set contact:9 --name Zoe", 0, "contact:9 is changed"),
        ("record set contact:9", 64, "nothing to change is given"),
        ("record remove contact:7", 66, "there is no record contact:7"),
        ("regarding 1 contact:9", 0, "mail 1 and its answers regard contact:9 now"),
        ("regarding 1 contact:9", 0, "mail 1 and its answers regard contact:9 already"),
        ("regarding 1 lead:5", 0, "regard lead:5 now, which is no record here yet; see"),
        ("track 1 --regarding lead:5", 0, "; it regards lead:5, which is no record here yet"),
        ("user set nobody@contoso.example --role reader", 66, "no user has the address"),
        ("regarding 7 contact:9", 66, "no mail 7"),
        ("track 1", 0, "mail 1: it is tracked by hand already"),
        ("untrack 7", 66, "no mail 7"),
        ("retry", 0, "nothing waits"),
        ("backup kept.sqlite", 0, "kept.sqlite: 1 message"),
        ("backup kept.sqlite", 73, "kept.sqlite is there already, and is not replaced"),
        ("backup missing/kept.sqlite", 66, "missing: there is no such folder"),
        ("backup kept.sqlite/x", 66, "kept.sqlite is no folder"),
        ("list --direction up", 64, "'outgoing'; see --help"),
        ("search --pumps", 64, "for a word of the query: search -- --pumps"),
        ("search --from erin", 64, "search has no option '--from'; in the query write from:"),
        ("list --limit -1", 64, "--limit takes no negative number"),
        ("search pumps --offset -1", 64, "--offset takes no negative number"),
        ("stats --limit -1", 64, "--limit takes no negative number"),
        ("explain .", 66, ". is a folder; name one message of it, or see 'batch'"),
        ("track .", 66, ". is a folder"),
        ("export no/folder/x.mbox", 66, "no/folder: there is no such folder; make it first"),
      ])
  }

  @Test func aFilterForAllSaysWhomItDoesNotReach() throws {
    let place = try Place()
    #expect(try place.run("org", "add", "contoso", "sqlite:contoso.sqlite").status == 0)
    for (name, filter) in [("lee", "none"), ("kim", "replies"), ("ann", "contacts")] {
      let added = try place.run("user", "add", "\(name)@contoso.example", "--filter", filter)
      #expect(added.status == 0, "\(added)")
    }
    try check(
      place,
      [
        (
          "org set contoso filter contacts", 0,
          "contoso: filter is 'contacts' now; 2 users chose another: 'user list'\n"
        ),
        (
          "org set contoso filter all", 0,
          "filter is 'all' now; while 'allow-all' is 'no', users are given 'replies' instead\n"
        ),
        ("org set contoso allow-all yes", 0, "allow-all is 'yes' now\n"),
        ("org set contoso filter all", 0, "'all' already; 3 users chose another: 'user list'\n"),
        ("org set contoso forced-filter none", 0, "forced-filter is 'none' now\n"),
        (
          "org set contoso filter replies", 0,
          "filter is 'replies' now; 'forced-filter' is 'none', and holds for all\n"
        ),
      ])
  }

  @Test func anOrganizationThatIsRefusedLeavesNothing() throws {
    let place = try Place()
    let before = try place.bytes(of: place.profile)
    try check(
      place, [("org add 'a b' sqlite:new.sqlite", 64, "'a b' is no name of an organization; use")])
    #expect(
      !FileManager.default.fileExists(atPath: place.folder + "/data/crm-mailfilter/new.sqlite"))
    #expect(try place.bytes(of: place.profile) == before)
  }

  @Test func whatWaitedIsCountedByWhatBecameOfIt() throws {
    let place = try Place()
    #expect(try place.run("org", "add", "contoso", "sqlite:contoso.sqlite").status == 0)
    #expect(try place.run("org", "disconnect", "contoso").status == 0)
    for (id, sender) in [("a", "erin@fabrikam.example"), ("b", "lee@tailspin.example")] {
      #expect(try place.filter(customerMail(id: id + "@x", from: sender)).status == 0)
    }
    #expect(place.waiting.count == 2)
    let waiting = try place.run("retry")
    #expect(waiting.status == 75 && waiting.text.hasSuffix("0 brought in, 2 wait\n"), "\(waiting)")
    #expect(try place.run("org", "connect", "contoso").status == 0)
    let done = try place.run("retry")
    #expect(done.status == 0, "\(done)")
    #expect(done.text.hasSuffix("\n1 brought in, 1 refused, 0 wait\n"), "\(done)")
  }

  @Test func rulesThatTrackLessThanBeforeAreNamedWithWhatToWrite() throws {
    let place = try Place(rules: Place.usualRules.replacing("even = []", with: ""))
    #expect(try place.run("org", "add", "contoso", "sqlite:contoso.sqlite").status == 0)
    let line =
      "rule 1 'Fabrikam' tracks no automatic, bulk, internal or spam mail, as it did in 0.1; add "
      + "even = [\"automatic\", \"bulk\", \"internal\", \"spam\"] to track it, even = [] where it is "
      + "meant so\n"
    #expect(try place.run("rules", "check").text.hasSuffix("1 rule\n" + line))
    let mails = ["", "List-Id: <x.example>", "X-Spam-Flag: YES", "List-Id: <y.example>"]
    _ = try place.shell("mkdir -p box/cur box/new box/tmp")
    for (index, extra) in mails.enumerated() {
      try place.write(
        customerMail(id: "m\(index)@fabrikam.example", extra: extra), to: "box/new/\(index).x.y")
    }
    let explained = try place.run("explain", place.folder + "/box/new/1.x.y").text
    #expect(explained.contains("and the rule does not say even = [\"bulk\"]"), "\(explained)")
    let verified = try place.run("verify")
    #expect(verified.status == 0 && verified.text.contains(line), "\(verified)")
    let first = try place.run("batch", place.folder + "/box").text
    #expect(
      first.hasSuffix(
        "\nrule 1 'Fabrikam' left out what 0.1 tracked: bulk 2, spam 1; add even = [\"bulk\", "
          + "\"spam\"] to track it, even = [] where it is meant so\n"), "\(first)")
    #expect(try place.query("SELECT count(*) FROM copy") == "1")
    // The rules are others now: what was decided is looked at again where that is asked for.
    let text = String(decoding: try place.bytes(of: place.profile), as: UTF8.self)
    try place.write(text + "\neven = [\"bulk\"]\n", to: "crm-mailfilter.toml")
    let remark =
      "the rules have changed since what is known was decided about; --again looks at all of it\n"
    let second = try place.run("batch", place.folder + "/box").text
    #expect(second.hasSuffix("\n" + remark), "\(second)")
    #expect(try place.run("rules", "check").text.hasSuffix("1 rule\n"))
    let again = try place.run("batch", place.folder + "/box", "--again").text
    #expect(!again.contains("rule"), "\(again)")
    #expect(try place.query("SELECT count(*) FROM copy") == "3")
    #expect(try !place.run("batch", place.folder + "/box").text.contains("rule"))
  }
}
