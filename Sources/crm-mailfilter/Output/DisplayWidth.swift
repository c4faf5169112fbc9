/// How many columns text takes on a terminal.
///
/// The C library's `wcwidth` would need a locale, and counts characters where terminals show grapheme
/// clusters.
enum DisplayWidth {
  /// The columns of a text without control characters.
  static func of(_ text: String) -> Int {
    // Nearly all text is ASCII, where each byte is a column.
    if text.utf8.allSatisfy({ $0 < 0x80 }) { return text.utf8.count }
    var width = 0
    for scalar in text.unicodeScalars {
      guard isAlone(scalar.value) else { return text.reduce(0) { $0 + of($1) } }
      width += scalar.value == 0xAD ? 0 : 1
    }
    return width
  }

  /// Whether a character takes a column (but SOFT HYPHEN, which takes none), and makes a cluster with
  /// others only where one of them is no such character: Latin letters, the signs of writing, and the
  /// lines of a tree.
  private static func isAlone(_ value: UInt32) -> Bool {
    value < 0x300 || (0x2010...0x2027).contains(value) || (0x2500...0x257F).contains(value)
  }

  /// The columns of a grapheme cluster: 0, 1 or 2.
  ///
  /// Those of its characters, but never more than 2: so many has a family of emoji joined to one, a
  /// flag of two letters, or a Hangul syllable of three.
  static func of(_ cluster: Character) -> Int {
    var width = 0
    for scalar in cluster.unicodeScalars {
      // VARIATION SELECTOR-16 makes an emoji of the character before it.
      if scalar.value == 0xFE0F { return 2 }
      width += of(scalar)
    }
    return min(width, 2)
  }

  /// The beginning of a text that fits a width, with an ellipsis in the place of what is cut off.
  static func cut(_ text: String, to width: Int) -> String {
    guard width > 0 else { return "" }
    if text.utf8.count <= width || of(text) <= width { return text }
    var result = ""
    var room = width - 1
    for cluster in text {
      let taken = of(cluster)
      guard taken <= room else { break }
      room -= taken
      result.append(cluster)
    }
    return result + "…"
  }

  /// A text with blanks after it, or before it, up to a width.
  static func padded(_ text: String, to width: Int, atStart: Bool = false) -> String {
    let blanks = String(repeating: " ", count: max(0, width - of(text)))
    return atStart ? blanks + text : text + blanks
  }

  /// A text as lines of at most a width, broken between words where that is possible.
  static func wrapped(_ text: String, to width: Int) -> [String] {
    guard width > 0, text.utf8.count > width, of(text) > width else { return [text] }
    var lines: [String] = []
    var line: [Character] = []
    var taken = 0
    var lastBlank: Int?
    for cluster in text {
      let columns = of(cluster)
      if taken + columns > width, !line.isEmpty {
        // A line that begins with blanks keeps them.
        if cluster == " " {
          lines.append(String(line))
          (line, taken, lastBlank) = ([], 0, nil)
          continue
        }
        let end = lastBlank ?? line.count
        lines.append(String(line[..<end]))
        line.removeFirst(lastBlank.map { $0 + 1 } ?? end)
        taken = line.reduce(0) { $0 + of($1) }
        lastBlank = nil
      }
      if cluster == " ", line.contains(where: { $0 != " " }) { lastBlank = line.count }
      line.append(cluster)
      taken += columns
    }
    if !line.isEmpty { lines.append(String(line)) }
    return lines
  }

  private static func of(_ scalar: Unicode.Scalar) -> Int {
    if scalar.value < 0x300 { return scalar.value == 0xAD ? 0 : 1 }
    let properties = scalar.properties
    switch properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format: return 0
    default: break
    }
    if properties.isEmojiPresentation, !isRegionalIndicator(scalar) { return 2 }
    return isWide(scalar.value) ? 2 : 1
  }

  private static func isRegionalIndicator(_ scalar: Unicode.Scalar) -> Bool {
    (0x1F1E6...0x1F1FF).contains(scalar.value)
  }

  private static func isWide(_ value: UInt32) -> Bool {
    wide.contains { $0.contains(value) }
  }

  /// What has the East Asian width W or F (Unicode Standard Annex 11), emoji left out; ranges go over
  /// unassigned characters within a block.
  private static let wide: [ClosedRange<UInt32>] = [
    0x1100...0x115F, 0x2329...0x232A, 0x2E80...0x303E, 0x3041...0x3247, 0x3250...0x4DBF,
    0x4E00...0xA4C6, 0xA960...0xA97C, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE10...0xFE19,
    0xFE30...0xFE6B, 0xFF01...0xFF60, 0xFFE0...0xFFE6, 0x16FE0...0x1B2FB, 0x1F200...0x1F265,
    0x20000...0x3FFFD,
  ]
}
