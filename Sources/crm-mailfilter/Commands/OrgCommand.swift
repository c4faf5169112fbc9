import ArgumentParser

/// `org`.
struct OrgCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "org", abstract: "The organizations that mail is brought to.",
    subcommands: [
      Add.self, List.self, Show.self, Set.self, Synchronize.self, Connect.self, Disconnect.self,
      Remove.self, Log.self,
    ])
}
