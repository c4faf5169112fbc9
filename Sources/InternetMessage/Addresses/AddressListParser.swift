/// The state of reading one address field.
struct AddressListParser {
  private let bytes: Bytes
  private var mailboxes: [Mailbox] = []
  /// The tokens of the address being read, before its `<` or without one.
  private var outside: [AddressToken] = []
  /// The tokens after the latest `<`; `nil` outside of angle brackets.
  private var inside: [AddressToken]?
  /// The address that an earlier pair of angle brackets gave.
  private var angle: AddrSpec?

  init(_ bytes: Bytes) {
    self.bytes = bytes
  }

  mutating func parse() -> [Mailbox] {
    var tokenizer = AddressTokenizer(bytes)
    while let token = tokenizer.next() {
      switch token.kind {
      case .special(UInt8(ascii: "<")):
        closeAngle()
        // A second pair of brackets is a second address, whose comma somebody forgot.
        if angle != nil { closeAddress() }
        inside = []
      case .special(UInt8(ascii: ">")):
        closeAngle()
      case .special(UInt8(ascii: ",")):
        // A source route, `<@a,@b:c@d>`, holds commas.
        if let first = inside?.first, first.isSpecial(UInt8(ascii: "@")) {
          inside?.append(token)
        } else if inside?.isEmpty != true {
          // A comma right behind `<` is none that parts addresses.
          closeAddress()
        }
      case .special(UInt8(ascii: ";")):
        closeAddress()
      case .special(UInt8(ascii: ":")):
        if let first = inside?.first, !first.isSpecial(UInt8(ascii: "@")), hasInsideAddress {
          // Junk behind an address.
        } else if inside != nil {
          // The end of a source route, or a scheme such as `mailto:`.
          inside = []
        } else {
          // The name of a group.
          outside = []
        }
      default:
        if inside != nil { inside?.append(token) } else { outside.append(token) }
      }
    }
    closeAddress()
    return mailboxes
  }

  /// Whether the tokens after the latest `<` hold an `@`.
  private var hasInsideAddress: Bool {
    inside?.prefix(Self.mostTokens).contains { $0.isSpecial(UInt8(ascii: "@")) } ?? false
  }

  // An address has fewer; the bound keeps the work linear.
  private static let mostTokens = 64

  private mutating func closeAngle() {
    guard let tokens = inside else { return }
    inside = nil
    if let address = address(in: tokens)?.address { angle = address }
  }

  private mutating func closeAddress() {
    closeAngle()
    defer {
      outside.removeAll(keepingCapacity: true)
      angle = nil
    }
    if let angle {
      mailboxes.append(Mailbox(displayName: phrase(outside[...]), address: angle))
      return
    }
    guard !outside.isEmpty, let found = address(in: outside) else { return }
    let rest = outside[..<found.range.lowerBound] + outside[found.range.upperBound...]
    mailboxes.append(Mailbox(displayName: phrase(rest), address: found.address))
  }

  // MARK: The addr-spec

  /// Finds `local@domain` among tokens, and which of them it takes.
  private func address(in tokens: [AddressToken]) -> (address: AddrSpec, range: Range<Int>)? {
    var search = tokens.startIndex
    while let at = tokens[search...].firstIndex(where: { $0.isSpecial(UInt8(ascii: "@")) }) {
      if let local = localPart(endingAt: at, of: tokens),
        let domain = domain(startingAt: at + 1, of: tokens)
      {
        var (name, host) = (local.text, domain.text)
        // Outlook puts single quotes around addresses.
        if name.utf8.first == UInt8(ascii: "'"), host.utf8.last == UInt8(ascii: "'"),
          name.utf8.count > 1, host.utf8.count > 1
        {
          name.removeFirst()
          host.removeLast()
        }
        return (AddrSpec(localPart: name, domain: host), local.start..<domain.end)
      }
      search = at + 1
    }
    return nil
  }

