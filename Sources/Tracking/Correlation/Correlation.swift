/// What a message answers, and how that was found.
public struct Correlation: Sendable, Hashable {
  /// The tracked copy that it answers.
  public let copy: CopyID
  /// How it was found.
  public let method: CorrelationMethod
  /// The conversation of that copy.
  public let conversation: Int64
  /// The owner of that copy.
  public let owner: Int64
  /// Whether the subjects differ once reply prefixes and tokens are taken off (Dynamics
  /// `correlatedsubjectchanged`).
  public let isSubjectChanged: Bool

  /// Makes a correlation.
  public init(
    copy: CopyID, method: CorrelationMethod, conversation: Int64, owner: Int64,
    isSubjectChanged: Bool
  ) {
    self.copy = copy
    self.method = method
    self.conversation = conversation
    self.owner = owner
    self.isSubjectChanged = isSubjectChanged
  }
}
