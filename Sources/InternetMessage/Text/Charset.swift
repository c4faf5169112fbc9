import Glibc

/// Bytes in a named charset as text (RFC 2045 section 2.2, RFC 2978), as browsers and mail readers
/// take the names (WHATWG's Encoding standard).
///
/// Unicode, Latin-1, windows-1252 and the framing of Japanese text are decoded here, all others by
/// iconv(3), which a small system may lack.
enum Charset {
  /// A text, and whether its charset was known.
  struct Decoded {
    fileprivate let converted: Converted
    let isKnown: Bool

    var text: String { converted.text }
    /// The text in UTF-8.
    var utf8: [UInt8] { converted.utf8 }
  }

  /// A text as it was made: a long one is not made a string of, and bytes again.
  enum Converted {
    case text(String)
    /// Valid UTF-8.
    case bytes([UInt8])

    var text: String {
      switch self {
      case .text(let text): text
      case .bytes(let bytes): String(decoding: bytes, as: UTF8.self)
      }
    }

    var utf8: [UInt8] {
      switch self {
      case .text(let text): Array(text.utf8)
      case .bytes(let bytes): bytes
      }
    }
  }

  /// Decodes bytes.
  ///
  /// What is no character of the charset becomes U+FFFD. Where nobody knows the label the text is
  /// UTF-8 if it can be, else in the fallback's charset, else in windows-1252.
  ///
  /// - Parameters:
  ///   - bytes: The text.
  ///   - label: What is said to be its charset; `nil` where nothing is said.
  ///   - fallback: The label of a charset that something near the text is in.
  /// - Returns: The text, and whether the label was known.
  static func decode(_ bytes: Bytes, label: String?, fallback: String? = nil) -> Decoded {
    guard let label, let name = CharsetLabels.name(of: label) else {
      return Decoded(converted: guessed(bytes, fallback), isKnown: label == nil)
    }
    // Windows' numbers of character sets, such as 134, say what font was meant rather than more.
    if label.utf8.count <= 3, label.utf8.allSatisfy(ASCII.isDigit), UTF8Check.isValid(bytes) {
      return Decoded(converted: .text(String(decoding: bytes, as: UTF8.self)), isKnown: true)
    }
    return Decoded(converted: decoded(bytes, name, fallback), isKnown: true)
  }

  /// Whether somebody knows what a label means.
  static func isKnown(_ label: String) -> Bool { CharsetLabels.name(of: label) != nil }

  /// Whether a label names a charset that bytes above 127 can be read in, other than UTF-8.
  static func isLegacy(_ label: String) -> Bool {
    switch CharsetLabels.name(of: label) {
    case nil, "A", "U8", "U7", "U16", "U16B", "U32", "U32B": false
    default: true
    }
  }

  private static func decoded(_ bytes: Bytes, _ name: String, _ fallback: String?) -> Converted {
    switch name {
    case "A": return guessed(bytes, fallback)
    case "U8": return unicode(bytes)
    case "U7":
      return bytes.contains { $0 >= 0x80 } ? guessed(bytes, fallback) : .text(UTF7.text(of: bytes))
    case "U16", "U16B", "U32", "U32B":
      // Some name their ASCII so.
      if bytes.position(of: 0, from: 0) == nil, UTF8Check.isValid(bytes) {
        return unicode(bytes)
      }
      return .text(
        name.hasPrefix("U16")
          ? utf16(bytes, isBigEndian: name == "U16B") : utf32(bytes, isBigEndian: name == "U32B"))
    default: break
    }
    let isUTF8 = bytes.contains { $0 >= 0x80 } && UTF8Check.isValid(bytes)
    // Seven bits are all that these have.
    if isUTF8, name == "JIS" || name == "HZ" { return unicode(bytes) }
    // QUIRK: RFC 2045 section 2.2 has the label decide. Bytes that are UTF-8, and no text in the
    // charset of the label, are what they are.
    if isUTF8, name == "L1" || name.hasPrefix("ISO-8859"), bytes.contains(where: isC1) {
      return unicode(bytes)
    }
    let text: Converted
    switch name {
    // QUIRK: RFC 2045 section 2.2 has no C1 controls in ISO-8859-1 text; bytes 128 to 159 under
    // that label are windows-1252, as every mail reader shows them.
    case "L1", "W": text = .text(windows1252(bytes))
    case "JIS":
      // Eight bits without an escape sequence are what Windows writes.
      text =
        bytes.contains { $0 >= 0x80 } && bytes.position(of: 0x1B, from: 0) == nil
        ? converted(bytes, from: "CP932") : .bytes(JapaneseText.utf8(of: bytes, isEUC: false))
    case "EUCJP": text = .bytes(JapaneseText.utf8(of: bytes, isEUC: true))
    case "BIG5-HKSCS": text = .text(Big5.text(of: bytes))
    case "HZ": text = HZ.bytes(of: bytes).withUnsafeBytes { converted($0, from: "GB18030") }
    default: text = converted(bytes, from: name)
    }
    if isUTF8,
      text.text.unicodeScalars.contains(where: { $0.value == 0xFFFD || $0.value &- 0x80 < 0x20 })
    {
      return unicode(bytes)
    }
    return text
  }

