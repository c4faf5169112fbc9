/// A date, or a date with a time of day, as a calendar tells it (RFC 5545 sections 3.3.4 and 3.3.5).
public struct CalendarTime: Sendable, Hashable {
  /// What clock and calendar show there, in seconds since 1970-01-01 00:00 on that clock.
  public let clock: Int
  /// Whether it is a day without a time of day.
  public let isDate: Bool
  /// The offset of the clock in seconds east of UTC; `nil` for a day, and where no zone is known
  /// (floating).
  public let offset: Int?
  /// The name of the zone, as IANA has it, or `UTC`; `nil` where none is known.
  public let zone: String?

  /// Makes a time of its parts.
  public init(clock: Int, isDate: Bool = false, offset: Int? = nil, zone: String? = nil) {
    self.clock = clock
    self.isDate = isDate
    self.offset = isDate ? nil : offset
    self.zone = isDate ? nil : zone
  }

  /// A day.
  init(day: Int) { self.init(clock: day * Civil.day, isDate: true) }

  /// A time on a clock of a zone.
  ///
  /// In the hour that is left out the offset before it counts, and in one that comes twice it is the
  /// first (RFC 5545 section 3.3.5).
  init(clock: Int, in zone: CalendarZone) {
    guard let offset = zone.offset(atClock: clock) else {
      self.init(clock: clock)
      return
    }
    self.init(instant: clock - offset, in: zone)
  }

  /// A moment, in seconds since 1970-01-01 UTC, as a zone's clock shows it.
  init(instant: Int, in zone: CalendarZone) {
    let offset = zone.offset(atInstant: instant)
    self.init(clock: instant + (offset ?? 0), offset: offset, zone: zone.name)
  }

  /// The moment, in seconds since 1970-01-01 UTC; `nil` for a day and a floating time.
  public var instant: Int? { offset.map { clock - $0 } }

  /// By what times of different kinds are ordered: the moment, else what the clock shows.
  public var order: Int { clock - (offset ?? 0) }

  /// The day, in days since 1970-01-01.
  var day: Int { Civil.day(ofSecond: clock) }

  /// Whether it lies in the years that mail is taken for: 1970 to 2200.
  public var isInRange: Bool {
    (0..<Civil.days(year: 2201, month: 1, day: 1) * Civil.day).contains(clock)
  }

  /// So many seconds later by the clock; `nil` beyond the year 9999.
  func advanced(byClock seconds: Int, in zone: CalendarZone) -> CalendarTime? {
    let (clock, isOver) = clock.addingReportingOverflow(seconds)
    guard !isOver, clock < Civil.end, clock >= Civil.beginning else { return nil }
    return isDate ? CalendarTime(clock: clock, isDate: true) : CalendarTime(clock: clock, in: zone)
  }

  /// The time as RFC 3339 writes it: `2026-12-03T10:00:00+01:00`, with `Z` in UTC, without offset
  /// where it floats; a day as `2026-12-03`.
  public var text: String {
    let date = dateText(separator: "-")
    if isDate { return date }
    let text = date + "T" + timeText(separator: ":")
    guard let offset else { return text }
    if zone == "UTC" { return text + "Z" }
    let minutes = abs(offset) / 60
    return text + (offset < 0 ? "-" : "+") + Self.padded(minutes / 60, 2) + ":"
      + Self.padded(minutes % 60, 2)
  }

  /// The time as RFC 5545 writes it, without its zone: `20261203T100000`, `20261203`; with `Z` in UTC.
  public var basicText: String {
    let date = dateText(separator: "")
    if isDate { return date }
    return date + "T" + timeText(separator: "") + (zone == "UTC" ? "Z" : "")
  }

  private func dateText(separator: String) -> String {
    let (year, month, dayOfMonth) = Civil.date(day)
    return Self.padded(year, 4) + separator + Self.padded(month, 2) + separator
      + Self.padded(dayOfMonth, 2)
  }

  private func timeText(separator: String) -> String {
    let second = clock - day * Civil.day
    return Self.padded(second / 3600, 2) + separator + Self.padded(second / 60 % 60, 2) + separator
      + Self.padded(second % 60, 2)
  }

  private static func padded(_ number: Int, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
  }
}

/// A time as it is written, before anything is known of its zone.
struct WrittenTime {
  /// What the clock shows, in seconds since 1970-01-01 00:00.
  let clock: Int
  let isDate: Bool
  /// The offset that stands with it: 0 for `Z`.
  let offset: Int?
  /// Whether the offset is written as `Z`.
  let isUTC: Bool

