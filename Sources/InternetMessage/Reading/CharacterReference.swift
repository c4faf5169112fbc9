/// A character of HTML that is written by number or by name (WHATWG HTML section 13.5).
struct CharacterReference {
  var scalar: Unicode.Scalar
  /// After it.
  var end: Int

  /// Reads one at `&`; `nil` where there is none.
  init?(in bytes: Bytes, at position: Int) {
    var next = position + 1
    guard next < bytes.count else { return nil }
    if bytes[next] == UInt8(ascii: "#") {
      next += 1
      var base: UInt32 = 10
      if next < bytes.count, bytes[next] | 0x20 == UInt8(ascii: "x") {
        base = 16
        next += 1
      }
      let start = next
      var value: UInt32 = 0
      while next < bytes.count, let digit = ASCII.hexValue(bytes[next]), digit < base {
        value = min(value * base + UInt32(digit), 0x20_0000)
        next += 1
      }
      guard next > start else { return nil }
      scalar = Self.scalar(value)
    } else {
      let start = next
      while next < bytes.count, next - start < 9,
        ASCII.isLetter(bytes[next]) || ASCII.isDigit(bytes[next])
      {
        next += 1
      }
      let name = String(decoding: bytes.part(start..<next), as: UTF8.self)
      // Without a semicolon it might be any text, as in a link's query.
      guard next < bytes.count, bytes[next] == UInt8(ascii: ";"),
        let found = CharacterNames.scalars[name]
      else { return nil }
      scalar = found
    }
    end = next < bytes.count && bytes[next] == UInt8(ascii: ";") ? next + 1 : next
  }

  private static func scalar(_ value: UInt32) -> Unicode.Scalar {
    // Numbers 128 to 159 mean windows-1252, and NUL nothing.
    if value & ~0x1F == 0x80 {
      return withUnsafeBytes(of: UInt8(value)) { Charset.windows1252($0) }.unicodeScalars.first
        ?? "\u{FFFD}"
    }
    // A control character shows as nothing but the blank that it might stand for.
    if value < 0x20, value != 0 { return " " }
    guard value != 0, let scalar = Unicode.Scalar(value) else { return "\u{FFFD}" }
    return scalar
  }
}
