import ArgumentParser
import MailPipeline
import TrackingStore

extension RecordCommand {
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
      let added = try organization.open(.administer, for: .track).store.setRecords(
        entries, now: TextOutput.now)
      print("\(added) added, \(entries.count - added) replaced")
    }
  }
}
