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
