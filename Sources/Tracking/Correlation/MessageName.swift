import InternetMessage

/// A name by which one message refers to another.
package enum MessageName: Hashable, Sendable {
  /// A Message-ID.
  case id(MessageID)
  /// The 22 bytes that the Thread-Index fields of a conversation share.
  case thread([UInt8])
  /// A tracking token, its letters upper-cased.
  case token(String)

  /// The names by which others may refer to a message.
  ///
  /// No policy is known yet: all that may be a token of some organization counts as one.
  package static func all(of header: MessageHeader) -> [MessageName] {
    var names: [MessageName] = []
    if let id = header.messageID { names.append(.id(id)) }
    if let thread = header.threadIndex { names.append(.thread(Array(thread.base))) }
    let tokens = TrackingToken.candidates(in: header.subject ?? "", atMost: maxTokens)
    return names + tokens.map { .token($0) }
  }

  /// What a message names of those that it may answer, whatever a policy says of it.
  package static func answered(by header: MessageHeader) -> [MessageName] {
    let ids =
      header.inReplyTo.prefix(Correlator.maxIDs) + header.references.suffix(Correlator.maxIDs)
    let names = Set(ids).subtracting([header.messageID].compactMap { $0 }).map { Self.id($0) }
    return names + all(of: header).filter { if case .id = $0 { false } else { true } }
  }

  // A subject has one; a long one may have thousands of words with numbers.
  private static let maxTokens = 16
}

extension Correlator {
  /// What a message names of the mail that it may answer, as far as the policy counts it.
  package func names(in facts: MessageFacts) -> [MessageName] {
    let header = facts.header
    let subject = header.subject ?? ""
    guard policy.isEnabled,
      policy.forwardsAreReplies || !Self.isForward(header, subject: SubjectLine(subject))
    else { return [] }
    var names: [MessageName] = []
    if policy.usesHeaders {
      names = MessageName.answered(by: header).filter {
        if case .token = $0 { false } else { true }
      }
    }
    if policy.usesTokens, let token = TrackingToken.find(in: subject, policy: policy) {
      names.append(.token(token))
    }
    return names
  }
}
