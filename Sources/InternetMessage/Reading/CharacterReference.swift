/// A character of HTML that is written by number or by name (WHATWG HTML section 13.2.5.72).
struct CharacterReference {
  /// Where a reference stands: in an attribute less is one, for `?a=1&copy=2` is a link.
  enum Place {
    case text
    case attribute
  }

  var first: Unicode.Scalar
  /// Some names mean two characters.
  var second: Unicode.Scalar?
  /// After it.
  var end: Int

  /// Reads one at `&`; `nil` where there is none.
  init?(in bytes: Bytes, at position: Int, of place: Place) {
    let start = position + 1
    guard start < bytes.count else { return nil }
    if bytes[start] == UInt8(ascii: "#") {
      self.init(number: bytes, at: start + 1)
    } else {
      self.init(name: bytes, at: start, of: place)
    }
  }

  /// Text with its references decoded.
  static func decoded(_ bytes: Bytes, of place: Place) -> [UInt8] {
    var text: [UInt8] = []
    text.reserveCapacity(bytes.count)
    var position = 0
    while position < bytes.count {
      if bytes[position] == UInt8(ascii: "&"),
        let found = CharacterReference(in: bytes, at: position, of: place)
      {
        position = found.end
        for scalar in [found.first, found.second] {
          if let scalar { text += UTF8.encode(scalar) ?? .init() }
        }
      } else {
        text.append(bytes[position])
        position += 1
      }
    }
    return text
  }

  // MARK: Numbers

  private init?(number bytes: Bytes, at start: Int) {
    var next = start
    var base: UInt32 = 10
    if next < bytes.count, bytes[next] | 0x20 == UInt8(ascii: "x") {
      base = 16
      next += 1
    }
    let digits = next
    var value: UInt32 = 0
    while next < bytes.count, let digit = ASCII.hexValue(bytes[next]), digit < base {
      // Beyond what any character has, so that no digits make it overflow.
      value = min(value * base + UInt32(digit), 0x20_0000)
      next += 1
    }
    guard next > digits else { return nil }
    first = Self.scalar(value)
    end = next < bytes.count && bytes[next] == UInt8(ascii: ";") ? next + 1 : next
  }

  private static func scalar(_ value: UInt32) -> Unicode.Scalar {
    // Numbers 128 to 159 mean windows-1252.
    if value & ~0x1F == 0x80 {
      return withUnsafeBytes(of: UInt8(value)) { Charset.windows1252($0) }.unicodeScalars.first
        ?? "\u{FFFD}"
    }
    guard value != 0, let scalar = Unicode.Scalar(value) else { return "\u{FFFD}" }
    return scalar
  }

  // MARK: Names

  private init?(name bytes: Bytes, at start: Int, of place: Place) {
    var next = start
    while next < bytes.count, next - start <= CharacterNames.longest,
      ASCII.isLetter(bytes[next]) || ASCII.isDigit(bytes[next])
    {
      next += 1
    }
    // The longest name counts: one with its semicolon is all that stands there.
    if next < bytes.count, bytes[next] == UInt8(ascii: ";"),
      let value = CharacterNames.all.value(of: bytes.part(start..<next))
    {
      self.init(value, end: next + 1)
      return
    }
    var length = min(next - start, CharacterNames.longestLegacy)
    while length >= 2 {
      let nameEnd = start + length
      if let value = CharacterNames.legacy.value(of: bytes.part(start..<nameEnd)) {
        if place == .attribute, nameEnd < bytes.count {
          let follower = bytes[nameEnd]
          if follower == UInt8(ascii: "=") || ASCII.isLetter(follower) || ASCII.isDigit(follower) {
            return nil
          }
        }
        self.init(value, end: nameEnd)
        return
      }
      length -= 1
    }
    return nil
  }

  /// What a line of the table of names says: one or two numbers.
  private init?(_ value: Bytes, end: Int) {
    var numbers: (UInt32, UInt32?) = (0, nil)
    for byte in value {
      if let digit = ASCII.hexValue(byte) {
        if let second = numbers.1 {
          numbers.1 = second << 4 | UInt32(digit)
        } else {
          numbers.0 = numbers.0 << 4 | UInt32(digit)
        }
      } else {
        numbers.1 = 0
      }
    }
    guard let scalar = Unicode.Scalar(numbers.0) else { return nil }
    first = scalar
    second = numbers.1.flatMap { Unicode.Scalar($0) }
    self.end = end
  }
}
