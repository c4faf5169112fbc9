import InternetMessage
import Testing

@testable import Tracking

/// What messages make of an appointment together.
struct CalendarMergerTests {
  private static let ada = "ada@fabrikam.example"
  private static let bo = "bo@contoso.example"
  private static let eve = "eve@other.example"

  /// What a message says: method, SEQUENCE, minute of DTSTAMP, more lines.
  private static func word(
    _ method: String, _ sequence: Int, at minute: Int, from sender: String = ada,
    organizer: String? = ada, _ lines: String = "", attendees: [String] = []
  ) -> CalendarWord {
    let time = "20270101T00" + (minute < 10 ? "0\(minute)" : "\(minute)") + "00Z"
    let text =
      "BEGIN:VCALENDAR\nMETHOD:\(method)\nBEGIN:VEVENT\nUID:u\nSEQUENCE:\(sequence)\n"
      + "DTSTAMP:\(time)\n" + (organizer.map { "ORGANIZER:mailto:\($0)\n" } ?? "")
      + attendees.map { "ATTENDEE;\($0)\n" }.joined() + "\(lines)\nEND:VEVENT\nEND:VCALENDAR\n"
    let item = CalendarReader.items(of: Array(text.utf8), zones: .none)[0]
    return CalendarWord(item: item, sender: sender, sentAt: 1_798_761_600)
  }

  private static let start = "DTSTART:20270105T080000Z"
  private static let asked = ["PARTSTAT=NEEDS-ACTION:mailto:\(bo)"]

  private static func invitation(_ sequence: Int = 0, at minute: Int = 0) -> CalendarWord {
    word("REQUEST", sequence, at: minute, start, attendees: asked)
  }

  private static func answer(
    _ status: String, _ sequence: Int = 0, at minute: Int, from sender: String = bo
  ) -> CalendarWord {
    word(
      "REPLY", sequence, at: minute, from: sender, attendees: ["PARTSTAT=\(status):mailto:\(bo)"])
  }

  private static func only(_ words: [CalendarWord]) throws -> CalendarActivity {
    let activities = CalendarMerger.activities(of: words)
    #expect(activities.count == 1)
    return try #require(activities.first)
  }

  /// All orders of some words.
  private static func orders(_ words: [CalendarWord]) -> [[CalendarWord]] {
    guard words.count > 1 else { return [words] }
    return words.indices.flatMap { index in
      var rest = words
      let first = rest.remove(at: index)
      return orders(rest).map { [first] + $0 }
    }
  }

  @Test func inEachOrderTheLastRevisionCounts() throws {
    let words = [
      Self.invitation(), Self.answer("ACCEPTED", at: 1),
      Self.word("REQUEST", 1, at: 2, "DTSTART:20270106T080000Z", attendees: Self.asked),
      Self.answer("DECLINED", 1, at: 3),
    ]
    for order in Self.orders(words) {
      let activity = try Self.only(order)
      #expect(activity.item.start?.text == "2027-01-06T08:00:00Z")
      #expect(activity.item.attendees.map(\.status) == ["DECLINED"])
      #expect(activity.remarks == [])
    }
    let late = try Self.only([words[2], words[1]])
    #expect(late.item.attendees.map(\.status) == ["NEEDS-ACTION"])
    #expect(late.remarks == [.oldAnswer(Self.bo)])
  }

