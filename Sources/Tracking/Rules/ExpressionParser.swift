/// Reads regular expressions: POSIX extended ones (XBD 9.4), and beside them what everybody writes and
/// POSIX leaves undefined: `\d \w \s \b`, `(?:…)`, `(?i)` at the start, lazy marks.
///
/// What would mean something else here than where it was learnt is an error that says what to write. It
/// goes over the expression once, without recursion, and writes the program as it goes.
struct ExpressionParser {
  /// The most states of a program.
  static let maxStates = 10_000
  /// The deepest that groups may be nested.
  static let deepestNesting = 250

  /// A group that is open; the first is the whole expression.
  private struct Group {
    /// Where its code begins.
    let start: Int
    /// Where the code of the alternative begins that is read.
    var alternative: Int
    /// The jump at the end of the alternative before, whose operand is the one before that; -1 if none.
    var lastJump: Int32 = -1
    /// Where the code begins of what was read last, if that can be repeated.
    var atom: Int?
  }

  private let bytes: [UInt8]
  private var position = 0
  private var program: ExpressionProgram
  private var literals = RequiredLiterals()
  private var groups = [Group(start: 0, alternative: 0)]

  /// Reads an expression.
  ///
  /// - Parameters:
  ///   - pattern: The expression, without delimiters.
  ///   - ignoresCase: Whether it stands for all cases of its letters.
  /// - Returns: Its program, and the texts one of which it requires.
  /// - Throws: What is wrong, and what to write instead.
  static func parse(
    _ pattern: String, ignoresCase: Bool
  ) throws(PatternError) -> (program: ExpressionProgram, literals: [String]) {
    var parser = ExpressionParser(pattern, ignoresCase: ignoresCase)
    try parser.run()
    return (parser.program, parser.literals.found(in: parser.bytes))
  }

  private init(_ pattern: String, ignoresCase: Bool) {
    bytes = Array(pattern.utf8)
    program = ExpressionProgram(ignoresCase: ignoresCase)
    program.code.reserveCapacity(bytes.count + 8)
    let mark = Array("(?i)".utf8)
    if bytes.starts(with: mark) {
      program.ignoresCase = true
      position = mark.count
    }
  }

  private var group: Group {
    get { groups[groups.count - 1] }
    set { groups[groups.count - 1] = newValue }
  }

  private mutating func run() throws(PatternError) {
    guard position < bytes.count else {
      throw PatternError("an empty expression would match everything")
    }
    guard !bytes.contains(UInt8(ascii: "\n")), !bytes.contains(0) else {
      throw PatternError("an expression stands on one line and holds no NUL; write \\n or \\x00")
    }
    while position < bytes.count {
      try step()
      guard program.code.count < Self.maxStates else { throw Self.tooManyStates }
    }
    guard groups.count == 1 else { throw PatternError("a '(' without its ')'") }
    endAlternatives()
    append(.match)
  }

  private static let tooManyStates = PatternError(
    "more than \(maxStates) states, to which counted repeats unfold; make them smaller")

  private mutating func step() throws(PatternError) {
    let byte = bytes[position]
    position += 1
    switch byte {
    case UInt8(ascii: "\\"): try escape()
    case UInt8(ascii: "("): try open()
    case UInt8(ascii: ")"): try close()
    case UInt8(ascii: "|"): alternative()
    case UInt8(ascii: "["): try bracket()
    case UInt8(ascii: "*"): try repetition("*", from: 0, upTo: nil)
    case UInt8(ascii: "+"): try repetition("+", from: 1, upTo: nil)
    case UInt8(ascii: "?"): try repetition("?", from: 0, upTo: 1)
    case UInt8(ascii: "{"): try counted()
    case UInt8(ascii: "."): atom(.any)
    case UInt8(ascii: "^"): assert(.start)
    case UInt8(ascii: "$"): assert(.end)
    default:
      position -= 1
      let start = position
      let scalar = nextScalar()
      scalarAtom(scalar, literal: scalar.isASCII ? start : nil)
    }
  }

  // MARK: - Characters

  /// The character at the place that is reached, which is no half of one.
  private mutating func nextScalar() -> Unicode.Scalar {
    var end = position + 1
    while end < bytes.count, bytes[end] & 0xC0 == 0x80 { end += 1 }
    let text = String(decoding: bytes[position..<end], as: UTF8.self)
    position = end
    return text.unicodeScalars.first ?? "\u{FFFD}"
  }

  private mutating func append(_ operation: ExpressionProgram.Instruction.Operation) {
    program.code.append(.init(operation: operation))
  }

  private mutating func append(
    _ operation: ExpressionProgram.Instruction.Operation, _ operand: Int
  ) {
    program.code.append(.init(operation: operation, operand: Int32(operand)))
  }

