import ArgumentParser

/// `failures`.
struct FailuresCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "failures",
    abstract: "What waits in the spool, and why.",
    discussion: """
      What waits is listed until it is brought in or discarded; a file that a batch could not read, \
      until it can be read or is discarded.
      """,
    subcommands: [List.self, Show.self, Retry.self, Discard.self], defaultSubcommand: List.self)
}
