import InternetMessage
import Tracking

/// The times of appointments and tasks as people here read them.
struct ActivityTime {
  let dates: DateText

  /// The moment that a time is here, in seconds since 1970: a day begins at midnight, and a time of no
  /// known zone is one of here.
  static func moment(_ time: CalendarTime) -> Int64 {
    if let instant = time.instant { return Int64(instant) }
    let day = CivilClock.utc.day(Int64(time.clock))
    let second = Int64(time.clock) - CivilClock.utc.moment(day, 0)
    return CivilClock.local.moment(day, second)
  }

  /// The day on which a time is.
  func day(_ time: CalendarTime) -> String { dates.day(Self.moment(time)) }

  /// From when to when on its day: `10:00-11:00`, `all day`, `to Thu 3 Dec`.
  func hours(from start: CalendarTime, to end: CalendarTime?) -> String {
    let first = Self.moment(start)
    if start.isDate {
      guard let end, let last = Self.lastDay(of: end), last > first else { return "all day" }
      return "to \(dates.day(last))"
    }
    let clock = dates.clock(first)
    guard let end, Self.moment(end) > first else { return clock }
    let last = Self.moment(end)
    return dates.day(last) == dates.day(first)
      ? "\(clock)-\(dates.clock(last))" : "\(clock) to \(dates.long(last))"
  }

  /// The whole of it: `Thu 3 Dec 10:00-11:00 (Europe/Berlin)`.
  func span(from start: CalendarTime, to end: CalendarTime?) -> String {
    let zone =
      start.isDate
      ? "" : start.offset == nil ? " (no zone is told)" : start.zone.map { " (\($0))" } ?? ""
    if dates.isISO {
      return start.text + (end.map { $0 == start ? "" : " to \($0.text)" } ?? "") + zone
    }
    return "\(day(start)) \(hours(from: start, to: end))\(zone)"
  }

  /// The end of days is the day after the last.
  private static func lastDay(of end: CalendarTime) -> Int64? {
    let day = CivilClock.utc.day(Int64(end.clock) - 86_400)
    return CivilClock.local.moment(day, 0)
  }
}
