import Glibc

/// Times as people read them, in the local time zone.
struct DateText {
  /// The present, in seconds since 1970.
  let now: Int64
  /// Whether times are written in full (RFC 3339) instead.
  let isISO: Bool

  private static let days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
  private static let months = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]
  /// Within so many seconds a day and a month tell which year is meant.
  private static let halfAYear: Int64 = 182 * 86_400

  /// A day for a list: `today 09:14`, `Mon 3 Nov`, `2025-11-03`.
  func short(_ seconds: Int64) -> String {
    guard let time = Self.local(seconds) else { return "?" }
    if isISO { return full(time) }
    return isToday(time) ? "today " + clock(time) : day(time, seconds)
  }

  /// A time: `today 09:14`, `Mon 3 Nov 09:14`, `2025-11-03 09:14`.
  func long(_ seconds: Int64) -> String {
    guard let time = Self.local(seconds) else { return "?" }
    if isISO { return full(time) }
    return (isToday(time) ? "today" : day(time, seconds)) + " " + clock(time)
  }

  /// A day: `today`, `Mon 3 Nov`, `2025-11-03`.
  func day(_ seconds: Int64) -> String {
    guard let time = Self.local(seconds) else { return "?" }
    if isISO { return date(time) }
    return isToday(time) ? "today" : day(time, seconds)
  }

  /// A time of day: `09:14`.
  func clock(_ seconds: Int64) -> String {
    Self.local(seconds).map { clock($0) } ?? "?"
  }

  private func isToday(_ time: tm) -> Bool {
    guard let today = Self.local(now) else { return false }
    return time.tm_year == today.tm_year && time.tm_yday == today.tm_yday
  }

  private func day(_ time: tm, _ seconds: Int64) -> String {
    if abs(seconds - now) < Self.halfAYear {
      return "\(Self.days[Int(time.tm_wday)]) \(time.tm_mday) \(Self.months[Int(time.tm_mon)])"
    }
    return date(time)
  }

  private func date(_ time: tm) -> String {
    Self.digits(time.tm_year + 1900, 4) + "-" + Self.digits(time.tm_mon + 1) + "-"
      + Self.digits(time.tm_mday)
  }

  private func clock(_ time: tm) -> String {
    Self.digits(time.tm_hour) + ":" + Self.digits(time.tm_min)
  }

  private func full(_ time: tm) -> String {
    let offset = Int32(clamping: abs(time.tm_gmtoff) / 60)
    return date(time) + "T" + clock(time) + ":" + Self.digits(time.tm_sec)
      + (time.tm_gmtoff < 0 ? "-" : "+") + Self.digits(offset / 60) + ":"
      + Self.digits(offset % 60)
  }

  private static func local(_ seconds: Int64) -> tm? {
    // A Date field may hold any year.
    guard abs(seconds) < 200_000_000_000 else { return nil }
    var time = time_t(seconds)
    var parts = tm()
    guard localtime_r(&time, &parts) != nil, parts.tm_year > -1900 else { return nil }
    return parts
  }

  private static func digits(_ number: Int32, _ width: Int = 2) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }
}
