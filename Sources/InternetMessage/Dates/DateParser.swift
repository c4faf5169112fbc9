/// Reads a Date field (RFC 5322 section 3.3 and the obsolete forms of 4.3).
///
/// Words may stand in the orders that mailers use: day before month, month before day, the year at the
/// end, AM and PM. What is not a date is none, never a wrong one.
struct DateParser {
  private var day: Int?
  private var month: Int?
  private var year: Int?
  private var time: (hour: Int, minute: Int, second: Int)?
  private var zone: Int?
  private var isAfternoon: Bool?

  /// The date in a raw field value; `nil` where there is none.
  static func parse(_ value: Bytes) -> MessageDate? {
    var parser = DateParser()
    for word in words(of: value) {
      guard parser.take(word) else { return nil }
    }
    return parser.date
  }

  /// The words: blanks, commas and comments are between them.
  private static func words(of value: Bytes) -> [Bytes] {
    var words: [Bytes] = []
    var depth = 0
    var start: Int?
    for position in 0...value.count {
      let byte = position < value.count ? value[position] : ASCII.space
      let isBetween =
        depth > 0 || ASCII.isBlank(byte) || byte == UInt8(ascii: ",") || byte == UInt8(ascii: "(")
      if isBetween, let from = start {
        words.append(value.part(from..<position))
        start = nil
      }
      if byte == UInt8(ascii: "(") {
        depth += 1
      } else if byte == UInt8(ascii: ")"), depth > 0 {
        depth -= 1
      } else if !isBetween, start == nil {
        start = position
      }
      // No date has more words than this; the rest cannot make it one.
      if words.count > 12 { break }
    }
    return words
  }

  private mutating func take(_ word: Bytes) -> Bool {
    guard let first = word.first else { return true }
    if first == UInt8(ascii: "+") || first == UInt8(ascii: "-") { return takeOffset(word) }
    if ASCII.isDigit(first) {
      if word.position(of: UInt8(ascii: ":"), from: 0) != nil { return takeTime(word) }
      if word.position(of: UInt8(ascii: "-"), from: 0) != nil { return takeDashed(word) }
      return takeNumber(word)
    }
    return takeName(word)
  }

  private mutating func takeNumber(_ word: Bytes) -> Bool {
    guard let number = Self.number(word) else { return false }
    if day == nil, word.count <= 2 {
      day = number
    } else if year == nil, word.count >= 2 {
      year = Self.fullYear(number, digits: word.count)
    } else {
      return false
    }
    return true
  }

  /// `27-Jan-2026`.
  private mutating func takeDashed(_ word: Bytes) -> Bool {
    let parts = word.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
    guard parts.count == 3, day == nil, month == nil, year == nil else { return false }
    for part in parts {
      let range = part.startIndex..<part.endIndex
      guard !range.isEmpty, take(word.part(range)) else { return false }
    }
    return day != nil && month != nil && year != nil
  }

  private mutating func takeTime(_ word: Bytes) -> Bool {
    guard time == nil else { return false }
    var text = word
    if text.count > 2, ASCII.isLetter(text[text.count - 1]) {
      let suffix = text.part((text.count - 2)..<text.count)
      guard takeHalf(suffix) else { return false }
      text = text.part(0..<(text.count - 2))
    }
    let parts = text.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
    guard parts.count == 2 || parts.count == 3 else { return false }
    var numbers: [Int] = []
    for part in parts {
      let range = part.startIndex..<part.endIndex
      guard (1...2).contains(range.count), let number = Self.number(text.part(range)) else {
        return false
      }
      numbers.append(number)
    }
    time = (numbers[0], numbers[1], numbers.count == 3 ? numbers[2] : 0)
    return true
  }

  private mutating func takeHalf(_ word: Bytes) -> Bool {
    guard isAfternoon == nil else { return false }
    if word.equalsFolded("am") {
      isAfternoon = false
    } else if word.equalsFolded("pm") {
      isAfternoon = true
    } else {
      return false
    }
    return true
  }

  private mutating func takeOffset(_ word: Bytes) -> Bool {
    let digits = word.part(1..<word.count)
    // A lone dash, or a second zone after a named one (`GMT+0100`): the first counts.
    guard time != nil, digits.count == 4, let number = Self.number(digits) else { return false }
    let minutes = number / 100 * 60 + number % 100
    guard number % 100 < 60, minutes < 24 * 60 else { return false }
    if zone == nil || zone == 0 {
      zone = word[0] == UInt8(ascii: "-") ? -minutes : minutes
    }
    return true
  }

