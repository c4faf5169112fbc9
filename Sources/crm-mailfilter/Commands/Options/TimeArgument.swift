import ArgumentParser
import Glibc
import Tracking

/// Times as options take them: the words are those of `date:` in a query.
enum TimeArgument {
  /// Where a period begins.
  ///
  /// - Parameters:
  ///   - text: What `SearchPeriod` reads.
  ///   - option: What it was given to, for the error.
  ///   - now: The present, in seconds since 1970.
  /// - Returns: Seconds since 1970.
  /// - Throws: `CommandError`.
  static func seconds(_ text: String, option: String, now: Int64 = TextOutput.now) throws -> Int64 {
    if let period = SearchPeriod(text, now: now, clock: .local) { return period.start }
    throw CommandError(.usage, "\(option) takes \(SearchPeriod.forms), not '\(text)'")
  }
}

/// Whose clock times are shown by and typed in.
struct ClockOptions: ParsableArguments {
  @Flag(help: "Times in UTC, not in the local time zone; those that are typed, too.")
  var utc = false

  // Before anything is read or shown: all that turns a time into a date asks the C library, SQLite too.
  func validate() {
    guard utc else { return }
    setenv("TZ", "UTC0", 1)
    tzset()
  }
}

extension CivilClock {
  /// The time zone that `date` shows.
  static let local = CivilClock(
    day: { seconds in
      var time = time_t(seconds)
      var parts = tm()
      guard localtime_r(&time, &parts) != nil else { return CivilClock.utc.day(seconds) }
      return Day(Int64(parts.tm_year) + 1_900, Int64(parts.tm_mon) + 1, Int64(parts.tm_mday))
    },
    moment: { day, clock in
      var parts = tm()
      parts.tm_year = Int32(clamping: day.year - 1_900)
      parts.tm_mon = Int32(clamping: day.month - 1)
      parts.tm_mday = Int32(clamping: day.day)
      parts.tm_hour = Int32(clamping: clock / 3_600)
      parts.tm_min = Int32(clamping: clock / 60 % 60)
      parts.tm_sec = Int32(clamping: clock % 60)
      // Which of two hours with one name is meant, the C library knows best.
      parts.tm_isdst = -1
      return Int64(mktime(&parts))
    })
}
