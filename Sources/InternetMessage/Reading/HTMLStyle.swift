/// What an element says of whether its text is seen, by its style attribute and by `hidden`.
///
/// CSS Syntax section 5 for the attribute.
// QUIRK: CSS has style sheets hide text, too. They are left out: which rule goes over which takes a
// tree, and mailers that hide text for all readers write it at the element.
struct HTMLStyle {
  enum Size {
    case zero
    case absolute
    /// As much as around it.
    case relative
  }

  /// Whether nothing of it is shown, whatever stands in it says.
  var isGone = false
  /// Whether its text is visible, where it says so.
  var isVisible: Bool?
  /// The size of its text, where it says so.
  var size: Size?

  init() {}

  /// Reads the attributes of a tag.
  init(of tag: HTMLTag, _ element: HTMLElement?, in html: Bytes) {
    guard let style = tag.style, element != .template else {
      isGone = tag.hidden != nil || element == .template
      return
    }
    let value = html.part(style)
    var declared: Declared
    if value.position(of: UInt8(ascii: "&"), from: 0) != nil {
      declared = CharacterReference.decoded(value, of: .attribute).withUnsafeBytes(Declared.init)
    } else {
      declared = Declared(value)
    }
    declared.settle(hasHidden: tag.hidden != nil, isBlock: element?.isBox ?? false)
    isGone = declared.isGone
    isVisible = declared.visibility.value.flatMap { $0 }
    size = declared.size.value
  }
}

extension HTMLElement {
  /// Whether it has a height that can be bounded.
  fileprivate var isBox: Bool {
    switch layout {
    case .block, .paragraph, .item: !traits.contains(.row) && !traits.contains(.rows)
    case .inline, .line, .cell, .image: false
    }
  }
}

/// The declarations of a style attribute that tell whether text is seen.
private struct Declared {
  /// What the last declaration says that counts: no plain one goes over an important one.
  struct Property<Value> {
    private(set) var value: Value?
    private var isImportant = false

    mutating func declare(_ value: Value?, isImportant: Bool) {
      guard let value, isImportant || !self.isImportant else { return }
      self.value = value
      self.isImportant = isImportant
    }
  }

  enum Display {
    case nothing
    case inline
    case block
  }

  private var display = Property<Display>()
  private var hide = Property<Bool>()
  private var hasNoHeight = Property<Bool>()
  private var isCut = Property<Bool>()
  /// `nil` within means that it is as around it.
  private(set) var visibility = Property<Bool?>()
  private(set) var size = Property<HTMLStyle.Size>()
  private(set) var isGone = false

  init(_ style: Bytes) {
    var reader = DeclarationReader(style)
    while reader.next() {
      let value = reader.value
      func declare<Value>(_ property: inout Property<Value>, _ value: Value?) {
        property.declare(value, isImportant: reader.isImportant)
      }
      switch reader.name {
      case "display": declare(&display, Self.display(value))
      case "visibility": declare(&visibility, Self.visibility(value))
      case "font-size": declare(&size, Self.size(value))
      case "font": declare(&size, Self.sizeOfFont(value))
      case "mso-hide": declare(&hide, value == "all" ? true : value == "none" ? false : nil)
      case "max-height": declare(&hasNoHeight, value == "none" ? false : Self.isZero(value))
      case "overflow", "overflow-y":
        declare(&isCut, value.hasPrefix("hidden") || value.hasPrefix("clip"))
      default: break
      }
    }
  }

  mutating func settle(hasHidden: Bool, isBlock: Bool) {
    switch display.value {
    case .nothing?: isGone = true
    case .inline?, .block?:
      // A style goes over `hidden`; and what only Outlook is not to show, others do.
      isGone = false
    case nil: isGone = hasHidden || hide.value == true
    }
    if isBlock && display.value != .inline || display.value == .block,
      hasNoHeight.value == true, isCut.value == true
    {
      isGone = true
    }
  }

