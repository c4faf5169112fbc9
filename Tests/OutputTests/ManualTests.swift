import ArgumentParser
import Foundation
import MailPipeline
import Testing

@testable import Tracking
@testable import crm_mailfilter

/// The manual pages say what the program has, and nothing else.
@Suite("Manual pages")
struct ManualTests {
  /// A command as the argument parser describes it.
  private struct Command: Decodable {
    struct Argument: Decodable {
      struct Name: Decodable {
        var kind: String
        var name: String
      }
      var kind: String
      var names: [Name]?
    }
    var commandName: String
    var arguments: [Argument]?
    var subcommands: [Command]?
    var shouldDisplay: Bool?
  }

  private struct Dump: Decodable {
    var command: Command
  }

  /// The options of each command by its path, such as `org add`.
  private static func options() throws -> [String: Set<String>] {
    let dump = try JSONDecoder().decode(Dump.self, from: Data(RootCommand._dumpHelp().utf8))
    var options: [String: Set<String>] = [:]
    func visit(_ command: Command, _ path: [String]) {
      if command.commandName == "help" { return }
      let names = (command.arguments ?? []).flatMap { $0.names ?? [] }.map(\.name)
      options[path.joined(separator: " ")] = Set(names).subtracting(["help", "version", "h"])
      for child in command.subcommands ?? [] { visit(child, path + [child.commandName]) }
    }
    visit(dump.command, [])
    // The filter goes past the argument parser.
    options["filter"] = Set(FilterOptions.all.map(\.name))
    return options.filter { !$0.key.isEmpty }
  }

  /// What commands share is told once for all of them.
  private static let shared: Set<String> = ["profile", "org"]

  private static let pages = [
    "crm-mailfilter.1", "crm-mailfilter-archive.1", "crm-mailfilter.toml.5",
    "crm-mailfilter-organization.7",
    "crm-mailfilter-dataverse.7", "crm-mailfilter-postgresql.7", "crm-mailfilter-tracking.7",
  ]

  /// Commands that are nothing but a name for others.
  private static func isGroup(_ path: String, _ all: [String: Set<String>]) -> Bool {
    all.keys.contains { $0.hasPrefix(path + " ") }
  }

