/// Days of the Gregorian calendar as numbers (RFC 5545 section 3.3.4), without any zone.
enum Civil {
  /// Seconds of a day.
  static let day = 86_400

  /// The first second that no time is told beyond: the end of the year 9999.
  static let end = days(year: 10_000, month: 1, day: 1) * day
  /// The first second of the year 1.
  static let beginning = days(year: 1, month: 1, day: 1) * day

  /// The days from 1970-01-01 to a day; the day of the month may be beyond its last.
  static func days(year: Int, month: Int, day: Int) -> Int {
    // Years are counted from March, so that the leap day is the last.
    let year = month <= 2 ? year - 1 : year
    let cycle = (year >= 0 ? year : year - 399) / 400
    let inCycle = year - cycle * 400
    let inYear = ((month + 9) % 12 * 153 + 2) / 5 + day - 1
    return cycle * 146_097 + inCycle * 365 + inCycle / 4 - inCycle / 100 + inYear - 719_468
  }

  /// Year, month and day of a number of days since 1970-01-01.
  static func date(_ days: Int) -> (year: Int, month: Int, day: Int) {
    let days = days + 719_468
    let cycle = (days >= 0 ? days : days - 146_096) / 146_097
    let inCycle = days - cycle * 146_097
    let years = (inCycle - inCycle / 1_460 + inCycle / 36_524 - inCycle / 146_096) / 365
    let inYear = inCycle - (365 * years + years / 4 - years / 100)
    let months = (5 * inYear + 2) / 153
    let month = months < 10 ? months + 3 : months - 9
    return (
      years + cycle * 400 + (month <= 2 ? 1 : 0), month, inYear - (153 * months + 2) / 5 + 1
    )
  }

  /// The day of the week, 0 for Monday.
  static func weekday(_ days: Int) -> Int {
    let rest = (days + 3) % 7
    return rest < 0 ? rest + 7 : rest
  }

  /// The length of a month.
  static func days(in month: Int, of year: Int) -> Int {
    switch month {
    case 2: isLeap(year) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }

  static func isLeap(_ year: Int) -> Bool { year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) }

  /// The day in which a second lies.
  static func day(ofSecond second: Int) -> Int {
    (second >= 0 ? second : second - (day - 1)) / day
  }
}
