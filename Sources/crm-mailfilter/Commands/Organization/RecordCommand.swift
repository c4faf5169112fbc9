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
      Add.self, Set.self, Merge.self, Convert.self, List.self, Import.self, Remove.self,
      Sync.self, Unresolved.self, Accept.self,
    ])

  /// By what mail is matched to a record.
  static func keys(of entry: RecordEntry) -> String {
    (entry.addresses.map(\.description) + entry.domains.map { "@" + $0 }).joined(separator: ", ")
  }
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

    @Option(
      help: "An address of the user who owns it.", completion: ShellCompletions.users)
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

    @Option(
      help: "The account that a contact belongs to, as account:7d9b0f5e.",
      completion: ShellCompletions.records)
    var parent: String?

    @OptionGroup var organization: OrganizationOptions

    func run() throws {
      let reference = try RecordReference(argument: record)
      let entry = RecordEntry(
        record: reference, owner: try owner.map(parseAddress),
        addresses: try address.map(parseAddress), domains: try domain.map(RecordFile.domain),
        name: name, parent: try parent.map { try RecordCommand.account($0, of: reference) })
      guard !entry.addresses.isEmpty || !entry.domains.isEmpty || name != nil else {
        throw CommandError(
          .usage, "a record needs an address, a domain or a name, or nobody will find it")
      }
      let administration = try organization.openDirectory(.administer, for: .track).organization
        .administration()
      let added = try administration.setRecords([entry], now: TextOutput.now)
      if reference.type == "account", name != nil { try CompanyNames.settle(in: administration) }
      var line = "\(reference) is " + (added > 0 ? "added" : "replaced")
      let keys = RecordCommand.keys(of: entry)
      line += keys.isEmpty ? ", without an address" : ": \(keys)"
      if let owner = entry.owner { line += ", owned by \(owner)" }
      if let parent = entry.parent, try administration.firstRecord(of: [parent]) == nil {
        line += "; \(parent) is no record yet"
      }
      print(SafeText.neutralised(line))
    }
  }
}

extension RecordCommand {
  /// Reads the account of a record.
  ///
  /// - Throws: `CommandError` where it is none, or the record itself.
  static func account(_ text: String, of record: RecordReference) throws -> RecordReference {
    let account = try RecordReference(argument: text)
    guard account != record else {
      throw CommandError(.usage, "a record is not its own account; name another with --parent")
    }
    return account
  }

  /// `record remove`.
  struct Remove: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "remove",
      abstract: "Removes a record; mail that regards it stays, and regards it on.")

    @Argument(
      help: "Type and id, as account:7d9b0f5e.", completion: ShellCompletions.records)
    var record: String

    @OptionGroup var organization: OrganizationOptions

    func run() throws {
      let reference = try RecordReference(argument: record)
      let administration = try organization.openDirectory(.administer, for: .track).organization
        .administration()
      guard let regarding = try administration.removeRecord(reference) else {
        throw CommandError(.noInput, "there is no record \(reference); see 'record list'")
      }
      var line = "\(reference) is removed"
      if regarding > 0 {
        let messages =
          regarding == 1 ? "1 message regards" : "\(BatchText.grouped(regarding)) messages regard"
        line += "; \(messages) it on: 'list --regarding \(reference)'"
      }
      print(SafeText.neutralised(line))
    }
  }
}

