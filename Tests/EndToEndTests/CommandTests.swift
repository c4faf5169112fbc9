import Foundation
import Testing

/// The commands for people.
@Suite struct CommandTests {
  private func status(_ place: Place, _ line: String) throws -> Int32 {
    try Program.run(
      Program.path, line.split(separator: " ").map(String.init), environment: place.environment,
      folder: place.folder
    ).status
  }

  @Test func organizationsAreAddedAndSynchronized() throws {
    let place = try Place()
    let before = String(decoding: try place.bytes(of: place.profile), as: UTF8.self)
    #expect(try status(place, "org add other sqlite:\(place.folder)/other.sqlite") == 0)
    let after = String(decoding: try place.bytes(of: place.profile), as: UTF8.self)
    #expect(after.hasPrefix(before))
    #expect(try place.run("org", "list").text.contains("synchronizing"))
    #expect(try status(place, "org synchronize other --yes") == 0)
    _ = try place.filter(customerMail())
    #expect(try place.run("list", "--org", "other").text.contains("erin@fabrikam.example"))
    #expect(try place.run("list").text.contains("Offer"))
    #expect(try status(place, "org synchronize --none --yes") == 0)
    _ = try place.filter(customerMail(id: "2@x"))
    #expect(try place.run("org", "list").text.contains("1 message"))
    #expect(try status(place, "org synchronize nobody") == 64)
    #expect(try status(place, "org add bad ldap://x") == 64)
    #expect(try status(place, "org add contoso sqlite:else") == 64)
    let last = String(decoding: try place.bytes(of: place.profile), as: UTF8.self)
    #expect(!last.contains("synchronizing"))
  }

  @Test func settingsAreCheckedAndHold() throws {
    let place = try Place(rules: "")
    _ = try place.run("org", "add", "contoso", "sqlite:contoso.sqlite")
    #expect(try status(place, "org set contoso filter contcts") == 64)
    let unknown = try place.run("org", "set", "contoso", "filtr", "all")
    #expect(unknown.status == 64 && unknown.errors.contains("'filter'"))
    #expect(try status(place, "user set dana@contoso.example --filter all") == 77)
    #expect(try status(place, "org set contoso allow-all yes") == 0)
    #expect(try status(place, "user set dana@contoso.example --filter all") == 0)
    _ = try place.filter(customerMail())
    #expect(try place.query("SELECT reason_code FROM copy") == "6")
    #expect(try status(place, "user set dana@contoso.example --disable") == 65)
    #expect(try place.run("user", "list").text.contains("administrator"))
  }

