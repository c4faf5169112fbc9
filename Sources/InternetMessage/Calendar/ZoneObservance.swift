/// A part of a VTIMEZONE, STANDARD or DAYLIGHT: from when on an offset holds (RFC 5545 section 3.6.5).
struct ZoneObservance: Sendable {
  /// The first onset, by the clock before it.
  let start: Int
  /// The offset before each onset, in seconds.
  let before: Int
  /// The offset after it.
  let after: Int
  /// When more onsets are.
  let rule: RecurrenceRule?
  /// That rule as it is written.
  let ruleText: String?
  /// Further onsets, ascending.
  let dates: [Int]

  /// So many of a zone, and so many dates of each, are looked at.
  static let most = 100

  /// The latest onsets that come into question for a time on the clock before them.
  private func onsets(near clock: Int) -> [ZoneOnset] {
    var clocks: [Int] = [start]
    if let last = dates.lastIndex(where: { $0 <= clock + Civil.day }) {
      clocks.append(dates[last])
      if last > 0 { clocks.append(dates[last - 1]) }
    }
    if let rule, rule.frequency == .yearly {
      let startYear = Civil.date(Civil.day(ofSecond: start)).year
      var last = Civil.date(Civil.day(ofSecond: clock + Civil.day)).year
      if let until = rule.until {
        // It is told in UTC (RFC 5545 section 3.3.10).
        let second = until.isUTC ? until.clock + before : until.clock
        last = min(last, Civil.date(Civil.day(ofSecond: second)).year)
      }
      if let count = rule.count {
        let (years, isOver) = (count - 1).multipliedReportingOverflow(by: rule.interval)
        if !isOver, years < 10_000 { last = min(last, startYear + years) }
      }
      var year = last
      // The last two years that the rule knows.
      for _ in 0..<2 where year >= startYear {
        year -= (year - startYear) % rule.interval
        for day in rule.days(ofYear: year, start: start) {
          let onset = day * Civil.day + (start - Civil.day(ofSecond: start) * Civil.day)
          guard onset > start else { continue }
          if let until = rule.until {
            let second = until.isUTC ? until.clock + before : until.clock
            guard onset <= second || until.isDate && onset < second + Civil.day else { continue }
          }
          clocks.append(onset)
        }
        year -= 1
      }
    }
    return clocks.map { ZoneOnset(instant: $0 - before, before: before, after: after) }
  }

  static func offset(of observances: [ZoneObservance], atClock clock: Int) -> Int? {
    latest(observances, near: clock) { $0.clock <= clock }
  }

  static func offset(of observances: [ZoneObservance], atInstant instant: Int) -> Int? {
    latest(observances, near: instant) { $0.instant <= instant }
  }

  private static func latest(
    _ observances: [ZoneObservance], near clock: Int, where isReached: (ZoneOnset) -> Bool
  ) -> Int? {
    var latest: ZoneOnset?
    for observance in observances {
      for onset in observance.onsets(near: clock) where isReached(onset) {
        if latest.map({ $0.instant < onset.instant }) ?? true { latest = onset }
      }
    }
    // Before the first of all, the offset before it.
    return latest?.after ?? observances.min { $0.start < $1.start }?.before
  }
}
