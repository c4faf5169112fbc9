/// Chinese text in Big5 with the characters of Hong Kong, as browsers read it (WHATWG Encoding,
/// index Big5).
///
/// The C library's table lacks, or takes for others, signs that Taiwanese mail is full of.
enum Big5 {
  /// Decodes a text.
  static func text(of bytes: Bytes) -> String {
    var result = ""
    var start = 0
    var position = 0
    func flush() {
      guard position > start else { return }
      result += Charset.converted(bytes.part(start..<position), from: "BIG5-HKSCS").text
    }
    while position < bytes.count {
      let lead = bytes[position]
      guard lead > 0x80, lead < 0xFF, position + 1 < bytes.count else {
        position += 1
        continue
      }
      let trail = bytes[position + 1]
      if let sign = sign(lead, trail) {
        flush()
        result.unicodeScalars.append(sign)
        position += 2
        start = position
      } else {
        // An ASCII byte that is no trail stays.
        position += trail < 0x40 || trail == 0x7F ? 1 : 2
      }
    }
    flush()
    return result
  }

  private static func sign(_ lead: UInt8, _ trail: UInt8) -> Unicode.Scalar? {
    switch (lead, trail) {
    case (0xA1, 0x45): "‧"
    case (0xA1, 0x4E): "﹑"
    case (0xA1, 0x5A): "╴"
    case (0xA1, 0xC2): "¯"
    case (0xA1, 0xC3): "￣"
    case (0xA1, 0xC5): "ˍ"
    case (0xA1, 0xE3): "～"
    case (0xA1, 0xF2): "⊕"
    case (0xA1, 0xF3): "⊙"
    case (0xA1, 0xFE): "／"
    case (0xA2, 0x40): "＼"
    case (0xA2, 0x41): "∕"
    case (0xA2, 0x42): "﹨"
    case (0xA2, 0x44): "￥"
    case (0xA2, 0x46): "￠"
    case (0xA2, 0x47): "￡"
    case (0xA2, 0xCC): "十"
    case (0xA2, 0xCE): "卅"
    case (0xA3, 0xE1): "€"
    case (0xC6, 0xCF): "廴"
    case (0xC6, 0xD3): "无"
    case (0xC6, 0xD5): "癶"
    case (0xC6, 0xD7): "隶"
    case (0xC6, 0xDE): "〃"
    case (0xC6, 0xDF): "仝"
    default: nil
    }
  }
}
