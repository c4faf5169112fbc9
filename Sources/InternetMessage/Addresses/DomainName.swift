/// Domain names as mail compares them.
public enum DomainName {
  /// The form in which a domain is compared: its A-labels in lower case (RFC 5890 section 2.3.2.1) as
  /// UTS 46 makes them, so that case, composed accents and full-width letters make no difference.
  ///
  /// libidn2 makes them; it is loaded for the first domain that is not ASCII. Where it is not there, and
  /// for what it refuses, Normalization Form C and lower case of each character stand in for UTS 46.
  /// What cannot be converted, and a domain literal, is only lower-cased.
  public static func comparisonKey(_ domain: String) -> String {
    comparisonKey(domain, convert: converted)
  }

  /// Whether what compares international domains as UTS 46 has it, libidn2, is there; this loads it.
  public static var hasLibrary: Bool { DomainLibrary.isThere }

  /// Makes the key.
  ///
  /// - Parameters:
  ///   - domain: The domain.
  ///   - convert: Makes a label's A-label as UTS 46 has it; `nil` where it cannot.
  /// - Returns: The key.
  static func comparisonKey(_ domain: String, convert: (String) -> String?) -> String {
    guard domain.utf8.contains(where: { $0 >= 0x80 }), !domain.utf8.starts(with: [bracket]) else {
      return domain.lowercased()
    }
    return domain.unicodeScalars.split(
      omittingEmptySubsequences: false, whereSeparator: isDot
    ).map { part in
      let label = String(part)
      guard label.utf8.contains(where: { $0 >= 0x80 }) else { return label.lowercased() }
      // One of more bytes is none; the bound keeps the work small, too.
      guard label.utf8.count <= longestLabel else { return label.lowercased() }
      if let found = convert(label) { return found }
      return encoded(
        CanonicalComposition.composed(CanonicalComposition.composed(label).lowercased()))
    }.joined(separator: ".")
  }

  /// The key that versions made which composed no accents.
  static func uncomposedKey(_ domain: String) -> String {
    guard !domain.utf8.starts(with: [bracket]), domain.utf8.count <= longestLabel else {
      return domain.lowercased()
    }
    return domain.lowercased().unicodeScalars.split(
      omittingEmptySubsequences: false, whereSeparator: isDot
    ).map { encoded(String($0)) }.joined(separator: ".")
  }

  private static func encoded(_ label: String) -> String {
    guard label.utf8.contains(where: { $0 >= 0x80 }) else { return label }
    return Punycode.encoded(label.unicodeScalars.map(\.value)).map { "xn--" + $0 } ?? label
  }

  private static func converted(_ label: String) -> String? {
    // An A-label has 63 bytes; some sequences of characters become several labels.
    DomainLibrary.ascii(label, limit: longestLabel)
  }

  /// Ideographic and full-width dots separate labels, too (RFC 3490 section 3.1, UTS 46 section 2.3).
  private static func isDot(_ scalar: Unicode.Scalar) -> Bool {
    scalar == "." || scalar == "\u{3002}" || scalar == "\u{FF0E}" || scalar == "\u{FF61}"
  }

  private static let bracket = UInt8(ascii: "[")
  /// In bytes; 63 characters in the longest encoding, each with accents.
  private static let longestLabel = 1024
}
