/// Reads the language of queries.
///
/// Words, "phrases", beginnings*, terms as `from:erin`, AND, OR, NOT and parentheses; what stands side
/// by side must all hold. NOT binds before AND, AND before OR.
package struct SearchQueryParser {
  /// The names of terms, without their colons.
  package static var termNames: [String] { SearchTermReader.names }

  private let tokens: [SearchToken]
  private let end: Int
  private let now: Int64
  private let clock: CivilClock
  private var position = 0
  private var depth = 0
  private var terms = 0

  /// So deep may parentheses stand in each other: SQLite's own parser has a stack of 100.
  static let maxDepth = 15
  /// So many words, phrases and terms may be in a query.
  static let maxTerms = 200

  /// Reads a query.
  ///
  /// - Parameters:
  ///   - query: The query as a person types it.
  ///   - now: The present in seconds since 1970, for days that are counted back from it.
  ///   - clock: The time zone of dates that name none.
  /// - Returns: What it says.
  /// - Throws: `SearchQueryError`.
  package static func parse(
    _ query: String, now: Int64, clock: CivilClock = .utc
  ) throws(SearchQueryError) -> SearchQuery {
    let tokens = try SearchTokenizer.tokens(of: query)
    var parser = SearchQueryParser(tokens: tokens, end: query.count + 1, now: now, clock: clock)
    guard !tokens.isEmpty else {
      throw SearchQueryError(column: 1, "nothing to look for; write a word, or * for all mail")
    }
    let result = try parser.disjunction()
    if let token = parser.next {
      // Only a parenthesis ends what is complete.
      throw SearchQueryError(column: token.column, "no ( belongs to this ); take it away")
    }
    return result
  }

  private init(tokens: [SearchToken], end: Int, now: Int64, clock: CivilClock) {
    self.tokens = tokens
    self.end = end
    self.now = now
    self.clock = clock
  }

  private var next: SearchToken? { position < tokens.count ? tokens[position] : nil }

  private mutating func disjunction() throws(SearchQueryError) -> SearchQuery {
    var parts = [try conjunction()]
    while next?.kind == .or {
      position += 1
      parts.append(try conjunction())
    }
    return parts.count == 1 ? parts[0] : .or(parts)
  }

  private mutating func conjunction() throws(SearchQueryError) -> SearchQuery {
    var parts = [try negation()]
    while let token = next {
      switch token.kind {
      case .or, .close: return Self.all(parts)
      case .and:
        position += 1
        parts.append(try negation())
      case .open, .not, .term: parts.append(try negation())
      }
    }
    return Self.all(parts)
  }

  private static func all(_ parts: [SearchQuery]) -> SearchQuery {
    parts.count == 1 ? parts[0] : .and(parts)
  }

  private mutating func negation() throws(SearchQueryError) -> SearchQuery {
    var isDenied = false
    while next?.kind == .not {
      position += 1
      isDenied.toggle()
    }
    let query = try primary()
    return isDenied ? .not(query) : query
  }

  private mutating func primary() throws(SearchQueryError) -> SearchQuery {
    guard let token = next else {
      let last = position > 0 ? Self.name(tokens[position - 1].kind) : ""
      throw SearchQueryError(column: end, "a word or term is missing after \(last)")
    }
    position += 1
    switch token.kind {
    case .open: return try group(from: token.column)
    case .term(let term):
      terms += 1
      guard terms <= Self.maxTerms else {
        throw SearchQueryError(
          column: token.column, "more than \(Self.maxTerms) words and terms; ask for less")
      }
      return try SearchTermReader.query(term, column: token.column, now: now, clock: clock)
    case .close:
      throw SearchQueryError(column: token.column, "a word or term is missing before this )")
    case .and, .or, .not:
      throw SearchQueryError(
        column: token.column,
        "a word or term is missing before \(Self.name(token.kind)); to look for the word, quote it")
    }
  }

  private mutating func group(from column: Int) throws(SearchQueryError) -> SearchQuery {
    depth += 1
    guard depth <= Self.maxDepth else {
      throw SearchQueryError(
        column: column, "more than \(Self.maxDepth) parentheses in each other; take some away")
    }
    let query = try disjunction()
    depth -= 1
    guard next?.kind == .close else {
      throw SearchQueryError(column: column, "this ( is not closed; write a ) where it ends")
    }
    position += 1
    return query
  }

  private static func name(_ kind: SearchToken.Kind) -> String {
    switch kind {
    case .open: "("
    case .close: ")"
    case .and: "AND"
    case .or: "OR"
    case .not: "NOT"
    case .term(let term): "'\(term.text)'"
    }
  }
}
