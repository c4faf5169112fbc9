/// Reads the parameters after the first word of a Content-Type or Content-Disposition field.
struct MIMEParameterParser {
  private let bytes: Bytes
  private var position: Int
  private var found: [Raw] = []
  private var isPlain = true

  /// A parameter as it stands.
  private struct Raw {
    var name: String
    var value: [UInt8]
  }

  /// So many parameters are read; a hostile field has more.
  private static let most = 1_000

  /// Begins after the first word of a value.
  init(_ bytes: Bytes, from position: Int) {
    self.bytes = bytes
    self.position = position
  }

  /// Hands on the value of a field; one that is an encoded word as a whole is decoded first.
  static func withPlainValue<Result>(_ value: Bytes, _ body: (Bytes) -> Result) -> Result {
    let trimmed = value.trimmed
    // QUIRK: RFC 2047 section 5 has encoded words in texts only. Some mailers encode any field that
    // holds a letter beyond ASCII.
    guard EncodedWord(in: trimmed, at: 0) != nil else { return body(value) }
    return Array(Text.unstructured(trimmed).text.utf8).withUnsafeBytes(body)
  }

  /// Reads them all.
  mutating func parse() -> MIMEParameters {
    while found.count < Self.most, let raw = next() { found.append(raw) }
    guard !found.isEmpty else { return .none }
    return MIMEParameters(entries: isPlain ? plainEntries() : joinedEntries())
  }

  // MARK: Reading

  private mutating func next() -> Raw? {
    while true {
      skipBlanksAndComments()
      while position < bytes.count, bytes[position] == UInt8(ascii: ";") {
        position += 1
        skipBlanksAndComments()
      }
      guard position < bytes.count else { return nil }
      let start = position
      while position < bytes.count, Self.isName(bytes[position]) { position += 1 }
      let end = position
      skipBlanksAndComments()
      guard position < bytes.count else { return nil }
      guard bytes[position] == UInt8(ascii: "="), end > start else {
        // No parameter: a stray word or byte.
        if end == start { position += 1 }
        continue
      }
      position += 1
      let name = String(decoding: bytes.part(start..<end), as: UTF8.self).lowercased()
      if name.utf8.contains(UInt8(ascii: "*")) { isPlain = false }
      return Raw(
        name: name,
        value: value(
          isFileName: name.hasPrefix("filename") || name == "name" || name.hasPrefix("name*")))
    }
  }

  private mutating func value(isFileName: Bool) -> [UInt8] {
    while position < bytes.count, ASCII.isBlank(bytes[position]) { position += 1 }
    guard position < bytes.count else { return [] }
    // QUIRK: a value that was quoted-printable once, `3D"utf-8"`, is what it was before.
    if bytes[position] == UInt8(ascii: "3"), bytes.has("D\"", at: position + 1) { position += 2 }
    if bytes[position] == ASCII.quote { return quoted() }
    let start = position
    var end = start
    while true {
      // QUIRK: RFC 2045 section 5.1 wants a value with parentheses quoted. Mailers write names and
      // boundaries without: one that follows directly is no comment.
      while position < bytes.count, Self.isValue(bytes[position]) { position += 1 }
      end = position
      // QUIRK: RFC 2045 section 5.1 wants a value with blanks quoted. Mailers leave the quotes out
      // of file names: the words up to the next semicolon belong to it, unless one is a parameter
      // or, where it is no file's name, a comment.
      while position < bytes.count, ASCII.isBlank(bytes[position]) { position += 1 }
      guard position < bytes.count, Self.isValue(bytes[position]) else { break }
      if bytes[position] == UInt8(ascii: "("), !isFileName { break }
      var next = position
      while next < bytes.count, Self.isName(bytes[next]) { next += 1 }
      if next < bytes.count, next > position, bytes[next] == UInt8(ascii: "=") { break }
    }
    return Array(bytes.part(start..<end))
  }

  private mutating func quoted() -> [UInt8] {
    var result: [UInt8] = []
    position += 1
    // QUIRK: RFC 2045 section 5.1 has one pair of quotes; what is quoted twice is meant without both.
    if position + 1 < bytes.count, bytes[position] == ASCII.quote, Self.isName(bytes[position + 1])
    {
      position += 1
    }
    while position < bytes.count, bytes[position] != ASCII.quote {
      let byte = bytes[position]
      position += 1
      if byte == ASCII.carriageReturn || byte == ASCII.lineFeed { continue }
      // QUIRK: RFC 822 section 3.3 has a backslash quote any byte. Mailers write Windows paths with
      // plain ones, so it quotes only a quote or another backslash.
      if byte == ASCII.backslash, position < bytes.count,
        bytes[position] == ASCII.quote || bytes[position] == ASCII.backslash
      {
        result.append(bytes[position])
        position += 1
        continue
      }
      result.append(byte)
    }
    position += 1
    if result.count > 2, let first = result.first, first == result.last,
      first == ASCII.quote || first == UInt8(ascii: "'")
    {
      return Array(result[1..<(result.count - 1)])
    }
    return result
  }

