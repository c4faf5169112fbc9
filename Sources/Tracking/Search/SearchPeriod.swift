/// A period as a query names it: a year, a month, a day, a second (UTC).
struct SearchPeriod: Hashable {
  /// Where it begins, in seconds since 1970.
  let start: Int64
  /// Where it has ended.
  let end: Int64

  private static let day: Int64 = 86_400

  /// Reads `2026`, `2026-01`, `2026-01-31`, `2026-01-31T09:30:00Z`, `today`, `yesterday`, or `90d` for
  /// the time so many days ago; `nil` where it is none of them.
  init?(_ text: Substring, now: Int64) {
    let today = now - (now % Self.day + Self.day) % Self.day
    switch text.lowercased() {
    case "today": self.init(start: today, end: today + Self.day)
    case "yesterday": self.init(start: today - Self.day, end: today)
    case let days where days.hasSuffix("d"):
      guard let days = Int64(days.dropLast()), (0...100_000).contains(days) else { return nil }
      self.init(start: now - days * Self.day, end: now - days * Self.day)
    case let date: self.init(date: Array(date.utf8))
    }
  }

  private init(start: Int64, end: Int64) {
    self.start = start
    self.end = end
  }

  private init?(date: [UInt8]) {
    let form = Array("0000-00-00t00:00:00z".utf8)
    guard [4, 7, 10, 20].contains(date.count) else { return nil }
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
    let year = numbers[0]
    let month = numbers.count > 1 ? numbers[1] : 1
    let day = numbers.count > 2 ? numbers[2] : 1
    guard year >= 1, (1...12).contains(month),
      (1...Self.days(in: month, of: year)).contains(day)
    else { return nil }
    let first = Self.days(year, month, day) * Self.day
    switch date.count {
    case 4: self.init(start: first, end: Self.days(year + 1, 1, 1) * Self.day)
    case 7:
      let next = month == 12 ? Self.days(year + 1, 1, 1) : Self.days(year, month + 1, 1)
      self.init(start: first, end: next * Self.day)
    case 10: self.init(start: first, end: first + Self.day)
    default:
      guard numbers[3] < 24, numbers[4] < 60, numbers[5] <= 60 else { return nil }
      let second = first + numbers[3] * 3600 + numbers[4] * 60 + numbers[5]
      self.init(start: second, end: second + 1)
    }
  }

  private static func days(in month: Int64, of year: Int64) -> Int64 {
    month == 12 ? 31 : days(year, month + 1, 1) - days(year, month, 1)
  }

  /// The days from 1970-01-01 to a day of the Gregorian calendar, whose years are counted from March.
  private static func days(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
    let year = month <= 2 ? year - 1 : year
    let months = (month + 9) % 12
    return year * 365 + year / 4 - year / 100 + year / 400 + (months * 153 + 2) / 5 + day - 719_469
  }
}
