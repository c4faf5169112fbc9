/// Reads a page of an archive as strictly as XML is read, and knows no more than what our pages hold: what
/// a stranger's text could add is a violation, whatever a browser would make of it.
public struct PageCheck {
  /// Where links, styles, scripts and pictures lead, in order.
  public private(set) var targets: [String] = []
  /// The names of elements, in order.
  public private(set) var elements: [String] = []
  /// The first thing that is wrong; `nil` where there is nothing.
  public private(set) var violation: String?

  private static let names = Set(
    """
    html head meta title link script body a header nav ul ol li main footer p h1 h2 h3 bdi span time dl \
    div dt dd section article details summary blockquote svg rect line text desc figure figcaption table \
    caption thead tbody tr th td
    """.split(separator: " ").map(String.init))
  private static let attributes = Set(
    """
    lang charset http-equiv content name rel href type title class dir id src defer aria-label \
    aria-current aria-labelledby aria-hidden tabindex datetime data-form data-name data-filter download \
    referrerpolicy scope reversed role viewBox preserveAspectRatio width height x y x1 x2 y1 y2 \
    text-anchor
    """.split(separator: " ").map(String.init))
  /// Those that have no end, and those that say so.
  private static let (empty, emptied): (Set, Set) = (["meta", "link"], ["rect", "line"])
  private static let references: Set = ["amp", "lt", "gt", "quot", "#39"]

  private let bytes: [UInt8]
  private var position = 0
  private var open: [String] = []

  /// Reads a page, or a part of one.
  public init(_ bytes: [UInt8]) {
    self.bytes = bytes
    guard String(validating: bytes, as: UTF8.self) != nil else {
      violation = "no UTF-8"
      return
    }
    let start = Array("<!DOCTYPE html>\n".utf8)
    if bytes.starts(with: start) { position = start.count }
    while position < bytes.count, violation == nil { next() }
    if violation == nil, let last = open.last { violation = "\(last) stays open" }
  }

  private mutating func next() {
    let byte = bytes[position]
    guard byte == UInt8(ascii: "<") else { return character(byte) }
    position += 1
    if position < bytes.count, bytes[position] == UInt8(ascii: "/") {
      position += 1
      let name = word()
      guard take(">"), open.popLast() == name else { return fail("</\(name) closes nothing") }
      return
    }
    let name = word()
    guard Self.names.contains(name) else { return fail("an element of no page of ours, \(name)") }
    elements.append(name)
    while take(" ") {
      let attribute = word()
      guard Self.attributes.contains(attribute) else {
        return fail("an attribute of no page of ours, \(attribute) of \(name)")
      }
      guard take("=") else { continue }
      guard take("\"") else { return fail("a value without quotes, \(attribute)") }
      let start = position
      while position < bytes.count, bytes[position] != UInt8(ascii: "\""), violation == nil {
        guard bytes[position] != UInt8(ascii: "<") else { return fail("< in \(attribute)") }
        character(bytes[position])
      }
      let value = String(decoding: bytes[start..<min(position, bytes.count)], as: UTF8.self)
      if attribute == "href" || attribute == "src" { targets.append(value) }
      guard take("\"") else { return fail("\(attribute) does not end") }
    }
    if take("/") {
      guard take(">"), Self.emptied.contains(name) else { return fail("\(name) is not empty") }
      return
    }
    guard take(">") else { return fail("\(name) does not end") }
    if !Self.empty.contains(name) { open.append(name) }
  }

  /// Reads a character of a text, of which nothing but our references may look like markup.
  private mutating func character(_ byte: UInt8) {
    switch byte {
    case UInt8(ascii: "&"):
      let end = bytes[position...].prefix(6).firstIndex(of: UInt8(ascii: ";"))
      guard let end,
        Self.references.contains(String(decoding: bytes[(position + 1)..<end], as: UTF8.self))
      else { return fail("an & of no reference of ours") }
      position = end + 1
    case UInt8(ascii: ">"), 0..<0x09, 0x0B..<0x20, 0x7F: fail("a bare \(byte)")
    case 0xE2 where isHarmful: fail("a character that turns the direction")
    default: position += 1
    }
  }

  /// Whether U+200E, U+200F, U+202A to U+202E or U+2066 to U+2069 stands here.
  private var isHarmful: Bool {
    guard position + 2 < bytes.count else { return false }
    switch (bytes[position + 1], bytes[position + 2]) {
    case (0x80, 0x8E...0x8F), (0x80, 0xA8...0xAE), (0x81, 0xA6...0xA9): return true
    default: return false
    }
  }

  private mutating func word() -> String {
    let start = position
    while position < bytes.count,
      bytes[position] == UInt8(ascii: "-")
        || (bytes[position] | 0x20) >= 0x61
          && (bytes[position] | 0x20) <= 0x7A
        || (0x30...0x39).contains(bytes[position])
    {
      position += 1
    }
    return String(decoding: bytes[start..<position], as: UTF8.self)
  }

  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard position < bytes.count, bytes[position] == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  private mutating func fail(_ text: String) {
    let start = max(0, position - 60)
    let near = String(decoding: bytes[start..<min(bytes.count, position + 60)], as: UTF8.self)
    violation = violation ?? "\(text), near \(near.debugDescription)"
  }
}
