import ArgumentParser
import TrackingStore

extension RecordCommand {
  /// `record unresolved`.
  struct Unresolved: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "unresolved",
      abstract: "Lists who takes part in tracked mail from outside and is no record.")

    @Option(help: "At most so many; 0 for all.")
    var limit = 50

    @OptionGroup var organization: OrganizationOptions

    func run() throws {
      guard limit >= 0 else { throw CommandError(.usage, "--limit takes no negative number") }
      let found = try organization.open(.readOrganization).store
        .unresolvedAddresses(limit: limit == 0 ? Int.max : limit)
      print(
        TextOutput.table(
          found.map { entry in
            [
              entry.address.description,
              "in \(entry.copies) \(entry.copies == 1 ? "message" : "messages")",
            ]
          }), terminator: "")
    }
  }
}
