import ArgumentParser
import TrackingStore

extension RecordCommand {
  /// `record list`.
  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "list", abstract: "Lists records with owner, addresses and domains.")

    @Argument(help: "Only records of this type.")
    var type: String?

    @OptionGroup var organization: OrganizationOptions

    func run() throws {
      let rows = try organization.open(.readOrganization).store.records(type: type?.lowercased())
        .map { entry in
          [
            entry.record.description, entry.owner?.description ?? "-",
            (entry.addresses.map(\.description) + entry.domains.map { "@" + $0 })
              .joined(separator: ", "),
          ]
        }
      print(TextOutput.table(rows), terminator: "")
    }
  }
}
