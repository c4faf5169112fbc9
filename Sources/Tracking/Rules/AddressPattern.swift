import InternetMessage

/// A pattern for addresses, matched on the parsed address, never on the text of a field.
public enum AddressPattern: Sendable {
  /// One address.
  case address(AddrSpec)
  /// `@domain`: every address there, as its comparison key.
  case domain(String)
  /// `@*.domain`: every address in a domain below it, as its comparison key.
  case subdomains(String)
  /// A glob over the whole address.
  case glob(String)
  /// `/regular expression/`.
  case regularExpression(RegularExpression)

  /// Reads a pattern.
  public static func parse(_ text: String) -> Result<AddressPattern, PatternError> {
    if RegularExpression.isDelimited(text) {
      return RegularExpression.parse(text).map(AddressPattern.regularExpression)
    }
    if text.hasPrefix("@*."), isDomain(text.dropFirst(3)) {
      return .success(.subdomains(DomainName.comparisonKey(String(text.dropFirst(3)))))
    }
    if text.hasPrefix("@"), isDomain(text.dropFirst()) {
      return .success(.domain(DomainName.comparisonKey(String(text.dropFirst()))))
    }
    if Glob.isGlob(text) {
      guard text.contains("@"), !text.contains(where: \.isWhitespace) else {
        return .failure(PatternError("a glob for addresses holds an '@' and no blanks"))
      }
      return .success(.glob(text))
    }
    if let address = AddrSpec(text) { return .success(.address(address)) }
    return .failure(
      PatternError("no address; write name@domain, @domain, @*.domain, a glob, or /regex/"))
  }

  private static func isDomain(_ text: Substring) -> Bool {
    let text = String(text)
    return !Glob.isGlob(text) && AddrSpec("a@" + text) != nil
  }
}