  @Test("each command has its place, and each of its options stands there")
  func commands() throws {
    let page = try Manual("crm-mailfilter.1")
    let all = try Self.options()
    let texts = page.commands(named: Set(all.keys))
    let selection = Manual.words("Fl", in: texts["list"] ?? [])
    for (path, options) in all where !Self.isGroup(path, all) {
      let text =
        try #require(
          texts[path] ?? (path == "failures list" ? texts["failures"] : nil),
          "\(path) is not in the manual")
      var told = Manual.words("Fl", in: text)
      // Options of a selection are told with 'list'.
      if text.contains(where: { $0.contains("Ar selection") }) { told.formUnion(selection) }
      let missing = options.subtracting(Self.shared).filter { option in
        !told.contains(option.count == 1 ? option : "-" + option)
      }
      #expect(missing.isEmpty, "\(path): \(missing.sorted())")
    }
  }

  @Test("each option and command that a page names is there")
  func nothingElse() throws {
    let all = try Self.options()
    let known = all.values.reduce(into: Set(["help", "version", "generate-completion-script"])) {
      $0.formUnion($1)
    }
    for name in Self.pages {
      for option in Manual.words("Fl", in: try Manual(name).lines) {
        let plain = option.hasPrefix("-") ? String(option.dropFirst()) : option
        #expect(known.contains(plain), "\(name): \(option)")
      }
    }
    let page = try Manual("crm-mailfilter.1")
    let top = Set(all.keys.filter { !$0.contains(" ") })
    let named = Manual.words("Cm", in: page.section("SYNOPSIS"))
    #expect(named.symmetricDifference(top).isEmpty, "\(named.symmetricDifference(top).sorted())")
  }

  @Test("settings of the policy")
  func settings() throws {
    let page = try Manual("crm-mailfilter.1")
    let told = Manual.items("Cm", in: page.section("SETTINGS"))
    let known = Set(PolicySetting.all.map(\.name))
    #expect(told.symmetricDifference(known).isEmpty, "\(told.symmetricDifference(known).sorted())")
    // The other page names them, too, by what they change.
    let policy = Manual.words("Cm", in: try Manual("crm-mailfilter-tracking.7").section("POLICY"))
    let unknown = policy.subtracting(known)
    #expect(unknown.isEmpty, "\(unknown.sorted())")
    let untold = known.subtracting(policy).filter { !$0.hasPrefix("smart-matching-") }
    #expect(untold.isEmpty, "\(untold.sorted())")
  }

  @Test("reasons")
  func reasons() throws {
    let rows = try Manual("crm-mailfilter-tracking.7").section("REASONS").joined(separator: "\n")
    for code in ReasonCode.named {
      let word = code.accepts ? "accepted" : "refused"
      #expect(rows.contains(".It \(code.rawValue) Ta \(code.name) Ta \(word):"), "\(code)")
    }
  }

  @Test("privileges")
  func privileges() throws {
    let page = try Manual("crm-mailfilter.1").section("ROLES")
    let told = Manual.items("Cm", in: page)
    #expect(Set(Privilege.allCases.map(\.rawValue)).isSubset(of: told))
  }

  @Test("keys of the profile")
  func profileKeys() throws {
    let lines = try Manual("crm-mailfilter.toml.5").section("DESCRIPTION")
    let known = Set(
      ProfileReader.documentKeys + ProfileReader.mailboxKeys + ProfileReader.organizationKeys
        + RuleReader.ruleKeys + RuleReader.conditionKeys)
    let told = Manual.words("Cm", in: lines)
    let headings = Set(
      lines.filter { $0.hasPrefix(".Ss [[") }.map { String($0.dropFirst(6).dropLast(2)) })
    let untold = known.subtracting(told).subtracting(headings)
    #expect(untold.isEmpty, "\(untold.sorted())")
    let unknown = Manual.items("Cm", in: lines).union(headings).subtracting(known)
    #expect(unknown.isEmpty, "\(unknown.sorted())")
  }

  @Test("environment variables: those that the sources ask for")
  func environment() throws {
    let told = Manual.words("Ev", in: try Manual("crm-mailfilter.1").section("ENVIRONMENT"))
    var asked: Set<String> = []
    let folder = Manual.root + "/Sources"
    let pattern =
      #"(?:\[|value\(of: |path\(|folder\(|getenv\(|setenv\(|environmentVariables: \[|, )"([A-Z][A-Z_]+)"(?=[\],)])"#
    let expression = try NSRegularExpression(pattern: pattern)
    for case let name as String in FileManager.default.enumerator(atPath: folder) ?? .init()
    where name.hasSuffix(".swift") {
      let text = try String(contentsOfFile: folder + "/" + name, encoding: .utf8)
      // Only files that have to do with the environment.
      guard text.contains("nvironment") || text.contains("getenv") else { continue }
      let range = NSRange(text.startIndex..., in: text)
      for match in expression.matches(in: text, range: range) {
        if let found = Range(match.range(at: 1), in: text) { asked.insert(String(text[found])) }
      }
    }
    // What LESS is set to.
    asked.remove("FRX")
    // The C library's.
    asked.insert("TZ")
    #expect(told.symmetricDifference(asked).isEmpty, "\(told.symmetricDifference(asked).sorted())")
    #expect(asked.contains("CRM_MAILFILTER_PROFILE") && asked.contains("ORIG_RECIPIENT"))
  }

  /// A page as a terminal shows it, without the marks of bold and underlined letters.
  private static func rendered(_ page: String) throws -> String {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/mandoc")
    process.arguments = ["-T", "utf8", Manual.root + "/man/" + page]
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let text = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return text.replacingOccurrences(of: ".\u{8}", with: "", options: .regularExpression)
  }

  @Test(
    "rendered, each quotation that opens closes, and no stop stands alone",
    .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/mandoc"), "no mandoc"),
    arguments: pages)
  func quotes(page: String) throws {
    let text = try Self.rendered(page)
    #expect(text.contains("NAME"))
    for paragraph in text.components(separatedBy: "\n\n") {
      let words = paragraph.split(whereSeparator: \.isWhitespace).joined(separator: " ")
      for quote in ["‘’", "“”", "``", "( ", " )", "‘ ", "“ ", " ”"] {
        #expect(!words.contains(quote), "\(page): \(quote) in: \(words)")
      }
      func count(_ character: Character) -> Int { words.count { $0 == character } }
      #expect(count("“") == count("”"), "\(page): \(words)")
      #expect(count("(") == count(")"), "\(page): \(words)")
      // It is an apostrophe, too.
      #expect(count("‘") <= count("’"), "\(page): \(words)")
      let alone = words.range(of: #" [,;:.?!]( |$)"#, options: .regularExpression)
      #expect(alone == nil, "\(page): \(words)")
    }
  }
}
