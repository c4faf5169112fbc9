/// Text in UTF-7 (RFC 2152).
enum UTF7 {
  /// Decodes a text of ASCII; what is no UTF-7 stays as it stands.
  static func text(of bytes: Bytes) -> String {
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count)
    var units: [UInt16] = []
    var position = 0
    while position < bytes.count {
      let byte = bytes[position]
      position += 1
      guard byte == UInt8(ascii: "+") else {
        result.append(byte)
        continue
      }
      units.removeAll(keepingCapacity: true)
      var bits: UInt32 = 0
      var count = 0
      let start = position
      while position < bytes.count, let value = EncodedWordDecoder.base64Value(bytes[position]) {
        bits = bits << 6 | UInt32(value)
        count += 6
        position += 1
        if count >= 16 {
          count -= 16
          units.append(UInt16(truncatingIfNeeded: bits >> UInt32(count)))
        }
      }
      let isClosed = position < bytes.count && bytes[position] == UInt8(ascii: "-")
      if position == start {
        // "+-" is a plus sign; alone, it is meant so.
        result.append(byte)
        if isClosed { position += 1 }
      } else if units.isEmpty {
        // Too short for a character: no UTF-7.
        result.append(byte)
        position = start
      } else {
        result += String(decoding: units, as: UTF16.self).utf8
        if isClosed { position += 1 }
      }
    }
    return String(decoding: result, as: UTF8.self)
  }
}
