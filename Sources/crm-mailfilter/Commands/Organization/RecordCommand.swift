import ArgumentParser
import MailPipeline
import System
import Tracking

/// `record`.
struct RecordCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "record",
    abstract: "The records: accounts, contacts, leads and others.",
    subcommands: [
      Add.self, Set.self, Merge.self, Convert.self, List.self, Import.self, Unresolved.self,
    ])
}

extension RecordCommand {
  /// `record add`.
  struct Add: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "add",
      abstract: "Adds a record, or replaces owner, addresses and domains of one.",
      discussion: """
        Name and account of a record that is there stay as they are where they are not given.
        """)

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

    @Option(help: "What it is called.")
    var name: String?

    @Option(help: "The account that a contact belongs to, as account:7d9b0f5e.")
    var parent: String?

    @OptionGroup var organization: OrganizationOptions

    func run() throws {
      let reference = try RecordCommand.reference(record)
      let entry = RecordEntry(
        record: reference, owner: try owner.map(parseAddress),
        addresses: try address.map(parseAddress), domains: try domain.map(RecordFile.domain),
        name: name, parent: try parent.map { try RecordCommand.account($0, of: reference) })
      guard !entry.addresses.isEmpty || !entry.domains.isEmpty || name != nil else {
        throw CommandError(
          .usage, "a record needs an address, a domain or a name, or nobody will find it")
      }
      _ = try organization.open(.administer, for: .track).organization.administration()
        .setRecords([entry], now: TextOutput.now)
    }
  }
}

extension RecordCommand {
  /// Reads a record's type and id.
  ///
  /// - Throws: `CommandError` where it is none.
  static func reference(_ text: String) throws -> RecordReference {
    guard let reference = RecordReference(text) else {
      throw CommandError(.usage, "'\(text)' is no record; write type:id")
    }
    return reference
  }

  /// Reads the account of a record.
  ///
  /// - Throws: `CommandError` where it is none, or the record itself.
  static func account(_ text: String, of record: RecordReference) throws -> RecordReference {
    let account = try reference(text)
    guard account != record else {
      throw CommandError(.usage, "a record is not its own account; name another with --parent")
    }
    return account
  }
}

extension RecordCommand {
  /// `record import`.
  struct Import: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "import", abstract: "Adds or replaces the records of a CSV or vCard file.",
      discussion: """
        CSV: the first line names the columns; type and id must be there; owner, address and domain \
        may be. Several addresses or domains are separated by blanks or semicolons; rows of one \
        record add up. vCard 3 or 4: a person is a contact, an organization an account; the id is \
        UID, else the first address. Nothing else of a file is kept. Where a line is refused, it is \
        reported, and nothing is imported.
        """)

    @Argument(help: "The file.")
    var file: String

    @Option(help: "An address of the user who owns records that name no owner.")
    var owner: String?

    @Flag(help: "Import the rest where lines are refused.")
    var skipRefused = false

    @Flag(help: "Only say what would be done.")
    var dryRun = false

    @OptionGroup var organization: OrganizationOptions

    func run() throws {
      let administration = try organization.open(
        .administer, for: dryRun ? .explain : .track, patience: BatchRun.patience)
        .organization.administration()
      let task = RecordImport(
        path: file, owner: try owner.map(parseAddress), administration: administration)
      var summary = try task.check { SystemLog.standardError(SafeText.neutralised($0) + "\n") }
      guard summary.refused == 0 || skipRefused else {
        throw CommandError(
          .data,
          "\(BatchText.grouped(summary.refused)) refused, nothing is imported; "
            + "repair the file, or add --skip-refused")
      }
      if !dryRun { summary = try task.run() }
      print(
        (dryRun ? "dry run: " : "") + "\(BatchText.grouped(summary.added)) added, "
          + "\(BatchText.grouped(summary.replaced)) replaced"
          + (summary.refused > 0 ? ", \(BatchText.grouped(summary.refused)) refused" : ""))
    }
  }
}

extension RecordCommand {
  /// `record list`.
  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "list",
      abstract: "Lists records with owner, addresses, domains, name and account.")

    @Argument(help: "Only records of this type.")
    var type: String?

    @OptionGroup var organization: OrganizationOptions

    func run() throws {
      let rows = try organization.open(.readOrganization).organization.administration()
        .records(type: type?.lowercased(), limit: Int.max)
        .map { entry in
          [
            entry.record.description, entry.owner?.description ?? "-",
            (entry.addresses.map(\.description) + entry.domains.map { "@" + $0 })
              .joined(separator: ", "),
          ] + Self.details(entry)
        }
      print(TextOutput.table(rows), terminator: "")
    }

    /// Name and account, where there are any.
    private static func details(_ entry: RecordEntry) -> [String] {
      let details = [
        entry.name.map { "\"\($0)\"" }, entry.parent.map { "of \($0)" },
      ].compactMap { $0 }
      return details.isEmpty ? [] : [details.joined(separator: " ")]
    }
  }
}

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
      let found = try organization.open(.readOrganization).organization.administration()
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
