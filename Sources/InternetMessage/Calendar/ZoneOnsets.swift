import Synchronization

/// When the offset of a zone changes that a calendar defines (VTIMEZONE, RFC 5545 section 3.6.5): looked
/// for once in each year.
final class ZoneOnsets: Sendable {
  /// What the calendar says.
  let observances: [ZoneObservance]
  private let work: ZoneWork
  /// By year, ascending; of two at one moment the one that stands first is the later.
  private let years = Mutex<[Int: [ZoneOnset]]>([:])

  /// Makes them of what a calendar says.
  ///
  /// - Parameters:
  ///   - observances: What it says.
  ///   - work: What all zones of a stream are counted against.
  init(_ observances: [ZoneObservance], _ work: ZoneWork) {
    self.observances = observances
    self.work = work
  }

  /// The offset when the clock shows a time; `nil` where nothing is said.
  func offset(atClock clock: Int) -> Int? { latest(near: clock) { $0.clock <= clock } }

  /// The offset at a moment; `nil` where nothing is said.
  func offset(atInstant instant: Int) -> Int? { latest(near: instant) { $0.instant <= instant } }

  private func latest(near clock: Int, where isReached: (ZoneOnset) -> Bool) -> Int? {
    let year = Civil.date(Civil.day(ofSecond: clock + Civil.day)).year
    let onsets = years.withLock { years in
      if let known = years[year] { return known }
      let found = self.onsets(upTo: year)
      years[year] = found
      return found
    }
    // No offset is more than a day: what is later than that is not reached.
    var low = 0
    var high = onsets.count
    while low < high {
      let middle = (low + high) / 2
      if onsets[middle].instant <= clock + Civil.day { low = middle + 1 } else { high = middle }
    }
    while low > 0 {
      low -= 1
      if isReached(onsets[low]) { return onsets[low].after }
    }
    // Before the first of all, the offset before it.
    return observances.min { $0.start < $1.start }?.before
  }

  private func onsets(upTo year: Int) -> [ZoneOnset] {
    guard work.take(10 * observances.count) else { return [] }
    return observances.enumerated().flatMap { place, observance in
      observance.onsets(upTo: year, work).map { (onset: $0, place: place) }
    }
    .sorted { ($0.onset.instant, $1.place) < ($1.onset.instant, $0.place) }
    .map(\.onset)
  }
}

/// How many days the zones of one stream may look at: each time of a calendar may lie in another year,
/// and each of its zones have many rules.
final class ZoneWork: Sendable {
  private let left = Mutex(1_000_000)

  /// Takes some away, and says whether there was as much.
  func take(_ days: Int) -> Bool {
    left.withLock { left in
      guard left >= days else { return false }
      left -= days
      return true
    }
  }
}
