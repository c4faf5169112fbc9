/// What became of a copy that was handed to an organization.
public struct DeliveryReceipt: Sendable, Equatable {
  /// The outcomes.
  public enum Outcome: String, Sendable {
    /// A new copy was made.
    case created
    /// The copy was there; the delivery is new.
    case delivered
    /// The copy and the delivery were there; it was seen once more.
    case seenAgain = "seen-again"
    /// The message was untracked, forgotten or pruned before: nothing was stored.
    case withdrawn
  }

  /// The copy; `nil` where nothing was stored.
  public let copy: CopyID?
  /// What happened.
  public let outcome: Outcome

  /// Makes a receipt.
  public init(copy: CopyID?, outcome: Outcome) {
    self.copy = copy
    self.outcome = outcome
  }
}
