import InternetMessage

/// Finds the tracked message that a new one answers.
///
/// The methods are tried in the order of `CorrelationMethod`; the first hit wins. Nothing is asked
/// that the policy switches off.
package struct Correlator: Sendable {
  /// What was found, and what `explain` says about it.
  package struct Finding: Sendable, Hashable {
    /// The answered message; `nil` where there is none.
    package let correlation: Correlation?
    /// What was found on the way, in words that hold no part of the message.
    package var remarks: [String]

    /// Whether an answer was found, and no guess.
    package var isAnswer: Bool { correlation.map { $0.method != .smartMatching } ?? false }
  }

  let policy: CorrelationPolicy
  private let now: Int64

  /// Makes a correlator.
  ///
  /// - Parameters:
  ///   - policy: The organization's settings.
  ///   - now: Seconds since 1970; smart matching looks back from there.
  package init(policy: CorrelationPolicy, now: Int64) {
    self.policy = policy
    self.now = now
  }

  /// Looks for the tracked message that a message answers.
  ///
  /// - Throws: What the index throws.
  package func correlate(_ facts: MessageFacts, with index: some TrackedMail) throws -> Finding {
    guard policy.isEnabled else {
      return Finding(correlation: nil, remarks: ["the organization does not correlate"])
    }
    let subject = SubjectLine(facts.header.subject ?? "")
    if !policy.forwardsAreReplies, Self.isForward(facts.header, subject: subject) {
      return Finding(correlation: nil, remarks: ["a forward is not a reply"])
    }
    var remarks: [String] = []
    for method in CorrelationMethod.allCases {
      for candidates in candidates(method, for: facts, in: index) {
        // The sender's and the recipient's copies of one message do not answer each other.
        let copies = try candidates().filter {
          $0.messageID == nil || $0.messageID != facts.header.messageID
        }
        guard !copies.isEmpty else { continue }
        var known: (copy: IndexedCopy, basis: KnownParticipant.Basis?)?
        for copy in copies where known == nil {
          let (isKnown, basis) = try isKnown(copy, facts: facts, method: method, index: index)
          if isKnown { known = (copy, basis) }
        }
        guard let (copy, basis) = known else {
          remarks.append("\(method.rawValue) names a tracked message, but \(nobodyKnown)")
          continue
        }
        if let basis, basis != .address {
          remarks.append("\(basis.words) takes part here")
        }
        let text = facts.header.subject ?? ""
        let isChanged = copy.subject != text && topicKey(copy.subject) != topicKey(text)
        return Finding(
          correlation: Correlation(
            copy: copy.id, method: method, conversation: copy.conversation, owner: copy.owner,
            isSubjectChanged: isChanged),
          remarks: remarks)
      }
    }
    return Finding(correlation: nil, remarks: remarks)
  }

  /// Whether a message forwards another: by its outermost subject prefix, or by the field that
  /// Thunderbird sets.
  package static func isForward(_ header: MessageHeader, subject: SubjectLine) -> Bool {
    if let outermost = subject.prefixes.first { return outermost == .forward }
    return !header.rawValues(of: "X-Forwarded-Message-Id").isEmpty
  }

  /// Finds copies of one group; asked for only when those before it held none that counts.
  private typealias Candidates = () throws -> [IndexedCopy]

  /// The copies that a method finds, a group for each id it looks at.
  private func candidates(
    _ method: CorrelationMethod, for facts: MessageFacts, in index: some TrackedMail
  ) -> [Candidates] {
    let header = facts.header
    func copies(_ ids: [MessageID]) -> [Candidates] {
      ids.map { id in { try index.copies(withMessageID: id) } }
    }
    switch method {
    case .inReplyTo:
      return policy.usesHeaders ? copies(Array(header.inReplyTo.prefix(Self.maxIDs))) : []
    case .references:
      // The nearest ancestor is the last; those of In-Reply-To were looked at.
      let ids = header.references.suffix(Self.maxIDs).reversed()
      let asked = header.inReplyTo.prefix(Self.maxIDs)
      return policy.usesHeaders ? copies(ids.filter { !asked.contains($0) }) : []
    case .trackingToken:
      guard policy.usesTokens, let subject = header.subject,
        let token = TrackingToken.find(in: subject, policy: policy)
      else { return [] }
      return [{ try index.copies(withToken: token) }]
    case .threadIndex:
      guard policy.usesHeaders, let thread = header.threadIndex else { return [] }
      return [{ try index.copies(withThreadIndexBase: thread.base) }]
    case .smartMatching:
      guard policy.usesSmartMatching else { return [] }
      return [{ try smartMatches(facts, in: index) }]
    }
  }

  /// Why an id or a token does not count.
  private var nobodyKnown: String {
    let others = policy.knownParticipant == .company ? ", nor anybody of the same company," : ""
    return "nobody from outside who takes part in that conversation\(others) takes part here"
  }

  /// The copies whose subject has the same words and which share enough external addresses.
  private func smartMatches(
    _ facts: MessageFacts, in index: some TrackedMail
  ) throws -> [IndexedCopy] {
    let words = self.words(facts.header.subject ?? "")
    guard !words.isEmpty,
      facts.externalParticipants.count >= max(1, policy.smartMatchingAddresses)
    else { return [] }
    let since = now - Int64(policy.smartMatchingDays) * 86_400
    let copies = try index.copies(
      sharing: max(1, policy.smartMatchingAddresses), of: facts.externalParticipants, since: since)
    return copies.filter {
      self.words($0.subject).symmetricDifference(words).count <= policy.smartMatchingDelta
    }
  }

  private func words(_ subject: String) -> Set<String> {
    var words: Set<String> = []
    for word in topicKey(subject).split(separator: " ") {
      guard words.count < policy.smartMatchingWords else { break }
      words.insert(String(word))
    }
    return words
  }

  /// A subject without prefixes, tokens and case.
  private func topicKey(_ subject: String) -> String {
    SubjectLine(TrackingToken.removed(from: subject, policy: policy)).topic.lowercased()
      .split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }

  /// Whether a hit counts.
  ///
  /// A stranger who guesses an id or a token is not let into a conversation.
  private func isKnown(
    _ copy: IndexedCopy, facts: MessageFacts, method: CorrelationMethod, index: some TrackedMail
  ) throws -> (Bool, KnownParticipant.Basis?) {
    guard policy.knownParticipant != .off, method != .smartMatching else { return (true, nil) }
    guard !facts.externalParticipants.isEmpty else { return (false, nil) }
    let basis = try index.conversation(
      copy.conversation, knows: facts.externalParticipants, as: policy.knownParticipant)
    return (basis != nil, basis)
  }

  // A message may name thousands of ids; the nearest are enough.
  static let maxIDs = 50
}
