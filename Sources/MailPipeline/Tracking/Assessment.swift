import InternetMessage
import Tracking

/// What is known of a message before any organization is asked.
struct Assessment: Sendable {
  /// How it came.
  let arrival: Arrival
  /// The message.
  let facts: MessageFacts
  /// How each rule fared that was tested; empty where nobody asked for it.
  let traces: [RuleTrace]
  /// What the rules say.
  let outcome: RuleOutcome
  /// Whether it is the mail of somebody who has no mailbox in the profile: no rule is tested.
  let isOthers: Bool
  /// The organization that would be asked.
  let organization: String?
  /// Who takes part, as a copy keeps it; empty where the rules or the profile end it.
  let participants: [CopyDraft.Participant]

  /// The verdict, where the rules or the profile end it.
  var verdict: Verdict? {
    if isOthers {
      return Verdict(
        kind: .ignore, reason: "NoMailbox", organization: organization,
        explanation: "it came through no mailbox of the profile")
    }
    return switch outcome {
    case .ignore(let rule):
      Verdict(
        kind: .ignore, reason: "Rule", rule: rule.name, organization: organization,
        explanation: "the rule says ignore")
    case .excluded(let exclusion):
      Verdict(
        kind: .ignore, reason: Verdict.excluded, organization: organization,
        explanation: "the profile excludes mail that is \(exclusion.words)")
    case .track, .ask, .answersOr, .needs: nil
    }
  }

  /// The rule that matched and does not end it.
  var rule: Rule? {
    switch outcome {
    case .track(let rule): rule
    case .ask(let rule), .answersOr(_, let rule): rule
    case .ignore, .excluded, .needs: nil
    }
  }

  /// Of which kind it is, where it counts only if it answers tracked mail.
  var pendingExclusion: Exclusion? {
    if case .answersOr(let exclusion, _) = outcome { exclusion } else { nil }
  }

  /// The report of a verdict.
  func report(_ verdict: Verdict, _ finding: Correlator.Finding? = nil) -> Report {
    Report(facts: facts, isOthers: isOthers, rules: traces, correlation: finding, verdict: verdict)
  }
}
