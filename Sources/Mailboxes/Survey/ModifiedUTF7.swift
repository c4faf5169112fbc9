/// The encoding of folder names that IMAP servers have, on disk, too (RFC 3501 section 5.1.3).
enum ModifiedUTF7 {
  /// The name as people see it; the same where it is not in this encoding.
  static func decoded(_ name: String) -> String {
    guard name.utf8.contains(UInt8(ascii: "&")), name.utf8.allSatisfy({ $0 >= 32 && $0 < 127 })
    else { return name }
    var result = ""
    var rest = name.utf8[...]
    while let start = rest.firstIndex(of: UInt8(ascii: "&")) {
      result += String(decoding: rest[..<start], as: UTF8.self)
      rest = rest[rest.index(after: start)...]
      guard let end = rest.firstIndex(of: UInt8(ascii: "-")) else { return name }
      if end == rest.startIndex {
        result += "&"
      } else {
        guard let text = text(rest[..<end]) else { return name }
        result += text
      }
      rest = rest[rest.index(after: end)...]
    }
    return result + String(decoding: rest, as: UTF8.self)
  }

  /// Characters in UTF-16 in base64; `nil` where they are not.
  private static func text(_ encoded: some Sequence<UInt8>) -> String? {
    var units: [UInt16] = []
    var (bits, count) = (UInt32(0), 0)
    for byte in encoded {
      let value: UInt8
      switch byte {
      case UInt8(ascii: "A")...UInt8(ascii: "Z"): value = byte - UInt8(ascii: "A")
      case UInt8(ascii: "a")...UInt8(ascii: "z"): value = byte - UInt8(ascii: "a") + 26
      case UInt8(ascii: "0")...UInt8(ascii: "9"): value = byte - UInt8(ascii: "0") + 52
      case UInt8(ascii: "+"): value = 62
      case UInt8(ascii: ","): value = 63
      default: return nil
      }
      bits = bits << 6 | UInt32(value)
      count += 6
      if count >= 16 {
        count -= 16
        units.append(UInt16(truncatingIfNeeded: bits >> UInt32(count)))
        bits &= 1 << UInt32(count) - 1
      }
    }
    guard !units.isEmpty, count < 6, bits == 0 else { return nil }
    let text = String(decoding: units, as: UTF16.self)
    return text.unicodeScalars.contains("\u{FFFD}") ? nil : text
  }
}
