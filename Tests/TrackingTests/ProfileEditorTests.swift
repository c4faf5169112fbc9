import InternetMessage
import Testing

@testable import Tracking

/// An edit does exactly what was meant to whatever people wrote, or nothing.
@Suite struct ProfileEditorTests {
  private static let mailbox = "[[mailbox]]\nowner = \"dana@contoso.example\"\n"

  /// A profile, a change, and the text that follows.
  struct Case: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var before: String
    var after: String
    var edit: @Sendable (inout ProfileEditor) throws -> Void
  }

  static let cases = [
    Case(
      testDescription: "an escaped key",
      before: "\"synchroni\\u007aing\" = 'a' # c\norganization = []\n",
      after: "\"synchroni\\u007aing\" = \"b\" # c\norganization = []\n",
      edit: { try $0.setSynchronizing("b") }),
    Case(
      testDescription: "an escaped key taken away",
      before: "# a\n\"\\U00000073ynchronizing\" = \"a\"\nmax_size = 1\n",
      after: "# a\nmax_size = 1\n", edit: { try $0.setSynchronizing(nil) }),
    Case(
      testDescription: "an escaped header",
      before: "[[ \"organi\\u007aation\" ]]\n'name' = \"\\u0061\"\n\"url\" = 'sqlite:a'\n"
        + mailbox,
      after: "[[ \"organi\\u007aation\" ]]\n'name' = \"\\u0061\"\n\"url\" = 'sqlite:a'\n"
        + "connected = false\n" + mailbox,
      edit: { try $0.setConnected(false, organization: "a") }),
    Case(
      testDescription: "organizations in a list, one disconnected",
      before: "organization = [{name = \"a\", url = \"sqlite:a\"}, {url='sqlite:b',name='b'}]\n",
      after: "organization = [{name = \"a\", url = \"sqlite:a\"}, "
        + "{url='sqlite:b', connected = false,name='b'}]\n",
      edit: { try $0.setConnected(false, organization: "b") }),
    Case(
      testDescription: "organizations in a list, one connected",
      before: "organization = [{name = \"a\", connected = false , url = \"sqlite:a\"}]\n",
      after: "organization = [{name = \"a\", connected = true , url = \"sqlite:a\"}]\n",
      edit: { try $0.setConnected(true, organization: "a") }),
    Case(
      testDescription: "organizations in a list, one more",
      before: "organization = [\n  {name = \"a\", url = \"sqlite:a\"}, # ]\n]\n" + mailbox,
      after: "organization = [\n  {name = \"a\", url = \"sqlite:a\"}, "
        + "{ name = \"b\", url = \"sqlite:b\" }, # ]\n]\n" + mailbox,
      edit: { try $0.addOrganization(name: "b", url: "sqlite:b") }),
    Case(
      testDescription: "organizations in a list, one less",
      before:
        "organization = [\n  # a\n  {name = 'a', url = 'x'},\n  # b\n  {name = 'b', url = 'y'}\n]\n",
      after: "organization = [\n  # a\n  # b\n  {name = 'b', url = 'y'}\n]\n",
      edit: { try $0.removeOrganization(name: "a") }),
    Case(
      testDescription: "organizations in a list, the last taken away",
      before: "organization = [{name = 'a', url = 'x'}]\n", after: "organization = []\n",
      edit: { try $0.removeOrganization(name: "a") }),
    Case(
      testDescription: "organizations in a list, one less with its comma after a comment",
      before: "organization = [{name = 'a', url = 'x'} # a\n, {name = 'b', url = 'y'}]\n",
      after: "organization = [# a\n {name = 'b', url = 'y'}]\n",
      edit: { try $0.removeOrganization(name: "a") }),
    Case(
      testDescription: "an empty list of rules", before: "rule = []\n",
      after: "rule = [{ name = \"r\", participant = \"a@b\", action = \"ignore\" }]\n",
      edit: { try $0.addIgnoreRule(name: "r", participant: "a@b") }),
    Case(
      testDescription: "rules in a list", before: "rule = [{name = 'x', not.private = true}]\n",
      after: "rule = [{ name = \"r\", participant = \"a@b\", action = \"ignore\" }, "
        + "{name = 'x', not.private = true}]\n",
      edit: { try $0.addIgnoreRule(name: "r", participant: "a@b") }),
    Case(
      testDescription: "a mailbox in a list", before: "mailbox = [{owner = 'a@b'}]\n",
      after: "mailbox = [{owner = 'a@b', addresses = [\"c@d\"]}]\n",
      edit: { try $0.setAddresses(["c@d"]) }),
    Case(
      testDescription: "a byte order mark", before: "\u{FEFF}[[mailbox]]\nowner = 'a@b'",
      after: "\u{FEFF}exclude = [\"spam\"]\n\n[[mailbox]]\nowner = 'a@b'",
      edit: { try $0.setExclude([.spam]) }),
    Case(
      testDescription: "a last comment without a line end", before: "# a",
      after: "# a\nsynchronizing = \"b\"\n", edit: { try $0.setSynchronizing("b") }),
    Case(
      testDescription: "keys and headers in texts",
      before: "exclude = [\"\"\"\nsynchronizing = 'x'\n[[organization]]\n\"\"\"]\n",
      after: "synchronizing = \"b\"\n"
        + "exclude = [\"\"\"\nsynchronizing = 'x'\n[[organization]]\n\"\"\"]\n",
      edit: { try $0.setSynchronizing("b") }),
  ]

  @Test(
    arguments: [
      (
        "[[organization]]\nname = \"c\" # mine\nurl = \"sqlite:c\"\ncolleagues = [\"@a.example\"]\n",
        ["@b.example"],
        "[[organization]]\nname = \"c\" # mine\nurl = \"sqlite:c\"\ncolleagues = [\"@b.example\"]\n"
      ),
      (
        "[[organization]]\nname = \"c\"\nurl = \"sqlite:c\"\ncolleagues = [\"@a.example\"]\n", [],
        "[[organization]]\nname = \"c\"\nurl = \"sqlite:c\"\n"
      ),
      (
        "[[organization]]\nname = \"c\"\nurl = \"sqlite:c\"\nconnected = false\n", ["@b.example"],
        "[[organization]]\nname = \"c\"\nurl = \"sqlite:c\"\ncolleagues = [\"@b.example\"]\n"
          + "connected = false\n"
      ),
      // In a list it is not taken out.
      (
        "organization = [{ name = \"c\", url = \"sqlite:c\", colleagues = [\"@a.example\"] }]\n",
        [],
        nil
      ),
    ] as [(String, [String], String?)])
  func colleaguesAreChangedInPlace(_ text: String, _ colleagues: [String], _ result: String?) {
    var editor = ProfileEditor(Array(text.utf8), path: "p")
    do {
      try editor.setColleagues(colleagues, organization: "c")
      #expect(String(decoding: editor.text, as: UTF8.self) == result)
    } catch {
      #expect(result == nil && error.description.contains("'colleagues' out of"), "\(error)")
      #expect(editor.text == Array(text.utf8))
    }
  }

  @Test(arguments: cases) func oddProfilesAreEditedRight(_ test: Case) throws {
    var editor = ProfileEditor(Array(test.before.utf8), path: "p")
    try test.edit(&editor)
    #expect(
      editor.text == Array(test.after.utf8), "\(String(decoding: editor.text, as: UTF8.self))")
  }

  /// Changes that the text does not allow, the line, and what is to be done by hand.
  static let refusals: [(Case, Int?, String)] = [
    (
      Case(
        testDescription: "a key that another key has as its table",
        before: "# a\nsynchronizing.a = 1\n", after: "", edit: { try $0.setSynchronizing("b") }),
      nil, "synchronizing = \"b\""
    ),
    (
      Case(
        testDescription: "a table that is no list", before: "[organization.a]\nname = 'a'\n",
        after: "", edit: { try $0.addOrganization(name: "b", url: "sqlite:b") }),
      nil, "[[organization]] with name = \"b\", url = \"sqlite:b\""
    ),
    (
      Case(
        testDescription: "no mailbox", before: "max_size = 1\n", after: "",
        edit: { try $0.setAddresses(["a@b"]) }),
      nil, "give the first [[mailbox]] addresses = [\"a@b\"]"
    ),
    (
      Case(
        testDescription: "no organization of the name", before: "max_size = 1\n", after: "",
        edit: { try $0.setConnected(true, organization: "a") }),
      nil, "no [[organization]] named 'a'"
    ),
    (
      Case(
        testDescription: "a text, not a list", before: "max_size = 1\nrule = 'x'\n", after: "",
        edit: { try $0.addIgnoreRule(name: "r", participant: "a@b") }),
      2, "add first [[rule]] with name = \"r\", participant = \"a@b\", action = \"ignore\""
    ),
    (
      Case(
        testDescription: "no TOML", before: "max_size = \n", after: "",
        edit: { try $0.setExclude([.spam]) }),
      nil, "exclude = [\"spam\"]"
    ),
  ]

  @Test(arguments: refusals) func whatCannotBeEditedIsLeft(
    _ test: Case, line: Int?, says: String
  ) throws {
    var editor = ProfileEditor(Array(test.before.utf8), path: "p")
    let error = #expect(throws: ProfileError.self) { try test.edit(&editor) }
    #expect(error?.problem.contains(says) == true, "\(String(describing: error))")
    #expect(error?.problem.contains("\n") == false)
    #expect(error?.line == line)
    #expect(editor.text == Array(test.before.utf8))
  }

  @Test func generatedProfilesAreEditedRightOrLeft() throws {
    var made = 0
    for seed in 0..<3_000 {
      var writer = OddProfile(seed: UInt64(seed))
      let text = writer.text()
      let before = Array(text.utf8)
      try #require(
        OddProfile.Content(Profile(toml: before, path: "p")) == writer.content, "\(text)")
      var editor = ProfileEditor(before, path: "p")
      var wanted = writer.content
      do {
        let keepsComments = try writer.edit(&editor, &wanted)
        let after = String(decoding: editor.text, as: UTF8.self)
        let profile = try Profile(toml: editor.text, path: "p")
        #expect(OddProfile.Content(profile) == wanted, "\(seed):\n\(text)\n---\n\(after)")
        if keepsComments {
          let comments = after.matches(of: /#c\d+/).map { String($0.output) }
          #expect(comments == writer.comments, "\(seed):\n\(text)\n---\n\(after)")
        }
        made += 1
      } catch let error as ProfileError {
        #expect(editor.text == before, "\(seed): \(error)")
      }
    }
    // None of these is beyond the editor.
    #expect(made == 3_000)
  }
}

