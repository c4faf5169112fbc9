import Foundation
import Testing

/// What an archive tells of mail, and what it does not.
@Suite struct ArchiveContentTests {
  /// Mail with an appointment.
  private static func invitation(
    id: String, from: String = "erin@fabrikam.example", to: String = "dana@contoso.example",
    title: String, lines: [String] = [], sequence: Int = 0
  ) -> [UInt8] {
    customerMail(
      id: id, from: from, to: to, subject: "Meeting",
      extra: "MIME-Version: 1.0\nContent-Type: text/calendar; method=REQUEST",
      body: ([
        "BEGIN:VCALENDAR", "VERSION:2.0", "METHOD:REQUEST", "BEGIN:VEVENT", "UID:u1",
        "SEQUENCE:\(sequence)", "DTSTAMP:2026110\(1 + sequence)T100000Z",
        "DTSTART:20301203T100000Z", "DTEND:20301203T110000Z", "SUMMARY:\(title)",
      ] + lines + ["END:VEVENT", "END:VCALENDAR", ""]).joined(separator: "\n"))
  }

  @Test func anUpdateOutsideTheQueryIsToldNowhere() throws {
    let place = try Place()
    let organizer = "ORGANIZER:mailto:erin@fabrikam.example"
    for mail in [
      Self.invitation(id: "i1@fabrikam.example", title: "Pumps", lines: [organizer]),
      Self.invitation(
        id: "i2@fabrikam.example", title: "Marker1x",
        lines: [organizer, "LOCATION:Marker2x", "ATTENDEE:mailto:marker3x@tailspin.example"],
        sequence: 1),
    ] { #expect(try place.filter(mail).status == 0) }
    let site = Site(place)
    #expect(try place.archive("site", "id:1").status == 0)
    #expect(try site.text("agenda/2030.html").contains("Pumps"))
    for marker in ["Marker1x", "Marker2x", "marker3x"] {
      #expect(try site.filesWith(marker).isEmpty, "\(marker)")
    }
    // Where the update is of the query it holds.
    #expect(try place.archive("site").status == 0)
    #expect(try site.text("agenda/2030.html").contains("Marker1x"))
  }

  @Test(.postgresql) func withoutAMirrorAllMailIsInItAndNoTextIsFetched() throws {
    let there = try PostgreSQLPlace.usual()
    let host = try PostgreSQLMachine("mx1", of: there)
    for number in 1...53 {
      try host.filter(
        PostgreSQLSyncTests.mail(
          number, "Mail \(number)", from: "erin@fabrikam.example", to: "dana@contoso.example",
          extra: "", body: "Marker1x\n"))
    }
    #expect(try host.sync().status == 0)
    let dana = try PostgreSQLMachine("dana", of: there, mirror: "none")
    #expect(try dana.sync().status == 0)
    let made = try dana.place.archive("site")
    #expect(made.status == 0 && made.text.hasPrefix("53 messages: "), "\(made)")
    #expect(made.text.contains("the text of 53 is at"), "\(made)")
    let site = Site(dana.place)
    #expect(try site.files.keys.count { $0.hasPrefix("m/") && $0.hasSuffix(".html") } == 53)
    #expect(try site.filesWith("Marker1x").isEmpty)
    #expect(try !site.filesWith("Mail 1<").isEmpty)
    #expect(try site.brokenLinks().isEmpty)
  }

  @Test func oneSeriesDoesNotFillTheDisk() throws {
    let place = try Place()
    let long = String(repeating: "place ", count: 5_000)
    let mail = Self.invitation(
      id: "i1@fabrikam.example", title: "Pumps" + long,
      lines: ["LOCATION:" + long, "RRULE:FREQ=DAILY"])
    let text = String(decoding: mail, as: UTF8.self)
      .replacing("DTSTART:20301203", with: "DTSTART:20241203")
      .replacing("DTEND:20301203", with: "DTEND:20241203")
    #expect(try place.filter(Array(text.utf8)).status == 0)
    #expect(try place.archive("site").status == 0)
    let pages = try Site(place).files.filter { $0.key.hasPrefix("agenda/") }
    #expect(pages.count > 2)
    let dates = pages.values.map { String(decoding: $0, as: UTF8.self) }.joined()
    #expect(dates.contains("Pumpsplace") && dates.count { $0 == "…" } > 700)
    #expect(dates.utf8.count < 3_000_000)
  }

  @Test func manyYearsLeadFromOneToTheNext() throws {
    let place = try Place()
    let years = Array(2040..<2140)
    let events = years.flatMap { year in
      [
        "BEGIN:VEVENT", "UID:y\(year)", "DTSTAMP:20261101T100000Z", "DTSTART:\(year)0103T100000Z",
        "SUMMARY:Year \(year)", "END:VEVENT",
      ]
    }
    let mail = customerMail(
      subject: "Years", extra: "MIME-Version: 1.0\nContent-Type: text/calendar; method=PUBLISH",
      body: (["BEGIN:VCALENDAR", "VERSION:2.0", "METHOD:PUBLISH"] + events
        + ["END:VCALENDAR", ""]).joined(separator: "\n"))
    #expect(try place.filter(mail).status == 0)
    #expect(try place.archive("site").status == 0)
    let site = Site(place)
    #expect(try site.brokenLinks().isEmpty)
    let pages = try site.files.filter { $0.key.hasPrefix("agenda/") }
      .mapValues { String(decoding: $0, as: UTF8.self) }
    #expect(pages.count == years.count + 1)
    var reached: Set = ["agenda/index.html"]
    var next = ["agenda/index.html"]
    while let name = next.popLast() {
      let links = (pages[name] ?? "").matches(of: /href="([^"]*agenda\/|)([0-9]+\.html)"/)
        .map { "agenda/" + $0.output.2 }
      #expect(links.count <= 25, "\(name)")
      next += links.filter { reached.insert($0).inserted }
    }
    #expect(reached == Set(pages.keys))
  }