  /// Reads back from `@`: words and quoted strings joined by dots, blanks around the dots allowed.
  private func localPart(endingAt at: Int, of tokens: [AddressToken]) -> (text: String, start: Int)?
  {
    var start = at
    var hasWord = false
    scan: while start > 0 {
      let token = tokens[start - 1]
      switch token.kind {
      case .comment:
        // A comment stands anywhere, but a name before it is none of ours.
        guard start > 1, !hasWord || isJoined(tokens, before: start) else { break scan }
      case .special(UInt8(ascii: ".")):
        break
      case .word, .quoted:
        if hasWord, !isJoined(tokens, before: start) { break scan }
        hasWord = true
      default: break scan
      }
      start -= 1
    }
    guard hasWord else { return nil }
    var text: [UInt8] = []
    for token in tokens[start..<at] {
      switch token.kind {
      case .word: text += bytes[token.range]
      case .quoted: appendUnescaped(token.range, to: &text)
      case .special(UInt8(ascii: ".")): text.append(UInt8(ascii: "."))
      default: break
      }
    }
    return text.isEmpty ? nil : (Text.decoded(text), start)
  }

  /// Whether the token at `position` and the one before it belong to one local part: a dot is between
  /// them, or nothing at all.
  private func isJoined(_ tokens: [AddressToken], before position: Int) -> Bool {
    let next = tokens[position]
    if next.isSpecial(UInt8(ascii: ".")) || tokens[position - 1].isSpecial(UInt8(ascii: ".")) {
      return true
    }
    if case .comment = next.kind {
      return position + 1 < tokens.count && isDot(tokens[position + 1])
    }
    return !next.followsBlank
  }

  private func isDot(_ token: AddressToken) -> Bool { token.isSpecial(UInt8(ascii: ".")) }

  private func domain(startingAt start: Int, of tokens: [AddressToken]) -> (text: String, end: Int)?
  {
    var text: [UInt8] = []
    var end = start
    var expectsLabel = true
    scan: while end < tokens.count {
      let token = tokens[end]
      switch token.kind {
      case .comment:
        // Before the first label, or where a dot follows; else it is the display name.
        let isInner =
          text.isEmpty || (end + 1 < tokens.count && (isDot(tokens[end + 1]) || expectsLabel))
        guard isInner else { break scan }
      case .word:
        guard expectsLabel || !token.followsBlank else { break scan }
        text += bytes[token.range]
        expectsLabel = false
      case .literal:
        guard text.isEmpty else { break scan }
        text += bytes[token.range].filter { !ASCII.isBlank($0) }
        end += 1
        break scan
      case .special(UInt8(ascii: ".")):
        text.append(UInt8(ascii: "."))
        expectsLabel = true
      default: break scan
      }
      end += 1
    }
    while text.last == UInt8(ascii: ".") { text.removeLast() }
    guard !text.isEmpty, text.first != UInt8(ascii: ".") else { return nil }
    return (Text.decoded(text), end)
  }

  // MARK: The display name

  /// The words as a person sees them; a comment stands in where there are none.
  private func phrase(_ tokens: ArraySlice<AddressToken>) -> String? {
    var name: [UInt8] = []
    var comment: Range<Int>?
    for token in tokens {
      if case .comment = token.kind {
        comment = comment ?? token.range
        continue
      }
      if token.followsBlank, !name.isEmpty { name.append(ASCII.space) }
      switch token.kind {
      case .quoted: appendUnescaped(token.range, to: &name)
      default: name += bytes[token.range]
      }
    }
    if name.allSatisfy(ASCII.isBlank), let comment {
      name = []
      appendUnescaped(comment, to: &name)
    }
    let text = name.withUnsafeBytes { Text.unstructured($0).text }
    return text.isEmpty ? nil : text
  }

  private func appendUnescaped(_ range: Range<Int>, to text: inout [UInt8]) {
    var position = range.lowerBound
    while position < range.upperBound {
      var byte = bytes[position]
      if byte == ASCII.backslash, position + 1 < range.upperBound {
        position += 1
        byte = bytes[position]
      }
      position += 1
      // Folding within a quoted string is no part of it (RFC 5322 section 3.2.4).
      if byte == ASCII.lineFeed || byte == ASCII.carriageReturn { continue }
      text.append(byte)
    }
  }
}
