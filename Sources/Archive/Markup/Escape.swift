/// Makes texts of strangers parts of a page.
///
/// The characters that are markup become references. Control characters, those that turn the writing
/// direction, those that nobody sees and those that XML cannot hold are named instead, so that one sees
/// them.
enum Escape {
  /// Where a text stands.
  enum Place {
    /// In the text of a message.
    case body
    /// In an element.
    case element
    /// Where no element may be: in an attribute, or in an element that takes text alone.
    case attribute
  }

  /// What a byte may begin.
  private enum Kind: UInt8 {
    /// Nothing that is changed.
    case plain
    /// A character that is markup.
    case markup
    /// A control character of one byte.
    case control
    /// A character of several bytes that may be harmful.
    case lead
  }

  private static let kinds: [Kind] = (0...255).map { (byte: Int) -> Kind in
    switch UInt8(byte) {
    case UInt8(ascii: "&"), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "\""),
      UInt8(ascii: "'"):
      .markup
    case 0x09, 0x0A: .plain
    case 0...0x1F, 0x7F: .control
    // U+0080…, U+034F, U+061C, U+115F and U+180E, U+200B…, U+3164, U+FEFF and U+FFA0, U+E0000… and U+FFFE
    // of each plane.
    case 0xC2, 0xCD, 0xD8, 0xE1, 0xE2, 0xE3, 0xEF, 0xF0...0xF7: .lead
    default: .plain
    }
  }

  /// So many characters of a page are named; for all others stands U+FFFD.
  ///
  /// A text of nothing else would make a page that no browser can hold.
  static let maxNames = 1000

  /// Writes a text.
  ///
  /// - Parameters:
  ///   - text: The text, in UTF-8.
  ///   - bytes: What it is written to.
  ///   - place: Where it stands.
  ///   - names: How many characters were named before.
  static func write(
    _ text: UnsafeBufferPointer<UInt8>, to bytes: inout [UInt8], in place: Place, names: inout Int
  ) {
    kinds.withUnsafeBufferPointer { kinds in
      var start = 0
      var position = 0
      while position < text.count {
        let byte = text[position]
        let kind = kinds[Int(byte)]
        guard kind != .plain else {
          position += 1
          continue
        }
        let length = kind == .lead ? byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4 : 1
        let end = min(position + length, text.count)
        if kind == .lead {
          // Kana begin so, too: of them none is looked at.
          if byte == 0xE3, position + 1 < text.count, text[position + 1] != 0x85 {
            position = end
            continue
          }
          guard let scalar = scalar(text, position..<end), isHidden(scalar),
            place != .body || !fillers.contains(where: { $0.elementsEqual(text[position..<end]) })
          else {
            position = end
            continue
          }
          bytes.append(contentsOf: text[start..<position])
          names += 1
          name(names > maxNames ? nil : scalar, to: &bytes, in: place)
        } else {
          bytes.append(contentsOf: text[start..<position])
          if kind == .markup {
            reference(byte, to: &bytes)
          } else {
            names += 1
            name(names > maxNames ? nil : Unicode.Scalar(byte), to: &bytes, in: place)
          }
        }
        position = end
        start = end
      }
      bytes.append(contentsOf: text[start...])
    }
  }

  private static func reference(_ byte: UInt8, to bytes: inout [UInt8]) {
    let text: StaticString =
      switch byte {
      case UInt8(ascii: "&"): "&amp;"
      case UInt8(ascii: "<"): "&lt;"
      case UInt8(ascii: ">"): "&gt;"
      case UInt8(ascii: "\""): "&quot;"
      default: "&#39;"
      }
    text.withUTF8Buffer { bytes.append(contentsOf: $0) }
  }

  /// Names a character: `U+202E`; one too many is none.
  private static func name(_ scalar: Unicode.Scalar?, to bytes: inout [UInt8], in place: Place) {
    guard let scalar else {
      bytes.append(contentsOf: [0xEF, 0xBF, 0xBD])
      return
    }
    let digits = String(scalar.value, radix: 16, uppercase: true)
    let name = "U+" + String(repeating: "0", count: max(0, 4 - digits.utf8.count)) + digits
    let (before, after): (StaticString, StaticString) =
      place == .attribute ? ("[", "]") : ("<span class=\"code\">", "</span>")
    before.withUTF8Buffer { bytes.append(contentsOf: $0) }
    bytes.append(contentsOf: name.utf8)
    after.withUTF8Buffer { bytes.append(contentsOf: $0) }
  }

  /// The character of some bytes, which begin with one of several bytes.
  private static func scalar(
    _ text: UnsafeBufferPointer<UInt8>, _ range: Range<Int>
  ) -> Unicode.Scalar? {
    var value =
      UInt32(text[range.lowerBound]) & (range.count == 2 ? 0x1F : range.count == 3 ? 0x0F : 7)
    for place in range.dropFirst() { value = value << 6 | UInt32(text[place] & 0x3F) }
    return Unicode.Scalar(value)
  }

  /// U+00AD and U+034F, which stay as they are in the text of a message though nobody sees them.
  ///
  /// Newsletters hyphenate with the one, and fill the line that lists of mail show with the other. In a
  /// name, a subject or an address they make one look like another.
  static let fillers: [[UInt8]] = [[0xC2, 0xAD], [0xCD, 0x8F]]

  /// Whether a character is named instead of written: it controls, turns the direction, or is nowhere to
  /// be seen though no script needs it.
  static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x09, 0x0A: false
    case 0...0x1F, 0x7F...0x9F: true
    case 0x061C, 0x180E, 0x200B, 0x200E, 0x200F, 0x2028...0x202E, 0x2060...0x206F, 0xFEFF: true
    case 0x00AD, 0x034F, 0x115F, 0x1160, 0x2800, 0x3164, 0xFFA0: true
    case 0xFFF9...0xFFFB, 0xE0000...0xE0FFF: true
    // No characters: XML has none of them.
    default: scalar.value & 0xFFFE == 0xFFFE || (0xFDD0...0xFDEF).contains(scalar.value)
    }
  }
}
