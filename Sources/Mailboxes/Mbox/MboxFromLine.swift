import Glibc

/// The line with which a message in an mbox begins: `From `, the envelope sender, and when it was
/// delivered (RFC 4155 appendix A).
struct MboxFromLine {
  /// When it was delivered, in seconds since 1970.
  let deliveredAt: Int64

  static let mark = Array("From ".utf8)

  /// The longest line that is looked at, in bytes.
  static let longest = 1024

  private static let months = [
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
  ].map { Array($0.utf8) }

  /// Reads a line; `nil` where it is none.
  ///
  /// A line of a body may begin with `From `, too: only one with month, time and year counts. The
  /// zone that some programs write is passed over: the order within the mbox is what matters.
  ///
  /// - Parameter line: The line, or its beginning; what follows a line end is not looked at.
  init?(_ line: UnsafeRawBufferPointer) {
    guard line.starts(with: Self.mark) else { return nil }
    let end = line.firstIndex(of: 10) ?? line.count
    let words = line[Self.mark.count..<end].split { $0 == 32 || $0 == 9 || $0 == 13 }
    guard
      let monthAt = words.lastIndex(where: { word in
        Self.months.contains { $0.elementsEqual(word.map { $0 | 0x20 }) }
      }), let month = Self.months.firstIndex(of: words[monthAt].map { $0 | 0x20 })
    else { return nil }
    var day: Int32?
    var time: (hour: Int32, minute: Int32, second: Int32)?
    var year: Int32?
    // Asctime has the day after the month; others before it.
    for word in words[max(0, monthAt - 1)...] {
      if let found = Self.time(word) {
        time = time ?? found
      } else if let number = Self.number(word) {
        if word.count == 4 { year = year ?? number }
        if word.count <= 2 { day = day ?? number }
      }
    }
    guard let time, let year, year >= 1970 else { return nil }
    var parts = tm()
    parts.tm_year = year - 1900
    parts.tm_mon = Int32(month)
    parts.tm_mday = day ?? 1
    parts.tm_hour = time.hour
    parts.tm_min = time.minute
    parts.tm_sec = time.second
    deliveredAt = Int64(timegm(&parts))
  }

  /// Whether a file is an mbox, by its first line.
  ///
  /// - Throws: `InputError`.
  static func begins(_ file: MailFile) throws(InputError) -> Bool {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: longest, alignment: 1)
    defer { buffer.deallocate() }
    let count = try file.read(into: buffer, at: 0)
    return MboxFromLine(UnsafeRawBufferPointer(rebasing: buffer[..<count])) != nil
  }

  private static func time(
    _ word: Slice<UnsafeRawBufferPointer>
  ) -> (hour: Int32, minute: Int32, second: Int32)? {
    let parts = word.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
      .map { number($0) }
    guard parts.count == 2 || parts.count == 3, let hour = parts[0], hour < 24,
      let minute = parts[1], minute < 60
    else { return nil }
    guard parts.count == 3 else { return (hour, minute, 0) }
    guard let second = parts[2], second < 61 else { return nil }
    return (hour, minute, second)
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
