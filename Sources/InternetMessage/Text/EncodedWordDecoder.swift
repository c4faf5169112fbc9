/// Decodes the texts of adjacent encoded words as one (RFC 2047 section 4).
///
/// A character, and a base64 group, may be broken over two words; so the words are joined first.
struct EncodedWordDecoder {
  private(set) var bytes: [UInt8] = []
  private var group: UInt32 = 0
  private var groupLength = 0

  mutating func append(_ text: Bytes, encoding: EncodedWord.Encoding) {
    switch encoding {
    case .base64: appendBase64(text)
    case .quotedPrintable: appendQuotedPrintable(text)
    }
  }

  /// Ends a base64 group that has no padding.
  mutating func finish() {
    switch groupLength {
    case 2: bytes.append(UInt8(truncatingIfNeeded: group >> 4))
    case 3:
      bytes.append(UInt8(truncatingIfNeeded: group >> 10))
      bytes.append(UInt8(truncatingIfNeeded: group >> 2))
    default: break
    }
    group = 0
    groupLength = 0
  }

  private mutating func appendBase64(_ text: Bytes) {
    for byte in text {
      if byte == UInt8(ascii: "=") {
        finish()
        continue
      }
      guard let value = Self.base64Value(byte) else { continue }
      group = group << 6 | UInt32(value)
      groupLength += 1
      if groupLength == 4 {
        bytes.append(UInt8(truncatingIfNeeded: group >> 16))
        bytes.append(UInt8(truncatingIfNeeded: group >> 8))
        bytes.append(UInt8(truncatingIfNeeded: group))
        group = 0
        groupLength = 0
      }
    }
  }

  private mutating func appendQuotedPrintable(_ text: Bytes) {
    var position = 0
    while position < text.count {
      let byte = text[position]
      if byte == UInt8(ascii: "_") {
        bytes.append(ASCII.space)
      } else if byte == UInt8(ascii: "="), position + 2 < text.count,
        let high = ASCII.hexValue(text[position + 1]), let low = ASCII.hexValue(text[position + 2])
      {
        bytes.append(high << 4 | low)
        position += 2
      } else {
        bytes.append(byte)
      }
      position += 1
    }
  }

  static func base64Value(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 0x41...0x5A: byte - 0x41
    case 0x61...0x7A: byte - 0x61 + 26
    case 0x30...0x39: byte - 0x30 + 52
    case UInt8(ascii: "+"): 62
    case UInt8(ascii: "/"): 63
    default: nil
    }
  }
}
