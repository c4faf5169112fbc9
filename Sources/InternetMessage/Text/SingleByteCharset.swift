import Synchronization

/// What the bytes of a charset of eight bits mean, as iconv(3) says: a long text is looked up here, which
/// takes a tenth of the time that iconv(3) does for each byte.
final class SingleByteCharset: Sendable {
  /// Shorter texts cost less than the table.
  static let shortest = 256

  /// The UTF-8 of the bytes from 128 on, the first in the lowest byte, the length in the highest.
  private let high: [UInt32]

  private init(high: [UInt32]) { self.high = high }

  /// The charset of a name; `nil` where it is not of this kind, or the system lacks it.
  ///
  /// - Parameter name: The charset as iconv(3) knows it.
  /// - Returns: Its table, made once.
  static func named(_ name: String) -> SingleByteCharset? {
    guard isKnownAsSuch(name) else { return nil }
    return made.withLock { made in
      if let found = made[name] { return found }
      let charset = SingleByteCharset(asking: name)
      made[name] = .some(charset)
      return charset
    }
  }

  private static let made = Mutex([String: SingleByteCharset?]())

  /// Whether each byte is a character by itself, whatever stands beside it: Hebrew, Vietnamese and Thai
  /// ones are joined by the C library, others are no ASCII below 128.
  private static func isKnownAsSuch(_ name: String) -> Bool {
    switch name {
    case "CP1250", "CP1251", "CP1253", "CP1254", "CP1256", "CP1257", "IBM866", "KOI8-R", "KOI8-U":
      true
    default: name.hasPrefix("ISO-8859-")
    }
  }

  /// Makes the table; fails where the C library gives anything but one character for a byte.
  private convenience init?(asking name: String) {
    var lines: [UInt8] = []
    for byte in UInt8(1)..<128 where byte != ASCII.lineFeed { lines += [byte, ASCII.lineFeed] }
    let low = lines
    for byte in UInt8(128)...255 { lines += [byte, ASCII.lineFeed] }
    guard case .bytes(let text) = Charset.convertedBySystem(lines, from: name),
      text.starts(with: low)
    else { return nil }
    let characters = text.dropFirst(low.count).split(
      separator: ASCII.lineFeed, omittingEmptySubsequences: false
    ).dropLast()
    guard characters.count == 128 else { return nil }
    var high: [UInt32] = []
    for character in characters {
      guard (1...3).contains(character.count) else { return nil }
      var entry = UInt32(character.count) << 24
      for (place, byte) in character.enumerated() { entry |= UInt32(byte) << UInt32(8 * place) }
      high.append(entry)
    }
    self.init(high: high)
  }

  /// A text in UTF-8.
  func utf8(of bytes: Bytes) -> [UInt8] {
    let longer = bytes.reduce(0) { $0 &+ ($1 >= 0x80 ? 2 : 0) }
    return high.withUnsafeBufferPointer { high in
      // Three bytes are written at once, of which the last may be no part of the text.
      [UInt8](unsafeUninitializedCapacity: bytes.count + longer + 2) { target, count in
        for byte in bytes {
          guard byte >= 0x80 else {
            target[count] = byte
            count &+= 1
            continue
          }
          let entry = high[Int(byte & 0x7F)]
          target[count] = UInt8(truncatingIfNeeded: entry)
          target[count &+ 1] = UInt8(truncatingIfNeeded: entry >> 8)
          target[count &+ 2] = UInt8(truncatingIfNeeded: entry >> 16)
          count &+= Int(entry >> 24)
        }
      }
    }
  }
}