  @Test func aRecordNamesTwoHundredOfItsPeople() throws {
    let place = try Place()
    let many = (0..<250).map { "a\($0)@fabrikam.example" }.joined(separator: ",\n ")
    #expect(
      try place.run("record", "add", "account:9", "--domain", "fabrikam.example").status == 0)
    #expect(
      try place.filter(customerMail(to: "dana@contoso.example,\n \(many)")).status == 0)
    #expect(try place.archive("site").status == 0)
    let site = Site(place)
    let record = try #require(
      site.paths.first { $0.hasPrefix("r/") && $0.hasSuffix(".html") })
    let text = try site.text(record)
    #expect(text.count(of: "<li><span class=\"name\">") == 200)
    #expect(text.contains("and 51 more"))
  }

  @Test func aRecordNamesThirtyOfItsDates() throws {
    let place = try Place()
    #expect(
      try place.run("record", "add", "account:9", "--domain", "fabrikam.example").status == 0)
    let mail = Self.invitation(
      id: "i1@fabrikam.example", title: "Pumps", lines: ["RRULE:FREQ=DAILY"])
    let text = String(decoding: mail, as: UTF8.self)
      .replacing("DTSTART:20301203", with: "DTSTART:20241203")
      .replacing("DTEND:20301203", with: "DTEND:20241203")
    #expect(try place.filter(Array(text.utf8)).status == 0)
    #expect(try place.archive("site").status == 0)
    let site = Site(place)
    let record = try #require(site.paths.first { $0.hasPrefix("r/") && $0.hasSuffix(".html") })
    let page = try site.text(record)
    let all = try site.text("agenda/index.html").count(of: "<time datetime=\"") - 1
    #expect(all > 80)
    #expect(page.count(of: ">Pumps</a>") == 30)
    #expect(page.contains("agenda/index.html\">\(all - 30) more in the agenda</a>"))
  }

  @Test func aPlaceIsSaidOnce() throws {
    let place = try Place()
    func mail(_ location: String) -> [UInt8] {
      Self.invitation(
        id: "\(location)@fabrikam.example", title: "Pumps",
        lines: [
          "LOCATION:Hall 2", "RRULE:FREQ=DAILY;COUNT=3", "END:VEVENT", "BEGIN:VEVENT", "UID:u1",
          "DTSTAMP:20261101T100000Z", "RECURRENCE-ID:20301204T100000Z",
          "DTSTART:20301204T120000Z", "SUMMARY:Pumps", "LOCATION:\(location)",
        ])
    }
    #expect(try place.filter(mail("Hall 2")).status == 0)
    let same = try place.run("show", "1").text
    #expect(same.contains("Exception"), "\(same)")
    #expect(same.count(of: ", Hall 2") == 0 && same.count(of: "Hall 2") == 1, "\(same)")
    let other = try Place()
    #expect(try other.filter(mail("Hall 3")).status == 0)
    #expect(try other.run("show", "1").text.contains(", Hall 3"))
  }

  @Test func whoHasNoPageAnyMoreIsNotLedTo() throws {
    let place = try Place()
    #expect(try place.filter(customerMail(from: "lou@fabrikam.example")).status == 0)
    let mail = Self.invitation(
      id: "i1@fabrikam.example", title: "Pumps", lines: ["ORGANIZER:mailto:lou@fabrikam.example"])
    #expect(try place.filter(mail).status == 0)
    #expect(try place.archive("site").status == 0)
    let site = Site(place)
    func leads() throws -> Bool {
      try site.text("agenda/2030.html").contains("by <a ")
    }
    #expect(try leads())
    #expect(try place.run("untrack", "1").status == 0)
    #expect(try place.archive("site").status == 0)
    #expect(try !leads())
    #expect(try site.brokenLinks().isEmpty)
    #expect(try place.archive("whole").status == 0)
    #expect(try site.files == Site(place, "whole").files)
  }

  @Test func anotherNumberOfFilesIsToldByLists() throws {
    let place = try Place()
    #expect(try place.filter(ArchiveCommandTests.mail[2]).status == 0)
    #expect(try place.archive("site").status == 0)
    let site = Site(place)
    #expect(try site.text("index.html").contains("2 files"))
    // As where an older version had listed fewer.
    #expect(
      try place.query("DELETE FROM attachment WHERE number = (SELECT max(number) FROM attachment)")
        == "")
    #expect(try place.archive("site").status == 0)
    #expect(try site.text("index.html").contains("1 file<"))
  }

  @Test(arguments: ["untrack", "forget", "prune"])
  func whoWithdrawsIsToldOfArchives(_ command: String) throws {
    let help = try Place().run(command, "--help").text
    let words = help.split { $0 == " " || $0 == "\n" }.joined(separator: " ")
    #expect(words.contains("Web pages that 'archive' wrote keep it until its next run."))
  }
}

extension String {
  /// How often a text stands in it.
  fileprivate func count(of text: String) -> Int { ranges(of: text).count }
}
