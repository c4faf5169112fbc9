import Foundation
import Testing

/// Appointments and tasks that come with mail, as people and programs see them.
@Suite("Agenda")
struct AgendaTests {
  /// The message of Erin's or Dana's that says of a meeting.
  private static func mail(
    _ number: Int, from: String, method: String, _ lines: String, kind: String = "VEVENT"
  ) -> [UInt8] {
    let other = from.hasPrefix("erin") ? "dana@contoso.example" : "erin@fabrikam.example"
    let calendar =
      "BEGIN:VCALENDAR\nVERSION:2.0\nMETHOD:\(method)\nBEGIN:\(kind)\n\(lines)\nEND:\(kind)\n"
      + "END:VCALENDAR\n"
    return Array(
      ("Message-ID: <cal-\(number)@x.example>\nDate: Mon, 4 Jan 2027 10:0\(number):00 +0100\n"
        + "From: \(from)\nTo: \(other)\nSubject: Meeting \(number)\nMIME-Version: 1.0\n"
        + "Content-Type: multipart/mixed; boundary=b\n\n--b\n\nWords.\n--b\n"
        + "Content-Type: text/calendar; charset=utf-8; method=\(method)\n\n\(calendar)--b--\n").utf8
    )
  }

  private static let erin = "erin@fabrikam.example"
  private static let people =
    "ORGANIZER;CN=Erin:mailto:erin@fabrikam.example\n"
    + "ATTENDEE;CN=Dana:mailto:dana@contoso.example"

