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
}
