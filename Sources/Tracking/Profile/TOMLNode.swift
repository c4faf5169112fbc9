import TOMLKit

/// A TOML value as plain data (TOML 1.0.0); what a profile cannot hold is `other`.
indirect enum TOMLNode: Sendable {
  case string(String)
  case integer(Int)
  case bool(Bool)
  case array([TOMLNode])
  case table(TOMLTableNodes)
  case other

  /// Reads a whole document.
  ///
  /// - Throws: `TOMLParseError`.
  init(document: String) throws {
    self = Self.table(try TOMLTable(string: document))
  }

  private static func table(_ table: TOMLTable) -> TOMLNode {
    var nodes = TOMLTableNodes()
    for key in table.keys {
      if let value = table[key] { nodes.add(key, node(value)) }
    }
    return .table(nodes)
  }

  // The depth is that of the profile, which TOMLKit bounds to 256; it is no message.
  private static func node(_ value: any TOMLValueConvertible) -> TOMLNode {
    switch value.type {
    case .string: value.string.map(TOMLNode.string) ?? .other
    case .int: value.int.map(TOMLNode.integer) ?? .other
    case .bool: value.bool.map(TOMLNode.bool) ?? .other
    case .array: value.array.map { .array($0.map(node)) } ?? .other
    case .table: value.table.map(table) ?? .other
    default: .other
    }
  }

  /// What it is, for error messages.
  var kind: String {
    switch self {
    case .string: "a text"
    case .integer: "a number"
    case .bool: "true or false"
    case .array: "a list"
    case .table: "a table"
    case .other: "a date or a number with a point"
    }
  }

  /// Whether it says the same, byte for byte; the order of keys says nothing (TOML 1.0.0, "Table").
  func isSame(as other: TOMLNode) -> Bool {
    switch (self, other) {
    case (.string(let one), .string(let two)): one.utf8.elementsEqual(two.utf8)
    case (.integer(let one), .integer(let two)): one == two
    case (.bool(let one), .bool(let two)): one == two
    case (.array(let one), .array(let two)):
      one.count == two.count && zip(one, two).allSatisfy { $0.isSame(as: $1) }
    case (.table(let one), .table(let two)):
      one.keys.count == two.keys.count
        && one.keys.allSatisfy { key in
          guard let first = one[key], let second = two[key] else { return false }
          return first.isSame(as: second)
        }
    // No profile has one.
    case (.other, .other): true
    default: false
    }
  }
}

/// The place of a value in a TOML document.
typealias TOMLPath = [TOMLPathStep]

/// One step of a place: a key, or the number of an element.
enum TOMLPathStep: Hashable, Sendable {
  case key(String)
  case index(Int)
}

/// The keys and values of a TOML table, in the order in which the library gives them.
///
/// A profile has many tables of a few keys: they are found sooner one after the other than by hash.
struct TOMLTableNodes: Sendable {
  private var entries: [(key: String, node: TOMLNode)] = []

  /// The keys.
  var keys: [String] { entries.map(\.key) }

  /// Whether there are none.
  var isEmpty: Bool { entries.isEmpty }

  /// The value of a key.
  subscript(_ key: String) -> TOMLNode? { entries.first { $0.key == key }?.node }

  /// Adds a key that is not there yet.
  mutating func add(_ key: String, _ node: TOMLNode) { entries.append((key, node)) }

  /// Gives a key a value, or takes it away.
  mutating func set(_ key: String, _ node: TOMLNode?) {
    entries.removeAll { $0.key == key }
    if let node { add(key, node) }
  }
}
