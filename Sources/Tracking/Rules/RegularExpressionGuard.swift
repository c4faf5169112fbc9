/// Refuses regular expressions that could take long on some text.
///
/// Measured on glibc 2.36: back references and large counted repeats take seconds on one subject line,
/// and deep nesting overflows its stack (see regex(7), BUGS).
enum RegularExpressionGuard {
  static let longestPattern = 1000
  static let deepestNesting = 50
  static let maxPositions = 500

  /// What is wrong with an expression, and what to do; `nil` where it may be used.
  static func problem(in pattern: String) -> String? {
    let bytes = Array(pattern.utf8)
    guard !bytes.isEmpty else { return "an empty expression would match everything" }
    guard bytes.count <= longestPattern else {
      return "longer than \(longestPattern) bytes; use several patterns"
    }
    guard !bytes.contains(0), !bytes.contains(UInt8(ascii: "\n")) else {
      return "an expression stands on one line and holds no NUL"
    }
    var scanner = Scanner(bytes)
    return scanner.problem()
  }

  /// The closing bracket of a bracket expression, or the last byte.
  static func endOfBracket(_ bytes: [UInt8], from start: Int) -> Int {
    var position = start + 1
    if position < bytes.count, bytes[position] == UInt8(ascii: "^") { position += 1 }
    if position < bytes.count, bytes[position] == UInt8(ascii: "]") { position += 1 }
    while position < bytes.count, bytes[position] != UInt8(ascii: "]") {
      // [:alpha:], [.x.] and [=x=] hold a bracket of their own.
      if bytes[position] == UInt8(ascii: "["), position + 1 < bytes.count,
        ":.=".utf8.contains(bytes[position + 1])
      {
        let mark = bytes[position + 1]
        position += 2
        while position + 1 < bytes.count,
          !(bytes[position] == mark && bytes[position + 1] == UInt8(ascii: "]"))
        {
          position += 1
        }
        position += 1
      }
      position += 1
    }
    return position
  }

  static func isLetterOrDigit(_ byte: UInt8) -> Bool {
    (byte | 0x20) &- 0x61 < 26 || byte &- 0x30 < 10
  }

  /// Walks an expression and counts the positions that it unfolds to.
  private struct Scanner {
    private let bytes: [UInt8]
    private var position = 0
    /// The positions of each open group, and of what was last read in it.
    private var groups: [(total: Int, last: Int)] = [(0, 0)]

    init(_ bytes: [UInt8]) {
      self.bytes = bytes
    }

    mutating func problem() -> String? {
      while position < bytes.count {
        if let problem = step() { return problem }
        if positions > maxPositions {
          return "counted repeats unfold to more than \(maxPositions) positions; make them smaller"
        }
      }
      return groups.count == 1 ? nil : "a '(' without its ')'"
    }

    private var positions: Int {
      groups.reduce(0) { saturatingAdd($0, saturatingAdd($1.total, $1.last)) }
    }

    private mutating func step() -> String? {
      let byte = bytes[position]
      position += 1
      switch byte {
      case UInt8(ascii: "\\"):
        guard position < bytes.count else { return "a backslash at the end" }
        let next = bytes[position]
        if next &- 0x31 < 9 { return "a back reference '\\\(next - 0x30)'; they are not linear" }
        position += 1
        atom(1)
      case UInt8(ascii: "("):
        groups.append((0, 0))
        guard groups.count <= deepestNesting + 1 else {
          return "groups nested deeper than \(deepestNesting)"
        }
      case UInt8(ascii: ")"):
        guard groups.count > 1, let group = groups.popLast() else { return "a ')' without its '('" }
        atom(saturatingAdd(group.total, group.last))
      case UInt8(ascii: "["):
        let end = RegularExpressionGuard.endOfBracket(bytes, from: position - 1)
        guard end < bytes.count else { return "a '[' without its ']'" }
        if hasWideRange(position..<end) {
          return "a range with an end that is not ASCII, such as [ä-ü]; list the characters"
        }
        position = end + 1
        atom(1)
      case UInt8(ascii: "{"): return counted()
      case UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: "?"), UInt8(ascii: "|"),
        UInt8(ascii: "^"), UInt8(ascii: "$"):
        break
      default:
        // The later bytes of a character are no position of their own.
        if byte & 0xC0 != 0x80 { atom(1) }
      }
      return nil
    }

    private mutating func atom(_ positions: Int) {
      let last = groups.count - 1
      groups[last].total = saturatingAdd(groups[last].total, groups[last].last)
      groups[last].last = positions
    }

    /// `{3}`, `{3,}` or `{3,5}` after an atom.
    private mutating func counted() -> String? {
      guard let end = bytes[position...].firstIndex(of: UInt8(ascii: "}")) else {
        return "a '{' without its '}'; write \\{ for the character"
      }
      let parts = bytes[position..<end].split(
        separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
      position = end + 1
      let numbers = parts.map { part in
        part.isEmpty ? 0 : Int(String(decoding: part, as: UTF8.self)) ?? -1
      }
      guard (1...2).contains(numbers.count), numbers.allSatisfy({ (0...255).contains($0) }),
        !(parts.first?.isEmpty ?? true)
      else { return "a '{' with anything but numbers up to 255; write \\{ for the character" }
      let upper = max(numbers.max() ?? 1, 1)
      let last = groups.count - 1
      let (product, overflows) = groups[last].last.multipliedReportingOverflow(by: upper)
      groups[last].last = overflows ? Int.max : product
      return nil
    }

    private func hasWideRange(_ range: Range<Int>) -> Bool {
      for index in range where bytes[index] == UInt8(ascii: "-") {
        guard index > range.lowerBound, index + 1 < range.upperBound else { continue }
        if bytes[index - 1] >= 0x80 || bytes[index + 1] >= 0x80 { return true }
      }
      return false
    }

    private func saturatingAdd(_ left: Int, _ right: Int) -> Int {
      let (sum, overflows) = left.addingReportingOverflow(right)
      return overflows ? Int.max : sum
    }
  }
}
