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
