import MailPipeline
import System

/// What became of waiting messages that were tried, a line for each.
struct RetryReport {
  /// How many wait on.
  var left = 0
  /// How many wait no more.
  private(set) var decided = 0
  /// How many are left to `sync`.
  private var leftToSync = 0
  private var verdicts: [Verdict.Kind: Int] = [:]

  /// Tells of one.
  mutating func note(_ entry: SpoolEntry, _ outcome: SpoolDrain.Outcome) {
    let text: String
    switch outcome {
    case .decided(let report):
      decided += 1
      verdicts[report.verdict.kind, default: 0] += 1
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
    func count(_ kinds: Verdict.Kind...) -> Int { kinds.reduce(0) { $0 + (verdicts[$1] ?? 0) } }
    var parts = ["\(count(.track, .duplicate)) brought in"]
    if count(.refuse) > 0 { parts.append("\(count(.refuse)) refused") }
    if count(.ignore) > 0 { parts.append("\(count(.ignore)) ignored") }
    parts.append("\(left) \(left == 1 ? "waits" : "wait")")
    print(parts.joined(separator: ", "))
    if leftToSync > 0 {
      print(
        "\(leftToSync) \(leftToSync == 1 ? "is" : "are") for an organization elsewhere; "
          + "run 'crm-mailfilter sync', or 'failures retry' for what it leaves to you")
    }
    if left > 0 { throw CommandError(.temporaryFailure, "not all is brought in; see 'failures'") }
  }
}
