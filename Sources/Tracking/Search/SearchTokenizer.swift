/// Takes a query apart.
struct SearchTokenizer {
  private let characters: [Character]
  private var position = 0

  /// The pieces of a query.
  ///
  /// - Throws: `SearchQueryError`.
  static func tokens(of query: String) throws(SearchQueryError) -> [SearchToken] {
    var tokenizer = SearchTokenizer(characters: query.map(plain))
    var tokens: [SearchToken] = []
    while let token = try tokenizer.next() { tokens.append(token) }
    return tokens
  }

  private init(characters: [Character]) { self.characters = characters }

  /// A sign of the language with a combining character after it is that sign: nobody sees a quote
  /// with an accent as anything else.
  private static func plain(_ character: Character) -> Character {
    guard let first = character.unicodeScalars.first, "\"()*:".unicodeScalars.contains(first)
    else { return character }
    return Character(first)
  }

  private mutating func next() throws(SearchQueryError) -> SearchToken? {
    while position < characters.count, characters[position].isWhitespace { position += 1 }
    guard position < characters.count else { return nil }
    let column = position + 1
    switch characters[position] {
    case "(":
      position += 1
      return SearchToken(kind: .open, column: column)
    case ")":
      position += 1
      return SearchToken(kind: .close, column: column)
    case "-" where position + 1 < characters.count && !ends(position + 1):
      position += 1
      return SearchToken(kind: .not, column: column)
    default: break
    }
    if let name = takeName() {
      return SearchToken(kind: .term(try value(name)), column: column)
    }
    let term = try value(nil)
    if !term.isQuoted, !term.isPrefix {
      switch term.text {
      case "AND": return SearchToken(kind: .and, column: column)
      case "OR": return SearchToken(kind: .or, column: column)
      case "NOT": return SearchToken(kind: .not, column: column)
      default: break
      }
    }
    return SearchToken(kind: .term(term), column: column)
  }

  /// Letters with a colon after them.
  private mutating func takeName() -> String? {
    var end = position
    while end < characters.count, characters[end].isASCII, characters[end].isLetter { end += 1 }
    guard end > position, end < characters.count, characters[end] == ":" else { return nil }
    let name = String(characters[position..<end]).lowercased()
    position = end + 1
    return name
  }

  private mutating func value(_ name: String?) throws(SearchQueryError) -> SearchTerm {
    let start = position
    if position < characters.count, characters[position] == "\"" {
      guard let end = characters[(start + 1)...].firstIndex(of: "\"") else {
        throw SearchQueryError(
          column: start + 1, "the quote that begins here has no end; write another \" there")
      }
      position = end + 1
      let text = String(characters[(start + 1)..<end])
      return SearchTerm(
        name: name, text: text, isQuoted: true, isPrefix: takeStar(), textColumn: start + 1)
    }
    while position < characters.count, !ends(position), characters[position] != "*" {
      position += 1
    }
    // The `*` of a domain and those below it.
    if position == start + 1, characters[start] == "@", position + 1 < characters.count,
      characters[position + 1] == "."
    {
      position += 1
      while position < characters.count, !ends(position), characters[position] != "*" {
        position += 1
      }
    }
    let text = String(characters[start..<position])
    let isPrefix = takeStar()
    guard position == characters.count || ends(position) else {
      throw SearchQueryError(
        column: position,
        "a * stands at the end of a word; write the beginning of the word, and * after it")
    }
    return SearchTerm(
      name: name, text: text, isQuoted: false, isPrefix: isPrefix, textColumn: start + 1)
  }

  private mutating func takeStar() -> Bool {
    guard position < characters.count, characters[position] == "*" else { return false }
    position += 1
    return true
  }

  /// Whether a word ends before a place.
  private func ends(_ place: Int) -> Bool {
    let character = characters[place]
    return character.isWhitespace || character == ")" || character == "(" || character == "\""
  }
}

/// A piece of a query.
struct SearchToken: Hashable {
  /// What a piece is.
  enum Kind: Hashable {
    /// `(`.
    case open
    /// `)`.
    case close
    /// `AND`.
    case and
    /// `OR`.
    case or
    /// `NOT`, or a `-` before what it denies.
    case not
    /// Words, a phrase or a term.
    case term(SearchTerm)
  }

  /// What it is.
  var kind: Kind
  /// Where it begins, in characters, the first is 1.
  var column: Int
}
