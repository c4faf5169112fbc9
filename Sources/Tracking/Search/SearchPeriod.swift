/// A period as people name it: a year, a month, a day, a minute, a second.
package struct SearchPeriod: Hashable {
  /// Where it begins, in seconds since 1970.
  package let start: Int64
  /// Where it has ended.
  package let end: Int64

  private static let dayLength: Int64 = 86_400

  /// What can be written, for messages.
  package static let forms =
    "2026, 2026-01, 2026-01-31, 2026-01-31T09:30, 90d, today or yesterday"

  /// Reads `2026`, `2026-01`, `2026-01-31`, `2026-01-31T09:30`, with seconds, and with `Z` or an offset
  /// such as `+01:00` where another zone is meant than the clock's; `today`, `yesterday`, or `90d` for
  /// the time so many days ago; `nil` where it is none of them.
  ///
  /// - Parameters:
  ///   - text: The period.
  ///   - now: The present, in seconds since 1970.
  ///   - clock: The time zone that is meant where the text names none.
  package init?(_ text: some StringProtocol, now: Int64, clock: CivilClock = .utc) {
    let today = clock.day(now)
    switch text.lowercased() {
    case "today": self.init(today, clock)
    case "yesterday":
      self.init(clock.day(clock.moment(today, 0) - Self.dayLength / 2), clock)
    case let days where days.hasSuffix("d"):
      guard let days = Int64(days.dropLast()), (0...100_000).contains(days) else { return nil }
      self.init(start: now - days * Self.dayLength, end: now - days * Self.dayLength)
    case let date: self.init(date: Array(date.utf8), clock: clock)
    }
  }

  private init(start: Int64, end: Int64) {
    self.start = start
    self.end = end
  }

  private init(_ day: CivilClock.Day, _ clock: CivilClock) {
    var next = day
    next.day += 1
    self.init(start: clock.moment(day, 0), end: clock.moment(next, 0))
  }

  private init?(date: [UInt8], clock: CivilClock) {
    var zone: Int64?
    var date = date
    if let (offset, length) = Self.offset(at: date) {
      zone = offset
      date.removeLast(length)
    }
    let form = Array("0000-00-00t00:00:00".utf8)
    guard [4, 7, 10, 16, 19].contains(date.count), zone == nil || date.count > 10 else {
      return nil
    }
    if date.count > 10, date[10] == UInt8(ascii: " ") { date[10] = UInt8(ascii: "t") }
    var numbers: [Int64] = [0]
    for (byte, expected) in zip(date, form) {
      if expected == UInt8(ascii: "0") {
        guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else { return nil }
        numbers[numbers.count - 1] = numbers[numbers.count - 1] * 10 + Int64(byte - expected)
      } else {
        guard byte == expected else { return nil }
        numbers.append(0)
      }
    }
    let day = CivilClock.Day(
      numbers[0], numbers.count > 1 ? numbers[1] : 1, numbers.count > 2 ? numbers[2] : 1)
    guard day.year >= 1, (1...12).contains(day.month),
      (1...Self.days(in: day.month, of: day.year)).contains(day.day)
    else { return nil }
    switch date.count {
    case 4:
      self.init(
        start: clock.moment(day, 0), end: clock.moment(CivilClock.Day(day.year + 1, 1, 1), 0))
    case 7:
      let next =
        day.month == 12
        ? CivilClock.Day(day.year + 1, 1, 1) : CivilClock.Day(day.year, day.month + 1, 1)
      self.init(start: clock.moment(day, 0), end: clock.moment(next, 0))
    case 10: self.init(day, clock)
    default:
      let second = numbers.count > 5 ? numbers[5] : 0
      guard numbers[3] < 24, numbers[4] < 60, second <= 60 else { return nil }
      let inDay = numbers[3] * 3_600 + numbers[4] * 60 + second
      let start = zone.map { CivilClock.utc.moment(day, inDay) - $0 } ?? clock.moment(day, inDay)
      self.init(start: start, end: start + (numbers.count > 5 ? 1 : 60))
    }
  }

  /// The offset from UTC at the end of a time, in seconds, and how many bytes it takes.
  private static func offset(at date: [UInt8]) -> (seconds: Int64, length: Int)? {
    guard date.count > 16 else { return nil }
    if date.last == UInt8(ascii: "z") { return (0, 1) }
    let tail = date.suffix(6)
    let isEast = tail.first == UInt8(ascii: "+")
    guard isEast || tail.first == UInt8(ascii: "-"), tail[tail.endIndex - 3] == UInt8(ascii: ":")
    else { return nil }
    let digits = (tail.dropFirst().prefix(2) + tail.suffix(2)).map { Int64($0) - 48 }
    guard digits.allSatisfy({ (0...9).contains($0) }) else { return nil }
    let minutes = (digits[0] * 10 + digits[1]) * 60 + digits[2] * 10 + digits[3]
    guard minutes <= 14 * 60, digits[2] < 6 else { return nil }
    return ((isEast ? minutes : -minutes) * 60, 6)
  }

  private static func days(in month: Int64, of year: Int64) -> Int64 {
    month == 12
      ? 31
      : CivilClock.days(to: .init(year, month + 1, 1)) - CivilClock.days(to: .init(year, month, 1))
  }
}
