/// Makes an item of the properties of a component; of those that may stand once the first counts.
struct CalendarItemMaker {
  private let zones: ZoneFinder
  /// So many single dates may still be read.
  private(set) var datesLeft: Int
  /// The zone of times without one, where the calendar names it.
  var floatingZone: String?
  private var item: CalendarItem
  private var seen: Set<String> = []
  private var startLine: CalendarLine?
  private var endLine: CalendarLine?
  private var durationLine: CalendarLine?
  private var occurrenceLine: CalendarLine?
  private var dateLines: [CalendarLine] = []
  private var people: [String: Int] = [:]
  private var isAllDay = false

  init(_ kind: CalendarItem.Kind, zones: ZoneFinder, datesLeft: Int) {
    item = CalendarItem(kind)
    self.zones = zones
    self.datesLeft = datesLeft
  }

  /// So much of a text is kept.
  private static let maxText = 64 << 10

  // MARK: Properties

  mutating func take(_ line: CalendarLine) {
    switch line.name {
    case "ATTENDEE": takeAttendee(line)
    case "RRULE", "EXRULE": takeRule(line)
    case "RDATE", "EXDATE": dateLines.append(line)
    default:
      if seen.insert(line.name).inserted { takeOnce(line) }
    }
  }

  private mutating func takeOnce(_ line: CalendarLine) {
    switch line.name {
    case "UID":
      let text = String(decoding: line.trimmed.prefix(1000), as: UTF8.self)
      item.uid = text.isEmpty ? nil : text
    case "DTSTAMP":
      item.stamp = WrittenTime(line.trimmed).map { $0.clock - ($0.offset ?? 0) }
    case "SEQUENCE":
      let digits = line.trimmed
      if digits.count <= 9, digits.allSatisfy(ASCII.isDigit) {
        item.sequence = digits.reduce(0) { $0 * 10 + Int($1) - 0x30 }
      }
    case "DTSTART": startLine = line
    case "DTEND" where item.kind == .appointment, "DUE" where item.kind == .task: endLine = line
    case "DURATION": durationLine = line
    case "RECURRENCE-ID": occurrenceLine = line
    case "SUMMARY": item.summary = text(line)
    case "LOCATION": item.location = text(line)
    case "DESCRIPTION": item.description = text(line)
    case "COMMENT": item.comment = text(line)
    case "STATUS": item.status = word(line)
    case "PERCENT-COMPLETE":
      item.percent = Int(String(decoding: line.trimmed.prefix(9), as: UTF8.self)).flatMap {
        (0...100).contains($0) ? $0 : nil
      }
    case "ORGANIZER": item.organizer = CalendarPerson(line)
    case "X-MICROSOFT-CDO-ALLDAYEVENT": isAllDay = word(line) == "TRUE"
    default: break
    }
  }

  private func text(_ line: CalendarLine) -> String? {
    var text = line.plainText
    if text.utf8.count > Self.maxText { text = String(text.prefix(Self.maxText / 4)) }
    return text.isEmpty ? nil : text
  }

  private func word(_ line: CalendarLine) -> String? {
    let text = String(decoding: line.trimmed.prefix(60), as: UTF8.self).uppercased()
    return text.isEmpty ? nil : text
  }

  private mutating func takeAttendee(_ line: CalendarLine) {
    guard item.attendees.count < CalendarReader.Limit.people else {
      item.remarks.insert(.limit)
      return
    }
    let person = CalendarPerson(line)
    if person.role == "ORGANIZER" {
      // vCalendar 1.0 section 2.4.1.
      item.organizer = item.organizer ?? person
      return
    }
    guard let address = person.address else {
      item.attendees.append(person)
      return
    }
    guard let known = people[address] else {
      people[address] = item.attendees.count
      item.attendees.append(person)
      return
    }
    // An answer counts more than none.
    if item.attendees[known].status == "NEEDS-ACTION" {
      let name = item.attendees[known].name
      item.attendees[known] = person
      item.attendees[known].name = person.name ?? name
    }
  }

  private mutating func takeRule(_ line: CalendarLine) {
    let text = String(decoding: line.trimmed.prefix(4000), as: UTF8.self)
    guard !text.isEmpty else { return }
    let isExcluded = line.name == "EXRULE"
    let texts =
      isExcluded ? item.recurrence.excludedRuleTexts.count : item.recurrence.ruleTexts.count
    guard texts < CalendarReader.Limit.rules else {
      item.remarks.insert(.limit)
      return
    }
    let rule = line.value.count <= 4000 ? RecurrenceRule(line.value) : nil
    if rule == nil { item.remarks.insert(.unknownRule) }
    if isExcluded {
      item.recurrence.excludedRuleTexts.append(text)
      if let rule { item.recurrence.excludedRules.append(rule) }
    } else {
      item.recurrence.ruleTexts.append(text)
      if let rule { item.recurrence.rules.append(rule) }
    }
  }

  // MARK: Times

