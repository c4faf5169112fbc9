/// Makes of a page another one that shows its text and does nothing: known elements without attributes,
/// each with its end, and links that lead to web pages or to a mailbox.
///
/// Written anew from tags that are known, not by taking away those that are bad. What a reader of the
/// page does not see is left out: without its style it would be seen.
struct SafeHTML {
  private let html: Bytes
  private var tokenizer: HTMLTokenizer
  private var elements = HTMLOpenElements()
  private let limit: Int
  private var output: [UInt8]
  /// What was written and is not ended yet.
  private var open: [HTMLElement] = []
  private var isCut = false

  /// Elements that stand in more than so many others are left out, with their text in place.
  private static let most = 64
  /// Longer targets are left out.
  private static let longestTarget = 2_048

  /// Adds a page.
  ///
  /// - Parameters:
  ///   - html: The page in UTF-8, line ends as LF.
  ///   - output: Takes what is shown of it.
  ///   - limit: About so many bytes are written.
  /// - Returns: Whether something was left out for want of room.
  static func write(_ html: [UInt8], to output: inout [UInt8], limit: Int) -> Bool {
    html.withUnsafeBytes { bytes in
      var writer = SafeHTML(html: bytes, output: output, limit: limit)
      writer.run()
      output = writer.output
      return writer.isCut
    }
  }

  /// Adds a text with its lines.
  ///
  /// - Returns: As `write`.
  static func write(text: [UInt8], to output: inout [UInt8], limit: Int) -> Bool {
    output += "<pre>".utf8
    defer { output += "</pre>\n".utf8 }
    for byte in text {
      guard output.count < limit else { return true }
      escape(byte, isMarkup: false, to: &output)
    }
    return false
  }

  private init(html: Bytes, output: [UInt8], limit: Int) {
    self.html = html
    self.output = output
    self.limit = limit
    tokenizer = HTMLTokenizer(html)
  }

  private mutating func run() {
    while !isCut, let token = tokenizer.next() {
      switch token {
      case .text(let range): if elements.sight.showsText { write(range, isMarkup: true) }
      case .tag(let tag) where tag.isEnd: close(tag)
      case .tag(let tag): begin(tag)
      }
    }
    end(downTo: 0)
  }

  // MARK: Text

  private mutating func write(_ range: Range<Int>, isMarkup: Bool) {
    for byte in html.part(range) {
      guard output.count < limit else {
        isCut = true
        return
      }
      Self.escape(byte, isMarkup: isMarkup, to: &output)
    }
  }

  /// Writes a byte of text; a reference of a text that is markup stays one.
  private static func escape(_ byte: UInt8, isMarkup: Bool, to output: inout [UInt8]) {
    switch byte {
    case UInt8(ascii: "<"): output += "&lt;".utf8
    case UInt8(ascii: ">"): output += "&gt;".utf8
    case UInt8(ascii: "&") where !isMarkup: output += "&amp;".utf8
    default: output.append(byte)
    }
  }

  // MARK: Elements

  /// The element as which one is written; `nil` where it is none of those that show text.
  private static func written(_ element: HTMLElement) -> HTMLElement? {
    switch element {
    case .a, .b, .blockquote, .br, .caption, .code, .dd, .div, .dl, .dt, .em, .h1, .h2, .h3, .h4,
      .h5, .h6, .hr, .i, .li, .ol, .p, .pre, .s, .small, .strike, .strong, .table, .tbody, .td,
      .tfoot, .th, .thead, .tr, .tt, .u, .ul:
      element
    case .address, .article, .aside, .center, .details, .dialog, .fieldset, .figcaption, .figure,
      .footer, .form, .header, .hgroup, .legend, .main, .nav, .search, .section, .summary:
      .div
    case .menu, .dir: .ul
    case .listing: .pre
    default: nil
    }
  }

  /// What an element that begins does to one that is open (WHATWG HTML section 13.1.2.4).
  private enum Effect {
    case ends
    case passes
    /// What is open around that one stays open.
    case stops
  }

  private static func effect(of element: HTMLElement, on open: HTMLElement) -> Effect {
    switch element {
    case .li:
      switch open {
      case .li: .ends
      case .ul, .ol, .table, .blockquote: .stops
      default: .passes
      }
    case .dt, .dd:
      switch open {
      case .dt, .dd: .ends
      case .dl, .table, .blockquote: .stops
      default: .passes
      }
    case .td, .th:
      switch open {
      case .td, .th, .caption: .ends
      case .table: .stops
      default: .passes
      }
    case .tr:
      switch open {
      case .tr, .caption: .ends
      case .table: .stops
      default: .passes
      }
    case .tbody, .thead, .tfoot:
      switch open {
      case .tbody, .thead, .tfoot, .caption: .ends
      case .table: .stops
      default: .passes
      }
    case .a:
      switch open {
      case .a: .ends
      case .table: .stops
      default: .passes
      }
    case .p, .div, .blockquote, .dl, .h1, .h2, .h3, .h4, .h5, .h6, .hr, .ol, .pre, .table, .ul:
      switch open {
      case .p: .ends
      case .td, .th, .caption, .table, .li, .dd, .div, .blockquote: .stops
      default: .passes
      }
    default: .stops
    }
  }

