/// Runs a regular expression's program over a text: in all places of the text and all states at once,
/// so that no text makes it go back.
///
/// What it finds out, it remembers as a deterministic automaton, which is built as texts need it and
/// begun anew where it grows too large. A character that was met before in the same set of states
/// costs one look into a table.
final class ExpressionAutomaton {
  /// Where a transition leads besides to a set of states.
  private enum Special {
    static let unknown: Int32 = -1
    static let match: Int32 = -2
    static let dead: Int32 = -3
  }

  /// What is known of a place beside the states: the word of a set after those of its states.
  private enum Context {
    static let start: UInt64 = 1
    static let word: UInt64 = 2
  }

  /// What decides how the program takes a character: characters of one class are taken the same.
  private struct ClassKey: Hashable {
    let range: Int
    let upperRange: Int
    let properties: ScalarProperties
  }

  /// The most that the tables of the automaton take, in bytes.
  private static let maxMemory = 1 << 20
  /// What of them is kept between texts: an expression that grows on some would grow on all.
  private static let maxKept = 64 << 10
  private static let maxClasses = 1_024
  /// A power of two.
  private static let slotsOfOthers = 1_024
  /// What it costs to look up the properties of a character that is not ASCII, in steps.
  private static let costOfClass = 100
  /// What it costs to make a set of states, beside the visits, in steps.
  private static let costOfStep = 40

  private let program: ExpressionProgram
  /// How many words hold a set of states.
  private let words: Int
  /// Whether every match begins at the start of the text.
  private var isAnchored = false

  // Characters.
  /// Where ranges of the program begin and end, and between which of them lies one.
  private var bounds: [UInt32] = []
  private var isCovered: [Bool] = []
  private var classes: [ClassKey: Int] = [:]
  private var classProperties: [ScalarProperties] = []
  /// The class of each character of ASCII; -1 where it is not known yet.
  private var asciiClasses = [Int16](repeating: -1, count: 128)
  /// Classes of others, where the low bits of the character say.
  private var otherScalars: [UInt32] = []
  private var otherClasses: [Int16] = []

  // Sets of states: of each as many words as hold its states, and one for its `Context`.
  private var sets: [UInt64] = []
  private var count = 0
  /// The numbers of the sets, where their hashes say; -1 where there is none.
  ///
  /// Its length is a power of two.
  private var slots: [Int32] = []
  /// Whether the program matches where the text ends with a set.
  private var ends: [Bool?] = []
  /// For each set and class where they lead: the row of a set, or a `Special`.
  private var transitions: [Int32] = []
  /// The length of a row: a power of two.
  private var stride = 16
  /// The row that is reached.
  private var row = 0
  /// How often all sets were forgotten, and rows with them.
  private var timesForgotten = 0

  // Room for a step, made once.
  private var current: [UInt64]
  private var next: [UInt64]
  private var visited: [UInt64]
  private var stack: [Int32]
  /// For each set of characters the step in which it was looked at, and whether the character is in it.
  private var looks: [(step: Int, isIn: Bool)]
  private var steps = 0

  init(_ program: ExpressionProgram) {
    self.program = program
    words = (program.code.count + 63) / 64
    current = [UInt64](repeating: 0, count: words + 1)
    next = current
    visited = current
    // Each state is put there at most once.
    stack = [Int32](repeating: 0, count: program.code.count)
    looks = Array(repeating: (0, false), count: program.sets.count)
    makeBounds()
    // Whether away from the start of the text, beside whatever, nothing can begin.
    let contexts = program.properties.contains(.word) ? [0, Context.word] : [0]
    isAnchored = contexts.allSatisfy { context in
      [(false, false), (true, false), (false, true)].allSatisfy { isWordNext, atEnd in
        setStart(&current, context)
        return !close(isWordNext: isWordNext, atEnd: atEnd) { _, _ in }.isUsed
      }
    }
  }

