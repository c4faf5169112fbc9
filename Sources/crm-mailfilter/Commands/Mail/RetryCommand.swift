import ArgumentParser
import MailPipeline
import System
import Tracking

/// `retry`.
struct RetryCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "retry",
    abstract: "Brings in what waits in the spool, oldest first.")

  @OptionGroup var spool: SpoolOptions

  /// In milliseconds: somebody who asks for this waits gladly.
  static let patience = 600_000

  func run() throws {
    let spool = try spool.open()
    guard !spool.isEmpty else {
      print("nothing waits")
      return
    }
    let drain = SpoolDrain(
      spool: spool, environment: .process,
      deadline: Deadline(millisecondsOfEachTurn: Self.patience),
      now: TextOutput.now)
    var report = RetryReport()
    try drain.all(until: Deadline(milliseconds: FilterRun.patience)) { report.note($0, $1) }
    // Where it fails now, the next search does it.
    if report.decided > 0 { try? drain.indexMarked() }
    report.left += spool.damagedEntries().count
    try report.finish()
  }
}
