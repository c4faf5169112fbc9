/// Whether bytes are UTF-8 (RFC 3629).
enum UTF8Check {
  static func isValid(_ bytes: Bytes) -> Bool {
    var position = 0
    while position < bytes.count {
      let first = bytes[position]
      if first < 0x80 {
        position += 1
        // Eight bytes at once, as long as there is nothing but ASCII.
        while position + 8 <= bytes.count,
          bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self) & 0x8080_8080_8080_8080
            == 0
        {
          position += 8
        }
        continue
      }
      let length: Int
      var lowest: UInt8 = 0x80
      var highest: UInt8 = 0xBF
      switch first {
      case 0xC2...0xDF: length = 2
      case 0xE0:
        length = 3
        lowest = 0xA0
      case 0xED:
        length = 3
        highest = 0x9F
      case 0xE1...0xEF: length = 3
      case 0xF0:
        length = 4
        lowest = 0x90
      case 0xF4:
        length = 4
        highest = 0x8F
      case 0xF1...0xF3: length = 4
      default: return false
      }
      guard position + length <= bytes.count else { return false }
      guard bytes[position + 1] >= lowest, bytes[position + 1] <= highest else { return false }
      for offset in 2..<max(2, length) where bytes[position + offset] & 0xC0 != 0x80 {
        return false
      }
      position += length
    }
    return true
  }
}
