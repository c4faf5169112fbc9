import ArgumentParser
import MailPipeline
import TrackingStore

extension FailuresCommand {
  /// `failures list`.
  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "list",
      abstract: "Lists what waits, oldest first, then what a batch could not read.")

    @OptionGroup var spool: SpoolOptions

    @OptionGroup var organization: OrganizationOptions

    func run() throws {
      let spool = try spool.open()
      let contents = spool.contents()
      var rows = contents.entries.map { entry in
        [
          entry.name, TextOutput.date(entry.arrivedAt) + " UTC", TextOutput.size(entry.size),
          "for \(entry.organization ?? "an organization not known yet")", entry.trouble,
          "tried \(entry.attempts) \(entry.attempts == 1 ? "time" : "times")",
        ]
      }
      rows += contents.damaged.map {
        [$0, "cannot be read; look at the file, then discard it"]
      }
      rows += try FailuresCommand.batchFailures(organization).map {
        [$0.path, TextOutput.date($0.failedAt) + " UTC", $0.reason]
      }
      print(TextOutput.table(rows), terminator: "")
    }
  }
}
