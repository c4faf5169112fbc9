import Foundation
import HostileShapes
import Testing

@testable import InternetMessage

/// The reader of calendars, by what stands in them.
struct CalendarReaderTests {
  /// The system's rules of zones.
  static let zones = ZoneSource { name in
    (try? Data(contentsOf: URL(fileURLWithPath: "/usr/share/zoneinfo/" + name))).map { [UInt8]($0) }
  }

  static func items(_ lines: String, zones: ZoneSource = zones) -> [CalendarItem] {
    CalendarReader.items(of: Array(lines.utf8), zones: zones)
  }

  /// The item of an event of some lines.
  static func event(
    _ lines: String, before: String = "", zones: ZoneSource = zones
  ) throws -> CalendarItem {
    try #require(
      items(
        "BEGIN:VCALENDAR\n\(before)BEGIN:VEVENT\n\(lines)\nEND:VEVENT\nEND:VCALENDAR\n",
        zones: zones
      )
      .first)
  }

  // MARK: Times

  /// What stands in an event, and its start and end.
  static let times: [(String, String?, String?)] = [
    ("DTSTART:20270105T080000Z", "2027-01-05T08:00:00Z", "2027-01-05T08:00:00Z"),
    (
      "DTSTART;TZID=Asia/Tokyo:20270105T0800\nDURATION:PT90M", "2027-01-05T08:00:00+09:00",
      "2027-01-05T09:30:00+09:00"
    ),
    ("DTSTART:20270105T080000+0330", "2027-01-05T08:00:00+03:30", "2027-01-05T08:00:00+03:30"),
    ("DTSTART:20270105T080000.250Z", "2027-01-05T08:00:00+00:00", "2027-01-05T08:00:00+00:00"),
    ("DTSTART;TZID=tokyo standard time:20270105T080000", "2027-01-05T08:00:00+09:00", nil),
    ("DTSTART;TZID=\"Tokyo Standard Time 2\":20270105T080000", "2027-01-05T08:00:00+09:00", nil),
    (
      "DTSTART;TZID=\"(UTC+01:00) Amsterdam, Berlin, Bern\":20270705T080000",
      "2027-07-05T08:00:00+02:00", nil
    ),
    (
      "DTSTART;TZID=\"(UTC+05:00) Berlin, Nowhere\":20270705T080000", "2027-07-05T08:00:00", nil
    ),
    ("DTSTART;TZID=UTC+5:20270105T080000", "2027-01-05T08:00:00+05:00", nil),
    ("DTSTART;TZID=GMT-0330:20270105T080000", "2027-01-05T08:00:00-03:30", nil),
    ("DTSTART;TZID=EUROPE/MADRID:20270105T080000", "2027-01-05T08:00:00+01:00", nil),
    (
      "DTSTART;TZID=/a.example/b/Pacific/Auckland:20270105T080000", "2027-01-05T08:00:00+13:00", nil
    ),
    ("DTSTART;TZID=../../etc/passwd:20270105T080000", "2027-01-05T08:00:00", nil),
    ("DTSTART;TZID=Nowhere:20270105T080000", "2027-01-05T08:00:00", "2027-01-05T08:00:00"),
    ("DTSTART;TZID=America/New_York:20270314T023000", "2027-03-14T03:30:00-04:00", nil),
    ("DTSTART;TZID=America/New_York:20261101T013000", "2026-11-01T01:30:00-04:00", nil),
    ("DTSTART;TZID=Europe/Paris:20991231T120000", "2099-12-31T12:00:00+01:00", nil),
    ("DTSTART;VALUE=DATE:20280229", "2028-02-29", "2028-03-01"),
    ("DTSTART;VALUE=DATE:20270229", nil, nil),
    ("DTSTART:20271301T000000Z", nil, nil),
    ("DTSTART:20270105T250000Z", nil, nil),
    ("DTSTART:yesterday", nil, nil),
    ("DTSTART;VALUE=DATE:20270105\nDURATION:PT36H", "2027-01-05", "2027-01-07"),
    ("DTSTART;VALUE=DATE:20270105\nDURATION:P1W", "2027-01-05", "2027-01-12"),
    (
      "DTSTART:20270105T080000Z\nDURATION:P1DT2H3M4S", "2027-01-05T08:00:00Z",
      "2027-01-06T10:03:04Z"
    ),
    ("DTSTART:20270105T080000Z\nDURATION:1H", "2027-01-05T08:00:00Z", "2027-01-05T08:00:00Z"),
    (
      "DTSTART:20270105T080000Z\nDTEND;VALUE=DATE:20270107", "2027-01-05T08:00:00Z",
      "2027-01-07T00:00:00Z"
    ),
    ("DTSTART:20270105T080000Z\nDTEND:soon", "2027-01-05T08:00:00Z", "2027-01-05T08:00:00Z"),
  ]

  @Test(arguments: times.indices) func timesAreTold(_ number: Int) throws {
    let (lines, start, end) = Self.times[number]
    let item = try Self.event(lines)
    #expect(item.start?.text == start, "\(lines)")
    if end != nil || start == nil { #expect(item.end?.text == end, "\(lines)") }
  }

  private static let ownZone = """
    BEGIN:VTIMEZONE
    TZID:Kontor
    BEGIN:STANDARD
    DTSTART:20001029T030000
    TZOFFSETFROM:+0230
    TZOFFSETTO:+0130
    RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
    END:STANDARD
    BEGIN:DAYLIGHT
    DTSTART:20000326T020000
    TZOFFSETFROM:+0130
    TZOFFSETTO:+0230
    RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU;UNTIL=20280401T000000Z
    END:DAYLIGHT
    END:VTIMEZONE

    """

  /// A time in the zone above, and its offset; the last summer is that of 2028.
  static let ownTimes = [
    ("20270115T100000", "+01:30"), ("20270715T100000", "+02:30"), ("20280715T100000", "+02:30"),
    ("20290715T100000", "+01:30"), ("20281029T023000", "+02:30"), ("20281029T030000", "+01:30"),
    ("19990101T000000", "+01:30"),
  ]

  @Test(arguments: ownTimes) func aZoneOfItsOwnCounts(_ time: String, _ offset: String) throws {
    let item = try Self.event("DTSTART;TZID=Kontor:\(time)", before: Self.ownZone)
    #expect(item.start?.text.hasSuffix(offset) == true, "\(item.start?.text ?? "")")
    #expect(item.start?.zone == nil)
  }

  @Test func theSystemMayHaveNoZones() throws {
    let windows = "DTSTART;TZID=Romance Standard Time:20270715T100000"
    let bare = try Self.event(windows, zones: .none)
    #expect(bare.start?.text == "2027-07-15T10:00:00")
    #expect(bare.remarks.contains(.unknownZone))
    let zone = Self.ownZone.replacingOccurrences(of: "Kontor", with: "Romance Standard Time")
    let defined = try Self.event(windows, before: zone, zones: .none)
    #expect(defined.start?.text == "2027-07-15T10:00:00+02:30")
    #expect(defined.start?.zone == "Europe/Paris")
  }

  @Test func aZoneIsAskedForByItsNameAlone() throws {
    final class Asked: @unchecked Sendable { var names: [String] = [] }
    let asked = Asked()
    let zones = ZoneSource { name in
      asked.names.append(name)
      return nil
    }
    for name in ["a/../b", "/etc/passwd", "a b", "a.b", "", "//", "x\u{0}"] {
      _ = try Self.event("DTSTART;TZID=\(name):20270105T080000", zones: zones)
    }
    let bytes = Set(asked.names.joined().utf8)
    #expect(bytes.isDisjoint(with: Array(". \0".utf8)))
    #expect(asked.names.allSatisfy { !$0.hasPrefix("/") && !$0.contains("//") })
  }

  // MARK: Recurrence

  /// Rules, from the examples of RFC 5545 section 3.8.5.3 and others; the first dates.
  static let rules: [(String, String, String)] = [
    ("19970902T090000", "FREQ=DAILY;INTERVAL=10;COUNT=5", "0902 0912 0922 1002 1012"),
    ("19970902T090000", "FREQ=WEEKLY;INTERVAL=2;WKST=SU", "0902 0916 0930 1014 1028"),
    (
      "19970902T090000", "FREQ=WEEKLY;INTERVAL=2;COUNT=8;WKST=SU;BYDAY=TU,TH",
      "0902 0904 0916 0918 0930"
    ),
    ("19970905T090000", "FREQ=MONTHLY;COUNT=10;BYDAY=1FR", "0905 1003 1107 1205 0102"),
    (
      "19970907T090000", "FREQ=MONTHLY;INTERVAL=2;COUNT=10;BYDAY=1SU,-1SU",
      "0907 0928 1102 1130 0104"
    ),
    ("19970928T090000", "FREQ=MONTHLY;BYMONTHDAY=-3", "0928 1029 1128 1229 0129"),
    ("19970930T090000", "FREQ=MONTHLY;COUNT=10;BYMONTHDAY=1,-1", "0930 1001 1031 1101 1130"),
    ("19970610T090000", "FREQ=YEARLY;COUNT=10;BYMONTH=6,7", "0610 0710 0610 0710 0610"),
    (
      "19970101T090000", "FREQ=YEARLY;INTERVAL=3;COUNT=10;BYYEARDAY=1,100,200",
      "0101 0410 0719 0101 0409"
    ),
    ("19970519T090000", "FREQ=YEARLY;BYDAY=20MO", "0519 0518 0517 0515 0514"),
    ("19970512T090000", "FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO", "0512 0511 0517 0515 0514"),
    ("19970902T090000", "FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13", "0902 0213 0313 1113 0813"),
    (
      "19970913T090000", "FREQ=MONTHLY;BYDAY=SA;BYMONTHDAY=7,8,9,10,11,12,13",
      "0913 1011 1108 1213 0110"
    ),
    (
      "19961105T090000", "FREQ=YEARLY;INTERVAL=4;BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8",
      "1105 1107 1102 1104 1106"
    ),
    ("19970904T090000", "FREQ=MONTHLY;COUNT=3;BYDAY=TU,WE,TH;BYSETPOS=3", "0904 1007 1106"),
    ("20270105T080000", "FREQ=DAILY;COUNT=3;BYHOUR=8,20", "0105 0105 0106"),
    ("20270105T080000", "FREQ=MINUTELY;INTERVAL=20;BYHOUR=9;BYMONTH=2", "0105 0201 0201 0201 0202"),
    ("20270105T080000", "FREQ=HOURLY;INTERVAL=5;BYDAY=FR", "0105 0108 0108 0108 0108"),
    ("20270105T080000", "FREQ=DAILY;INTERVAL=0", "0105"),
    ("20270105T080000", "FREQ=DAILY;COUNT=0", "0105"),
    ("20270105T080000", "FREQ=DAILY;COUNT=-1", "0105"),
    ("20270105T080000", "FREQ=DAILY;BYMONTH=13", "0105"),
    ("20270105T080000", "FREQ=DAILY;UNTIL=never", "0105"),
    ("20270105T080000", "COUNT=3", "0105"),
    ("20270105T080000", "FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30", "0105"),
    ("20270105T080000", "FREQ=YEARLY;INTERVAL=9223372036854775807", "0105"),
    ("20270105T080000", "FREQ=WEEKLY;INTERVAL=9223372036854775807", "0105"),
    ("20270105T080000", "FREQ=SECONDLY;INTERVAL=9223372036854775807", "0105"),
    ("20270105T080000", "FREQ=DAILY;COUNT=99999999999999999999;UNTIL=20270106", "0105 0106"),
  ]

  @Test(arguments: rules.indices) func rulesAreFollowed(_ number: Int) throws {
    let (start, rule, dates) = Self.rules[number]
    let item = try Self.event("DTSTART:\(start)\nRRULE:\(rule)")
    let found = item.occurrences(limit: 5).starts.map { $0.basicText.dropFirst(4).prefix(4) }
    #expect(found.joined(separator: " ") == dates, "\(rule)")
    #expect(item.recurrence.text == rule)
  }

  @Test func datesFromAMomentOn() throws {
    let item = try Self.event("DTSTART:20200106T080000Z\nRRULE:FREQ=WEEKLY")
    let moment = 1_800_000_000
    let dates = item.occurrences(from: moment, limit: 2).starts.map(\.text)
    #expect(dates == ["2027-01-18T08:00:00Z", "2027-01-25T08:00:00Z"])
    let endless = try Self.event("DTSTART:20200106T080000Z\nRRULE:FREQ=SECONDLY")
    let given = endless.occurrences(from: moment, limit: 2)
    #expect(given.starts.isEmpty && given.isGivenUp)
  }

  // MARK: Text and structure

  @Test func whatSurroundsIsNoPartOfIt() throws {
    let items = Self.items(
      """
      words before
      begin:vcalendar
      BEGIN:VEVENT
      UID:a
      BEGIN:VALARM
      UID:b
      SUMMARY:alarm
      END:VALARM
      SUMMARY:A
      END:VEVENT
      BEGIN:VJOURNAL
      SUMMARY:journal
      END:VJOURNAL
      METHOD:publish
      BEGIN:VTODO
      SUMMARY:B
      END:VCALENDAR
      BEGIN:VEVENT
      SUMMARY:C
      END:VEVENT
      """)
    #expect(items.map(\.summary) == ["A", "B"])
    #expect(items.map(\.uid) == ["a", nil])
    #expect(items.map(\.method) == ["PUBLISH", "PUBLISH"])
    #expect(items.map(\.kind) == [.appointment, .task])
  }

  @Test func aCalendarInOtherCharsetsIsRead() throws {
    let text = "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nSUMMARY:Köhl\r\n brand\r\nEND:VEVENT\r\n"
    let wide = text.utf16.flatMap { [UInt8(truncatingIfNeeded: $0 & 0xFF), UInt8($0 >> 8)] }
    let latin = text.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) }
    for (bytes, charset) in [
      ([0xFF, 0xFE] + wide, nil), (wide, "utf-16le"), (latin, "iso-8859-1"), (latin, nil),
    ] as [([UInt8], String?)] {
      let item = CalendarReader.items(of: bytes, charset: charset, zones: .none).first
      #expect(item?.summary == "Köhlbrand")
      #expect(item?.remarks == [.truncated])
    }
  }

  /// A line of an attendee, and address, name, answer.
  static let people: [(String, String?, String?, String)] = [
    ("ATTENDEE:mailto:a@b.example", "a@b.example", nil, "NEEDS-ACTION"),
    (
      "ATTENDEE;CN=Lee, Ann: Sales;PARTSTAT=accepted:MAILTO:A@B.example", "a@b.example",
      "Lee, Ann: Sales", "ACCEPTED"
    ),
    ("ATTENDEE;CN=\"Lee; Ann\":mailto:a%40b@c.example", nil, "Lee; Ann", "NEEDS-ACTION"),
    ("ATTENDEE;CN=\"half:mailto:a@b.example", "a@b.example", "\"half", "NEEDS-ACTION"),
    (
      "ATTENDEE;SENT-BY=mailto:x@b.example;CN=A:mailto:a@b.example", "a@b.example", "A",
      "NEEDS-ACTION"
    ),
    ("ATTENDEE;EMAIL=a@b.example;CN=A:urn:uuid:1", "a@b.example", "A", "NEEDS-ACTION"),
    ("ATTENDEE;CN=A:tel:+49", nil, "A", "NEEDS-ACTION"),
    ("ATTENDEE;STATUS=DECLINED:Ann Lee <a@b.example>", "a@b.example", "Ann Lee", "DECLINED"),
    ("ATTENDEE;PARTSTAT=\"\":mailto:\"a b\"@c.example", nil, nil, "NEEDS-ACTION"),
  ]

  @Test(arguments: people.indices) func peopleAreRead(_ number: Int) throws {
    let (line, address, name, status) = Self.people[number]
    let person = try #require(try Self.event(line).attendees.first)
    #expect(person.address == address, "\(line)")
    #expect(person.name == name, "\(line)")
    #expect(person.status == status, "\(line)")
  }

  @Test func whatIsTooMuchIsLeftOut() throws {
    let events = String(repeating: "BEGIN:VEVENT\nEND:VEVENT\n", count: 1200)
    let items = Self.items("BEGIN:VCALENDAR\n\(events)END:VCALENDAR\n")
    #expect(items.count == 1000)
    #expect(items.last?.remarks == [.limit])
    let people = (0..<1200).map { "ATTENDEE:mailto:a\($0)@b.example\n" }.joined()
    let item = try Self.event(people)
    #expect(item.attendees.count == 1000)
    #expect(item.remarks.contains(.limit))
  }

  // MARK: Writing

  @Test func whatIsWrittenForOthersHasItsZone() throws {
    let item = try Self.event(
      """
      UID:u
      DTSTART;TZID=Europe/Paris:20270105T080000
      DTEND;TZID=Europe/Paris:20270105T090000
      SUMMARY:Pumps\\, pipes\\; and\\nmore \u{7}\(String(repeating: "ü", count: 60))
      ATTENDEE;CN="A^'B":mailto:a@b.example
      """)
    let bytes = CalendarWriter.calendar(of: [item], method: "PUBLISH", for: .exchange)
    let text = String(decoding: bytes, as: UTF8.self)
    let lines = text.components(separatedBy: "\r\n")
    #expect(lines.contains("BEGIN:VTIMEZONE"))
    #expect(lines.contains("RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU"))
    #expect(lines.allSatisfy { $0.utf8.count <= 75 })
    #expect(!text.contains("\u{7}"))
    // The zone that is written says the same as the system's.
    let read = try #require(CalendarReader.items(of: bytes, zones: .none).first)
    #expect(read.start?.instant == item.start?.instant)
    #expect(read.attendees.first?.name == "A\"B")
    #expect(read.summary == item.summary?.replacingOccurrences(of: "\u{7}", with: ""))
  }

  @Test func noRuleOfAZoneBringsLinesOfItsOwn() throws {
    let zone = """
      BEGIN:VTIMEZONE
      TZID:Mine
      BEGIN:STANDARD
      DTSTART:19700101T000000
      TZOFFSETFROM:+0100
      TZOFFSETTO:+0200
      RRULE;ENCODING=QUOTED-PRINTABLE:FREQ=3DYEARLY;X=3D1=0D=0AEND:STANDARD=0AEND:VTIMEZONE=0ABEGIN:VEVENT=0AUID:theirs=0AEND:VEVENT=0A
      END:STANDARD
      END:VTIMEZONE

      """
    let item = try Self.event("UID:mine\nDTSTART;TZID=Mine:20260101T000000", before: zone)
    for purpose in [CalendarWriter.Purpose.exchange, .keeping] {
      let bytes = CalendarWriter.calendar(of: [item], method: nil, for: purpose)
      #expect(CalendarReader.items(of: bytes, zones: .none).map(\.uid) == ["mine"])
    }
  }

  /// The rules of a zone are looked at once for a year, however many times lie in it, and those of
  /// all zones of a stream no further than to a limit.
  @Test func theWorkOfZonesIsBounded() throws {
    let rule = try #require(RecurrenceRule("FREQ=YEARLY".utf8))
    let observance = ZoneObservance(
      start: 0, before: 3_600, after: 7_200, rule: rule, ruleText: nil, dates: [])
    let work = ZoneWork()
    let onsets = ZoneOnsets(Array(repeating: observance, count: 100), work)
    for second in 0..<100_000 {
      #expect(onsets.offset(atInstant: 1_790_000_000 + second) == 7_200)
    }
    // Two years of a hundred rules that name no month but that of the start.
    #expect(work.take(1_000_000 - 100 * (2 * 366 + 10)))
    #expect(!work.take(1))
    // Nothing is left: what the observances begin with holds.
    #expect(onsets.offset(atInstant: 100_000_000_000) == 3_600)
  }

  @Test func whatIsKeptOfLinesIsBounded() {
    let lines = String(repeating: "COMMENT:\n", count: 100_001)
    let items = Self.items("BEGIN:VCALENDAR\nBEGIN:VEVENT\n\(lines)END:VEVENT\nEND:VCALENDAR\n")
    #expect(items.count == 1)
    #expect(items.first?.remarks.contains(.limit) == true)
  }

  // MARK: Time

  private static let units = [
    "BEGIN:VCALENDAR\n", "BEGIN:VEVENT\n", "END:VEVENT\n", "BEGIN:VTIMEZONE\nTZID:a\n",
    "BEGIN:STANDARD\nDTSTART:20000101T000000\nTZOFFSETTO:+01\nRRULE:FREQ=YEARLY\n",
    "END:STANDARD\n", "END:VTIMEZONE\n", "DTSTART;TZID=a:20270101T000000\n",
    "EXDATE;TZID=a:20270101T000000,20270102T000000\n", "RDATE:20270101T000000Z,\n",
    "RRULE:FREQ=DAILY\n",
    "RRULE:FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30\n", "EXRULE:FREQ=MINUTELY\n",
    "ATTENDEE;CN=a:mailto:a@b\n", "ATTENDEE", ":mailto:", ";", ":", "\"", "=", ",", "\n ", "\r",
    "\\", "^",
    "a", "\0", "A;ENCODING=QUOTED-PRINTABLE:a=\n", "RECURRENCE-ID:20270101T000000\n",
  ]

  private static let frames = [
    ("a calendar", "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20270101T000000\n"),
    ("an attendee", "BEGIN:VCALENDAR\nBEGIN:VEVENT\nATTENDEE;"),
    ("a rule", "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20270101T000000\nRRULE:FREQ=DAILY;BYDAY="),
    ("a zone", "BEGIN:VCALENDAR\nBEGIN:VTIMEZONE\nTZID:a\n"),
  ]

  @Test(arguments: frames.indices) func readingTakesLinearTime(_ number: Int) {
    let (name, frame) = Self.frames[number]
    let isSoak = ProcessInfo.processInfo.environment["SOAK"] != nil
    let shapes =
      isSoak ? Shape.combinations(Self.units) : Shape.some(of: Self.units, number: number)
    func framed(_ shape: [UInt8]) -> [UInt8] { Array(frame.utf8) + shape }
    let violations = Doubling.violations(shapes, size: 8 << 10, in: framed) { bytes in
      for item in CalendarReader.items(of: bytes, zones: .none).prefix(3) {
        _ = item.occurrences(limit: 3)
      }
    }
    #expect(violations.isEmpty, "\(name)")
  }
}
