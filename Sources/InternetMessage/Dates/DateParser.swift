/// Reads a Date field (RFC 5322 section 3.3 and the obsolete forms of 4.3), and what mailers write
/// instead: names of other languages, ISO 8601, dots for colons, `2026年11月3日`.
///
/// Words may stand in the orders that mailers use: day before month, month before day, the year at the
/// end, AM and PM. What is not a date is none, never a wrong one.
struct DateParser {
  private var day: Int?
  private var month: Int?
  private var year: Int?
  private var time: (hour: Int, minute: Int, second: Int)?
  private var zone: Int?
  private var isZoneNamed = false
  private var isAfternoon: Bool?
  private var taken = 0
  /// Whether the first word may be the day of the week, though it is a month in some language.
  private var isMonthFirst = false

  /// Whether the year stands before the day.
  private var isYearFirst = false

  /// The date in a raw field value; `nil` where there is none.
  static func parse(_ value: Bytes) -> MessageDate? {
    guard DateText.isPlain(value) else {
      return DateText.plain(value).withUnsafeBytes { read($0) }
    }
    return read(value)
  }

  private static func read(_ value: Bytes) -> MessageDate? {
    var parser = DateParser()
    let words = words(of: value)
    var position = 0
    while position < words.count {
      let word = words[position]
      position += 1
      if position < words.count, parser.takeHalf(word, words[position]) {
        position += 1
        continue
      }
      let isFirst = parser.taken == 0
      guard parser.take(word) else { return nil }
      // What only joins the others may stand before the day of the week: "Am Dienstag".
      if !isAmong(fillers, word), !(isFirst && word.equalsFolded("am")) { parser.taken += 1 }
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
        depth > 0 || ASCII.isBlank(byte) || byte == UInt8(ascii: "(") || isBracket(byte)
        || byte == UInt8(ascii: ",") && !isFraction(value, at: position)
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
      if words.count > 16 { break }
    }
    return words
  }

  /// Quotes and brackets around the name of a zone.
  private static func isBracket(_ byte: UInt8) -> Bool {
    byte == ASCII.quote || byte == UInt8(ascii: "[") || byte == UInt8(ascii: "]")
  }

  /// Whether a comma stands between a time of day and its fraction (ISO 8601-1 section 5.3.1.4).
  private static func isFraction(_ value: Bytes, at comma: Int) -> Bool {
    comma > 2 && comma + 1 < value.count && ASCII.isDigit(value[comma + 1])
      && ASCII.isDigit(value[comma - 1]) && value[comma - 3] == UInt8(ascii: ":")
  }