  private mutating func takeName(_ word: Bytes) -> Bool {
    var text = word
    while let last = text.last, last == UInt8(ascii: ".") || last == UInt8(ascii: ";") {
      text = text.part(0..<(text.count - 1))
    }
    if month == nil, let number = Self.monthNumber(text) {
      month = number
      return true
    }
    if Self.isWeekday(text) { return true }
    if time != nil, isAfternoon == nil, takeHalf(text) { return true }
    guard time != nil else { return false }
    if let sign = text.firstIndex(where: { $0 == UInt8(ascii: "+") || $0 == UInt8(ascii: "-") }) {
      return takeName(text.part(0..<sign)) && takeOffset(text.part(sign..<text.count))
    }
    // An unknown zone, or a comment that lost its parentheses (RFC 5322 section 4.3).
    guard text.allSatisfy({ ASCII.isLetter($0) || ASCII.isDigit($0) }) else { return false }
    if zone == nil { zone = Self.zoneMinutes(text) }
    return true
  }

  private var date: MessageDate? {
    guard let day, let month, let year, var time else { return nil }
    if let isAfternoon {
      guard (1...12).contains(time.hour) else { return nil }
      time.hour = time.hour % 12 + (isAfternoon ? 12 : 0)
    }
    guard (1...9999).contains(year), day >= 1, day <= Self.days(in: month, of: year),
      time.hour <= 23, time.minute <= 59, time.second <= 60
    else { return nil }
    let zone = zone ?? 0
    let days = Self.daysSince1970(year: year, month: month, day: day)
    let seconds = days * 86_400 + time.hour * 3600 + time.minute * 60 + time.second - zone * 60
    return MessageDate(secondsSince1970: Int64(seconds), zoneMinutes: zone)
  }

  // MARK: Tables and arithmetic

  private static func number(_ digits: Bytes) -> Int? {
    guard !digits.isEmpty, digits.count <= 4, digits.allSatisfy(ASCII.isDigit) else { return nil }
    return digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
  }

  /// Two and three digits (RFC 5322 section 4.3).
  private static func fullYear(_ number: Int, digits: Int) -> Int {
    switch digits {
    case 2: number < 50 ? 2000 + number : 1900 + number
    case 3: 1900 + number
    default: number
    }
  }

  private static let monthNames: [StaticString] = [
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
  ]
  private static let longMonthNames: [StaticString] = [
    "january", "february", "march", "april", "may", "june", "july", "august", "september",
    "october", "november", "december",
  ]
  private static let weekdays: [StaticString] = [
    "mon", "tue", "wed", "thu", "fri", "sat", "sun", "monday", "tuesday", "wednesday", "thursday",
    "friday", "saturday", "sunday", "tues", "thur", "thurs",
  ]

  private static func monthNumber(_ word: Bytes) -> Int? {
    guard word.count >= 3 else { return nil }
    let index =
      monthNames.firstIndex { word.equalsFolded($0) }
      ?? longMonthNames.firstIndex { word.equalsFolded($0) }
    return index.map { $0 + 1 }
  }

  private static func isWeekday(_ word: Bytes) -> Bool {
    weekdays.contains { word.equalsFolded($0) }
  }

  /// The zones of RFC 5322 section 4.3; all others are unknown, which
  /// means UTC.
  private static func zoneMinutes(_ name: Bytes) -> Int {
    let zones: [(StaticString, Int)] = [
      ("edt", -240), ("est", -300), ("cdt", -300), ("cst", -360), ("mdt", -360), ("mst", -420),
      ("pdt", -420), ("pst", -480),
    ]
    return zones.first { name.equalsFolded($0.0) }?.1 ?? 0
  }

  private static func days(in month: Int, of year: Int) -> Int {
    switch month {
    case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }

  private static func daysSince1970(year: Int, month: Int, day: Int) -> Int {
    // The year begins in March, so that the leap day is its last.
    let shifted = month > 2 ? year : year - 1
    let era = (shifted >= 0 ? shifted : shifted - 399) / 400
    let yearOfEra = shifted - era * 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return era * 146_097 + dayOfEra - 719_468
  }
}
