/// Attributes of a tag.
enum HTMLAttribute {
  /// The raw value of an attribute; `nil` where there is none.
  ///
  /// - Parameters:
  ///   - name: The name in lower case.
  ///   - attributes: What stands in the tag after its name.
  /// - Returns: The value without quotes, character references not decoded.
  static func value(of name: StaticString, in attributes: Bytes) -> Bytes? {
    var position = 0
    while position < attributes.count {
      while position < attributes.count, !isName(attributes[position]) { position += 1 }
      let start = position
      while position < attributes.count, isName(attributes[position]) { position += 1 }
      let end = position
      while position < attributes.count, ASCII.isBlank(attributes[position]) { position += 1 }
      guard position < attributes.count, attributes[position] == UInt8(ascii: "=") else { continue }
      position += 1
      while position < attributes.count, ASCII.isBlank(attributes[position]) { position += 1 }
      guard position < attributes.count else { return nil }
      var value = position..<position
      let first = attributes[position]
      if first == ASCII.quote || first == UInt8(ascii: "'") {
        let close = attributes.position(of: first, from: position + 1) ?? attributes.count
        value = (position + 1)..<close
        position = close + 1
      } else {
        while position < attributes.count, !ASCII.isBlank(attributes[position]) { position += 1 }
        value = value.lowerBound..<position
      }
      if attributes.part(start..<end).equalsFolded(name) { return attributes.part(value) }
    }
    return nil
  }

  private static func isName(_ byte: UInt8) -> Bool {
    ASCII.isLetter(byte) || ASCII.isDigit(byte) || byte == UInt8(ascii: "-")
      || byte == UInt8(ascii: ":") || byte == UInt8(ascii: "_")
  }
}