  private static func display(_ value: String) -> Display? {
    switch value {
    case "none": .nothing
    case "inline", "contents", "inherit", "initial", "unset", "revert", "ruby", "run-in", "table",
      "table-cell", "table-row", "table-row-group", "table-header-group", "table-footer-group",
      "table-column", "table-column-group":
      .inline
    case "block", "inline-block", "list-item", "flow-root", "flex", "inline-flex", "grid",
      "inline-grid", "inline-table", "table-caption", "-webkit-box", "-webkit-flex",
      "-ms-flexbox":
      .block
    default: nil
    }
  }

  private static func visibility(_ value: String) -> Bool?? {
    switch value {
    case "visible", "initial": .some(.some(true))
    case "hidden", "collapse": .some(.some(false))
    case "inherit", "unset", "revert": .some(.none)
    default: .none
    }
  }

  // MARK: Sizes

  private static func size(_ value: String) -> HTMLStyle.Size? {
    switch value {
    case "xx-small", "x-small", "small", "medium", "large", "x-large", "xx-large", "xxx-large",
      "initial":
      return .absolute
    case "smaller", "larger", "inherit", "unset", "revert": return .relative
    default: break
    }
    guard let length = Length(value) else { return nil }
    if length.isZero { return .zero }
    return length.isNegative ? nil : length.isRelative ? .relative : .absolute
  }

  /// The size in `font`, in which a weight may stand before it, and a line's height behind.
  private static func sizeOfFont(_ value: String) -> HTMLStyle.Size? {
    for word in value.split(separator: " ") {
      let word = String(word.prefix { $0 != "/" })
      if let length = Length(word), length.unit.isEmpty, !length.isZero { continue }
      if let size = size(word) { return size }
    }
    return nil
  }

  private static func isZero(_ value: String) -> Bool? { Length(value)?.isZero }

  private struct Length {
    var isZero = true
    var isNegative: Bool
    var unit: Substring

    init?(_ text: String) {
      isNegative = text.hasPrefix("-")
      var rest = text[...]
      if isNegative || text.hasPrefix("+") { rest = rest.dropFirst() }
      let number = rest.prefix { $0.isASCII && $0.isNumber || $0 == "." }
      unit = rest.dropFirst(number.count)
      guard number.contains(where: { $0 != "." }),
        unit == "%" || unit.allSatisfy({ $0.isASCII && $0.isLetter })
      else { return nil }
      isZero = number.allSatisfy { $0 == "0" || $0 == "." }
    }

    var isRelative: Bool {
      ["%", "em", "ex", "ch", "lh", "ic", "cap"].contains(unit)
    }
  }
}

/// Reads the declarations of a style attribute one after the other.
private struct DeclarationReader {
  private let style: Bytes
  private var position = 0

  /// The name in lower case, escapes undone.
  private(set) var name = ""
  /// The value likewise, without comments, runs of blanks as one; a string in it is `"`.
  private(set) var value = ""
  private(set) var isImportant = false

  /// So much of a name or value tells what it is.
  private static let most = 80

  init(_ style: Bytes) { self.style = style }

  /// Reads the next declaration of a property that is of interest; whether there was one.
  mutating func next() -> Bool {
    while position < style.count {
      let byte = style[position]
      if isSpace(byte) || byte == UInt8(ascii: ";") {
        position += 1
      } else if style.has("/*", at: position) {
        skipComment()
      } else if readDeclaration() {
        return true
      }
    }
    return false
  }

  private func isSpace(_ byte: UInt8) -> Bool { ASCII.isBlank(byte) || byte == 0x0C }

  private mutating func skipComment() {
    var place = position + 2
    while let star = style.position(of: UInt8(ascii: "*"), from: place) {
      place = star + 1
      if style.has("/", at: place) {
        position = place + 1
        return
      }
    }
    position = style.count
  }

