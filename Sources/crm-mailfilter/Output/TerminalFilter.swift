import MailPipeline

/// Turns bytes that come in pieces into text that a terminal may be given.
///
/// What is no UTF-8, and what `Log.isHarmful` names, is U+FFFD; tabs and ends of lines stay, and CRLF
/// is one.
struct TerminalFilter {
  /// A character, or a CR, of which the end has not come yet.
  private var pending: [UInt8] = []

  /// The text of a piece, without what is not whole yet.
  mutating func text(of bytes: UnsafeRawBufferPointer) -> String {
    pending += bytes
    let end = Self.endOfWhole(pending)
    defer { pending.removeSubrange(..<end) }
    return Self.neutralised(pending[..<end])
  }

  /// The text of what is left.
  mutating func rest() -> String {
    defer { pending = [] }
    return Self.neutralised(pending[...])
  }

  private static func neutralised(_ bytes: ArraySlice<UInt8>) -> String {
    var safe = String.UnicodeScalarView()
    let scalars = String(decoding: bytes, as: UTF8.self).unicodeScalars
    var position = scalars.startIndex
    while position < scalars.endIndex {
      let scalar = scalars[position]
      position = scalars.index(after: position)
      if scalar == "\r", position < scalars.endIndex, scalars[position] == "\n" { continue }
      let isKept = scalar == "\n" || scalar == "\t" || !Log.isHarmful(scalar)
      safe.append(isKept ? scalar : "\u{FFFD}")
    }
    return String(safe)
  }

  /// Where a character begins that may go on in the next piece; the end where none does.
  private static func endOfWhole(_ bytes: [UInt8]) -> Int {
    guard let last = bytes.last else { return 0 }
    if last == UInt8(ascii: "\r") { return bytes.count - 1 }
    // The first byte of a character is at most three before its last.
    for length in 1...min(3, bytes.count) {
      let byte = bytes[bytes.count - length]
      if byte & 0xC0 == 0x80 { continue }
      let wanted = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : byte >= 0xC0 ? 2 : 1
      return wanted > length ? bytes.count - length : bytes.count
    }
    return bytes.count
  }
}
