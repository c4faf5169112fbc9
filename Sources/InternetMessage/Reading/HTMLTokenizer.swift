/// A tag of a page, with the places of the attributes that say something about text.
struct HTMLTag {
  var name: Range<Int>
  var isEnd: Bool
  /// Whether it ends with `/>`.
  var isSelfClosing = false
  var alt: Range<Int>?
  var href: Range<Int>?
  var style: Range<Int>?
  var hidden: Range<Int>?
}

/// Parts a page into text and tags (WHATWG HTML section 13.2.5); comments are passed over.
struct HTMLTokenizer {
  enum Token {
    case text(Range<Int>)
    case tag(HTMLTag)
  }

  private let html: Bytes
  private var position = 0
  /// Quotes that were found unclosed: so are all later ones of the kind.
  private var hasOpenQuote = false
  private var hasOpenApostrophe = false
  /// Elements without an end tag from here on.
  private var unclosed: Set<HTMLElement> = []
  /// Whether a script was found whose comment hides its end tag: it may hide all later ones.
  private var hasOpenScript = false

  init(_ html: Bytes) { self.html = html }

  /// The next text or tag; `nil` at the end.
  mutating func next() -> Token? {
    while position < html.count {
      let start = position
      position = nextMarkup(from: start)
      if position > start { return .text(start..<position) }
      if let tag = readMarkup() { return .tag(tag) }
    }
    return nil
  }

  /// Where the next tag or comment begins.
  private func nextMarkup(from start: Int) -> Int {
    var place = start
    while let less = html.position(of: UInt8(ascii: "<"), from: place) {
      if isMarkup(at: less) { return less }
      place = less + 1
    }
    return html.count
  }

  /// Whether a `<` begins something else than text.
  private func isMarkup(at less: Int) -> Bool {
    guard less + 1 < html.count else { return false }
    switch html[less + 1] {
    case UInt8(ascii: "!"), UInt8(ascii: "?"): return true
    case UInt8(ascii: "/"): return less + 2 < html.count
    case let next: return ASCII.isLetter(next)
    }
  }

  /// Reads what begins with `<` at `position`, and goes past it; `nil` where it is no tag.
  private mutating func readMarkup() -> HTMLTag? {
    if html.has("<!--", at: position) {
      position = endOfComment(from: position + 4)
      return nil
    }
    let isEnd = html[position + 1] == UInt8(ascii: "/")
    let name = position + (isEnd ? 2 : 1)
    guard ASCII.isLetter(html[name]) else {
      // A document type, a conditional comment, an instruction of XML, `</>`.
      position = html.position(of: UInt8(ascii: ">"), from: name).map { $0 + 1 } ?? html.count
      return nil
    }
    return readTag(name: name, isEnd: isEnd)
  }

  /// After a comment: `<!-->` and `<!--->` are whole ones, and `--!>` ends one, too.
  private func endOfComment(from start: Int) -> Int {
    var place = start
    while let end = html.position(of: UInt8(ascii: ">"), from: place) {
      place = end + 1
      let before = html.part(start..<end)
      if before.isEmpty || before.count == 1 && before.has("-", at: 0)
        || before.has("--", at: before.count - 2) || before.has("--!", at: before.count - 3)
      {
        return place
      }
    }
    return html.count
  }

  // MARK: Tags

  private func isSpace(_ place: Int) -> Bool { ASCII.isBlank(html[place]) || html[place] == 0x0C }

  /// Whether a byte ends a name of a tag or an attribute.
  private func endsName(_ place: Int) -> Bool {
    isSpace(place) || html[place] == UInt8(ascii: "/") || html[place] == UInt8(ascii: ">")
  }

  /// Reads a tag, and goes past it; `nil` where the page ends in it.
  private mutating func readTag(name start: Int, isEnd: Bool) -> HTMLTag? {
    var place = start
    while place < html.count, !endsName(place) { place += 1 }
    var tag = HTMLTag(name: start..<place, isEnd: isEnd)
    while place < html.count {
      if html[place] == UInt8(ascii: ">") {
        position = place + 1
        return tag
      }
      if endsName(place) {
        tag.isSelfClosing = html.has("/>", at: place)
        place += 1
      } else {
        place = readAttribute(at: place, of: &tag)
      }
    }
    position = html.count
    return nil
  }

  /// Reads an attribute, and returns where it ends.
  private mutating func readAttribute(at start: Int, of tag: inout HTMLTag) -> Int {
    // A name may begin with what ends all others.
    var place = start + 1
    while place < html.count, !endsName(place), html[place] != UInt8(ascii: "=") { place += 1 }
    let name = html.part(start..<place)
    while place < html.count, isSpace(place) { place += 1 }
    guard place < html.count, html[place] == UInt8(ascii: "=") else {
      add(name, place..<place, to: &tag)
      return place
    }
    place += 1
    while place < html.count, isSpace(place) { place += 1 }
    if place < html.count, let close = closingQuote(of: place) {
      add(name, (place + 1)..<close, to: &tag)
      return close + 1
    }
    let value = place
    while place < html.count, !isSpace(place), html[place] != UInt8(ascii: ">") { place += 1 }
    add(name, value..<place, to: &tag)
    return place
  }

