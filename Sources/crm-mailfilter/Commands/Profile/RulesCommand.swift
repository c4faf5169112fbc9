import ArgumentParser
import System
import Tracking

/// `rules`.
struct RulesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rules", abstract: "The profile: whether it is valid, and what it says.",
    subcommands: [Check.self, List.self])
}

extension RulesCommand {
  /// `rules check`.
  struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "check",
      abstract: "Checks the profile; status 78 and the line where it is not valid.")

    @OptionGroup var profile: ProfileOptions

    func run() throws {
      let loaded = try profile.load()
      func count(_ number: Int, _ one: String, _ many: String) -> String {
        "\(number) \(number == 1 ? one : many)"
      }
      print(
        "valid: " + count(loaded.mailboxes.count, "mailbox", "mailboxes") + ", "
          + count(loaded.organizations.count, "organization", "organizations") + ", "
          + count(loaded.rules.count, "rule", "rules"))
      for rule in loaded.narrowedRules {
        print(Terminal.standardOutput().fitted(SafeText.neutralised(rule.description)))
      }
    }
  }
}

extension RulesCommand {
  /// `rules list`.
  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "list",
      abstract: "Lists the rules in order, and the settings that hold, given or not.")

    @OptionGroup var profile: ProfileOptions

    func run() throws {
      let loaded = try profile.load()
      let excluded = loaded.exclude.map(\.rawValue).joined(separator: ", ")
      var rows = loaded.mailboxes.map { mailbox in
        ["mailbox", mailbox.addresses.map(\.description).joined(separator: ", ")]
      }
      rows.append(["synchronizing", loaded.synchronizing ?? "none"])
      for (number, rule) in loaded.rules.enumerated() {
        rows.append(
          [
            "rule \(number + 1)",
            "\(rule.action.rawValue) '\(rule.name)' where "
              + rule.conditions.map(\.description).joined(separator: " and ")
              + (rule.regarding.map { ", regarding \($0)" } ?? "")
              + (rule.even.flatMap { $0.isEmpty ? nil : ", " + Rule.evenLine($0) } ?? ""),
          ])
      }
      rows.append(
        [
          "exclude",
          (excluded.isEmpty ? "nothing" : excluded) + (loaded.isExcludeDefault ? " (default)" : ""),
        ])
      rows.append(["else", "the organization decides"])
      rows.append(
        [
          "max_size",
          TextOutput.size(loaded.maxSize)
            + (loaded.maxSize == Profile.defaultMaxSize ? " (default)" : ""),
        ])
      rows.append(
        [
          "plus-addressing",
          (loaded.plusAddressing.isEmpty ? "off" : loaded.plusAddressing)
            + (loaded.plusAddressing == "+" ? " (default)" : ""),
        ])
      rows.append(["via", loaded.authorship.believesOurs ? "on (default)" : "off"])
      rows.append(["relays", loaded.authorship.relays.patterns.joined(separator: ", ")])
      rows.append(["delegates", loaded.authorship.recordsAssistants ? "on (default)" : "off"])
      print(
        LabelledLines(rows: rows.filter { !$0[1].isEmpty }.map { ($0[0], $0[1]) })
          .text(on: .standardOutput()), terminator: "")
    }
  }
}
