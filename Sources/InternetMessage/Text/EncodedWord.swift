/// One encoded word, `=?charset?encoding?text?=` (RFC 2047 section 2, RFC 2231 section 5).
struct EncodedWord {
  enum Encoding {
    case base64
    case quotedPrintable
  }

  /// The charset without a language.
  var charset: Range<Int>
  var encoding: Encoding
  var text: Range<Int>
  /// After the closing `?=`.
  var end: Int

  /// Where the encoded word at a place ends; `nil` where there is none.
  static func end(in bytes: Bytes, at position: Int) -> Int? {
    EncodedWord(in: bytes, at: position)?.end
  }

  // QUIRK: RFC 2047 section 2 allows 75 bytes, no blanks, and a blank or the end on both sides. None
  // of the three is demanded: mailers break each of them, and a reader expects the text.
  init?(in bytes: Bytes, at position: Int) {
    guard bytes.has("=?", at: position) else { return nil }
    let charsetStart = position + 2
    var next = charsetStart
    while next < bytes.count, next - charsetStart < 64, Self.isToken(bytes[next]) { next += 1 }
    guard next > charsetStart, next + 2 < bytes.count, bytes[next] == UInt8(ascii: "?"),
      bytes[next + 2] == UInt8(ascii: "?")
    else { return nil }
    switch bytes[next + 1] | 0x20 {
    case UInt8(ascii: "b"): encoding = .base64
    case UInt8(ascii: "q"): encoding = .quotedPrintable
    default: return nil
    }
    var charsetEnd = charsetStart
    while charsetEnd < next, bytes[charsetEnd] != UInt8(ascii: "*") { charsetEnd += 1 }
    charset = charsetStart..<charsetEnd
    let textStart = next + 3
    var end = textStart
    while end + 1 < bytes.count {
      let byte = bytes[end]
      if byte == UInt8(ascii: "?"), bytes[end + 1] == UInt8(ascii: "=") {
        text = textStart..<end
        self.end = end + 2
        return
      }
      // Another word begins: this one has no end. (It also keeps the work linear.)
      if byte == UInt8(ascii: "="), bytes[end + 1] == UInt8(ascii: "?"), end + 2 < bytes.count,
        ASCII.isLetter(bytes[end + 2])
      {
        return nil
      }
      end += 1
    }
    return nil
  }

  private static func isToken(_ byte: UInt8) -> Bool {
    byte > 32 && byte < 127 && byte != UInt8(ascii: "?") && byte != UInt8(ascii: "=")
  }
}
