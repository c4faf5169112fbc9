extension MIMEStructure {
  /// The readable text of a message, for an index of its words: decoded to UTF-8, HTML reduced, and
  /// nothing marked.
  ///
  /// - Parameters:
  ///   - message: The message.
  ///   - limit: How much of it at most, in bytes; a character at the end is not cut.
  /// - Returns: The text, with no NUL.
  public func text(of message: UnsafeRawBufferPointer, limit: Int) -> [UInt8] {
    var text: [UInt8] = []
    let contents = contents(in: message)
    for (part, role) in zip(parts, roles) where role == .text {
      guard text.count < limit else { break }
      var part = part
      // So many bytes of a message make one of text at least, but where there is little to read.
      let most = (limit - text.count) * 4
      if part.bodyRange.count > most {
        part.bodyRange = part.bodyRange.prefix(most)
      }
      let words = TextReader.text(of: part, in: contents, fallback: namedCharset)
      if text.isEmpty { text = words } else { text += words }
      text.append(ASCII.lineFeed)
    }
    guard text.count > limit else { return text }
    var end = limit
    while end > 0, text[end] & 0xC0 == 0x80 { end -= 1 }
    text.removeSubrange(end...)
    return text
  }
}
