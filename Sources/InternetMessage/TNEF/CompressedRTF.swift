/// Rich text as Outlook compresses it (MS-OXRTFCP).
enum CompressedRTF {
  /// The text with which the window begins (section 2.1.2.1).
  private static let beginning = Array(
    ("{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern "
      + "\\fscript \\fdecor MS Sans SerifSymbolArialTimes New RomanCourier"
      + "{\\colortbl\\red0\\green0\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx").utf8)

  /// The text.
  ///
  /// - Parameters:
  ///   - bytes: What was compressed, with its header.
  ///   - most: How much of the text at most.
  /// - Returns: The text, up to where it is damaged; `nil` where it is none.
  static func decoded(_ bytes: Bytes, most: Int) -> [UInt8]? {
    guard bytes.count >= 16 else { return nil }
    // The length tells of nothing else than where it should end.
    let length = min(Int(bytes.littleEndian32(at: 4)), max(0, most))
    let text = bytes.part(16..<bytes.count)
    switch bytes.littleEndian32(at: 8) {
    case 0x414C_454D: return Array(text.prefix(length))
    case 0x7546_5A4C: return expanded(text, length)
    default: return nil
    }
  }

  private static func expanded(_ text: Bytes, _ length: Int) -> [UInt8] {
    var window = beginning + [UInt8](repeating: 0, count: 4096 - beginning.count)
    var next = beginning.count
    var result: [UInt8] = []
    // Two bytes make seventeen at most.
    result.reserveCapacity(min(length, text.count * 9))
    func put(_ byte: UInt8) {
      result.append(byte)
      window[next] = byte
      next = (next + 1) & 0xFFF
    }
    var position = 0
    while position < text.count, result.count < length {
      var control = text[position]
      position += 1
      for _ in 0..<8 where position < text.count && result.count < length {
        let isReference = control & 1 != 0
        control >>= 1
        guard isReference else {
          put(text[position])
          position += 1
          continue
        }
        guard position + 1 < text.count else { return result }
        let reference = Int(text[position]) << 8 | Int(text[position + 1])
        position += 2
        var place = reference >> 4
        // A reference to where the next byte goes is the end.
        if place == next { return result }
        for _ in 0..<((reference & 0xF) + 2) where result.count < length {
          put(window[place])
          place = (place + 1) & 0xFFF
        }
      }
    }
    return result
  }
}
