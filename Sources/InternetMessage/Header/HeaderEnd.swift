/// Finds where the header section of a message ends while the message is still arriving
/// (RFC 5322 section 2.1).
///
/// Each call is given all bytes so far, and looks only at what is new: the work is linear in the
/// length of the section. `HeaderSection` uses the same code, so that both always agree.
public struct HeaderEnd: Sendable {
  /// What stands before the first field.
  struct Preamble: Sendable {
    var length: Int
    var fromLine: Range<Int>?
    var hasBlankLines: Bool
  }

  private(set) var preamble: Preamble?
  /// The byte that ends lines: CR only where the message has no LF at all.
  private(set) var lineEnd = ASCII.lineFeed
  private var scanned = 0

  /// Begins at the start of a message.
  public init() {}

  /// The offset of the first byte of the body, once the blank line after the header section has
  /// been seen.
  ///
  /// - Parameters:
  ///   - bytes: The message so far, from its first byte.
  ///   - isWhole: Whether no more will come.
  /// - Returns: `nil` where the section does not end within the bytes.
  public mutating func bodyOffset(in bytes: UnsafeRawBufferPointer, isWhole: Bool) -> Int? {
    if preamble == nil {
      if bytes.position(of: ASCII.lineFeed, from: 0) == nil {
        guard isWhole else { return nil }
        if bytes.position(of: ASCII.carriageReturn, from: 0) != nil {
          lineEnd = ASCII.carriageReturn
        }
      }
      guard let found = findPreamble(in: bytes, isWhole: isWhole) else { return nil }
      preamble = found
      scanned = found.length
      if let body = afterBlankLine(in: bytes, at: scanned) { return body }
    }
    while let end = bytes.position(of: lineEnd, from: scanned) {
      // A line end at the very end: whether a blank line follows is not known yet.
      if end + 1 == bytes.count { break }
      if bytes[end + 1] == ASCII.carriageReturn, end + 2 == bytes.count, !isWhole { break }
      if let body = afterBlankLine(in: bytes, at: end + 1) { return body }
      scanned = end + 1
    }
    return nil
  }

  /// Where the line after an empty line begins, if an empty line stands at `position`.
  private func afterBlankLine(in bytes: UnsafeRawBufferPointer, at position: Int) -> Int? {
    guard position < bytes.count else { return nil }
    if bytes[position] == lineEnd { return position + 1 }
    if lineEnd == ASCII.lineFeed, bytes[position] == ASCII.carriageReturn,
      position + 1 < bytes.count, bytes[position + 1] == ASCII.lineFeed
    {
      return position + 2
    }
    return nil
  }

  private func findPreamble(in bytes: UnsafeRawBufferPointer, isWhole: Bool) -> Preamble? {
    if !isWhole, bytes.count < 3 { return nil }
    var position = bytes.has("\u{FEFF}", at: 0) ? 3 : 0
    var fromLine: Range<Int>?
    if bytes.has("From ", at: position) || bytes.has(">From ", at: position) {
      guard let end = bytes.position(of: lineEnd, from: position) else {
        // Without a line end all of it is the line.
        return isWhole
          ? Preamble(length: bytes.count, fromLine: position..<bytes.count, hasBlankLines: false)
          : nil
      }
      var lineEnd = end
      if lineEnd > position, bytes[lineEnd - 1] == ASCII.carriageReturn { lineEnd -= 1 }
      fromLine = position..<lineEnd
      position = end + 1
    } else if !isWhole, bytes.count < position + 6 {
      return nil
    }
    let start = position
    while true {
      var next = position
      while next < bytes.count, bytes[next] != lineEnd, ASCII.isBlank(bytes[next]) { next += 1 }
      if next == bytes.count { break }
      guard bytes[next] == lineEnd else { break }
      position = next + 1
    }
    guard position > start else {
      return Preamble(length: start, fromLine: fromLine, hasBlankLines: false)
    }
    // Blank lines are skipped only where a field follows; else they end an empty section.
    switch startsField(bytes, at: position) {
    case true?: return Preamble(length: position, fromLine: fromLine, hasBlankLines: true)
    case false?: return Preamble(length: start, fromLine: fromLine, hasBlankLines: false)
    case nil:
      guard isWhole || bytes.count - position > 1000 else { return nil }
      return Preamble(length: start, fromLine: fromLine, hasBlankLines: false)
    }
  }

  /// Whether a field name and a colon stand at a place; `nil` where the bytes end before that shows.
  private func startsField(_ bytes: UnsafeRawBufferPointer, at position: Int) -> Bool? {
    var next = position
    while next < bytes.count, ASCII.isFieldName(bytes[next]) { next += 1 }
    guard next < bytes.count else { return nil }
    guard next > position else { return false }
    while next < bytes.count, bytes[next] == ASCII.space || bytes[next] == ASCII.tab { next += 1 }
    guard next < bytes.count else { return nil }
    return bytes[next] == UInt8(ascii: ":")
  }
}
