import ArgumentParser

/// `user`.
struct UserCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "user", abstract: "The users, for whom mail is tracked.",
    subcommands: [Add.self, List.self, Set.self])
}