  private mutating func take(_ word: Bytes) -> Bool {
    var word = word
    while let last = word.last, last == UInt8(ascii: ".") || last == UInt8(ascii: ";") {
      word = word.part(0..<(word.count - 1))
    }
    guard let first = word.first else { return true }
    if first == UInt8(ascii: "+") || first == UInt8(ascii: "-") { return takeOffset(word) }
    guard ASCII.isDigit(first) else { return takeName(word) }
    // ISO 8601: date and time of day as one word.
    if let letter = word.firstIndex(where: { $0 | 0x20 == UInt8(ascii: "t") }), letter >= 8 {
      return takeDate(word.part(0..<letter)) && takeTime(word.part((letter + 1)..<word.count))
    }
    // 9h15.
    if word.position(of: UInt8(ascii: ":"), from: 0) != nil || Self.hasHours(word) {
      return takeTime(word)
    }
    if word.contains(where: { $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "/") }) {
      return takeDate(word)
    }
    if word.position(of: UInt8(ascii: "."), from: 0) != nil {
      return day == nil ? takeDate(word) : takeTime(word)
    }
    return takeNumber(word)
  }

  private static func hasHours(_ word: Bytes) -> Bool {
    guard let end = word.firstIndex(where: { !ASCII.isDigit($0) }), end + 1 < word.count else {
      return false
    }
    return ASCII.lowercased(word[end]) == UInt8(ascii: "h") && ASCII.isDigit(word[end + 1])
  }

  private mutating func takeNumber(_ word: Bytes) -> Bool {
    var digits = word
    if let last = word.last, !ASCII.isDigit(last) {
      let end = word.firstIndex { !ASCII.isDigit($0) } ?? word.count
      digits = word.part(0..<end)
      let suffix = word.part(end..<word.count)
      // What `DateText` makes of 年, 月 and 日; else an ordinal number.
      // Of Japan's eras the year has two digits, and says nothing alone.
      if suffix.equalsFolded("y") {
        return digits.count == 4 && Self.set(&year, Self.number(digits))
      }
      if suffix.equalsFolded("m") {
        if isMonthFirst { month = nil }
        return Self.set(&month, Self.number(digits))
      }
      if suffix.equalsFolded("d") { return Self.set(&day, Self.number(digits)) }
      guard day == nil, digits.count <= 2, Self.isAmong(Self.ordinals, suffix) else { return false }
    }
    guard let number = Self.number(digits) else { return false }
    if day == nil, digits.count <= 2 {
      isYearFirst = year != nil
      day = number
    } else if isYearFirst, month == nil, digits.count <= 2 {
      // 2026. 11. 3.
      month = day
      day = number
    } else if year == nil, digits.count >= 2 {
      year = Self.fullYear(number, digits: digits.count)
    } else {
      return false
    }
    return true
  }

  private static func set(_ field: inout Int?, _ number: Int?) -> Bool {
    guard field == nil, let number else { return false }
    field = number
    return true
  }

  /// `27-Jan-2026`, `2026-01-27`, `20260127`, `27.1.2026` and, where only one reading is a date,
  /// `1/27/2026`.
  private mutating func takeDate(_ word: Bytes) -> Bool {
    guard day == nil, month == nil || isMonthFirst, year == nil else { return false }
    month = nil
    if word.count == 8, word.allSatisfy(ASCII.isDigit) {
      year = Self.number(word.part(0..<4))
      month = Self.number(word.part(4..<6))
      day = Self.number(word.part(6..<8))
      return true
    }
    let marks: [UInt8] = [UInt8(ascii: "-"), UInt8(ascii: "/"), UInt8(ascii: ".")]
    guard let mark = word.first(where: { marks.contains($0) }) else { return false }
    let parts = word.split(separator: mark, omittingEmptySubsequences: false).map {
      word.part($0.startIndex..<$0.endIndex)
    }
    guard parts.count == 3, parts.allSatisfy({ !$0.isEmpty }) else { return false }
    let numbers = parts.map(Self.number)
    if parts[0].count == 4, let first = numbers[0], let second = numbers[1], let third = numbers[2]
    {
      (year, month, day) = (first, second, third)
      return true
    }
    guard let first = numbers[0], let last = numbers[2], parts[0].count <= 2 else { return false }
    year = Self.fullYear(last, digits: parts[2].count)
    guard let second = numbers[1] else {
      let name = parts[1]
      month = Self.monthNumber(
        name.last == UInt8(ascii: ".") ? name.part(0..<(name.count - 1)) : name)
      day = first
      return month != nil
    }
    if mark == UInt8(ascii: ".") || first > 12 || first == second {
      (day, month) = (first, second)
    } else if second > 12 {
      (day, month) = (second, first)
    } else {
      // Who knows.
      return false
    }
    return true
  }

  private mutating func takeTime(_ word: Bytes) -> Bool {
    guard time == nil else { return false }
    let marks: [UInt8] = [
      UInt8(ascii: ":"), UInt8(ascii: "."), UInt8(ascii: ","), UInt8(ascii: "h"),
      UInt8(ascii: "H"),
    ]
    let end = word.firstIndex { !ASCII.isDigit($0) && !marks.contains($0) } ?? word.count
    var numbers: [Int] = []
    let text = word.part(0..<end)
    if text.count == 4 || text.count == 6, text.allSatisfy(ASCII.isDigit) {
      for start in stride(from: 0, to: text.count, by: 2) {
        numbers.append(Self.number(text.part(start..<(start + 2))) ?? 0)
      }
    } else {
      for part in text.split(
        omittingEmptySubsequences: false, whereSeparator: { marks.contains($0) }
      )
      .prefix(4) {
        let range = part.startIndex..<part.endIndex
        // The last may be empty, as in what `DateText` makes of 9時15分; the fourth is a fraction.
        if range.isEmpty, range.lowerBound == text.count, numbers.count > 1 { break }
        guard numbers.count < 3 else {
          guard range.upperBound == text.count, part.allSatisfy(ASCII.isDigit) else { return false }
          break
        }
        guard (1...2).contains(range.count), let number = Self.number(text.part(range)) else {
          return false
        }
        numbers.append(number)
      }
    }
    guard numbers.count == 2 || numbers.count == 3 else { return false }
    time = (numbers[0], numbers[1], numbers.count == 3 ? numbers[2] : 0)
    guard end < word.count else { return true }
    let rest = word.part(end..<word.count)
    return ASCII.isLetter(rest[0]) ? takeName(rest) : takeOffset(rest)
  }

  /// Takes the Spanish forms of AM and PM, which are two words.
  private mutating func takeHalf(_ first: Bytes, _ second: Bytes) -> Bool {
    guard time != nil, first.count <= 2, second.equalsFolded("m.") || second.equalsFolded("m"),
      first.equalsFolded("a.") || first.equalsFolded("a") || first.equalsFolded("p.")
        || first.equalsFolded("p")
    else { return false }
    isAfternoon = ASCII.lowercased(first[0]) == UInt8(ascii: "p")
    return true
  }

  private mutating func takeHalf(_ word: Bytes) -> Bool {
    guard isAfternoon == nil else { return false }
    if word.equalsFolded("am") || word.equalsFolded("a.m") {
      // "Am Dienstag".
      if taken == 0 { return true }
      isAfternoon = false
    } else if word.equalsFolded("pm") || word.equalsFolded("p.m") {
      isAfternoon = true
    } else {
      return false
    }
    return true
  }

  /// `+0200`, `+02:00`, `+2`; of doubled signs the last counts: a program wrote one before the number's
  /// own.
  private mutating func takeOffset(_ word: Bytes) -> Bool {
    let isSign: (UInt8) -> Bool = { $0 == UInt8(ascii: "+") || $0 == UInt8(ascii: "-") }
    guard time != nil, word.first.map(isSign) ?? false else { return false }
    let start = word.firstIndex { !isSign($0) } ?? word.count
    // A lone dash, or what is no zone.
    guard start <= 2, start < word.count else { return false }
    var digits = word.part(start..<word.count)
    var minutes = 0
    if let colon = digits.position(of: UInt8(ascii: ":"), from: 0) {
      let rest = digits.part((colon + 1)..<digits.count)
      guard colon <= 2, rest.count == 2, let number = Self.number(rest) else { return false }
      minutes = number
      digits = digits.part(0..<colon)
    } else if digits.count > 2 {
      guard digits.count <= 4,
        let number = Self.number(digits.part((digits.count - 2)..<digits.count))
      else { return false }
      minutes = number
      digits = digits.part(0..<(digits.count - 2))
    }
    guard let hours = Self.number(digits), minutes < 60, hours < 24 else { return false }
    // A second zone after one in digits: the first counts. One in digits is surer than a name.
    if zone == nil || zone == 0 || isZoneNamed {
      zone = (word[start - 1] == UInt8(ascii: "-") ? -1 : 1) * (hours * 60 + minutes)
      isZoneNamed = false
    }
    return true
  }

  private mutating func takeName(_ word: Bytes) -> Bool {
    if month == nil || isMonthFirst, let number = Self.monthNumber(word) {
      isMonthFirst = month == nil && taken == 0
      month = number
      return true
    }
    if Self.isWeekday(word) || takeHalf(word) || Self.isAmong(Self.fillers, word) { return true }
    let isWord = word.allSatisfy { ASCII.isLetter($0) || $0 >= 0x80 }
    let isDate = day != nil && month != nil && year != nil
    // The day of the week in some language, before the date or behind it: no date depends on it.
    if taken == 0 || isDate && time == nil,
      isWord || word.allSatisfy({ ASCII.isLetter($0) || $0 >= 0x80 || $0 == UInt8(ascii: "-") })
    {
      return true
    }
    guard time != nil else { return false }
    if let sign = word.firstIndex(where: { $0 == UInt8(ascii: "+") || $0 == UInt8(ascii: "-") }),
      sign > 0
    {
      return takeName(word.part(0..<sign)) && takeOffset(word.part(sign..<word.count))
    }
    // An unknown zone, or a comment that lost its parentheses (RFC 5322 section 4.3).
    guard
      isWord
        || word.allSatisfy({
          ASCII.isLetter($0) || ASCII.isDigit($0) || $0 == UInt8(ascii: "/")
            || $0 == UInt8(ascii: "_")
        })
    else { return false }
    if zone == nil {
      zone = Self.zoneMinutes(word)
      isZoneNamed = true
    }
    return true
  }

  private var date: MessageDate? {
    guard let day, let month, let year, var time else { return nil }
    if let isAfternoon {
      guard (0...12).contains(time.hour) else { return nil }
      time.hour = time.hour % 12 + (isAfternoon ? 12 : 0)
    }
    guard (1...9999).contains(year), (1...12).contains(month), day >= 1,
      day <= Self.days(in: month, of: year),
      time.hour <= 23, time.minute <= 59, time.second <= 60
    else { return nil }
    let zone = zone ?? 0
    let days = Self.daysSince1970(year: year, month: month, day: day)
    let seconds = days * 86_400 + time.hour * 3600 + time.minute * 60 + time.second - zone * 60
    return MessageDate(secondsSince1970: Int64(seconds), zoneMinutes: zone)
  }

  /// Whether a date is one that mail can have: of 1970 to 2200.
  ///
  /// What lies outside comes of clocks that were never set, and of spam that wants to stand first.
  static func isCredible(_ date: MessageDate) -> Bool {
    (0..<Int64(daysSince1970(year: 2201, month: 1, day: 1)) * 86_400).contains(
      date.secondsSince1970)
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

  private static let weekdays: [StaticString] = [
    "mon", "tue", "wed", "thu", "fri", "sat", "sun", "monday", "tuesday", "wednesday", "thursday",
    "friday", "saturday", "sunday", "tues", "thur", "thurs",
  ]

  private static let ordinals: [StaticString] = ["st", "nd", "rd", "th", "er", "o", "a", "e"]

  // What stands between the parts of a date: "3 de noviembre de 2026", "kl. 9:15", "um 9:15 Uhr".
  private static let fillers: [StaticString] = [
    "de", "del", "of", "den", "der", "le", "el", "il", "kl", "klo", "um", "uhr", "at", "as",
    "las", "la", "г", "года", "в", "dem", "a", "alle", "ore", "om", "dia", "d", "ob", "o", "r",
    "v",
  ]

  private static let english: [StaticString] = [
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
  ]

  /// The names of the months in the languages of mail programs, without accents (`DateText`): English,
  /// Spanish, German, French, Italian, Portuguese, Dutch, Swedish, Danish, Norwegian, Finnish,
  /// Polish, Czech, Turkish, Russian.
  private static let months: [[StaticString]] = [
    [
      "january", "januar", "januari", "janner", "enero", "ene", "janvier", "janv", "gennaio", "gen",
      "janeiro", "tammi", "tammikuu", "tammikuuta", "styczen", "stycznia", "sty", "leden", "ledna",
      "led", "ocak", "oca", "янв", "январь", "января",
    ],
    [
      "february", "februar", "februari", "febrero", "fevrier", "fevr", "fev", "febbraio",
      "fevereiro", "helmi", "helmikuu", "helmikuuta", "luty", "lutego", "lut", "unor", "unora",
      "uno",
      "subat", "sub", "фев", "февр", "февраль", "февраля",
    ],
    [
      "march", "marz", "maerz", "mrz", "marzo", "mars", "marco", "maart", "mrt", "marts", "maalis",
      "maaliskuu", "maaliskuuta", "marzec", "marca", "brezen", "brezna", "bre", "mart", "мар",
      "март",
      "марта",
    ],
    [
      "april", "abril", "abr", "avril", "avr", "aprile", "huhti", "huhtikuu", "huhtikuuta",
      "kwiecien",
      "kwietnia", "kwi", "duben", "dubna", "dub", "nisan", "nis", "апр", "апрель", "апреля",
    ],
    [
      "mai", "mayo", "maggio", "mag", "maio", "mei", "maj", "maja", "touko", "toukokuu",
      "toukokuuta",
      "kveten", "kvetna", "kve", "mayis", "май", "мая",
    ],
    [
      "june", "juni", "junio", "juin", "giugno", "giu", "junho", "kesa", "kesakuu", "kesakuuta",
      "czerwiec", "czerwca", "cze", "cerven", "cervna", "cvn", "cen", "haziran", "haz", "июн",
      "июнь",
      "июня",
    ],
    [
      "july", "juli", "julio", "juillet", "juil", "luglio", "lug", "julho", "heina", "heinakuu",
      "heinakuuta", "lipiec", "lipca", "lip", "cervenec", "cervence", "cvc", "cec", "temmuz", "tem",
      "июл",
      "июль", "июля",
    ],
    [
      "august", "agosto", "ago", "aout", "aou", "augustus", "augusti", "elo", "elokuu", "elokuuta",
      "sierpien", "sierpnia", "sie", "srpen", "srpna", "srp", "agustos", "agu", "авг", "август",
      "августа",
    ],
    [
      "september", "sept", "septiembre", "setiembre", "septembre", "settembre", "set", "setembro",
      "syys", "syyskuu", "syyskuuta", "wrzesien", "wrzesnia", "wrz", "zari", "zar", "eylul", "eyl",
      "сен", "сент", "сентябрь", "сентября",
    ],
    [
      "october", "oktober", "okt", "octubre", "octobre", "ottobre", "ott", "outubro", "out", "loka",
      "lokakuu", "lokakuuta", "pazdziernik", "pazdziernika", "paz", "rijen", "rijna", "rij", "ekim",
      "eki", "окт", "октябрь", "октября",
    ],
    [
      "november", "noviembre", "novembre", "novembro", "marras", "marraskuu", "marraskuuta",
      "listopad", "listopada", "listopadu", "lis", "kasim", "kas", "ноя", "нояб", "ноябрь",
      "ноября",
    ],
    [
      "december", "dezember", "dez", "diciembre", "dic", "decembre", "dicembre", "dezembro",
      "desember", "des", "joulu", "joulukuu", "joulukuuta", "grudzien", "grudnia", "gru",
      "prosinec",
      "prosince", "pro", "aralik", "ara", "дек", "декабрь", "декабря",
    ],
  ]

  private static func isAmong(_ names: [StaticString], _ word: Bytes) -> Bool {
    names.contains { word.equalsFolded($0) }
  }

  private static func monthNumber(_ word: Bytes) -> Int? {
    guard word.count >= 3 else { return nil }
    if let index = english.firstIndex(where: { word.equalsFolded($0) }) { return index + 1 }
    if isWeekday(word) { return nil }
    return months.firstIndex { isAmong($0, word) }.map { $0 + 1 }
  }

  private static func isWeekday(_ word: Bytes) -> Bool { isAmong(weekdays, word) }

  /// The zones of RFC 5322 section 4.3, and those that are one in use; all others are unknown, which
  /// means UTC.
  private static let zones: [(StaticString, Int)] = [
    ("edt", -240), ("est", -300), ("cdt", -300), ("cst", -360), ("mdt", -360), ("mst", -420),
    ("pdt", -420), ("pst", -480), ("akdt", -480), ("akst", -540), ("hst", -600), ("ndt", -150),
    ("nst", -210), ("brt", -180), ("cet", 60), ("cest", 120), ("mez", 60), ("mesz", 120),
    ("met", 60), ("mest", 120), ("west", 60), ("bst", 60), ("eet", 120), ("eest", 180),
    ("sast", 120), ("msk", 180), ("jst", 540), ("kst", 540), ("hkt", 480), ("sgt", 480),
    ("awst", 480), ("acst", 570), ("aest", 600), ("aedt", 660), ("nzst", 720), ("nzdt", 780),
  ]

  private static func zoneMinutes(_ name: Bytes) -> Int {
    zones.first { name.equalsFolded($0.0) }?.1 ?? 0
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
