/// The lasting id of an appointment of Exchange's (PidLidGlobalObjectId, MS-OXOCAL section 2.2.1.27).
enum CalendarObjectID {
  private static let prefix = "040000008200E00074C5B7101A82E008"

  /// The id without the day of an occurrence, and that day.
  ///
  /// In an invitation to one occurrence the octets 17 to 20 are its year, month and day; the series has
  /// nothing there.
  ///
  /// - Parameter uid: A UID.
  /// - Returns: `nil` where it is no such id, or names no day.
  static func series(of uid: String) -> (uid: String, day: CalendarTime)? {
    let text = uid.uppercased()
    guard text.utf8.count >= 40, text.hasPrefix(prefix), text.utf8.allSatisfy(isHexadecimal) else {
      return nil
    }
    let digits = Array(text.utf8)
    func number(_ range: Range<Int>) -> Int {
      digits[range].reduce(0) { $0 * 16 + Int(ASCII.hexValue($1) ?? 0) }
    }
    let (year, month, day) = (number(32..<36), number(36..<38), number(38..<40))
    guard year > 0, year < 10_000, (1...12).contains(month),
      (1...Civil.days(in: month, of: year)).contains(day)
    else { return nil }
    return (
      String(decoding: digits[..<32] + Array("00000000".utf8) + digits[40...], as: UTF8.self),
      CalendarTime(day: Civil.days(year: year, month: month, day: day))
    )
  }

  private static func isHexadecimal(_ byte: UInt8) -> Bool { ASCII.hexValue(byte) != nil }
}

extension CalendarItem {
  /// The id under which all that is said of the series is found; `nil` where there is none.
  public var seriesID: String? {
    guard let uid else { return nil }
    return CalendarObjectID.series(of: uid)?.uid ?? uid
  }

  /// Which occurrence it is of, by RECURRENCE-ID, else by an id of Exchange's; `nil` for the series.
  ///
  /// Exchange writes midnight where it does not know the time of day: the day is meant.
  public var occurrenceID: CalendarTime? {
    guard let day = uid.flatMap({ CalendarObjectID.series(of: $0)?.day }) else {
      return recurrenceID
    }
    guard let recurrenceID, recurrenceID.clock % Civil.day != 0 else { return day }
    return recurrenceID
  }
}
