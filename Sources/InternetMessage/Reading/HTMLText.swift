/// Reduces HTML to the text that a reader sees (WHATWG HTML section 13.2, as far as text needs it).
///
/// One pass, no tree. Quotations become lines that begin with `>`.
struct HTMLText {
  private let html: Bytes
  private var tokenizer: HTMLTokenizer
  private var elements = HTMLOpenElements()
  private var writer = HTMLTextWriter()
  private let keepsLinks: Bool
  /// The target of the link that is open.
  private var target: [UInt8]?

  /// The text of a page.
  ///
  /// - Parameters:
  ///   - html: The page in UTF-8, line ends as LF.
  ///   - keepsLinks: Whether the target of a link follows its text, as `text <https://…>`, where it
  ///     says more.
  /// - Returns: The text in UTF-8; empty, or ended by a line end.
  static func text(of html: [UInt8], keepsLinks: Bool = false) -> [UInt8] {
    html.withUnsafeBytes { bytes in
      var reader = HTMLText(html: bytes, keepsLinks: keepsLinks)
      reader.read()
      reader.endLink()
      return reader.writer.finish()
    }
  }

  private init(html: Bytes, keepsLinks: Bool) {
    self.html = html
    self.keepsLinks = keepsLinks
    tokenizer = HTMLTokenizer(html)
  }

  private mutating func read() {
    while let token = tokenizer.next() {
      switch token {
      case .text(let range):
        if elements.sight.showsText {
          writer.write(html.part(range), isPreformatted: elements.isPreformatted)
        }
      case .tag(let tag) where tag.isEnd: close(tag)
      case .tag(let tag): open(tag)
      }
    }
  }

  private mutating func open(_ tag: HTMLTag) {
    let name = html.part(tag.name)
    let element = HTMLElement(name)
    switch element {
    // They are there even without their tags; so the head hides nothing, and ends anywhere.
    case .html, .head, .body, .frameset: return
    default: break
    }
    let key = HTMLOpenElements.key(name)
    let hasRoom = element.map { elements.makeRoom(for: $0, key) } ?? true
    endQuotations()
    if element == .a { endLink() }
    let style = HTMLStyle(of: tag, element, in: html)
    if let element, element.isVoid || element.isRaw {
      let sight = elements.sight.inside(style)
      if element.isRaw { openRaw(tag, element, sight) } else { begin(element, tag, sight) }
    } else if tag.isSelfClosing || !hasRoom {
      // QUIRK: to a browser `/>` says nothing here; XHTML means an empty element.
      if let element { begin(element, tag, elements.sight.inside(style)) }
    } else {
      elements.open(element, key, style)
      if let element { begin(element, tag, elements.sight) }
      if element == .a { beginLink(tag) }
      writer.quoteDepth = elements.quoteDepth
    }
  }

  private mutating func close(_ tag: HTMLTag) {
    let name = html.part(tag.name)
    let element = HTMLElement(name)
    if element == .a { endLink() }
    let isSeen = elements.close(element, HTMLOpenElements.key(name))
    if isSeen {
      switch element?.layout {
      case .block, .item: writer.endLine()
      case .paragraph: writer.endParagraph()
      case .line: writer.breakLine()
      case .inline, .cell, .image, nil: break
      }
    }
    endQuotations()
  }

  /// Ends the paragraph where quotations were closed.
  private mutating func endQuotations() {
    guard writer.quoteDepth != elements.quoteDepth else { return }
    writer.endParagraph()
    writer.quoteDepth = elements.quoteDepth
  }

  /// Begins an element in the text.
  private mutating func begin(_ element: HTMLElement, _ tag: HTMLTag, _ sight: Sight) {
    guard !sight.isGone else { return }
    switch element.layout {
    case .inline: break
    case .line: writer.breakLine()
    case .block: writer.endLine()
    case .paragraph: writer.endParagraph()
    case .cell: writer.separateCells()
    case .item:
      writer.endLine()
      if element == .li, sight.showsText { writer.write("- ") }
    case .image:
      // An image is seen whatever the size of the text.
      if let alternative = tag.alt, !sight.isInvisible {
        writer.write(html.part(alternative), isPreformatted: false, references: .attribute)
      }
    }
  }

  // MARK: Links

  private mutating func beginLink(_ tag: HTMLTag) {
    guard keepsLinks, elements.sight.showsText, let href = tag.href else { return }
    target = LinkTarget.shown(html.part(href))
    writer.isLink = target != nil
  }

  private mutating func endLink() {
    guard let target else { return }
    self.target = nil
    writer.isLink = false
    if LinkTarget.saysMore(target, than: writer.linkText) { writer.writeTarget(target) }
  }

  private mutating func openRaw(_ tag: HTMLTag, _ element: HTMLElement, _ sight: Sight) {
    let content = element == .plaintext ? tokenizer.rest() : tokenizer.rawText(of: tag, element)
    guard let content, !sight.isGone else { return }
    switch element {
    case .textarea, .xmp, .plaintext:
      begin(element, tag, sight)
      if sight.showsText {
        writer.write(
          html.part(content), isPreformatted: true,
          references: element == .textarea ? .text : nil)
      }
      if element == .xmp { writer.endParagraph() }
    default: break
    }
  }
}

/// Where a link leads.
enum LinkTarget {
  private static let schemes: [StaticString] = ["https://", "http://", "ftp://", "mailto:"]

  /// What is shown of an address in a page; `nil` where it leads to nothing outside of it.
  static func shown(_ href: Bytes) -> [UInt8]? {
    let decoded = CharacterReference.decoded(href, of: .attribute)
    return decoded.withUnsafeBytes { bytes in
      let bytes = bytes.trimmed
      guard schemes.contains(where: { bytes.hasFoldedPrefix($0) }) else { return nil }
      var target: [UInt8] = []
      target.reserveCapacity(bytes.count)
      for byte in bytes {
        switch byte {
        // Line ends and tabs are dropped, blanks are percent-encoded (WHATWG URL section 4.4); and
        // what would end the brackets is.
        case 0..<0x20, 0x7F: break
        case ASCII.space: target += "%20".utf8
        case UInt8(ascii: "<"): target += "%3C".utf8
        case UInt8(ascii: ">"): target += "%3E".utf8
        default: target.append(byte)
        }
      }
      return target
    }
  }

  /// Whether a target is not what the text of its link says; a link without text is none to read.
  static func saysMore(_ target: [UInt8], than text: [UInt8]) -> Bool {
    let text = essence(text)
    return !text.isEmpty && text != essence(target)
  }

  private static func essence(_ text: [UInt8]) -> [UInt8] {
    text.withUnsafeBytes { bytes in
      var bytes = bytes.trimmed
      for scheme in schemes where bytes.hasFoldedPrefix(scheme) {
        bytes = bytes.part(scheme.utf8CodeUnitCount..<bytes.count)
      }
      if bytes.last == UInt8(ascii: "/") { bytes = bytes.part(0..<(bytes.count - 1)) }
      return bytes.map(ASCII.lowercased)
    }
  }
}

private typealias Sight = HTMLOpenElements.Sight
