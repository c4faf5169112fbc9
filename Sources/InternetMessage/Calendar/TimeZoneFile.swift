/// The rules of a time zone as the system holds them, compiled by zic(8) (RFC 9636).
struct TimeZoneFile: Sendable {
  /// When the offset changes, in seconds since 1970-01-01 UTC, ascending.
  private let transitions: [Int]
  /// The offset after each, in seconds.
  private let offsets: [Int]
  /// The offset before the first.
  private let first: Int
  /// What holds after the last.
  private let footer: PosixZone?

  /// Reads a file.
  ///
  /// - Returns: `nil` where it is none, or is cut.
  init?(_ file: [UInt8]) {
    let read = file.withUnsafeBytes { Self.read($0) }
    guard let read else { return nil }
    self = read
  }

  private init(_ transitions: [Int], _ offsets: [Int], _ first: Int, _ footer: PosixZone?) {
    self.transitions = transitions
    self.offsets = offsets
    self.first = first
    self.footer = footer
  }

  private static func read(_ file: Bytes) -> TimeZoneFile? {
    guard let old = Header(file, at: 0, width: 4) else { return nil }
    guard old.version >= 0x32, let new = Header(file, at: old.end, width: 8) else {
      return old.zone(in: file, footer: nil)
    }
    // The rule stands between two line feeds (section 3.3).
    var footer: PosixZone?
    if new.end < file.count, file[new.end] == ASCII.lineFeed,
      let end = file.position(of: ASCII.lineFeed, from: new.end + 1)
    {
      footer = PosixZone(Array(file[(new.end + 1)..<end]))
    }
    return new.zone(in: file, footer: footer)
  }

  /// A header and the places of the data behind it (section 3.1).
  private struct Header {
    let version: UInt8
    let start: Int
    let width: Int
    let transitions: Int
    let types: Int
    let end: Int

    init?(_ file: Bytes, at start: Int, width: Int) {
      guard start + 44 <= file.count, file.has("TZif", at: start) else { return nil }
      func count(_ index: Int) -> Int {
        Int(
          UInt32(
            bigEndian: file.loadUnaligned(
              fromByteOffset: start + 20 + 4 * index, as: UInt32.self)))
      }
      version = file[start + 4]
      self.start = start + 44
      self.width = width
      transitions = count(3)
      types = count(4)
      let isUTCount = count(0)
      let isStandardCount = count(1)
      let leap = count(2)
      let characters = count(5)
      end =
        self.start + transitions * (width + 1) + types * 6 + characters + leap * (width + 4)
        + isStandardCount + isUTCount
      guard end <= file.count, types > 0 else { return nil }
    }

    func zone(in file: Bytes, footer: PosixZone?) -> TimeZoneFile? {
      let indices = start + transitions * width
      let records = indices + transitions
      func offset(_ type: Int) -> Int? {
        guard type < types else { return nil }
        let raw = file.loadUnaligned(fromByteOffset: records + 6 * type, as: Int32.self)
        let offset = Int(Int32(bigEndian: raw))
        return abs(offset) < 100 * 3600 ? offset : nil
      }
      var times: [Int] = []
      var offsets: [Int] = []
      for index in 0..<transitions {
        let place = start + index * width
        let time =
          width == 8
          ? Int(Int64(bigEndian: file.loadUnaligned(fromByteOffset: place, as: Int64.self)))
          : Int(Int32(bigEndian: file.loadUnaligned(fromByteOffset: place, as: Int32.self)))
        guard times.last.map({ $0 < time }) ?? true, let offset = offset(Int(file[indices + index]))
        else { return nil }
        // What lies before history is none.
        times.append(max(time, Civil.beginning - 1_000_000_000 + index))
        offsets.append(offset)
      }
      guard let first = offset(0) else { return nil }
      return TimeZoneFile(times, offsets, first, footer)
    }
  }

  func offset(atInstant instant: Int) -> Int {
    let index = count { $0 <= instant } - 1
    if index == transitions.count - 1, let footer { return footer.offset(atInstant: instant) }
    return index < 0 ? first : offsets[index]
  }

  func offset(atClock clock: Int) -> Int {
    var low = 0
    var high = transitions.count
    while low < high {
      let middle = (low + high) / 2
      let before = middle == 0 ? first : offsets[middle - 1]
      if transitions[middle] + max(before, offsets[middle]) <= clock {
        low = middle + 1
      } else {
        high = middle
      }
    }
    if low == transitions.count, let footer { return footer.offset(atClock: clock) }
    return low == 0 ? first : offsets[low - 1]
  }

