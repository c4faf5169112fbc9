/// Reduces HTML to the text that a reader sees (WHATWG HTML section 13.2, as far as text needs it).
///
/// One pass, no tree. Quotations become lines that begin with `>`.
struct HTMLText {
  private let html: Bytes
  private var writer = HTMLTextWriter()
  private var position = 0
  // Once a quote or comment was found unclosed, all later ones are.
  private var hasOpenQuote = false
  private var preDepth = 0

  /// The text of a page.
  ///
  /// - Parameter html: The page in UTF-8, line ends as LF.
  /// - Returns: The text in UTF-8; empty, or ended by a line end.
  static func text(of html: [UInt8]) -> [UInt8] {
    html.withUnsafeBytes { bytes in
      var reader = HTMLText(html: bytes)
      reader.read()
      return reader.writer.finish()
    }
  }

  private init(html: Bytes) {
    self.html = html
  }

  private mutating func read() {
    var textStart = 0
    while let less = html.position(of: UInt8(ascii: "<"), from: position) {
      guard less + 1 < html.count else { break }
      let next = html[less + 1]
      let isTag =
        ASCII.isLetter(next) || next == UInt8(ascii: "/") || next == UInt8(ascii: "!")
        || next == UInt8(ascii: "?")
      guard isTag else {
        position = less + 1
        continue
      }
      writeText(textStart..<less)
      position = less
      readMarkup()
      textStart = position
    }
    if textStart < html.count { writeText(textStart..<html.count) }
  }

  private mutating func writeText(_ range: Range<Int>) {
    guard !range.isEmpty else { return }
    writer.write(html.part(range), isPreformatted: preDepth > 0)
  }

  /// Reads what begins with `<` at `position`, and goes past it.
  private mutating func readMarkup() {
    if html.has("<!--", at: position) {
      position = after("-->", from: position + 4)
      return
    }
    let first = html[position + 1]
    if first == UInt8(ascii: "!") || first == UInt8(ascii: "?") {
      position = html.position(of: UInt8(ascii: ">"), from: position).map { $0 + 1 } ?? html.count
      return
    }
    let isEnd = first == UInt8(ascii: "/")
    let nameStart = position + (isEnd ? 2 : 1)
    var nameEnd = nameStart
    while nameEnd < html.count, ASCII.isLetter(html[nameEnd]) || ASCII.isDigit(html[nameEnd]) {
      nameEnd += 1
    }
    let end = tagEnd(from: nameEnd)
    let attributes = html.part(nameEnd..<max(nameEnd, end - 1))
    position = end
    guard nameEnd > nameStart, nameEnd - nameStart <= 10 else { return }
    guard let element = HTMLElement(html.part(nameStart..<nameEnd)) else { return }
    if isEnd { close(element) } else { open(element, attributes) }
  }

  /// After the `>` of a tag; quotes that open after `=` hide one.
  private mutating func tagEnd(from start: Int) -> Int {
    var place = start
    while place < html.count {
      let byte = html[place]
      if byte == UInt8(ascii: ">") { return place + 1 }
      if byte == UInt8(ascii: "="), !hasOpenQuote {
        var quote = place + 1
        while quote < html.count, ASCII.isBlank(html[quote]) { quote += 1 }
        if quote < html.count, html[quote] == ASCII.quote || html[quote] == UInt8(ascii: "'") {
          if let close = html.position(of: html[quote], from: quote + 1) {
            place = close
          } else {
            hasOpenQuote = true
          }
        }
      }
      place += 1
    }
    return html.count
  }

  private func after(_ literal: StaticString, from start: Int) -> Int {
    var place = start
    let first = literal.utf8Start[0]
    while let found = html.position(of: first, from: place) {
      if html.has(literal, at: found) { return found + literal.utf8CodeUnitCount }
      place = found + 1
    }
    return html.count
  }

  private mutating func open(_ element: HTMLElement, _ attributes: Bytes) {
    switch element.layout {
    case .hidden: skip(to: element)
    case .line: writer.breakLine()
    case .block: writer.endLine()
    case .paragraph: writer.endParagraph()
    case .cell: writer.separateCells()
    case .item:
      writer.endLine()
      writer.write(element == .li ? "- " : "")
    case .image:
      if let alternative = HTMLAttribute.value(of: "alt", in: attributes) {
        writer.write(alternative, isPreformatted: false)
      }
    }
    if element == .pre { preDepth += 1 }
    if element == .blockquote { writer.quoteDepth += 1 }
    if element == .hr { writer.endLine() }
  }

  private mutating func close(_ element: HTMLElement) {
    switch element.layout {
    case .block, .item: writer.endLine()
    case .paragraph: writer.endParagraph()
    case .hidden, .line, .cell, .image: break
    }
    if element == .pre, preDepth > 0 { preDepth -= 1 }
    if element == .blockquote, writer.quoteDepth > 0 { writer.quoteDepth -= 1 }
  }

  /// Goes past the end tag of an element whose content is not shown.
  private mutating func skip(to element: HTMLElement) {
    let name = Array(element.rawValue.utf8)
    while let less = html.position(of: UInt8(ascii: "<"), from: position) {
      position = less + 1
      let end = less + 2 + name.count
      guard end <= html.count, html[less + 1] == UInt8(ascii: "/") else { continue }
      let isSame = html.part((less + 2)..<end).elementsEqual(name) {
        ASCII.lowercased($0) == $1
      }
      if isSame, end == html.count || !ASCII.isLetter(html[end]) {
        position = tagEnd(from: end)
        return
      }
    }
    position = html.count
  }
}
