import ArgumentParser

/// `rules`.
struct RulesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rules", abstract: "The profile: whether it is valid, and what it says.",
    subcommands: [Check.self, List.self])
}
