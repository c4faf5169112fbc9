/// The elements of HTML that change how text is laid out; all others are passed over.
enum HTMLElement: String {
  case head, style, script, title, template, noframes
  case br, hr
  case div, tr, table, tbody, form, section, article, header, footer, address, center, main, nav
  case fieldset, figure, dt
  case p, h1, h2, h3, h4, h5, h6, blockquote, pre, ul, ol, dl
  case td, th
  case li, dd
  case img

  /// What an element does to the text.
  enum Layout {
    /// Its content is not shown.
    case hidden
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

  /// Recognizes a name in any case.
  init?(_ name: Bytes) {
    self.init(
      rawValue: String(unsafeUninitializedCapacity: name.count) { target in
        for index in 0..<name.count { target[index] = ASCII.lowercased(name[index]) }
        return name.count
      })
  }

  var layout: Layout {
    switch self {
    case .head, .style, .script, .title, .template, .noframes: .hidden
    case .br: .line
    case .hr, .div, .tr, .table, .tbody, .form, .section, .article, .header, .footer, .address,
      .center, .main, .nav, .fieldset, .figure, .dt:
      .block
    case .p, .h1, .h2, .h3, .h4, .h5, .h6, .blockquote, .pre, .ul, .ol, .dl: .paragraph
    case .td, .th: .cell
    case .li, .dd: .item
    case .img: .image
    }
  }
}
