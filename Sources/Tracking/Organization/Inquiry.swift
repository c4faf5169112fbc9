import InternetMessage

/// What this side wants to know of a message before it hands it over: what it answers, and whether
/// a copy is to be stored.
///
/// All of it is answered at once, from one state of the organization. What of an organization stands
/// elsewhere is told the `Question` and no more.
package struct Inquiry: Sendable {
  /// The message.
  package let facts: MessageFacts
  /// Whether the user's rule or hand says Track.
  package let isTrackingAsked: Bool
  /// Whether it is a hand that says so.
  package let isByHand: Bool
  /// Of which kind the message is, where it counts only if it answers tracked mail.
  package let pendingExclusion: Exclusion?
  /// When this side saw the message, in seconds since 1970.
  package let seenAt: Int64
  /// When the organization is asked, in seconds since 1970.
  package let askedAt: Int64
  /// One of our addresses without the note in it; `nil` where it has none.
  package let withoutNote: @Sendable (AddrSpec) -> AddrSpec?
  /// Finds the message's key, for which all of it is read: it stays on this side.
  nonisolated(unsafe) package var key: (() throws -> MessageKey)?

  /// Makes an inquiry.
  package init(
    facts: MessageFacts, isTrackingAsked: Bool, isByHand: Bool, pendingExclusion: Exclusion?,
    seenAt: Int64, askedAt: Int64? = nil,
    withoutNote: @escaping @Sendable (AddrSpec) -> AddrSpec? = { _ in nil }
  ) {
    self.facts = facts
    self.isTrackingAsked = isTrackingAsked
    self.isByHand = isByHand
    self.pendingExclusion = pendingExclusion
    self.seenAt = seenAt
    self.askedAt = askedAt ?? seenAt
    self.withoutNote = withoutNote
  }

  /// Finds the answer.
  ///
  /// - Parameters:
  ///   - index: The tracked mail that this side knows of.
  ///   - policy: The organization's settings of correlation.
  ///   - isUser: Whether an address, just as it is, is a user's of the organization.
  ///   - decide: The organization's verdict on the question; asked at most once.
  /// - Returns: The answer.
  /// - Throws: What the index and the organization throw.
  package func answer(
    from index: some TrackedMail, policy: CorrelationPolicy,
    isUser: (AddrSpec) throws -> Bool, deciding decide: (Question) throws -> Decision
  ) throws -> Answer {
    if try !isByHand && index.isConversationWithdrawn(facts.header) { return .withdrawn }
    let finding = try Correlator(policy: policy, now: seenAt).correlate(facts, with: index)
    if pendingExclusion != nil, !finding.isAnswer { return .answersNothing(finding) }
    let outside = Set(facts.externalParticipants)
    // The organization knows its users by their addresses, not by what they put into them.
    var question = try Question(facts: facts) { address in
      guard !outside.contains(address), let bare = withoutNote(address),
        try !isUser(address)
      else { return address }
      return bare
    }
    question.isTrackingAsked = isTrackingAsked
    question.isByHand = isByHand
    question.oppositeCopy = try oppositeCopy(in: index)
    question.answers = finding.correlation.map { .init(copy: $0.copy, owner: $0.owner) }
    return .decided(
      Answer.Verdict(decision: try decide(question), finding: finding, policy: policy))
  }

  /// The copy of the same message in the other direction: the sender's or the recipient's.
  private func oppositeCopy(in index: some TrackedMail) throws -> CopyID? {
    guard let id = facts.header.messageID else { return nil }
    return try index.copies(withMessageID: id).first { $0.direction != facts.direction }?.id
  }
}

/// What an organization says to an inquiry.
package enum Answer: Sendable {
  /// The message answers a conversation that was untracked: nobody was asked.
  case withdrawn
  /// The message counts only if it answers tracked mail, and it does not: nobody was asked.
  case answersNothing(Correlator.Finding)
  /// The organization was asked.
  case decided(Verdict)

  /// The organization's decision, and what it rests on.
  package struct Verdict: Sendable {
    /// The decision.
    package let decision: Decision
    /// What the message answers.
    package let finding: Correlator.Finding
    /// The settings by which that was found.
    package let policy: CorrelationPolicy
    /// The address of the user to whom the copy is to belong, where the organization was opened to
    /// explain.
    package var owner: AddrSpec?
    /// What an organization elsewhere was asked.
    package var question: RemoteQuestion?

    /// Makes a verdict.
    package init(
      decision: Decision, finding: Correlator.Finding, policy: CorrelationPolicy,
      owner: AddrSpec? = nil
    ) {
      self.decision = decision
      self.finding = finding
      self.policy = policy
      self.owner = owner
    }
  }
}
