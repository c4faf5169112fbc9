/// Domain names as mail compares them.
public enum DomainName {
  /// The lower-cased A-label form of a domain (RFC 5890 section 2.3.2.1, RFC 3492); a domain that
  /// cannot be converted, and a domain literal, is only lower-cased.
  public static func comparisonKey(_ domain: String) -> String {
    let folded = domain.lowercased()
    guard folded.utf8.contains(where: { $0 >= 0x80 }), !folded.hasPrefix("[") else { return folded }
    // Ideographic and full-width dots separate labels, too (RFC 3490 section 3.1).
    let isDot: (Character) -> Bool = {
      $0 == "." || $0 == "\u{3002}" || $0 == "\u{FF0E}" || $0 == "\u{FF61}"
    }
    return folded.split(omittingEmptySubsequences: false, whereSeparator: isDot).map { label in
      guard label.utf8.contains(where: { $0 >= 0x80 }) else { return String(label) }
      return Punycode.encoded(label.unicodeScalars.map(\.value)).map { "xn--" + $0 }
        ?? String(label)
    }.joined(separator: ".")
  }
}
