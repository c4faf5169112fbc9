/// Tells which moment a date means, and which date a moment has: in a time zone, as people mean it, or
/// in UTC.
package struct CivilClock: Sendable {
  /// A day of the Gregorian calendar.
  package struct Day: Hashable, Sendable {
    /// The year, such as 2026.
    package var year: Int64
    /// The month, 1 to 12.
    package var month: Int64
    /// The day of the month; one past its last is the first of the next.
    package var day: Int64

    /// Makes a day.
    package init(_ year: Int64, _ month: Int64, _ day: Int64) {
      self.year = year
      self.month = month
      self.day = day
    }
  }

  /// The day of a moment in seconds since 1970.
  package let day: @Sendable (_ seconds: Int64) -> Day
  /// The moment so many seconds into a day, as its clocks show them; in seconds since 1970.
  package let moment: @Sendable (_ day: Day, _ clock: Int64) -> Int64

  /// Makes a clock.
  package init(
    day: @escaping @Sendable (_ seconds: Int64) -> Day,
    moment: @escaping @Sendable (_ day: Day, _ clock: Int64) -> Int64
  ) {
    self.day = day
    self.moment = moment
  }

  /// UTC.
  package static let utc = CivilClock(
    day: { seconds in
      // Counted from the first of March of the year 0, in cycles of 400 years.
      let days = (seconds - (seconds % 86_400 + 86_400) % 86_400) / 86_400 + 719_468
      let cycle = (days >= 0 ? days : days - 146_096) / 146_097
      let inCycle = days - cycle * 146_097
      let years = (inCycle - inCycle / 1_460 + inCycle / 36_524 - inCycle / 146_096) / 365
      let inYear = inCycle - (365 * years + years / 4 - years / 100)
      let months = (5 * inYear + 2) / 153
      let month = months < 10 ? months + 3 : months - 9
      return Day(
        years + cycle * 400 + (month <= 2 ? 1 : 0), month, inYear - (153 * months + 2) / 5 + 1)
    },
    moment: { day, clock in days(to: day) * 86_400 + clock })

  /// The days from 1970-01-01 to a day, whose years are counted from March.
  static func days(to day: Day) -> Int64 {
    let year = day.month <= 2 ? day.year - 1 : day.year
    let months = (day.month + 9) % 12
    return year * 365 + year / 4 - year / 100 + year / 400 + (months * 153 + 2) / 5 + day.day
      - 719_469
  }
}
