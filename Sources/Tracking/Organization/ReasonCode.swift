/// Why an organization accepted or refused a message: the codes of Dynamics'
/// `CheckIncomingEmailResponse.ReasonCode`.
public enum ReasonCode: Int, Sendable, CaseIterable {
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
  public var name: String {
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
  public var accepts: Bool {
    switch self {
    case .correlationMatch, .senderMatch, .acceptAll: true
    case .unknown, .duplicate, .noCorrelationMatch, .noRecipientMatch, .internalEmailReject,
      .invalidSender:
      false
    }
  }
}
