import Glibc

/// A moment in the local time zone.
struct LocalTime {
  let year: Int
  /// From 1 to 12.
  let month: Int
  let day: Int
  let hour: Int
  let minute: Int
  let second: Int
  /// From 0, a Sunday.
  let weekday: Int
  /// Minutes east of UTC.
  let offset: Int

  static let months = [
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
  ]
  static let days = [
    "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday",
  ]
  /// 0001-01-02 and 9999-12-30: what HTML's and Atom's dates can say, in any zone.
  private static let sayable: ClosedRange<Int64> = -62_135_510_400...253_402_128_000

  /// The parts of a time; what no calendar has becomes the first or last day that one has.
  init(_ seconds: Int64) {
    var time = time_t(min(max(seconds, Self.sayable.lowerBound), Self.sayable.upperBound))
    var parts = tm()
    if localtime_r(&time, &parts) == nil { gmtime_r(&time, &parts) }
    year = Int(parts.tm_year) + 1900
    month = Int(parts.tm_mon) + 1
    day = Int(parts.tm_mday)
    hour = Int(parts.tm_hour)
    minute = Int(parts.tm_min)
    second = Int(parts.tm_sec)
    weekday = Int(parts.tm_wday)
    offset = parts.tm_gmtoff / 60
  }

  /// `2026-11-03`.
  var date: String { digits(year, 4) + "-" + digits(month, 2) + "-" + digits(day, 2) }

  /// `09:14`.
  var clock: String { digits(hour, 2) + ":" + digits(minute, 2) }

  /// `2026-11-03T09:14:00+01:00` (RFC 3339).
  var full: String {
    let east = abs(offset)
    return date + "T" + clock + ":" + digits(second, 2) + (offset < 0 ? "-" : "+")
      + digits(east / 60, 2) + ":" + digits(east % 60, 2)
  }

  /// `3 Nov 2026`.
  var shortDay: String { "\(day) \(Self.months[month - 1].prefix(3)) \(year)" }

  /// `Tuesday, 3 November 2026`.
  var longDay: String { "\(Self.days[weekday]), \(day) \(Self.months[month - 1]) \(year)" }
}

/// A number with so many digits at least.
func digits(_ number: Int, _ width: Int) -> String {
  let text = String(number)
  return String(repeating: "0", count: max(0, width - text.utf8.count)) + text
}
