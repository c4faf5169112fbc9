/// The elements of HTML that change how text is laid out, or what is open after them; all others are
/// passed over.
enum HTMLElement: String {
  case html, head, body, frameset
  case area, base, basefont, bgsound, br, col, embed, frame, hr, image, img, input, keygen, link
  case meta, param, source, track, wbr
  case script, style, title, textarea, xmp, iframe, noembed, noframes, plaintext
  case template
  case table, caption, colgroup, tbody, thead, tfoot, tr, td, th
  case p, h1, h2, h3, h4, h5, h6, blockquote, pre, listing, ul, ol, dl, menu, dir
  case div, form, section, article, aside, header, footer, address, center, main, nav, search
  case fieldset, legend, figure, figcaption, hgroup, details, summary, dialog
  case li, dd, dt
  case option, optgroup
  case applet, button, marquee, noscript, object, select
  case a, b, big, code, em, font, i, nobr, s, small, strike, strong, tt, u

  /// Recognizes a name in any case.
  init?(_ name: Bytes) {
    guard name.count <= 10 else { return nil }
    self.init(
      rawValue: String(unsafeUninitializedCapacity: name.count) { target in
        for index in 0..<name.count { target[index] = ASCII.lowercased(name[index]) }
        return name.count
      })
  }

  // MARK: Layout

  /// What an element does to the text.
  enum Layout {
    case inline
    /// A line ends.
    case line
    /// It stands on lines of its own.
    case block
    /// It stands apart by a blank line.
    case paragraph
    /// It stands beside the one before.
    case cell
    /// An item of a list.
    case item
    /// It has a text that stands for it.
    case image
  }

  var layout: Layout {
    switch self {
    case .br: .line
    case .hr, .div, .tr, .table, .caption, .tbody, .thead, .tfoot, .form, .section, .article,
      .aside, .header, .footer, .address, .center, .main, .nav, .search, .fieldset, .legend,
      .figure, .figcaption, .hgroup, .details, .summary, .dialog, .dt:
      .block
    case .p, .h1, .h2, .h3, .h4, .h5, .h6, .blockquote, .pre, .listing, .xmp, .plaintext, .ul, .ol,
      .dl, .menu, .dir:
      .paragraph
    case .td, .th: .cell
    case .li, .dd: .item
    case .img, .image: .image
    default: .inline
    }
  }

  /// Whether line ends and blanks in it count.
  var isPreformatted: Bool { self == .pre || self == .listing }

  // MARK: Structure

  /// Whether nothing stands in it, and no end tag belongs to it.
  var isVoid: Bool {
    switch self {
    case .area, .base, .basefont, .bgsound, .br, .col, .embed, .frame, .hr, .image, .img, .input,
      .keygen, .link, .meta, .param, .source, .track, .wbr:
      true
    default: false
    }
  }

  /// Whether no tags count in it but its own end.
  ///
  /// Mail runs no scripts, so `noscript` is none of them.
  var isRaw: Bool {
    switch self {
    case .script, .style, .title, .textarea, .xmp, .iframe, .noembed, .noframes, .plaintext: true
    default: false
    }
  }

  /// What an element means to others that are open (WHATWG HTML sections 13.2.4.2 and 13.2.6.4.7).
  struct Traits: OptionSet {
    let rawValue: UInt16
    /// No end tag of an inline element reaches beyond it.
    static let special = Traits(rawValue: 1)
    /// Not even that of a block does.
    static let scope = Traits(rawValue: 2)
    /// Its start tag ends a paragraph.
    static let endsParagraph = Traits(rawValue: 4)
    /// It is ended where its end tag stands, whatever else is open in it.
    static let formatting = Traits(rawValue: 8)
    static let heading = Traits(rawValue: 16)
    static let list = Traits(rawValue: 32)
    static let table = Traits(rawValue: 64)
    static let row = Traits(rawValue: 128)
    /// The bodies of a table.
    static let rows = Traits(rawValue: 256)
    /// The cells of a table, and its caption.
    static let cell = Traits(rawValue: 512)
    static let button = Traits(rawValue: 1024)
    /// An item of a list goes on over it.
    static let insideItem = Traits(rawValue: 2048)
    /// Where a table cannot reach out of.
    static let root = Traits(rawValue: 4096)
  }

  var traits: Traits {
    switch self {
    case .a, .b, .big, .code, .em, .font, .i, .nobr, .s, .small, .strike, .strong, .tt, .u:
      .formatting
    case .h1, .h2, .h3, .h4, .h5, .h6: [.special, .endsParagraph, .heading]
    case .ul, .ol: [.special, .endsParagraph, .list]
    case .p, .div, .address: [.special, .endsParagraph, .insideItem]
    case .hr, .xmp, .plaintext, .blockquote, .pre, .listing, .dl, .menu, .dir, .form, .section,
      .article, .aside, .header, .footer, .center, .main, .nav, .search, .fieldset, .figure,
      .figcaption, .hgroup, .details, .summary, .dialog, .li, .dd, .dt:
      [.special, .endsParagraph]
    case .table: [.special, .scope, .endsParagraph, .table]
    case .td, .th, .caption: [.special, .scope, .cell]
    case .tr: [.special, .row]
    case .tbody, .thead, .tfoot: [.special, .rows]
    case .colgroup, .noscript: .special
    case .button: [.special, .button]
    case .applet, .marquee, .object, .select: [.special, .scope]
    case .template: [.special, .scope, .root]
    default: []
    }
  }
}