  private mutating func readDeclaration() -> Bool {
    var isNamed = false
    switch style[position] | 0x20 {
    // What the names of interest begin with; an escape may be any letter.
    case UInt8(ascii: "d"), UInt8(ascii: "v"), UInt8(ascii: "f"), UInt8(ascii: "m"),
      UInt8(ascii: "o"), ASCII.backslash | 0x20:
      isNamed = readName()
    default: break
    }
    let text = readValue(keeping: isNamed)
    guard isNamed, let text else { return false }
    value = text
    isImportant = false
    let mark = "important"
    if value.hasSuffix(mark) {
      var rest = value.dropLast(mark.count)
      if rest.last == " " { rest.removeLast() }
      if rest.last == "!" {
        rest.removeLast()
        if rest.last == " " { rest.removeLast() }
        value = String(rest)
        isImportant = true
      }
    }
    return true
  }

  /// Reads a name and its colon; whether the property is of interest.
  private mutating func readName() -> Bool {
    var text: [UInt8] = []
    while position < style.count {
      let byte = style[position]
      if byte == ASCII.backslash {
        append(readEscape(), to: &text)
      } else if ASCII.isLetter(byte) || ASCII.isDigit(byte) || byte == UInt8(ascii: "-")
        || byte == UInt8(ascii: "_") || byte >= 0x80
      {
        append(byte, to: &text)
        position += 1
      } else {
        break
      }
    }
    while position < style.count {
      if isSpace(style[position]) {
        position += 1
      } else if style.has("/*", at: position) {
        skipComment()
      } else {
        break
      }
    }
    guard position < style.count, style[position] == UInt8(ascii: ":") else { return false }
    position += 1
    name = String(decoding: text, as: UTF8.self)
    switch name {
    case "display", "visibility", "font-size", "font", "mso-hide", "max-height", "overflow",
      "overflow-y":
      return true
    default: return false
    }
  }

  private func append(_ byte: UInt8, to text: inout [UInt8]) {
    if text.count < Self.most { text.append(ASCII.lowercased(byte)) }
  }

  /// Reads up to the `;` that ends a declaration.
  private mutating func readValue(keeping isKept: Bool) -> String? {
    var text: [UInt8] = []
    var depth = 0
    var isAfterSpace = true
    while position < style.count {
      let byte = style[position]
      if byte == UInt8(ascii: ";"), depth == 0 { break }
      if style.has("/*", at: position) {
        skipComment()
      } else if byte == ASCII.backslash {
        let escaped = readEscape()
        if isKept { append(escaped, to: &text) }
        isAfterSpace = false
        continue
      } else {
        switch byte {
        case ASCII.quote, UInt8(ascii: "'"): skipString(byte)
        case UInt8(ascii: "("), UInt8(ascii: "["), UInt8(ascii: "{"):
          depth += 1
          position += 1
        case UInt8(ascii: ")"), UInt8(ascii: "]"), UInt8(ascii: "}"):
          depth = max(0, depth - 1)
          position += 1
        default: position += 1
        }
        guard !isSpace(byte) else {
          if isKept, !isAfterSpace { append(ASCII.space, to: &text) }
          isAfterSpace = true
          continue
        }
        if isKept { append(byte, to: &text) }
        isAfterSpace = false
      }
    }
    guard isKept else { return nil }
    while text.last == ASCII.space { text.removeLast() }
    return String(decoding: text, as: UTF8.self)
  }

  private mutating func skipString(_ quote: UInt8) {
    position += 1
    while position < style.count {
      let byte = style[position]
      position += byte == ASCII.backslash ? 2 : 1
      // A line end ends a string that is not closed.
      if byte == quote || byte == ASCII.lineFeed { break }
    }
    position = min(position, style.count)
  }

  /// Reads what a backslash and up to six digits or any sign mean; what is not of ASCII is `?`.
  private mutating func readEscape() -> UInt8 {
    position += 1
    var value: UInt32 = 0
    var count = 0
    while count < 6, position < style.count, let digit = ASCII.hexValue(style[position]) {
      value = value << 4 | UInt32(digit)
      position += 1
      count += 1
    }
    guard count == 0 else {
      if position < style.count, isSpace(style[position]) { position += 1 }
      return value < 0x80 ? UInt8(value) : UInt8(ascii: "?")
    }
    guard position < style.count else { return UInt8(ascii: "?") }
    defer { position += 1 }
    return style[position]
  }
}
