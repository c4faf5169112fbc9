/// Changes a profile in place: comments, order and everything else stay as people wrote them.
public struct ProfileEditor {
  /// The bytes of the profile.
  public private(set) var text: [UInt8]

  /// Takes the bytes of a valid profile.
  public init(_ text: [UInt8]) {
    self.text = text
  }

  /// Says which organization receives mail; `nil` for none.
  public mutating func setSynchronizing(_ name: String?) {
    let entries = TOMLScanner.entries(of: text)
    let present = entries.first { $0.path == [.key("synchronizing")] }
    switch (present, name) {
    case (let present?, let name?):
      if let value = present.value { text.replaceSubrange(value, with: Self.quoted(name)) }
    case (let present?, nil): text.removeSubrange(present.range)
    case (nil, let name?):
      let line = Array("synchronizing = ".utf8) + Self.quoted(name) + [10]
      if let first = entries.first, first.value != nil {
        text.insert(contentsOf: line, at: first.range.lowerBound)
      } else {
        // A key after a table's header would be the table's.
        text.insert(contentsOf: line + [10], at: 0)
      }
    case (nil, nil): break
    }
  }

  /// Adds an organization after all that is there.
  public mutating func addOrganization(name: String, url: String) {
    if let last = text.last {
      if last != 10 { text.append(10) }
      text.append(10)
    }
    text += Array("[[organization]]\nname = ".utf8) + Self.quoted(name)
    text += Array("\nurl  = ".utf8) + Self.quoted(url) + [10]
  }

  /// Says whether mail may be brought to an organization; no more where there is none of the name.
  public mutating func setConnected(_ isConnected: Bool, organization name: String) {
    guard let table = table(ofOrganization: name) else { return }
    let entries = TOMLScanner.entries(of: text)
    let value = Array((isConnected ? "true" : "false").utf8)
    if let present = entries.first(where: { $0.path == table + [.key("connected")] })?.value {
      text.replaceSubrange(present, with: value)
    } else if let url = entries.first(where: { $0.path == table + [.key("url")] }) {
      let start = text[..<url.range.upperBound].last == 10 ? [] : [UInt8(10)]
      text.insert(
        contentsOf: start + Array("connected = ".utf8) + value + [10], at: url.range.upperBound)
    }
  }

  /// Adds a rule before all others that ignores whatever an address takes part in.
  public mutating func addIgnoreRule(name: String, participant: String) {
    var rule = Array("[[rule]]\nname = ".utf8) + Self.quoted(name)
    rule += Array("\nparticipant = ".utf8) + Self.quoted(participant)
    rule += Array("\naction = \"ignore\"\n".utf8)
    let first = TOMLScanner.entries(of: text).first { $0.path.first == .key("rule") }
    guard let first else {
      if let last = text.last, last != 10 { text.append(10) }
      text += [10] + rule
      return
    }
    text.insert(contentsOf: rule + [10], at: first.range.lowerBound)
  }

  /// Takes an organization away, from its header to its last key.
  public mutating func removeOrganization(name: String) {
    guard let table = table(ofOrganization: name) else { return }
    let ranges = TOMLScanner.entries(of: text)
      .filter { $0.path.starts(with: table) && !$0.isInline }.map(\.range)
    guard let first = ranges.first, let last = ranges.last else { return }
    text.removeSubrange(first.lowerBound..<last.upperBound)
  }

  private func table(ofOrganization name: String) -> TOMLPath? {
    let entries = TOMLScanner.entries(of: text)
    let wanted = Self.quoted(name)
    return entries.first { entry in
      entry.path.count == 3 && entry.path.first == .key("organization")
        && entry.path.last == .key("name")
        && entry.value.map { range in
          text[range].dropFirst().dropLast().elementsEqual(wanted.dropFirst().dropLast())
        } ?? false
    }.map { Array($0.path.dropLast()) }
  }

  /// A text as a basic string (TOML 1.0).
  private static func quoted(_ value: String) -> [UInt8] {
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
