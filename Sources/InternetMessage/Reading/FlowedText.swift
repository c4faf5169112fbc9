/// Joins the lines of a text that was broken to be joined again (RFC 3676, `format=flowed`).
enum FlowedText {
  /// The text with each paragraph as one line; quotation marks stay at its start.
  ///
  /// - Parameters:
  ///   - text: The text, lines ended by LF.
  ///   - deletesSpace: Whether the blank that shows a soft break goes with it (`delsp=yes`).
  /// - Returns: The text with its paragraphs as lines.
  static func joined(_ text: [UInt8], deletesSpace: Bool) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(text.count)
    /// The quote depth of the paragraph that the last line left open.
    var openDepth: Int?
    var position = 0
    while position < text.count {
      let end = text[position...].firstIndex(of: ASCII.lineFeed) ?? text.count
      var start = position
      while start < end, text[start] == UInt8(ascii: ">") { start += 1 }
      let depth = start - position
      if start < end, text[start] == ASCII.space { start += 1 }
      let content = text[start..<end]
      // The line before a signature is never joined (section 4.3).
      let isSeparator = content.elementsEqual("-- ".utf8)
      if openDepth != depth || isSeparator {
        if openDepth != nil { result.append(ASCII.lineFeed) }
        result += text[position..<(position + depth)]
        if depth > 0 { result.append(ASCII.space) }
      }
      result += content
      openDepth = nil
      if !isSeparator, content.last == ASCII.space {
        if deletesSpace { result.removeLast() }
        openDepth = depth
      } else if end < text.count {
        result.append(ASCII.lineFeed)
      }
      position = end + 1
    }
    if openDepth != nil { result.append(ASCII.lineFeed) }
    return result
  }
}