  /// The first attribute of a name counts.
  private func add(_ name: Bytes, _ value: Range<Int>, to tag: inout HTMLTag) {
    switch name.count {
    case 3 where tag.alt == nil && name.equalsFolded("alt"): tag.alt = value
    case 4 where tag.href == nil && name.equalsFolded("href"): tag.href = value
    case 5 where tag.style == nil && name.equalsFolded("style"): tag.style = value
    case 6 where tag.hidden == nil && name.equalsFolded("hidden"): tag.hidden = value
    default: break
    }
  }

  /// Where a quote that opens at a place closes; `nil` where none opens.
  // QUIRK: to a browser a quote that is never closed hides all that follows; here it is none, so
  // that no text is lost.
  private mutating func closingQuote(of place: Int) -> Int? {
    switch html[place] {
    case ASCII.quote where !hasOpenQuote:
      let close = html.position(of: ASCII.quote, from: place + 1)
      hasOpenQuote = close == nil
      return close
    case UInt8(ascii: "'") where !hasOpenApostrophe:
      let close = html.position(of: UInt8(ascii: "'"), from: place + 1)
      hasOpenApostrophe = close == nil
      return close
    default: return nil
    }
  }

  // MARK: Raw text

  /// Reads the content of an element in which no tags count but its own end, and goes past that.
  ///
  /// - Returns: Where the content stands; `nil` where nothing ends it.
  // QUIRK: to a browser `/>` says nothing in these tags, and what is never closed hides all that
  // follows. Here `<title/>` without an end tag of its own is empty, and an unclosed style sheet or
  // title ends where the next tag begins, so that no text is lost.
  mutating func rawText(of tag: HTMLTag, _ element: HTMLElement) -> Range<Int>? {
    let start = position
    if tag.isSelfClosing {
      guard let next = tagOfRaw(element, from: start), next.isEnd else { return nil }
    }
    let end =
      element == .script && !hasOpenScript
      ? endOfScript(from: start) : endTag(of: element, from: start)
    if let end {
      position = end
      // What stands in an end tag says nothing.
      _ = readTag(name: end + 2, isEnd: true)
      return start..<end
    }
    switch element {
    case .script: position = html.count
    case .title, .style: position = nextMarkup(from: start)
    default: break
    }
    return nil
  }

  /// All that is left.
  mutating func rest() -> Range<Int> {
    defer { position = html.count }
    return position..<html.count
  }

  private mutating func endTag(of element: HTMLElement, from start: Int) -> Int? {
    guard !unclosed.contains(element) else { return nil }
    var place = start
    while let next = tagOfRaw(element, from: place) {
      if next.isEnd { return next.place }
      place = next.place + 1
    }
    unclosed.insert(element)
    return nil
  }

  /// The first start or end tag of an element from a place on.
  private func tagOfRaw(
    _ element: HTMLElement, from start: Int
  ) -> (place: Int, isEnd: Bool)? {
    guard !unclosed.contains(element) else { return nil }
    var place = start
    while let less = html.position(of: UInt8(ascii: "<"), from: place) {
      place = less + 1
      let isEnd = html.has("/", at: place)
      if has(element.rawValue, at: less + (isEnd ? 2 : 1)) { return (less, isEnd) }
    }
    return nil
  }

  /// Whether the name of a tag stands at a place.
  private func has(_ name: String, at place: Int) -> Bool {
    let end = place + name.utf8.count
    guard end < html.count, endsName(end) else { return false }
    return html.part(place..<end).elementsEqual(name.utf8) { ASCII.lowercased($0) == $1 }
  }

  /// Where a script ends: in a comment of it another one may stand (section 13.2.5.17).
  private mutating func endOfScript(from start: Int) -> Int? {
    enum State {
      case plain
      case comment
      case scriptInComment
    }
    var state = State.plain
    var place = start
    // Where the comment that is open may end at the earliest: its own dashes count.
    var firstEnd = start
    var firstEndTag: Int?
    while place < html.count {
      switch html[place] {
      case UInt8(ascii: "<"):
        if has("/script", at: place + 1) {
          firstEndTag = firstEndTag ?? place
          if state != .scriptInComment { return place }
          state = .comment
        } else if state == .plain, html.has("<!--", at: place) {
          state = .comment
          firstEnd = place + 2
          place += 3
        } else if state == .comment, has("script", at: place + 1) {
          state = .scriptInComment
        }
      case UInt8(ascii: ">") where state != .plain && place - 2 >= firstEnd:
        if html.has("--", at: place - 2) { state = .plain }
      default: break
      }
      place += 1
    }
    // An end tag that counts for none is better than a page that ends here.
    hasOpenScript = true
    return firstEndTag
  }
}
