import ArgumentParser
import MailPipeline

extension FailuresCommand {
  /// `failures list`.
  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "list", abstract: "Lists what waits, oldest first.")

    @OptionGroup var spool: SpoolOptions

    func run() throws {
      let spool = try spool.open()
      var rows = spool.entries().map { entry in
        [
          entry.name, TextOutput.date(entry.arrivedAt) + " UTC", TextOutput.size(entry.size),
          "for \(entry.organization ?? "an organization not known yet")", entry.trouble,
          "tried \(entry.attempts) \(entry.attempts == 1 ? "time" : "times")",
        ]
      }
      rows += spool.damagedEntries().map { [$0, "cannot be read; look at the file"] }
      print(TextOutput.table(rows), terminator: "")
    }
  }
}
