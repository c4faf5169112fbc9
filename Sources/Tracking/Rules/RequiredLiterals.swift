/// Finds texts of which every match of a regular expression holds at least one: where none of them
/// occurs, the expression need not be compiled.
///
/// `ExpressionParser` tells what it reads. A text is a part of the expression in which each byte stands
/// for itself.
struct RequiredLiterals {
  /// Shorter ones occur everywhere.
  private static let shortest = 3
  /// More take longer to look for than the expression takes to match.
  private static let most = 16

  /// What was read last: a repetition may say that it can be missing.
  private enum Last {
    case nothing
    case character(Range<Int>)
    case group([Range<Int>])
  }

  private struct Group {
    /// The texts of the alternatives before; `nil` where one of them requires none.
    var all: [Range<Int>]? = []
    /// The best of the alternative: of those that stand in a row, the longest.
    var best: [Range<Int>]?
    var length = RequiredLiterals.shortest - 1
    /// Characters in a row.
    var run: Range<Int>?
    var last = Last.nothing
    /// Whether what comes is not in a row with what was last.
    var isBroken = false

    private mutating func endRun() {
      if let run, run.count > length {
        best = [run]
        length = run.count
      }
      run = nil
    }

    mutating func settle() {
      switch last {
      case .nothing: break
      case .character(let place):
        if let before = run, before.upperBound == place.lowerBound {
          run = before.lowerBound..<place.upperBound
        } else {
          endRun()
          run = place
        }
      case .group(let texts):
        endRun()
        if let least = texts.map(\.count).min(), least > length {
          best = texts
          length = least
        }
      }
      last = .nothing
      if isBroken { endRun() }
      isBroken = false
    }

    mutating func endAlternative() {
      isBroken = true
      settle()
      if let best { all? += best } else { all = nil }
      if let count = all?.count, count > RequiredLiterals.most { all = nil }
      best = nil
      length = RequiredLiterals.shortest - 1
    }
  }

  private var groups = [Group()]

  /// A byte of ASCII that stands for itself, and where.
  mutating func character(at position: Int) {
    groups[groups.count - 1].settle()
    groups[groups.count - 1].last = .character(position..<position + 1)
  }

  /// Anything else that is or takes no character.
  mutating func other() {
    groups[groups.count - 1].settle()
    groups[groups.count - 1].isBroken = true
  }

  /// What was read last is repeated so often at least.
  mutating func repeated(atLeast count: Int) {
    if count == 0 { groups[groups.count - 1].last = .nothing }
    groups[groups.count - 1].isBroken = true
  }

  mutating func alternative() { groups[groups.count - 1].endAlternative() }

  mutating func open() {
    other()
    groups.append(Group())
  }

  mutating func close() {
    guard groups.count > 1, var group = groups.popLast() else { return }
    group.endAlternative()
    groups[groups.count - 1].settle()
    groups[groups.count - 1].last = .group(group.all ?? [])
  }

  /// The texts of an expression that was read to its end, folded; none where nothing is required.
  mutating func found(in bytes: [UInt8]) -> [String] {
    groups[groups.count - 1].endAlternative()
    return (groups[groups.count - 1].all ?? []).map {
      String(decoding: bytes[$0], as: UTF8.self).lowercased()
    }
  }

  /// The texts that an expression requires.
  static func find(in pattern: String) throws(PatternError) -> [String] {
    try ExpressionParser.parse(pattern, ignoresCase: false).literals
  }
}
