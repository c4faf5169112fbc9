/// Changes a profile in place: comments, order and everything else stay as people wrote them.
///
/// Each change is made in the bytes and, apart from them, in what they mean; the new bytes are read
/// again by the library, and a change that did not do exactly what was meant is not made.
package struct ProfileEditor {
  /// The bytes of the profile.
  package private(set) var text: [UInt8]
  private let path: String

  /// Takes a profile.
  ///
  /// - Parameters:
  ///   - text: The bytes of a valid profile.
  ///   - path: The file's name, for errors.
  package init(_ text: [UInt8], path: String) {
    self.text = text
    self.path = path
  }

  /// Says which organization receives mail; `nil` for none.
  ///
  /// - Throws: `ProfileError` where the text does not allow it; nothing is changed then.
  package mutating func setSynchronizing(_ name: String?) throws(ProfileError) {
    try set("synchronizing", name.map { (.string($0), Self.quoted($0)) })
  }

  /// Says what is kept from the organization; `nil` for what is by default.
  ///
  /// - Throws: `ProfileError` where the text does not allow it; nothing is changed then.
  package mutating func setExclude(_ exclude: [Exclusion]?) throws(ProfileError) {
    let names = exclude?.map(\.rawValue)
    try set("exclude", names.map { (Self.node($0), Self.quoted($0)) })
  }

  /// Adds an organization after all that is there.
  ///
  /// - Parameters:
  ///   - name: Its name.
  ///   - url: Where it is.
  ///   - colleagues: The patterns of colleagues' addresses.
  ///   - isConnected: Whether mail may be brought to it.
  ///   - access: How this side signs in there.
  /// - Throws: `ProfileError` where the text does not allow it; nothing is changed then.
  package mutating func addOrganization(
    name: String, url: String, colleagues: [String] = [], isConnected: Bool = true,
    access: OrganizationAccess = OrganizationAccess()
  ) throws(ProfileError) {
    var table = NewTable(
      "organization", width: access.written.reduce(4) { max($0, $1.key.utf8.count) })
    table.add("name", .string(name), Self.quoted(name))
    table.add("url", .string(url), Self.quoted(url))
    if !colleagues.isEmpty {
      table.add("colleagues", Self.node(colleagues), Self.quoted(colleagues))
    }
    if !isConnected { table.add("connected", .bool(false), Array("false".utf8)) }
    for (key, value) in access.written { table.add(key, .string(value), Self.quoted(value)) }
    if !access.passwordCommand.isEmpty {
      table.add(
        "password_command", Self.node(access.passwordCommand),
        Self.quoted(access.passwordCommand))
    }
    try add(table)
  }

  /// Adds a mailbox after all that is there.
  ///
  /// - Throws: `ProfileError` where the text does not allow it; nothing is changed then.
  package mutating func addMailbox(owner: String, addresses: [String]) throws(ProfileError) {
    var table = NewTable("mailbox", width: 9)
    table.add("owner", .string(owner), Self.quoted(owner))
    table.add("addresses", Self.node(addresses), Self.quoted(addresses))
    try add(table)
  }

  /// Adds a rule after all that is there: mail that the owner of the mailbox sends to some
  /// addresses is tracked.
  ///
  /// - Throws: `ProfileError` where the text does not allow it; nothing is changed then.
  package mutating func addSentRule(name: String, recipients: [String]) throws(ProfileError) {
    var table = NewTable("rule", width: 9)
    table.add("name", .string(name), Self.quoted(name))
    table.add("direction", .string("outgoing"), Self.quoted("outgoing"))
    table.add("recipient", Self.node(recipients), Self.quoted(recipients))
    table.add("action", .string("track"), Self.quoted("track"))
    // That what is excluded is left out is meant.
    table.add("even", Self.node([]), Self.quoted([String]()))
    try add(table)
  }

  /// Adds a rule before all others that ignores whatever an address takes part in.
  ///
  /// - Throws: `ProfileError` where the text does not allow it; nothing is changed then.
  package mutating func addIgnoreRule(name: String, participant: String) throws(ProfileError) {
    var table = NewTable("rule", width: 0)
    table.add("name", .string(name), Self.quoted(name))
    table.add("participant", .string(participant), Self.quoted(participant))
    table.add("action", .string("ignore"), Self.quoted("ignore"))
    try add(table, isFirst: true)
  }

  /// Says what addresses the first mailbox has.
  ///
  /// - Throws: `ProfileError` where the text does not allow it; nothing is changed then.
  package mutating func setAddresses(_ addresses: [String]) throws(ProfileError) {
    try set(
      "addresses", Self.node(addresses), Self.quoted(addresses), after: "owner",
      in: [.key("mailbox"), .index(0)], called: "the first [[mailbox]]")
  }

  /// Says whether mail may be brought to an organization.
  ///
  /// - Throws: `ProfileError` where there is none of the name or the text does not allow it;
  ///   nothing is changed then.
  package mutating func setConnected(
    _ isConnected: Bool, organization name: String
  ) throws(ProfileError) {
    try set(
      "connected", .bool(isConnected), Array("\(isConnected)".utf8), after: "url",
      in: try table(ofOrganization: name), called: "the [[organization]] '\(name)'")
  }

  /// Says whose mail is colleagues' mail in an organization.
  ///
  /// - Throws: `ProfileError` where there is none of the name or the text does not allow it;
  ///   nothing is changed then.
  package mutating func setColleagues(
    _ patterns: [String], organization name: String
  ) throws(ProfileError) {
    try set(
      "colleagues", patterns.isEmpty ? nil : Self.node(patterns),
      patterns.isEmpty ? nil : Self.quoted(patterns), after: "url",
      in: try table(ofOrganization: name), called: "the [[organization]] '\(name)'")
  }

  /// Takes an organization away, from its header to its last key.
  ///
  /// - Throws: `ProfileError` where there is none of the name or the text does not allow it;
  ///   nothing is changed then.
  package mutating func removeOrganization(name: String) throws(ProfileError) {
    let table = try table(ofOrganization: name)
    try change(
      at: table, byHand: "take the [[organization]] '\(name)' out",
      text: { text, entries in
        if let element = entries.first(where: { $0.path == table && $0.isInline }) {
          Self.removeElement(element.range, from: &text)
          return
        }
        let ranges = entries.filter { $0.path.starts(with: table) && !$0.isInline }.map(\.range)
        guard let first = ranges.first, let last = ranges.last else { return }
        text.removeSubrange(first.lowerBound..<last.upperBound)
      },
      meaning: { root in
        guard case .array(var elements)? = root["organization"], let step = table.last,
          case .index(let index) = step, elements.indices.contains(index)
        else { return false }
        elements.remove(at: index)
        root.set("organization", .array(elements))
        return true
      })
  }

  // MARK: Changes

  /// Makes a change if the new text means exactly what is meant.
  ///
  /// - Parameters:
  ///   - place: Where it is, for the line of an error.
  ///   - byHand: What to do instead, for an error.
  ///   - edit: Changes the bytes, given what stands where.
  ///   - meaning: Changes what they mean; `false` where what it is about is not there.
  /// - Throws: `ProfileError` where the new text would mean anything else.
  private mutating func change(
    at place: TOMLPath, byHand: String,
    text edit: (inout [UInt8], [TOMLScanner.Entry]) -> Void,
    meaning: (inout TOMLTableNodes) -> Bool
  ) throws(ProfileError) {
    var changed = text
    edit(&changed, TOMLScanner.entries(of: text))
    if var meant = Self.meaning(of: text), meaning(&meant),
      let result = Self.meaning(of: changed), Self.isSame(meant, result)
    {
      text = changed
      return
    }
    throw ProfileError(
      path: path, line: TOMLScanner.line(of: place, in: text),
      problem: "written so that it cannot be changed safely, and left as it was; by hand: \(byHand)"
    )
  }

  /// Gives a key of the document a value, or takes it away.
  private mutating func set(
    _ key: String, _ value: (node: TOMLNode, text: [UInt8])?
  ) throws(ProfileError) {
    try change(
      at: [.key(key)],
      byHand: value.map { "\(key) = \(Self.oneLine($0.text))" } ?? "take the key '\(key)' out",
      text: { text, entries in
        let present = entries.first { $0.path == [.key(key)] }
        switch (present, value) {
        case (let present?, let value?):
          if let range = present.value { text.replaceSubrange(range, with: value.text) }
        case (let present?, nil): text.removeSubrange(present.range)
        case (nil, let value?): Self.insertAtTop(key, value.text, before: entries, in: &text)
        case (nil, nil): break
        }
      },
      meaning: { root in
        root.set(key, value?.node)
        return true
      })
  }

  /// Gives a key of an element of an array of tables a value, where it is new after another key; takes
  /// it away where there is no value.
  private mutating func set(
    _ key: String, _ node: TOMLNode?, _ value: [UInt8]?, after other: String, in table: TOMLPath,
    called name: String
  ) throws(ProfileError) {
    try change(
      at: table,
      byHand: value.map { "give \(name) \(key) = \(Self.oneLine($0))" }
        ?? "take the key '\(key)' out of \(name)",
      text: { text, entries in
        guard let value else {
          let present = entries.first { $0.path == table + [.key(key)] }
          if let present, !present.isInline { text.removeSubrange(present.range) }
          return
        }
        if let present = entries.first(where: { $0.path == table + [.key(key)] })?.value {
          text.replaceSubrange(present, with: value)
        } else if let before = entries.first(where: { $0.path == table + [.key(other)] }) {
          let end = before.range.upperBound
          let assignment = Array("\(key) = ".utf8) + value
          if before.isInline {
            text.insert(contentsOf: Array(", ".utf8) + assignment, at: end)
          } else {
            let start = text[..<end].last == 10 ? [] : [UInt8(10)]
            text.insert(contentsOf: start + assignment + [10], at: end)
          }
        }
      },
      meaning: { root in
        guard table.count == 2, case .key(let array) = table[0], case .index(let index) = table[1],
          case .array(var elements)? = root[array], elements.indices.contains(index),
          case .table(var nodes) = elements[index]
        else { return false }
        nodes.set(key, node)
        elements[index] = .table(nodes)
        root.set(array, .array(elements))
        return true
      })
  }

  /// A table that is to be added to an array of tables.
  private struct NewTable {
    let array: String
    /// How wide keys are at least in a table of its own.
    let width: Int
    private(set) var nodes = TOMLTableNodes()
    private var values: [(key: String, value: [UInt8])] = []

    init(_ array: String, width: Int) {
      self.array = array
      self.width = width
    }

    mutating func add(_ key: String, _ node: TOMLNode, _ value: [UInt8]) {
      nodes.add(key, node)
      values.append((key, value))
    }

    /// As a table of its own, with its line ends.
    var block: [UInt8] {
      var block = Array("[[\(array)]]\n".utf8)
      for (key, value) in values {
        let padding = String(repeating: " ", count: max(width - key.utf8.count, 0))
        block += Array("\(key)\(padding) = ".utf8) + value + [10]
      }
      return block
    }

    /// Its keys on one line.
    var assignments: [UInt8] {
      Array(
        values.map { Array("\($0.key) = ".utf8) + $0.value }
          .joined(separator: Array(", ".utf8)))
    }

    /// As an element of a list.
    var inline: [UInt8] { Array("{ ".utf8) + assignments + Array(" }".utf8) }
  }

  /// Adds a table after all that is there, or before its like.
  private mutating func add(_ table: NewTable, isFirst: Bool = false) throws(ProfileError) {
    let array: TOMLPath = [.key(table.array)]
    try change(
      at: array,
      byHand: "add \(isFirst ? "first " : "")[[\(table.array)]] with "
        + Self.oneLine(table.assignments),
      text: { text, entries in
        if let value = entries.first(where: { $0.path == array })?.value {
          let elements = entries.filter {
            $0.isInline && $0.path.count == 2 && $0.path.starts(with: array)
          }
          let comma = Array(", ".utf8)
          if isFirst, let first = elements.first {
            text.insert(contentsOf: table.inline + comma, at: first.range.lowerBound)
          } else if let last = elements.last {
            text.insert(contentsOf: comma + table.inline, at: last.range.upperBound)
          } else {
            text.insert(contentsOf: table.inline, at: value.lowerBound + 1)
          }
        } else if isFirst, let first = entries.first(where: { $0.path.starts(with: array) }) {
          text.insert(contentsOf: table.block + [10], at: first.range.lowerBound)
        } else {
          // An empty line between.
          if let last = text.last { text += last == 10 ? [10] : [10, 10] }
          text += table.block
        }
      },
      meaning: { root in
        var elements: [TOMLNode] = []
        if case .array(let present)? = root[table.array] { elements = present }
        elements.insert(.table(table.nodes), at: isFirst ? 0 : elements.count)
        root.set(table.array, .array(elements))
        return true
      })
  }

  // MARK: Meaning

  private static func meaning(of text: [UInt8]) -> TOMLTableNodes? {
    guard !text.contains(0), TOMLScanner.brokenHeaderLine(in: text) == nil,
      TOMLScanner.strayBraceLine(in: text) == nil,
      let document = String(validating: text, as: UTF8.self),
      case .table(let root)? = try? TOMLNode(document: document)
    else { return nil }
    return root
  }

  /// Whether two documents say the same; no organization is an empty list of them.
  private static func isSame(_ one: TOMLTableNodes, _ two: TOMLTableNodes) -> Bool {
    func plain(_ root: TOMLTableNodes) -> TOMLNode {
      var root = root
      if case .array(let elements)? = root["organization"], elements.isEmpty {
        root.set("organization", nil)
      }
      return .table(root)
    }
    return plain(one).isSame(as: plain(two))
  }

  /// The place of an organization, as the library reads its name.
  private func table(ofOrganization name: String) throws(ProfileError) -> TOMLPath {
    if case .array(let elements)? = Self.meaning(of: text)?["organization"] {
      let index = elements.firstIndex { element in
        guard case .table(let nodes) = element, case .string(let found)? = nodes["name"] else {
          return false
        }
        return found == name
      }
      if let index { return [.key("organization"), .index(index)] }
    }
    throw ProfileError(
      path: path, line: nil, problem: "no [[organization]] named '\(name)'; nothing is changed")
  }

  // MARK: Bytes

  /// A key that belongs to no table stands before all of them.
  private static func insertAtTop(
    _ key: String, _ value: [UInt8], before entries: [TOMLScanner.Entry], in text: inout [UInt8]
  ) {
    let line = Array("\(key) = ".utf8) + value + [10]
    guard let first = entries.first else {
      // A comment without its line end would take it in.
      if let last = text.last, last != 10 { text.append(10) }
      text += line
      return
    }
    if first.value != nil {
      text.insert(contentsOf: line, at: first.range.lowerBound)
    } else {
      // A key after a table's header would be the table's.
      text.insert(contentsOf: line + [10], at: TOMLScanner.start(of: text))
    }
  }

  /// Takes an element out of a list, with the comma after it, and with its line where nothing else
  /// is on it.
  private static func removeElement(_ range: Range<Int>, from text: inout [UInt8]) {
    func isBlank(_ byte: UInt8) -> Bool { byte == 32 || byte == 9 || byte == 13 }
    var end = range.upperBound
    // The comma may stand after comments, which stay.
    var comma = end
    while comma < text.count,
      isBlank(text[comma]) || text[comma] == 10 || text[comma] == UInt8(ascii: "#")
    {
      if text[comma] == UInt8(ascii: "#") {
        while comma < text.count, text[comma] != 10 { comma += 1 }
      } else {
        comma += 1
      }
    }
    if comma < text.count, text[comma] == UInt8(ascii: ",") {
      if text[end..<comma].contains(UInt8(ascii: "#")) {
        text.remove(at: comma)
      } else {
        end = comma + 1
      }
    }
    while end < text.count, isBlank(text[end]) { end += 1 }
    var start = range.lowerBound
    while start > 0, isBlank(text[start - 1]) { start -= 1 }
    if start > 0, text[start - 1] == 10, end < text.count, text[end] == 10 {
      end += 1
    } else {
      start = range.lowerBound
    }
    text.removeSubrange(start..<end)
  }

  private static func node(_ values: [String]) -> TOMLNode { .array(values.map(TOMLNode.string)) }

  /// What was written by `quoted`, for an error.
  private static func oneLine(_ value: [UInt8]) -> String {
    String(decoding: value.filter { $0 != 10 }, as: UTF8.self)
  }

  /// Texts as an array of basic strings, each on a line of its own where there are many.
  private static func quoted(_ values: [String]) -> [UInt8] {
    let isLong = values.count > 6
    let separator = Array((isLong ? ",\n  " : ", ").utf8)
    let content = Array(values.map(quoted).joined(separator: separator))
    return Array((isLong ? "[\n  " : "[").utf8) + content + Array((isLong ? ",\n]" : "]").utf8)
  }

  /// A text as a basic string (TOML 1.0).
  static func quoted(_ value: String) -> [UInt8] {
    var quoted: [UInt8] = [UInt8(ascii: "\"")]
    for byte in value.utf8 {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"): quoted += [UInt8(ascii: "\\"), byte]
      case 0..<32, 127:
        let digits = String(byte, radix: 16)
        quoted += Array("\\u00".utf8) + Array((digits.utf8.count == 1 ? "0" : "").utf8)
        quoted += Array(digits.utf8)
      default: quoted.append(byte)
      }
    }
    quoted.append(UInt8(ascii: "\""))
    return quoted
  }
}
