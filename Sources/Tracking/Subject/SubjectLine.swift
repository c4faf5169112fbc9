/// A subject taken apart: reply and forward prefixes, tags, and what it is about.
///
/// Dynamics takes every `word:` for a prefix (`HashFilterKeywords`), and so "Project: deadline" loses
/// its project. Here only the marks count that mail programs really write (`SubjectMark`), and tags
/// among them: `[list]`, `(EXT)`, `{Spam?}`, `*** EXTERNAL ***`, `EXTERNAL:`.
package struct SubjectLine: Sendable, Hashable {
  /// What a prefix says about the message.
  package enum Prefix: Sendable, Hashable {
    /// `Re:` and its kin.
    case reply
    /// `Fwd:` and its kin.
    case forward
  }

  /// The prefixes, outermost first; a mark at the end, `(fwd)`, is the innermost.
  package let prefixes: [Prefix]

  /// The subject without prefixes, trimmed.
  ///
  /// Tags are taken off only where a prefix follows.
  package let topic: String

  /// Takes a decoded subject apart.
  package init(_ subject: String) {
    var rest = Substring(subject)
    var prefixes: [Prefix] = []
    // Without a colon, that of East Asia among them, or a parenthesis at the end nothing is a mark.
    guard
      subject.utf8.contains(where: { $0 == UInt8(ascii: ":") || $0 == 0xEF })
        || subject.utf8.last == UInt8(ascii: ")")
    else {
      self.prefixes = []
      self.topic = String(rest.trimmedStart().trimmedEnd())
      return
    }
    // Tags that no prefix follows are part of what it is about.
    var untagged = rest
    for _ in 0..<Self.maxMarks {
      untagged = untagged.trimmedStart()
      if let (prefix, after) = Self.prefix(of: untagged) {
        prefixes.append(prefix)
        untagged = after
        rest = after
      } else if let inner = Self.bracketed(untagged) {
        untagged = inner
        rest = inner
      } else if let after = Self.tag(of: untagged) {
        // What mailing lists put behind a prefix is none of what it is about.
        if !prefixes.isEmpty, untagged.utf8.first == UInt8(ascii: "[") { rest = after }
        untagged = Self.withoutSeparator(after)
      } else {
        break
      }
    }
    rest = rest.trimmedStart().trimmedEnd()
    while let before = Self.withoutForwardMark(rest) {
      prefixes.append(.forward)
      rest = before
    }
    self.prefixes = prefixes
    self.topic = String(rest)
  }

  /// Whether the message forwards another: the outermost prefix says so.
  package var isForward: Bool { prefixes.first == .forward }

  /// Reads one prefix, such as `Re:`, `RE[2]:`, `Re^3:`, `AW :` or `回复：`, and what follows it.
  private static func prefix(of text: Substring) -> (Prefix, Substring)? {
    guard let colon = colon(in: text) else { return nil }
    var mark = text[..<colon].trimmedEnd()
    mark = withoutCount(mark).trimmedEnd()
    if mark.last == "." { mark = mark.dropLast() }
    let after = text[text.unicodeScalars.index(after: colon)...]
    switch SubjectMark(mark) {
    case .reply?: return (.reply, after)
    case .forward?: return (.forward, after)
    case .tag?, nil: return nil
    }
  }

  /// Where the first colon stands within the length that a mark can have.
  private static func colon(in text: Substring) -> Substring.Index? {
    var position = text.startIndex
    var length = 0
    while position < text.endIndex, length <= SubjectMark.longest {
      let scalar = text.unicodeScalars[position]
      if scalar == ":" || scalar == "\u{FF1A}" || scalar == "\u{FE55}" {
        return length > 0 ? position : nil
      }
      position = text.unicodeScalars.index(after: position)
      length += 1
    }
    return nil
  }

  /// Takes off the number that some programs write after the mark: `[2]`, `(2)`, `^2` or `*2`.
  private static func withoutCount(_ mark: Substring) -> Substring {
    var rest = mark.utf8[...]
    var opening: UInt8?
    if rest.last == UInt8(ascii: "]") {
      opening = UInt8(ascii: "[")
    } else if rest.last == UInt8(ascii: ")") {
      opening = UInt8(ascii: "(")
    }
    if opening != nil { rest.removeLast() }
    let count = rest.count
    while let last = rest.last, last &- 0x30 < 10 { rest.removeLast() }
    guard rest.count < count, let before = rest.last else { return mark }
    let isCount =
      opening.map { $0 == before } ?? (before == UInt8(ascii: "^") || before == UInt8(ascii: "*"))
    return isCount ? Substring(rest.dropLast()) : mark
  }

  /// What stands in brackets that begin with a forward's mark: `[Fwd: Offer]`, as Netscape and
  /// Evolution write it.
  private static func bracketed(_ text: Substring) -> Substring? {
    guard text.utf8.first == UInt8(ascii: "[") else { return nil }
    let inner = text.dropFirst().trimmedStart()
    guard let (prefix, _) = prefix(of: inner), prefix == .forward,
      let end = inner.utf8.lastIndex(of: UInt8(ascii: "]"))
    else { return nil }
    return inner[..<end]
  }

  /// What stands before `(fwd)` at the end, as Pine and Elm write it.
  private static func withoutForwardMark(_ text: Substring) -> Substring? {
    for mark in ["(fwd)", "(fw)"] where text.utf8.count >= mark.utf8.count {
      let start = text.utf8.index(text.utf8.endIndex, offsetBy: -mark.utf8.count)
      let isThere = zip(text.utf8[start...], mark.utf8).allSatisfy { SubjectMark.folded($0) == $1 }
      if isThere { return text[..<start].trimmedEnd() }
    }
    return nil
  }

  /// What follows the sign that some gateways write behind their tag: `[EXT]: Fwd:`, `EXTERNAL - Fwd:`.
  private static func withoutSeparator(_ text: Substring) -> Substring {
    let rest = text.trimmedStart()
    switch rest.unicodeScalars.first {
    case ":", "-", "|", "\u{2013}", "\u{2014}", "\u{FF1A}":
      return rest[rest.unicodeScalars.index(after: rest.startIndex)...]
    default: return text
    }
  }

  /// What follows a tag at the start: something short in brackets or stars, or a gateway's word with
  /// a colon.
  private static func tag(of text: Substring) -> Substring? {
    let bytes = text.utf8
    let closing: UInt8
    switch bytes.first {
    case UInt8(ascii: "["): closing = UInt8(ascii: "]")
    case UInt8(ascii: "("): closing = UInt8(ascii: ")")
    case UInt8(ascii: "{"): closing = UInt8(ascii: "}")
    case UInt8(ascii: "<"): closing = UInt8(ascii: ">")
    case UInt8(ascii: "*"): closing = UInt8(ascii: "*")
    default:
      if let after = wideTag(of: text) { return after }
      let end = [colon(in: text), dash(in: text)].first { end in
        end.map { SubjectMark(text[..<$0].trimmedEnd()) == .tag } ?? false
      }
      return end?.map { text[text.unicodeScalars.index(after: $0)...] }
    }
    var position = bytes.startIndex
    while position < bytes.endIndex, bytes[position] == bytes.first {
      bytes.formIndex(after: &position)
    }
    var length = 0
    while position < bytes.endIndex, bytes[position] != closing, length <= longestTag {
      bytes.formIndex(after: &position)
      length += 1
    }
    guard position < bytes.endIndex, length <= longestTag, length > 0 else { return nil }
    while position < bytes.endIndex, bytes[position] == closing {
      bytes.formIndex(after: &position)
    }
    return text[position...]
  }

  /// What follows a tag in the brackets of East Asia: `【外部】`.
  private static func wideTag(of text: Substring) -> Substring? {
    let closing: Unicode.Scalar
    switch text.unicodeScalars.first {
    case "\u{3010}": closing = "\u{3011}"
    case "\u{FF08}": closing = "\u{FF09}"
    case "\u{FF3B}": closing = "\u{FF3D}"
    case "\u{3014}": closing = "\u{3015}"
    default: return nil
    }
    let tag = text.unicodeScalars.prefix(longestTag)
    return tag.firstIndex(of: closing).map { text[text.unicodeScalars.index(after: $0)...] }
  }

  /// Where the first dash stands within the length that a mark can have.
  private static func dash(in text: Substring) -> Substring.Index? {
    text.unicodeScalars.prefix(SubjectMark.longest).firstIndex {
      $0 == "-" || $0 == "\u{2013}" || $0 == "\u{2014}"
    }
  }

  // Nobody writes more; the bound keeps the work small, too.
  private static let maxMarks = 100
  /// The longest tag, in bytes.
  private static let longestTag = 128
}

