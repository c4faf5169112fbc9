/// Japanese text in ISO-2022-JP (RFC 1468, RFC 1554, RFC 2237) or EUC-JP, as Windows wrote both: with
/// the rows of NEC and IBM, such as \u{2460} and \u{3231}, and half-width kana.
///
/// The framing is undone here; the characters are those of code page 932, which iconv(3) knows.
struct JapaneseText {
  /// What a byte belongs to (ISO 2022, RFC 1468, RFC 1554).
  private enum Set {
    case ascii
    /// JIS X 0201: ASCII but for two signs.
    case roman
    case kana
    /// JIS X 0208.
    case kanji
    /// JIS X 0212.
    case supplement
    /// GB 2312.
    case chinese
    /// KS X 1001.
    case korean
  }

  private let bytes: Bytes
  private var position = 0
  private var set = Set.ascii
  private var isShifted = false
  /// The text so far, in UTF-8.
  private var result: [UInt8] = []
  /// Bytes that wait to be converted, and from what.
  private var run: [UInt8] = []
  private var runName = "CP932"

  /// So many bytes of ASCII go past the converter; fewer are converted with what stands around them.
  private static let longASCII = 32

  /// Decodes a text into UTF-8.
  static func utf8(of bytes: Bytes, isEUC: Bool) -> [UInt8] {
    var decoder = JapaneseText(bytes: bytes)
    decoder.result.reserveCapacity(bytes.count * 3 / 2)
    while decoder.position < bytes.count {
      if isEUC { decoder.readEUC() } else { decoder.readISO2022() }
    }
    decoder.flush()
    return decoder.result
  }

  private init(bytes: Bytes) { self.bytes = bytes }

  /// Has what is added from here on be converted from a charset.
  private mutating func use(_ name: String = "CP932") {
    guard name != runName else { return }
    flush()
    runName = name
  }

  private mutating func add(_ byte: UInt8) {
    use()
    run.append(byte)
  }

  private mutating func add(_ first: UInt8, _ second: UInt8, of name: String = "CP932") {
    use(name)
    run.append(first)
    run.append(second)
  }

  private mutating func addSupplement(_ first: UInt8, _ second: UInt8) {
    use("EUC-JP-MS")
    run.append(0x8F)
    run.append(first)
    run.append(second)
  }

  private mutating func flush() {
    guard !run.isEmpty else { return }
    result += Charset.convertedBySystem(run, from: runName, isWhole: true).utf8
    run.removeAll(keepingCapacity: true)
  }

  private mutating func add(literally text: String) {
    flush()
    result += text.utf8
  }

  /// Adds bytes below 128, which are the same in all of the charsets.
  private mutating func add(ascii bytes: Bytes) {
    if run.isEmpty || bytes.count >= Self.longASCII {
      flush()
      result += bytes
    } else {
      use()
      run += bytes
    }
  }

  /// A character of JIS X 0208 in the form of Shift_JIS.
  private mutating func addKanji(_ first: UInt8, _ second: UInt8) {
    let row = first - 0x21
    let lead = row / 2 + (row < 62 ? 0x81 : 0xC1)
    let trail = row % 2 == 1 ? second + 0x7E : second + (second < 0x60 ? 0x1F : 0x20)
    add(lead, trail)
  }

  private static func isSeven(_ byte: UInt8) -> Bool { byte &- 0x21 < 94 }

  private static func isEight(_ byte: UInt8) -> Bool { byte &- 0xA1 < 94 }

  // MARK: EUC-JP

  private mutating func readEUC() {
    func byte(_ offset: Int) -> UInt8 {
      position + offset < bytes.count ? bytes[position + offset] : 0
    }
    let first = byte(0)
    var length = 1
    switch first {
    case 0..<0x80: add(first)
    case 0x8E, 0x8F, 0xA1...0xFE:
      length = first == 0x8F && Self.isEight(byte(1)) ? 3 : 2
      let last = byte(length - 1)
      if first == 0x8E, last &- 0xA1 < 63 {
        add(last)
      } else if length == 3, Self.isEight(last) {
        addSupplement(byte(1), last)
      } else if length == 2, first > 0xA0, Self.isEight(last) {
        addKanji(first & 0x7F, last & 0x7F)
      } else {
        add(literally: "\u{FFFD}")
        // What is ASCII is no part of it.
        if last < 0x80 { length -= 1 }
      }
    default: add(literally: "\u{FFFD}")
    }
    position += length
  }

