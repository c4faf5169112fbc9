/// Reads message identifiers (RFC 5322 section 3.6.4 and the obsolete forms of 4.5.4).
enum MessageIDList {
  /// All that stands in `<` and `>` and has an `@`, in order; prose and junk between are passed over.
  static func parse(_ value: Bytes) -> [MessageID] {
    var ids: [MessageID] = []
    var position = 0
    while let open = value.position(of: UInt8(ascii: "<"), from: position) {
      guard let close = value.position(of: UInt8(ascii: ">"), from: open + 1) else { break }
      // An identifier that is not closed: the next one begins before the `>`.
      var start = open + 1
      while let another = value.part(0..<close).position(of: UInt8(ascii: "<"), from: start) {
        start = another + 1
      }
      let content = value.part(start..<close)
      if content.position(of: UInt8(ascii: "@"), from: 0) != nil, let id = id(content) {
        ids.append(id)
      }
      position = close + 1
    }
    return ids
  }

  /// The identifier of a Message-ID field: in brackets, or else the first word.
  static func first(_ value: Bytes) -> MessageID? {
    if let open = value.position(of: UInt8(ascii: "<"), from: 0),
      let close = value.position(of: UInt8(ascii: ">"), from: open + 1)
    {
      return id(value.part((open + 1)..<close))
    }
    let trimmed = value.trimmed
    var end = 0
    while end < trimmed.count, !ASCII.isBlank(trimmed[end]) { end += 1 }
    let word = trimmed.part(0..<end)
    return id(word.first == UInt8(ascii: "<") ? word.part(1..<word.count) : word)
  }

  /// An identifier without blanks: folding may break it anywhere.
  private static func id(_ content: Bytes) -> MessageID? {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(content.count)
    for byte in content where !ASCII.isBlank(byte) { bytes.append(byte) }
    guard !bytes.isEmpty else { return nil }
    return MessageID(Text.decoded(bytes))
  }
}