extension Substring {
  func trimmedStart() -> Substring {
    var bytes = utf8[...]
    while let first = bytes.first, first < 0x80 {
      guard first.isWhiteSpace else { return self[bytes.startIndex...] }
      // What follows may belong to the blank, as an accent does.
      let next = bytes.index(after: bytes.startIndex)
      guard next == bytes.endIndex || bytes[next] < 0x80 else { break }
      bytes = bytes[next...]
    }
    return self[bytes.startIndex...].drop { $0.isWhitespace }
  }

  func trimmedEnd() -> Substring {
    var bytes = utf8[...]
    while let last = bytes.last, last < 0x80 {
      guard last.isWhiteSpace else { return self[..<bytes.endIndex] }
      let rest = bytes.dropLast()
      // The blank may belong to what is before it.
      guard rest.last.map({ $0 < 0x80 }) ?? true else { break }
      bytes = rest
    }
    var end = bytes.endIndex
    while end > startIndex, self[index(before: end)].isWhitespace { end = index(before: end) }
    return self[..<end]
  }
}

extension UInt8 {
  /// Whether it is a blank, a tab or an end of a line or page in ASCII, as `Character.isWhitespace` has
  /// it.
  fileprivate var isWhiteSpace: Bool { self == 0x20 || (0x09...0x0D).contains(self) }
}