  // MARK: ISO-2022-JP

  private mutating func readISO2022() {
    if set == .ascii, !isShifted {
      // Most of such text is ASCII.
      let start = position
      while position < bytes.count, Self.isPlain(bytes[position]) { position += 1 }
      if start < position { return add(ascii: bytes.part(start..<position)) }
    }
    let byte = bytes[position]
    switch byte {
    case 0x1B where readEscape(): return
    case 0x0E: isShifted = true
    case 0x0F: isShifted = false
    case 0..<0x21, 0x7F: add(byte)
    // Half-width kana that were not brought into seven bits.
    case 0xA1...0xDF: add(byte)
    case 0x80...: add(literally: "\u{FFFD}")
    default: return readCharacter(byte)
    }
    position += 1
  }

  /// Whether a byte is itself among ASCII.
  private static func isPlain(_ byte: UInt8) -> Bool {
    byte < 0x80 && byte != 0x1B && byte != 0x0E && byte != 0x0F
  }

  private mutating func readCharacter(_ byte: UInt8) {
    position += 1
    switch isShifted ? .kana : set {
    case .ascii: return add(byte)
    case .roman:
      switch byte {
      case ASCII.backslash: return add(literally: "\u{A5}")
      case UInt8(ascii: "~"): return add(literally: "\u{203E}")
      default: return add(byte)
      }
    case .kana:
      return byte < 0x60 ? add(byte | 0x80) : add(literally: "\u{FFFD}")
    case .kanji, .supplement, .chinese, .korean: break
    }
    guard position < bytes.count, Self.isSeven(bytes[position]) else {
      return add(literally: "\u{FFFD}")
    }
    let second = bytes[position]
    position += 1
    switch set {
    case .supplement: addSupplement(byte | 0x80, second | 0x80)
    case .chinese: add(byte | 0x80, second | 0x80, of: "GB18030")
    case .korean: add(byte | 0x80, second | 0x80, of: "CP949")
    default: addKanji(byte, second)
    }
  }

  private static var escapes: [(StaticString, Set)] {
    [
      ("(B", .ascii), ("(J", .roman), ("(H", .roman), ("(I", .kana), ("$@", .kanji),
      ("$B", .kanji), ("$(@", .kanji), ("$(B", .kanji), ("$(O", .kanji), ("$(Q", .kanji),
      ("$(D", .supplement), ("$A", .chinese), ("$(A", .chinese), ("$(C", .korean),
    ]
  }

  /// Goes past an escape sequence at `position`; whether one was there.
  private mutating func readEscape() -> Bool {
    if bytes.has("&@", at: position + 1) {
      // It announces the edition of the next one.
      position += 3
      return true
    }
    for (sequence, named) in Self.escapes where bytes.has(sequence, at: position + 1) {
      set = named
      isShifted = false
      position += 1 + sequence.utf8CodeUnitCount
      return true
    }
    return false
  }
}

/// Chinese text in seven bits (RFC 1843), which iconv(3) does not know.
enum HZ {
  /// The text as bytes of GB 2312 in eight bits.
  static func bytes(of text: Bytes) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(text.count)
    var isChinese = false
    var position = 0
    let tilde = UInt8(ascii: "~")
    while position < text.count {
      let byte = text[position]
      let next = position + 1 < text.count ? text[position + 1] : 0
      if byte == tilde, next == UInt8(ascii: "{") || next == UInt8(ascii: "}") {
        isChinese = next == UInt8(ascii: "{")
      } else if !isChinese, byte == tilde, next == tilde {
        result.append(tilde)
      } else if !isChinese, byte == tilde, next == ASCII.lineFeed {
        // The line goes on.
      } else if isChinese, byte &- 0x21 < 94, next &- 0x21 < 94 {
        result += [byte | 0x80, next | 0x80]
      } else {
        // Chinese text ends with its line.
        if byte == ASCII.lineFeed { isChinese = false }
        result.append(byte)
        position += 1
        continue
      }
      position += 2
    }
    return result
  }
}
