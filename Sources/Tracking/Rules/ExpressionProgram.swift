/// A regular expression as instructions for `ExpressionAutomaton` (Thompson's construction).
///
/// Jumps are relative, so that a piece can be copied to where it is repeated.
struct ExpressionProgram {
  /// One state of the automaton.
  struct Instruction {
    enum Operation: UInt8 {
      /// Takes the character that is the operand.
      case scalar
      /// Takes a character of the set whose number is the operand.
      case set
      /// Takes any character.
      case any
      /// Goes on with the next, and with the one so far away.
      case split
      /// Goes on with the one so far away.
      case jump
      /// Goes on with the next where the place is one of the operand's.
      case assert
      /// The expression matches.
      case match
    }

    let operation: Operation
    var operand: Int32 = 0
  }

  /// A place that is asked for, and takes no character.
  enum Place: Int32 {
    case start, end, wordEdge, noWordEdge, wordStart, wordEnd
  }

  /// A set of characters.
  struct ScalarSet {
    /// In order, and apart from each other once `settle` was called.
    private(set) var ranges: [ClosedRange<UInt32>] = []
    /// Those with one of these properties.
    var properties: ScalarProperties = []
    /// Those that lack one of these.
    var lacking: ScalarProperties = []
    var isNegated = false

    mutating func insert(_ range: ClosedRange<UInt32>) { ranges.append(range) }

    /// Puts the ranges in order.
    mutating func settle() {
      guard ranges.count > 1 else { return }
      var settled: [ClosedRange<UInt32>] = []
      for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
        if let last = settled.last, range.lowerBound <= last.upperBound {
          settled[settled.count - 1] =
            last.lowerBound...max(last.upperBound, range.upperBound)
        } else {
          settled.append(range)
        }
      }
      ranges = settled
    }

    /// Whether a character is in the set, which is given in both its cases where case is ignored.
    func contains(_ scalar: UInt32, _ upper: UInt32, _ found: ScalarProperties) -> Bool {
      let isIn =
        !properties.isDisjoint(with: found) || !lacking.isSubset(of: found) || isInRanges(scalar)
        || (upper != scalar && isInRanges(upper))
      return isIn != isNegated
    }

    private func isInRanges(_ scalar: UInt32) -> Bool {
      var low = 0
      var high = ranges.count
      while low < high {
        let middle = (low + high) / 2
        if scalar > ranges[middle].upperBound { low = middle + 1 } else { high = middle }
      }
      return low < ranges.count && ranges[low].contains(scalar)
    }
  }

  var code: [Instruction] = []
  var sets: [ScalarSet] = []
  /// Whether case is ignored; characters of the code are folded then.
  var ignoresCase: Bool
  /// The properties that decide something.
  var properties: ScalarProperties = []
  /// All characters and ranges that decide something, each once.
  var ranges: [ClosedRange<UInt32>] = []
}
