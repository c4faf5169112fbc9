import ArgumentParser
import MailPipeline
import TrackingStore

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
      let store = try organization.open(.administer, for: dryRun ? .explain : .track).store
      let task = RecordImport(path: file, owner: try owner.map(parseAddress), store: store)
      var summary = try task.check { Log.standardError(Log.neutralised($0) + "\n") }
      guard summary.refused == 0 || skipRefused else {
        throw CommandError(
          .data,
          "\(BatchText.grouped(summary.refused)) refused, nothing is imported; "
            + "mend the file, or add --skip-refused")
      }
      if !dryRun { summary = try task.run() }
      print(
        (dryRun ? "dry run: " : "") + "\(BatchText.grouped(summary.added)) added, "
          + "\(BatchText.grouped(summary.replaced)) replaced"
          + (summary.refused > 0 ? ", \(BatchText.grouped(summary.refused)) refused" : ""))
    }
  }
}
