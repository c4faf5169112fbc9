import MailPipeline
import System

/// What became of waiting messages that were tried, a line for each.
struct RetryReport {
  /// How many wait on.
  var left = 0
  /// How many were brought in.
  private(set) var decided = 0
  /// How many are left to `sync`.
  private var leftToSync = 0

  /// Tells of one.
  mutating func note(_ entry: SpoolEntry, _ outcome: SpoolDrain.Outcome) {
    let text: String
    switch outcome {
    case .decided(let report):
      decided += 1
      text = "\(report.verdict.kind.rawValue): \(report.verdict.explanation)"
    case .waits:
      left += 1
      text = "waits for mail that it may answer"
    case .failed(let failure) where failure.word == TrackingFailure.awaitsSync.word:
      leftToSync += 1
      return
    case .failed(let failure):
      left += 1
      text = "waits: \(failure)"
    }
    print(Terminal.standardOutput().fitted(SafeText.neutralised("\(entry.name): \(text)")))
  }

  /// Tells the sum.
  ///
  /// - Throws: `CommandError` where some wait on.
  func finish() throws {
    print("\(decided) brought in, \(left) \(left == 1 ? "waits" : "wait")")
    if leftToSync > 0 {
      print(
        "\(leftToSync) \(leftToSync == 1 ? "is" : "are") for an organization elsewhere; "
          + "run 'crm-mailfilter sync'")
    }
    if left > 0 { throw CommandError(.temporaryFailure, "not all is brought in; see 'failures'") }
  }
}
