/// How a message was found to answer a tracked one (Dynamics `correlationmethod`), in the order in
/// which the methods are tried.
public enum CorrelationMethod: String, Sendable, CaseIterable {
  /// The In-Reply-To field names its Message-ID.
  case inReplyTo = "in-reply-to"
  /// The References field names its Message-ID. Dynamics does not look there.
  case references
  /// The subject holds its tracking token.
  case trackingToken = "tracking-token"
  /// Its Thread-Index begins with the same 22 bytes.
  case threadIndex = "thread-index"
  /// Equal words in the subject and enough equal addresses: a guess.
  case smartMatching = "smart-matching"

  /// Dynamics' value; References counts as the header method, 3.
  public var code: Int {
    switch self {
    case .inReplyTo, .references: 3
    case .trackingToken: 4
    case .threadIndex: 5
    case .smartMatching: 6
    }
  }
}
