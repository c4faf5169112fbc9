import InternetMessage
import Testing
import Tracking

@testable import TrackingStore

/// What a store keeps of the appointments and tasks in mail.
struct CalendarStoreTests {
  /// A draft of a message that says of an appointment or a task.
  private static func draft(
    _ place: TemporaryStore, _ number: Int, from: String = "erin@fabrikam.example",
    _ lines: String, kind: String = "VEVENT", seenAt: Int64 = 100
  ) throws -> CopyDraft {
    let header = "Message-ID: <\(number)@x>\nFrom: \(from)\nTo: dana@contoso.example\n"
    let calendar =
      "BEGIN:VCALENDAR\nMETHOD:REQUEST\nBEGIN:\(kind)\nUID:u\n\(lines)\nEND:\(kind)\n"
      + "END:VCALENDAR\n"
    var draft = try place.draft(header + "\n", seenAt: seenAt)
    draft.calendar = MessageCalendar.words(
      of: Message(Array("\(header)Content-Type: text/calendar\n\n\(calendar)".utf8)),
      zones: .system, receivedAt: seenAt)
    #expect(draft.calendar.count == 1)
    return draft
  }

  private static let first = """
    SEQUENCE:0
    ORGANIZER:mailto:erin@fabrikam.example
    ATTENDEE;CN=Ann Lee:mailto:lee@other.example
    ATTENDEE:mailto:dana@contoso.example
    DTSTART;TZID=Europe/Paris:20270105T080000
    RRULE:FREQ=WEEKLY;COUNT=4
    """
  private static let moved = """
    SEQUENCE:1
    ORGANIZER:mailto:erin@fabrikam.example
    ATTENDEE;CN=Ann Lee:mailto:lee@other.example
    DTSTART;TZID=Europe/Paris:20270106T080000
    RRULE:FREQ=WEEKLY;COUNT=4
    """

  private static func activities(
    _ place: TemporaryStore, _ query: CopyQuery = CopyQuery()
  ) throws -> [MailActivity] {
    MailActivity.all(of: try place.store.calendar(of: query))
  }

  @Test func copiesOfOneAppointmentAreOne() throws {
    let place = try TemporaryStore()
    // The later one comes first.
    try place.deliver(Self.draft(place, 1, Self.moved, seenAt: 100))
    try place.deliver(Self.draft(place, 2, Self.first, seenAt: 200))
    let found = try Self.activities(place)
    #expect(found.count == 1)
    let activity = try #require(found.first)
    #expect(activity.copies == [CopyID(1), CopyID(2)])
    #expect(
      activity.activity.dates(limit: 2).starts.map(\.text) == [
        "2027-01-06T08:00:00+01:00", "2027-01-13T08:00:00+01:00",
      ])
    // One that is found brings the others of the same along.
    var query = CopyQuery()
    query.search = .criterion(.id(2))
    #expect(try Self.activities(place, query).first?.activity.item.sequence == 1)
  }

  @Test func whatIsWithdrawnNoLongerCounts() throws {
    let place = try TemporaryStore()
    try place.deliver(Self.draft(place, 1, Self.first))
    try place.deliver(Self.draft(place, 2, Self.moved))
    let dana = try #require(try place.store.users().first)
    _ = try place.store.untrack(CopyID(2), by: dana, now: 9)
    #expect(try Self.activities(place).first?.activity.item.sequence == 0)
    _ = try place.store.prune(before: 1_000, isDryRun: false, now: 9)
    #expect(try Self.activities(place).isEmpty)
    #expect(try place.number("SELECT count(*) FROM calendar_entry") == 0)
  }

  @Test func aPersonIsForgottenInTheAppointmentsOfOthers() throws {
    let place = try TemporaryStore()
    try place.deliver(Self.draft(place, 1, Self.first))
    let lee = try #require(AddrSpec("lee@other.example"))
    _ = try place.store.forget(lee, isDryRun: true, now: 9)
    #expect(
      try place.number("SELECT count(*) FROM calendar_entry WHERE text LIKE '%Ann Lee%'") == 1)
    _ = try place.store.forget(lee, isDryRun: false, now: 9)
    #expect(
      try place.number(
        "SELECT count(*) FROM calendar_entry WHERE text LIKE '%lee%' OR text LIKE '%Ann%'") == 0)
    let item = try #require(try Self.activities(place).first?.activity.item)
    #expect(item.attendees.map(\.address) == ["dana@contoso.example"])
    #expect(item.start?.zone == "Europe/Paris" && item.recurrence.text == "FREQ=WEEKLY;COUNT=4")
    let erin = try #require(AddrSpec("erin@fabrikam.example"))
    _ = try place.store.forget(erin, isDryRun: false, now: 9)
    #expect(try Self.activities(place).isEmpty)
  }

  @Test func theOrganizationSaysWhatIsKept() throws {
    let place = try TemporaryStore()
    try place.store.setPolicy("track-appointments", to: "no")
    try place.deliver(Self.draft(place, 1, Self.first))
    try place.deliver(Self.draft(place, 2, "SUMMARY:b", kind: "VTODO"))
    #expect(try Self.activities(place).map(\.activity.item.kind) == [.task])
    try place.store.setPolicy("track-tasks", to: "no")
    try place.deliver(Self.draft(place, 3, "SUMMARY:c", kind: "VTODO"))
    #expect(try Self.activities(place).flatMap(\.copies) == [CopyID(2)])
  }

  @Test func mailIsFoundByWhatItSaysOfThem() throws {
    let place = try TemporaryStore()
    try place.deliver(Self.draft(place, 1, Self.first))
    try place.deliver(Self.draft(place, 2, "DUE:20270301T080000Z", kind: "VTODO"))
    try place.deliver(place.draft("Message-ID: <3@x>\nFrom: erin@fabrikam.example\n\n"))
    for (query, ids) in [
      ("kind:appointment", [1]), ("kind:task", [2]), ("kind:email", [3]), ("start:2027-01", [1]),
      ("start:2027-01-05..2027-01-05", [1]), ("start:2027-02", []), ("start:2027..", [1]),
      ("NOT kind:task", [1, 3]),
    ] {
      var found = CopyQuery()
      found.isOldestFirst = true
      found.search = try SearchQueryParser.parse(query, now: 0, clock: .utc)
      #expect(try place.store.copyIDs(found) == ids.map { CopyID(Int64($0)) }, "\(query)")
    }
  }

  @Test func whatIsTooMuchOfOneMessageIsLeftOut() throws {
    let place = try TemporaryStore()
    var draft = try Self.draft(place, 1, Self.first)
    let text = String(repeating: "a", count: 60_000)
    draft.calendar[0].item.description = text
    draft.calendar = (0..<30).map { number in
      var word = draft.calendar[0]
      word.item.uid = "u\(number)"
      return word
    }
    try place.deliver(draft)
    let count = try place.number("SELECT count(*) FROM calendar_entry")
    #expect((10..<20).contains(count))
    #expect(try place.number("SELECT sum(length(text)) FROM calendar_entry") <= 1 << 20)
  }
}
