/// Finds the tracking tokens of a subject, such as `CRM:0001001`
/// (`email-message-filtering-correlation`).
///
/// A token is a prefix of the organization's history followed by exactly one of the numbers of
/// digits that were in use, and no further digit; no letter or digit stands before it, but for
/// those of scripts that put no blanks between words. Full-width letters, digits and signs are those
/// of ASCII.
package enum TrackingToken {
  /// The last token in a subject, its prefix upper-cased, in the form in which copies are indexed;
  /// `nil` where there is none.
  package static func find(in subject: String, policy: CorrelationPolicy) -> String? {
    let text = Folded(subject)
    guard let range = ranges(in: text.bytes, policy: policy).last else { return nil }
    return String(decoding: text.bytes[range], as: UTF8.self).uppercased()
  }

  /// All that may be a token of one organization or another, in the form of `find`: digits with
  /// something before them that has no blank.
  static func candidates(in subject: String, atMost most: Int) -> [String] {
    let text = Folded(subject).bytes
    var found: [String] = []
    var start = 0
    while start < text.count, found.count < most {
      // A word, and each run of digits in it with what stands before it.
      var end = start
      while end < text.count, text[end] > 32 { end += 1 }
      let word = text[start..<min(end, start + longestCandidate)]
      var position = word.startIndex
      while position < word.endIndex, found.count < most {
        guard isDigit(word[position]) else {
          position += 1
          continue
        }
        let digits = position
        while position < word.endIndex, isDigit(word[position]) { position += 1 }
        for first in word.startIndex..<digits
        where found.count < most && (first == start || !isWordByte(text[first - 1])) {
          found.append(String(decoding: text[first..<position], as: UTF8.self).uppercased())
        }
      }
      start = max(end, start) + 1
    }
    return found
  }

  private static let longestCandidate = 64

  /// A subject without its tokens.
  static func removed(from subject: String, policy: CorrelationPolicy) -> String {
    let text = Folded(subject)
    let ranges = ranges(in: text.bytes, policy: policy)
    guard !ranges.isEmpty else { return subject }
    let original = Array(subject.utf8)
    var kept: [UInt8] = []
    var position = 0
    for range in ranges {
      kept += original[position..<text.place(range.lowerBound)]
      position = text.place(range.upperBound)
    }
    kept += original[position...]
    return String(decoding: kept, as: UTF8.self)
  }

  /// Whether a token may stand in a subject, whatever the organization's prefixes are: something before
  /// at least three digits.
  package static func mayStand(in subject: String) -> Bool {
    var digits = 0
    var hasPrefix = false
    for byte in Folded(subject).bytes {
      if isDigit(byte) {
        digits += 1
        if digits == 3, hasPrefix { return true }
      } else {
        digits = 0
        hasPrefix = true
      }
    }
    return false
  }

  /// A subject as tokens are looked for: full-width letters, digits and signs as those of ASCII, and
  /// each other character as one byte that says whether it is part of a word.
  private struct Folded {
    /// One for each character.
    private(set) var bytes: [UInt8]
    /// Where each character begins in the subject; empty where each is a byte there, too.
    private var places: [Int] = []
    private let length: Int

    init(_ subject: String) {
      length = subject.utf8.count
      guard subject.utf8.contains(where: { $0 >= 0x80 }) else {
        bytes = Array(subject.utf8)
        return
      }
      bytes = []
      var place = 0
      for scalar in subject.unicodeScalars {
        places.append(place)
        place += UTF8.width(scalar)
        switch scalar.value {
        case 0..<0x80: bytes.append(UInt8(scalar.value))
        case 0xFF01...0xFF5E: bytes.append(UInt8(scalar.value - 0xFEE0))
        default: bytes.append(Self.isWord(scalar) ? TrackingToken.wordByte : UInt8(ascii: " "))
        }
      }
    }

    /// Where a character begins in the subject.
    func place(_ index: Int) -> Int {
      if places.isEmpty { return index }
      return index < places.count ? places[index] : length
    }

    /// Whether a character is a letter or digit of a script that puts blanks between words.
    ///
    /// Chinese, Japanese and Thai do not, and Korean hangs its particles on.
    private static func isWord(_ scalar: Unicode.Scalar) -> Bool {
      switch scalar.value {
      case 0x0E00...0x0EFF, 0x1000...0x109F, 0x1100...0x11FF, 0x1780...0x17FF, 0x2E80...0x31FF,
        0x3400...0x4DBF, 0x4E00...0x9FFF, 0xA960...0xA97F, 0xAC00...0xD7FF, 0xF900...0xFAFF,
        0xFF61...0xFFDC, 0x20000...0x3FFFF:
        false
      default:
        scalar.properties.isAlphabetic || scalar.properties.numericType != nil
          || scalar.properties.generalCategory == .nonspacingMark
      }
    }
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

  /// Stands for each letter and digit outside of ASCII.
  private static let wordByte: UInt8 = 0xFF

  private static func isWordByte(_ byte: UInt8) -> Bool {
    isDigit(byte) || byte == wordByte || fold(byte) &- 0x61 < 26
  }
}
