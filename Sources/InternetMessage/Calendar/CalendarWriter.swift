/// Writes appointments and tasks as iCalendar (RFC 5545).
public struct CalendarWriter {
  /// For whom it is written.
  public enum Purpose: Sendable {
    /// For `CalendarReader` alone: what is read again is the same, and short.
    case keeping
    /// For other programs: zones are defined, and control characters left out.
    case exchange
  }

  private let purpose: Purpose
  private var text: [UInt8] = []
  /// The zones that are defined already.
  private var zones: Set<String> = []
  /// The components, which follow the zones.
  private var components: [UInt8] = []

  /// A calendar of some items.
  ///
  /// - Parameters:
  ///   - items: What stands in it.
  ///   - method: Its METHOD; `nil` for none.
  ///   - purpose: For whom it is written.
  /// - Returns: The calendar, with CRLF line ends.
  public static func calendar(
    of items: [CalendarItem], method: String?, for purpose: Purpose
  ) -> [UInt8] {
    var writer = CalendarWriter(purpose: purpose)
    writer.put("BEGIN", "VCALENDAR")
    writer.put("VERSION", "2.0")
    writer.put("PRODID", "-//crm-mailfilter//crm-mailfilter//EN")
    if let method { writer.put("METHOD", method) }
    let head = writer.text
    writer.text = []
    for item in items { writer.write(item) }
    let components = writer.text
    writer.text = head + writer.components + components
    writer.put("END", "VCALENDAR")
    return writer.text
  }

  private init(purpose: Purpose) { self.purpose = purpose }

  // MARK: Items

  private mutating func write(_ item: CalendarItem) {
    define(item.zone, near: item.start ?? item.end)
    let name = item.kind == .task ? "VTODO" : "VEVENT"
    put("BEGIN", name)
    if let uid = item.uid { put("UID", uid) }
    if let stamp = item.stamp.flatMap({ Self.utc($0) }) { put("DTSTAMP", stamp) }
    put("SEQUENCE", String(item.sequence))
    if let time = item.recurrenceID {
      put("RECURRENCE-ID", time, item.zone, item.isThisAndFuture ? ";RANGE=THISANDFUTURE" : "")
    }
    if let start = item.start { put("DTSTART", start, item.zone) }
    if let end = item.end {
      put(item.kind == .task ? "DUE" : "DTEND", end, item.zone)
    } else if item.kind == .appointment, item.start != nil, purpose == .keeping {
      // An end that is beyond what a calendar holds: without any it would be the start.
      put("DURATION", "P4000000D")
    }
    for rule in item.recurrence.ruleTexts { put("RRULE", plain(rule)) }
    for rule in item.recurrence.excludedRuleTexts { put("EXRULE", plain(rule)) }
    for time in item.recurrence.dates { put("RDATE", time, item.zone) }
    for time in item.recurrence.excludedDates { put("EXDATE", time, item.zone) }
    put("SUMMARY", text: item.summary)
    put("LOCATION", text: item.location)
    put("DESCRIPTION", text: item.description)
    put("COMMENT", text: item.comment)
    if let status = item.status { put("STATUS", plain(status)) }
    if let percent = item.percent { put("PERCENT-COMPLETE", String(percent)) }
    if let organizer = item.organizer { put("ORGANIZER", organizer, isOrganizer: true) }
    for person in item.attendees { put("ATTENDEE", person, isOrganizer: false) }
    put("END", name)
  }

  /// A moment in UTC; `nil` outside of what a calendar holds.
  private static func utc(_ instant: Int) -> String? {
    guard (Civil.beginning..<Civil.end).contains(instant) else { return nil }
    return CalendarTime(instant: instant, in: .utc).basicText
  }

  private mutating func put(
    _ name: String, _ time: CalendarTime, _ zone: CalendarZone, _ parameters: String = ""
  ) {
    if time.isDate {
      put(name, parameters: parameters + ";VALUE=DATE", time.basicText)
    } else if time.zone == "UTC" || time.offset == nil {
      put(name, parameters: parameters, time.basicText)
    } else if time.zone == zone.name, let instant = time.instant,
      zone.offset(atInstant: instant) == time.offset, let id = Self.id(of: zone)
    {
      put(name, parameters: parameters + ";TZID=" + quotedIfNeeded(id), time.basicText)
    } else if let other = time.zone, purpose == .keeping {
      put(name, parameters: parameters + ";TZID=" + quotedIfNeeded(other), time.basicText)
    } else if let instant = time.instant, let utc = Self.utc(instant) {
      put(name, parameters: parameters, utc)
    }
  }

