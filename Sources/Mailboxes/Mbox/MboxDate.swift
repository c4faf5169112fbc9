import Glibc

/// A time as programs write it into the `From ` lines of an mbox.
struct MboxDate {
  /// The time in seconds since 1970, zones passed over.
  let seconds: Int64

  private static let months = [
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
  ].map { Array($0.utf8) }

  /// How months begin in other languages whose programs write them, by number.
  private static let otherMonths: [(name: [UInt8], month: Int32)] = [
    ("gen", 1), ("ene", 1), ("fév", 2), ("fev", 2), ("mär", 3), ("mrt", 3), ("maa", 3), ("avr", 4),
    ("abr", 4), ("mai", 5), ("mei", 5), ("mag", 5), ("maj", 5), ("juin", 6), ("giu", 6),
    ("juil", 7),
    ("lug", 7), ("aoû", 8), ("aou", 8), ("ago", 8), ("set", 9), ("okt", 10), ("out", 10),
    ("ott", 10),
    ("dez", 12), ("déc", 12), ("dic", 12),
  ].map { (Array($0.0.utf8), Int32($0.1)) }

  /// Reads words in the form of asctime(3), the day before or after the month.
  init?(usual words: [[UInt8]]) {
    guard
      let monthAt = words.lastIndex(where: { word in Self.months.contains { Self.isName(word, $0) }
      }
      ), let month = Self.months.firstIndex(where: { Self.isName(words[monthAt], $0) })
    else { return nil }
    var day: Int32?
    var time: Time?
    var year: Int32?
    for word in words[max(0, monthAt - 1)...] {
      if let found = Self.time(word) {
        time = time ?? found
      } else if let number = Self.number(word) {
        if word.count == 4 { year = year ?? number }
        if word.count <= 2 { day = day ?? number }
      }
    }
    guard let time, let year, year >= 1970 else { return nil }
    self.init(year: year, month: Int32(month) + 1, day: day ?? 1, time)
  }

  /// Reads words in any other form: ISO 8601, `11/02/2026 10:00:00 AM`, a year of two digits, a month
  /// in another language.
  init?(other words: [[UInt8]]) {
    var time: Time?
    var date: (year: Int32, month: Int32, day: Int32)?
    var month: Int32?
    var numbers: [Int32] = []
    var year: Int32?
    for var word in words {
      while let last = word.last, last == UInt8(ascii: ",") || last == UInt8(ascii: ".") {
        word.removeLast()
      }
      if let found = Self.time(word) {
        time = time ?? found
      } else if let found = Self.number(word) {
        if word.count == 4 { year = found } else if word.count <= 2 { numbers.append(found) }
      } else if let found = Self.date(word) {
        date = found.date
        time = found.time ?? time
      } else if Self.isName(word, Array("pm".utf8)) {
        time = time.map { Time(hour: $0.hour % 12 + 12, minute: $0.minute, second: $0.second) }
      } else if Self.isName(word, Array("am".utf8)) {
        time = time.map { Time(hour: $0.hour % 12, minute: $0.minute, second: $0.second) }
      } else if let found = Self.month(word) {
        month = found
      }
    }
    if date == nil, time != nil, let month, let day = numbers.first {
      let short = numbers.count > 1 ? numbers.last.map { $0 + ($0 < 70 ? 2000 : 1900) } : nil
      if let year = year ?? short { date = (year, month, day) }
    }
    guard let date, date.year >= 1970, (1...12).contains(date.month), (1...31).contains(date.day)
    else { return nil }
    self.init(year: date.year, month: date.month, day: date.day, time ?? Time())
  }

  private init(year: Int32, month: Int32, day: Int32, _ time: Time) {
    var parts = tm()
    parts.tm_year = year - 1900
    parts.tm_mon = month - 1
    parts.tm_mday = day
    parts.tm_hour = time.hour
    parts.tm_min = time.minute
    parts.tm_sec = time.second
    seconds = Int64(timegm(&parts))
  }

  private struct Time {
    var hour: Int32 = 0
    var minute: Int32 = 0
    var second: Int32 = 0
  }

  private static func isName(_ word: [UInt8], _ name: [UInt8]) -> Bool {
    word.count == name.count && zip(word, name).allSatisfy { $0 | 0x20 == $1 | 0x20 }
  }

  private static func month(_ word: [UInt8]) -> Int32? {
    if let found = months.firstIndex(where: { isName(word, $0) }) { return Int32(found) + 1 }
    return otherMonths.first {
      $0.name.count <= word.count && isName(Array(word.prefix($0.name.count)), $0.name)
    }?
    .month
  }

  /// `2026-11-02`, `2026-11-02T10:00:00Z` or `11/02/2026`.
  private static func date(
    _ word: [UInt8]
  ) -> (date: (year: Int32, month: Int32, day: Int32), time: Time?)? {
    let slashed = word.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
      .map { number($0) }
    if slashed.count == 3, let one = slashed[0], let other = slashed[1], var year = slashed[2] {
      if year < 100 { year += year < 70 ? 2000 : 1900 }
      // The month first, as in the United States, unless there is no such month.
      return one > 12 ? ((year, other, one), nil) : ((year, one, other), nil)
    }
    guard word.count >= 10 else { return nil }
    let parts = word[..<10].split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
      .map { number($0) }
    guard parts.count == 3, let year = parts[0], let month = parts[1], let day = parts[2] else {
      return nil
    }
    let rest = word[10...].dropFirst()
    return ((year, month, day), rest.count >= 5 ? time(Array(rest.prefix(8))) : nil)
  }

  private static func time(_ word: [UInt8]) -> Time? {
    let parts = word.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
      .map { number($0) }
    guard parts.count == 2 || parts.count == 3, let hour = parts[0], hour < 24,
      let minute = parts[1], minute < 60
    else { return nil }
    guard parts.count == 3 else { return Time(hour: hour, minute: minute) }
    guard let second = parts[2], second < 61 else { return nil }
    return Time(hour: hour, minute: minute, second: second)
  }

  private static func number(_ word: some Collection<UInt8>) -> Int32? {
    guard !word.isEmpty, word.count <= 4 else { return nil }
    var value: Int32 = 0
    for byte in word {
      guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else { return nil }
      value = value * 10 + Int32(byte - UInt8(ascii: "0"))
    }
    return value
  }
}
