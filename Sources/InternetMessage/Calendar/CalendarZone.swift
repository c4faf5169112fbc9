/// Where the rules of time zones are looked up, such as the system's files.
public struct ZoneSource: Sendable {
  /// The contents of the file of a zone as zic(8) writes it (RFC 9636); `nil` where there is none.
  ///
  /// It is asked only for names of letters, digits and `_+-/` without empty parts.
  let file: @Sendable (_ name: String) -> [UInt8]?

  /// Makes a source.
  public init(_ file: @escaping @Sendable (_ name: String) -> [UInt8]?) { self.file = file }

  /// A source without any rule: zones are those that a calendar brings along.
  public static let none = ZoneSource { _ in nil }

  /// The rules of a name; `nil` where it is none of IANA's, as far as the source knows.
  func rules(_ name: String) -> TimeZoneFile? {
    guard Self.isName(name), let file = file(name) else { return nil }
    return TimeZoneFile(file)
  }

  private static func isName(_ name: String) -> Bool {
    guard name.utf8.count <= 64 else { return false }
    return name.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
      .allSatisfy { part in
        part.first.map { ASCII.isLetter($0) } == true
          && part.allSatisfy {
            ASCII.isLetter($0) || ASCII.isDigit($0) || $0 == UInt8(ascii: "_")
              || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "+")
          }
      }
  }
}

/// A time zone of a calendar: what offset its clock has when (RFC 5545 section 3.8.3.1).
public struct CalendarZone: Sendable {
  enum Rules: Sendable {
    /// None is known: a local time, wherever that is (RFC 5545 section 3.3.5).
    case floating
    case fixed(Int)
    case file(TimeZoneFile)
    case observances(ZoneOnsets)
  }

  /// Its name, as IANA has it, or `UTC`; `nil` where none is known.
  public let name: String?
  let rules: Rules
  /// What the VTIMEZONE is called by which alone its rules are known.
  var definitionName: String?

  init(name: String?, _ rules: Rules) {
    self.name = name
    self.rules = rules
  }

  static let utc = CalendarZone(name: "UTC", .fixed(0))
  static let floating = CalendarZone(name: nil, .floating)

  /// Whether nothing is known of its offset.
  var isFloating: Bool {
    if case .floating = rules { true } else { false }
  }

  /// The offset when the clock shows a time; `nil` where none is known.
  func offset(atClock clock: Int) -> Int? {
    switch rules {
    case .floating: nil
    case .fixed(let offset): offset
    case .file(let file): file.offset(atClock: clock)
    case .observances(let onsets): onsets.offset(atClock: clock)
    }
  }

  /// The offset at a moment; `nil` where none is known.
  func offset(atInstant instant: Int) -> Int? {
    switch rules {
    case .floating: nil
    case .fixed(let offset): offset
    case .file(let file): file.offset(atInstant: instant)
    case .observances(let onsets): onsets.offset(atInstant: instant)
    }
  }

  /// What the clock shows of a time of any kind.
  func clock(of time: CalendarTime) -> Int {
    guard let instant = time.instant, let offset = offset(atInstant: instant) else {
      return time.clock
    }
    return instant + offset
  }

  /// Reads an offset: `+02:00`, `-0330`, `+005328`, `+1`.
  static func offset(written text: some Collection<UInt8>) -> Int? {
    guard let sign = text.first, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") else {
      return nil
    }
    var digits: [Int] = []
    for byte in text.dropFirst() {
      if ASCII.isDigit(byte) {
        digits.append(Int(byte) - 0x30)
      } else if byte != UInt8(ascii: ":") && byte != UInt8(ascii: ".") {
        return nil
      }
      guard digits.count <= 6 else { return nil }
    }
    if digits.count % 2 == 1 { digits.insert(0, at: 0) }
    guard !digits.isEmpty else { return nil }
    let parts = stride(from: 0, to: digits.count, by: 2).map { digits[$0] * 10 + digits[$0 + 1] }
    guard parts[0] < 24, parts.dropFirst().allSatisfy({ $0 < 60 }) else { return nil }
    let seconds = zip(parts, [3600, 60, 1]).reduce(0) { $0 + $1.0 * $1.1 }
    return sign == UInt8(ascii: "-") ? -seconds : seconds
  }
}

/// Finds the zones that a calendar names, each once.
final class ZoneFinder {
  /// A VTIMEZONE: what it says of a zone.
  struct Definition {
    var location: String?
    var observances: [ZoneObservance]
  }

  private let source: ZoneSource
  private let work: ZoneWork
  /// By their names in lower case.
  private var definitions: [String: Definition] = [:]
  private var found: [String: (zone: CalendarZone, isContradicted: Bool)] = [:]
  /// So many names are looked up in the source: a file is opened for each.
  private var left = 100

  init(_ source: ZoneSource, _ work: ZoneWork) {
    self.source = source
    self.work = work
  }

  func define(_ name: String, _ definition: Definition) {
    let key = Self.key(name)
    if definitions[key] == nil { definitions[key] = definition }
    found[key] = nil
  }

  /// The zone of a name (TZID), and whether a VTIMEZONE of the calendar says otherwise.
  ///
  /// QUIRK: RFC 5545 section 3.6.5 has the VTIMEZONE define the zone. A name of IANA's or of Windows'
  /// goes before it: copies of its rules are often old or wrong.
  func zone(_ name: String) -> (zone: CalendarZone, isContradicted: Bool) {
    let key = Self.key(name)
    if let known = found[key] { return known }
    guard found.count < 1000 else { return (.floating, false) }
    let result = find(key, name)
    found[key] = result
    return result
  }