  /// A weekly meeting whose second date is off, that Dana accepted; a task; a forged change.
  private static func place() throws -> Place {
    let place = try Place()
    let messages = [
      mail(
        1, from: erin, method: "REQUEST",
        "UID:m\nDTSTAMP:20270104T090000Z\nSEQUENCE:0\n"
          + "DTSTART;TZID=Romance Standard Time:20270112T100000\nDURATION:PT90M\n"
          + "RRULE:FREQ=WEEKLY;COUNT=4\nSUMMARY:Pumps\\, \u{1B}[31mred\nLOCATION:Hall 2\n\(people)"),
      mail(
        2, from: "dana@contoso.example", method: "REPLY",
        "UID:m\nDTSTAMP:20270104T090200Z\nSEQUENCE:0\n"
          + "ATTENDEE;PARTSTAT=ACCEPTED:mailto:dana@contoso.example"),
      mail(
        3, from: erin, method: "CANCEL",
        "UID:m\nDTSTAMP:20270104T090300Z\nSEQUENCE:1\nRECURRENCE-ID:20270119T090000Z\n\(people)"),
      mail(
        4, from: "eve@fabrikam.example", method: "CANCEL",
        "UID:m\nDTSTAMP:20270104T090400Z\nSEQUENCE:7\nSTATUS:CANCELLED\n\(people)"),
      mail(
        5, from: erin, method: "PUBLISH", "UID:t\nDTSTAMP:20270104T090500Z\nSUMMARY:Send rates",
        kind: "VTODO"),
    ]
    for message in messages { #expect(try place.filter(message).status == 0) }
    return place
  }

  private static let january = ["agenda", "--from", "2027-01", "--to", "2027-02", "--utc"]

  private static func run(_ place: Place, _ arguments: [String]) throws -> Program.Result {
    try Program.run(
      Program.path, arguments, environment: place.environment, folder: place.folder)
  }

  @Test("the agenda has the dates of a series, less those that are off")
  func agenda() throws {
    let place = try Self.place()
    let lines = try Self.run(place, Self.january + ["--iso"]).text.split(separator: "\n")
    #expect(lines.count == 3)
    #expect(lines.first?.hasPrefix("4  2027-01-12  09:00-10:30  Pumps, ") == true)
    #expect(lines.first?.contains("Hall 2") == true)
    #expect(lines.dropFirst().first?.hasPrefix("4  2027-01-26  09:00-10:30  Pumps, ") == true)
    #expect(lines.last?.hasPrefix("5  no date") == true)
    #expect(!lines.joined().contains("\u{1B}"))
    let none = try Self.run(place, ["agenda", "--from", "2027-03", "kind:appointment"])
    #expect(none.status == 0 && none.text.isEmpty)
    let wrong = try Self.run(place, ["agenda", "--from", "2027-03", "--to", "2027-02"])
    #expect(wrong.status == 64)
    #expect(wrong.errors == "crm-mailfilter: --to must be later than --from\n")
  }

  @Test("JSON is of the form that the schema tells")
  func json() throws {
    let place = try Self.place()
    let schema = try JSONSchema(path: Repository.root + "/samples/schema.json")
    let lines = try Self.run(place, Self.january + ["--json"]).text.split(separator: "\n")
    #expect(lines.count == 3)
    for line in lines { #expect(schema.faults(of: String(line), as: "activity") == []) }
    #expect(lines[0].contains(#""start":"2027-01-12T10:00:00+01:00""#))
    #expect(lines[0].contains(#""zone":"Europe/Paris""#))
    #expect(lines[0].contains(#""status":"ACCEPTED""#))
    #expect(lines[0].contains(#""remarks":["not-organizer"]"#))
    #expect(lines[0].contains(#""mail":[1,2,3,4]"#))
    let shown = try Self.run(place, ["show", "1", "--json"]).text
    #expect(schema.faults(of: shown, as: "mail") == [])
    #expect(shown.contains(#""calendar":[{"#))
  }

  @Test("show says it above the text")
  func show() throws {
    let place = try Self.place()
    let text = try Self.run(place, ["show", "2", "--utc", "--iso"]).text
    let title = try #require(text.range(of: "\nAppointment  Pumps, "))
    let words = try #require(text.range(of: "\nWords.\n"))
    #expect(title.lowerBound < words.lowerBound)
    #expect(text.contains("Dana <dana@contoso.example> accepted"))
    #expect(text.contains("2027-01-19T10:00:00+01:00 (Europe/Paris) does not take place"))
    #expect(text.contains("eve@fabrikam.example, who is not the organizer, wrote a change"))
  }

  @Test("mail is listed and searched by kind and start")
  func kinds() throws {
    let place = try Self.place()
    #expect(try place.filter(customerMail()).status == 0)
    for (arguments, count) in [
      (["list", "--kind", "appointment"], 4), (["list", "--kind", "task"], 1),
      (["list", "--kind", "email"], 1), (["search", "kind:appointment", "start:2027-01"], 1),
      (["search", "start:2027-02"], 0), (["search", "--kind", "task", "meeting"], 1),
    ] {
      #expect(try Self.run(place, arguments + ["--count"]).text == "\(count)\n", "\(arguments)")
    }
    let wrong = try Self.run(place, ["search", "kind:meeting"])
    #expect(wrong.status == 64 && wrong.errors.contains("write appointment, email, task"))
  }

  @Test("a table has Dynamics' fields of appointments and of tasks")
  func table() throws {
    let place = try Self.place()
    let text = try Self.run(place, ["export", "--format", "csv", "--kind", "appointment"]).text
    let lines = text.components(separatedBy: "\r\n")
    #expect(
      lines[0].hasPrefix("activityid,subject,description,scheduledstart,scheduledend,statecode"))
    #expect(lines[1].contains("2027-01-12T09:00:00Z,2027-01-12T10:30:00Z,3,5,account,1,"))
    #expect(lines[1].contains(",false,Hall 2,erin@fabrikam.example,dana@contoso.example,"))
    #expect(lines.count == 3)
    let tasks = try Self.run(place, ["export", "--format", "csv", "--kind", "task"]).text
    #expect(tasks.contains(",percentcomplete\r\n") && tasks.contains("Send rates"))
  }

  @Test(
    "python's icalendar reads the calendar",
    .enabled(
      if: FileManager.default.fileExists(atPath: "/usr/lib/python3/dist-packages/icalendar"),
      "python3-icalendar is not installed"))
  func calendar() throws {
    let place = try Self.place()
    let written = try Self.run(place, ["export", place.folder + "/all.ics"])
    #expect(written.text == "1 appointment, 1 task\n")
    let script = """
      import icalendar
      calendar = icalendar.Calendar.from_ical(open('all.ics', 'rb').read())
      assert not calendar.errors
      for part in calendar.walk():
          assert not getattr(part, 'errors', None), part.errors
          for name in getattr(part, 'required', ()):
              assert name in part, (part.name, name)
      events = calendar.walk('VEVENT')
      print(len(events), len(calendar.walk('VTODO')), len(calendar.walk('VTIMEZONE')))
      print(events[0]['DTSTART'].dt.isoformat(), events[0]['RRULE'].to_ical().decode())
      print(events[1]['RECURRENCE-ID'].dt.isoformat(), events[1]['STATUS'])
      print(events[0]['ATTENDEE'].params['PARTSTAT'])
      """
    try place.write(script, to: "read.py")
    let result = try place.shell("/usr/bin/python3 read.py")
    #expect(
      result.text == """
        2 1 1
        2027-01-12T10:00:00+01:00 FREQ=WEEKLY;COUNT=4
        2027-01-19T10:00:00+01:00 CANCELLED
        ACCEPTED

        """, "\(result.errors)")
  }

  @Test("what is withdrawn no longer counts, and verify brings back what was not read")
  func withdrawal() throws {
    let place = try Self.place()
    #expect(try Self.run(place, ["untrack", "3"]).status == 0)
    #expect(try Self.run(place, Self.january).text.split(separator: "\n").count == 4)
    #expect(try place.query("DELETE FROM calendar_entry") == "")
    #expect(try Self.run(place, ["verify"]).status != 0)
    #expect(try Self.run(place, ["verify", "--repair"]).status == 0)
    #expect(try Self.run(place, Self.january).text.split(separator: "\n").count == 4)
    #expect(try Self.run(place, ["verify"]).status == 0)
  }
}