  /// Reads `20261203T100000Z`, `20261203`, and what is written for it: hyphens and colons of ISO 8601,
  /// no seconds, 24:00, second 60, an offset.
  ///
  /// - Returns: `nil` where it is no date.
  init?(_ text: some Collection<UInt8>) {
    var digits: [Int] = []
    var rest: [UInt8] = []
    var hasTime = false
    for byte in text.drop(while: { ASCII.isBlank($0) }) {
      if ASCII.isDigit(byte), rest.isEmpty {
        digits.append(Int(byte) - 0x30)
        guard digits.count <= 14 else { return nil }
      } else if byte | 0x20 == UInt8(ascii: "t"), rest.isEmpty, digits.count == 8, !hasTime {
        hasTime = true
      } else if byte == UInt8(ascii: "-") && !hasTime || byte == UInt8(ascii: ":"), rest.isEmpty {
        continue
      } else {
        rest.append(byte)
        guard rest.count <= 16 else { return nil }
      }
    }
    while let last = rest.last, ASCII.isBlank(last) { rest.removeLast() }
    func number(_ range: Range<Int>) -> Int { digits[range].reduce(0) { $0 * 10 + $1 } }
    guard digits.count >= 8 else { return nil }
    let year = number(0..<4)
    let month = number(4..<6)
    let day = number(6..<8)
    guard year > 0, (1...12).contains(month), (1...Civil.days(in: month, of: year)).contains(day)
    else { return nil }
    let days = Civil.days(year: year, month: month, day: day)
    guard hasTime else {
      guard digits.count == 8, rest.isEmpty else { return nil }
      (clock, isDate, offset, isUTC) = (days * Civil.day, true, nil, false)
      return
    }
    guard digits.count == 14 || digits.count == 12 else { return nil }
    let hour = number(8..<10)
    let minute = number(10..<12)
    let second = digits.count == 14 ? min(number(12..<14), 60) : 0
    // QUIRK: RFC 5545 section 3.3.12 ends the day at 23:59; 24:00 is written all the same.
    guard hour < 24 || hour == 24 && minute == 0 && second == 0, minute < 60,
      digits.count == 12 || number(12..<14) <= 60
    else { return nil }
    clock = days * Civil.day + hour * 3600 + minute * 60 + min(second, 59)
    isDate = false
    isUTC = rest.count == 1 && rest[0] | 0x20 == UInt8(ascii: "z")
    if rest.isEmpty || isUTC {
      offset = isUTC ? 0 : nil
    } else {
      // Parts of a second are none of a calendar.
      let tail = rest.first == UInt8(ascii: ".") ? rest[1...].drop(while: ASCII.isDigit) : rest[...]
      if tail.isEmpty {
        offset = nil
      } else if tail.count == 1, tail.first.map({ $0 | 0x20 }) == UInt8(ascii: "z") {
        offset = 0
      } else {
        guard let written = CalendarZone.offset(written: tail) else { return nil }
        offset = written
      }
    }
  }
}

/// A length of time (RFC 5545 section 3.3.6): days by the calendar, and seconds that are exact.
struct CalendarDuration {
  let days: Int
  let seconds: Int

  /// Reads `P1D`, `PT1H30M`, `P2W`, `-PT15M`.
  ///
  /// - Returns: `nil` where it is none, and where its numbers are beyond what a calendar holds.
  init?(_ text: some Collection<UInt8>) {
    var sign = 1
    var days = 0
    var seconds = 0
    var number: Int?
    var isTime = false
    var hasBegun = false
    var hasPart = false
    for byte in text where !ASCII.isBlank(byte) {
      switch byte {
      case UInt8(ascii: "-") where !hasBegun: sign = -1
      case UInt8(ascii: "+") where !hasBegun: break
      case UInt8(ascii: "P"), UInt8(ascii: "p"):
        guard !hasBegun else { return nil }
        hasBegun = true
      case UInt8(ascii: "T"), UInt8(ascii: "t"):
        guard hasBegun, !isTime else { return nil }
        isTime = true
      case 0x30...0x39:
        guard hasBegun, number ?? 0 < 10_000_000_000 else { return nil }
        number = (number ?? 0) * 10 + Int(byte) - 0x30
      default:
        guard let value = number else { return nil }
        number = nil
        hasPart = true
        switch (byte & 0xDF, isTime) {
        case (UInt8(ascii: "W"), _): days += value * 7
        case (UInt8(ascii: "D"), _): days += value
        case (UInt8(ascii: "H"), true): seconds += value * 3600
        case (UInt8(ascii: "M"), true): seconds += value * 60
        case (UInt8(ascii: "S"), true): seconds += value
        default: return nil
        }
        // The sum of any number of parts stays small.
        guard days < 100_000_000, seconds < 100_000_000_000 else { return nil }
      }
    }
    guard number == nil, hasPart else { return nil }
    self.days = sign * days
    self.seconds = sign * seconds
  }
}