  @Test func inEachOrderACancellationOfOneOccurrenceJoins() throws {
    let words = [
      Self.word("REQUEST", 0, at: 0, Self.start + "\nRRULE:FREQ=DAILY;COUNT=3"),
      Self.word("CANCEL", 0, at: 1, "RECURRENCE-ID:20270106T080000Z"),
      Self.word("REQUEST", 0, at: 2, "RECURRENCE-ID:20270107T080000Z\nDTSTART:20270107T090000Z"),
    ]
    for order in Self.orders(words) {
      let activity = try Self.only(order)
      #expect(
        activity.dates(limit: 5).starts.map(\.text) == [
          "2027-01-05T08:00:00Z", "2027-01-07T09:00:00Z",
        ])
      #expect(activity.exceptions.map(\.isCancelled) == [true, false])
    }
  }

  @Test func nobodyElseChangesIt() throws {
    let forged = [
      Self.word("CANCEL", 5, at: 9, from: Self.eve),
      Self.word("REQUEST", 6, at: 9, from: Self.eve, "DTSTART:20280101T000000Z"),
      Self.word(
        "REQUEST", 7, at: 9, from: Self.eve, organizer: Self.eve, "DTSTART:20280101T000000Z"),
      Self.word("ADD", 8, at: 9, from: Self.eve, "DTSTART:20280101T000000Z"),
      // The organizer's address with another organizer in it is a new organizer's by nobody's word.
      Self.word("REQUEST", 9, at: 9, organizer: Self.eve, "DTSTART:20280101T000000Z"),
    ]
    for word in forged {
      let activity = try Self.only([Self.invitation(), word])
      #expect(activity.item.start?.text == "2027-01-05T08:00:00Z")
      #expect(activity.item.status == nil)
      #expect(activity.remarks == [.notOrganizer(word.sender ?? "")])
    }
  }

  @Test func anAssistantCountsWhomTheOrganizersMailNames() throws {
    let named = Self.word(
      "REQUEST", 0, at: 0, organizer: nil,
      "ORGANIZER;SENT-BY=\"mailto:\(Self.eve)\":mailto:\(Self.ada)\n" + Self.start)
    let moved = Self.word("REQUEST", 1, at: 1, from: Self.eve, "DTSTART:20270106T080000Z")
    #expect(try Self.only([named, moved]).item.start?.text == "2027-01-06T08:00:00Z")
    #expect(try Self.only([Self.invitation(), moved]).item.start?.text == "2027-01-05T08:00:00Z")
  }

  @Test func anAnswerIsTheAttendeesOwn() throws {
    let answers: [(CalendarWord, String, ActivityRemark?)] = [
      (Self.answer("ACCEPTED", at: 1), "ACCEPTED", nil),
      (Self.answer("ACCEPTED", at: 1, from: Self.eve), "NEEDS-ACTION", .notAttendee(Self.eve)),
      (
        Self.word(
          "REPLY", 0, at: 1, from: Self.eve, attendees: ["PARTSTAT=ACCEPTED:mailto:\(Self.eve)"]),
        "NEEDS-ACTION", .notInvited(Self.eve)
      ),
      (
        Self.word(
          "COUNTER", 0, at: 1, from: Self.bo, "DTSTART:20270106T080000Z",
          attendees: ["PARTSTAT=TENTATIVE:mailto:\(Self.bo)"]),
        "TENTATIVE", .proposal(Self.bo, CalendarTime(clock: 1_799_222_400, offset: 0, zone: "UTC"))
      ),
    ]
    for (answer, status, remark) in answers {
      let activity = try Self.only([Self.invitation(), answer])
      #expect(activity.item.attendees.map(\.status) == [status])
      #expect(activity.item.start?.text == "2027-01-05T08:00:00Z")
      #expect(activity.remarks == [remark].compactMap { $0 })
    }
  }

  @Test func delegatingMakesAnAttendee() throws {
    let reply = Self.word(
      "REPLY", 0, at: 1, from: Self.bo,
      attendees: [
        "PARTSTAT=DELEGATED;DELEGATED-TO=\"mailto:\(Self.eve)\":mailto:\(Self.bo)",
        "DELEGATED-FROM=\"mailto:\(Self.bo)\":mailto:\(Self.eve)",
      ])
    let activity = try Self.only([Self.invitation(), reply])
    #expect(activity.item.attendees.map(\.address) == [Self.bo, Self.eve])
    #expect(activity.item.attendees.map(\.status) == ["DELEGATED", "NEEDS-ACTION"])
  }

  @Test func whatHasNoIdIsOfItsOwn() {
    let text = "BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:a\nEND:VEVENT\nEND:VCALENDAR\n"
    let item = CalendarReader.items(of: Array(text.utf8), zones: .none)[0]
    let word = CalendarWord(item: item, sender: nil, sentAt: 0)
    #expect(CalendarMerger.activities(of: [word, word]).count == 2)
  }

  /// The parts of a message, and what is found in them.
  static let messages: [(String, [String])] = [
    (
      "Content-Type: text/calendar\n\nBEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:a\nEND:VEVENT\n", ["a"]
    ),
    ("Content-Type: text/plain\n\nBEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:a\nEND:VEVENT\n", []),
    (
      "Content-Type: application/octet-stream; name=\"A.VCS\"\n\n"
        + "BEGIN:VCALENDAR\nBEGIN:VTODO\nSUMMARY:a\nEND:VTODO\n", ["a"]
    ),
    (
      "Content-Type: image/png; name=a.ics\n\nBEGIN:VCALENDAR\nBEGIN:VTODO\nSUMMARY:a\nEND:VTODO\n",
      []
    ),
    (
      "Content-Type: message/rfc822\n\nContent-Type: text/calendar\n\n"
        + "BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:a\nEND:VEVENT\n", []
    ),
    ("Content-Type: text/calendar; method=request\n\nBEGIN:VCALENDAR\nEND:VCALENDAR\n", []),
  ]

  @Test(arguments: messages.indices) func partsAreFound(_ number: Int) {
    let (message, summaries) = Self.messages[number]
    let words = MessageCalendar.words(
      of: Message(Array("From: a@b.example\n\(message)".utf8)), zones: .none, receivedAt: 7)
    #expect(words.compactMap(\.item.summary) == summaries)
    #expect(words.allSatisfy { $0.sender == "a@b.example" && $0.sentAt == 7 })
  }
}
