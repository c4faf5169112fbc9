/// Reads message identifiers (RFC 5322 section 3.6.4 and the obsolete forms of 4.5.4): of Message-ID,
/// In-Reply-To and References alike, so that an identifier and what names it come out equal.
///
/// What stands in angle brackets is an identifier, whatever it holds: with `@` or without. A bare word
/// counts only where nothing but identifiers stands beside it and it can be one: the field may hold
/// a phrase instead (RFC 822 section 4.6). The work is linear in the length.
struct MessageIDList {
  private let value: Bytes
  private let skipsComments: Bool
  private var position = 0
  /// What stands in brackets.
  private var ids: [MessageID] = []
  /// The bare words that can be identifiers, and how many of `ids` stand before each.
  private var words: [(id: MessageID, place: Int)] = []
  /// Which of `ids` follow the word "from": there a phrase names a person.
  private var persons: [Int] = []
  private var hasPhrase = false
  private var followsFrom = false
  private var hasComment = false
  // Once a parenthesis or bracket was found unclosed, all later ones are: looking again for each would
  // make the work quadratic.
  private var hasOpenComment = false
  private var hasOpenBracket = false

  private init(_ value: Bytes, skipsComments: Bool) {
    self.value = value
    self.skipsComments = skipsComments
  }

  /// The identifiers of a raw field value, in order.
  static func parse(_ value: Bytes) -> [MessageID] {
    guard hasEncodedWord(value) else { return read(value) }
    return withoutEncodedWords(value).withUnsafeBytes { read($0) }
  }

  private static func read(_ value: Bytes) -> [MessageID] {
    var list = MessageIDList(value, skipsComments: true)
    list.read()
    if list.ids.isEmpty, list.hasComment {
      // A comment may hold all that there is.
      list = MessageIDList(value, skipsComments: false)
      list.read()
    }
    return list.result
  }

  private var result: [MessageID] {
    if words.isEmpty, persons.isEmpty { return ids }
    if !persons.isEmpty, persons.count < ids.count {
      let persons = Set(persons)
      return ids.indices.filter { !persons.contains($0) }.map { ids[$0] }
    }
    guard !hasPhrase else { return ids }
    let counting = ids.isEmpty ? words : words.filter { $0.id.value.utf8.contains(Self.at) }
    var all: [MessageID] = []
    var place = 0
    for word in counting {
      all += ids[place..<word.place]
      place = word.place
      all.append(word.id)
    }
    return all + ids[place...]
  }

  private mutating func read() {
    while position < value.count {
      switch value[position] {
      case UInt8(ascii: "<"): takeBracketed()
      case UInt8(ascii: "("): takeComment()
      case let byte where Self.isBetween(byte): position += 1
      default: takeWord()
      }
    }
  }

  // MARK: In brackets

  private mutating func takeBracketed() {
    var start = position + 1
    guard !hasOpenBracket, let close = value.position(of: UInt8(ascii: ">"), from: start) else {
      // Cut off: what follows are words.
      hasOpenBracket = true
      position = start
      return
    }
    position = close + 1
    // An identifier that is not closed: the next one begins before the `>`.
    while let another = value.part(0..<close).position(of: UInt8(ascii: "<"), from: start) {
      let cut = value.part(start..<another).trimmed
      if cut.position(of: Self.at, from: 0) != nil, let id = Self.bracketed(cut) { append(id) }
      start = another + 1
    }
    if let id = Self.bracketed(value.part(start..<close)) { append(id) }
  }

  private mutating func append(_ id: MessageID) {
    if followsFrom { persons.append(ids.count) }
    followsFrom = false
    ids.append(id)
  }

