/// Reads the appointments and tasks of a calendar: iCalendar (RFC 5545) and vCalendar 1.0, with what
/// programs write for them.
///
/// Nothing in it is an error. Work and memory are linear in its length; no rule of recurrence is
/// expanded, and nothing recurses.
public struct CalendarReader {
  /// So many items of a calendar are read, so many people of an item, so many rules, single dates and
  /// properties.
  public enum Limit {
    static let items = 1000
    static let people = 1000
    static let rules = 10
    static let dates = 20_000
    static let lines = 100_000
  }

  private var lines: CalendarLineReader
  private let source: ZoneSource
  private var items: [CalendarItem] = []
  private let work = ZoneWork()
  private var datesLeft = Limit.dates
  private var linesLeft = Limit.lines
  private var isOverLimit = false

  /// The appointments and tasks of a stream, in order; those of several calendars, one after the other.
  ///
  /// - Parameters:
  ///   - bytes: The stream, its transfer encoding undone.
  ///   - charset: What is said to be its charset, in lower case; UTF-8 where nothing is said.
  ///   - zones: Where the rules of named zones are looked up.
  /// - Returns: What is in it; nothing where it is no calendar.
  public static func items(
    of bytes: [UInt8], charset: String? = nil, zones: ZoneSource
  ) -> [CalendarItem] {
    bytes.withUnsafeBytes { bytes in
      var reader = CalendarReader(CalendarLineReader(bytes, charset: charset), zones)
      reader.read()
      return reader.items
    }
  }

  private init(_ lines: CalendarLineReader, _ source: ZoneSource) {
    self.lines = lines
    self.source = source
  }

  /// A component that is wanted, as it stands.
  private struct Component {
    let kind: CalendarItem.Kind
    var lines: [CalendarLine] = []
  }

  /// A VTIMEZONE, as it stands.
  private struct ZoneComponent {
    var name: String?
    var location: String?
    var parts: [[CalendarLine]] = []
  }

  /// A VCALENDAR, as it stands.
  private struct Object {
    var method: String?
    var zoneName: String?
    /// The zone of vCalendar 1.0.
    var offset: Int?
    var components: [Component] = []
    var zones: [ZoneComponent] = []
  }

  private mutating func read() {
    var object: Object?
    // What is begun, from the calendar inwards; what is no part of interest counts as others do.
    var open: [String] = []
    var component: Component?
    var zone: ZoneComponent?
    while let line = lines.next() {
      guard object != nil else {
        if line.name == "BEGIN", Self.word(line) == "VCALENDAR" {
          object = Object()
          open = ["VCALENDAR"]
        }
        continue
      }
      if line.name == "BEGIN" {
        let name = Self.word(line)
        if name == "VCALENDAR" {
          // The one before has no end.
          close(&component, &zone, into: &object)
          finish(&object, isWhole: false)
          object = Object()
          open = [name]
          continue
        }
        if name == "VEVENT" || name == "VTODO" || name == "VTIMEZONE",
          component != nil || zone != nil,
          open.count == 2
        {
          close(&component, &zone, into: &object)
          open = ["VCALENDAR"]
        }
        if open.count == 1 {
          switch name {
          case "VEVENT": component = Component(kind: .appointment)
          case "VTODO": component = Component(kind: .task)
          case "VTIMEZONE": zone = ZoneComponent()
          default: break
          }
        } else if open.count == 2, zone != nil, name == "STANDARD" || name == "DAYLIGHT" {
          if zone?.parts.count ?? 0 < ZoneObservance.most { zone?.parts.append([]) }
        }
        if open.count < 32 { open.append(name) }
        continue
      }
      if line.name == "END" {
        let name = Self.word(line)
        // The end of what is not begun is none.
        guard let place = open.lastIndex(of: name) else { continue }
        open.removeSubrange(place...)
        if open.count <= 1 { close(&component, &zone, into: &object) }
        if open.isEmpty { finish(&object, isWhole: true) }
        continue
      }
      take(line, open, &object, &component, &zone)
    }
    close(&component, &zone, into: &object)
    finish(&object, isWhole: false)
  }

  private mutating func take(
    _ line: CalendarLine, _ open: [String], _ object: inout Object?,
    _ component: inout Component?, _ zone: inout ZoneComponent?
  ) {
    if component != nil {
      // What an alarm says is not the appointment's (RFC 5545 section 3.6.6).
      if open.count == 2, Self.names.contains(line.name), keeps(line) {
        component?.lines.append(line)
      }
    } else if zone != nil {
      if open.count == 3, let last = zone?.parts.indices.last, Self.zoneNames.contains(line.name) {
        if zone?.parts[last].count ?? 0 < 200, keeps(line) { zone?.parts[last].append(line) }
      } else if open.count == 2 {
        if line.name == "TZID", zone?.name == nil { zone?.name = line.plainText }
        if line.name == "X-LIC-LOCATION" { zone?.location = line.plainText }
      }
    } else if open.count == 1 {
      switch line.name {
      case "METHOD" where object?.method == nil: object?.method = Self.capitals(line)
      case "X-WR-TIMEZONE" where object?.zoneName == nil: object?.zoneName = line.plainText
      case "TZ": object?.offset = CalendarZone.offset(written: line.trimmed)
      default: break
      }
    }
  }

