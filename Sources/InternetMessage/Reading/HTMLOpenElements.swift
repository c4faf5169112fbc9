/// The elements that are open at a place of a page, and what of the page is seen there (WHATWG HTML
/// section 13.2.6, as far as it tells where an element ends).
// QUIRK: HTML moves text out of tables, and opens formatting elements again that another one's end
// closed. Here neither is done: the second could only hide more, and the first changes no word.
struct HTMLOpenElements {
  /// What is seen of what stands at a place.
  struct Sight {
    /// Whether nothing is: no line ends there, either.
    var isGone = false
    var isInvisible = false
    var hasNoSize = false

    var showsText: Bool { !isGone && !isInvisible && !hasNoSize }

    /// What is seen in an element that stands there.
    func inside(_ style: HTMLStyle) -> Sight {
      var sight = self
      sight.isGone = isGone || style.isGone
      if let isVisible = style.isVisible { sight.isInvisible = !isVisible }
      switch style.size {
      case .zero: sight.hasNoSize = true
      case .absolute: sight.hasNoSize = false
      case .relative, nil: break
      }
      return sight
    }
  }

  private struct Entry {
    var name: UInt64
    var element: HTMLElement?
    var traits: HTMLElement.Traits
    var style: HTMLStyle
    var sight: Sight
    /// Whether it is a quotation that is shown.
    var isQuote: Bool
  }

  /// Elements deeper than that are not told from what they stand in, as in browsers.
  private static let most = 512

  private var entries: [Entry] = []
  // How many are open, so that what is not is not looked for: else each of a million end tags would
  // cost as much as the stack is deep.
  private var names = [UInt16](repeating: 0, count: 256)
  private var paragraphs = 0
  private var items = 0
  private var headings = 0
  private var tables = 0
  /// How many quotations are open and shown.
  private(set) var quoteDepth = 0
  private var preformatted = 0

  /// Whether line ends and blanks count.
  var isPreformatted: Bool { preformatted > 0 }

  /// What is seen of what stands here.
  var sight: Sight { entries.last?.sight ?? Sight() }

