/// A lexical unit of an address field (RFC 5322 section 3.2), as offsets into the field's value.
struct AddressToken {
  enum Kind {
    /// An atom, or an encoded word, which may hold bytes that no atom may.
    case word
    /// A quoted string, without its quotes.
    case quoted
    /// A comment, without its outer parentheses.
    case comment
    /// A domain literal, with its brackets.
    case literal
    /// One of `<>,;:@.`
    case special(UInt8)
  }

  var kind: Kind
  var range: Range<Int>
  /// Whether a blank or a comment stands before it.
  var followsBlank: Bool

  func isSpecial(_ byte: UInt8) -> Bool {
    if case .special(byte) = kind { return true }
    return false
  }
}