  /// Whether a line is kept until its component ends: memory is bounded, whatever the lines say.
  private mutating func keeps(_ line: CalendarLine) -> Bool {
    guard linesLeft > 0 else {
      isOverLimit = true
      return false
    }
    linesLeft -= 1
    return true
  }

  private static let names: Set<String> = [
    "UID", "DTSTAMP", "SEQUENCE", "DTSTART", "DTEND", "DUE", "DURATION", "SUMMARY", "LOCATION",
    "DESCRIPTION", "COMMENT", "STATUS", "ORGANIZER", "ATTENDEE", "RRULE", "EXRULE", "RDATE",
    "EXDATE", "RECURRENCE-ID", "PERCENT-COMPLETE", "X-MICROSOFT-CDO-ALLDAYEVENT",
  ]

  private static let zoneNames: Set<String> = [
    "DTSTART", "TZOFFSETFROM", "TZOFFSETTO", "RRULE", "RDATE",
  ]

  private static func word(_ line: CalendarLine) -> String { capitals(line) ?? "" }

  private static func capitals(_ line: CalendarLine) -> String? {
    let text = String(decoding: line.trimmed.prefix(60), as: UTF8.self).uppercased()
    return text.isEmpty ? nil : text
  }

  private func close(
    _ component: inout Component?, _ zone: inout ZoneComponent?, into object: inout Object?
  ) {
    if let component { object?.components.append(component) }
    if let zone { object?.zones.append(zone) }
    component = nil
    zone = nil
  }

  // MARK: Calendars

  private mutating func finish(_ object: inout Object?, isWhole: Bool) {
    guard let read = object else { return }
    object = nil
    let finder = ZoneFinder(source, work)
    for zone in read.zones.prefix(100) {
      guard let name = zone.name else { continue }
      finder.define(
        name,
        ZoneFinder.Definition(
          location: zone.location,
          observances: zone.parts.prefix(ZoneObservance.most).compactMap(Self.observance)))
    }
    for (index, component) in read.components.enumerated() {
      guard items.count < Limit.items else {
        isOverLimit = true
        break
      }
      var maker = CalendarItemMaker(component.kind, zones: finder, datesLeft: datesLeft)
      maker.floatingZone = read.zoneName ?? read.offset.map(Self.zoneName)
      for line in component.lines { maker.take(line) }
      var item = maker.finish()
      datesLeft = maker.datesLeft
      item.method = read.method
      if !isWhole, index == read.components.count - 1 { item.remarks.insert(.truncated) }
      items.append(item)
    }
    if isOverLimit, !items.isEmpty { items[items.count - 1].remarks.insert(.limit) }
  }

  /// An offset as `ZoneFinder` reads it.
  private static func zoneName(_ offset: Int) -> String {
    let minutes = abs(offset) / 60
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    return (offset < 0 ? "-" : "+") + two(minutes / 60) + two(minutes % 60)
  }

  private static func observance(_ lines: [CalendarLine]) -> ZoneObservance? {
    func first(_ name: String) -> CalendarLine? { lines.first { $0.name == name } }
    guard let start = first("DTSTART").flatMap({ WrittenTime($0.trimmed) }),
      let after = first("TZOFFSETTO").flatMap({ CalendarZone.offset(written: $0.trimmed) })
    else { return nil }
    let before = first("TZOFFSETFROM").flatMap { CalendarZone.offset(written: $0.trimmed) }
    var dates: [Int] = []
    for line in lines where line.name == "RDATE" {
      for value in line.value.split(separator: UInt8(ascii: ",")) {
        guard dates.count < ZoneObservance.most else { break }
        guard let time = WrittenTime(value.prefix { $0 != UInt8(ascii: "/") }) else { continue }
        dates.append(time.clock + (time.isUTC ? before ?? after : 0))
      }
    }
    return ZoneObservance(
      start: start.clock, before: before ?? after, after: after,
      rule: first("RRULE").flatMap { RecurrenceRule($0.value) },
      ruleText: first("RRULE").map { String(decoding: $0.trimmed.prefix(500), as: UTF8.self) },
      dates: dates.sorted())
  }
}
