/// An organization's verdict on a message.
package enum Decision: Sendable, Equatable {
  /// A copy is to be stored.
  case accepted(Acceptance)
  /// No copy is to be stored. The verdict in words holds no part of the message.
  case refused(ReasonCode, explanation: String)
  /// The organization cannot say yet: the message waits, and it is asked again. The reason in words
  /// holds no part of the message.
  case deferred(explanation: String)

  /// What goes with a yes.
  package struct Acceptance: Sendable, Equatable {
    /// The reason.
    package let code: ReasonCode
    /// The user whose filter accepted it (Dynamics `acceptingentityid`); `nil` where it was tracked
    /// by rule or by hand.
    package let acceptingUser: UserID?
    /// The user to whom the copy is to belong.
    package let owner: Ownership
    /// The verdict in words that hold no part of the message.
    package let explanation: String
    /// The record that the copy belongs to, where the organization names one.
    package var regarding: RecordReference?

    /// Makes an acceptance.
    package init(
      code: ReasonCode, acceptingUser: UserID? = nil, owner: Ownership, explanation: String
    ) {
      self.code = code
      self.acceptingUser = acceptingUser
      self.owner = owner
      self.explanation = explanation
    }
  }
}

/// Why an organization accepted or refused a message: the codes of Dynamics'
/// `CheckIncomingEmailResponse.ReasonCode`.
///
/// An organization elsewhere may know more of them than this version: a code without a name is kept
/// as the number that it is.
package struct ReasonCode: RawRepresentable, Hashable, Sendable {
  package let rawValue: Int

  package init(rawValue: Int) { self.rawValue = rawValue }

  /// Refused for a reason that Dynamics has no code for: the organization's own refuse list.
  package static let unknown = ReasonCode(rawValue: -1)
  /// The organization has this message already.
  package static let duplicate = ReasonCode(rawValue: 0)
  /// No recipient's filter accepts it.
  package static let noCorrelationMatch = ReasonCode(rawValue: 1)
  /// It answers a tracked message.
  package static let correlationMatch = ReasonCode(rawValue: 2)
  /// No recipient is a user of the organization.
  package static let noRecipientMatch = ReasonCode(rawValue: 3)
  /// Internal mail whose other copy is tracked already.
  package static let internalEmailReject = ReasonCode(rawValue: 4)
  /// The sender (of outgoing mail: a recipient) is a record of the organization.
  package static let senderMatch = ReasonCode(rawValue: 5)
  /// A recipient accepts everything.
  package static let acceptAll = ReasonCode(rawValue: 6)
  /// There is no usable sender.
  package static let invalidSender = ReasonCode(rawValue: 7)

  /// The codes that have a name, in the order of their numbers.
  package static let named: [ReasonCode] = [
    .unknown, .duplicate, .noCorrelationMatch, .correlationMatch, .noRecipientMatch,
    .internalEmailReject, .senderMatch, .acceptAll, .invalidSender,
  ]

  /// Dynamics' name of the code, such as `NoCorrelationMatch`; of another code `Reason` and its
  /// number.
  package var name: String {
    switch self {
    case .unknown: "Unknown"
    case .duplicate: "Duplicate"
    case .noCorrelationMatch: "NoCorrelationMatch"
    case .correlationMatch: "CorrelationMatch"
    case .noRecipientMatch: "NoRecipientMatch"
    case .internalEmailReject: "InternalEmailReject"
    case .senderMatch: "SenderMatch"
    case .acceptAll: "AcceptAll"
    case .invalidSender: "InvalidSender"
    default: "Reason\(rawValue)"
    }
  }

  /// Whether a message for which one of the named codes is given is stored.
  package var accepts: Bool {
    [.correlationMatch, .senderMatch, .acceptAll].contains(self)
  }
}