  private static func key(_ name: String) -> String {
    Text.collapsed(name.filter { $0 != "\"" }).lowercased()
  }

  private func find(
    _ key: String, _ written: String
  ) -> (zone: CalendarZone, isContradicted: Bool) {
    let name = Text.collapsed(written.filter { $0 != "\"" })
    let definition = definitions[key]
    guard let known = named(name) ?? definition?.location.flatMap({ named($0) }) else {
      guard let definition, !definition.observances.isEmpty else {
        return (numbered(name) ?? .floating, false)
      }
      var zone = CalendarZone(
        name: nil, .observances(ZoneOnsets(definition.observances, work)))
      zone.definitionName = name
      return (zone, false)
    }
    guard let definition, !definition.observances.isEmpty else { return (known, false) }
    if known.isFloating {
      // The system holds no rules for it, the calendar does.
      var zone = CalendarZone(
        name: known.name, .observances(ZoneOnsets(definition.observances, work)))
      zone.definitionName = name
      return (zone, false)
    }
    return (known, contradicts(ZoneOnsets(definition.observances, work), known))
  }

  /// Whether observances have another offset in this century's first January or July.
  private func contradicts(_ onsets: ZoneOnsets, _ zone: CalendarZone) -> Bool {
    [1, 7].contains { month in
      let instant = Civil.days(year: 2026, month: month, day: 15) * Civil.day
      return onsets.offset(atInstant: instant) != zone.offset(atInstant: instant)
    }
  }

  /// Windows' name with a number behind it, which a second zone of a calendar has.
  private func numbered(_ name: String) -> CalendarZone? {
    guard let blank = name.lastIndex(of: " "),
      name[blank...].dropFirst().utf8.allSatisfy(ASCII.isDigit), blank > name.startIndex
    else { return nil }
    return named(String(name[..<blank]))
  }

  /// The zone that a name means by itself.
  private func named(_ name: String) -> CalendarZone? {
    let lower = name.lowercased()
    if Self.isUTC(lower) { return .utc }
    let plain = lower.hasPrefix("gmt") || lower.hasPrefix("utc") ? name.dropFirst(3) : name[...]
    if let offset = CalendarZone.offset(written: plain.utf8) {
      return offset == 0 ? .utc : CalendarZone(name: nil, .fixed(offset))
    }
    let key = lower.utf8.map { $0 == ASCII.space ? UInt8(ascii: "_") : $0 }
    if let zone = WindowsZones.all.value(of: key) {
      let name = String(decoding: zone, as: UTF8.self)
      if Self.isUTC(name.lowercased()) { return .utc }
      let rules = rules(name)
      return CalendarZone(name: name, rules.map { .file($0) } ?? .floating)
    }
    if let zone = displayed(name) { return zone }
    if lower.hasPrefix("tzone://microsoft/") {
      return named(String(name.dropFirst("tzone://microsoft/".utf8.count)))
    }
    return iana(name)
  }

  /// Where the cities lie that Windows names a zone by for people, as in
  /// `(UTC+01:00) Amsterdam, Berlin`: of those that IANA knows the first whose clock has that offset in
  /// the winter of either half of the world.
  private func displayed(_ name: String) -> CalendarZone? {
    guard name.hasPrefix("(UTC") || name.hasPrefix("(GMT"),
      let end = name.firstIndex(of: ")"),
      let offset = CalendarZone.offset(written: name[..<end].utf8.dropFirst(4))
    else { return nil }
    let cities = name[end...].dropFirst().split { $0 == "," || $0 == "/" }.prefix(4)
    for city in cities {
      let city = city.split(separator: " ").joined(separator: "_")
      for area in ["Europe", "America", "Asia", "Africa", "Australia", "Pacific"] {
        let name = "\(area)/\(city)"
        guard let rules = rules(name) else { continue }
        let zone = CalendarZone(name: name, .file(rules))
        let winters = [1, 7].map { Civil.days(year: 2026, month: $0, day: 15) * Civil.day }
        if winters.contains(where: { zone.offset(atInstant: $0) == offset }) { return zone }
      }
    }
    return nil
  }

  private static func isUTC(_ name: String) -> Bool {
    switch name {
    case "utc", "z", "etc/utc", "etc/uct", "uct", "zulu", "universal", "etc/zulu", "etc/universal",
      "coordinated universal time", "(utc) coordinated universal time", "tzone://microsoft/utc":
      true
    default: false
    }
  }

  /// A name of IANA's; at the end of a longer path, too (RFC 5545 section 3.2.19).
  private func iana(_ name: String) -> CalendarZone? {
    let parts = name.split(separator: "/")
    guard !parts.isEmpty, parts.count <= 12 else { return nil }
    let isPath = name.hasPrefix("/")
    for count in (isPath ? 1...min(3, parts.count) : parts.count...parts.count).reversed() {
      let candidate = parts.suffix(count).joined(separator: "/")
      for form in [candidate, Self.capitalized(candidate)] {
        if Self.isUTC(form.lowercased()) { return .utc }
        if let rules = rules(form) { return CalendarZone(name: form, .file(rules)) }
      }
    }
    return nil
  }

  /// A name as IANA writes most: `EUROPE/BERLIN` as `Europe/Berlin`.
  private static func capitalized(_ name: String) -> String {
    var isStart = true
    return String(
      name.lowercased().map { character in
        defer { isStart = character == "/" || character == "_" || character == "-" }
        return isStart ? Character(character.uppercased()) : character
      })
  }

  private func rules(_ name: String) -> TimeZoneFile? {
    guard left > 0 else { return nil }
    left -= 1
    return source.rules(name)
  }
}