extension RecordCommand {
  /// `record import`.
  struct Import: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "import", abstract: "Adds or replaces the records of a file from a CRM.",
      discussion: """
        Tables (CSV, tabs or semicolons between) as CRMs and address books export them, vCards and \
        LDIF. It says which column it takes for what; --map says otherwise. In our own tables the \
        columns are type, id, name, owner, parent, address and domain; several addresses or domains \
        are separated by blanks or semicolons, and rows of one record add up. Who has no address is \
        skipped and counted. Where a line is refused, it is reported, and nothing is imported.
        """)

    @Argument(help: "The file.", completion: .file())
    var file: String

    @Option(
      help: "An address of the user who owns records that name no user.",
      completion: ShellCompletions.users)
    var owner: String?

    @Option(
      parsing: .unconditionalSingleValue,
      help: ArgumentHelp(
        "What a column is: type, id, name, owner, parent, address, domain or none.",
        discussion: "May be given again.", valueName: "column=field"))
    var map: [String] = []

    @Option(
      help: "What all records are: contact, account, lead or another type.",
      completion: ShellCompletions.recordTypes)
    var type: String?

    @Flag(help: "Take contacts that are marked as private, too.")
    var `private` = false

    @Flag(help: "Import the rest where lines are refused.")
    var skipRefused = false

    @Flag(help: "Import nothing where contacts would be skipped, either.")
    var noSkip = false

    @Flag(help: "Only say what would be done, and show the first records.")
    var dryRun = false

    @OptionGroup var organization: OrganizationOptions

    func validate() throws {
      guard !skipRefused || !noSkip else {
        throw ValidationError("--skip-refused and --no-skip exclude each other")
      }
    }

    func run() throws {
      let (opened, user) = try organization.openDirectory(
        .administer, for: dryRun ? .explain : .track, patience: BatchRun.patience)
      let task = RecordImport(
        path: ArgumentBytes.path(file), owner: try owner.map(parseAddress),
        actingUser: user.address, options: try options(),
        administration: try opened.administration(),
        state: opened.localState)
      var summary = try task.check(
        report: { Terminal.tell($0) },
        show: { if dryRun { print(Self.table($0), terminator: "") } })
      guard summary.refused == 0 || skipRefused else {
        throw CommandError(
          .data,
          "\(BatchText.grouped(summary.refused)) refused, nothing is imported; "
            + "repair the file, or add --skip-refused")
      }
      if noSkip, let error = summary.refusal(isStrict: true) { throw error }
      if !dryRun { summary = try task.run() }
      print((dryRun ? "dry run: " : "") + summary.text)
    }

    private func options() throws -> RecordFileOptions {
      var options = RecordFileOptions()
      options.takesPrivate = `private`
      options.columns = try map.map(Self.column)
      options.type = try type.map { text in
        guard let reference = RecordReference("\(text):1") else {
          throw CommandError(.usage, "--type: '\(text)' is no type; write contact, account or lead")
        }
        return reference.type
      }
      let profile = try organization.profile.load()
      let colleagues = try OrganizationOptions.entry(organization.org, in: profile).colleagues
      options.isOurs = { profile.isOurs($0) || colleagues.matches($0) }
      return options
    }

    /// Reads `COLUMN=FIELD`; where only the other side is a field, the other way round.
    private static func column(_ text: String) throws -> (heading: String, field: MappedField) {
      if let sign = text.lastIndex(of: "="),
        let field = MappedField(rawValue: text[text.index(after: sign)...].lowercased())
      {
        return (String(text[..<sign]), field)
      }
      if let sign = text.firstIndex(of: "="),
        let field = MappedField(rawValue: text[..<sign].lowercased())
      {
        return (String(text[text.index(after: sign)...]), field)
      }
      throw CommandError(
        .usage,
        "--map: '\(text)' names no field; write COLUMN=FIELD, the field one of "
          + MappedField.allCases.map(\.rawValue).joined(separator: ", "))
    }

    /// The first records of a trial.
    private static func table(_ records: [RecordEntry]) -> String {
      RecordCommand.layout.text(
        records.map { entry in
          [
            entry.record.description, entry.name ?? "-", entry.owner?.description ?? "-",
            RecordCommand.keys(of: entry), entry.parent.map { "of \($0)" } ?? "",
          ]
        }, on: .standardOutput())
    }
  }
}

extension RecordCommand {
  /// `record list`.
  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "list",
      abstract: "Lists records with name, owner, addresses and domains, and account.")

    @Argument(help: "Only records of this type.", completion: ShellCompletions.recordTypes)
    var type: String?

    @Flag(help: "Do not show it through a pager on a terminal.")
    var noPager = false

    @OptionGroup var organization: OrganizationOptions

    func run() throws {
      let opened = try organization.openDirectory(.readOrganization).organization
      let type = type?.lowercased()
      // Of an organization elsewhere what 'record sync' brought.
      let records =
        try opened.organization.broughtRecords(type: type, limit: Int.max)
        ?? opened.administration().records(type: type, limit: Int.max)
      let rows = records.map { entry in
        [
          entry.record.description, entry.name ?? "-", entry.owner?.description ?? "-",
          RecordCommand.keys(of: entry), entry.parent.map { "of \($0)" } ?? "",
        ]
      }
      Pager.print(RecordCommand.layout.text(rows, on: .standardOutput()), isWanted: !noPager)
    }
  }

  /// Where columns are short, names of people go before their addresses.
  static let layout = ColumnLayout(columns: [
    ColumnLayout.Column(minimum: 16), ColumnLayout.Column(minimum: 16, readiness: 1),
    ColumnLayout.Column(minimum: 8, readiness: 3), ColumnLayout.Column(minimum: 12, readiness: 2),
    ColumnLayout.Column(minimum: 8, readiness: 4),
  ])
}
