import Glibc

/// Times as options take them.
enum TimeArgument {
  /// Reads `2026-01-31`, `2026-01-31T09:30:00Z` (both UTC), or `90d` for as many days ago.
  ///
  /// - Parameters:
  ///   - text: The time.
  ///   - option: What it was given to, for the error.
  ///   - now: The present, in seconds since 1970.
  /// - Returns: Seconds since 1970.
  /// - Throws: `CommandError`.
  static func seconds(_ text: String, option: String, now: Int64 = TextOutput.now) throws -> Int64 {
    if text.hasSuffix("d"), let days = Int64(text.dropLast()), (0...100_000).contains(days) {
      return now - days * 86_400
    }
    if let seconds = point(text) { return seconds }
    throw CommandError(
      .usage, "\(option) takes a day as 2026-01-31, a time as 2026-01-31T09:30:00Z, or 90d")
  }

  private static func point(_ text: String) -> Int64? {
    let bytes = Array(text.utf8)
    guard bytes.count == 10 || bytes.count == 20 else { return nil }
    let form = Array("0000-00-00T00:00:00Z".utf8)
    var numbers: [Int32] = [0]
    for (byte, expected) in zip(bytes, form) {
      if expected == UInt8(ascii: "0") {
        guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else { return nil }
        numbers[numbers.count - 1] = numbers[numbers.count - 1] * 10 + Int32(byte - expected)
      } else {
        guard byte == expected else { return nil }
        numbers.append(0)
      }
    }
    while numbers.count < 6 { numbers.append(0) }
    var parts = tm()
    parts.tm_year = numbers[0] - 1900
    parts.tm_mon = numbers[1] - 1
    parts.tm_mday = numbers[2]
    parts.tm_hour = numbers[3]
    parts.tm_min = numbers[4]
    parts.tm_sec = numbers[5]
    let seconds = Int64(timegm(&parts))
    // What does not exist, such as the 31st of April, becomes another day.
    return parts.tm_mday == numbers[2] && parts.tm_mon == numbers[1] - 1
      && parts.tm_hour == numbers[3] ? seconds : nil
  }
}