  private static func isC1(_ byte: UInt8) -> Bool { byte &- 0x80 < 0x20 }

  /// A text of which no charset is known.
  private static func guessed(_ bytes: Bytes, _ fallback: String?) -> Converted {
    if isJapanese(bytes) { return .bytes(JapaneseText.utf8(of: bytes, isEUC: false)) }
    if UTF8Check.isValid(bytes) { return .text(String(decoding: bytes, as: UTF8.self)) }
    guard let fallback, isLegacy(fallback), let name = CharsetLabels.name(of: fallback) else {
      return .text(windows1252(bytes))
    }
    return decoded(bytes, name, nil)
  }

  private static func unicode(_ bytes: Bytes) -> Converted {
    .text(String(decoding: bytes, as: UTF8.self))
  }

  /// Whether a text without a label is in ISO-2022-JP (RFC 1468), which is ASCII to who looks away.
  static func isJapanese(_ bytes: Bytes) -> Bool {
    guard let escape = bytes.position(of: 0x1B, from: 0) else { return false }
    return bytes.has("$B", at: escape + 1) || bytes.has("$@", at: escape + 1)
  }

  /// UTF-16; a mark at its start says which byte of a unit comes first (RFC 2781 section 4.3).
  ///
  /// Without one the label decides; a bare label is little-endian, as Windows writes it.
  static func utf16(_ bytes: Bytes, isBigEndian: Bool) -> String {
    var isBigEndian = isBigEndian
    var start = 0
    if let isMarkBig = markOfUTF16(bytes) {
      isBigEndian = isMarkBig
      start = 2
    }
    let units = stride(from: start, to: bytes.count - 1, by: 2).map { place in
      let first = UInt16(bytes[place])
      let second = UInt16(bytes[place + 1])
      return isBigEndian ? first << 8 | second : second << 8 | first
    }
    let text = String(decoding: units, as: UTF16.self)
    return (bytes.count - start) % 2 == 0 ? text : text + "\u{FFFD}"
  }

  /// Whether the mark of UTF-16 at the start of a text is big-endian; `nil` where none is there.
  static func markOfUTF16(_ bytes: Bytes) -> Bool? {
    guard bytes.count >= 2 else { return nil }
    switch (bytes[0], bytes[1]) {
    case (0xFE, 0xFF): return true
    case (0xFF, 0xFE): return false
    default: return nil
    }
  }

  private static func utf32(_ bytes: Bytes, isBigEndian: Bool) -> String {
    var text = ""
    var isBigEndian = isBigEndian
    for place in stride(from: 0, to: bytes.count - 3, by: 4) {
      let raw = bytes.loadUnaligned(fromByteOffset: place, as: UInt32.self)
      let value = isBigEndian ? UInt32(bigEndian: raw) : UInt32(littleEndian: raw)
      if place == 0, value == 0xFEFF || value == 0xFFFE_0000 {
        if value != 0xFEFF { isBigEndian.toggle() }
        continue
      }
      text.unicodeScalars.append(Unicode.Scalar(value) ?? "\u{FFFD}")
    }
    return text
  }

  /// Text in windows-1252; its five unassigned bytes become U+FFFD.
  static func windows1252(_ bytes: Bytes) -> String {
    let longer = bytes.reduce(0) { $0 + ($1 >= 0x80 ? 2 : 0) }
    return windows1252Table.withUnsafeBufferPointer { table in
      String(unsafeUninitializedCapacity: bytes.count + longer) { target in
        var count = 0
        for byte in bytes {
          guard byte >= 0x80 else {
            target[count] = byte
            count += 1
            continue
          }
          let value = byte < 0xA0 ? table[Int(byte) - 0x80] : UInt32(byte)
          if value < 0x800 {
            target[count] = UInt8(0xC0 | value >> 6)
            count += 1
          } else {
            target[count] = UInt8(0xE0 | value >> 12)
            target[count + 1] = UInt8(0x80 | value >> 6 & 0x3F)
            count += 2
          }
          target[count] = UInt8(0x80 | value & 0x3F)
          count += 1
        }
        return count
      }
    }
  }

  private static let windows1252Table: [UInt32] = [
    0x20AC, 0xFFFD, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
    0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0xFFFD, 0x017D, 0xFFFD,
    0xFFFD, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
    0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0xFFFD, 0x017E, 0x0178,
  ]

