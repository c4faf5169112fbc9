/// Who counts as known to a conversation: only where such a one takes part does a message that names an
/// id or a token of it belong to it.
package enum KnownParticipant: String, Sendable, CaseIterable {
  /// Anybody does.
  case off
  /// Who has the address of somebody who takes part from outside.
  case address
  /// The same, and who is the same record or one of the same account, or has an address of the same
  /// domain, unless it is a public provider's.
  case company

  /// How somebody was found to be known.
  package enum Basis: String, Sendable, CaseIterable {
    /// By the address.
    case address
    /// By the domain of the address.
    case domain
    /// By the record.
    case record
    /// By the account of the record.
    case account

    /// Who it is, seen from those who take part already.
    package var words: String {
      switch self {
      case .address: "somebody who takes part in that conversation"
      case .domain: "somebody of the same domain as one who takes part in that conversation"
      case .record: "another address of a record that takes part in that conversation"
      case .account: "somebody of the same account as one who takes part in that conversation"
      }
    }
  }
}
