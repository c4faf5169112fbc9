/// Finds texts of which every match of a regular expression holds at least one: where none of them
/// occurs, the expression need not be compiled.
///
/// Its depth is that of the expression's groups, which `RegularExpressionGuard` bounds.
struct RequiredLiterals {
  /// Shorter ones occur everywhere.
  private static let shortest = 3
  /// More take longer to look for than the expression takes to match.
  private static let most = 16

  private let bytes: [UInt8]
  private var position = 0

  private init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// The texts, ASCII and folded; none where nothing is required.
  static func find(in pattern: String) -> [String] {
    var finder = RequiredLiterals(Array(pattern.utf8))
    let found = finder.alternatives()
    guard finder.position == finder.bytes.count, let found, found.count <= most else { return [] }
    return found.map { String(decoding: finder.bytes[$0], as: UTF8.self).lowercased() }
  }

  /// Where the texts of alternatives stand, up to the end of their group; `nil` where one of them
  /// requires none.
  private mutating func alternatives() -> [Range<Int>]? {
    var all: [Range<Int>]? = []
    while true {
      if let found = branch() { all? += found } else { all = nil }
      guard position < bytes.count, bytes[position] == UInt8(ascii: "|") else { return all }
      position += 1
    }
  }

  /// The best texts of one alternative: of those that stand in a row, the longest.
  private mutating func branch() -> [Range<Int>]? {
    var best: [Range<Int>]?
    var length = Self.shortest - 1
    // Of the bytes from here on each stands for itself.
    var start = position
    func take(upTo end: Int) {
      guard end - start > length else { return }
      best = [start..<end]
      length = end - start
    }
    while position < bytes.count {
      let byte = bytes[position]
      switch byte {
      case UInt8(ascii: "|"), UInt8(ascii: ")"):
        take(upTo: position)
        return best
      case UInt8(ascii: "("):
        take(upTo: position)
        position += 1
        let inner = alternatives()
        // Its closing parenthesis is passed below. A group may be missing where it is repeated.
        let next = position + 1 < bytes.count ? bytes[position + 1] : 0
        if !isRepetition(next), let inner, let least = inner.map(\.count).min(), least > length {
          best = inner
          length = least
        }
        start = position + 1
      case UInt8(ascii: "["):
        take(upTo: position)
        position = RegularExpressionGuard.endOfBracket(bytes, from: position)
        start = position + 1
      case UInt8(ascii: "\\"):
        take(upTo: position)
        // \b, \w and their kin; \. and other quoted specials.
        position += 1
        start = position < bytes.count && isQuoted(bytes[position]) ? position : position + 1
      case _ where isRepetition(byte):
        // The repeated character may be missing.
        take(upTo: position - 1)
        if byte == UInt8(ascii: "{") {
          while position < bytes.count, bytes[position] != UInt8(ascii: "}") { position += 1 }
        }
        start = position + 1
      case UInt8(ascii: "."), UInt8(ascii: "^"), UInt8(ascii: "$"), UInt8(ascii: "+"), 0x80...:
        take(upTo: position)
        start = position + 1
      default: break
      }
      position += 1
    }
    take(upTo: bytes.count)
    return best
  }

  private func isRepetition(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "*") || byte == UInt8(ascii: "?") || byte == UInt8(ascii: "{")
  }

  /// Whether a byte after a backslash stands for itself.
  private func isQuoted(_ byte: UInt8) -> Bool {
    byte < 0x80 && !RegularExpressionGuard.isLetterOrDigit(byte) && !"<>`'".utf8.contains(byte)
  }
}
