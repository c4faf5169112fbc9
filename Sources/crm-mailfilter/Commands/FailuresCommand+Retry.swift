import ArgumentParser
import MailPipeline
import TrackingStore

extension FailuresCommand {
  /// `failures retry`.
  struct Retry: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "retry", abstract: "Brings in some of the messages that wait, oldest first.")

    @Argument(help: "The names that 'failures' lists.")
    var names: [String]

    @OptionGroup var spool: SpoolOptions

    func run() throws {
      let spool = try spool.open()
      for name in names where !spool.hasEntry(name) { throw SpoolError.noEntry(name) }
      let drain = SpoolDrain(
        spool: spool, environment: .process,
        deadline: Deadline(milliseconds: RetryCommand.patience),
        now: TextOutput.now)
      var report = RetryReport()
      let damaged = Set(spool.damagedEntries()).intersection(names)
      try drain.only(Set(names), until: Deadline(milliseconds: FilterRun.patience)) {
        report.note($0, $1)
      }
      // Where it fails now, the next search does it.
      if report.decided > 0 { try? drain.indexMarked() }
      report.left += damaged.count
      try report.finish()
    }
  }
}
