import Foundation

/// Makes ready the text that an index of words takes, of messages and of queries alike.
///
/// Case, and the accents of Latin letters that Unicode can take apart, are left to the index itself.
package enum SearchWords {
  /// Changes when texts are made ready in another way: what was indexed before must be so again.
  package static let version = 2

  /// Sets characters apart that are written without blanks between words (Chinese, Japanese, Korean,
  /// Thai, Lao, Khmer, Burmese), so that each is a word, and a word of several is found as a phrase;
  /// writes letters out that Unicode cannot take apart (ß as ss, ø as o); narrows wide forms; leaves out
  /// what readers and writers leave out (`SearchFolding`).
  ///
  /// - Parameter utf8: A text in UTF-8.
  /// - Returns: The text to index, or to look for.
  package static func prepared(_ utf8: UnsafeBufferPointer<UInt8>) -> String {
    guard let first = utf8.firstIndex(where: { $0 >= 0x80 }) else {
      return String(decoding: utf8, as: UTF8.self)
    }
    var writer = SearchWordWriter(capacity: utf8.count + utf8.count / 2 + 16)
    writer.append(UnsafeBufferPointer(rebasing: utf8[..<first]))
    var position = first
    var plain = first
    while position < utf8.count {
      let byte = utf8[position]
      guard byte >= 0xC2 else {
        position += 1
        continue
      }
      let length = byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4
      guard position + length <= utf8.count else { break }
      let kind =
        length == 2
        ? folded(UInt32(byte & 0x1F) << 6 | UInt32(utf8[position + 1] & 0x3F))
        : kind(of: scalar(utf8, position))
      if case .usual = kind {
        position += length
        continue
      }
      writer.append(UnsafeBufferPointer(rebasing: utf8[plain..<position]))
      switch kind {
      case .usual: break
      case .alone:
        writer.append(alone: UnsafeBufferPointer(rebasing: utf8[position..<(position + length)]))
        position += length
      case .replaced(let letters):
        writer.append(letters)
        position += length
      case .compatible:
        position = normalize(utf8, from: position, plain: plain, to: &writer)
      }
      plain = position
    }
    writer.append(UnsafeBufferPointer(rebasing: utf8[plain...]))
    return writer.text
  }

  /// The same of a string.
  package static func prepared(_ text: String) -> String {
    var text = text
    return text.withUTF8 { prepared($0) }
  }

  /// Whether there is anything in a text that an index has: a letter or a digit.
  package static func hasWords(_ text: some StringProtocol) -> Bool {
    text.unicodeScalars.contains { scalar in
      switch scalar.properties.generalCategory {
      case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter,
        .decimalNumber, .letterNumber, .otherNumber, .privateUse:
        true
      default: false
      }
    }
  }

  // MARK: Characters

  private enum Kind {
    /// Is taken as it is.
    case usual
    /// Is a word.
    case alone
    /// Is written as others.
    case replaced([UInt8])
    /// Has another form that is used more often.
    case compatible
  }

  private static func folded(_ scalar: UInt32) -> Kind {
    SearchFolding.letters(of: scalar).map(Kind.replaced) ?? .usual
  }

  private static func kind(of scalar: UInt32) -> Kind {
    switch scalar {
    case ..<0x0E00: folded(scalar)
    // Thai and Lao; Burmese.
    case 0x0E00...0x0EFF, 0x1000...0x109F: .alone
    // Hangul in parts.
    case 0x1100...0x11FF: .compatible
    // Khmer.
    case 0x1780...0x17FF: .alone
    case 0x1E00...0x24FF, 0xFB00...0xFEFF: folded(scalar)
    // Radicals; kana, bopomofo, ideographs, the voicing marks of kana among them.
    case 0x3099, 0x309A: .compatible
    case 0x2E80...0x2FDF, 0x3005...0x3007, 0x3040...0x31FF, 0x3400...0x4DBF, 0x4E00...0x9FFF: .alone
    // Hangul; ideographs once more.
    case 0xA960...0xA97F, 0xAC00...0xD7FF, 0xF900...0xFAFF: .alone
    // Wide Latin, narrow kana and Hangul.
    case 0xFF01...0xFFDC: .compatible
    case 0x2_0000...0x3_FFFF: .alone
    default: .usual
    }
  }

  private static func scalar(_ utf8: UnsafeBufferPointer<UInt8>, _ position: Int) -> UInt32 {
    let first = UInt32(utf8[position])
    let second = UInt32(utf8[position + 1] & 0x3F)
    let third = UInt32(utf8[position + 2] & 0x3F)
    if first < 0xF0 { return (first & 0x0F) << 12 | second << 6 | third }
    return (first & 0x07) << 18 | second << 12 | third << 6 | UInt32(utf8[position + 3] & 0x3F)
  }

  /// Brings a run of such characters into their usual form (NFKC), and returns where it ends.
  ///
  /// A voicing mark belongs to the character that was written before it.
  private static func normalize(
    _ utf8: UnsafeBufferPointer<UInt8>, from start: Int, plain: Int,
    to writer: inout SearchWordWriter
  ) -> Int {
    var end = start
    while end + 3 <= utf8.count, utf8[end] >= 0xE0, utf8[end] < 0xF0,
      case .compatible = kind(of: scalar(utf8, end))
    {
      end += 3
    }
    var run = String(decoding: UnsafeBufferPointer(rebasing: utf8[start..<end]), as: UTF8.self)
    if let mark = run.unicodeScalars.first, mark.value == 0x3099 || mark.value == 0x309A {
      run = writer.takeLast() + run
    }
    // The first of them leaves apart what it made of narrow forms.
    var usual = run.precomposedStringWithCompatibilityMapping.precomposedStringWithCanonicalMapping
    usual.withUTF8 { bytes in
      var position = 0
      while position < bytes.count {
        let byte = bytes[position]
        let length = byte < 0x80 ? 1 : byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4
        let character = UnsafeBufferPointer(rebasing: bytes[position..<(position + length)])
        if length > 2, case .alone = kind(of: scalar(bytes, position)) {
          writer.append(alone: character)
        } else {
          writer.append(character)
        }
        position += length
      }
    }
    return end
  }
}