  /// An identifier without blanks and comments: folding may break it anywhere.
  private static func bracketed(_ content: Bytes) -> MessageID? {
    let content = withoutScheme(content.trimmed)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(content.count)
    var hasAt = false
    var hasInnerBlank = false
    var hasFold = false
    var hasParenthesis = false
    for byte in content {
      if ASCII.isBlank(byte) {
        hasInnerBlank = true
        if byte != ASCII.space, byte != ASCII.tab { hasFold = true }
        continue
      }
      if byte == at { hasAt = true }
      if byte == UInt8(ascii: "(") { hasParenthesis = true }
      bytes.append(byte)
    }
    if hasParenthesis, let shorter = withoutComments(content) { bytes = shorter }
    guard !bytes.isEmpty else { return nil }
    if !hasAt {
      // Words in brackets, and what programs write where they know no identifier.
      guard hasFold || !hasInnerBlank, !isPlaceholder(bytes) else { return nil }
    }
    return MessageID(Text.decoded(bytes))
  }

  /// What is left without comments where the grammar allows them (RFC 5322 section 4.5.4): at the ends,
  /// and beside blanks, dots and `@`; `nil` where that is nothing, or nothing is left out.
  private static func withoutComments(_ content: Bytes) -> [UInt8]? {
    var bytes: [UInt8] = []
    var position = 0
    while position < content.count {
      let byte = content[position]
      if byte == UInt8(ascii: "(") {
        guard let end = commentEnd(in: content, at: position) else { break }
        let before = position == 0 || isJoint(content[position - 1])
        if before || end == content.count || isJoint(content[end]) {
          position = end
          continue
        }
        bytes += content[position..<end].filter { !ASCII.isBlank($0) }
        position = end
        continue
      }
      if !ASCII.isBlank(byte) { bytes.append(byte) }
      position += 1
    }
    guard position == content.count, bytes.contains(where: { $0 != at && $0 != dot }),
      bytes.first != at, bytes.last != at
    else { return nil }
    return bytes
  }

  private static func isJoint(_ byte: UInt8) -> Bool {
    byte == at || byte == dot || ASCII.isBlank(byte)
  }

  private static func isPlaceholder(_ bytes: [UInt8]) -> Bool {
    bytes.withUnsafeBytes { text in placeholders.contains { text.equalsFolded($0) } }
  }

  private static let placeholders: [StaticString] = [
    "none", "null", "nil", "undefined", "unknown", "empty", "n/a", "no", "yes", "true", "false",
  ]

  // MARK: Bare words

  private mutating func takeWord() {
    let start = position
    while position < value.count, !Self.isBetween(value[position]),
      value[position] != UInt8(ascii: "<"), value[position] != UInt8(ascii: "(")
    {
      position += 1
    }
    var word = value.part(start..<position)
    if position < value.count, value[position] == UInt8(ascii: ";") {
      // Brackets that somebody escaped for HTML.
      if word.equalsFolded("&lt") || word.equalsFolded("&gt") { return }
      if word.count > 3, word.part((word.count - 3)..<word.count).equalsFolded("&gt") {
        word = word.part(0..<(word.count - 3))
      }
    }
    word = Self.withoutScheme(word)
    if Self.canBeID(word) {
      words.append((MessageID(Text.decoded(Array(word))), ids.count))
    } else {
      hasPhrase = true
      followsFrom = followsFrom || word.equalsFolded("from")
      // "Message from Dana of yesterday <…>": what follows is no person any more.
      if word.equalsFolded("of") { followsFrom = false }
    }
  }

  /// Whether a word without brackets can be an identifier: with something on both sides of an `@`, or as
  /// programs make them of numbers and letters.
  private static func canBeID(_ word: Bytes) -> Bool {
    if let at = word.position(of: at, from: 0) { return at > 0 && word.last != self.at }
    var hasDigit = false
    var hasLetter = false
    for byte in word {
      if ASCII.isDigit(byte) {
        hasDigit = true
      } else if ASCII.isLetter(byte) {
        hasLetter = true
      } else if !ASCII.isAtom(byte), byte != dot {
        return false
      }
    }
    return hasDigit && word.count >= (hasLetter ? 8 : 12)
  }

  /// What follows the scheme of a link (RFC 2392 section 2, RFC 6068).
  private static func withoutScheme(_ word: Bytes) -> Bytes {
    if word.hasFoldedPrefix("mailto:") { return word.part(7..<word.count) }
    return word.hasFoldedPrefix("mid:") ? word.part(4..<word.count) : word
  }