  /// Decodes by iconv(3); in windows-1252 where the system lacks the charset.
  ///
  /// - Parameters:
  ///   - bytes: The text.
  ///   - name: A charset, as iconv(3) knows it.
  ///   - isWhole: Whether each character that is begun has all its bytes, known or not.
  /// - Returns: The text.
  static func converted(
    _ bytes: Bytes, from name: String, isWhole: Bool = false
  ) -> Converted {
    if bytes.count >= SingleByteCharset.shortest, let table = SingleByteCharset.named(name) {
      return .bytes(table.utf8(of: bytes))
    }
    return convertedBySystem(Array(bytes), from: name, isWhole: isWhole)
  }

  /// The same, whatever the charset is.
  static func convertedBySystem(
    _ bytes: [UInt8], from name: String, isWhole: Bool = false
  ) -> Converted {
    var bytes = bytes
    let unitLength = UnitLength(name, isWhole: isWhole)
    return ConverterPool.withConverter(from: name) { .bytes(convert(&bytes, $0, unitLength)) }
      ?? .text(bytes.withUnsafeBytes { windows1252($0) })
  }

  private static func convert(
    _ input: inout [UInt8], _ converter: ConverterPool.Converter, _ unitLength: UnitLength
  ) -> [UInt8] {
    var output: [UInt8] = []
    output.reserveCapacity(input.count * 2)
    let inputCount = input.count
    input.withUnsafeMutableBytes { inputBytes in
      var source = inputBytes.baseAddress?.assumingMemoryBound(to: CChar.self)
      var left = inputCount
      withUnsafeTemporaryAllocation(of: CChar.self, capacity: 4096) { buffer in
        var isFlushing = false
        while true {
          var target = buffer.baseAddress
          var room = buffer.count
          let result =
            isFlushing
            ? converter.convert(nil, nil, to: &target, &room)
            : converter.convert(&source, &left, to: &target, &room)
          let error = errno
          output.append(
            contentsOf: UnsafeRawBufferPointer(
              start: buffer.baseAddress, count: buffer.count - room))
          if result != Int(bitPattern: UInt.max) {
            if isFlushing { break }
            isFlushing = true
          } else if error != E2BIG {
            let rest = Bytes(rebasing: Bytes(inputBytes).suffix(left))
            output += unitLength.replacement(of: rest)
            guard error == EILSEQ, !isFlushing else { break }
            let length = unitLength.length(of: rest)
            guard left > length else { break }
            source = source?.advanced(by: length)
            left -= length
          }
        }
      }
    }
    return output
  }
}

/// How long what is no character of a charset is: decoding goes on after it, so that one damaged
/// character is not taken for the start of others.
private struct UnitLength {
  private enum Kind {
    case single
    /// A byte above 127 and another one.
    case double
    /// Likewise, but for half-width kana and some bytes that begin nothing.
    case shiftJIS
    /// Like `double`, and characters of four bytes whose second is a digit.
    case gb18030
    case eucJP
    case eucTW
  }
  private let kind: Kind
  private let isWhole: Bool

  init(_ name: String, isWhole: Bool) {
    self.isWhole = isWhole
    kind =
      switch name {
      case "CP932": .shiftJIS
      case "CP949", "JOHAB", "BIG5-HKSCS": .double
      case "GB18030": .gb18030
      case "EUC-JP-MS": .eucJP
      case "EUC-TW": .eucTW
      default: .single
      }
  }

  /// The length of what begins some bytes and is no character.
  func length(of bytes: Bytes) -> Int {
    func byte(_ place: Int) -> UInt8 { place < bytes.count ? bytes[place] : 0 }
    let first = byte(0)
    guard kind != .single, first > 0x80, first < 0xFF else { return 1 }
    let isShort = byte(1) < 0x80 && !isWhole
    switch kind {
    case .single: return 1
    case .shiftJIS where first == 0xA0 || first > 0xFC: return 1
    case .double, .shiftJIS: return isShort ? 1 : 2
    case .gb18030:
      guard ASCII.isDigit(byte(1)) else { return isShort ? 1 : 2 }
      return byte(2) > 0x80 && ASCII.isDigit(byte(3)) ? 4 : 1
    case .eucJP: return isShort ? 1 : first == 0x8F && byte(2) >= 0x80 ? 3 : 2
    case .eucTW: return isShort ? 1 : first == 0x8E && byte(2) >= 0x80 && byte(3) >= 0x80 ? 4 : 2
    }
  }

  /// What stands for it.
  func replacement(of bytes: Bytes) -> [UInt8] {
    // The euro sign of code page 936, which GB 18030 writes otherwise.
    kind == .gb18030 && bytes.first == 0x80 ? Array("€".utf8) : [0xEF, 0xBF, 0xBD]
  }
}
