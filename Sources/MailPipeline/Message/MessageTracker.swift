import CSystem
import InternetMessage
import Mailboxes
import Tracking

/// Takes one message from its header to a verdict, and stores the copy: the one way that filter,
/// retry, batch and explain share.
package struct MessageTracker {
  private let profile: Profile
  private let assessor: MessageAssessor
  private let opener: OrganizationOpener
  private let purpose: OpeningPurpose
  private let opened = Opened()

  /// An organization is opened for the first message that needs it.
  private final class Opened {
    var organizations: [String: any Organization] = [:]
  }

  /// In seconds since 1970: a batch goes on for hours.
  private static var now: Int64 { csystem_realtime() / 1_000_000_000 }

  /// Makes a tracker.
  ///
  /// - Parameters:
  ///   - opener: The profile and its organizations.
  ///   - purpose: `track`, or `explain` to write nothing.
  package init(opener: OrganizationOpener, purpose: OpeningPurpose) {
    profile = opener.profile
    assessor = MessageAssessor(opener.profile, isTraced: purpose == .explain)
    self.opener = opener
    self.purpose = purpose
  }

  /// Decides about a message and stores its copy where that is the verdict.
  ///
  /// No more of the message is read than what the verdict needs.
  ///
  /// - Throws: `TrackingFailure` where it cannot be decided or stored now; `InputError.readFailed` where the
  ///   message itself cannot be read.
  package func track(
    _ section: HeaderSection, of input: MessageInput, _ arrival: Arrival
  ) throws -> Report {
    try translating(arrival) {
      try settle(
        PreparedMessage(assessor.assess(section, of: input, arrival), of: input))
    }
  }

  /// Decides about a message that was assessed already, and stores its copy where that is the
  /// verdict.
  ///
  /// - Throws: As `track`.
  func decide(_ message: PreparedMessage) throws -> Report {
    try translating(message.assessment.arrival) { try settle(message) }
  }

  /// What this machine remembers of the synchronizing organization.
  ///
  /// - Throws: `TrackingFailure`; `StoreError`.
  func localState() throws -> any LocalState {
    guard let entry = profile.synchronizingOrganization else {
      throw TrackingFailure.noOrganization
    }
    guard entry.isConnected || purpose == .explain else { throw TrackingFailure.disconnected }
    return try organization(entry).localState
  }

  /// The synchronizing organization where it is elsewhere; `nil` for another.
  ///
  /// - Throws: As `OrganizationOpener.open`.
  func mirrored() throws -> MirroredOrganization? {
    guard let entry = profile.synchronizingOrganization, entry.isElsewhere else { return nil }
    return try organization(entry) as? MirroredOrganization
  }

  private func translating<Result>(
    _ arrival: Arrival, _ body: () throws -> Result
  ) throws -> Result {
    do {
      return try body()
    } catch InputError.readFailed(let code) {
      throw InputError.readFailed(code)
    } catch {
      throw TrackingFailure(error, organization: arrival.organization ?? profile.synchronizing)
    }
  }

  private func settle(_ message: PreparedMessage) throws -> Report {
    if let verdict = message.assessment.verdict { return message.assessment.report(verdict) }
    if let report = try settleAmongUsers(message) { return report }
    let assessment = message.assessment
    if purpose == .explain, let entry = profile.synchronizingOrganization, entry.isElsewhere,
      !opener.asksElsewhere
    {
      return assessment.report(
        Verdict(
          kind: .wait, reason: Verdict.notAsked, rule: assessment.rule?.name,
          organization: entry.name,
          explanation:
            "the rules leave it to the organization, which 'sync' asks; --ask asks it now"))
    }
    if let failure = opener.obstacle(to: assessment.arrival.organization),
      failure.word != TrackingFailure.disconnected.word || purpose != .explain
    {
      throw failure
    }
    guard let entry = profile.synchronizingOrganization else {
      return assessment.report(
        Verdict(
          kind: .ignore, reason: "NoOrganization", rule: assessment.rule?.name,
          explanation: "no organization synchronizes; 'org synchronize' has one do so"))
    }
    return try ask(
      Consideration(
        message: message, arrival: assessment.arrival, facts: assessment.facts, entry: entry,
        rule: assessment.rule,
        isTrackingAsked: assessment.arrival.isByHand || assessment.rule?.action == .track),
      report: assessment.report)
  }

  /// Takes the organization's users for ours, whatever the profile says of colleagues; the report,
  /// where the rules or the profile end it then.
  private func settleAmongUsers(_ message: PreparedMessage) throws -> Report? {
    let assessment = message.assessment
    let outside = assessment.facts.externalParticipants
    guard !outside.isEmpty, opener.obstacle(to: assessment.arrival.organization) == nil,
      let entry = profile.synchronizingOrganization
    else { return nil }
    let users = try organization(entry).members.users(
      among: outside, without: profile.withoutNote)
    guard !users.isEmpty else { return nil }
    try message.assess(by: assessor, users: users)
    return message.assessment.verdict.map { message.assessment.report($0) }
  }

  // MARK: The organization

  /// All that is known when the organization is asked.
  private struct Consideration {
    let message: PreparedMessage
    let arrival: Arrival
    let facts: MessageFacts
    let entry: OrganizationEntry
    let rule: Rule?
    let isTrackingAsked: Bool
  }

  private func ask(
    _ message: Consideration, report: (Verdict, Correlator.Finding?) -> Report
  ) throws -> Report {
    let organization = try self.organization(message.entry)
    let exclusion = message.message.assessment.pendingExclusion
    var inquiry = Inquiry(
      facts: message.facts, isTrackingAsked: message.isTrackingAsked,
      isByHand: message.arrival.isByHand, pendingExclusion: exclusion,
      seenAt: message.arrival.seenAt, askedAt: Self.now, withoutNote: profile.withoutNote)
    inquiry.key = { [profile] in
      try message.message.input.holdAll()
      return try message.message.content(largest: profile.maxSize).key
    }
    switch try organization.decide(inquiry) {
    case .withdrawn:
      let verdict = Verdict(
        kind: .ignore, reason: "Withdrawn", rule: message.rule?.name,
        organization: message.entry.name,
        explanation: "it answers a conversation that was untracked")
      return report(verdict, nil)
    case .answersNothing(let finding):
      let words = exclusion.map { "mail that is \($0.words)" } ?? "it"
      let keptFrom = message.rule?.action == .track ? exclusion : nil
      let verdict = Verdict(
        kind: .ignore, reason: Verdict.excluded, rule: message.rule?.name,
        organization: message.entry.name,
        explanation: "the profile excludes \(words), and it answers nothing that is tracked"
          + (keptFrom.map { ", and the rule does not say \(Rule.evenLine([$0]))" } ?? ""),
        keptFromRule: keptFrom)
      return report(verdict, finding)
    case .decided(let answer):
      var finding = answer.finding
      if let exclusion {
        finding.remarks.append(
          "mail that is \(exclusion.words) counts, since it answers tracked mail")
      }
      switch answer.decision {
      case .accepted(let acceptance):
        return try report(
          deliver(message, acceptance, answer, to: organization), finding)
      case .refused(let code, let explanation):
        var refusal = report(
          Verdict(
            kind: .refuse, reason: code.name, code: code, rule: message.rule?.name,
            organization: message.entry.name, explanation: explanation), finding)
        if refusal.lacksCorrelation {
          refusal.names = Correlator(policy: answer.policy, now: message.arrival.seenAt)
            .names(in: message.facts)
        }
        return refusal
      case .deferred(let explanation): throw TrackingFailure.deferred(explanation)
      }
    }
  }

  /// Hands an accepted message over.
  private func deliver(
    _ message: Consideration, _ acceptance: Decision.Acceptance, _ answer: Answer.Verdict,
    to organization: any Organization
  ) throws -> Verdict {
    // Nobody's filter accepted it: a rule or a hand did.
    let isAsked = message.isTrackingAsked && acceptance.acceptingUser == nil
    var verdict = Verdict(
      kind: .track,
      reason: isAsked
        ? (message.arrival.isByHand ? "Manual" : "Rule") : acceptance.code.name,
      code: isAsked ? nil : acceptance.code,
      rule: message.rule?.name, organization: message.entry.name,
      explanation: acceptance.explanation, ownership: acceptance.owner,
      owner: answer.owner?.description)
    // Accepted: from here on the whole message counts.
    try message.message.input.holdAll()
    var draft = try draft(
      message, answer.finding.correlation, answer.policy, acceptance, isAsked)
    draft.question = answer.question
    let receipt = try organization.deliver(draft)
    verdict.copy = receipt.copy
    switch receipt.outcome {
    case .created: break
    case .delivered, .seenAgain:
      verdict.kind = .duplicate
      verdict.reason = ReasonCode.duplicate.name
      verdict.code = .duplicate
      verdict.explanation =
        receipt.outcome == .delivered
        ? "the organization has this message; it is noted that another mailbox has it, too"
        : "the organization has this message from this mailbox already"
    case .withdrawn:
      verdict.kind = .ignore
      verdict.reason = "Withdrawn"
      verdict.code = nil
      verdict.explanation = "the message was tracked before and withdrawn"
    }
    return verdict
  }

  private func organization(_ entry: OrganizationEntry) throws -> any Organization {
    if let organization = opened.organizations[entry.name] { return organization }
    let organization = try opener.open(entry, for: purpose)
    opened.organizations[entry.name] = organization
    return organization
  }

  private func draft(
    _ message: Consideration, _ correlation: Correlation?, _ policy: CorrelationPolicy,
    _ acceptance: Decision.Acceptance, _ isAsked: Bool
  ) throws -> CopyDraft {
    let facts = message.facts
    let header = facts.header
    let content = try message.message.content(largest: profile.maxSize)
    let subject = SubjectLine(header.subject ?? "")
    let envelopeSender: String? =
      switch facts.envelope.sender {
      case .null?: ""
      case .address(let address)?: address.description
      case nil: nil
      }
    var draft = CopyDraft(
      key: content.key, direction: facts.direction, header: header,
      participants: message.message.assessment.participants, owner: acceptance.owner,
      grounds: CopyDraft.Grounds(
        code: isAsked ? nil : acceptance.code, rule: message.rule?.name,
        acceptingUser: acceptance.acceptingUser, isManual: message.arrival.isByHand,
        explanation: acceptance.explanation),
      correlation: correlation,
      regarding: message.arrival.regarding.map { .init(record: $0, source: .manual) }
        ?? message.rule?.regarding.map { .init(record: $0, source: .rule) }
        ?? acceptance.regarding.map { .init(record: $0, source: .organization) },
      token: header.subject.flatMap { TrackingToken.find(in: $0, policy: policy) },
      delivery: CopyDraft.Delivery(
        mailboxOwner: facts.mailbox.owner, envelopeSender: envelopeSender,
        envelopeRecipient: facts.envelope.recipients.first,
        fromLine: header.section.fromLine.map { Array(header.section.bytes[$0]) },
        seenAt: message.arrival.seenAt, folder: message.arrival.folder,
        fileName: message.arrival.fileName),
      size: content.size, isTruncated: content.isTruncated,
      joinsConversations: policy.forwardsAreReplies
        || !Correlator.isForward(header, subject: subject),
      content: { try content.forEachChunk($0) })
    draft.trackedAt = Self.now
    draft.firstKey = content.firstKey
    (draft.attachments, draft.calendar) = try message.message.files()
    draft.searchText = message.message.searchText
    return draft
  }
}
