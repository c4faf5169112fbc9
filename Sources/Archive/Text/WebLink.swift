/// An address in a text that one may follow: `http:`, `https:`, `mailto:`, and nothing else.
struct WebLink {
  /// Where it stands.
  let range: Range<Int>

  /// A longer address stays text.
  private static let maxLength = 2000

  /// The links of a text in UTF-8, in order, at most so many.
  ///
  /// - Parameters:
  ///   - text: The text.
  ///   - limit: How many.
  /// - Returns: The links.
  static func all(in text: UnsafeBufferPointer<UInt8>, limit: Int) -> [WebLink] {
    var links: [WebLink] = []
    var position = 0
    // What stands before is looked at.
    var done = 0
    while position < text.count, links.count < limit {
      guard text[position] == UInt8(ascii: ":"),
        let start = schemeStart(text, before: position, from: done)
      else {
        position += 1
        continue
      }
      let isBracketed = start > 0 && text[start - 1] == UInt8(ascii: "<")
      var end = end(text, from: position + 1, isBracketed: isBracketed)
      done = end
      if !isBracketed || end == text.count || text[end] != UInt8(ascii: ">") {
        end = trimmed(text, start..<end)
      }
      if end - start <= maxLength, isWhole(text, position, end) {
        links.append(WebLink(range: start..<end))
      }
      position = max(done, position + 1)
    }
    return links
  }

  private static let schemes = ["https", "http", "mailto"].map { Array($0.utf8) }

  /// Where the scheme before a colon begins that may be followed.
  private static func schemeStart(
    _ text: UnsafeBufferPointer<UInt8>, before colon: Int, from least: Int
  ) -> Int? {
    for scheme in schemes {
      let start = colon - scheme.count
      guard start >= least,
        zip(scheme, text[start..<colon]).allSatisfy({ $0 == $1 | 0x20 })
      else { continue }
      // `xhttp:` is another one.
      if start > least {
        let before = text[start - 1]
        if isLetterOrDigit(before) || "+-.".utf8.contains(before) { return nil }
      }
      return start
    }
    return nil
  }

  private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default: false
    }
  }

  /// Where an address ends: at what no address holds (RFC 3986), and outside of brackets at what is no
  /// ASCII, since text of some languages follows without a blank.
  private static func end(
    _ text: UnsafeBufferPointer<UInt8>, from start: Int, isBracketed: Bool
  ) -> Int {
    var position = start
    while position < text.count {
      switch text[position] {
      case 0...0x20, 0x7F, UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "\""),
        UInt8(ascii: "\\"), UInt8(ascii: "`"), UInt8(ascii: "{"), UInt8(ascii: "|"),
        UInt8(ascii: "}"), UInt8(ascii: "^"):
        return position
      case 0..<0x80: position += 1
      // Blanks and what is hidden begin so, and some letters that an address can do without.
      case 0xC2, 0xD8, 0xE1, 0xE2, 0xE3, 0xEF, 0xF0...0xFF: return position
      default:
        guard isBracketed else { return position }
        position += 1
      }
    }
    return position
  }

  /// An address without what ends the sentence that it stands in.
  private static func trimmed(_ text: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> Int {
    var end = range.upperBound
    let opens = text[range].contains(UInt8(ascii: "("))
    while end > range.lowerBound {
      switch text[end - 1] {
      case UInt8(ascii: "."), UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: ":"),
        UInt8(ascii: "!"), UInt8(ascii: "?"), UInt8(ascii: "'"), UInt8(ascii: "*"),
        UInt8(ascii: "]"):
        end -= 1
      case UInt8(ascii: ")") where !opens: end -= 1
      default: return end
      }
    }
    return end
  }

  /// Whether an address says where it leads.
  private static func isWhole(
    _ text: UnsafeBufferPointer<UInt8>, _ colon: Int, _ end: Int
  ) -> Bool {
    // A `mailto` is the one whose scheme ends in an o.
    if text[colon - 1] | 0x20 == UInt8(ascii: "o") {
      return end > colon + 3 && text[(colon + 2)..<end].contains(UInt8(ascii: "@"))
    }
    guard end > colon + 3, text[colon + 1] == UInt8(ascii: "/"),
      text[colon + 2] == UInt8(ascii: "/")
    else { return false }
    let first = text[colon + 3]
    return isLetterOrDigit(first) || first >= 0x80 || first == UInt8(ascii: "[")
  }
}
