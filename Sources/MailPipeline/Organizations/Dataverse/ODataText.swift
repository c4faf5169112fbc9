import Foundation

/// Texts as they stand in URLs of OData (OASIS OData 4.0 part 2, section 5.1.1.6.1).
enum ODataText {
  /// A text between single quotes, those in it doubled, then percent-encoded.
  static func literal(_ text: String) -> String {
    var literal: [UInt8] = [UInt8(ascii: "'")]
    for byte in text.utf8 {
      if byte == UInt8(ascii: "'") {
        literal += "''".utf8
      } else if isPlain(byte) {
        literal.append(byte)
      } else {
        literal += [
          UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)],
        ]
      }
    }
    literal.append(UInt8(ascii: "'"))
    return String(decoding: literal, as: UTF8.self)
  }

  /// An expression without texts of others, its blanks encoded.
  static func expression(_ text: String) -> String {
    text.replacingOccurrences(of: " ", with: "%20")
  }

  private static let digits = Array("0123456789ABCDEF".utf8)

  private static func isPlain(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
      UInt8(ascii: "_"), UInt8(ascii: "~"), UInt8(ascii: "@"):
      true
    default: false
    }
  }

  /// Whether a text is the id of a row: 32 hexadecimal digits in five groups.
  static func isID(_ text: String) -> Bool {
    let bytes = Array(text.utf8)
    guard bytes.count == 36 else { return false }
    return bytes.indices.allSatisfy { index in
      let byte = bytes[index]
      if [8, 13, 18, 23].contains(index) { return byte == UInt8(ascii: "-") }
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
        UInt8(ascii: "A")...UInt8(ascii: "F"):
        return true
      default: return false
      }
    }
  }

  /// Whether a text may be a name of a table or column.
  static func isName(_ text: String) -> Bool {
    !text.isEmpty && text.utf8.count <= 128
      && text.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
          UInt8(ascii: "_"):
          true
        default: false
        }
      }
  }

  /// A text without what no column takes: the service keeps texts as XML 1.0 has them (section 2.2).
  static func storable(_ text: String) -> String {
    let isClean = text.utf8.allSatisfy { $0 >= 32 || [9, 10, 13].contains($0) }
    // U+FFFE and U+FFFF begin with this byte in UTF-8.
    if isClean, !text.utf8.contains(0xEF) { return text }
    var scalars = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      switch scalar.value {
      case 9, 10, 13: scalars.append(scalar)
      case 0..<32, 0xFFFE, 0xFFFF: scalars.append("\u{FFFD}")
      default: scalars.append(scalar)
      }
    }
    return String(scalars)
  }

  /// The beginning of a text that a column of so many UTF-16 units takes; no character is cut in two.
  static func cut(_ text: String, _ units: Int) -> String {
    guard text.utf16.count > units else { return text }
    var count = 0
    var scalars = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      count += scalar.value > 0xFFFF ? 2 : 1
      guard count <= units else { break }
      scalars.append(scalar)
    }
    return String(scalars)
  }
}
