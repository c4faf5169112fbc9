/// The forms of a character in which an expression that ignores case looks for it, in every locale the
/// same.
///
/// Those of one character alone (Unicode's simple case mappings): `ß` and `ẞ` are the same, `ß` and
/// `SS` are not; `σ`, `ς` and `Σ` are. A letter of ASCII is only ever the same as one of ASCII: the
/// Kelvin sign, the long s and Turkish's i without and with a dot are not, so that the texts that an
/// expression requires can be looked for as bytes.
struct SimpleCase: Sendable {
  /// The same for all characters that are the same without case.
  let folded: UInt32
  /// Its upper case.
  let upper: UInt32

  init(_ scalar: Unicode.Scalar) {
    let value = scalar.value
    guard value >= 0x80 else {
      let isLetter = (value | 0x20) &- 0x61 < 26
      folded = isLetter ? value | 0x20 : value
      upper = isLetter ? value & ~0x20 : value
      return
    }
    let raised = Self.single(scalar.properties.uppercaseMapping) ?? scalar
    let lowered = Self.single(raised.properties.lowercaseMapping) ?? raised
    guard !raised.isASCII, !lowered.isASCII else {
      folded = value
      upper = value
      return
    }
    folded = lowered.value
    upper = (Self.single(lowered.properties.uppercaseMapping) ?? raised).value
  }

  private static func single(_ mapping: String) -> Unicode.Scalar? {
    let scalars = mapping.unicodeScalars
    guard let first = scalars.first, scalars.index(after: scalars.startIndex) == scalars.endIndex
    else { return nil }
    return first
  }
}
