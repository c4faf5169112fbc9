import ArgumentParser

/// `record`.
struct RecordCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "record",
    abstract: "The records: accounts, contacts, leads and others.",
    subcommands: [Add.self, List.self, Import.self, Unresolved.self])
}
