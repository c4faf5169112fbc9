import ArgumentParser
import InternetMessage
import MailPipeline
import Tracking
import TrackingStore

/// `record`.
struct RecordCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "record",
    abstract: "The records of an organization: accounts, contacts, leads and others.",
    subcommands: [Add.self, List.self, Import.self])

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
      _ = try organization.open(for: .track).store.setRecords([entry], now: TextOutput.now)
    }
  }

  /// `record list`.
  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "list", abstract: "Lists records with owner, addresses and domains.")

    @Argument(help: "Only records of this type.")
    var type: String?

    @OptionGroup var organization: OrganizationOptions

    func run() throws {
      let rows = try organization.open().store.records(type: type?.lowercased()).map { entry in
        [
          entry.record.description, entry.owner?.description ?? "-",
          (entry.addresses.map(\.description) + entry.domains.map { "@" + $0 })
            .joined(separator: ", "),
        ]
      }
      print(TextOutput.table(rows), terminator: "")
    }
  }

  /// `record import`.
  struct Import: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "import", abstract: "Adds or replaces the records of a CSV file.",
      discussion: """
        The first line names the columns: type and id must be there; owner, address and domain may \
        be. Several addresses or domains are separated by blanks or semicolons. All rows are taken, \
        or none.
        """)

    @Argument(help: "The file.")
    var file: String

    @OptionGroup var organization: OrganizationOptions

    func run() throws {
      let entries = try RecordFile.parse(FileContents.read(file), path: file)
      let added = try organization.open(for: .track).store.setRecords(
        entries, now: TextOutput.now)
      print("\(added) added, \(entries.count - added) replaced")
    }
  }
}
