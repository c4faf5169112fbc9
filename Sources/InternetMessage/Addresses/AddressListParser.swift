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
  /// How many of the tokens outside stand before those brackets.
  private var beforeAngle = 0

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
        if angle != nil { closeAngled() }
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
          // The name of a group, before which a comma or semicolon may be missing.
          if angle != nil { closeAngled() }
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
    inside?.prefix(Self.maxTokens).contains { $0.isSpecial(UInt8(ascii: "@")) } ?? false
  }

  /// The longest local part and the longest domain, in bytes; those that hosts take have 64 and 255
  /// (RFC 5321 section 4.5.3.1).
  ///
  /// Comparing many accents on one character takes their number squared.
  private static let longestPart = 1024

  // An address has fewer; the bound keeps the work linear.
  private static let maxTokens = 64

  private mutating func closeAngle() {
    guard let tokens = inside else { return }
    inside = nil
    guard let address = address(in: tokens, from: 0)?.address else { return }
    angle = address
    beforeAngle = outside.count
  }

  /// Ends the address in brackets where a second pair follows: what stands between is the second's.
  private mutating func closeAngled() {
    guard let found = angle else { return }
    append(found, phrase(outside[..<beforeAngle]))
    outside.removeFirst(beforeAngle)
    angle = nil
  }

  private mutating func closeAddress() {
    closeAngle()
    defer { outside.removeAll(keepingCapacity: true) }
    if let found = angle {
      if address(in: outside, from: beforeAngle) == nil {
        append(found, phrase(outside[...]))
        angle = nil
        return
      }
      closeAngled()
    }
    guard let found = address(in: outside, from: 0) else { return }
    guard let next = address(in: outside, from: found.range.upperBound) else {
      let rest = outside[..<found.range.lowerBound] + outside[found.range.upperBound...]
      append(found.address, phrase(rest))
      return
    }
    // Addresses between which somebody forgot the commas.
    append(found.address, nil)
    var another: (address: AddrSpec, range: Range<Int>)? = next
    while let found = another {
      append(found.address, nil)
      another = address(in: outside, from: found.range.upperBound)
    }
  }

  private mutating func append(_ address: AddrSpec, _ name: String?) {
    // The end of an encoded word whose beginning was taken for something else.
    if address.localPart == "?=" { return }
    mailboxes.append(Mailbox(displayName: name, address: address))
  }

  // MARK: The addr-spec

  /// Finds `local@domain` among tokens, and which of them it takes.
  private func address(
    in tokens: [AddressToken], from first: Int
  ) -> (address: AddrSpec, range: Range<Int>)? {
    var search = first
    while let at = tokens[search...].firstIndex(where: { $0.isSpecial(UInt8(ascii: "@")) }) {
      if let local = localPart(of: tokens, in: search..<at),
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
        (name, host) = InvisibleMark.removed(from: name, host)
        // Nothing but marks is no name.
        guard !name.isEmpty, !host.isEmpty else {
          search = at + 1
          continue
        }
        return (AddrSpec(localPart: name, domain: host), local.start..<domain.end)
      }
      search = at + 1
    }
    return nil
  }

  /// Reads back from `@`: words and quoted strings with dots between them, and around the dots blanks
  /// and comments (RFC 5322 section 4.4).
  private func localPart(
    of tokens: [AddressToken], in range: Range<Int>
  ) -> (text: String, start: Int)? {
    guard var start = localStart(of: tokens, in: range, isAfterName: false) else { return nil }
    if start > range.lowerBound,
      let shorter = localStart(of: tokens, in: range, isAfterName: true)
    {
      start = shorter
    }
    var text: [UInt8] = []
    for token in tokens[start..<range.upperBound] {
      switch token.kind {
      case .word: text += bytes[token.range]
      case .quoted: appendUnescaped(token.range, to: &text)
      case .special(UInt8(ascii: ".")): text.append(UInt8(ascii: "."))
      default: break
      }
    }
    return text.isEmpty || text.count > Self.longestPart ? nil : (Text.decoded(text), start)
  }

  /// Where the local part begins that ends a range of tokens; `nil` where no word is in it.
  ///
  /// - Parameters:
  ///   - tokens: All tokens.
  ///   - range: Those that may be it, up to the `@`.
  ///   - isAfterName: Whether words stand before it, so that `Dana E. dana@…` is a name and an address.
  /// - Returns: The place of its first token.
  private func localStart(
    of tokens: [AddressToken], in range: Range<Int>, isAfterName: Bool
  ) -> Int? {
    var start = range.upperBound
    var position = start
    var hasWord = false
    while position > range.lowerBound {
      let token = tokens[position - 1]
      switch token.kind {
      case .comment:
        // It is within, where a word or dot stands before it that belongs here.
        position -= 1
        continue
      case .special(UInt8(ascii: ".")):
        if isAfterName, hasWord, position == start, tokens[start].followsBlank,
          !token.followsBlank
        {
          return start
        }
      case .word, .quoted:
        if hasWord, !tokens[start].isSpecial(UInt8(ascii: ".")),
          tokens[start].followsBlank || isEncoded(token)
        {
          return start
        }
        hasWord = true
      default: return hasWord ? start : nil
      }
      position -= 1
      start = position
    }
    return hasWord ? start : nil
  }

  /// Whether a token is an encoded word: no part of an address, however close it stands.
  private func isEncoded(_ token: AddressToken) -> Bool {
    bytes.has("=?", at: token.range.lowerBound) && bytes.has("?=", at: token.range.upperBound - 2)
  }

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
    guard !text.isEmpty, text.count <= Self.longestPart, text.first != UInt8(ascii: ".") else {
      return nil
    }
    return (Text.decoded(text), end)
  }

  private func isDot(_ token: AddressToken) -> Bool { token.isSpecial(UInt8(ascii: ".")) }

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
