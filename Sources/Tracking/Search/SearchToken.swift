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
