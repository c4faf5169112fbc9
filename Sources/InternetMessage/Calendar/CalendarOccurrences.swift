/// What is said of one occurrence of a series.
public struct OccurrenceChange: Sendable {
  /// Which one.
  public var occurrence: CalendarTime
  /// Whether all later ones are meant, too.
  public var isThisAndFuture: Bool
  /// When it begins instead; `nil` where that is not said.
  public var start: CalendarTime?
  /// Whether it does not take place.
  public var isCancelled: Bool

  /// Makes one.
  public init(
    occurrence: CalendarTime, isThisAndFuture: Bool, start: CalendarTime?, isCancelled: Bool
  ) {
    self.occurrence = occurrence
    self.isThisAndFuture = isThisAndFuture
    self.start = start
    self.isCancelled = isCancelled
  }
}

extension CalendarItem {
  /// The dates of some occurrences.
  public struct Occurrences: Sendable {
    /// When they begin, in order.
    public var starts: [CalendarTime] = []
    /// Whether more may follow that took too much work to find.
    public var isGivenUp = false
  }

  /// The first occurrences from a moment on: by the rules, less those left out, with those moved
  /// (RFC 5545 section 3.8.5).
  ///
  /// The work is bounded, whatever the rules say.
  ///
  /// - Parameters:
  ///   - changes: What is said of single occurrences.
  ///   - moment: `CalendarTime.order` of the first that may be among them.
  ///   - limit: How many at most.
  /// - Returns: The occurrences; of what does not recur its start alone, where it has one.
  public func occurrences(
    changes: [OccurrenceChange] = [], from moment: Int = .min, limit: Int
  ) -> Occurrences {
    guard let start else { return Occurrences() }
    let merged = OccurrenceReader(self, start, changes)
    guard var reader = merged else {
      return Occurrences(starts: start.order >= moment ? [start] : [])
    }
    return reader.read(from: moment, limit: limit)
  }

  /// An occurrence as the series tells its time: in its zone, and of a day its time of day.
  public func occurrence(_ time: CalendarTime) -> CalendarTime {
    guard let start else { return time }
    let clock = zone.clock(of: time)
    if start.isDate { return CalendarTime(day: Civil.day(ofSecond: clock)) }
    guard time.isDate else { return CalendarTime(clock: clock, in: zone) }
    return CalendarTime(clock: clock + start.clock - start.day * Civil.day, in: zone)
  }
}

/// Merges the dates of rules with single ones.
private struct OccurrenceReader {
  private let zone: CalendarZone
  private let isDate: Bool
  private var budget = RecurrenceBudget()
  private var included: [Head]
  private var excluded: [Head]
  private let excludedClocks: Set<Int>
  private let excludedDays: Set<Int>
  /// The occurrences of which something is said, by what the clock shows.
  private var changed: Set<Int> = []
  /// Where those begin that take place at another time.
  private var moved: [CalendarTime] = []
  /// From which clock on others are later by so many seconds, ascending.
  private var shifts: [(from: Int, by: Int)] = []

  /// Dates of which the next is known.
  private struct Head {
    var rule: RecurrenceDates?
    var dates: ArraySlice<Int> = []
    var next: Int?

    mutating func advance(_ budget: inout RecurrenceBudget) {
      if rule != nil {
        next = rule?.next(&budget)
      } else {
        next = dates.popFirst()
      }
    }
  }

  /// `nil` where nothing recurs.
  init?(_ item: CalendarItem, _ start: CalendarTime, _ changes: [OccurrenceChange]) {
    let recurrence = item.recurrence
    guard !recurrence.isEmpty || !recurrence.excludedDates.isEmpty else { return nil }
    zone = item.zone
    isDate = start.isDate
    func clock(_ time: CalendarTime) -> Int { item.occurrence(time).clock }
    func heads(_ rules: [RecurrenceRule]) -> [Head] {
      rules.compactMap {
        RecurrenceDates($0, start: start.clock, isDate: start.isDate, in: item.zone)
      }
      .map { Head(rule: $0) }
    }
    let single = Set(recurrence.dates.map(clock) + [start.clock]).sorted()
    included = heads(recurrence.rules) + [Head(dates: single[...])]
    excluded = heads(recurrence.excludedRules)
    excludedClocks = Set(recurrence.excludedDates.lazy.filter { !$0.isDate }.map(clock))
    excludedDays = Set(recurrence.excludedDates.lazy.filter(\.isDate).map(\.day))
    var shifts: [(from: Int, by: Int)] = []
    for change in changes {
      let occurrence = clock(change.occurrence)
      changed.insert(occurrence)
      guard !change.isCancelled else { continue }
      let new = change.start.map { item.zone.clock(of: $0) } ?? occurrence
      moved.append(change.start ?? item.occurrence(change.occurrence))
      if change.isThisAndFuture { shifts.append((occurrence, new - occurrence)) }
    }
    self.shifts = Array(shifts.sorted { $0.from < $1.from }.prefix(100))
  }

  mutating func read(from moment: Int, limit: Int) -> CalendarItem.Occurrences {
    for index in included.indices { included[index].advance(&budget) }
    for index in excluded.indices { excluded[index].advance(&budget) }
    var result = CalendarItem.Occurrences()
    while result.starts.count < limit, budget.take(),
      let clock = included.lazy.compactMap(\.next).min()
    {
      // A set: no date stands twice in it.
      for index in included.indices where included[index].next == clock {
        included[index].advance(&budget)
      }
      guard let isExcluded = isExcluded(clock) else { break }
      guard !isExcluded, !changed.contains(clock) else { continue }
      let shifted = clock + (shifts.last { $0.from <= clock }?.by ?? 0)
      let time =
        isDate ? CalendarTime(clock: shifted, isDate: true) : CalendarTime(clock: shifted, in: zone)
      if time.order >= moment { result.starts.append(time) }
    }
    result.isGivenUp = budget.left < 0
    result.starts += moved.filter { $0.order >= moment }
    result.starts.sort { $0.order < $1.order }
    result.starts = Array(result.starts.prefix(limit))
    return result
  }

  /// Whether a date is left out; `nil` where that took too much work to find.
  private mutating func isExcluded(_ clock: Int) -> Bool? {
    var isExcluded = excludedClocks.contains(clock)
    for index in excluded.indices {
      while let next = excluded[index].next, next < clock {
        excluded[index].advance(&budget)
        guard budget.take() else { return nil }
      }
      if excluded[index].next == clock { isExcluded = true }
    }
    return isExcluded || excludedDays.contains(Civil.day(ofSecond: clock))
  }
}
