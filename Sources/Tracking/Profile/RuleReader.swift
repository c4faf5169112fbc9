/// Reads `[[rule]]` tables.
struct RuleReader {
  let trustsAuthservIDs: Bool

  typealias Problem = ProfileReader.Problem

  static let ruleKeys = ["name", "action", "regarding", "even"]
  static let conditionKeys = [
    "from", "to", "cc", "recipient", "participant", "mailbox", "subject", "header", "direction",
    "internal", "private", "automatic", "bulk", "spam", "authenticated", "has_attachment", "larger",
    "smaller", "not",
    "any",
  ]
  private static let keys = ruleKeys + conditionKeys
  private static let deepest = 16

  func rule(_ table: TOMLTableReader) throws -> Rule {
    try table.allow(Self.keys)
    let name = try table.required("name", table.string("name"))
    let word = try table.required("action", table.string("action"))
    guard let action = Rule.Action(rawValue: word) else {
      let known = Rule.Action.allCases.map(\.rawValue)
      throw Problem(
        path: table.at("action"),
        text: "'\(word)' is no action; it must be one of \(known.joined(separator: ", "))"
          + Suggestion.hint(for: word, among: known))
    }
    let regarding = try table.string("regarding").map { text in
      guard let record = RecordReference(text) else {
        throw Problem(
          path: table.at("regarding"), text: "'\(text)' is no record; write type:id, as account:42")
      }
      return record
    }
    let conditions = try conditions(table, depth: 0)
    guard !conditions.isEmpty else {
      throw Problem(
        path: table.path,
        text: "rule '\(name)' has no condition and would match all mail; add one, such as "
          + "direction = \"incoming\"")
    }
    return Rule(
      name: name, action: action, regarding: regarding, even: try even(table, action),
      conditions: conditions)
  }

  /// The kinds of excluded mail that a rule tracks.
  private func even(_ table: TOMLTableReader, _ action: Rule.Action) throws -> [Exclusion]? {
    guard let words = try table.strings("even") else { return nil }
    guard action == .track else {
      throw Problem(
        path: table.at("even"),
        text: "'even' says what excluded mail is tracked: it goes with action = \"track\" only")
    }
    return try words.map { word in
      guard let kind = Exclusion(rawValue: word) else {
        let known = Exclusion.allCases.map(\.rawValue)
        throw Problem(
          path: table.at("even"),
          text: "even does not know '\(word)'; it takes \(known.joined(separator: ", "))"
            + Suggestion.hint(for: word, among: known))
      }
      return kind
    }
  }

  /// The conditions of a table, cheap ones first: all must hold, so the order changes no answer.
  private func conditions(_ table: TOMLTableReader, depth: Int) throws -> [Condition] {
    guard depth <= Self.deepest else {
      throw Problem(path: table.path, text: "conditions nested deeper than \(Self.deepest)")
    }
    var conditions: [Condition] = []
    func addresses(_ key: String, _ make: (AddressMatcher) -> Condition) throws {
      guard let patterns = try table.patterns(key, AddressPattern.parse) else { return }
      conditions.append(make(AddressMatcher(patterns, written: try table.strings(key) ?? [])))
    }
    try addresses("from", Condition.from)
    try addresses("to", Condition.to)
    try addresses("cc", Condition.cc)
    try addresses("recipient", Condition.recipient)
    try addresses("participant", Condition.participant)
    try addresses("mailbox", Condition.mailbox)
    if let patterns = try table.patterns("subject", TextPattern.parse) {
      conditions.append(.subject(patterns, written: try table.strings("subject") ?? []))
    }
    conditions += try headerConditions(table)
    if let word = try table.string("direction") {
      guard let direction = Direction(rawValue: word) else {
        throw Problem(
          path: table.at("direction"), text: "'\(word)' is no direction; write incoming or outgoing"
        )
      }
      conditions.append(.direction(direction))
    }
    for kind in Exclusion.allCases {
      if let value = try table.bool(kind.rawValue) { conditions.append(.kind(kind, value)) }
    }
    if let value = try table.bool("authenticated") {
      guard trustsAuthservIDs else {
        throw Problem(
          path: table.at("authenticated"),
          text: "'authenticated' needs trusted_authserv_ids, the names under which your own host "
            + "writes Authentication-Results")
      }
      conditions.append(.authenticated(value))
    }
    if let value = try table.bool("has_attachment") { conditions.append(.attachment(value)) }
    if let bytes = try table.size("larger") { conditions.append(.larger(bytes)) }
    if let bytes = try table.size("smaller") { conditions.append(.smaller(bytes)) }
    if let sets = try sets(table, "not", depth: depth) { conditions.append(.not(sets)) }
    if let sets = try sets(table, "any", depth: depth) { conditions.append(.any(sets)) }
    return conditions.sorted { $0.cost < $1.cost }
  }

  private func headerConditions(_ table: TOMLTableReader) throws -> [Condition] {
    guard let node = table.nodes["header"] else { return [] }
    guard case .table(let fields) = node else {
      throw table.wrongType("header", node, "a table such as { \"X-Priority\" = \"1*\" }")
    }
    let reader = TOMLTableReader(fields, path: table.at("header"), name: "header")
    guard !fields.isEmpty else {
      throw Problem(path: table.at("header"), text: "'header' is empty; name a field")
    }
    return try fields.keys.sorted().map { name in
      guard name.utf8.allSatisfy({ $0 > 32 && $0 < 127 && $0 != UInt8(ascii: ":") }), !name.isEmpty
      else { throw Problem(path: reader.at(name), text: "'\(name)' is no name of a header field") }
      if case .bool(let isThere)? = fields[name] { return .headerPresence(name, isThere) }
      let patterns = try reader.patterns(name, TextPattern.parse) ?? []
      return .header(name, patterns, written: try reader.strings(name) ?? [])
    }
  }

  /// The tables of `not` or `any`: one table, or a list of them.
  private func sets(_ table: TOMLTableReader, _ key: String, depth: Int) throws -> [[Condition]]? {
    guard let node = table.nodes[key] else { return nil }
    let nodes: [TOMLNode]
    switch node {
    case .table: nodes = [node]
    case .array(let elements): nodes = elements
    default: throw table.wrongType(key, node, "a table, or a list of tables")
    }
    guard !nodes.isEmpty else { throw Problem(path: table.at(key), text: "'\(key)' is empty") }
    return try nodes.enumerated().map { number, element in
      guard case .table(let fields) = element else {
        throw table.wrongType(key, element, "a table, or a list of tables")
      }
      let isSingle = if case .table = node { true } else { false }
      let path = isSingle ? table.at(key) : table.at(key) + [.index(number)]
      let reader = TOMLTableReader(fields, path: path, name: "'\(key)'")
      try reader.allow(Self.conditionKeys)
      let conditions = try conditions(reader, depth: depth + 1)
      guard !conditions.isEmpty else {
        throw Problem(path: path, text: "'\(key)' holds no condition; add one")
      }
      return conditions
    }
  }
}
