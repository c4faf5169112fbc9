/// One Authentication-Results field (RFC 8601 section 2.2).
public struct AuthenticationResults: Sendable, Hashable {
  /// The authserv-id: who claims to have checked, lower-cased; empty where the field names nobody, as
  /// those of Office 365 do.
  public let authservID: String

  /// The results in order.
  public let results: [Result]

  /// One `method=result` with its properties.
  public struct Result: Sendable, Hashable {
    /// The method, lower-cased: `spf`, `dkim`, `dmarc` and others.
    public let method: String
    /// The result, lower-cased: `pass`, `fail`, `none` and others.
    public let result: String
    /// The properties as `ptype.property` (lower-cased) and value, in order.
    public let properties: [Property]
    /// Makes a result.
    public init(method: String, result: String, properties: [Property]) {
      self.method = method
      self.result = result
      self.properties = properties
    }
  }

  /// One `ptype.property=value`.
  public struct Property: Sendable, Hashable {
    /// `ptype.property`, lower-cased, such as `header.from`.
    public let name: String
    /// The value without quotes.
    public let value: String
    /// Makes a property.
    public init(name: String, value: String) {
      self.name = name
      self.value = value
    }
  }

  /// Makes a field of its parts.
  public init(authservID: String, results: [Result]) {
    self.authservID = authservID
    self.results = results
  }
}

extension AuthenticationResults {
  /// Reads a raw field value (RFC 8601 section 2.2); `nil` where it is empty.
  init?(_ value: UnsafeRawBufferPointer) {
    let statements = Self.statements(of: value)
    guard let first = statements.first?.first, !first.isEmpty else { return nil }
    // QUIRK: RFC 8601 section 2.2 has an id first; Office 365 begins with a result.
    let hasID = !first.utf8.contains(UInt8(ascii: "="))
    authservID = hasID ? first.lowercased() : ""
    results = statements.dropFirst(hasID ? 1 : 0).compactMap { words in
      guard let (method, result) = words.first.flatMap(Self.pair) else { return nil }
      let properties = words.dropFirst().compactMap { word in
        Self.pair(word).map { Property(name: $0.lowercased(), value: $1) }
      }
      // A method may carry its version: `dkim/1`.
      let name = method.split(separator: "/").first.map(String.init) ?? method
      return Result(method: name.lowercased(), result: result.lowercased(), properties: properties)
    }
  }

  private static func pair(_ word: String) -> (String, String)? {
    guard let equals = word.firstIndex(of: "=") else { return nil }
    return (String(word[..<equals]), String(word[word.index(after: equals)...]))
  }

  /// The words between the semicolons, without comments and quotes, `a = b` joined to `a=b`.
  private static func statements(of value: UnsafeRawBufferPointer) -> [[String]] {
    var statements: [[String]] = [[]]
    var word: [UInt8] = []
    var joins = false
    var depth = 0
    var isQuoted = false
    var position = 0

    func end() {
      guard !word.isEmpty else { return }
      let text = Text.decoded(word)
      word = []
      let last = statements.count - 1
      if !statements[last].isEmpty, joins || text.hasPrefix("=") {
        statements[last][statements[last].count - 1] += text
      } else {
        statements[last].append(text)
      }
      joins = text.hasSuffix("=")
    }

    while position < value.count {
      let byte = value[position]
      position += 1
      if byte == ASCII.backslash, isQuoted || depth > 0, position < value.count {
        if isQuoted { word.append(value[position]) }
        position += 1
      } else if depth > 0 {
        if byte == UInt8(ascii: "(") { depth += 1 } else if byte == UInt8(ascii: ")") { depth -= 1 }
      } else if isQuoted {
        if byte == ASCII.quote { isQuoted = false } else { word.append(byte) }
      } else if byte == ASCII.quote {
        isQuoted = true
      } else if byte == UInt8(ascii: "(") {
        end()
        depth = 1
      } else if byte == UInt8(ascii: ";") {
        end()
        joins = false
        statements.append([])
      } else if ASCII.isBlank(byte) {
        end()
      } else {
        word.append(byte)
      }
    }
    end()
    return statements
  }
}
