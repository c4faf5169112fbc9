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
  /// Whose the addresses are and who wrote it, where that is not plain, for `explain`.
  let remarks: [String]

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
    case .excluded(let exclusion, let rule):
      Verdict(
        kind: .ignore, reason: Verdict.excluded, rule: rule?.name, organization: organization,
        explanation: "the profile excludes mail that is \(exclusion.words)"
          + (rule == nil ? "" : ", and the rule does not say \(Rule.evenLine([exclusion]))"),
        keptFromRule: rule == nil ? nil : exclusion)
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
    Report(
      facts: facts, isOthers: isOthers, rules: traces, correlation: finding, verdict: verdict,
      remarks: remarks)
  }
}

/// What became of a message, and why.
package struct Verdict: Sendable {
  /// In a word.
  package enum Kind: String, Sendable, CaseIterable {
    /// A copy is stored.
    case track
    /// The organization refuses it.
    case refuse
    /// The organization was not asked.
    case ignore
    /// The copy is there already.
    case duplicate
    /// The organization is elsewhere, and was not asked yet.
    case wait
  }

  /// In a word.
  package var kind: Kind
  /// The reason: the name of a reason code, or `Rule`, `Manual`, `Excluded`, `NoMailbox`,
  /// `NoOrganization`, `Withdrawn`, `NotAsked`.
  package var reason: String
  /// The reason of mail that the profile excludes.
  static let excluded = "Excluded"
  /// The reason of mail about which nobody was asked yet.
  static let notAsked = "NotAsked"

  /// The organization's reason; `nil` where a rule ended it.
  package var code: ReasonCode?
  /// The rule that matched.
  package var rule: String?
  /// The organization that was asked or would have been.
  package var organization: String?
  /// The verdict in words that hold no part of the message.
  package var explanation: String
  /// The copy that was made or is there.
  package var copy: CopyID?
  /// Why the copy belongs to whom it belongs.
  package var ownership: Ownership?
  /// The owner's address.
  package var owner: String?
  /// Of which excluded kind it is, where the rule tracks such mail of no such kind.
  package var keptFromRule: Exclusion?
}

/// How a message came: all that is known of it beside its bytes.
package struct Arrival: Sendable {
  /// What the host said.
  package var envelope: Envelope
  /// Whether the caller knows that the owner of the mailbox wrote it.
  package var isSent: Bool
  /// When this side saw it, in seconds since 1970.
  package var seenAt: Int64
  /// The organization that it was meant for when it came; `nil` for the one that synchronizes now.
  package var organization: String?
  /// The mailbox's path, where it was found in one.
  package var folder: String?
  /// The file's unique name there.
  package var fileName: String?

  /// The owner of the mailbox that it came through; `nil` where the message itself tells.
  package var mailbox: AddrSpec?
  /// Whether a person tracks it by hand: rules and exclusions are passed over.
  package var isByHand = false
  /// The record that the same person names.
  package var regarding: RecordReference?

  /// Makes an arrival.
  package init(
    envelope: Envelope = Envelope(), isSent: Bool = false, seenAt: Int64,
    organization: String? = nil, folder: String? = nil, fileName: String? = nil
  ) {
    self.envelope = envelope
    self.isSent = isSent
    self.seenAt = seenAt
    self.organization = organization
    self.folder = folder
    self.fileName = fileName
  }
}
