import Glibc

/// Text with LF line ends.
enum LineEnds {
  /// The text with CRLF and lone CR as LF, and NUL as U+FFFD unless it is kept.
  static func normalized(_ text: [UInt8], keepsNul: Bool = false) -> [UInt8] {
    let needsWork = text.withUnsafeBytes {
      $0.position(of: ASCII.carriageReturn, from: 0) != nil
        || !keepsNul && $0.position(of: 0, from: 0) != nil
    }
    guard needsWork else { return text }
    var result: [UInt8] = []
    result.reserveCapacity(text.count)
    var position = 0
    while position < text.count {
      let byte = text[position]
      position += 1
      switch byte {
      case ASCII.carriageReturn:
        result.append(ASCII.lineFeed)
        if position < text.count, text[position] == ASCII.lineFeed { position += 1 }
      case 0 where !keepsNul: result += [0xEF, 0xBF, 0xBD]
      default: result.append(byte)
      }
    }
    return result
  }
}
