/// An organization's settings for correlation (`email-message-filtering-correlation`).
public struct CorrelationPolicy: Sendable, Hashable {
  /// The master switch.
  public var isEnabled = true
  /// Whether In-Reply-To, References and Thread-Index count.
  public var usesHeaders = true
  /// Whether tracking tokens count.
  public var usesTokens = true
  /// The token prefixes in use now and before, the present one first.
  public var tokenPrefixes = ["CRM:"]
  /// How many digits may follow a prefix, the present number first.
  public var tokenDigits = [7]
  /// Whether smart matching is tried.
  public var usesSmartMatching = false
  /// How many words of a subject smart matching compares.
  public var smartMatchingWords = 20
  /// By how many words the subjects may differ.
  public var smartMatchingDelta = 0
  /// How many external addresses must be equal.
  public var smartMatchingAddresses = 2
  /// How many days back smart matching looks.
  public var smartMatchingDays = 90
  /// Whether a forwarded message answers the one that it forwards.
  public var forwardsAreReplies = false
  /// Whether an id or token counts only where an external participant of the conversation takes
  /// part in the message.
  public var requiresKnownParticipant = true

  /// The defaults.
  public init() {}
}
