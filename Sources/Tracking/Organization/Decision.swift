/// An organization's verdict on a message.
package struct Decision: Sendable, Equatable {
  /// The reason.
  package let code: ReasonCode
  /// Whether the message is to be stored.
  package let isAccepted: Bool
  /// The user whose filter accepted it (Dynamics `acceptingentityid`); `nil` where it was tracked
  /// by rule or by hand, or refused.
  package let acceptingUser: UserID?
  /// The user to whom the copy is to belong; `nil` where it is refused.
  package let owner: Ownership?
  /// Whether the organization wants the question kept although it refuses.
  package var isToBeLogged = false
  /// The verdict in words that hold no part of the message.
  package let explanation: String

  /// Makes a verdict.
  package init(
    code: ReasonCode, isAccepted: Bool, acceptingUser: UserID? = nil, owner: Ownership? = nil,
    explanation: String
  ) {
    self.code = code
    self.isAccepted = isAccepted
    self.acceptingUser = acceptingUser
    self.owner = owner
    self.explanation = explanation
  }
}

/// Why an organization accepted or refused a message: the codes of Dynamics'
/// `CheckIncomingEmailResponse.ReasonCode`.
package enum ReasonCode: Int, Sendable, CaseIterable {
  /// Refused for a reason that Dynamics has no code for: the organization's own refuse list.
  case unknown = -1
  /// The organization has this message already.
  case duplicate = 0
  /// No recipient's filter accepts it.
  case noCorrelationMatch = 1
  /// It answers a tracked message.
  case correlationMatch = 2
  /// No recipient is a user of the organization.
  case noRecipientMatch = 3
  /// Internal mail whose other copy is tracked already.
  case internalEmailReject = 4
  /// The sender (of outgoing mail: a recipient) is a record of the organization.
  case senderMatch = 5
  /// A recipient accepts everything.
  case acceptAll = 6
  /// There is no usable sender.
  case invalidSender = 7

  /// Dynamics' name of the code, such as `NoCorrelationMatch`.
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
    }
  }

  /// Whether a message with this code is stored.
  package var accepts: Bool {
    switch self {
    case .correlationMatch, .senderMatch, .acceptAll: true
    case .unknown, .duplicate, .noCorrelationMatch, .noRecipientMatch, .internalEmailReject,
      .invalidSender:
      false
    }
  }
}
