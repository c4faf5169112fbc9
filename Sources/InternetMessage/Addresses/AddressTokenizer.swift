/// Cuts an address field into tokens in one pass, whatever it holds.
struct AddressTokenizer {
  private let bytes: Bytes
  private var position = 0
  private var followsBlank = false
  // Once a quote or parenthesis was found unclosed, all later ones are: looking again for each would
  // make the work quadratic.
  private var hasOpenQuote = false
  private var hasOpenComment = false

  init(_ bytes: Bytes) {
    self.bytes = bytes
  }

  /// The next token; `nil` at the end.
  mutating func next() -> AddressToken? {
    while position < bytes.count {
      let byte = bytes[position]
      if ASCII.isBlank(byte) {
        followsBlank = true
        position += 1
        continue
      }
      switch byte {
      case ASCII.quote:
        if let token = quoted() { return token }
      case UInt8(ascii: "("):
        if let token = comment() { return token }
      case UInt8(ascii: "["):
        if let token = literal() { return token }
      case UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: ","), UInt8(ascii: ";"),
        UInt8(ascii: ":"), UInt8(ascii: "@"), UInt8(ascii: "."):
        return token(.special(byte), position..<(position + 1), next: position + 1)
      default:
        if let token = word() { return token }
      }
      // A byte that opens or closes nothing, or a control character.
      position += 1
    }
    return nil
  }

  private mutating func token(
    _ kind: AddressToken.Kind, _ range: Range<Int>, next: Int
  ) -> AddressToken {
    defer {
      position = next
      followsBlank = false
    }
    return AddressToken(kind: kind, range: range, followsBlank: followsBlank)
  }

  private mutating func word() -> AddressToken? {
    if let end = EncodedWord.end(in: bytes, at: position), !holdsAddress(position..<end) {
      return token(.word, position..<end, next: end)
    }
    var end = position
    while end < bytes.count, ASCII.isAtom(bytes[end]) {
      // An encoded word glued to an atom begins a token of its own.
      if end > position, bytes[end] == UInt8(ascii: "="),
        EncodedWord.end(in: bytes, at: end) != nil
      {
        break
      }
      end += 1
    }
    return end > position ? token(.word, position..<end, next: end) : nil
  }

  /// Whether an encoded word has an address in angle brackets within that stands apart: its own end is
  /// missing, and what ends it is another's.
  private func holdsAddress(_ word: Range<Int>) -> Bool {
    let word = bytes.part(word)
    guard let open = word.position(of: UInt8(ascii: "<"), from: 0), ASCII.isBlank(word[open - 1])
    else { return false }
    return word.position(of: UInt8(ascii: ">"), from: open) != nil
  }

  private mutating func quoted() -> AddressToken? {
    guard !hasOpenQuote else { return nil }
    var end = position + 1
    while end < bytes.count {
      if bytes[end] == ASCII.backslash {
        end += 2
      } else if bytes[end] == ASCII.quote {
        return token(.quoted, (position + 1)..<end, next: end + 1)
      } else {
        end += 1
      }
    }
    hasOpenQuote = true
    return nil
  }

  private mutating func comment() -> AddressToken? {
    guard !hasOpenComment else { return nil }
    var depth = 0
    var end = position
    while end < bytes.count {
      switch bytes[end] {
      case ASCII.backslash: end += 1
      case UInt8(ascii: "("): depth += 1
      case UInt8(ascii: ")"): depth -= 1
      default: break
      }
      end += 1
      if depth == 0 {
        let inner = (position + 1)..<max(position + 1, min(end, bytes.count) - 1)
        let found = token(.comment, inner, next: end)
        followsBlank = true
        return found
      }
    }
    hasOpenComment = true
    return nil
  }

  private mutating func literal() -> AddressToken? {
    var end = position + 1
    while end < bytes.count, end - position <= 256 {
      if bytes[end] == UInt8(ascii: "]") {
        return token(.literal, position..<(end + 1), next: end + 1)
      }
      end += 1
    }
    return nil
  }
}
