import Foundation
import InternetMessage
import System
import Tracking

extension FuzzMode {
  /// The reader of calendars, and what is made of them.
  static let calendar = FuzzMode(
    name: "calendar",
    seeds: { _ in seeds.map { Array($0.utf8) } },
    fragments: [
      "\n", "\r\n", "\n ", "\r\r\n", ":", ";", "\"", ",", "=", "\\n", "^n", "\0",
      "BEGIN:VCALENDAR\n",
      "BEGIN:VEVENT\n", "END:VEVENT\n", "BEGIN:VTODO\n", "END:VCALENDAR\n", "BEGIN:VTIMEZONE\n",
      "BEGIN:STANDARD\n", "BEGIN:DAYLIGHT\n", "END:DAYLIGHT\n", "METHOD:CANCEL\n", "METHOD:ADD\n",
      "METHOD:COUNTER\n", "\nRRULE:FREQ=SECONDLY\n",
      "\nRRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30\n",
      ";BYSETPOS=-1", ";BYDAY=-53MO", ";BYWEEKNO=53", ";INTERVAL=9223372036854775807",
      ";COUNT=99999999999999999999", ";UNTIL=00010101", "99991231T235959", "00010101T000000",
      "T240000", "-PT1H", "P99999999W", "+235959", "-2359", "TZID=", ";VALUE=DATE",
      ";VALUE=PERIOD:",
      ";RANGE=THISANDFUTURE", "\nEXDATE:20270105\n", "\nRECURRENCE-ID:20270105T080000Z\n",
      "mailto:", "invalid:nomail", ";SENT-BY=", "DELEGATED-TO=", "VERSION:1.0\n",
      ";ENCODING=QUOTED-PRINTABLE:=C3=\n", "\u{FEFF}", "é", "\u{1B}$B", "SEQUENCE:999999999\n",
    ],
    broken: broken)

  private static let seeds = [
    "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nX-WR-TIMEZONE:Europe/Paris\r\nBEGIN:VTIMEZONE\r\nTZID:Own\r\nBEGIN:STANDARD\r\nDTSTART:16010101T030000\r\nTZOFFSETFROM:+0200\r\nTZOFFSETTO:+0100\r\nRRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10\r\nEND:STANDARD\r\nBEGIN:DAYLIGHT\r\nDTSTART:16010101T020000\r\nTZOFFSETFROM:+0100\r\nTZOFFSETTO:+0200\r\nRRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3\r\nEND:DAYLIGHT\r\nEND:VTIMEZONE\r\nBEGIN:VEVENT\r\nUID:a\r\nDTSTAMP:20270101T000000Z\r\nSEQUENCE:1\r\nDTSTART;TZID=Own:20270105T080000\r\nDTEND;TZID=W. Europe Standard Time:20270105T\r\n 090000\r\nRRULE:FREQ=MONTHLY;BYDAY=MO,2TU;BYSETPOS=1,-1;COUNT=9;WKST=SU\r\nEXDATE;TZID=Own:20270105T080000,20270202T080000\r\nRDATE;VALUE=PERIOD:20270106T080000Z/PT1H\r\nSUMMARY:a\\, b\\n\r\nORGANIZER;CN=\"A: B\";SENT-BY=\"mailto:x@b.example\":mailto:a@b.example\r\nATTENDEE;PARTSTAT=ACCEPTED;CN=C:mailto:c@b.example\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nUID:a\r\nRECURRENCE-ID;RANGE=THISANDFUTURE:20270202T070000Z\r\nDTSTART:20270203T070000Z\r\nDURATION:P1DT2H\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
    "BEGIN:VCALENDAR\nVERSION:1.0\nTZ:-03\nBEGIN:VTODO\nSUMMARY;ENCODING=QUOTED-PRINTABLE;CHARSET=UTF-8:=C3=\n=BC\nDTSTART:20270105\nDUE:20270106T0800\nPERCENT-COMPLETE:40\nATTENDEE;STATUS=ACCEPTED:A <a@b.example>\nEND:VTODO\nEND:VCALENDAR\n",
    "BEGIN:VCALENDAR\nMETHOD:REPLY\nBEGIN:VEVENT\nUID:040000008200E00074C5B7101A82E00807EB0105000000\nDTSTART:20270105T080000Z\nRRULE:FREQ=YEARLY;BYWEEKNO=1,-1;BYYEARDAY=-1;BYHOUR=1;BYMINUTE=2;BYSECOND=60\nEXRULE:FREQ=HOURLY;UNTIL=20280101\nATTENDEE;DELEGATED-TO=\"mailto:d@b.example\":mailto:a@b.example\nEND:VEVENT\nEND:VCALENDAR\n",
  ]

  private static func broken(_ bytes: [UInt8]) -> String? {
    let zones = ZoneSource { ZoneFiles.contents(of: $0) }
    let items = CalendarReader.items(of: bytes, zones: zones)
    for item in items {
      if let broken = broken(item, zones) { return broken }
    }
    let words = items.enumerated().map { number, item in
      CalendarWord(
        item: item, sender: number % 3 == 0 ? item.organizer?.address : "c@b.example",
        sentAt: Int64(number))
    }
    for activity in CalendarMerger.activities(of: words).prefix(20) {
      let dates = activity.dates(limit: 3).starts
      guard dates.count <= 3, zip(dates, dates.dropFirst()).allSatisfy({ $0.order <= $1.order })
      else { return "dates out of order" }
    }
    return nil
  }

  /// What must hold of an item, whatever it is made of.
  private static func broken(_ item: CalendarItem, _ zones: ZoneSource) -> String? {
    if let start = item.start, let end = item.end, item.kind == .appointment {
      guard end.order >= start.order || end.isDate != start.isDate else {
        return "an end before the start"
      }
    }
    for time in [item.start, item.end].compactMap({ $0 }) {
      guard (10...32).contains(time.text.utf8.count) else { return "no time: \(time.text)" }
    }
    for person in item.attendees {
      if let address = person.address, AddrSpec(address) == nil { return "no address: \(address)" }
    }
    // What is written is read again as it was.
    let text = CalendarWriter.calendar(of: [item], method: item.method, for: .keeping)
    guard let again = CalendarReader.items(of: text, zones: zones).first else {
      return "what is written is nothing"
    }
    guard again.start?.instant == item.start?.instant,
      again.summary?.utf8.count == item.summary?.utf8.count,
      again.recurrence.ruleTexts.count == item.recurrence.ruleTexts.count,
      again.attendees.count <= item.attendees.count
    else { return "what is written is something else" }
    return nil
  }
}