  @Test func recordsAreImportedWholeOrNotAtAll() throws {
    let place = try Place(rules: "")
    try place.write(
      """
      type,id,owner,address,domain
      account,"a,1",dana@contoso.example,,fabrikam.example
      contact,2,,"x@y.example; z@y.example",

      """, to: "good.csv")
    try place.write("type,id,address\ncontact,3,q@y.example\ncontact,4,nothing\n", to: "bad.csv")
    try place.write("type,id,domain\naccount,5,gmail.com\n", to: "public.csv")
    #expect(
      try place.run("record", "import", place.folder + "/good.csv").text == "2 added, 0 replaced\n")
    #expect(
      try place.run("record", "import", place.folder + "/good.csv").text == "0 added, 2 replaced\n")
    let bad = try place.run("record", "import", place.folder + "/bad.csv")
    #expect(bad.status == 65 && bad.errors.contains("bad.csv:3:"))
    #expect(try status(place, "record import \(place.folder)/public.csv") == 65)
    #expect(try place.query("SELECT count(*) FROM record") == "2")
    #expect(try status(place, "org set contoso filter contacts") == 0)
    _ = try place.filter(customerMail())
    #expect(try place.query("SELECT reason_code, regarding_id FROM copy") == "5|")
    #expect(
      try place.query("SELECT record FROM mail_participant WHERE role = 'from'") == "account:a,1")
  }

  @Test func whoIsNoRecordIsListed() throws {
    let place = try Place()
    _ = try place.filter(customerMail(to: "dana@contoso.example, lee@tailspin.example"))
    _ = try place.filter(customerMail(id: "2@x"))
    func listed() throws -> [[String]] {
      // The day's form is another after half a year.
      try place.run("record", "unresolved").text.replacingOccurrences(
        of: "2026-11-02", with: "Mon 2 Nov"
      )
      .split(separator: "\n").map { line in
        line.components(separatedBy: "  ").map { $0.trimmingCharacters(in: .whitespaces) }
          .filter { !$0.isEmpty }
      }
    }
    let lee = ["lee@tailspin.example", "-", "-", "in 1 message", "Mon 2 Nov", "-"]
    #expect(
      try listed() == [
        ["erin@fabrikam.example", "Erin", "-", "in 2 messages", "Mon 2 Nov", "-"], lee,
      ])
    #expect(try status(place, "record add account:1 --domain fabrikam.example") == 0)
    #expect(try listed() == [lee])
    #expect(try place.run("record", "unresolved", "--limit", "-1").status == 64)
  }

  @Test func helpIsThereForAllAndFitsAScreen() throws {
    let place = try Place()
    for line in [
      "--help", "filter --help", "explain --help", "list --help", "show --help", "org --help",
      "org add --help", "user set --help", "record import --help", "rules --help", "retry --help",
      "failures --help", "verify --help", "backup --help",
    ] {
      let result = try Program.run(
        Program.path, line.split(separator: " ").map(String.init), environment: place.environment,
        folder: place.folder)
      #expect(result.status == 0, "\(line)")
      #expect(
        result.text.contains("OVERVIEW") && result.text.split(separator: "\n").count < 45, "\(line)"
      )
    }
    #expect(try place.run("--version").text == "0.2.0\n")
  }

  @Test func theManualNamesEveryOptionOfTheFilter() throws {
    let manual = try String(
      contentsOfFile: Repository.root + "/man/crm-mailfilter.1", encoding: .utf8)
    let help = try Program.run(
      Program.path, ["filter", "--help"], folder: NSTemporaryDirectory()
    ).text
    for option in ["profile", "spool", "recipient", "sender", "sent", "strict", "no-output"] {
      #expect(manual.contains("Fl -" + option), "\(option)")
      #expect(help.contains("--" + option), "\(option)")
    }
  }

  @Test func withoutAProfileCommandsSayHowToMakeOne() throws {
    let place = try Place()
    var environment = place.environment
    environment["CRM_MAILFILTER_PROFILE"] = nil
    let result = try Program.run(
      Program.path, ["list"], input: [], environment: environment, folder: place.folder)
    #expect(result.status == 78)
    #expect(result.errors.split(separator: "\n").count == 1)
    #expect(result.errors.contains("'crm-mailfilter setup'"), "\(result.errors)")
    #expect(result.errors.contains("/crm-mailfilter/crm-mailfilter.toml, see"))
  }

  @Test func theSampleProfileIsValid() throws {
    let place = try Place()
    let sample = Repository.root + "/samples/crm-mailfilter.toml"
    #expect(try place.run("rules", "check", "--profile", sample).status == 0)
    #expect(try place.run("rules", "list", "--profile", sample).text.contains("(default)"))
  }

  @Test func changesOfTheProfileAtOnceAllHold() throws {
    let place = try Place()
    let result = try place.shell(
      """
      for n in 1 2 3 4 5 6 7 8; do
        "$F" org add "org$n" "sqlite:$n.sqlite" >/dev/null & pids="$pids $!"
      done
      for p in $pids; do wait $p || echo "failed $?"; done
      """)
    #expect(result.text.isEmpty, "\(result)")
    let list = try place.run("org", "list").text.split(separator: "\n")
    #expect(list.count == 9, "\(list)")
    #expect(try place.run("rules", "check").text.contains("9 organizations"))
  }
}
