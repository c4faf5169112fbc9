import Testing

@testable import crm_mailfilter

/// Bytes on a terminal.
@Suite struct TerminalFilterTests {
  private static let bytes =
    Array("a\r\nb\tc\rd é見\u{1F600}\u{202E}\u{9B}m \u{1B}]0;x\u{7}\n".utf8)
    + [0xFF, 0xC3, 0x28, 0x80, 0xE2, 0x82, 0x0A, 0xF0, 0x9F, 0x98]

  private func text(inPiecesOf size: Int) -> String {
    var filter = TerminalFilter()
    var text = ""
    var rest = Self.bytes[...]
    while !rest.isEmpty {
      text += rest.prefix(size).withUnsafeBytes { filter.text(of: $0) }
      rest = rest.dropFirst(size)
    }
    return text + filter.rest()
  }

  @Test func theTextIsTheSameWhateverThePieces() {
    let whole = text(inPiecesOf: Self.bytes.count)
    #expect(
      whole.unicodeScalars.elementsEqual(
        ("a\nb\tc\u{FFFD}d é見\u{1F600}\u{FFFD}\u{FFFD}m \u{FFFD}]0;x\u{FFFD}\n"
          + "\u{FFFD}\u{FFFD}(\u{FFFD}\u{FFFD}\n\u{FFFD}").unicodeScalars),
      "\(whole.debugDescription)")
    for size in 1...7 {
      #expect(text(inPiecesOf: size).unicodeScalars.elementsEqual(whole.unicodeScalars), "\(size)")
    }
  }
}
