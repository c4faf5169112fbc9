import ArgumentParser
import MailPipeline
import Tracking

/// What shells offer where a name is meant that only profile and store know.
///
/// The shell runs the program once more; where anything fails, nothing is offered and nothing said.
enum ShellCompletions {
  /// Organizations of the profile.
  static let organizations = CompletionKind.custom { words, _, _ in
    offered { try CommandLine(words).profile().organizations.map(\.name) }
  }

  /// Values of the setting that is named before.
  static let settingValues = CompletionKind.custom { words, index, _ in
    guard index > 0, index <= words.count, let setting = try? PolicySetting.named(words[index - 1])
    else { return [] }
    return offered { setting.choices }
  }

  /// Addresses of the organization's users.
  static let users = CompletionKind.custom { words, _, _ in
    offered {
      try CommandLine(words).open().organization.members.users().map(\.address.description)
    }
  }

  /// Records as `type:id`.
  static let records = CompletionKind.custom { words, _, _ in
    offered { try CommandLine(words).records().map(\.record.description) }
  }

  /// The same, and `none`.
  static let recordsOrNone = CompletionKind.custom { words, _, _ in
    offered { try ["none"] + CommandLine(words).records().map(\.record.description) }
  }

  /// Types of records.
  static let recordTypes = CompletionKind.custom { words, _, _ in
    usualTypes + offered { try CommandLine(words).types() }
  }

  /// What `--regarding` and `--record` take: types, records, and none.
  static let recordPatterns = CompletionKind.custom { words, _, _ in
    usualTypes + ["none"]
      + offered {
        let line = CommandLine(words)
        return try line.types() + line.records().map(\.record.description)
      }
  }

  /// Terms of a query; after `rule:` the rules of the profile, after `regarding:` types of records.
  static let queries = CompletionKind.custom { words, _, prefix in
    let line = CommandLine(words)
    if prefix.hasPrefix("rule") {
      return offered { try line.profile().rules.map { "rule:" + term($0.name) } }
    }
    for name in ["regarding", "record"] where prefix.hasPrefix(name + ":") {
      return offered { try (usualTypes + ["none"] + line.types()).map { "\(name):\($0)" } }
    }
    return literal(SearchQueryParser.termNames.map { $0 + ":" })
  }

  /// The names of what waits.
  static let waiting = CompletionKind.custom { words, _, _ in
    offered {
      guard
        let folder = CommandLine(words).value(of: "--spool")
          ?? HostEnvironment.process.spoolFolder
      else { return [] }
      return Spool(path: folder).entries().prefix(mostNames).map(\.name)
    }
  }

  private static let usualTypes = ["account", "contact", "lead"]
  /// More names nobody chooses from.
  private static let mostNames = 500

  /// A rule's name as a query takes it: up to its first blank, where it has one.
  private static func term(_ name: String) -> String {
    let word = name.prefix { !$0.isWhitespace }
    return word.count == name.count ? name : word + "*"
  }

  /// The names that any shell takes as they are: bash expands what it is offered, and a name may be a
  /// stranger's.
  private static func offered(_ names: () throws -> [String]) -> [String] {
    guard let names = try? names() else { return [] }
    return literal(
      names.filter { name in
        !name.isEmpty
          && name.unicodeScalars.allSatisfy { scalar in
            scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)
              || "@._-:+*".unicodeScalars.contains(scalar)
          }
      })
  }

  /// Words as the shell that asks takes them: for zsh a colon ends a word and begins what it means.
  private static func literal(_ words: [String]) -> [String] {
    CompletionShell.requesting == .zsh ? words.map { $0.replacing(":", with: "\\:") } : words
  }

  /// What a shell's words say of profile and organization.
  private struct CommandLine {
    private let words: [String]

    /// Others are not waited for, in milliseconds: a person has pressed a key.
    private static let patience = 500

    init(_ words: [String]) { self.words = words }

    /// The value of an option.
    func value(of option: String) -> String? {
      for (number, word) in words.enumerated() {
        if word == option, number + 1 < words.count { return path(words[number + 1]) }
        if word.hasPrefix(option + "=") { return path(String(word.dropFirst(option.count + 1))) }
      }
      return nil
    }

    /// A word as the shell will read it, as far as that can be told.
    private func path(_ word: String) -> String? {
      guard !word.isEmpty else { return nil }
      if word.hasPrefix("~/"), let home = HostEnvironment.process.value(of: "HOME") {
        return home + word.dropFirst()
      }
      return word
    }

    func profile() throws -> Profile { try options().load() }

    func open() throws -> (organization: OpenOrganization, user: OrganizationUser) {
      let opener = try options().opener(patience: Self.patience)
      let entry = try OrganizationOptions.entry(value(of: "--org"), in: opener.profile)
      return try OrganizationOptions.open(entry, of: opener, .readOrganization)
    }

    func records() throws -> [RecordEntry] {
      try open().organization.administration().records(type: nil, limit: mostNames)
    }

    func types() throws -> [String] {
      let ruled = try profile().rules.compactMap { $0.regarding?.type }
      let types = try Set(records().map(\.record.type)).union(ruled)
      return types.subtracting(usualTypes).sorted()
    }

    private func options() throws -> ProfileOptions {
      try ProfileOptions.parse(value(of: "--profile").map { ["--profile", $0] } ?? [])
    }
  }
}
