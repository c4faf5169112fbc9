import InternetMessage

/// A pattern for addresses, matched on the parsed address, never on the text of a field.
package enum AddressPattern: Sendable {
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
  package static func parse(_ text: String) -> Result<AddressPattern, PatternError> {
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
      return .success(.glob(comparable(text)))
    }
    if let address = AddrSpec(text) { return .success(.address(address)) }
    return .failure(
      PatternError("no address; write name@domain, @domain, @*.domain, a glob, or /regex/"))
  }

  /// A glob as it is compared with addresses: the labels of its domain that hold no `*` or `?` as
  /// A-labels.
  private static func comparable(_ glob: String) -> String {
    guard glob.utf8.contains(where: { $0 >= 0x80 }), let at = glob.lastIndex(of: "@") else {
      return glob
    }
    let labels = glob[glob.index(after: at)...].split(
      separator: ".", omittingEmptySubsequences: false)
    return glob[...at]
      + labels.map { label in
        Glob.isGlob(String(label)) ? String(label) : DomainName.comparisonKey(String(label))
      }.joined(separator: ".")
  }

  private static func isDomain(_ text: Substring) -> Bool {
    let text = String(text)
    return !Glob.isGlob(text) && AddrSpec("a@" + text) != nil
  }
}

/// A pattern with `*` (any text) and `?` (one character), matched over the whole text without case;
/// a backslash makes the next character ordinary.
struct Glob: Hashable, Sendable {
  private enum Element: Hashable, Sendable {
    case character(Character)
    case anyCharacter
    case anyText
  }

  private let elements: [Element]

  init(_ pattern: String) {
    var elements: [Element] = []
    var isEscaped = false
    for character in pattern.lowercased() {
      if isEscaped {
        elements.append(.character(character))
        isEscaped = false
      } else if character == "\\" {
        isEscaped = true
      } else if character == "*" {
        if elements.last != .anyText { elements.append(.anyText) }
      } else {
        elements.append(character == "?" ? .anyCharacter : .character(character))
      }
    }
    if isEscaped { elements.append(.character("\\")) }
    self.elements = elements
  }

  /// Whether a text has a character that only a glob gives a meaning.
  static func isGlob(_ text: String) -> Bool {
    text.utf8.contains {
      $0 == UInt8(ascii: "*") || $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "\\")
    }
  }

  /// Whether the whole of a folded text matches.
  ///
  /// Going back only to the latest `*` suffices; the work is the product of both lengths at worst, and
  /// the pattern is the user's.
  func matches(folded text: String) -> Bool {
    let text = Array(text)
    var position = 0
    var element = 0
    var retry: (element: Int, position: Int)?
    while position < text.count {
      if element < elements.count, elements[element] == .anyText {
        retry = (element + 1, position)
        element += 1
      } else if element < elements.count,
        elements[element] == .anyCharacter || elements[element] == .character(text[position])
      {
        element += 1
        position += 1
      } else if let last = retry {
        element = last.element
        position = last.position + 1
        retry = (last.element, position)
      } else {
        return false
      }
    }
    return elements[element...].allSatisfy { $0 == .anyText }
  }
}