  private mutating func put(_ name: String, text value: String?) {
    guard let value, !value.isEmpty else { return }
    var escaped: [UInt8] = []
    for byte in value.utf8 {
      switch byte {
      case ASCII.lineFeed: escaped += Array("\\n".utf8)
      case ASCII.carriageReturn: continue
      case ASCII.backslash, UInt8(ascii: ";"), UInt8(ascii: ","):
        escaped += [ASCII.backslash, byte]
      case 0..<32 where purpose == .exchange && byte != ASCII.tab, 127 where purpose == .exchange:
        continue
      default: escaped.append(byte)
      }
    }
    put(name, String(decoding: escaped, as: UTF8.self))
  }

  private mutating func put(_ name: String, _ person: CalendarPerson, isOrganizer: Bool) {
    var parameters = ""
    if let name = person.name { parameters += ";CN=" + quoted(name) }
    if let assistant = person.sentBy { parameters += ";SENT-BY=" + quoted("mailto:" + assistant) }
    if !isOrganizer {
      parameters += ";PARTSTAT=" + word(person.status) + ";ROLE=" + word(person.role)
      if let type = person.type { parameters += ";CUTYPE=" + word(type) }
      if person.wantsAnswer { parameters += ";RSVP=TRUE" }
      for (name, list) in [
        ("DELEGATED-TO", person.delegates), ("DELEGATED-FROM", person.delegators),
      ] where !list.isEmpty {
        parameters += ";\(name)=" + list.map { quoted("mailto:" + $0) }.joined(separator: ",")
      }
    }
    put(
      name, parameters: parameters,
      person.address.map { "mailto:" + Self.percentEncoded($0) } ?? "invalid:nomail")
  }

  private static func percentEncoded(_ address: String) -> String {
    var result: [UInt8] = []
    for byte in address.utf8 {
      switch byte {
      case UInt8(ascii: "%"), UInt8(ascii: "?"), ASCII.quote, ASCII.space, ASCII.backslash,
        UInt8(ascii: "<"), UInt8(ascii: ">"):
        let digits = Array("0123456789ABCDEF".utf8)
        result += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      default: result.append(byte)
      }
    }
    return String(decoding: result, as: UTF8.self)
  }

  /// A value of a parameter, in quotes (RFC 5545 section 3.2, RFC 6868).
  private func quoted(_ value: String) -> String {
    var result = "\""
    for scalar in value.unicodeScalars {
      switch scalar {
      case "\"": result += "^'"
      case "^": result += "^^"
      case "\n": result += "^n"
      default:
        // No parameter may hold others.
        if scalar.value >= 32, scalar.value != 127 { result.unicodeScalars.append(scalar) }
      }
    }
    return result + "\""
  }

  /// A value of a parameter, in quotes where it needs them.
  private func quotedIfNeeded(_ value: String) -> String {
    let isPlain = value.utf8.allSatisfy {
      ASCII.isLetter($0) || ASCII.isDigit($0) || $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "_")
        || $0 == UInt8(ascii: "-")
    }
    return isPlain ? value : quoted(value)
  }

  /// A value that holds no text: without control characters.
  private func plain(_ value: String) -> String {
    String(String.UnicodeScalarView(value.unicodeScalars.filter { $0.value >= 32 }))
  }

  private func word(_ value: String) -> String {
    let word = value.filter { ($0.isASCII && $0.isLetter) || $0.isNumber || $0 == "-" }
    return word.isEmpty ? "X-UNKNOWN" : word
  }

  // MARK: Zones

  private static func id(of zone: CalendarZone) -> String? {
    if let name = zone.definitionName ?? zone.name { return name }
    guard case .fixed(let offset) = zone.rules else { return nil }
    return CalendarZone.text(offset, separator: ":")
  }

  private mutating func define(_ zone: CalendarZone, near time: CalendarTime?) {
    guard let id = Self.id(of: zone), zone.name != "UTC" else { return }
    // The keeper has the system's zones, too.
    guard purpose == .exchange || zone.definitionName != nil, zones.insert(id).inserted else {
      return
    }
    putZone("BEGIN:VTIMEZONE")
    putZone("TZID:" + plain(id))
    for line in ZoneDefinition.lines(of: zone, near: time) { putZone(line) }
    putZone("END:VTIMEZONE")
  }

  private mutating func putZone(_ line: String) {
    Self.fold(Array(plain(line).utf8), into: &components)
  }

  // MARK: Lines

  private mutating func put(_ name: String, parameters: String = "", _ value: String) {
    let line = name + parameters + ":" + value.filter { $0 != "\n" && $0 != "\r" && $0 != "\r\n" }
    Self.fold(Array(line.utf8), into: &text)
  }

  /// Puts a line in pieces of at most 75 octets, none of which ends within a character
  /// (RFC 5545 section 3.1).
  private static func fold(_ line: [UInt8], into text: inout [UInt8]) {
    var start = 0
    while true {
      let most = start == 0 ? 75 : 74
      var end = min(line.count, start + most)
      while end < line.count, end > start + 1, line[end] & 0xC0 == 0x80 { end -= 1 }
      if start > 0 { text.append(ASCII.space) }
      text += line[start..<end]
      text += [ASCII.carriageReturn, ASCII.lineFeed]
      start = end
      if start >= line.count { return }
    }
  }
}

