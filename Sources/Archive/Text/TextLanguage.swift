/// Which language a text is in, as far as its letters tell: a browser chooses letters by it, and a
/// screen reader its voice.
enum TextLanguage {
  /// So many bytes are looked at.
  private static let maxLength = 2000
  /// A text of fewer Chinese characters and none of another script may be Japanese.
  private static let leastHan = 30

  /// The language of a text by the script that most of its letters are of (BCP 47); `nil` where many
  /// languages are written so.
  static func of(_ text: UnsafeBufferPointer<UInt8>) -> String? {
    let start = text[..<min(text.count, maxLength)]
    // ASCII is written by too many.
    guard start.contains(where: { $0 >= 0x80 }) else { return nil }
    var (kana, hangul, han, hebrew, greek, thai, other) = (0, 0, 0, 0, 0, 0, 0)
    for scalar in String(decoding: start, as: UTF8.self).unicodeScalars {
      switch scalar.value {
      case 0x3040...0x30FF: kana += 1
      case 0xAC00...0xD7A3: hangul += 1
      case 0x4E00...0x9FFF: han += 1
      case 0x0590...0x05FF: hebrew += 1
      case 0x0370...0x03FF: greek += 1
      case 0x0E00...0x0E7F: thai += 1
      case 0xC0...0x24F, 0x400...0x52F, 0x600...0x6FF: other += 1
      // Names and addresses in letters of ASCII stand in texts of all languages.
      default: break
      }
    }
    // Japanese is written in kana among the signs that Chinese is written in; a name or a subject may
    // have none.
    if kana > 0, kana * 10 > han { return "ja" }
    if han < leastHan { han = 0 }
    let scripts = [
      (hangul, "ko"), (han, "zh"), (hebrew, "he"), (greek, "el"), (thai, "th"), (other, ""),
    ]
    guard let most = scripts.max(by: { $0.0 < $1.0 }), most.0 > 0, !most.1.isEmpty else {
      return nil
    }
    return most.1
  }

  /// The language that a header names, where it can be one (RFC 3282).
  static func named(_ field: String?) -> String? {
    guard let first = field?.split(separator: ",").first else { return nil }
    let tag = first.filter { !$0.isWhitespace }
    let subtags = tag.split(separator: "-", omittingEmptySubsequences: false)
    guard let language = subtags.first, (2...3).contains(language.utf8.count), tag.utf8.count <= 35,
      subtags.allSatisfy({
        (1...8).contains($0.utf8.count)
          && $0.utf8.allSatisfy { byte in
            byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7A || byte >= 0x30 && byte <= 0x39
          }
      })
    else { return nil }
    return String(tag)
  }
}