  /// Whether the program matches somewhere in a text; not where the budget is exhausted.
  func matches(_ text: UnsafeBufferPointer<UInt8>, within budget: inout MatchingBudget) -> Bool {
    defer { if memory > Self.maxKept { forgetSets(keepingRoom: false) } }
    setStart(&next, Context.start)
    row = rowOfNext()
    var position = 0
    while position < text.count {
      let passed = runOverKnown(text, from: position)
      guard budget.spend(passed - position + 1) else { return false }
      position = passed
      guard position < text.count else { break }
      let (scalar, length) = Self.scalar(at: position, of: text)
      guard let classNumber = classOf(scalar, within: &budget) else { return false }
      var next = transitions[row + classNumber]
      if next == Special.unknown {
        guard let found = step(scalar, classNumber, within: &budget) else { return false }
        next = found
      }
      switch next {
      case Special.match: return true
      case Special.dead: return false
      default: row = Int(next)
      }
      position += length
    }
    return matchesAtEnd(within: &budget)
  }

  /// Passes over what the tables know.
  private func runOverKnown(_ text: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
    var position = start
    var row = row
    transitions.withUnsafeBufferPointer { transitions in
      asciiClasses.withUnsafeBufferPointer { classes in
        while position < text.count {
          let byte = text[position]
          var length = 1
          let classNumber: Int
          if byte < 0x80 {
            classNumber = Int(classes[Int(byte)])
          } else {
            let (scalar, bytes) = Self.scalar(at: position, of: text)
            classNumber = knownClass(of: scalar)
            length = bytes
          }
          guard classNumber >= 0 else { return }
          let next = transitions[row + classNumber]
          guard next >= 0 else { return }
          row = Int(next)
          position += length
        }
      }
    }
    self.row = row
    return position
  }

  /// A character of a text that is UTF-8, and how many bytes it has.
  private static func scalar(
    at position: Int, of text: UnsafeBufferPointer<UInt8>
  ) -> (Unicode.Scalar, Int) {
    let first = text[position]
    guard first >= 0x80 else { return (Unicode.Scalar(first), 1) }
    let length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2
    guard position + length <= text.count else { return ("\u{FFFD}", 1) }
    var value = UInt32(first) & (0x7F >> UInt32(length))
    for offset in 1..<length { value = value << 6 | UInt32(text[position + offset]) & 0x3F }
    return (Unicode.Scalar(value) ?? "\u{FFFD}", length)
  }

  // MARK: - Characters

  private func makeBounds() {
    var changes: [UInt32: Int] = [:]
    for range in program.ranges {
      changes[range.lowerBound, default: 0] += 1
      changes[range.upperBound + 1, default: 0] -= 1
    }
    bounds = changes.keys.sorted()
    var depth = 0
    isCovered = bounds.map { bound in
      depth += changes[bound] ?? 0
      return depth > 0
    }
  }

  /// Which range of the program a character is in; 0 where it is in none.
  private func range(of scalar: UInt32) -> Int {
    var low = 0
    var high = bounds.count
    while low < high {
      let middle = (low + high) / 2
      if bounds[middle] <= scalar { low = middle + 1 } else { high = middle }
    }
    return low > 0 && isCovered[low - 1] ? low : 0
  }

  /// The class of a character; `nil` where the budget does not suffice to find it.
  private func classOf(_ scalar: Unicode.Scalar, within budget: inout MatchingBudget) -> Int? {
    let known = scalar.isASCII ? Int(asciiClasses[Int(scalar.value)]) : knownClass(of: scalar)
    guard known < 0 else { return known }
    guard budget.spend(Self.costOfClass) else { return nil }
    let (folded, upper) = cases(of: scalar)
    let properties =
      program.properties.isEmpty
      ? [] : ScalarProperties.of(scalar).intersection(program.properties)
    let key = ClassKey(
      range: range(of: folded), upperRange: upper == folded ? 0 : range(of: upper),
      properties: properties)
    let number = classNumber(of: key)
    if scalar.isASCII {
      asciiClasses[Int(scalar.value)] = Int16(number)
      return number
    }
    if otherScalars.isEmpty {
      otherScalars = [UInt32](repeating: 0, count: Self.slotsOfOthers)
      otherClasses = [Int16](repeating: -1, count: Self.slotsOfOthers)
    }
    let slot = Int(scalar.value) & (Self.slotsOfOthers - 1)
    otherScalars[slot] = scalar.value
    otherClasses[slot] = Int16(number)
    return number
  }

