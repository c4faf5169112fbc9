import Testing
import Tracking

/// Which moments the dates mean that people type.
@Suite struct SearchPeriodTests {
  /// 2026-11-25 01:00:00 UTC.
  private static let now: Int64 = 1_795_568_400

  /// Five hours west of UTC, where it is still the day before.
  private static let west = CivilClock(
    day: { CivilClock.utc.day($0 - 5 * 3_600) },
    moment: { CivilClock.utc.moment($0, $1) + 5 * 3_600 })

  @Test(
    "a date is meant in the clock's zone, unless it names another",
    arguments: [
      // text, begins, ends (UTC)
      ("2026", "2026-01-01T05:00:00Z", "2027-01-01T05:00:00Z"),
      ("2026-12", "2026-12-01T05:00:00Z", "2027-01-01T05:00:00Z"),
      ("2026-02-28", "2026-02-28T05:00:00Z", "2026-03-01T05:00:00Z"),
      ("today", "2026-11-24T05:00:00Z", "2026-11-25T05:00:00Z"),
      ("Yesterday", "2026-11-23T05:00:00Z", "2026-11-24T05:00:00Z"),
      ("2d", "2026-11-23T01:00:00Z", "2026-11-23T01:00:00Z"),
      ("2026-11-02T10:14", "2026-11-02T15:14:00Z", "2026-11-02T15:15:00Z"),
      ("2026-11-02 10:14:05", "2026-11-02T15:14:05Z", "2026-11-02T15:14:06Z"),
      ("2026-11-02T10:14:05z", "2026-11-02T10:14:05Z", "2026-11-02T10:14:06Z"),
      ("2026-11-02T10:14+01:00", "2026-11-02T09:14:00Z", "2026-11-02T09:15:00Z"),
      ("2026-11-02T10:14:05-03:30", "2026-11-02T13:44:05Z", "2026-11-02T13:44:06Z"),
    ])
  func zones(text: String, start: String, end: String) throws {
    let period = try #require(SearchPeriod(text, now: Self.now, clock: Self.west))
    // What `Z` ends is the same everywhere.
    #expect(period.start == SearchPeriod(start, now: 0)?.start)
    #expect(period.end == SearchPeriod(end, now: 0)?.start)
  }

  @Test(
    "what is no date is none",
    arguments: [
      "", "26", "2026-13", "2026-02-30", "2026-1-1", "2026-01-01T", "2026-01-01T24:00",
      "2026-01-01T10:60", "2026-01-01Z", "2026-01-01+01:00", "2026-01-01T10:00+15:00",
      "2026-01-01T10:00+01:60", "2026-01-01T10:00 +01:00", "-1d", "100001d", "9223372036854775808d",
      "tomorrow", "2026-01-01T10:00:0x", "０2026",
    ])
  func wrong(text: String) {
    #expect(SearchPeriod(text, now: Self.now) == nil)
  }

  @Test("a day that begins twice or not at midnight is the one that the clock says")
  func shortDay() throws {
    // A zone that loses the first hour of 2026-03-29 (the day has 23 hours).
    let jump = CivilClock.utc.moment(.init(2026, 3, 29), 0)
    let zone = CivilClock(
      day: { CivilClock.utc.day($0 < jump ? $0 : $0 + 3_600) },
      moment: { day, clock in
        let moment = CivilClock.utc.moment(day, clock)
        return moment <= jump ? moment : moment - 3_600
      })
    let period = try #require(SearchPeriod("2026-03-29", now: 0, clock: zone))
    #expect(period.end - period.start == 23 * 3_600)
    let next = try #require(SearchPeriod("today", now: jump + 23 * 3_600, clock: zone))
    #expect(next.start == jump + 23 * 3_600)
    let before = try #require(SearchPeriod("yesterday", now: jump + 23 * 3_600, clock: zone))
    #expect(before.start == jump)
  }

  @Test("days and moments of UTC are each other's, over four thousand years")
  func roundTrip() {
    var seconds: Int64 = -62_135_596_800
    while seconds < 64_060_588_800 {
      let day = CivilClock.utc.day(seconds)
      let start = CivilClock.utc.moment(day, 0)
      #expect(start <= seconds && seconds < start + 86_400, "\(seconds): \(day)")
      #expect((1...12).contains(day.month) && (1...31).contains(day.day))
      seconds += 86_400 * 97 + 12_345
    }
    #expect(CivilClock.utc.day(0) == .init(1970, 1, 1))
    #expect(CivilClock.utc.day(951_782_400) == .init(2000, 2, 29))
    #expect(CivilClock.utc.day(-1) == .init(1969, 12, 31))
  }
}
