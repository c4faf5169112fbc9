/// The classes of characters that regular expressions name (POSIX XBD 7.3.1), and those of `\w` and `\s`.
struct ScalarProperties: OptionSet, Hashable, Sendable {
  let rawValue: UInt16

  static let alpha = ScalarProperties(rawValue: 1 << 0)
  static let upper = ScalarProperties(rawValue: 1 << 1)
  static let lower = ScalarProperties(rawValue: 1 << 2)
  /// ASCII's digits alone, as POSIX has it.
  static let digit = ScalarProperties(rawValue: 1 << 3)
  static let hexDigit = ScalarProperties(rawValue: 1 << 4)
  static let space = ScalarProperties(rawValue: 1 << 5)
  static let blank = ScalarProperties(rawValue: 1 << 6)
  static let punctuation = ScalarProperties(rawValue: 1 << 7)
  static let control = ScalarProperties(rawValue: 1 << 8)
  static let graphic = ScalarProperties(rawValue: 1 << 9)
  static let printable = ScalarProperties(rawValue: 1 << 10)
  static let alphanumeric = ScalarProperties(rawValue: 1 << 11)
  /// What words are made of: letters, marks on them, digits and `_`.
  static let word = ScalarProperties(rawValue: 1 << 12)

  /// The classes by their names within `[: :]`.
  static func named(_ name: String) -> ScalarProperties? {
    names.first { $0.0 == name }?.1
  }

  /// The names, for an error.
  static var known: String { names.map(\.0).joined(separator: ", ") }

  private static let names: [(String, ScalarProperties)] = [
    ("alpha", .alpha), ("digit", .digit), ("alnum", .alphanumeric), ("upper", .upper),
    ("lower", .lower), ("space", .space), ("blank", .blank), ("punct", .punctuation),
    ("cntrl", .control), ("graph", .graphic), ("print", .printable), ("xdigit", .hexDigit),
  ]

  /// All that a character has.
  static func of(_ scalar: Unicode.Scalar) -> ScalarProperties {
    scalar.isASCII ? ascii(UInt8(truncatingIfNeeded: scalar.value)) : other(scalar.properties)
  }

  private static func ascii(_ byte: UInt8) -> ScalarProperties {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"):
      return [.digit, .hexDigit, .alphanumeric, .word, .graphic, .printable]
    case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"):
      var found: ScalarProperties = [.alpha, .alphanumeric, .word, .graphic, .printable]
      found.insert(byte & 0x20 == 0 ? .upper : .lower)
      if byte | 0x20 <= UInt8(ascii: "f") { found.insert(.hexDigit) }
      return found
    case UInt8(ascii: "_"): return [.word, .punctuation, .graphic, .printable]
    case UInt8(ascii: " "): return [.space, .blank, .printable]
    case UInt8(ascii: "\t"): return [.space, .blank, .control]
    case 0x0A...0x0D: return [.space, .control]
    case 0..<0x20, 0x7F: return .control
    default: return [.punctuation, .graphic, .printable]
    }
  }

  private static func other(_ properties: Unicode.Scalar.Properties) -> ScalarProperties {
    var found: ScalarProperties = []
    if properties.isAlphabetic { found.formUnion([.alpha, .alphanumeric, .word]) }
    if properties.isUppercase { found.insert(.upper) }
    if properties.isLowercase { found.insert(.lower) }
    if properties.isWhitespace { found.insert(.space) }
    switch properties.generalCategory {
    case .titlecaseLetter: found.formUnion([.upper, .lower])
    case .nonspacingMark, .spacingMark, .enclosingMark: found.insert(.word)
    case .decimalNumber, .letterNumber: found.formUnion([.alphanumeric, .word])
    case .connectorPunctuation: found.formUnion([.punctuation, .word])
    case .dashPunctuation, .openPunctuation, .closePunctuation, .initialPunctuation,
      .finalPunctuation, .otherPunctuation, .mathSymbol, .currencySymbol, .modifierSymbol,
      .otherSymbol:
      found.insert(.punctuation)
    case .spaceSeparator: found.insert(.blank)
    case .control, .lineSeparator, .paragraphSeparator:
      found.insert(.control)
      return found
    case .unassigned, .surrogate: return found
    default: break
    }
    found.insert(.printable)
    if !found.contains(.space) { found.insert(.graphic) }
    return found
  }
}