  /// What takes one character.
  private mutating func atom(
    _ operation: ExpressionProgram.Instruction.Operation, _ operand: Int = 0
  ) {
    literals.other()
    group.atom = program.code.count
    append(operation, operand)
  }

  private mutating func scalarAtom(_ scalar: Unicode.Scalar, literal: Int? = nil) {
    if let literal { literals.character(at: literal) } else { literals.other() }
    group.atom = program.code.count
    let value = program.ignoresCase ? SimpleCase(scalar).folded : scalar.value
    program.ranges.append(value...value)
    append(.scalar, Int(value))
  }

  private mutating func setAtom(_ set: ExpressionProgram.ScalarSet) {
    var set = set
    set.settle()
    program.ranges += set.ranges
    program.properties.formUnion(set.properties)
    program.properties.formUnion(set.lacking)
    program.sets.append(set)
    atom(.set, program.sets.count - 1)
  }

  private mutating func assert(_ place: ExpressionProgram.Place) {
    literals.other()
    group.atom = nil
    switch place {
    case .start, .end: break
    case .wordEdge, .noWordEdge, .wordStart, .wordEnd: program.properties.insert(.word)
    }
    append(.assert, Int(place.rawValue))
  }

  // MARK: - Escapes

  private mutating func escape() throws(PatternError) {
    guard position < bytes.count else {
      throw PatternError("a backslash at the end; write \\\\ for the character")
    }
    let start = position
    let scalar = nextScalar()
    if let set = Self.namedSet(scalar) { return setAtom(set) }
    switch scalar {
    case "b": assert(.wordEdge)
    case "B": assert(.noWordEdge)
    case "<": assert(.wordStart)
    case ">": assert(.wordEnd)
    case "A", "`": assert(.start)
    case "z", "Z", "'": assert(.end)
    case "1"..."9":
      throw PatternError(
        "a back reference '\\\(scalar)'; they are not linear: write out what it may be")
    case "p", "P":
      throw PatternError("'\\\(scalar)' is not known; write a class, such as [[:alpha:]] or \\w")
    default:
      let isLiteral = !Self.isLetterOrDigit(scalar) && scalar.isASCII
      scalarAtom(try escaped(scalar), literal: isLiteral ? start : nil)
    }
  }

  /// `\d \w \s` and what they leave.
  private static func namedSet(_ scalar: Unicode.Scalar) -> ExpressionProgram.ScalarSet? {
    var set = ExpressionProgram.ScalarSet()
    switch scalar {
    case "d": set.properties = .digit
    case "D": set.lacking = .digit
    case "w": set.properties = .word
    case "W": set.lacking = .word
    case "s": set.properties = .space
    case "S": set.lacking = .space
    default: return nil
    }
    return set
  }

