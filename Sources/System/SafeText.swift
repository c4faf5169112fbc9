/// Makes text that strangers wrote safe for people to look at.
package enum SafeText {
  /// A text in which no control character, and none that turns the writing direction, is left.
  package static func neutralised(_ text: String) -> String {
    replacingHarm(in: text) { _ in "\u{FFFD}" }
  }

  /// The same for a text of several lines, whose ends stay; a tab becomes four blanks.
  package static func neutralisedLines(_ text: String) -> String {
    replacingHarm(in: text) { scalar in
      switch scalar {
      case "\n": nil
      // No control character to neutralise here, but layout.
      case "\t": "    "
      default: "\u{FFFD}"
      }
    }
  }

  /// A text in which something stands for each harmful character.
  ///
  /// - Parameters:
  ///   - text: The text.
  ///   - replacement: What stands for one; `nil` where it stays.
  /// - Returns: The text.
  package static func replacingHarm(
    in text: String, with replacement: (Unicode.Scalar) -> String?
  ) -> String {
    var bytes = text
    let changed: String? = bytes.withUTF8 { bytes in
      var safe: [UInt8] = []
      // What was not copied yet begins there.
      var start = 0
      var position = 0
      while position < bytes.count {
        let byte = bytes[position]
        guard byte < 0x20 || byte >= 0x7F else {
          position += 1
          continue
        }
        let length = byte < 0x80 ? 1 : byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4
        let end = min(position + length, bytes.count)
        if let scalar = harmfulScalar(bytes, position..<end), let other = replacement(scalar) {
          safe += bytes[start..<position]
          safe += other.utf8
          start = end
        }
        position = end
      }
      if start == 0 { return nil }
      safe += bytes[start...]
      return String(decoding: safe, as: UTF8.self)
    }
    return changed ?? text
  }

  /// The character of some bytes of UTF-8, where it is a harmful one; none of those takes four bytes.
  private static func harmfulScalar(
    _ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>
  ) -> Unicode.Scalar? {
    func bits(_ offset: Int, _ mask: UInt8) -> UInt32 {
      UInt32(bytes[range.lowerBound + offset] & mask)
    }
    let value: UInt32
    switch range.count {
    case 1: value = bits(0, 0x7F)
    case 2: value = bits(0, 0x1F) << 6 | bits(1, 0x3F)
    case 3: value = bits(0, 0x0F) << 12 | bits(1, 0x3F) << 6 | bits(2, 0x3F)
    default: return nil
    }
    guard let scalar = Unicode.Scalar(value), isHarmful(scalar) else { return nil }
    return scalar
  }

  /// Whether a terminal may take a character for a command, or show others in another order.
  package static func isHarmful(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0...0x1F, 0x7F...0x9F: true
    case 0x061C, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069: true
    default: false
    }
  }
}
