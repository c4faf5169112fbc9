/// Classes of bytes (RFC 5234 appendix B, RFC 5322 section 3.2.3).
enum ASCII {
  static let tab = UInt8(ascii: "\t")
  static let lineFeed = UInt8(ascii: "\n")
  static let carriageReturn = UInt8(ascii: "\r")
  static let space = UInt8(ascii: " ")
  static let quote = UInt8(ascii: "\"")
  static let backslash = UInt8(ascii: "\\")

  @inline(__always)
  static func lowercased(_ byte: UInt8) -> UInt8 {
    byte &- 0x41 < 26 ? byte | 0x20 : byte
  }

  /// Space, tab, CR and LF.
  @inline(__always)
  static func isBlank(_ byte: UInt8) -> Bool {
    byte == space || byte == lineFeed || byte == tab || byte == carriageReturn
  }

  @inline(__always)
  static func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }

  @inline(__always)
  static func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) &- 0x61 < 26 }

  /// A byte of a field name: printable, no colon (RFC 5322 section 2.2).
  @inline(__always)
  static func isFieldName(_ byte: UInt8) -> Bool { byte &- 33 < 94 && byte != UInt8(ascii: ":") }

  /// A byte of an atom as mailers write them: no special of RFC 5322 section 3.2.3, no blank, no
  /// control character; 8-bit bytes by RFC 6532.
  @inline(__always)
  static func isAtom(_ byte: UInt8) -> Bool {
    byte >= 128 || (byte < 64 ? lowAtoms : highAtoms) >> UInt64(byte & 63) & 1 == 1
  }

  // A bit for each byte of ASCII that may stand in an atom, the lowest for the lowest: a table would be made
  // anew in each process.
  private static let lowAtoms: UInt64 = 0xA3FF_ACFA_0000_0000
  private static let highAtoms: UInt64 = 0x7FFF_FFFF_D7FF_FFFE

  /// The value of a hexadecimal digit.
  @inline(__always)
  static func hexValue(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 0x30...0x39: byte - 0x30
    case 0x41...0x46: byte - 0x41 + 10
    case 0x61...0x66: byte - 0x61 + 10
    default: nil
    }
  }
}