/// Writes profiles as odd as TOML lets people write them, and knows what they say.
private struct OddProfile {
  /// What a profile says, as far as edits are concerned.
  struct Content: Equatable {
    var synchronizing: String?
    var exclude: [Exclusion]?
    var addresses: [String]
    var organizations: [String]
    var rules: [String]

    init(_ profile: Profile) {
      synchronizing = profile.synchronizing
      exclude = profile.isExcludeDefault ? nil : profile.exclude
      addresses = profile.mailboxes[0].addresses.map(\.description)
      organizations = profile.organizations.map {
        Self.organization($0.name, $0.url.description, isConnected: $0.isConnected)
      }
      rules = profile.rules.map(\.name)
    }

    init() {
      addresses = []
      organizations = []
      rules = []
    }

    static func organization(_ name: String, _ url: String, isConnected: Bool) -> String {
      "\(name) \(url) \(isConnected)"
    }
  }

  private(set) var content = Content()
  private(set) var comments: [String] = []
  private var names: [String] = []
  private var random: Numbers
  private var lineEnd = "\n"

  init(seed: UInt64) { random = Numbers(state: seed) }

  private struct Numbers: RandomNumberGenerator {
    var state: UInt64

    // SplitMix64.
    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var value = state
      value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
      value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
      return value ^ (value >> 31)
    }
  }

  private mutating func chance(_ percent: Int) -> Bool {
    Int.random(in: 0..<100, using: &random) < percent
  }

  private mutating func pick(_ texts: [String]) -> String {
    texts[Int.random(in: texts.indices, using: &random)]
  }

  private mutating func blank() -> String { pick(["", " ", "\t", "  "]) }

  private mutating func comment() -> String {
    let name = "#c\(comments.count)"
    comments.append(name)
    return name
      + pick(["", " [[organization]]", " synchronizing = \"x\"", " ] } , \"\"\"", " 'é"])
  }

  /// A text with some characters as escapes.
  private mutating func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      if chance(20) {
        let digits = String(scalar.value, radix: 16)
        let isShort = scalar.value < 0x10000 && chance(70)
        let count = isShort ? 4 : 8
        result +=
          (isShort ? "\\u" : "\\U") + String(repeating: "0", count: count - digits.count) + digits
      } else {
        result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  private mutating func key(_ key: String) -> String {
    switch Int.random(in: 0..<5, using: &random) {
    case 0: "\"\(escaped(key))\""
    case 1: "'\(key)'"
    case 2: "\"\(key)\""
    default: key
    }
  }

  private mutating func value(_ text: String) -> String {
    switch Int.random(in: 0..<6, using: &random) {
    case 0: "\"\(escaped(text))\""
    case 1: "'\(text)'"
    case 2: "'''\(text)'''"
    case 3: "\"\"\"" + lineEnd + escaped(text) + "\"\"\""
    default: "\"\(text)\""
    }
  }

  private mutating func gap() -> String {
    guard chance(30) else { return blank() }
    return blank() + (chance(50) ? comment() : "") + lineEnd + blank()
  }

  private mutating func list(_ values: [String]) -> String {
    var text = "[" + gap()
    for (number, value) in values.enumerated() {
      text += value
      if chance(30) { text += gap() }
      if number < values.count - 1 || chance(30) { text += "," + gap() }
    }
    return text + "]"
  }

  private mutating func assignment(_ name: String, _ value: String) -> String {
    key(name) + blank() + "=" + blank() + value
  }

  private mutating func endOfLine() -> String {
    var text = blank() + (chance(30) ? comment() : "") + lineEnd
    if chance(20) { text += blank() + (chance(50) ? comment() : "") + lineEnd }
    return text
  }

  /// The tables of one array: as a list for the top, or with headers.
  private mutating func tables(
    _ name: String, _ tables: [[(String, String)]]
  ) -> (top: String, blocks: [String]) {
    if !tables.isEmpty || chance(30), chance(40) {
      var elements: [String] = []
      for table in tables {
        var text = "{" + blank()
        for (number, (key, value)) in table.enumerated() {
          text += (number > 0 ? "," + blank() : "") + assignment(key, value) + blank()
        }
        elements.append(text + "}")
      }
      return (assignment(name, list(elements)) + endOfLine(), [])
    }
    var blocks: [String] = []
    for table in tables {
      var text = blank() + "[[" + blank() + key(name) + blank() + "]]" + endOfLine()
      for (key, value) in table {
        text += blank() + assignment(key, value) + endOfLine()
      }
      if name == "rule", chance(30) {
        text += "[" + key(name) + blank() + "." + key("not") + "]" + endOfLine()
        text += assignment("private", "true") + endOfLine()
      }
      blocks.append(text)
    }
    return ("", blocks)
  }

  /// The whole profile.
  mutating func text() -> String {
    if chance(20) { lineEnd = "\r\n" }
    names = ["a", "b-1", "é.x", "c"].shuffled(using: &random)
    var organizations: [[(String, String)]] = []
    for name in names.prefix(Int.random(in: 0...3, using: &random)) {
      let url = "sqlite:\(name).sqlite"
      let connected: Bool? = chance(50) ? nil : chance(50)
      var table = [("name", value(name)), ("url", value(url))]
      if let connected { table.append(("connected", "\(connected)")) }
      if chance(40) { table.append(("colleagues", value("@contoso.example"))) }
      organizations.append(table.shuffled(using: &random))
      content.organizations.append(
        Content.organization(name, url, isConnected: connected ?? true))
    }
    if !organizations.isEmpty, chance(60) { content.synchronizing = names[0] }
    var mailbox = [("owner", value("dana@contoso.example"))]
    content.addresses = ["dana@contoso.example"]
    if chance(60) {
      let addresses = ["dana@contoso.example", "post@contoso.example"]
      content.addresses = addresses
      mailbox.append(("addresses", list([value(addresses[0]), value(addresses[1])])))
    }
    var rules: [[(String, String)]] = []
    for number in 0..<Int.random(in: 0...3, using: &random) {
      rules.append([
        ("name", value("rule \(number)")), ("from", value("x@y.example")),
        ("action", value("ignore")),
      ])
      content.rules.append("rule \(number)")
    }
    var top: [String] = []
    if let name = content.synchronizing {
      top.append(assignment("synchronizing", value(name)) + endOfLine())
    }
    if chance(40) {
      content.exclude = [.spam, .bulk]
      top.append(assignment("exclude", list([value("spam"), value("bulk")])) + endOfLine())
    }
    if chance(30) { top.append(assignment("max_size", "1_000") + endOfLine()) }
    var blocks: [[String]] = []
    for (name, content) in [
      ("mailbox", [mailbox.shuffled(using: &random)]), ("organization", organizations),
      ("rule", rules),
    ] {
      // Comments are numbered as they are written: blocks and the rest keep this order.
      let written = tables(name, content)
      if !written.top.isEmpty { top.append(written.top) }
      blocks.append(written.blocks)
    }
    var text = (chance(10) ? "\u{FEFF}" : "") + (chance(30) ? comment() + lineEnd : "")
    text += top.shuffled(using: &random).joined()
    text += blocks.shuffled(using: &random).joined().joined()
    comments = text.matches(of: /#c\d+/).map { String($0.output) }
    if chance(20), text.hasSuffix(lineEnd) { text.removeLast() }
    return text
  }

  /// Makes some edit, and says what it means.
  ///
  /// - Returns: Whether all comments stay.
  mutating func edit(_ editor: inout ProfileEditor, _ wanted: inout Content) throws -> Bool {
    let present = content.organizations.indices.randomElement(using: &random)
    switch Int.random(in: 0..<9, using: &random) {
    case 0:
      let name = present.map { names[$0] }
      try editor.setSynchronizing(name)
      wanted.synchronizing = name
      return name != nil
    case 1:
      try editor.setSynchronizing(nil)
      wanted.synchronizing = nil
      return false
    case 2:
      let exclude: [Exclusion]? = chance(30) ? nil : Array(Exclusion.allCases.prefix(2))
      try editor.setExclude(exclude)
      wanted.exclude = exclude
      // Those in a list go with it.
      return false
    case 3:
      let isConnected = chance(50)
      try editor.addOrganization(
        name: "new", url: "sqlite:\"\\new\"", colleagues: chance(50) ? ["@x.example"] : [],
        isConnected: isConnected)
      wanted.organizations.append(
        Content.organization("new", "sqlite:\"\\new\"", isConnected: isConnected))
    case 4:
      let addresses = (0..<Int.random(in: 1...9, using: &random)).map { "a\($0)@b.example" }
      try editor.setAddresses(addresses)
      wanted.addresses = ["dana@contoso.example"] + addresses
      return false
    case 5:
      try editor.addSentRule(name: "new", recipients: ["a@b.example", "@c.example"])
      wanted.rules.append("new")
    case 6:
      try editor.addIgnoreRule(name: "new", participant: "a@b.example")
      wanted.rules.insert("new", at: 0)
    case 7:
      guard let present else { return true }
      let isConnected = chance(50)
      try editor.setConnected(isConnected, organization: names[present])
      wanted.organizations[present] = Content.organization(
        names[present], "sqlite:\(names[present]).sqlite", isConnected: isConnected)
    default:
      guard let present, names[present] != content.synchronizing else { return true }
      try editor.removeOrganization(name: names[present])
      wanted.organizations.remove(at: present)
      return false
    }
    return true
  }
}
