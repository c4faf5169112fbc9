/// Reduces rich text (Microsoft's Rich Text Format, version 1.9.1) to its words.
struct RTFText {
  /// What holds up to the end of a group.
  private struct State {
    /// Whether text is left out.
    var isSkipped = false
    /// Whether fonts are told.
    var isFontTable = false
    /// How many characters stand for one that is told by its number.
    var standInLength = 1
    var codePage: Int
  }

  private let rtf: [UInt8]
  private var position = 0
  private var state = State(codePage: 1252)
  private var outer: [State] = []
  private var result: [UInt8] = []
  /// Bytes in the code page that were not written yet.
  private var pending: [UInt8] = []
  /// Units of UTF-16 that were not written yet.
  private var units: [UInt16] = []
  /// What of the stand-in of a character is still to come.
  private var standIn = 0
  private var documentPage = 1252
  private var fonts: [Int: Int] = [:]
  private var font = 0
  private var isGroupStart = false

  /// The text in UTF-8.
  static func text(of rtf: [UInt8]) -> [UInt8] {
    var reader = RTFText(rtf: rtf)
    reader.read()
    return reader.result
  }

  private init(rtf: [UInt8]) { self.rtf = rtf }

  private mutating func read() {
    while position < rtf.count {
      let byte = rtf[position]
      position += 1
      switch byte {
      case UInt8(ascii: "{"):
        flush()
        standIn = 0
        outer.append(state)
        isGroupStart = true
        continue
      case UInt8(ascii: "}"):
        flush()
        standIn = 0
        if let last = outer.popLast() { state = last }
      case ASCII.backslash: readControl()
      case ASCII.carriageReturn, ASCII.lineFeed, 0: break
      default: put(byte)
      }
      isGroupStart = false
    }
    flush()
  }

  // MARK: Writing

  private mutating func put(_ byte: UInt8) {
    if standIn > 0 {
      standIn -= 1
      return
    }
    guard !state.isSkipped else { return }
    if !units.isEmpty { flush() }
    pending.append(byte)
  }

  private mutating func put(_ text: String) {
    if standIn > 0 {
      standIn -= 1
      return
    }
    flush()
    if !state.isSkipped { result += text.utf8 }
  }

  private mutating func flush() {
    if !pending.isEmpty {
      let page = state.codePage
      pending.withUnsafeBytes {
        if $0.allSatisfy({ $0 < 0x80 }) {
          result += $0
        } else {
          result += Charset.decode($0, label: "cp\(page)").utf8
        }
      }
      pending.removeAll(keepingCapacity: true)
    }
    if !units.isEmpty {
      result += String(decoding: units, as: UTF16.self).utf8
      units.removeAll(keepingCapacity: true)
    }
  }

  // MARK: Controls

  private mutating func readControl() {
    guard position < rtf.count else { return }
    let byte = rtf[position]
    guard ASCII.isLetter(byte) else {
      position += 1
      return readSymbol(byte)
    }
    let start = position
    while position < rtf.count, ASCII.isLetter(rtf[position]), position - start < 32 {
      position += 1
    }
    let word = String(decoding: rtf[start..<position], as: UTF8.self)
    var number: Int?
    let isNegative = position < rtf.count && rtf[position] == UInt8(ascii: "-")
    if isNegative { position += 1 }
    while position < rtf.count, ASCII.isDigit(rtf[position]) {
      // A number of more digits than any that means something stays what it is.
      let digit = Int(rtf[position] - 0x30)
      if number ?? 0 < 100_000_000 { number = (number ?? 0) * 10 + digit }
      position += 1
    }
    if position < rtf.count, rtf[position] == ASCII.space { position += 1 }
    obey(word, number.map { isNegative ? -$0 : $0 })
  }

  private mutating func readSymbol(_ byte: UInt8) {
    switch byte {
    case UInt8(ascii: "'"):
      guard position + 1 < rtf.count, let high = ASCII.hexValue(rtf[position]),
        let low = ASCII.hexValue(rtf[position + 1])
      else { return }
      position += 2
      put(high << 4 | low)
    case UInt8(ascii: "*"): if isGroupStart { state.isSkipped = true }
    case ASCII.backslash, UInt8(ascii: "{"), UInt8(ascii: "}"): put(byte)
    case UInt8(ascii: "~"): put("\u{A0}")
    case UInt8(ascii: "_"): put("\u{2011}")
    case ASCII.lineFeed, ASCII.carriageReturn: put("\n")
    default: break
    }
  }

  private static let hidden: Set<String> = [
    "colortbl", "stylesheet", "info", "pict", "object", "header", "headerl", "headerr", "headerf",
    "footer", "footerl", "footerr", "footerf", "fldinst", "xe", "tc", "rxe",
  ]

  private static let characters: [String: String] = [
    "par": "\n", "line": "\n", "sect": "\n", "page": "\n", "row": "\n", "tab": "\t", "cell": "\t",
    "emdash": "—", "endash": "–", "bullet": "•", "lquote": "‘", "rquote": "’", "ldblquote": "“",
    "rdblquote": "”", "emspace": "\u{2003}", "enspace": "\u{2002}",
  ]

  private mutating func obey(_ word: String, _ number: Int?) {
    switch word {
    case "u":
      guard !state.isSkipped, let number else { return }
      if !pending.isEmpty { flush() }
      units.append(UInt16(truncatingIfNeeded: number))
      standIn = state.standInLength
    case "uc": state.standInLength = min(100, max(0, number ?? 1))
    case "bin":
      // Bytes that are no text, and may look as anything.
      position += min(rtf.count - position, max(0, number ?? 0))
    case "ansicpg":
      documentPage = number ?? documentPage
      setPage(documentPage)
    case "mac": setDocumentPage(10_000)
    case "pc": setDocumentPage(437)
    case "pca": setDocumentPage(850)
    case "fonttbl":
      state.isFontTable = true
      state.isSkipped = true
    case "f": select(font: number ?? 0)
    case "fcharset":
      guard state.isFontTable, fonts.count < 10_000, let page = Self.pages[number ?? 0] else {
        break
      }
      fonts[font] = page
    case "plain": setPage(documentPage)
    default:
      if let text = Self.characters[word] {
        put(text)
      } else if Self.hidden.contains(word) {
        state.isSkipped = true
      }
    }
  }

  private mutating func select(font number: Int) {
    font = number
    if !state.isFontTable { setPage(fonts[number] ?? documentPage) }
  }

  private mutating func setPage(_ page: Int) {
    guard page != state.codePage else { return }
    flush()
    state.codePage = page
  }

  private mutating func setDocumentPage(_ page: Int) {
    documentPage = page
    setPage(page)
  }

  /// The code pages of Windows' numbers of character sets.
  private static let pages = [
    128: 932, 129: 949, 130: 1361, 134: 936, 136: 950, 161: 1253, 162: 1254, 163: 1258, 177: 1255,
    178: 1256, 186: 1257, 204: 1251, 222: 874, 238: 1250,
  ]
}