  private static func isLetterOrDigit(_ scalar: Unicode.Scalar) -> Bool {
    ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar) || ("0"..."9").contains(scalar)
  }

  /// The character that a backslash before another stands for.
  private mutating func escaped(_ scalar: Unicode.Scalar) throws(PatternError) -> Unicode.Scalar {
    switch scalar {
    case "t": return "\t"
    case "n": return "\n"
    case "r": return "\r"
    case "f": return "\u{C}"
    case "v": return "\u{B}"
    case "x": return try hexadecimal()
    case _ where Self.isLetterOrDigit(scalar):
      throw PatternError(
        "'\\\(scalar)' is not known; write \(scalar) for the character, \\x{…} for one by number")
    default: return scalar
    }
  }

  /// `\x41` or `\x{20AC}`.
  private mutating func hexadecimal() throws(PatternError) -> Unicode.Scalar {
    let isBraced = position < bytes.count && bytes[position] == UInt8(ascii: "{")
    if isBraced { position += 1 }
    let digits = bytes[position...].prefix(isBraced ? 8 : 2).prefix {
      Self.isLetterOrDigit(Unicode.Scalar($0))
    }
    position += digits.count
    let isClosed = !isBraced || position < bytes.count && bytes[position] == UInt8(ascii: "}")
    guard isClosed, isBraced || digits.count == 2,
      let value = UInt32(String(decoding: digits, as: UTF8.self), radix: 16),
      let scalar = Unicode.Scalar(value)
    else { throw PatternError("'\\x' without a character's number; write \\x41 or \\x{20AC}") }
    if isBraced { position += 1 }
    return scalar
  }

  // MARK: - Groups

  private mutating func open() throws(PatternError) {
    if position < bytes.count, bytes[position] == UInt8(ascii: "?") { try groupMark() }
    guard groups.count <= Self.deepestNesting else {
      throw PatternError("groups nested deeper than \(Self.deepestNesting)")
    }
    literals.open()
    let start = program.code.count
    groups.append(Group(start: start, alternative: start))
  }

  /// What follows `(?`: only `:` opens a group.
  private mutating func groupMark() throws(PatternError) {
    let rest = bytes[(position + 1)...]
    func begins(_ marks: String...) -> Bool { marks.contains { rest.starts(with: $0.utf8) } }
    guard !begins(":") else {
      position += 2
      return
    }
    if begins("=", "!", "<=", "<!") {
      throw PatternError(
        "'(?\(begins("<") ? "<" : "")' looks around, which is not known; write two conditions, or "
          + "one under 'not'")
    }
    if begins("P", "<", "'") {
      throw PatternError("a group with a name; write (…), its text is not used")
    }
    if begins(">", "|") { throw PatternError("'(?>' and '(?|' are not known; write (…)") }
    if begins("#") { throw PatternError("'(?#' is not known; leave comments out") }
    throw PatternError(
      "'(?' and flags within an expression; write (?i) at its start, or i after its last '/', to "
        + "ignore case, and leave other flags out")
  }

  private mutating func close() throws(PatternError) {
    guard groups.count > 1 else {
      throw PatternError("a ')' without its '('; write \\) for the character")
    }
    endAlternatives()
    let start = group.start
    groups.removeLast()
    literals.close()
    group.atom = start
  }

  private mutating func alternative() {
    literals.alternative()
    let start = group.alternative
    // The alternative that was read, its jump, and the split before both.
    program.code.insert(
      .init(operation: .split, operand: Int32(program.code.count - start + 2)), at: start)
    append(.jump, Int(group.lastJump))
    group.lastJump = Int32(program.code.count - 1)
    group.alternative = program.code.count
    group.atom = nil
  }

  /// Lets all alternatives but the last go on behind that.
  private mutating func endAlternatives() {
    var jump = group.lastJump
    let end = Int32(program.code.count)
    while jump >= 0 {
      let before = program.code[Int(jump)].operand
      program.code[Int(jump)].operand = end - jump
      jump = before
    }
  }

  // MARK: - Repetitions

  private mutating func counted() throws(PatternError) {
    guard let end = bytes[position...].firstIndex(of: UInt8(ascii: "}")) else {
      throw PatternError("a '{' without its '}'; write \\{ for the character")
    }
    let text = bytes[position..<end]
    let parts = text.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
    let areNumbers = parts.allSatisfy { $0.allSatisfy { $0 &- 0x30 < 10 } }
    guard areNumbers, parts.count <= 2, let first = parts.first, !first.isEmpty else {
      throw PatternError(
        "a '{' with anything but numbers, as in {3}, {3,} and {0,3}; write \\{ for the character")
    }
    position = end + 1
    // A number of many digits is too large in any case.
    func number(_ digits: ArraySlice<UInt8>) -> Int {
      Int(String(decoding: digits, as: UTF8.self)) ?? .max
    }
    let least = number(first)
    let most = parts.count == 1 ? least : parts[1].isEmpty ? nil : number(parts[1])
    let written = "{\(String(decoding: text, as: UTF8.self))}"
    if let most, most < least {
      throw PatternError("'\(written)' has its numbers in the wrong order")
    }
    try repetition(written, from: least, upTo: most)
  }

  /// Repeats what was read last.
  private mutating func repetition(
    _ written: String, from least: Int, upTo most: Int?
  ) throws(PatternError) {
    guard let start = group.atom else {
      throw PatternError(
        "nothing before '\(written)' that it could repeat; write \\\(written.prefix(1)) for the "
          + "character")
    }
    literals.repeated(atLeast: least)
    try emit(from: least, upTo: most, start)
    guard position < bytes.count else { return }
    if bytes[position] == UInt8(ascii: "?") {
      // Lazy: of several matches it prefers another, and whether there is one is all that is asked.
      position += 1
    } else if bytes[position] == UInt8(ascii: "+") {
      throw PatternError(
        "'\(written)+' is not known; write \(written), of which this differs in what it gives back")
    }
  }

  private mutating func emit(
    from least: Int, upTo most: Int?, _ start: Int
  ) throws(PatternError) {
    let piece = Array(program.code[start...])
    let length = piece.count
    // Each that may be missing has a split; so has the last of any number, and a jump.
    let (copies, overflowsCopies) = max(most ?? least, least, 1).multipliedReportingOverflow(
      by: length + 1)
    guard !overflowsCopies, copies <= Self.maxStates, start + copies + 2 <= Self.maxStates else {
      throw Self.tooManyStates
    }
    guard let most else {
      if least == 0 {
        program.code.insert(.init(operation: .split, operand: Int32(length + 2)), at: start)
        append(.jump, -(length + 1))
      } else {
        for _ in 1..<least { program.code += piece }
        append(.split, -length)
      }
      return
    }
    program.code.removeSubrange(start...)
    for _ in 0..<least { program.code += piece }
    for left in stride(from: most - least, to: 0, by: -1) {
      append(.split, left * (length + 1))
      program.code += piece
    }
  }

  // MARK: - Brackets

  private mutating func bracket() throws(PatternError) {
    let start = position
    var set = ExpressionProgram.ScalarSet()
    if position < bytes.count, bytes[position] == UInt8(ascii: "^") {
      set.isNegated = true
      position += 1
    }
    let first = position
    while true {
      guard position < bytes.count else {
        throw PatternError("a '[' without its ']'; write \\[ for the character")
      }
      // The bracket that closes is a character where it stands first.
      if bytes[position] == UInt8(ascii: "]"), position > first { break }
      try element(of: &set)
    }
    let inner = bytes[start..<position]
    position += 1
    // Within another bracket this names a class; alone nobody means its letters.
    if inner.count > 2, inner.first == UInt8(ascii: ":"), inner.last == UInt8(ascii: ":"),
      inner.dropFirst().dropLast().allSatisfy({ ($0 | 0x20) &- 0x61 < 26 })
    {
      let name = String(decoding: inner, as: UTF8.self)
      throw PatternError("'[\(name)]' names a class only within brackets; write [[\(name)]]")
    }
    setAtom(set)
  }

  /// A character, a range or a class.
  private mutating func element(of set: inout ExpressionProgram.ScalarSet) throws(PatternError) {
    guard let low = try bound(of: &set) else { return }
    var high = low
    // A hyphen is a character where it stands last.
    if position + 1 < bytes.count, bytes[position] == UInt8(ascii: "-"),
      bytes[position + 1] != UInt8(ascii: "]")
    {
      position += 1
      guard let end = try bound(of: &set) else {
        throw PatternError("a range in '[ ]' that ends with a class; write \\- for the character")
      }
      guard low.value <= end.value else {
        throw PatternError("the range '\(low)-\(end)' ends before it begins")
      }
      high = end
    }
    if low == high, program.ignoresCase {
      let folded = SimpleCase(low).folded
      set.insert(folded...folded)
    } else {
      set.insert(low.value...high.value)
    }
  }

  /// The next character within a bracket, with which a range may begin; `nil` where a class was read.
  private mutating func bound(
    of set: inout ExpressionProgram.ScalarSet
  ) throws(PatternError) -> Unicode.Scalar? {
    let scalar = nextScalar()
    if scalar == "[", position < bytes.count, ":.=".utf8.contains(bytes[position]) {
      return try named(&set)
    }
    guard scalar == "\\" else { return scalar }
    guard position < bytes.count else {
      throw PatternError("a '[' without its ']'; write \\\\ for a backslash")
    }
    let next = nextScalar()
    if let named = Self.namedSet(next) {
      set.properties.formUnion(named.properties)
      set.lacking.formUnion(named.lacking)
      return nil
    }
    return try escaped(next)
  }

  /// `[:alpha:]`, `[.-.]` or `[=a=]`, of which the last two are the character that they name.
  private mutating func named(
    _ set: inout ExpressionProgram.ScalarSet
  ) throws(PatternError) -> Unicode.Scalar? {
    let mark = bytes[position]
    let start = position + 1
    var end = start
    // A character of that name may itself be the mark.
    repeat {
      end += 1
    } while end + 1 < bytes.count
      && !(bytes[end] == mark && bytes[end + 1] == UInt8(ascii: "]"))
    guard end + 1 < bytes.count else {
      let sign = Unicode.Scalar(mark)
      throw PatternError("a '[\(sign)' without its '\(sign)]'; write \\[ for the character")
    }
    let name = String(decoding: bytes[start..<end], as: UTF8.self)
    position = end + 2
    if mark == UInt8(ascii: ":") {
      guard var properties = ScalarProperties.named(name) else {
        throw PatternError(
          "'\(name)' is no class of characters; there are \(ScalarProperties.known)")
      }
      if program.ignoresCase, !properties.isDisjoint(with: [.upper, .lower]) {
        properties = [.upper, .lower]
      }
      set.properties.formUnion(properties)
      return nil
    }
    guard let scalar = name.unicodeScalars.first, name.unicodeScalars.count == 1 else {
      throw PatternError("'\(name)' is no character; write one, as in [[.-.]]")
    }
    return scalar
  }
}