  private mutating func begin(_ tag: HTMLTag) {
    let name = html.part(tag.name)
    let element = HTMLElement(name)
    switch element {
    case .html, .head, .body, .frameset: return
    default: break
    }
    let key = HTMLOpenElements.key(name)
    let hasRoom = element.map { elements.makeRoom(for: $0, key) } ?? true
    let style = HTMLStyle(of: tag, element, in: html)
    if let element, element.isVoid || element.isRaw {
      let sight = elements.sight.inside(style)
      if element.isRaw {
        writeRaw(tag, element, sight)
      } else if !sight.isGone {
        writeVoid(tag, element, sight)
      }
      return
    }
    guard !tag.isSelfClosing, hasRoom else { return }
    elements.open(element, key, style)
    guard let element, !elements.sight.isGone, let written = Self.written(element) else { return }
    write(written, href: tag.href)
  }

  private mutating func write(_ element: HTMLElement, href: Range<Int>?) {
    endWhat(element)
    guard output.count < limit else {
      isCut = true
      return
    }
    guard open.count < Self.most else { return }
    if element == .a {
      guard let target = href.flatMap({ Self.target(html.part($0)) }) else { return }
      output += "<a href=\"".utf8
      output += target
      output += "\">".utf8
    } else {
      output += "<\(element.rawValue)>".utf8
    }
    open.append(element)
  }

  /// Ends what cannot hold an element that begins.
  private mutating func endWhat(_ element: HTMLElement) {
    for place in open.indices.reversed() {
      switch Self.effect(of: element, on: open[place]) {
      case .ends: return end(downTo: place)
      case .stops: return
      case .passes: continue
      }
    }
  }

  private mutating func writeVoid(
    _ tag: HTMLTag, _ element: HTMLElement, _ sight: HTMLOpenElements.Sight
  ) {
    switch element {
    case .br, .hr:
      endWhat(element)
      output += "<\(element.rawValue)>".utf8
    case .img, .image:
      // Pictures are brought by whoever shows the page: their senders would be told of it.
      if let alternative = tag.alt, !sight.isInvisible { write(alternative, isMarkup: true) }
    default: break
    }
  }

  private mutating func writeRaw(
    _ tag: HTMLTag, _ element: HTMLElement, _ sight: HTMLOpenElements.Sight
  ) {
    let content = element == .plaintext ? tokenizer.rest() : tokenizer.rawText(of: tag, element)
    guard let content, sight.showsText else { return }
    switch element {
    case .textarea, .xmp, .plaintext:
      output += "<pre>".utf8
      write(content, isMarkup: element == .textarea)
      output += "</pre>".utf8
    default: break
    }
  }

  private mutating func close(_ tag: HTMLTag) {
    let name = html.part(tag.name)
    let element = HTMLElement(name)
    _ = elements.close(element, HTMLOpenElements.key(name))
    guard let written = element.flatMap(Self.written) else { return }
    for place in open.indices.reversed() {
      if open[place] == written { return end(downTo: place) }
      switch open[place] {
      case .table: return
      case .td, .th, .caption:
        // What is in a cell ends nothing outside of it, but for the parts of the table.
        switch written {
        case .table, .tbody, .thead, .tfoot, .tr: continue
        default: return
        }
      default: continue
      }
    }
  }

  /// Ends what is open, until so many are left.
  private mutating func end(downTo count: Int) {
    while open.count > count { output += "</\(open.removeLast().rawValue)>".utf8 }
  }

  // MARK: Links

  /// A target as it stands in an attribute; `nil` for one that leads to nothing that may be shown.
  private static func target(_ href: Bytes) -> [UInt8]? {
    guard href.count <= longestTarget * 6, let shown = LinkTarget.shown(href) else { return nil }
    let isKnown = shown.withUnsafeBytes { !$0.hasFoldedPrefix("ftp://") }
    guard isKnown, shown.count <= longestTarget else { return nil }
    var target: [UInt8] = []
    for byte in shown {
      switch byte {
      case UInt8(ascii: "&"): target += "&amp;".utf8
      case UInt8(ascii: "\""): target += "%22".utf8
      case UInt8(ascii: "'"): target += "%27".utf8
      case UInt8(ascii: "`"): target += "%60".utf8
      default: target.append(byte)
      }
    }
    return target
  }
}

extension TextReader {
  /// The text of a message as a page that is safe to show; `nil` where no part of the text is a page.
  static func safeHTML(
    of bytes: Bytes, _ structure: MIMEStructure, limit: Int
  ) -> (html: [UInt8], isCut: Bool)? {
    let contents = structure.contents(in: bytes)
    let roles = structure.roles
    let parts = structure.parts.filter {
      if case .text = roles[$0.index] { return true }
      return false
    }
    guard parts.contains(where: { isHTML($0.contentType) }) else { return nil }
    var output: [UInt8] = []
    for part in parts {
      let isCut: Bool
      if isHTML(part.contentType) {
        let page = LineEnds.normalized(
          decodedText(of: part, in: contents, fallback: structure.namedCharset), keepsNul: true)
        output += "<div>".utf8
        isCut = SafeHTML.write(page, to: &output, limit: limit)
        output += "</div>\n".utf8
      } else {
        let text = Self.text(of: part, in: contents, fallback: structure.namedCharset)
        isCut = SafeHTML.write(text: text, to: &output, limit: limit)
      }
      if isCut { return (output, true) }
    }
    return (output, false)
  }
}