  /// What stands for the name of an element in any case.
  static func key(_ name: Bytes) -> UInt64 {
    // FNV-1a.
    name.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64(ASCII.lowercased($1))) &* 0x100_0000_01b3 }
  }

  // MARK: Start tags

  /// Closes what cannot hold an element that begins here; whether the element can stand here then.
  mutating func makeRoom(for element: HTMLElement, _ name: UInt64) -> Bool {
    let traits = element.traits
    switch element {
    case .li: closeItem { $0.element == .li }
    case .dd, .dt: closeItem { $0.element == .dd || $0.element == .dt }
    case .a, .nobr: closeFormatting(name)
    case .button:
      if let open = last(name, before: .scope) { pop(to: open) }
    case .option, .optgroup:
      if entries.last?.element == .option { pop(to: entries.count - 1) }
    case .table where tables > 0:
      if let scope = entries.lastIndex(where: { $0.traits.contains(.scope) }),
        entries[scope].element == .table
      {
        pop(to: scope)
      }
    case .td, .th: return makeRoomInTable(below: [.table, .rows, .row])
    case .tr: return makeRoomInTable(below: [.table, .rows])
    case .tbody, .thead, .tfoot, .caption, .colgroup: return makeRoomInTable(below: .table)
    default: break
    }
    if traits.contains(.endsParagraph), paragraphs > 0,
      let open = last(where: { $0.element == .p }, before: [.scope, .button])
    {
      pop(to: open)
    }
    if traits.contains(.heading), entries.last?.traits.contains(.heading) == true {
      pop(to: entries.count - 1)
    }
    return true
  }

  /// Opens an element that is no void one, and has room.
  mutating func open(_ element: HTMLElement?, _ name: UInt64, _ style: HTMLStyle) {
    guard entries.count < Self.most else { return }
    let sight = sight.inside(style)
    entries.append(
      Entry(
        name: name, element: element, traits: element?.traits ?? [], style: style, sight: sight,
        isQuote: element == .blockquote && !sight.isGone))
    count(entries.count - 1, 1)
  }

  /// Closes the cell and what else is open in the innermost table, up to some elements; whether there
  /// is a table.
  private mutating func makeRoomInTable(below kept: HTMLElement.Traits) -> Bool {
    while tables > 0, let scope = entries.lastIndex(where: { $0.traits.contains(.scope) }) {
      if entries[scope].traits.contains(.cell) {
        pop(to: scope)
        continue
      }
      guard entries[scope].element == .table else { return false }
      while let last = entries.last, last.traits.isDisjoint(with: kept) {
        pop(to: entries.count - 1)
      }
      return true
    }
    return false
  }

  private mutating func closeItem(_ isItem: (Entry) -> Bool) {
    guard items > 0 else { return }
    for place in entries.indices.reversed() {
      if isItem(entries[place]) { return pop(to: place) }
      let traits = entries[place].traits
      if traits.contains(.special), !traits.contains(.insideItem) { return }
    }
  }

  // MARK: End tags

  /// Closes an element at its end tag.
  ///
  /// - Returns: Whether what ends there is seen, so that its lines end; as for an end tag to which
  ///   nothing is open.
  mutating func close(_ element: HTMLElement?, _ name: UInt64) -> Bool {
    let traits = element?.traits ?? []
    if traits.contains(.formatting) {
      closeFormatting(name)
      return !sight.isGone
    }
    let open: Int?
    switch element {
    case .p: open = last(name, before: [.scope, .button])
    case .li: open = last(name, before: [.scope, .list])
    case .td, .th, .caption, .tr, .tbody, .thead, .tfoot, .table:
      open = last(name, before: [.table, .root])
    case _ where traits.contains(.heading):
      open = headings > 0 ? last(where: { $0.traits.contains(.heading) }, before: .scope) : nil
    case _ where traits.contains(.special): open = last(name, before: .scope)
    default: open = last(name, before: .special)
    }
    guard let open else { return !sight.isGone }
    let isSeen = !entries[open].sight.isGone
    pop(to: open)
    return isSeen
  }

  /// Closes a formatting element; blocks that stand in it stay open (section 13.2.6.4.7, the
  /// adoption agency).
  private mutating func closeFormatting(_ name: UInt64) {
    guard let open = last(name, before: .scope) else { return }
    let inner = (open + 1)..<entries.count
    guard entries[inner].contains(where: { $0.traits.contains(.special) }) else {
      return pop(to: open)
    }
    count(open, -1)
    entries.remove(at: open)
    for place in open..<entries.count {
      let around = place > 0 ? entries[place - 1].sight : Sight()
      entries[place].sight = around.inside(entries[place].style)
    }
  }

  // MARK: The stack

  /// The innermost element of a name that stands in none of some others.
  private func last(_ name: UInt64, before stops: HTMLElement.Traits) -> Int? {
    guard names[Self.bucket(name)] > 0 else { return nil }
    return last(where: { $0.name == name }, before: stops)
  }

  private static func bucket(_ name: UInt64) -> Int { Int(name & 0xFF) }

  /// The innermost element that matches and stands in none of some others.
  private func last(
    where isMatch: (Entry) -> Bool, before stops: HTMLElement.Traits
  ) -> Int? {
    for place in entries.indices.reversed() {
      if isMatch(entries[place]) { return place }
      if !entries[place].traits.isDisjoint(with: stops) { return nil }
    }
    return nil
  }

  private mutating func pop(to place: Int) {
    while entries.count > place {
      count(entries.count - 1, -1)
      entries.removeLast()
    }
  }

  private mutating func count(_ place: Int, _ change: Int) {
    let entry = entries[place]
    let bucket = Self.bucket(entry.name)
    names[bucket] = UInt16(Int(names[bucket]) + change)
    switch entry.element {
    case .p: paragraphs += change
    case .li, .dd, .dt: items += change
    case .table: tables += change
    default: break
    }
    if entry.traits.contains(.heading) { headings += change }
    if entry.isQuote { quoteDepth += change }
    if entry.element?.isPreformatted == true { preformatted += change }
  }
}