  mutating func finish() -> CalendarItem {
    let start = startLine.flatMap { time($0) }
    let end = endLine.flatMap { time($0) }
    if startLine != nil && start == nil || endLine != nil && end == nil {
      item.remarks.insert(.noTime)
    }
    item.zone = start?.zone ?? end?.zone ?? .floating
    item.start = start?.time
    item.end = end?.time
    item.recurrenceID = occurrenceLine.flatMap { time($0)?.time }
    if occurrenceLine?.parameter("range")?.uppercased() == "THISANDFUTURE" {
      item.isThisAndFuture = true
    }
    takeWholeDays()
    settleEnd()
    takeDates()
    for time in [item.start, item.end] {
      if time?.isInRange == false { item.remarks.insert(.outOfRange) }
    }
    return item
  }

  /// The time of a property, and its zone; `nil` where it is none.
  private mutating func time(_ line: CalendarLine) -> (time: CalendarTime, zone: CalendarZone)? {
    time(line.trimmed, line.parameter("tzid"))
  }

  private mutating func time(
    _ value: some Collection<UInt8>, _ zoneName: String?
  ) -> (time: CalendarTime, zone: CalendarZone)? {
    guard let written = WrittenTime(value) else { return nil }
    if written.isDate {
      return (CalendarTime(clock: written.clock, isDate: true), .floating)
    }
    if let offset = written.offset {
      // QUIRK: RFC 5545 section 3.2.19 forbids a zone beside it; the `Z` counts.
      let zone = written.isUTC ? CalendarZone.utc : CalendarZone(name: nil, .fixed(offset))
      return (CalendarTime(clock: written.clock, in: zone), zone)
    }
    guard let name = zoneName ?? floatingZone else {
      return (CalendarTime(clock: written.clock), .floating)
    }
    let (zone, isContradicted) = zones.zone(name)
    if isContradicted { item.remarks.insert(.contradictedZone) }
    if zone.isFloating { item.remarks.insert(.unknownZone) }
    return (CalendarTime(clock: written.clock, in: zone), zone)
  }

  /// Makes days of what Exchange says to be such: from midnight to midnight (MS-OXCICAL).
  private mutating func takeWholeDays() {
    guard isAllDay, let start = item.start, !start.isDate, let end = item.end, !end.isDate,
      start.clock % Civil.day == 0, end.clock % Civil.day == 0, end.clock > start.clock
    else { return }
    item.start = CalendarTime(clock: start.clock, isDate: true)
    item.end = CalendarTime(clock: end.clock, isDate: true)
    item.zone = .floating
  }

  private mutating func settleEnd() {
    guard let start = item.start else { return }
    if item.end == nil, let line = durationLine {
      guard let duration = CalendarDuration(line.trimmed) else {
        item.remarks.insert(.noEnd)
        if item.kind == .appointment { item.end = defaultEnd(start) }
        return
      }
      guard let end = end(start, after: duration) else {
        // Beyond what a calendar holds: none that can be told.
        item.remarks.insert(.noEnd)
        return
      }
      item.end = end
    }
    guard let end = item.end else {
      if item.kind == .appointment { item.end = defaultEnd(start) }
      return
    }
    guard item.kind == .appointment else { return }
    if start.isDate {
      let day = max(end.day, start.day + 1)
      if !end.isDate || end.day < start.day { item.remarks.insert(.noEnd) }
      item.end = CalendarTime(day: day)
    } else if end.isDate {
      item.remarks.insert(.noEnd)
      item.end = end.clock > start.clock ? CalendarTime(clock: end.clock, in: item.zone) : start
    } else if end.order < start.order {
      item.remarks.insert(.noEnd)
      item.end = start
    }
  }

  /// A day, or no time at all (RFC 5545 section 3.6.1).
  private func defaultEnd(_ start: CalendarTime) -> CalendarTime {
    start.isDate ? CalendarTime(day: start.day + 1) : start
  }

  private func end(_ start: CalendarTime, after duration: CalendarDuration) -> CalendarTime? {
    let days = duration.days * Civil.day
    guard !start.isDate else {
      // Days have no hours: each that is begun counts.
      let seconds = days + duration.seconds
      return start.advanced(
        byClock: (seconds + Civil.day - 1) / Civil.day * Civil.day, in: item.zone)
    }
    guard let day = start.advanced(byClock: days, in: item.zone) else { return nil }
    guard duration.seconds != 0 else { return day }
    guard let instant = day.instant else {
      return day.advanced(byClock: duration.seconds, in: item.zone)
    }
    let (end, isOver) = instant.addingReportingOverflow(duration.seconds)
    guard !isOver, end < Civil.end - Civil.day, end > Civil.beginning + Civil.day else {
      return nil
    }
    return CalendarTime(instant: end, in: item.zone)
  }

  private mutating func takeDates() {
    for line in dateLines {
      let zone = line.parameter("tzid")
      for value in line.value.split(separator: UInt8(ascii: ",")) {
        guard datesLeft > 0 else {
          item.remarks.insert(.limit)
          return
        }
        datesLeft -= 1
        // Of a period its start.
        guard let time = time(value.prefix { $0 != UInt8(ascii: "/") }, zone)?.time else {
          continue
        }
        if line.name == "RDATE" {
          item.recurrence.dates.append(time)
        } else {
          item.recurrence.excludedDates.append(time)
        }
      }
    }
  }
}
