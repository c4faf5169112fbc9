/// A rule by which something recurs (RRULE, RFC 5545 section 3.3.10).
struct RecurrenceRule: Sendable {
  /// The period that the rule counts by.
  enum Frequency: Int, Sendable, Comparable {
    case secondly, minutely, hourly, daily, weekly, monthly, yearly

    static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
  }

  /// A day of the week, and which of them in its month or year.
  struct Weekday: Sendable {
    /// 0 for Monday.
    let day: Int
    /// From 1 on, from the end below 0; `nil` for every one.
    let ordinal: Int?
  }

  var frequency = Frequency.yearly
  var interval = 1
  var count: Int?
  var until: WrittenTime?
  /// 0 for Monday.
  var weekStart = 0
  var weekdays: [Weekday] = []
  var months: Set<Int> = []
  var monthDays: Set<Int> = []
  var yearDays: Set<Int> = []
  var weeks: Set<Int> = []
  var hours: [Int] = []
  var minutes: [Int] = []
  var seconds: [Int] = []
  var positions: [Int] = []

  /// Reads a rule.
  ///
  /// - Returns: `nil` where it is not to be followed: its period is not known or its numbers are none.
  init?(_ text: some Collection<UInt8>) {
    var hasFrequency = false
    for piece in text.split(separator: UInt8(ascii: ";")) {
      let sides = piece.split(
        separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
      let name = Self.upper(sides[0])
      guard sides.count == 2 else {
        if name.isEmpty { continue }
        return nil
      }
      let value = Self.upper(sides[1])
      if name == "FREQ" { hasFrequency = true }
      guard take(name, value) else { return nil }
    }
    guard hasFrequency else { return nil }
  }

  private static func upper(_ text: some Collection<UInt8>) -> String {
    String(
      decoding: text.lazy.filter { !ASCII.isBlank($0) }.map {
        $0 &- 0x61 < 26 ? $0 & 0xDF : $0
      }, as: UTF8.self)
  }

  private mutating func take(_ name: String, _ value: String) -> Bool {
    switch name {
    case "FREQ":
      guard let frequency = Self.frequency(value) else { return false }
      self.frequency = frequency
    case "INTERVAL":
      guard let number = Self.number(value), number > 0 else { return false }
      interval = number
    case "COUNT":
      guard let number = Self.number(value), number > 0 else { return false }
      count = number
    case "UNTIL":
      guard let time = WrittenTime(value.utf8) else { return false }
      until = time
    case "WKST":
      guard let day = Self.weekday(value.utf8) else { return false }
      weekStart = day
    case "BYDAY":
      for item in value.utf8.split(separator: UInt8(ascii: ",")) {
        guard let day = Self.weekday(item.suffix(2)) else { return false }
        let number = item.dropLast(2)
        guard !number.isEmpty else {
          weekdays.append(Weekday(day: day, ordinal: nil))
          continue
        }
        guard let ordinal = Self.signed(number), ordinal != 0, abs(ordinal) <= 53 else {
          return false
        }
        weekdays.append(Weekday(day: day, ordinal: ordinal))
      }
      // More than there are says nothing more.
      return !weekdays.isEmpty && weekdays.count <= 1000
    case "BYMONTH": return take(value, 1...12, into: \.months, isSigned: false)
    case "BYMONTHDAY": return take(value, 1...31, into: \.monthDays, isSigned: true)
    case "BYYEARDAY": return take(value, 1...366, into: \.yearDays, isSigned: true)
    case "BYWEEKNO": return take(value, 1...53, into: \.weeks, isSigned: true)
    case "BYHOUR": return take(value, 0...23, into: \.hours)
    case "BYMINUTE": return take(value, 0...59, into: \.minutes)
    case "BYSECOND": return take(value, 0...60, into: \.seconds)
    case "BYSETPOS":
      var set: Set<Int> = []
      guard take(value, 1...366, &set, isSigned: true) else { return false }
      positions = set.sorted()
    case "RSCALE": return value == "GREGORIAN"
    // RFC 7529 section 4.1: what to do with days that are none; leaving them out is what is done.
    case "SKIP": return value == "OMIT"
    default: break
    }
    return true
  }

  private static func frequency(_ name: String) -> Frequency? {
    switch name {
    case "SECONDLY": .secondly
    case "MINUTELY": .minutely
    case "HOURLY": .hourly
    case "DAILY": .daily
    case "WEEKLY": .weekly
    case "MONTHLY": .monthly
    case "YEARLY": .yearly
    default: nil
    }
  }

  private static func weekday(_ name: some Collection<UInt8>) -> Int? {
    switch String(decoding: name, as: UTF8.self) {
    case "MO": 0
    case "TU": 1
    case "WE": 2
    case "TH": 3
    case "FR": 4
    case "SA": 5
    case "SU": 6
    default: nil
    }
  }

  /// What is beyond any calendar is a large number.
  private static func number(_ text: String) -> Int? {
    guard !text.isEmpty, text.utf8.allSatisfy(ASCII.isDigit) else { return nil }
    let large = 1_000_000_000_000
    return text.utf8.reduce(0) { min(large, $0 * 10 + Int($1) - 0x30) }
  }

  private static func signed(_ text: some Collection<UInt8>) -> Int? {
    let isNegative = text.first == UInt8(ascii: "-")
    let digits = isNegative || text.first == UInt8(ascii: "+") ? text.dropFirst() : text[...]
    guard let number = number(String(decoding: digits, as: UTF8.self)) else { return nil }
    return isNegative ? -number : number
  }

  private mutating func take(
    _ value: String, _ range: ClosedRange<Int>,
    into set: WritableKeyPath<RecurrenceRule, Set<Int>>, isSigned: Bool
  ) -> Bool {
    take(value, range, &self[keyPath: set], isSigned: isSigned)
  }

  private mutating func take(
    _ value: String, _ range: ClosedRange<Int>, into list: WritableKeyPath<RecurrenceRule, [Int]>
  ) -> Bool {
    var set: Set<Int> = []
    guard take(value, range, &set, isSigned: false) else { return false }
    // A leap second is none here.
    self[keyPath: list] = Set(set.map { min($0, 59) }).sorted()
    return true
  }

  private func take(
    _ value: String, _ range: ClosedRange<Int>, _ set: inout Set<Int>, isSigned: Bool
  ) -> Bool {
    for item in value.utf8.split(separator: UInt8(ascii: ",")) {
      guard let number = Self.signed(item), isSigned || number >= 0, range.contains(abs(number))
      else { return false }
      set.insert(number)
    }
    return !set.isEmpty
  }

  // MARK: Days

  /// The rule with what it leaves open taken from the first date (RFC 5545 section 3.3.10).
  func completed(by start: Int) -> RecurrenceRule {
    var rule = self
    let day = Civil.day(ofSecond: start)
    let (_, month, dayOfMonth) = Civil.date(day)
    let second = start - day * Civil.day
    if frequency > .hourly, hours.isEmpty { rule.hours = [second / 3600] }
    if frequency > .minutely, minutes.isEmpty { rule.minutes = [second / 60 % 60] }
    if frequency > .secondly, seconds.isEmpty { rule.seconds = [second % 60] }
    if weekdays.isEmpty, monthDays.isEmpty, yearDays.isEmpty {
      switch frequency {
      case .yearly where !weeks.isEmpty:
        rule.weekdays = [Weekday(day: Civil.weekday(day), ordinal: nil)]
      case .yearly:
        if months.isEmpty { rule.months = [month] }
        rule.monthDays = [dayOfMonth]
      case .monthly: rule.monthDays = [dayOfMonth]
      case .weekly: rule.weekdays = [Weekday(day: Civil.weekday(day), ordinal: nil)]
      default: break
      }
    }
    return rule
  }

  /// The days of a year that a yearly rule means, by its days alone.
  func days(ofYear year: Int, start: Int) -> [Int] {
    RecurrenceDays(completed(by: start)).days(ofYear: year)
  }
}

/// Which days a rule means; made once for each rule, whose lists may be long.
struct RecurrenceDays: Sendable {
  private let rule: RecurrenceRule
  /// The days of the week of which every one is meant.
  private var every = [Bool](repeating: false, count: 7)
  /// Those that count within a month or a year, by the day of the week.
  private var counted = [Set<Int>](repeating: [], count: 7)
  private let hasWeekdays: Bool
  private let countsInMonth: Bool