  private static func isBetween(_ byte: UInt8) -> Bool {
    ASCII.isBlank(byte) || byte == UInt8(ascii: ",") || byte == UInt8(ascii: ";")
      || byte == ASCII.quote || byte == UInt8(ascii: ">")
  }

  // MARK: Comments

  private mutating func takeComment() {
    hasComment = true
    if skipsComments, !hasOpenComment {
      if let end = Self.commentEnd(in: value, at: position) {
        position = end
        return
      }
      hasOpenComment = true
    }
    position += 1
  }

  /// Where the comment ends that begins at a place; `nil` where it does not.
  private static func commentEnd(in value: Bytes, at start: Int) -> Int? {
    var depth = 0
    var position = start
    while position < value.count {
      switch value[position] {
      case ASCII.backslash: position += 1
      case UInt8(ascii: "("): depth += 1
      case UInt8(ascii: ")"): depth -= 1
      default: break
      }
      position += 1
      if depth == 0 { return min(position, value.count) }
    }
    return nil
  }

  // MARK: Encoded words

  private static func hasEncodedWord(_ value: Bytes) -> Bool {
    var position = 0
    while let mark = value.position(of: UInt8(ascii: "?"), from: position) {
      if mark > 0, value[mark - 1] == UInt8(ascii: "=") { return true }
      position = mark + 1
    }
    return false
  }

  /// The bytes that encoded words stand for, joined without what is between them; one that is cut off
  /// ends with the next blank.
  // QUIRK: RFC 2047 section 5 has no encoded words in these fields. Programs that fold long lines
  // write them, and so break an identifier where it suits them.
  private static func withoutEncodedWords(_ value: Bytes) -> [UInt8] {
    var bytes: [UInt8] = []
    var position = 0
    var decoder = EncodedWordDecoder()
    var encoding: EncodedWord.Encoding?
    var blanks: Range<Int>?
    func finish() {
      decoder.finish()
      bytes += decoder.bytes
      decoder = EncodedWordDecoder()
      encoding = nil
    }
    while position < value.count {
      if value.has("=?", at: position),
        let word = EncodedWord(in: value, at: position) ?? EncodedWord(cutIn: value, at: position)
      {
        if encoding == nil, let blanks { bytes += value[blanks] }
        if encoding != nil, encoding != word.encoding { finish() }
        blanks = nil
        encoding = word.encoding
        decoder.append(value.part(word.text), encoding: word.encoding)
        position = word.end
      } else if ASCII.isBlank(value[position]) {
        blanks = (blanks?.lowerBound ?? position)..<(position + 1)
        position += 1
      } else {
        finish()
        if let blanks { bytes += value[blanks] }
        blanks = nil
        bytes.append(value[position])
        position += 1
      }
    }
    finish()
    return bytes
  }

  private static let at = UInt8(ascii: "@")
  private static let dot = UInt8(ascii: ".")
}

extension EncodedWord {
  /// The beginning of a word that has no end, up to a blank.
  fileprivate init?(cutIn bytes: Bytes, at position: Int) {
    let charsetStart = position + 2
    var next = charsetStart
    // No longer than what `EncodedWord` takes for a charset: what is no word shows soon.
    while next < bytes.count, next - charsetStart < 64, !ASCII.isBlank(bytes[next]),
      bytes[next] != UInt8(ascii: "?")
    {
      next += 1
    }
    guard next > charsetStart, next + 2 < bytes.count, bytes[next] == UInt8(ascii: "?"),
      bytes[next + 2] == UInt8(ascii: "?")
    else { return nil }
    switch bytes[next + 1] | 0x20 {
    case UInt8(ascii: "b"): encoding = .base64
    case UInt8(ascii: "q"): encoding = .quotedPrintable
    default: return nil
    }
    charset = charsetStart..<next
    var end = next + 3
    while end < bytes.count, !ASCII.isBlank(bytes[end]) { end += 1 }
    text = (next + 3)..<end
    self.end = end
  }
}
