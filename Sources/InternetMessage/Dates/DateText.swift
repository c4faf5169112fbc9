/// Makes of a Date field in any language what `DateParser` reads: ASCII but for Cyrillic words.
enum DateText {
  /// Whether a value needs nothing: it is ASCII without encoded words.
  static func isPlain(_ value: Bytes) -> Bool {
    var previous: UInt8 = 0
    for byte in value {
      if byte >= 0x80 || byte == UInt8(ascii: "?") && previous == UInt8(ascii: "=") { return false }
      previous = byte
    }
    return true
  }

  /// A value in lower case without accents, with `2026年11月3日` as `2026y 11m 3d` and `9時15分` as
  /// `9:15`.
  static func plain(_ value: Bytes) -> [UInt8] {
    // No date is longer; the rest cannot make it one.
    let text = Text.unstructured(value.part(0..<min(value.count, 1000))).text
    var output: [UInt8] = []
    var numeral = 0
    var skipped = 0
    var previous: Unicode.Scalar = " "
    for scalar in text.lowercased().unicodeScalars {
      defer { previous = scalar }
      if skipped > 0 {
        skipped -= 1
        continue
      }
      if let value = self.numeral(scalar) {
        // None is larger than 31.
        numeral = min(value == 10 ? max(numeral, 1) * 10 : numeral + value, 99)
        continue
      }
      if numeral > 0 {
        // Else it is a day of the week: 一 alone for Monday.
        if Self.isUnit(scalar) { output += Array(String(numeral).utf8) }
        numeral = 0
      }
      let followsDigit = output.last.map(ASCII.isDigit) ?? false
      switch scalar {
      // After a number a part of the date; else the sun and the moon give days of the week a name.
      case "年", "년": output += followsDigit ? Array("y ".utf8) : []
      case "月", "월": output += followsDigit ? Array("m ".utf8) : []
      case "日", "일": output += followsDigit ? Array("d ".utf8) : []
      case "時", "时", "点", "點", "시", "分", "분": if followsDigit { output.append(UInt8(ascii: ":")) }
      case "秒", "초": output.append(ASCII.space)
      // 星期二, 週二, 周二, 礼拜二.
      case "期", "週", "周", "拜": skipped = 1
      case "午" where previous == "上": output += Array(" am ".utf8)
      case "午" where previous == "下": output += Array(" pm ".utf8)
      case "前" where previous == "午": output += Array(" am ".utf8)
      case "後" where previous == "午", "后" where previous == "午": output += Array(" pm ".utf8)
      case "전" where previous == "오": output += Array(" am ".utf8)
      case "후" where previous == "오": output += Array(" pm ".utf8)
      default: append(scalar, to: &output)
      }
    }
    return output
  }

  /// Whether a scalar makes of the number before it a part of a date.
  private static func isUnit(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "年", "月", "日", "号", "號", "時", "时", "点", "點", "分", "秒": true
    default: false
    }
  }

  /// The numerals of Chinese month names.
  private static func numeral(_ scalar: Unicode.Scalar) -> Int? {
    switch scalar {
    case "一": 1
    case "二": 2
    case "三": 3
    case "四": 4
    case "五": 5
    case "六": 6
    case "七": 7
    case "八": 8
    case "九": 9
    case "十": 10
    default: nil
    }
  }

  private static func append(_ scalar: Unicode.Scalar, to output: inout [UInt8]) {
    switch scalar.value {
    case 0..<0x80: output.append(UInt8(scalar.value))
    // Blanks: Unicode's dates have narrow ones before AM and PM.
    case 0xA0, 0x2000...0x200A, 0x202F, 0x3000: output.append(ASCII.space)
    case 0xFF01...0xFF5E: output.append(UInt8(scalar.value - 0xFEE0))
    // Accents that stand alone, and signs that nobody sees.
    case 0x300...0x36F, 0x200B...0x200F, 0x202A...0x202E, 0x2060...0x2069, 0xFEFF: break
    case 0x400...0x4FF: output += Array(String(scalar).utf8)
    case 0x2010...0x2015, 0x2212: output.append(UInt8(ascii: "-"))
    // Chinese, Japanese and Korean days of the week, and the rest of words of theirs.
    case 0x2E80...0x9FFF, 0xAC00...0xD7FF: break
    default: output.append(letter(scalar))
    }
  }

  /// The letter of ASCII below an accent; a letter that stands for all others.
  private static func letter(_ scalar: Unicode.Scalar) -> UInt8 {
    switch scalar {
    case "à", "á", "â", "ã", "ä", "å", "ą", "ă", "æ": UInt8(ascii: "a")
    case "ç", "ć", "č": UInt8(ascii: "c")
    case "ď", "ð": UInt8(ascii: "d")
    case "è", "é", "ê", "ë", "ę", "ě": UInt8(ascii: "e")
    case "ğ": UInt8(ascii: "g")
    case "ì", "í", "î", "ï", "ı": UInt8(ascii: "i")
    case "ł": UInt8(ascii: "l")
    case "ñ", "ń", "ň": UInt8(ascii: "n")
    case "ò", "ó", "ô", "õ", "ö", "ø": UInt8(ascii: "o")
    case "ř": UInt8(ascii: "r")
    case "ś", "ş", "š", "ß": UInt8(ascii: "s")
    case "ť": UInt8(ascii: "t")
    case "ù", "ú", "û", "ü", "ů": UInt8(ascii: "u")
    case "ý": UInt8(ascii: "y")
    case "ź", "ż", "ž": UInt8(ascii: "z")
    default: UInt8(ascii: "x")
    }
  }
}