  /// The class of a character that is not ASCII; -1 where it is not known.
  private func knownClass(of scalar: Unicode.Scalar) -> Int {
    let slot = Int(scalar.value) & (Self.slotsOfOthers - 1)
    guard slot < otherScalars.count, otherScalars[slot] == scalar.value else { return -1 }
    return Int(otherClasses[slot])
  }

  private func cases(of scalar: Unicode.Scalar) -> (folded: UInt32, upper: UInt32) {
    guard program.ignoresCase else { return (scalar.value, scalar.value) }
    let found = SimpleCase(scalar)
    return (found.folded, found.upper)
  }

  private func classNumber(of key: ClassKey) -> Int {
    if let known = classes[key] { return known }
    next = Array(set(row / stride))
    if classes.count == Self.maxClasses {
      classes = [:]
      classProperties = []
      for index in asciiClasses.indices { asciiClasses[index] = -1 }
      for index in otherClasses.indices { otherClasses[index] = -1 }
      forgetSets()
    } else if classes.count == stride {
      stride *= 2
      forgetSets()
    }
    let number = classes.count
    classes[key] = number
    classProperties.append(key.properties)
    row = rowOfNext()
    return number
  }

  // MARK: - Sets of states

  private var memory: Int {
    (sets.capacity + (transitions.capacity + slots.capacity) / 2) * 8 + ends.capacity
  }

  private func forgetSets(keepingRoom: Bool = true) {
    timesForgotten += 1
    count = 0
    sets.removeAll(keepingCapacity: keepingRoom)
    ends.removeAll(keepingCapacity: keepingRoom)
    transitions.removeAll(keepingCapacity: keepingRoom)
    if keepingRoom {
      for index in slots.indices { slots[index] = -1 }
    } else {
      slots = []
    }
  }

  /// Makes a set the one with which a match can begin.
  private func setStart(_ set: inout [UInt64], _ context: UInt64) {
    for index in set.indices { set[index] = 0 }
    set[0] = 1
    set[words] = context
  }

  private func set(_ number: Int) -> ArraySlice<UInt64> {
    sets[number * (words + 1)..<(number + 1) * (words + 1)]
  }

  /// The row of the set `next`, which is made if there is none.
  private func rowOfNext() -> Int {
    if 2 * count >= slots.count { growSlots() }
    var slot = Self.hash(next[...]) & (slots.count - 1)
    while slots[slot] >= 0 {
      let number = Int(slots[slot])
      if isNext(number) { return number * stride }
      slot = (slot + 1) & (slots.count - 1)
    }
    if (count + 1) * ((words + 1) * 8 + stride * 4) > Self.maxMemory {
      forgetSets()
      slot = Self.hash(next[...]) & (slots.count - 1)
    }
    slots[slot] = Int32(count)
    sets += next
    ends.append(nil)
    transitions.append(contentsOf: repeatElement(Special.unknown, count: stride))
    count += 1
    return (count - 1) * stride
  }

  private func isNext(_ number: Int) -> Bool {
    let start = number * (words + 1)
    for index in 0...words where sets[start + index] != next[index] { return false }
    return true
  }

  private func growSlots() {
    slots = [Int32](repeating: -1, count: max(32, slots.count * 2))
    for number in 0..<count {
      var slot = Self.hash(set(number)) & (slots.count - 1)
      while slots[slot] >= 0 { slot = (slot + 1) & (slots.count - 1) }
      slots[slot] = Int32(number)
    }
  }

  /// What the user wrote decides which sets there are, not who sends mail: it may be foreseen.
  private static func hash(_ set: ArraySlice<UInt64>) -> Int {
    var hash: UInt64 = 0
    for word in set {
      hash = (hash ^ word) &* 0x9E37_79B9_7F4A_7C15
      hash ^= hash >> 29
    }
    return Int(truncatingIfNeeded: hash >> 1)
  }

