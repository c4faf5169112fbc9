import Glibc

/// Text of header fields, decoded.
enum Text {
  /// A decoded text and what was odd in it.
  struct Decoded {
    var text: String
    var notes: [NoteKind]
  }

  /// Bytes that carry no encoded words: UTF-8 where they are valid (RFC 6532), else windows-1252, but
  /// ISO-2022-JP where its escape sequences stand in them; NUL shows as U+FFFD.
  static func decoded(_ bytes: [UInt8]) -> String {
    bytes.withUnsafeBytes { decoded($0).text }
  }

  /// An unstructured field or a phrase: unfolded, encoded words decoded, white space collapsed
  /// and trimmed (RFC 5322 section 3.2.5, RFC 2047).
  ///
  /// - Parameters:
  ///   - value: The field's value, or the phrase.
  ///   - fallback: The charset of words whose own nobody knows.
  /// - Returns: The text.
  static func unstructured(_ value: Bytes, fallback: String? = nil) -> Decoded {
    let value = value.trimmed
    if isPlain(value) {
      return Decoded(text: collapsed(String(decoding: value, as: UTF8.self), value), notes: [])
    }
    var result = Decoded(text: "", notes: [])
    var position = 0
    // Where plain text that has not been taken over yet begins.
    var plain = 0
    while let equals = value.position(of: UInt8(ascii: "="), from: position) {
      guard let word = EncodedWord(in: value, at: equals) else {
        position = equals + 1
        continue
      }
      appendPlain(value.part(plain..<equals), to: &result)
      position = appendWords(from: word, in: value, fallback, to: &result)
      plain = position
    }
    appendPlain(value.part(plain..<value.count), to: &result)
    result.text = collapsed(result.text)
    return result
  }

  /// Decodes a run of encoded words with nothing but blanks between them, and returns where it ends.
  private static func appendWords(
    from first: EncodedWord, in value: Bytes, _ fallback: String?, to result: inout Decoded
  ) -> Int {
    var word = first
    while true {
      var decoder = EncodedWordDecoder()
      let charset = value.part(word.charset)
      var end = word.end
      var following: EncodedWord?
      decoder.append(value.part(word.text), encoding: word.encoding)
      while true {
        var next = end
        while next < value.count, ASCII.isBlank(value[next]) { next += 1 }
        guard let another = EncodedWord(in: value, at: next) else { break }
        guard another.encoding == word.encoding, same(value.part(another.charset), charset) else {
          following = another
          break
        }
        decoder.append(value.part(another.text), encoding: word.encoding)
        end = another.end
      }
      decoder.finish()
      let label = String(decoding: charset, as: UTF8.self)
      let decoded = decoder.bytes.withUnsafeBytes {
        Charset.decode($0, label: label, fallback: fallback)
      }
      if !decoded.isKnown { result.notes.append(.unknownCharset) }
      result.text += hasNul(decoded.text) ? replacingNul(decoded.text) : decoded.text
      guard let following else { return end }
      word = following
    }
  }

  private static func hasNul(_ text: String) -> Bool {
    text.utf8.withContiguousStorageIfAvailable { bytes in
      bytes.baseAddress.map { memchr($0, 0, bytes.count) != nil } ?? false
    } ?? text.utf8.contains(0)
  }

  private static func same(_ left: Bytes, _ right: Bytes) -> Bool {
    left.count == right.count
      && zip(left, right).allSatisfy { ASCII.lowercased($0) == ASCII.lowercased($1) }
  }

  private static func appendPlain(_ bytes: Bytes, to result: inout Decoded) {
    guard !bytes.isEmpty else { return }
    let decoded = decoded(bytes)
    if decoded.isGuess { result.notes.append(.rawEightBit) }
    result.text += decoded.text
  }

  private static func decoded(_ bytes: Bytes) -> (text: String, isGuess: Bool) {
    let isGuess = !UTF8Check.isValid(bytes)
    var text =
      Charset.isJapanese(bytes)
      ? String(decoding: JapaneseText.utf8(of: bytes, isEUC: false), as: UTF8.self)
      : isGuess ? Charset.windows1252(bytes) : String(decoding: bytes, as: UTF8.self)
    if bytes.position(of: 0, from: 0) != nil { text = replacingNul(text) }
    return (text, isGuess)
  }

  private static func replacingNul(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      result.unicodeScalars.append(scalar.value == 0 ? "\u{FFFD}" : scalar)
    }
    return result
  }

  /// Whether bytes are ASCII without NUL and escape sequences, and without the start of an encoded
  /// word.
  private static func isPlain(_ bytes: Bytes) -> Bool {
    var previous: UInt8 = 0
    for byte in bytes {
      if byte >= 0x80 || byte == 0 || byte == 0x1B { return false }
      if byte == UInt8(ascii: "?"), previous == UInt8(ascii: "=") { return false }
      previous = byte
    }
    return true
  }

  private static func collapsed(_ text: String, _ bytes: Bytes) -> String {
    var wasBlank = false
    for byte in bytes {
      let isBlank = ASCII.isBlank(byte)
      if isBlank, wasBlank || byte != ASCII.space { return collapsed(text) }
      wasBlank = isBlank
    }
    return text
  }

  /// A text with each run of white space (Unicode's White_Space) as one space, trimmed.
  static func collapsed(_ text: String) -> String {
    var text = text
    return text.withUTF8 { source in
      String(unsafeUninitializedCapacity: source.count) { target in
        var count = 0
        var position = 0
        var isPending = false
        while position < source.count {
          let blank = whiteSpaceLength(source, position)
          if blank > 0 {
            isPending = count > 0
            position += blank
            continue
          }
          if isPending {
            target[count] = ASCII.space
            count += 1
            isPending = false
          }
          // The rest of a longer character is no white space.
          repeat {
            target[count] = source[position]
            count += 1
            position += 1
          } while position < source.count && source[position] & 0xC0 == 0x80
        }
        return count
      }
    }
  }

  /// The length of the white space character at a place of UTF-8 text; 0 for any other character.
  @inline(__always)
  private static func whiteSpaceLength(_ text: UnsafeBufferPointer<UInt8>, _ position: Int) -> Int {
    let first = text[position]
    if first < 0x80 { return first == 0x20 || first &- 9 < 5 ? 1 : 0 }
    guard position + 1 < text.count else { return 0 }
    let second = text[position + 1]
    if first == 0xC2 { return second == 0x85 || second == 0xA0 ? 2 : 0 }
    guard first & 0xF0 == 0xE0, position + 2 < text.count else { return 0 }
    let third = text[position + 2]
    switch (first, second, third) {
    case (0xE1, 0x9A, 0x80), (0xE2, 0x80, 0x80...0x8A), (0xE2, 0x80, 0xA8...0xA9),
      (0xE2, 0x80, 0xAF), (0xE2, 0x81, 0x9F), (0xE3, 0x80, 0x80):
      return 3
    default: return 0
    }
  }
}
