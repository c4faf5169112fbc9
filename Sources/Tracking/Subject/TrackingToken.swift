/// Finds the tracking tokens of a subject, such as `CRM:0001001`
/// (`email-message-filtering-correlation`).
///
/// A token is a prefix of the organization's history followed by exactly one of the numbers of
/// digits that were in use, and no further digit; no letter or digit stands before it.
public enum TrackingToken {
  /// The last token in a subject, its prefix upper-cased, in the form in which copies are indexed;
  /// `nil` where there is none.
  public static func find(in subject: String, policy: CorrelationPolicy) -> String? {
    let text = Array(subject.utf8)
    guard let range = ranges(in: text, policy: policy).last else { return nil }
    return String(decoding: text[range], as: UTF8.self).uppercased()
  }

  /// A subject without its tokens.
  static func removed(from subject: String, policy: CorrelationPolicy) -> String {
    let text = Array(subject.utf8)
    let ranges = ranges(in: text, policy: policy)
    guard !ranges.isEmpty else { return subject }
    var kept: [UInt8] = []
    var position = 0
    for range in ranges {
      kept += text[position..<range.lowerBound]
      position = range.upperBound
    }
    kept += text[position...]
    return String(decoding: kept, as: UTF8.self)
  }

  private static func ranges(in text: [UInt8], policy: CorrelationPolicy) -> [Range<Int>] {
    let prefixes = policy.tokenPrefixes.map { Array($0.utf8.map(fold)) }.filter { !$0.isEmpty }
    var ranges: [Range<Int>] = []
    var start = 0
    scan: while start < text.count {
      if start == 0 || !isWordByte(text[start - 1]) {
        for prefix in prefixes where matches(text, prefix, at: start) {
          let digits = start + prefix.count
          var end = digits
          while end < text.count, isDigit(text[end]) { end += 1 }
          guard policy.tokenDigits.contains(end - digits) else { continue }
          ranges.append(start..<end)
          start = end
          continue scan
        }
      }
      start += 1
    }
    return ranges
  }

  private static func matches(_ text: [UInt8], _ prefix: [UInt8], at start: Int) -> Bool {
    guard start + prefix.count < text.count else { return false }
    for index in 0..<prefix.count where fold(text[start + index]) != prefix[index] {
      return false
    }
    return true
  }

  private static func fold(_ byte: UInt8) -> UInt8 {
    byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z") ? byte | 0x20 : byte
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
  }

  private static func isWordByte(_ byte: UInt8) -> Bool {
    let folded = fold(byte)
    return isDigit(byte) || byte >= 0x80
      || (folded >= UInt8(ascii: "a") && folded <= UInt8(ascii: "z"))
  }
}
