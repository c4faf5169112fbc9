/// Reads the keys of one table with their types, and knows where they stand.
struct TOMLTableReader {
  let nodes: TOMLTableNodes
  let path: TOMLPath
  /// The table in words, for errors: `[[rule]]`.
  let name: String

  init(_ nodes: TOMLTableNodes, path: TOMLPath, name: String) {
    self.nodes = nodes
    self.path = path
    self.name = name
  }

  typealias Problem = ProfileReader.Problem

  func at(_ key: String) -> TOMLPath { path + [.key(key)] }

  /// Refuses keys that are not known.
  func allow(_ keys: [String]) throws {
    // The first of them, so that the same profile has the same error.
    if let key = nodes.keys.filter({ !keys.contains($0) }).min() {
      throw Problem(
        path: at(key),
        text: "unknown key '\(key)' in \(name)" + Suggestion.hint(for: key, among: keys))
    }
  }

  /// A value that must be there.
  func required<Value>(_ key: String, _ value: Value?) throws -> Value {
    guard let value else { throw Problem(path: path, text: "\(name) has no '\(key)'; add it") }
    return value
  }

  func string(_ key: String) throws -> String? {
    guard let text = try text(key) else { return nil }
    guard !text.isEmpty else { throw Problem(path: at(key), text: "'\(key)' is empty") }
    return text
  }

  /// A text that may be empty.
  func text(_ key: String) throws -> String? {
    guard let node = nodes[key] else { return nil }
    guard case .string(let text) = node else { throw wrongType(key, node, "a text in quotes") }
    return text
  }

  func bool(_ key: String) throws -> Bool? {
    guard let node = nodes[key] else { return nil }
    guard case .bool(let value) = node else { throw wrongType(key, node, "true or false") }
    return value
  }

  func size(_ key: String) throws -> Int? {
    guard let node = nodes[key] else { return nil }
    switch node {
    case .integer(let bytes) where bytes >= 0: return bytes
    case .string(let text):
      if let bytes = ByteSize.parse(text) { return bytes }
      throw Problem(
        path: at(key), text: "'\(text)' is no size; write bytes, or a text such as \"50M\"")
    default: throw wrongType(key, node, "a size in bytes, or a text such as \"50M\"")
    }
  }

  /// A text or a list of texts.
  func strings(_ key: String) throws -> [String]? {
    guard let node = nodes[key] else { return nil }
    switch node {
    case .string(let text): return [text]
    case .array(let nodes):
      return try nodes.enumerated().map { number, node in
        guard case .string(let text) = node else {
          throw Problem(
            path: at(key) + [.index(number)],
            text: "'\(key)' takes texts in quotes, not \(node.kind)")
        }
        return text
      }
    default: throw wrongType(key, node, "a text, or a list of texts")
    }
  }

  /// Texts, each read as a pattern; none is an error, since it could not match.
  func patterns<Pattern>(
    _ key: String, _ read: (String) -> Result<Pattern, PatternError>
  ) throws -> [Pattern]? {
    guard let texts = try strings(key) else { return nil }
    guard !texts.isEmpty else {
      throw Problem(path: at(key), text: "'\(key)' is an empty list; it would match nothing")
    }
    return try texts.enumerated().map { number, text in
      switch read(text) {
      case .success(let pattern): return pattern
      case .failure(let error):
        throw Problem(
          path: at(key) + [.index(number)], text: "\(key): '\(text)': \(error.description)")
      }
    }
  }

  /// The tables of an array of tables.
  func tables(_ key: String) throws -> [TOMLTableReader] {
    guard let node = nodes[key] else { return [] }
    guard case .array(let elements) = node else { throw wrongType(key, node, "written [[\(key)]]") }
    return try elements.enumerated().map { number, element in
      guard case .table(let nodes) = element else {
        throw wrongType(key, element, "written [[\(key)]]")
      }
      return TOMLTableReader(nodes, path: at(key) + [.index(number)], name: "[[\(key)]]")
    }
  }

  func wrongType(_ key: String, _ node: TOMLNode, _ wanted: String) -> Problem {
    Problem(path: at(key), text: "'\(key)' is \(node.kind); it must be \(wanted)")
  }
}
