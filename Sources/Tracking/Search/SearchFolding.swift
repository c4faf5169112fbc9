import Foundation

/// What a search leaves out or writes in another way, so that a word is found however it was typed.
///
/// Accents of Latin letters that Unicode can take apart are left to the index.
enum SearchFolding {
  /// What stands for a character; `nil` where it stands for itself.
  static func letters(of scalar: UInt32) -> [UInt8]? {
    if scalar < Self.tableEnd { return table[Int(scalar - tableStart)] }
    return rest[scalar]
  }

  private static let tableStart: UInt32 = 0x80
  private static let tableEnd: UInt32 = 0x0800

  // Made when the first text needs them.
  private static let table = (tableStart..<tableEnd).map(folded)
  private static let rest: [UInt32: [UInt8]] = {
    var rest: [UInt32: [UInt8]] = [:]
    for range in restRanges {
      for scalar in range { rest[scalar] = folded(scalar) }
    }
    return rest
  }()

  /// Indian digits; Greek with accents; signs without width; superscripts, Roman numerals, circled
  /// numbers; ligatures; Hebrew and Arabic letters in their forms.
  private static let restRanges: [ClosedRange<UInt32>] = [
    0x0800...0x0DFF, 0x1E9E...0x1E9E, 0x1F00...0x1FFF, 0x2000...0x209F, 0x2100...0x218F,
    0x2460...0x24FF, 0xFB00...0xFDFF, 0xFE20...0xFE2F, 0xFE70...0xFEFF,
  ]

  /// Letters that are written otherwise where they cannot be typed, and Unicode does not say how.
  private static let written: [UInt32: String] = [
    0xDF: "ss", 0x1E9E: "ss", 0xC6: "ae", 0xE6: "ae", 0xD8: "o", 0xF8: "o", 0xD0: "d", 0xF0: "d",
    0x110: "d", 0x111: "d", 0xDE: "th", 0xFE: "th", 0x126: "h", 0x127: "h", 0x131: "i", 0x141: "l",
    0x142: "l", 0x149: "n", 0x152: "oe", 0x153: "oe", 0x166: "t", 0x167: "t",
    // A sigma at the end of a word.
    0x3C2: "\u{3C3}",
  ]

  private static func folded(_ value: UInt32) -> [UInt8]? {
    if let text = written[value] { return Array(text.utf8) }
    guard let scalar = Unicode.Scalar(value), !isLatinWithAccent(value) else { return nil }
    if isLeftOut(scalar) { return [] }
    if let digit = digit(scalar) { return [UInt8(ascii: "0") + digit] }
    // The marks of Indian scripts are vowels; three and a half is no thirty-one.
    let isFraction =
      (0xBC...0xBE).contains(value) || (0x2150...0x215F).contains(value) || value == 0x2189
    guard !(0x0700...0x0DFF).contains(value), !isFraction else { return nil }
    let text = String(Character(scalar)).decomposedStringWithCompatibilityMapping.unicodeScalars
    var kept = String.UnicodeScalarView()
    for part in text where !isLeftOut(part) {
      kept.append(digit(part).map { Unicode.Scalar(UInt8(ascii: "0") + $0) } ?? part)
    }
    let isSame = kept.count == 1 && kept.first == scalar
    return isSame ? nil : Array(String(kept).utf8)
  }

  /// Whether the index takes the accent off itself; not of what is several letters in one.
  private static func isLatinWithAccent(_ value: UInt32) -> Bool {
    guard (0xC0...0x24F).contains(value), let scalar = Unicode.Scalar(value) else { return false }
    let text = String(Character(scalar))
    return text.decomposedStringWithCompatibilityMapping.unicodeScalars
      .elementsEqual(text.decomposedStringWithCanonicalMapping.unicodeScalars)
  }

  /// Whether a character is left out: an accent, a mark of Hebrew or Arabic above or below the letters,
  /// the stroke that lengthens an Arabic word, and what has no width, such as a soft hyphen.
  private static func isLeftOut(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x0300...0x036F, 0xFE20...0xFE2F: true
    case 0x0483...0x0487: true
    case 0x0591...0x05BD, 0x05BF, 0x05C1...0x05C2, 0x05C4...0x05C5, 0x05C7, 0xFB1E: true
    case 0x0610...0x061A, 0x0640, 0x064B...0x065F, 0x0670, 0x06D6...0x06DC, 0x06DF...0x06E4,
      0x06E7...0x06E8, 0x06EA...0x06ED, 0x08D3...0x08FF:
      true
    case 0x00AD, 0x034F, 0x061C, 0x200B...0x200F, 0x202A...0x202E, 0x2060...0x2069, 0xFEFF: true
    default: false
    }
  }

  private static func digit(_ scalar: Unicode.Scalar) -> UInt8? {
    guard scalar.value >= 0x80, scalar.properties.generalCategory == .decimalNumber,
      let value = scalar.properties.numericValue
    else { return nil }
    return UInt8(exactly: value)
  }
}
