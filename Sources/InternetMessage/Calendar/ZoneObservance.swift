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

  /// Its first onset.
  var first: ZoneOnset { onset(start) }

  private func onset(_ clock: Int) -> ZoneOnset {
    ZoneOnset(instant: clock - before, before: before, after: after)
  }

  /// The onsets that come into question for the times of a year by the clock before them: its own, and
  /// the last ones before it.
  ///
  /// - Parameters:
  ///   - year: The year.
  ///   - work: What the days of the rule are counted against; where nothing is left the rule says
  ///     nothing.
  /// - Returns: They, in no order.
  func onsets(upTo year: Int, _ work: ZoneWork) -> [ZoneOnset] {
    var onsets = [first]
    // Of those before the year the last two.
    let end = dates.firstIndex { self.year(of: $0) > year } ?? dates.count
    let begin = dates.firstIndex { self.year(of: $0) >= year } ?? dates.count
    onsets += dates[max(0, begin - 2)..<max(begin, end)].map(onset)
    guard let rule, rule.frequency == .yearly else { return onsets }
    let startYear = self.year(of: start)
    var last = year
    if let until = rule.until {
      // It is told in UTC (RFC 5545 section 3.3.10).
      last = min(last, self.year(of: until.isUTC ? until.clock + before : until.clock))
    }
    if let count = rule.count {
      let (years, isOver) = (count - 1).multipliedReportingOverflow(by: rule.interval)
      if !isOver, years < 10_000 { last = min(last, startYear + years) }
    }
    var candidate = last
    // The last two years that the rule knows.
    for _ in 0..<2 where candidate >= startYear {
      candidate -= (candidate - startYear) % rule.interval
      guard work.take(rule.months.isEmpty ? 366 : 31 * rule.months.count) else { break }
      for day in rule.days(ofYear: candidate, start: start) {
        let clock = day * Civil.day + (start - Civil.day(ofSecond: start) * Civil.day)
        guard clock > start else { continue }
        if let until = rule.until {
          let second = until.isUTC ? until.clock + before : until.clock
          guard clock <= second || until.isDate && clock < second + Civil.day else { continue }
        }
        onsets.append(onset(clock))
      }
      candidate -= 1
    }
    return onsets
  }

  private func year(of clock: Int) -> Int { Civil.date(Civil.day(ofSecond: clock)).year }
}