extension CalendarZone {
  /// An offset as RFC 5545 section 3.3.14 writes it: `+0100`, `-033015`.
  static func text(_ offset: Int, separator: String = "") -> String {
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    let size = abs(offset)
    let seconds = size % 60 == 0 ? "" : separator + two(size % 60)
    return (offset < 0 ? "-" : "+") + two(size / 3600) + separator + two(size / 60 % 60) + seconds
  }
}

/// The lines that define a zone in a calendar (VTIMEZONE, RFC 5545 section 3.6.5).
enum ZoneDefinition {
  /// So many years of onsets are written where no rule says them.
  private static let years = 20

  /// The observances of a zone that matter near a time.
  static func lines(of zone: CalendarZone, near time: CalendarTime?) -> [String] {
    if case .observances(let onsets) = zone.rules { return onsets.observances.flatMap(lines) }
    let clock = time?.clock ?? 0
    guard case .file(let file) = zone.rules, let rule = file.rule, let daylight = rule.daylight
    else {
      let offset = zone.offset(atClock: clock) ?? 0
      return observance("STANDARD", "19700101T000000", offset, offset, [])
    }
    let year = max(1970, Civil.date(Civil.day(ofSecond: clock)).year - 1)
    return change("DAYLIGHT", daylight.from, from: rule.standard, to: daylight.offset, year)
      + change("STANDARD", daylight.to, from: daylight.offset, to: rule.standard, year)
  }

  private static func lines(of observance: ZoneObservance) -> [String] {
    func text(_ clock: Int) -> String { CalendarTime(clock: clock).basicText }
    var more: [String] = []
    if let rule = observance.ruleText, observance.rule != nil { more.append("RRULE:" + rule) }
    if !observance.dates.isEmpty {
      more.append("RDATE:" + observance.dates.map(text).joined(separator: ","))
    }
    let isStandard = observance.after <= observance.before
    return Self.observance(
      isStandard ? "STANDARD" : "DAYLIGHT", text(observance.start), observance.before,
      observance.after, more)
  }

  private static func change(
    _ name: String, _ change: PosixZone.Change, from: Int, to: Int, _ year: Int
  ) -> [String] {
    func onset(_ year: Int) -> String {
      CalendarTime(clock: change.day.days(in: year) * Civil.day + change.second).basicText
    }
    if case .weekday(let month, let week, let weekday) = change.day,
      (0..<Civil.day).contains(change.second)
    {
      let day = ["SU", "MO", "TU", "WE", "TH", "FR", "SA"][weekday]
      let number = week == 5 ? -1 : week
      return observance(
        name, onset(year), from, to, ["RRULE:FREQ=YEARLY;BYMONTH=\(month);BYDAY=\(number)\(day)"])
    }
    let others = (1..<years).map { onset(year + $0) }.joined(separator: ",")
    return observance(name, onset(year), from, to, ["RDATE:" + others])
  }

  private static func observance(
    _ name: String, _ start: String, _ from: Int, _ to: Int, _ more: [String]
  ) -> [String] {
    [
      "BEGIN:\(name)", "DTSTART:" + start, "TZOFFSETFROM:" + CalendarZone.text(from),
      "TZOFFSETTO:" + CalendarZone.text(to),
    ] + more + ["END:\(name)"]
  }
}