  private mutating func skipBlanksAndComments() {
    while position < bytes.count {
      if ASCII.isBlank(bytes[position]) {
        position += 1
      } else if bytes[position] == UInt8(ascii: "(") {
        var depth = 0
        repeat {
          switch bytes[position] {
          case ASCII.backslash: position += 1
          case UInt8(ascii: "("): depth += 1
          case UInt8(ascii: ")"): depth -= 1
          default: break
          }
          position += 1
        } while position < bytes.count && depth > 0
      } else {
        return
      }
    }
  }

  private static func isName(_ byte: UInt8) -> Bool {
    byte > 32 && byte != 127 && byte != UInt8(ascii: "=") && byte != UInt8(ascii: ";")
      && byte != UInt8(ascii: "(") && byte != ASCII.quote
  }

  private static func isValue(_ byte: UInt8) -> Bool {
    byte != UInt8(ascii: ";") && !ASCII.isBlank(byte)
  }

  // MARK: Decoding

  private func plainEntries() -> [MIMEParameters.Entry] {
    var entries: [MIMEParameters.Entry] = []
    entries.reserveCapacity(found.count)
    for raw in found where !entries.contains(where: { $0.name == raw.name }) {
      entries.append(.init(name: raw.name, value: Self.text(raw.value)))
      // Beyond a handful the search for names seen before would grow too long.
      if entries.count == 64 { break }
    }
    return entries
  }

  /// A value that is not of RFC 2231.
  private static func text(_ value: [UInt8]) -> String {
    // QUIRK: RFC 2047 section 5 forbids encoded words in parameters; most mailers write them.
    value.withUnsafeBytes { bytes in
      var position = 0
      while let equals = bytes.position(of: UInt8(ascii: "="), from: position) {
        if EncodedWord(in: bytes, at: equals) != nil { return Text.unstructured(bytes).text }
        position = equals + 1
      }
      return Text.decoded(value)
    }
  }

  /// A parameter in pieces (RFC 2231 section 3), some of them percent-encoded (section 4).
  private struct Pieces {
    var name: String
    var plain: [UInt8]?
    var whole: [UInt8]?
    var numbered: [(number: Int, isEncoded: Bool, value: [UInt8])] = []
  }

  private func joinedEntries() -> [MIMEParameters.Entry] {
    var places: [String: Int] = [:]
    var all: [Pieces] = []
    for raw in found {
      var parts = raw.name.split(separator: "*", omittingEmptySubsequences: false)
      let base = String(parts.removeFirst())
      let place = places[base] ?? all.count
      if place == all.count {
        places[base] = place
        all.append(Pieces(name: base))
      }
      switch (parts.first.flatMap { Int($0) }, parts.count) {
      case (_, 0): all[place].plain = all[place].plain ?? raw.value
      case (let number?, _):
        all[place].numbered.append((number, parts.count > 1, raw.value))
      case (nil, _): all[place].whole = all[place].whole ?? raw.value
      }
    }
    return all.map { .init(name: $0.name, value: Self.joined($0)) }
  }

  private static func joined(_ pieces: Pieces) -> String {
    if let whole = pieces.whole {
      let (charset, start) = charset(whole)
      return decoded(PercentEncoding.decoded(whole[start...]), charset)
    }
    // The pieces win over a plain value beside them, which is for readers that know none.
    guard !pieces.numbered.isEmpty else { return text(pieces.plain ?? []) }
    var label: String?
    var bytes: [UInt8] = []
    var hasEncoded = false
    let sorted = pieces.numbered.sorted { $0.number < $1.number }
    for (place, piece) in sorted.enumerated() {
      guard piece.isEncoded else {
        bytes += piece.value
        continue
      }
      hasEncoded = true
      var start = 0
      if place == 0 { (label, start) = charset(piece.value) }
      bytes += PercentEncoding.decoded(piece.value[start...])
    }
    return hasEncoded ? decoded(bytes, label) : text(bytes)
  }

  /// The charset before the first quote, and where the text after the second begins.
  private static func charset(_ value: [UInt8]) -> (String?, Int) {
    guard let first = value.firstIndex(of: UInt8(ascii: "'")),
      let second = value[(first + 1)...].firstIndex(of: UInt8(ascii: "'"))
    else { return (nil, 0) }
    let label = String(decoding: value[..<first], as: UTF8.self)
    return (label.isEmpty ? nil : label, second + 1)
  }

  private static func decoded(_ bytes: [UInt8], _ label: String?) -> String {
    guard let label else { return Text.decoded(bytes) }
    return bytes.withUnsafeBytes { Charset.decode($0, label: label).text }
  }
}
