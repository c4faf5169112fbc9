import ArgumentParser
import Tracking
import TrackingStore

extension RecordCommand {
  /// `record add`.
  struct Add: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "add",
      abstract: "Adds a record, or replaces owner, addresses and domains of one.")

    @Argument(help: "Type and id in the CRM, as account:7d9b0f5e.")
    var record: String

    @Option(help: "An address of the user who owns it.")
    var owner: String?

    @Option(
      parsing: .unconditionalSingleValue,
      help: "An address that belongs to it; may be given again.")
    var address: [String] = []

    @Option(
      parsing: .unconditionalSingleValue,
      help: "A domain whose addresses belong to it; may be given again.")
    var domain: [String] = []

    @OptionGroup var organization: OrganizationOptions

    func run() throws {
      guard let reference = RecordReference(record) else {
        throw CommandError(.usage, "'\(record)' is no record; write type:id")
      }
      let entry = RecordEntry(
        record: reference, owner: try owner.map(parseAddress),
        addresses: try address.map(parseAddress), domains: try domain.map(RecordFile.domain))
      guard !entry.addresses.isEmpty || !entry.domains.isEmpty else {
        throw CommandError(
          .usage, "a record needs an address or a domain, or no mail will match it")
      }
      _ = try organization.open(.administer, for: .track).store.setRecords(
        [entry], now: TextOutput.now)
    }
  }
}
