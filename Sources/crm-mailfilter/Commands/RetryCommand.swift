import ArgumentParser
import MailPipeline
import TrackingStore

/// `retry`.
struct RetryCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "retry",
    abstract: "Brings in the messages that wait in the spool, oldest first.")

  @OptionGroup var spool: SpoolOptions

  // Somebody who asks for this waits gladly.
  private static let patience = 600_000

  func run() throws {
    let spool = try spool.open()
    guard !spool.isEmpty else {
      print("nothing waits")
      return
    }
    var decided = 0
    var left = 0
    let deadline = Deadline(milliseconds: Self.patience)
    let drain = SpoolDrain(
      spool: spool, environment: .process, deadline: deadline, now: TextOutput.now)
    try drain.all(until: Deadline(milliseconds: FilterRun.patience)) { entry, outcome in
      switch outcome {
      case .decided(let report):
        decided += 1
        print("\(entry.name): \(report.verdict.kind.rawValue): \(report.verdict.explanation)")
      case .waits:
        left += 1
        print("\(entry.name): waits for mail that it may answer")
      case .failed(let trouble):
        left += 1
        print("\(entry.name): waits: \(trouble)")
      }
    }
    // Where it fails now, the next search does it.
    if decided > 0 { try? drain.indexMarked() }
    left += spool.damagedEntries().count
    print("\(decided) brought in, \(left) \(left == 1 ? "waits" : "wait")")
    if left > 0 { throw CommandError(.temporaryFailure, "not all is brought in; see 'failures'") }
  }
}
