/// How much work is spent on the dates of rules: what takes more is given up.
struct RecurrenceBudget {
  /// Days and candidates that may still be looked at.
  var left = 100_000

  /// Takes some away, and says whether there was as much.
  mutating func take(_ work: Int = 1) -> Bool {
    left -= work
    return left >= 0
  }
}

/// The dates of one rule, one after the other, by the clock of their zone.
///
/// No more of them are made than are asked for: of a day its hours, minutes and seconds are a product
/// that is counted, not written down.
struct RecurrenceDates {
  private let rule: RecurrenceRule
  private let days: RecurrenceDays
  private let start: Int
  /// The last clock that counts.
  private let last: Int
  private var given = 0
  private var isAtStart = true
  private var isAtEnd = false

  /// The period: a year; months since year 0; the day with which a week begins; a day; or the hours,
  /// minutes or seconds since 1970.
  private var period: Int
  private var periodDays: [Int] = []
  private var hours: [Int] = []
  private var minutes: [Int] = []
  private var seconds: [Int] = []
  /// The places of the product that are meant by BYSETPOS; `nil` for all.
  private var places: [Int]?
  private var place = 0

  /// The dates of a rule; `nil` where days have no such dates.
  ///
  /// - Parameters:
  ///   - rule: The rule.
  ///   - start: The first date, on the clock of its zone.
  ///   - isDate: Whether the dates are days.
  ///   - zone: The zone, in which an end told in UTC is looked for.
  init?(_ rule: RecurrenceRule, start: Int, isDate: Bool, in zone: CalendarZone) {
    var rule = rule
    if isDate {
      guard rule.frequency >= .daily else { return nil }
      (rule.hours, rule.minutes, rule.seconds) = ([], [], [])
    }
    self.start = start
    self.rule = rule.completed(by: start)
    days = RecurrenceDays(self.rule)
    var last = Civil.end - 1
    if let until = rule.until {
      if until.isDate || isDate {
        // The day is meant, all of it.
        last = min(last, Civil.day(ofSecond: until.clock) * Civil.day + Civil.day - 1)
      } else if let offset = until.offset {
        let instant = until.clock - offset
        last = min(last, instant + (zone.offset(atInstant: instant) ?? 0))
      } else {
        last = min(last, until.clock)
      }
    }
    self.last = last
    let day = Civil.day(ofSecond: start)
    let (year, month, _) = Civil.date(day)
    switch rule.frequency {
    case .yearly: period = year
    case .monthly: period = year * 12 + month - 1
    case .weekly: period = day - (Civil.weekday(day) - rule.weekStart + 7) % 7
    case .daily: period = day
    case .hourly: period = Self.floor(start, 3600)
    case .minutely: period = Self.floor(start, 60)
    case .secondly: period = start
    }
  }

  private static func floor(_ number: Int, _ unit: Int) -> Int {
    (number >= 0 ? number : number - (unit - 1)) / unit
  }

  /// The next date; `nil` at the end, and where the work is spent.
  mutating func next(_ budget: inout RecurrenceBudget) -> Int? {
    guard !isAtEnd else { return nil }
    if isAtStart {
      // The first date is one, whatever the rule says (RFC 5545 section 3.8.5.3).
      isAtStart = false
      given = 1
      fill(&budget)
      skipToStart()
      return start
    }
    if let count = rule.count, given >= count {
      isAtEnd = true
      return nil
    }
    while true {
      guard budget.take() else { break }
      while place >= count {
        guard advance(&budget) else {
          isAtEnd = true
          return nil
        }
      }
      let clock = date(place)
      place += 1
      guard clock > start else { continue }
      guard clock <= last else { break }
      given += 1
      return clock
    }
    isAtEnd = true
    return nil
  }

  // MARK: The product

  private var timesOfDay: Int { hours.count * minutes.count * seconds.count }
  private var count: Int { places?.count ?? periodDays.count * timesOfDay }

  private func date(_ place: Int) -> Int {
    let place = places?[place] ?? place
    let (day, time) = place.quotientAndRemainder(dividingBy: timesOfDay)
    let (hour, rest) = time.quotientAndRemainder(dividingBy: minutes.count * seconds.count)
    let (minute, second) = rest.quotientAndRemainder(dividingBy: seconds.count)
    return periodDays[day] * Civil.day + hours[hour] * 3600 + minutes[minute] * 60
      + seconds[second]
  }

