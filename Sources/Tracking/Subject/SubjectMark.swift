/// The marks that mail programs put before a subject when they answer or forward, in the languages that
/// Outlook, Lotus Notes, Apple Mail, Gmail and Thunderbird (`mailnews.localizedRe`) are translated
/// into, and the words that gateways put before them.
///
/// They are compared without case, by no locale's rules: `İLT`, `ilt` and `ILT` are one.
enum SubjectMark {
  case reply
  case forward
  case tag

  /// The longest mark, in scalars, with a count behind it.
  static let longest = 24

  /// Recognizes a mark; `nil` where it is none.
  init?(_ mark: Substring) {
    // No table of texts, which would have to be built each time the program starts.
    let isSame: (StaticString) -> Bool
    if mark.utf8.allSatisfy({ $0 < 0x80 }) {
      let bytes = mark.utf8.map(Self.folded)
      isSame = { literal in
        literal.utf8CodeUnitCount == bytes.count
          && bytes.indices.allSatisfy { literal.utf8Start[$0] == bytes[$0] }
      }
    } else {
      let text = Self.folded(mark)
      isSame = { "\($0)" == text }
    }
    if Self.replies.contains(where: isSame) {
      self = .reply
    } else if Self.forwards.contains(where: isSame) {
      self = .forward
    } else if Self.tags.contains(where: isSame) {
      self = .tag
    } else {
      return nil
    }
  }

  static func folded(_ byte: UInt8) -> UInt8 { byte &- 0x41 < 26 ? byte | 0x20 : byte }

  /// A text in lower case without what would tell equal marks apart: Turkish dots, the sigma at the
  /// end, full-width letters, marks of direction.
  private static func folded(_ mark: Substring) -> String {
    var text = String.UnicodeScalarView()
    for scalar in mark.lowercased().unicodeScalars {
      switch scalar.value {
      case 0x307 where text.last == "i", 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069: break
      case 0x131: text.append("i")
      case 0x3C2: text.append("σ")
      case 0xFF01...0xFF5E: text.append(Unicode.Scalar(UInt8(scalar.value - 0xFEE0)))
      default: text.append(scalar)
      }
    }
    return String(text)
  }

  // `vs` answers in Finnish and forwards in Danish: as an answer no mail is lost.
  private static let replies: [StaticString] = [
    "re", "aw", "antw", "antwort", "sv", "vs", "ref", "rif", "r", "odp", "ynt", "yan", "res", "rsp",
    "bls", "atb", "ats", "odg", "er", "vá", "на", "отв", "ответ", "отг", "відп", "απ", "σχετ",
    "תגובה", "השב", "رد", "پاسخ", "回复", "回覆", "答复", "答覆", "返信", "답장", "회신", "trả lời",
    "ตอบกลับ",
  ]
  private static let forwards: [StaticString] = [
    "fw", "fwd", "wg", "tr", "rv", "vb", "vl", "enc", "pd", "i", "fs", "trs", "ilt", "yml",
    "doorst",
    "edasi", "posr", "prosl", "proslj", "videresendt", "vidarebefordrat", "továbbítás", "pārs",
    "persiųsta", "πρθ", "пересл", "переслано", "прот", "препр", "הועבר", "إعادة", "إعادة توجيه",
    "ارسال", "转发", "轉寄", "轉發", "转寄", "転送", "전달", "chuyển tiếp", "ส่งต่อ",
  ]
  private static let tags: [StaticString] = [
    "ext", "external", "external email", "external mail", "external sender", "extern", "externe",
    "externo", "externa", "esterno", "spam", "suspected spam", "possible spam", "spam?", "junk",
    "caution", "warning",
  ]
}
