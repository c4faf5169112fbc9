import InternetMessage
import System
import TOMLKit

/// Turns TOML into a profile, and tells precisely what is wrong with it.
struct ProfileReader {
  /// A problem and the place of the value that has it.
  struct Problem: Error {
    var path: TOMLPath
    var text: String
  }

  static func read(
    _ toml: [UInt8], path: String, schemes: Set<String>
  ) throws(ProfileError) -> Profile {
    // TOMLKit takes a NUL for the end and replaces what is no UTF-8: rules would vanish silently.
    if let position = toml.firstIndex(of: 0) {
      throw ProfileError(
        path: path, line: lineNumber(at: position, in: toml), problem: "a NUL byte; remove it")
    }
    guard let text = String(validating: toml, as: UTF8.self) else {
      throw ProfileError(path: path, line: nil, problem: "not UTF-8; save it as UTF-8")
    }
    if let line = TOMLScanner.brokenHeaderLine(in: toml) {
      throw ProfileError(
        path: path, line: line,
        problem: "the name of a table begins with a letter, a digit, _, - or a quote")
    }
    if let line = TOMLScanner.strayBraceLine(in: toml) {
      throw ProfileError(
        path: path, line: line, problem: "a '}' where a list has its next value or its end")
    }
    do {
      guard case .table(let root) = try TOMLNode(document: text) else {
        throw Problem(path: [], text: "not a TOML document")
      }
      return try profile(root, schemes: schemes)
    } catch let problem as Problem {
      let line = TOMLScanner.line(of: problem.path, in: toml)
      throw ProfileError(path: path, line: line, problem: problem.text)
    } catch let error as TOMLParseError {
      // It quotes the sign that it met, which may be a line end.
      let problem = SafeText.replacingHarm(in: error.description) {
        $0 == "\n" ? "\\n" : "\u{FFFD}"
      }
      throw ProfileError(path: path, line: error.source.begin.line, problem: problem)
    } catch {
      throw ProfileError(path: path, line: nil, problem: "cannot be read as TOML")
    }
  }

  private static func lineNumber(at position: Int, in text: [UInt8]) -> Int {
    text[..<position].count { $0 == UInt8(ascii: "\n") } + 1
  }

  // MARK: The document

  static let documentKeys = [
    "synchronizing", "mailbox", "organization", "rule", "exclude", "trusted_authserv_ids",
    "max_size", "plus-addressing", "via", "relays", "delegates",
  ]
  static let mailboxKeys = ["owner", "addresses"]
  static let organizationKeys =
    ["name", "url", "colleagues", "connected", "mirror", "text"] + OrganizationAccess.keys

  private static func profile(_ root: TOMLTableNodes, schemes: Set<String>) throws -> Profile {
    let document = TOMLTableReader(root, path: [], name: "the profile")
    try document.allow(Self.documentKeys)
    let mailboxes = try document.tables("mailbox").map(mailbox)
    guard !mailboxes.isEmpty else {
      throw Problem(path: [], text: "no [[mailbox]]; add one with its owner and addresses")
    }
    let organizations = try document.tables("organization").map {
      try organization($0, schemes: schemes)
    }
    try refuseDuplicates(organizations.map(\.name), key: "organization")
    let synchronizing = try document.string("synchronizing")
    if let synchronizing, !organizations.contains(where: { $0.name == synchronizing }) {
      let hint = Suggestion.hint(for: synchronizing, among: organizations.map(\.name))
      throw Problem(
        path: [.key("synchronizing")],
        text: "synchronizing names '\(synchronizing)', but there is no [[organization]] of that "
          + "name" + hint)
    }
    let trusted = try document.strings("trusted_authserv_ids") ?? []
    let exclude = try document.strings("exclude").map { names in
      try names.enumerated().map { number, name in
        guard let exclusion = Exclusion(rawValue: name) else {
          let known = Exclusion.allCases.map(\.rawValue)
          throw Problem(
            path: [.key("exclude"), .index(number)],
            text: "exclude does not know '\(name)'; it takes \(known.joined(separator: ", "))"
              + Suggestion.hint(for: name, among: known))
        }
        return exclusion
      }
    }
    let reader = RuleReader(trustsAuthservIDs: !trusted.isEmpty)
    let rules = try document.tables("rule").map(reader.rule)
    try refuseDuplicates(rules.map(\.name), key: "rule")
    var profile = Profile(
      synchronizing: synchronizing, mailboxes: mailboxes, organizations: organizations,
      exclude: exclude, rules: rules, trustedAuthservIDs: trusted.map { $0.lowercased() },
      maxSize: try document.size("max_size") ?? Profile.defaultMaxSize)
    if let separators = try document.text("plus-addressing") {
      guard separators.unicodeScalars.allSatisfy(Self.isSeparator) else {
        throw Problem(
          path: [.key("plus-addressing")],
          text: "'\(separators)' holds what cannot begin a note in an address; write signs such as "
            + "\"+\" or \"+-\", or \"\" for none")
      }
      profile.plusAddressing = separators
    }
    if let isOn = try document.bool("via") { profile.authorship.believesOurs = isOn }
    if let isOn = try document.bool("delegates") { profile.authorship.recordsAssistants = isOn }
    if let relays = try document.patterns("relays", AddressPattern.parse) {
      profile.authorship.relays = AddressMatcher(
        relays, written: try document.strings("relays") ?? [])
    }
    return profile
  }