  /// How many transitions at the start fulfil something.
  private func count(where isBefore: (Int) -> Bool) -> Int {
    var low = 0
    var high = transitions.count
    while low < high {
      let middle = (low + high) / 2
      if isBefore(transitions[middle]) { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// The rule that holds from the last transition on, if the zone has one.
  var rule: PosixZone? { footer }
}

/// A change of an offset.
struct ZoneOnset {
  /// When, in seconds since 1970-01-01 UTC.
  let instant: Int
  let before: Int
  let after: Int

  /// From what the clock shows on, the offset after it counts: in an hour that is left out or comes
  /// twice the one before it does (RFC 5545 section 3.3.5).
  var clock: Int { instant + max(before, after) }
}

/// A rule of a zone as POSIX writes it in `TZ`: `CET-1CEST,M3.5.0,M10.5.0/3` (RFC 9636 section 3.3.2).
struct PosixZone: Sendable {
  /// A day of each year.
  enum Day: Sendable, Equatable {
    /// Month, week of it with 5 as the last, day of the week with 0 for Sunday.
    case weekday(month: Int, week: Int, weekday: Int)
    /// From 1 on, the leap day not counted.
    case withoutLeapDay(Int)
    /// From 0 on.
    case day(Int)

    /// In days since 1970-01-01.
    func days(in year: Int) -> Int {
      switch self {
      case .weekday(let month, let week, let weekday):
        let first = Civil.days(year: year, month: month, day: 1)
        // Sunday is 6 where Monday is 0.
        let shift = ((weekday + 6) % 7 - Civil.weekday(first) + 7) % 7
        var day = shift + (week - 1) * 7
        if day >= Civil.days(in: month, of: year) { day -= 7 }
        return first + day
      case .withoutLeapDay(let number):
        let isAfter = Civil.isLeap(year) && number > 59
        return Civil.days(year: year, month: 1, day: number) + (isAfter ? 1 : 0)
      case .day(let number): return Civil.days(year: year, month: 1, day: number + 1)
      }
    }
  }

  /// When an offset begins in each year: a day, and seconds of it.
  struct Change: Sendable {
    let day: Day
    let second: Int
  }

  /// The offset in winter, or all year, in seconds east of UTC.
  let standard: Int
  /// The offset in summer, and when it begins and ends.
  let daylight: (offset: Int, from: Change, to: Change)?

  /// Reads a rule; `nil` where it is none.
  init?(_ text: [UInt8]) {
    var reader = Reader(text: text[...])
    guard reader.skipName(), let standard = reader.time(most: 24) else { return nil }
    self.standard = -standard
    guard reader.skipName() else {
      daylight = nil
      guard reader.text.isEmpty else { return nil }
      return
    }
    var offset = 3600 - standard
    if reader.text.first != UInt8(ascii: ",") {
      guard let written = reader.time(most: 24) else { return nil }
      offset = -written
    }
    guard let from = reader.change(), let to = reader.change(), reader.text.isEmpty else {
      return nil
    }
    daylight = (offset, from, to)
  }

  private struct Reader {
    var text: ArraySlice<UInt8>

    mutating func skip(_ byte: Character) -> Bool {
      guard text.first == byte.asciiValue else { return false }
      text.removeFirst()
      return true
    }

    mutating func skipName() -> Bool {
      let count: Int
      if text.first == UInt8(ascii: "<") {
        guard let end = text.firstIndex(of: UInt8(ascii: ">")) else { return false }
        count = end - text.startIndex + 1
      } else {
        count = text.prefix { ASCII.isLetter($0) }.count
      }
      text = text.dropFirst(count)
      return count > 0
    }

    mutating func number() -> Int? {
      let digits = text.prefix(4).prefix { ASCII.isDigit($0) }
      text = text.dropFirst(digits.count)
      return digits.isEmpty ? nil : digits.reduce(0) { $0 * 10 + Int($1) - 0x30 }
    }

    /// Hours, minutes and seconds, in seconds.
    mutating func time(most: Int) -> Int? {
      let isNegative = skip("-")
      if !isNegative { _ = skip("+") }
      guard let hours = number(), hours <= most else { return nil }
      var seconds = hours * 3600
      if skip(":") {
        guard let minutes = number(), minutes < 60 else { return nil }
        seconds += minutes * 60
        if skip(":") {
          guard let rest = number(), rest < 60 else { return nil }
          seconds += rest
        }
      }
      return isNegative ? -seconds : seconds
    }

    mutating func change() -> Change? {
      guard skip(","), let day = day() else { return nil }
      guard skip("/") else { return Change(day: day, second: 7200) }
      // Beyond a day by RFC 9636 section 3.3.1.
      guard let second = time(most: 167) else { return nil }
      return Change(day: day, second: second)
    }

    private mutating func day() -> Day? {
      if skip("M") {
        guard let month = number(), (1...12).contains(month), skip("."), let week = number(),
          (1...5).contains(week), skip("."), let weekday = number(), weekday < 7
        else { return nil }
        return .weekday(month: month, week: week, weekday: weekday)
      }
      if skip("J") {
        guard let number = number(), (1...365).contains(number) else { return nil }
        return .withoutLeapDay(number)
      }
      guard let number = number(), number < 366 else { return nil }
      return .day(number)
    }
  }

  private func onsets(around second: Int) -> [ZoneOnset] {
    guard let daylight else { return [] }
    let year = Civil.date(Civil.day(ofSecond: second)).year
    return ((year - 1)...(year + 1)).flatMap { year in
      let from = daylight.from.day.days(in: year) * Civil.day + daylight.from.second - standard
      let to = daylight.to.day.days(in: year) * Civil.day + daylight.to.second - daylight.offset
      return [
        ZoneOnset(instant: from, before: standard, after: daylight.offset),
        ZoneOnset(instant: to, before: daylight.offset, after: standard),
      ]
    }
  }

  private func latest(_ onsets: [ZoneOnset]) -> Int {
    // Where summer is all year its end falls on its beginning, which counts.
    onsets.max { ($0.instant, $0.after) < ($1.instant, $1.after) }?.after ?? standard
  }

  func offset(atInstant instant: Int) -> Int {
    latest(onsets(around: instant).filter { $0.instant <= instant })
  }

  func offset(atClock clock: Int) -> Int {
    latest(onsets(around: clock).filter { $0.clock <= clock })
  }
}