  init(_ rule: RecurrenceRule) {
    self.rule = rule
    hasWeekdays = !rule.weekdays.isEmpty
    // In other periods a number is none (RFC 5545 section 3.3.10).
    let counts = rule.frequency == .monthly || rule.frequency == .yearly && rule.weeks.isEmpty
    countsInMonth = rule.frequency == .monthly || !rule.months.isEmpty
    for weekday in rule.weekdays {
      if let ordinal = weekday.ordinal, counts {
        counted[weekday.day].insert(ordinal)
      } else {
        every[weekday.day] = true
      }
    }
  }

  /// The days of a year, in days since 1970-01-01, ascending.
  func days(ofYear year: Int) -> [Int] { (1...12).flatMap { days(ofMonth: $0, year) } }

  /// The days of a month.
  func days(ofMonth month: Int, _ year: Int) -> [Int] {
    guard rule.months.isEmpty || rule.months.contains(month) else { return [] }
    let first = Civil.days(year: year, month: month, day: 1)
    let count = Civil.days(in: month, of: year)
    let yearStart = Civil.days(year: year, month: 1, day: 1)
    return (0..<count).lazy.map { first + $0 }.filter {
      isMeant($0, dayOfMonth: $0 - first + 1, of: count, year: year, yearStart: yearStart)
    }
  }

