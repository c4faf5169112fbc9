/// Reduces HTML to the text that a reader sees (WHATWG HTML section 13.2, as far as text needs it).
///
/// One pass, no tree. Quotations become lines that begin with `>`.
struct HTMLText {
  private let html: Bytes
  private var tokenizer: HTMLTokenizer
  private var elements = HTMLOpenElements()
  private var writer = HTMLTextWriter()

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
      writer.quoteDepth = elements.quoteDepth
    }
  }

  private mutating func close(_ tag: HTMLTag) {
    let name = html.part(tag.name)
    let element = HTMLElement(name)
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

private typealias Sight = HTMLOpenElements.Sight
