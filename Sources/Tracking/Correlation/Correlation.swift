/// What a message answers, and how that was found.
package struct Correlation: Sendable, Hashable {
  /// The tracked copy that it answers.
  package let copy: CopyID
  /// How it was found.
  package let method: CorrelationMethod
  /// The conversation of that copy.
  package let conversation: ConversationID
  /// The owner of that copy.
  package let owner: UserID
  /// Whether the subjects differ once reply prefixes and tokens are taken off (Dynamics
  /// `correlatedsubjectchanged`).
  package let isSubjectChanged: Bool

  /// Makes a correlation.
  package init(
    copy: CopyID, method: CorrelationMethod, conversation: ConversationID, owner: UserID,
    isSubjectChanged: Bool
  ) {
    self.copy = copy
    self.method = method
    self.conversation = conversation
    self.owner = owner
    self.isSubjectChanged = isSubjectChanged
  }
}

/// How a message was found to answer a tracked one (Dynamics `correlationmethod`), in the order in
/// which the methods are tried.
package enum CorrelationMethod: String, Sendable, CaseIterable {
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
  package var code: Int {
    switch self {
    case .inReplyTo, .references: 3
    case .trackingToken: 4
    case .threadIndex: 5
    case .smartMatching: 6
    }
  }
}

/// An organization's settings for correlation (`email-message-filtering-correlation`).
package struct CorrelationPolicy: Sendable, Hashable {
  /// The master switch.
  package var isEnabled = true
  /// Whether In-Reply-To, References and Thread-Index count.
  package var usesHeaders = true
  /// Whether tracking tokens count.
  package var usesTokens = true
  /// The token prefixes in use now and before, the present one first.
  package var tokenPrefixes = ["CRM:"]
  /// How many digits may follow a prefix, the present number first.
  package var tokenDigits = [7]
  /// Whether smart matching is tried.
  package var usesSmartMatching = false
  /// How many words of a subject smart matching compares.
  package var smartMatchingWords = 20
  /// By how many words the subjects may differ.
  package var smartMatchingDelta = 0
  /// How many external addresses must be equal.
  package var smartMatchingAddresses = 2
  /// How many days back smart matching looks.
  package var smartMatchingDays = 90
  /// Whether a forwarded message answers the one that it forwards.
  package var forwardsAreReplies = false
  /// Who from outside must take part in a message for an id or token to count.
  package var knownParticipant = KnownParticipant.company

  /// The defaults.
  package init() {}
}
