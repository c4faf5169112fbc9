import InternetMessage
import Tracking

/// A message as tracking saw it, and what became of it.
package struct Report: Sendable {
  /// The message.
  package let facts: MessageFacts
  /// Whether it came through no mailbox of the profile; the mailbox of `facts` says nothing then.
  package let isOthers: Bool
  /// How each rule fared that was tested; empty where nobody asked for it.
  package let rules: [RuleTrace]
  /// What correlation found; `nil` where it was not asked.
  package let correlation: Correlator.Finding?
  /// What became of it.
  package let verdict: Verdict
  /// Whose the addresses are and who wrote it, where that is not plain; empty where nobody asked.
  package let remarks: [String]
  /// What it names of the mail that it may answer; empty where it is not refused for want of it.
  package var names: [MessageName] = []

  /// Whether it is not tracked only because it answers nothing that is tracked yet.
  package var lacksCorrelation: Bool {
    switch verdict.kind {
    case .refuse: verdict.code == .noCorrelationMatch
    case .ignore: verdict.reason == Verdict.excluded && correlation != nil
    case .track, .duplicate, .wait: false
    }
  }
}
