import InternetMessage
import Tracking

/// A message as tracking saw it, and what became of it.
public struct Report: Sendable {
  /// The message.
  public let facts: MessageFacts
  /// Whether it came through no mailbox of the profile; the mailbox of `facts` says nothing then.
  public let isOthers: Bool
  /// How each rule fared that was tested; empty where nobody asked for it.
  public let rules: [RuleTrace]
  /// What correlation found; `nil` where it was not asked.
  public let correlation: Correlator.Finding?
  /// What became of it.
  public let verdict: Verdict
  /// What it names of the mail that it may answer; empty where it is not refused for want of it.
  public var names: [MessageName] = []

  /// Whether it is not tracked only because it answers nothing that is tracked yet.
  public var lacksCorrelation: Bool {
    switch verdict.kind {
    case .refuse: verdict.code == .noCorrelationMatch
    case .ignore: verdict.reason == Verdict.excluded && correlation != nil
    case .track, .duplicate: false
    }
  }
}