  /// Skips what lies before the first date, by bisection.
  private mutating func skipToStart() {
    var low = 0
    var high = count
    while low < high {
      let middle = (low + high) / 2
      if date(middle) <= start { low = middle + 1 } else { high = middle }
    }
    place = low
  }

  // MARK: Periods

  /// Goes to the next period that holds a date.
  private mutating func advance(_ budget: inout RecurrenceBudget) -> Bool {
    let (following, isOver) = period.addingReportingOverflow(
      rule.frequency == .weekly ? rule.interval * 7 : rule.interval)
    guard !isOver else { return false }
    period = following
    guard skipEmpty(), isWithin, budget.take() else { return false }
    fill(&budget)
    return budget.left >= 0
  }

  /// Whether the period begins before the last date.
  private var isWithin: Bool {
    let lastDay = Civil.day(ofSecond: last)
    let (year, month, _) = Civil.date(lastDay)
    switch rule.frequency {
    case .yearly: return period <= year
    case .monthly: return period <= year * 12 + month - 1
    case .weekly, .daily: return period <= lastDay
    case .hourly: return period <= Self.floor(last, 3600)
    case .minutely: return period <= Self.floor(last, 60)
    case .secondly: return period <= last
    }
  }

  /// The seconds of a period of less than a day.
  private var unit: Int {
    switch rule.frequency {
    case .hourly: 3600
    case .minutely: 60
    default: 1
    }
  }

  /// Where no hour of a day, or no minute of an hour, can be meant, goes to the last period in it, so
  /// that the next step leaves it.
  private mutating func skipEmpty() -> Bool {
    guard rule.frequency < .daily, isWithin else { return true }
    let second = period * unit
    let day = Civil.day(ofSecond: second)
    let end: Int
    if !days.contains(day) {
      end = (day + 1) * Civil.day
    } else if rule.frequency < .hourly, !rule.hours.isEmpty,
      !rule.hours.contains((second - day * Civil.day) / 3600)
    {
      end = (Self.floor(second, 3600) + 1) * 3600
    } else {
      return true
    }
    let periods = (end - 1 - second) / unit / rule.interval
    period += periods * rule.interval
    return true
  }

  private mutating func fill(_ budget: inout RecurrenceBudget) {
    (periodDays, hours, minutes, seconds) = ([], rule.hours, rule.minutes, rule.seconds)
    places = nil
    place = 0
    switch rule.frequency {
    case .yearly:
      guard period < 10_000, budget.take(rule.months.isEmpty ? 366 : 31 * rule.months.count) else {
        return
      }
      periodDays = days.days(ofYear: period)
    case .monthly:
      guard period < 120_000, budget.take(31) else { return }
      periodDays = days.days(ofMonth: period % 12 + 1, period / 12)
    case .weekly:
      guard budget.take(7) else { return }
      periodDays = (period..<(period + 7)).filter { days.contains($0) }
    case .daily: periodDays = days.contains(period) ? [period] : []
    case .hourly, .minutely, .secondly: fillPartOfDay()
    }
    guard !rule.positions.isEmpty, count > 0 else { return }
    let whole = count
    let places = rule.positions.map { $0 > 0 ? $0 - 1 : whole + $0 }
    self.places = Set(places.filter { (0..<whole).contains($0) }).sorted()
  }

  private mutating func fillPartOfDay() {
    let second = period * unit
    let day = Civil.day(ofSecond: second)
    guard days.contains(day) else { return }
    let rest = second - day * Civil.day
    func only(_ value: Int, of allowed: [Int]) -> [Int] {
      allowed.isEmpty || allowed.contains(value) ? [value] : []
    }
    hours = only(rest / 3600, of: rule.hours)
    if rule.frequency <= .minutely { minutes = only(rest / 60 % 60, of: rule.minutes) }
    if rule.frequency == .secondly { seconds = only(rest % 60, of: rule.seconds) }
    if timesOfDay > 0 { periodDays = [day] }
  }
}
