import ArgumentParser

/// `failures`.
struct FailuresCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "failures",
    abstract: "What waits in the spool: since when, why, and how often it was tried.",
    subcommands: [List.self, Show.self, Discard.self], defaultSubcommand: List.self)
}