  /// Where the row that is reached leads by a character, which the table does not know yet; `nil` where
  /// the budget is exhausted.
  private func step(
    _ scalar: Unicode.Scalar, _ classNumber: Int, within budget: inout MatchingBudget
  ) -> Int32? {
    let (folded, upper) = cases(of: scalar)
    let properties = classProperties[classNumber]
    let isWord = properties.contains(.word)
    load(row / stride)
    if isAnchored {
      for index in next.indices { next[index] = 0 }
    } else {
      setStart(&next, 0)
    }
    var isTaken = false
    steps += 1
    let closed = looks.withUnsafeMutableBufferPointer { looks in
      next.withUnsafeMutableBufferPointer { next in
        close(isWordNext: isWord, atEnd: false) { state, instruction in
          let operand = Int(instruction.operand)
          switch instruction.operation {
          case .scalar: if operand != Int(folded) { return }
          case .set:
            if looks[operand].step != steps {
              let isIn = program.sets[operand].contains(folded, upper, properties)
              looks[operand] = (steps, isIn)
            }
            if !looks[operand].isIn { return }
          default: break
          }
          isTaken = true
          next[(state + 1) >> 6] |= 1 << UInt64((state + 1) & 63)
        }
      }
    }
    guard budget.spend(closed.steps + Self.costOfStep) else { return nil }
    let from = row
    let to: Int32
    if closed.isMatch {
      to = Special.match
    } else if isAnchored, !isTaken {
      to = Special.dead
    } else {
      if isWord { next[words] = Context.word }
      let before = timesForgotten
      row = rowOfNext()
      // The row that led here may be no more.
      guard timesForgotten == before else { return Int32(row) }
      to = Int32(row)
      row = from
    }
    transitions[from + classNumber] = to
    return to
  }

  private func load(_ number: Int) {
    for index in 0...words { current[index] = sets[number * (words + 1) + index] }
  }

  private func matchesAtEnd(within budget: inout MatchingBudget) -> Bool {
    let number = row / stride
    if let known = ends[number] { return known }
    load(number)
    let closed = close(isWordNext: false, atEnd: true) { _, _ in }
    guard budget.spend(closed.steps) else { return false }
    ends[number] = closed.isMatch
    return closed.isMatch
  }

  /// What came of visiting the states of a set.
  private struct Closed {
    /// What it cost.
    var steps: Int
    /// Whether the program matches here.
    var isMatch = false
    /// Whether it matches here, or there was a state that takes a character.
    var isUsed = false
  }

  /// Visits all states that the set `current` leads to without a character.
  ///
  /// - Parameters:
  ///   - isWordNext: Whether what comes next is a character of words.
  ///   - atEnd: Whether nothing comes next.
  ///   - take: Called for each state that takes a character.
  /// - Returns: What came of it; where the program matches, not all were visited.
  @inline(__always)
  private func close(
    isWordNext: Bool, atEnd: Bool, take: (Int, ExpressionProgram.Instruction) -> Void
  ) -> Closed {
    let isStart = current[words] & Context.start != 0
    let isWordBefore = current[words] & Context.word != 0
    var closed = Closed(steps: words)
    program.code.withUnsafeBufferPointer { code in
      visited.withUnsafeMutableBufferPointer { visited in
        stack.withUnsafeMutableBufferPointer { stack in
          var height = 0
          func push(_ state: Int) {
            let bit: UInt64 = 1 << UInt64(state & 63)
            guard visited[state >> 6] & bit == 0 else { return }
            visited[state >> 6] |= bit
            stack[height] = Int32(truncatingIfNeeded: state)
            height += 1
          }
          for word in 0...words { visited[word] = 0 }
          for word in 0..<words {
            var bits = current[word]
            while bits != 0 {
              push(word * 64 + bits.trailingZeroBitCount)
              bits &= bits - 1
              while height > 0 {
                height -= 1
                let state = Int(stack[height])
                closed.steps += 1
                let instruction = code[state]
                switch instruction.operation {
                case .scalar, .set, .any:
                  closed.isUsed = true
                  take(state, instruction)
                case .jump: push(state + Int(instruction.operand))
                case .split:
                  push(state + Int(instruction.operand))
                  push(state + 1)
                case .assert:
                  let holds =
                    switch ExpressionProgram.Place(rawValue: instruction.operand) {
                    case .start: isStart
                    case .end: atEnd
                    case .wordEdge: isWordBefore != isWordNext
                    case .noWordEdge: isWordBefore == isWordNext
                    case .wordStart: !isWordBefore && isWordNext
                    case .wordEnd: isWordBefore && !isWordNext
                    case nil: false
                    }
                  if holds { push(state + 1) }
                case .match:
                  closed.isMatch = true
                  closed.isUsed = true
                  return
                }
              }
            }
          }
        }
      }
    }
    return closed
  }
}
