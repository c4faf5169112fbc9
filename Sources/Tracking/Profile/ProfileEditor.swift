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
      insertAtTop("synchronizing", Self.quoted(name), before: entries)
    case (nil, nil): break
    }
  }

  /// Adds an organization after all that is there.
  ///
  /// - Parameters:
  ///   - name: Its name.
  ///   - url: Where it is.
  ///   - colleagues: The patterns of colleagues' addresses.
  ///   - isConnected: Whether mail may be brought to it.
  public mutating func addOrganization(
    name: String, url: String, colleagues: [String] = [], isConnected: Bool = true
  ) {
    beginTable()
    text += Array("[[organization]]\nname = ".utf8) + Self.quoted(name)
    text += Array("\nurl  = ".utf8) + Self.quoted(url) + [10]
    if !colleagues.isEmpty { text += Array("colleagues = ".utf8) + Self.quoted(colleagues) + [10] }
    if !isConnected { text += Array("connected = false\n".utf8) }
  }

  /// Adds a mailbox after all that is there.
  public mutating func addMailbox(owner: String, addresses: [String]) {
    beginTable()
    text += Array("[[mailbox]]\nowner     = ".utf8) + Self.quoted(owner)
    text += Array("\naddresses = ".utf8) + Self.quoted(addresses) + [10]
  }

  /// Says what addresses the first mailbox has; no more where there is none.
  public mutating func setAddresses(_ addresses: [String]) {
    let entries = TOMLScanner.entries(of: text)
    let mailbox: TOMLPath = [.key("mailbox"), .index(0)]
    if let value = entries.first(where: { $0.path == mailbox + [.key("addresses")] })?.value {
      text.replaceSubrange(value, with: Self.quoted(addresses))
    } else if let owner = entries.first(where: { $0.path == mailbox + [.key("owner")] }),
      !owner.isInline
    {
      let start = text[..<owner.range.upperBound].last == 10 ? [] : [UInt8(10)]
      text.insert(
        contentsOf: start + Array("addresses = ".utf8) + Self.quoted(addresses) + [10],
        at: owner.range.upperBound)
    }
  }

  /// Says what is kept from the organization; `nil` for what is by default.
  public mutating func setExclude(_ exclude: [Exclusion]?) {
    let entries = TOMLScanner.entries(of: text)
    let present = entries.first { $0.path == [.key("exclude")] }
    let value = exclude.map { Self.quoted($0.map(\.rawValue)) }
    switch (present, value) {
    case (let present?, let value?):
      if let range = present.value { text.replaceSubrange(range, with: value) }
    case (let present?, nil): text.removeSubrange(present.range)
    case (nil, let value?): insertAtTop("exclude", value, before: entries)
    case (nil, nil): break
    }
  }

  /// Adds a rule after all that is there: mail that the owner of the mailbox sends to some
  /// addresses is tracked.
  public mutating func addSentRule(name: String, recipients: [String]) {
    beginTable()
    text += Array("[[rule]]\nname      = ".utf8) + Self.quoted(name)
    text += Array("\ndirection = \"outgoing\"\nrecipient = ".utf8) + Self.quoted(recipients)
    text += Array("\naction    = \"track\"\n".utf8)
  }

  /// Ends what is there with an empty line.
  private mutating func beginTable() {
    guard let last = text.last else { return }
    if last != 10 { text.append(10) }
    text.append(10)
  }

  /// A key that belongs to no table stands before all of them.
  private mutating func insertAtTop(
    _ key: String, _ value: [UInt8], before entries: [TOMLScanner.Entry]
  ) {
    let line = Array("\(key) = ".utf8) + value + [10]
    guard let first = entries.first else {
      text += line
      return
    }
    if first.value != nil {
      text.insert(contentsOf: line, at: first.range.lowerBound)
    } else {
      // A key after a table's header would be the table's.
      text.insert(contentsOf: line + [10], at: 0)
    }
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

  /// Texts as an array of basic strings, each on a line of its own where there are many.
  private static func quoted(_ values: [String]) -> [UInt8] {
    let isLong = values.count > 6
    let separator = Array((isLong ? ",\n  " : ", ").utf8)
    let content = Array(values.map(quoted).joined(separator: separator))
    return Array((isLong ? "[\n  " : "[").utf8) + content + Array((isLong ? ",\n]" : "]").utf8)
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
