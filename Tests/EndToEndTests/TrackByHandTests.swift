import Foundation
import Testing

/// A person's Track goes past rules and filters, not past the organization.
@Suite struct TrackByHandTests {
  private func track(_ place: Place, _ message: [UInt8], _ more: String...) throws
    -> Program.Result
  {
    try Program.run(
      Program.path, ["track"] + more, input: message, environment: place.environment,
      folder: place.folder)
  }

  @Test func rulesAndFiltersArePassedOver() throws {
    let place = try Place(
      rules: """
        [[rule]]
        name = "never"
        from = "@fabrikam.example"
        action = "ignore"
        """)
    _ = try place.run("org", "set", "contoso", "filter", "none")
    let message = customerMail(extra: "Sensitivity: Private\nList-Id: <x.y>")
    _ = try place.filter(message)
    let result = try track(place, message, "--regarding", "account:5")
    let unknown = "which is no record here yet; see 'record add'\n"
    #expect(
      result.status == 0
        && result.text == "mail 1: it was tracked by hand; it regards account:5, \(unknown)",
      "\(result)")
    #expect(
      try place.query("SELECT is_manual, reason_code, rule, regarding_source FROM copy")
        == "1|||manual")
    // Once more it is the same; the ignoring rule takes nothing away.
    #expect(try track(place, message).text.hasPrefix("mail 1: "))
    _ = try place.filter(message)
    #expect(try place.query("SELECT count(*) FROM copy") == "1")
    #expect(try place.run("show", "1", "--raw").output == message)
  }

  @Test func whatWasWithdrawnIsTrackedAgain() throws {
    let place = try Place()
    _ = try place.filter(customerMail())
    _ = try place.run("untrack", "1")
    #expect(try track(place, customerMail()).status == 0)
    #expect(try place.query("SELECT count(*) FROM copy") == "1")
    // Untracked again, it is gone again.
    _ = try place.run("untrack", "2")
    _ = try place.filter(customerMail())
    #expect(try place.query("SELECT count(*) FROM copy") == "0")
  }

  @Test func theOrganizationsRefusalsHold() throws {
    let place = try Place()
    _ = try place.run("org", "add", "contoso", "sqlite:contoso.sqlite")
    for (setting, value) in [("refuse", "@fabrikam.example"), ("forced-filter", "none")] {
      #expect(try place.run("org", "set", "contoso", setting, value).status == 0)
      let result = try track(place, customerMail())
      #expect(result.status == 77 && result.errors.contains("not tracked: "))
      _ = try place.run("org", "set", "contoso", setting, setting == "refuse" ? "" : "off")
    }
    // That rules may not track says nothing of hands.
    _ = try place.run("org", "set", "contoso", "track-rules", "no")
    #expect(try track(place, customerMail()).status == 0)
    #expect(try track(place, customerMail(id: "2@x"), "--regarding", "x").status == 64)
  }

  @Test func aNumberIsMailThatIsThere() throws {
    let place = try Place()
    _ = try place.filter(customerMail())
    #expect(try place.query("SELECT is_manual, accepting_user FROM copy") == "0|")
    let result = try place.run("track", "1", "--regarding", "account:9")
    #expect(
      result.status == 0
        && result.text
          == "mail 1: it is tracked by hand now; it regards account:9, which is no record here yet; "
          + "see 'record add'\n",
      "\(result)")
    #expect(
      try place.query("SELECT is_manual, regarding_id, regarding_source FROM copy")
        == "1|9|manual")
    #expect(try place.run("track", "7").status == 66)
    try place.write(customerMail(id: "7@fabrikam.example"), to: "7")
    #expect(try place.shell("\"$F\" track ./7").text.hasPrefix("mail 2:"))
  }

  @Test func whatAColleagueKeptIsOnesOwnAgain() throws {
    let place = try Place()
    _ = try place.filter(customerMail())
    _ = try place.run("user", "add", "lee@contoso.example")
    _ = try place.query(
      "UPDATE copy SET owner = (SELECT id FROM user WHERE address LIKE 'lee%')")
    // Dana's delivery goes, the copy stays Lee's.
    _ = try place.run("untrack", "1")
    _ = try place.filter(customerMail())
    #expect(try place.query("SELECT count(*) FROM delivery") == "0")
    #expect(try place.run("track", "1").status == 0)
    _ = try place.filter(customerMail())
    #expect(try place.query("SELECT count(*) FROM delivery") == "1")
  }

  @Test func onlyTheOrganizationThatReceivesMailIsBroughtAny() throws {
    let place = try Place()
    _ = try place.run("org", "add", "other", "sqlite:other.sqlite")
    let result = try track(place, customerMail(), "--org", "other")
    #expect(result.status == 64 && result.errors.contains("other receives no mail"))
    #expect(try place.run("list", "--org", "other").text.isEmpty)
  }
}