  /// Whether a day is meant.
  func contains(_ day: Int) -> Bool {
    let (year, month, dayOfMonth) = Civil.date(day)
    guard rule.months.isEmpty || rule.months.contains(month) else { return false }
    return isMeant(
      day, dayOfMonth: dayOfMonth, of: Civil.days(in: month, of: year), year: year,
      yearStart: Civil.days(year: year, month: 1, day: 1))
  }

  private func isMeant(
    _ day: Int, dayOfMonth: Int, of length: Int, year: Int, yearStart: Int
  ) -> Bool {
    if !rule.monthDays.isEmpty, !rule.monthDays.contains(dayOfMonth),
      !rule.monthDays.contains(dayOfMonth - length - 1)
    {
      return false
    }
    let yearLength = Civil.isLeap(year) ? 366 : 365
    if !rule.yearDays.isEmpty {
      let number = day - yearStart + 1
      guard rule.yearDays.contains(number) || rule.yearDays.contains(number - yearLength - 1) else {
        return false
      }
    }
    if !rule.weeks.isEmpty, !isInWeek(day, year: year, yearStart: yearStart) { return false }
    guard hasWeekdays else { return true }
    let weekday = Civil.weekday(day)
    if every[weekday] { return true }
    let ordinals = counted[weekday]
    guard !ordinals.isEmpty else { return false }
    let place = countsInMonth ? dayOfMonth - 1 : day - yearStart
    let whole = countsInMonth ? length : yearLength
    return ordinals.contains(place / 7 + 1) || ordinals.contains(-((whole - 1 - place) / 7 + 1))
  }

  /// Whether a day lies in one of the rule's weeks; the first of a year has four of its days or more.
  private func isInWeek(_ day: Int, year: Int, yearStart: Int) -> Bool {
    let start = day - (Civil.weekday(day) - rule.weekStart + 7) % 7
    // The fourth day of a week tells whose it is.
    let owner = Civil.date(start + 3).year
    let ownerStart = owner == year ? yearStart : Civil.days(year: owner, month: 1, day: 1)
    let number = (start + 3 - ownerStart) / 7 + 1
    let next = Civil.days(year: owner + 1, month: 1, day: 1)
    let weeks = (next - 1 - (start + 3)) / 7 + number
    return rule.weeks.contains(number) || rule.weeks.contains(number - weeks - 1)
  }
}