  /// Whether a character may stand between name and note: a sign that an address may have (RFC 5322
  /// section 3.2.3).
  private static func isSeparator(_ scalar: Unicode.Scalar) -> Bool {
    "!#$%&'*+-/=?^_`{|}~.".unicodeScalars.contains(scalar)
  }

  private static func mailbox(_ table: TOMLTableReader) throws -> ProfileMailbox {
    try table.allow(Self.mailboxKeys)
    let owner = try address(
      try table.required("owner", table.string("owner")), at: table.at("owner"))
    let addresses = try (table.strings("addresses") ?? []).enumerated().map { number, text in
      try address(text, at: table.at("addresses") + [.index(number)])
    }
    return ProfileMailbox(owner: owner, addresses: addresses)
  }

  private static func address(_ text: String, at path: TOMLPath) throws -> AddrSpec {
    guard let address = AddrSpec(text) else {
      throw Problem(path: path, text: "'\(text)' is no address; write it as name@domain")
    }
    return address
  }

  private static func organization(
    _ table: TOMLTableReader, schemes: Set<String>
  ) throws -> OrganizationEntry {
    try table.allow(Self.organizationKeys)
    let name = try table.required("name", table.string("name"))
    guard OrganizationEntry.isName(name) else {
      throw Problem(
        path: table.at("name"),
        text: "'\(name)' is no name of an organization; use letters, digits, '.', '_' and '-'")
    }
    let text = try table.required("url", table.string("url"))
    let url: OrganizationURL
    do {
      url = try OrganizationURL(text, schemes: schemes)
    } catch {
      throw Problem(path: table.at("url"), text: error.description)
    }
    let colleagues = try table.patterns("colleagues", AddressPattern.parse) ?? []
    let written = try table.strings("colleagues") ?? []
    var entry = OrganizationEntry(
      name: name, url: url, colleagues: AddressMatcher(colleagues, written: written),
      isConnected: try table.bool("connected") ?? true)
    if let word = try table.string("mirror") {
      guard let mirror = OrganizationEntry.Mirror(rawValue: word), url.isElsewhere else {
        throw Problem(
          path: table.at("mirror"),
          text: url.isElsewhere
            ? "'\(word)' is no mirror; write own, visible or none"
            : "mirror is of organizations elsewhere, and this one is on this machine")
      }
      entry.mirror = mirror
    }
    if let word = try table.string("text") {
      guard let form = OrganizationEntry.TextForm(rawValue: word), url.dataverse != nil else {
        throw Problem(
          path: table.at("text"),
          text: url.dataverse != nil
            ? "'\(word)' is no form of text; write plain or html"
            : "text is of organizations in Dynamics 365; others keep the message itself")
      }
      entry.text = form
    }
    entry.access = try access(table, of: url)
    return entry
  }

  private static func refuseDuplicates(_ names: [String], key: String) throws {
    var seen: [String: Int] = [:]
    for (number, name) in names.enumerated() {
      if let first = seen[name] {
        throw Problem(
          path: [.key(key), .index(number), .key("name")],
          text: "a second [[\(key)]] named '\(name)'; the first is number \(first + 1)")
      }
      seen[name] = number
    }
  }
}
