import Foundation

/// Reads JSON of others (RFC 8259).
enum JSONBytes {
  /// The value that some bytes are; `nil` where they are something else.
  ///
  /// QUIRK: the service cuts texts between the halves of a character that UTF-16 writes in two, and
  /// writes the half that is left as `\ud83d` (RFC 8259 section 8.2). Foundation reads none of such a
  /// text; a mark stands for the half.
  static func decoded<Value: Decodable>(_ type: Value.Type, from bytes: [UInt8]) -> Value? {
    let decoder = JSONDecoder()
    if let value = try? decoder.decode(type, from: Data(bytes)) { return value }
    let mended = withoutHalves(bytes)
    return mended.flatMap { try? decoder.decode(type, from: Data($0)) }
  }

  /// The bytes with `\ufffd` for each half of a character without its other half; `nil` where there is
  /// none.
  static func withoutHalves(_ bytes: [UInt8]) -> [UInt8]? {
    var mended: [UInt8]?
    var position = 0
    while let start = bytes[position...].firstIndex(of: UInt8(ascii: "\\")) {
      guard let unit = unit(bytes, at: start) else {
        // An escape of two characters, of which the second may be a backslash, too.
        position = min(start + 2, bytes.count)
        continue
      }
      position = start + 6
      guard (0xD800...0xDFFF).contains(unit) else { continue }
      if unit < 0xDC00, let next = Self.unit(bytes, at: position), (0xDC00...0xDFFF).contains(next)
      {
        position += 6
        continue
      }
      if mended == nil { mended = bytes }
      mended?.replaceSubrange(start..<position, with: "\\ufffd".utf8)
    }
    return mended
  }

  /// The number of `\u` and four hexadecimal digits.
  private static func unit(_ bytes: [UInt8], at start: Int) -> Int? {
    guard start + 6 <= bytes.count, bytes[start] == UInt8(ascii: "\\"),
      bytes[start + 1] == UInt8(ascii: "u")
    else { return nil }
    var unit = 0
    for byte in bytes[(start + 2)..<(start + 6)] {
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): unit = unit << 4 | Int(byte - 0x30)
      case UInt8(ascii: "a")...UInt8(ascii: "f"), UInt8(ascii: "A")...UInt8(ascii: "F"):
        unit = unit << 4 | Int(byte & 0xDF - 0x37)
      default: return nil
      }
    }
    return unit
  }
}
