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
    // Into memory of a known size first: growing an array byte by byte takes most of the time.
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: text.count + 2) { target in
      var count = 0
      for byte in text {
        if byte == UInt8(ascii: "=") {
          bytes.append(contentsOf: target[..<count])
          count = 0
          finish()
          continue
        }
        guard let value = Self.base64Value(byte) else { continue }
        group = group << 6 | UInt32(value)
        groupLength += 1
        if groupLength == 4 {
          target[count] = UInt8(truncatingIfNeeded: group >> 16)
          target[count + 1] = UInt8(truncatingIfNeeded: group >> 8)
          target[count + 2] = UInt8(truncatingIfNeeded: group)
          count += 3
          group = 0
          groupLength = 0
        }
      }
      bytes.append(contentsOf: target[..<count])
    }
  }

  private mutating func appendQuotedPrintable(_ text: Bytes) {
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: text.count) { target in
      var count = 0
      var position = 0
      while position < text.count {
        let byte = text[position]
        if byte == UInt8(ascii: "_") {
          target[count] = ASCII.space
        } else if byte == UInt8(ascii: "="), position + 2 < text.count,
          let high = ASCII.hexValue(text[position + 1]),
          let low = ASCII.hexValue(text[position + 2])
        {
          target[count] = high << 4 | low
          position += 2
        } else {
          target[count] = byte
        }
        count += 1
        position += 1
      }
      bytes.append(contentsOf: target[..<count])
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
