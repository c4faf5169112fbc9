import Foundation
import Glibc
import Testing

/// An organization on Dataverse by the commands: a small one of this project's, and the one that was
/// written apart from it, where it is there.
@Suite(.enabled(if: DataversePlace.canRun, "needs python3 and libcurl.so.4"))
struct DataverseTests {
  private static let stranger = "x@other.example"

  private static func mail(
    _ number: Int, _ subject: String = "Offer", from: String = "erin@fabrikam.example",
    extra: String = "", to: String = "dana@contoso.example"
  ) -> [UInt8] {
    customerMail(
      id: "m\(number)@x.example", from: from, to: to, subject: subject, extra: extra,
      body: "Text \(number)\n")
  }

  private static func mailWithFiles(_ number: Int) -> [UInt8] {
    customerMail(
      id: "m\(number)@x.example", subject: "No \(number)",
      extra: "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b",
      body: """
        --b

        Text \(number)
        --b
        Content-Disposition: attachment; filename=a.txt

        first
        --b
        Content-Type: application/pdf
        Content-Disposition: attachment; filename=b.pdf

        second
        --b--

        """)
  }

  @Test(arguments: DataversePlace.Kind.available, [true, false])
  func whatIsAcceptedIsKeptThereAndHereAndTheRestNowhere(
    _ kind: DataversePlace.Kind, _ checks: Bool
  ) throws {
    let place = try DataversePlace(kind)
    try place.setChecks(checks)
    let first = try place.filter(Self.mail(1))
    #expect(first.status == 0 && first.output == Self.mail(1) && first.errors.isEmpty)
    try place.filter(Self.mail(2, "Secret", from: Self.stranger))
    try place.filter(
      Self.mail(3, "Lee", from: Self.stranger, to: "lee@contoso.example, ann@contoso.example"))
    try place.filter(Self.mailWithFiles(4))
    #expect(place.place.waiting.count == 4)
    #expect(try place.emails().isEmpty)
    let sync = try place.run("sync")
    #expect(sync.status == 0 && sync.text == "contoso: 4 decided, 0 waiting\n", "\(sync)")
    #expect(try place.subjects() == ["Lee", "No 4", "Offer"])
    #expect(try place.emails().allSatisfy { $0["statecode"] as? Int == 1 })
    #expect(try place.rows("activitymimeattachments").count == 2)
    #expect(try place.query("SELECT subject FROM copy ORDER BY subject") == "Lee\nNo 4\nOffer")
    // The same id as that of the export: whoever imported that has no second one.
    let exported = try place.run("export", "--format", "csv", "--query", "subject:offer")
    let id = try #require(
      try place.emails().first { $0["subject"] as? String == "Offer" }?["activityid"] as? String
        ?? place.emails().first { $0["subject"] as? String == "Offer" }?["id"] as? String)
    #expect(exported.text.contains(id), "\(exported)")
    let rest = try Program.shell(
      "grep -rl -e Secret -e m2@x.example data state; true",
      environment: place.environment, folder: place.folder)
    #expect(rest.text.isEmpty)
    let shown = try place.run("org", "show", "contoso")
    #expect(
      shown.text.contains(checks ? "CheckIncomingEmail and" : "crm-mailfilter decides"), "\(shown)")
  }

  @Test(arguments: DataversePlace.Kind.available) func explainAsksOnlyWhereItIsTold(
    _ kind: DataversePlace.Kind
  ) throws {
    let place = try DataversePlace(kind)
    try place.place.write(Self.mail(1), to: "mail.eml")
    let explained = try place.run("explain", place.folder + "/mail.eml")
    #expect(explained.status == 0 && explained.text.contains("wait: the rules leave it"))
    let asked = try place.run("explain", "--ask", place.folder + "/mail.eml")
    #expect(asked.status == 0 && asked.text.contains("SenderMatch, 5"), "\(asked)")
    #expect(try place.emails().isEmpty)
  }

  @Test(arguments: DataversePlace.Kind.available) func aReplyThatCameFirstWaitsForWhatItAnswers(
    _ kind: DataversePlace.Kind
  ) throws {
    let place = try DataversePlace(kind)
    try place.filter(
      Self.mail(
        2, "Re: Offer", from: "bob@fabrikam.invalid", extra: "In-Reply-To: <m1@x.example>",
        to: "lee@contoso.example"))
    try place.filter(Self.mail(1, "Offer", extra: "Cc: bob@fabrikam.invalid"))
    let sync = try place.run("sync")
    #expect(sync.status == 0, "\(sync)")
    #expect(try place.subjects() == ["Offer", "Re: Offer"])
    #expect(try place.run("show", "2").text.contains("answers mail 1"))
  }

  /// What goes wrong, the status of `sync`, and what the next one says without it.
  struct Trouble: Sendable {
    let status: Int
    let path: String
    let first: Int32
    let next: Int32
    let line: String
  }

  static let troubles = [
    Trouble(status: 503, path: "batch", first: 75, next: 0, line: "cannot be reached"),
    Trouble(status: 403, path: "batch", first: 77, next: 0, line: "does not let this user in"),
    Trouble(status: 502, path: "WhoAmI", first: 75, next: 0, line: "cannot be reached"),
    Trouble(status: 429, path: "batch", first: 75, next: 75, line: "later"),
  ]

  @Test(arguments: DataversePlace.Kind.available, troubles.indices)
  func statusesSayWhatIsToBeDone(_ kind: DataversePlace.Kind, _ index: Int) throws {
    let trouble = Self.troubles[index]
    let place = try DataversePlace(kind)
    try place.filter(Self.mail(1, "One"))
    try place.filter(Self.mail(2, "Two"))
    try place.fault([
      .init(
        kind: trouble.status == 429 ? .throttle(seconds: 3_600) : .status(trouble.status),
        path: trouble.path, count: 1)
    ])
    let sync = try place.run("sync")
    #expect(sync.status == trouble.first && sync.errors.contains(trouble.line), "\(sync)")
    #expect(sync.errors.filter { $0 == "\n" }.count == 1)
    let next = try place.run("sync")
    #expect(next.status == trouble.next, "\(next)")
    #expect(try place.subjects() == (trouble.next == 0 ? ["One", "Two"] : []))
  }

  @Test(arguments: DataversePlace.Kind.available) func whatIsRefusedForGoodHoldsUpNobody(
    _ kind: DataversePlace.Kind
  ) throws {
    let place = try DataversePlace(
      kind,
      rules: """
        [[rule]]
        name = "Wrong"
        subject = "One"
        action = "track"
        regarding = "account:7"
        """)
    for (number, subject) in ["One", "Two", "Three"].enumerated() {
      try place.filter(Self.mail(number, subject))
    }
    let sync = try place.run("sync")
    #expect(sync.status == 65, "\(sync)")
    #expect(try place.subjects() == ["Three", "Two"])
    #expect(try place.run("failures").text.contains("32 hexadecimal digits"))
  }

  @Test(arguments: DataversePlace.Kind.available) func whatPeopleDoIsDoneThereFirst(
    _ kind: DataversePlace.Kind
  ) throws {
    let place = try DataversePlace(kind)
    for number in 1...3 { try place.filter(Self.mail(number, "No \(number)")) }
    #expect(try place.run("sync").status == 0)
    let record = "account:" + place.id("fabrikam")
    let regarded = try place.run("regarding", "1", record)
    #expect(regarded.status == 0, "\(regarded)")
    #expect(
      try place.emails().first?["_regardingobjectid_value"] as? String == place.id("fabrikam"))
    try place.fault([.init(kind: .status(503), path: "emails", count: 1)])
    #expect(try place.run("untrack", "2").status == 75)
    #expect(try place.subjects().count == 3)
    #expect(try place.run("untrack", "2").status == 0)
    #expect(try place.subjects() == ["No 1", "No 3"])
    #expect(try place.run("forget", "erin@fabrikam.example", "--yes").status == 0)
    #expect(try place.emails().isEmpty)
    #expect(try place.query("SELECT count(*) FROM copy") == "0")
  }

  @Test(arguments: DataversePlace.Kind.available) func whatBecameOfCopiesThereIsTakenOver(
    _ kind: DataversePlace.Kind
  ) throws {
    let place = try DataversePlace(kind)
    for number in 1...3 { try place.filter(Self.mail(number, "No \(number)")) }
    #expect(try place.run("sync").status == 0)
    #expect(try place.run("sync").status == 0)
    let ids = try place.emails().compactMap { ($0["activityid"] ?? $0["id"]) as? String }
    try place.change("emails", delete: [ids[0]])
    try place.change(
      "emails",
      rows: [
        [
          "activityid": ids[1], "_regardingobjectid_value": place.id("noor"),
          "#_regardingobjectid_value": "leads",
        ]
      ])
    let sync = try place.run("sync")
    #expect(sync.status == 0, "\(sync)")
    #expect(
      try place.query("SELECT subject, coalesce(regarding, '-') FROM mail ORDER BY subject")
        == "No 2|lead:\(place.id("noor"))\nNo 3|-")
    // Nor is it tracked again.
    try place.filter(Self.mail(1, "No 1"))
    #expect(try place.run("sync").status == 0)
    #expect(try place.subjects() == ["No 2", "No 3"])
  }

  @Test(arguments: DataversePlace.Kind.available) func byHandAndInBatchesItIsAskedAtOnce(
    _ kind: DataversePlace.Kind
  ) throws {
    let place = try DataversePlace(kind)
    try place.place.write(Self.mail(1, "Hand", from: Self.stranger), to: "mail.eml")
    let tracked = try place.run("track", place.folder + "/mail.eml")
    #expect(tracked.status == 0 && tracked.text.hasPrefix("mail 1:"), "\(tracked)")
    _ = try place.place.shell("mkdir -p M/cur M/new M/tmp")
    for number in 2...4 {
      try place.place.write(Self.mail(number, "No \(number)"), to: "M/cur/\(number)")
    }
    let batch = try place.run("batch", place.folder + "/M")
    #expect(batch.status == 0, "\(batch)")
    #expect(try place.subjects() == ["Hand", "No 2", "No 3", "No 4"])
  }

  @Test(arguments: DataversePlace.Kind.available) func usersRecordsAndSettingsAreThere(
    _ kind: DataversePlace.Kind
  ) throws {
    let place = try DataversePlace(kind)
    try place.filter(Self.mail(1))
    #expect(try place.run("sync").status == 0)
    let set = try place.run("org", "set", "contoso", "filter", "all")
    #expect(set.status == 64 && set.errors.contains("do it there"), "\(set)")
  }

  @Test(arguments: DataversePlace.Kind.available) func recordsComeByIDNameAndAddressAndGo(
    _ kind: DataversePlace.Kind
  ) throws {
    let place = try DataversePlace(kind)
    try place.filter(Self.mail(1))
    #expect(try place.run("sync").status == 0)
    let first = try place.run("record", "sync")
    #expect(first.status == 0 && first.text == "contoso: 3 records, 0 gone\n", "\(first)")
    let erin = "contact:" + place.id("erin")
    // What is tracked from then on names them.
    try place.filter(Self.mail(2))
    #expect(try place.run("sync").status == 0)
    let shown = try place.run("show", "2")
    #expect(shown.text.contains(erin), "\(shown)")
    let name = try #require(
      try place.rows("contacts").first {
        $0["emailaddress1"] as? String == "erin@fabrikam.example"
      }?[
        "fullname"] as? String)
    #expect(
      try place.query(
        "SELECT name FROM record WHERE type = 'contact' AND record_id = '\(place.id("erin"))'")
        == name)
    #expect(try place.run("record", "sync").text == "contoso: 0 records, 0 gone\n")
    try place.change("leads", delete: [place.id("noor")])
    try place.change(
      "accounts",
      rows: [["accountid": place.id("fabrikam"), "emailaddress1": "new@fabrikam.example"]])
    #expect(try place.run("record", "sync").text == "contoso: 1 record, 1 gone\n")
    #expect(
      try place.query("SELECT group_concat(address, ' ') FROM record_address ORDER BY address")
        .contains("new@fabrikam.example"))
    #expect(try place.query("SELECT count(*) FROM record") == "2")
  }

  /// Connections that end before and after what was asked for is done, a service that is busy, and runs
  /// that are killed: each message is there once, with its files, complete.
  @Test(.timeLimit(.minutes(10)), arguments: DataversePlace.Kind.available)
  func twoHundredMessagesThroughFaultsAndKillsAreTwoHundred(_ kind: DataversePlace.Kind) throws {
    let place = try DataversePlace(kind)
    for number in 1...200 { try place.filter(Self.mailWithFiles(number)) }
    try place.fault([
      .init(kind: .dropAfter, every: 7), .init(kind: .dropBefore, every: 11),
      .init(kind: .status(503), every: 23), .init(kind: .throttle(seconds: 1), every: 29),
    ])
    var killed = 0
    var runs = 0
    while !place.place.waiting.isEmpty, runs < 400 {
      runs += 1
      // The first ones sooner or later in the middle of anything.
      let limit = killed < 10 ? "0.\(runs % 5 + 1)" : "60"
      let run = try Program.run(
        "/usr/bin/timeout", ["-s", "KILL", limit, Program.path, "sync"],
        environment: place.environment, folder: place.folder)
      if run.status >= 128 { killed += 1 }
      if run.status == 65 {
        // Tried too often without an answer: a person says once more.
        for file in place.place.waiting { _ = try place.run("failures", "retry", file) }
      }
      _ = try place.query("DELETE FROM remote_state WHERE name = 'not-before'")
    }
    #expect(killed >= 3 && place.place.waiting.isEmpty)
    let emails = try place.emails()
    #expect(emails.count == 200)
    #expect(Set(emails.compactMap { $0["messageid"] as? String }).count == 200)
    #expect(emails.allSatisfy { $0["statecode"] as? Int == 1 })
    #expect(try place.rows("activitymimeattachments").count == 400)
    #expect(try place.query("SELECT count(*) FROM copy") == "200")
    #expect(try place.query("SELECT count(*) FROM remote_copy WHERE state = 'stored'") == "200")
  }
}
