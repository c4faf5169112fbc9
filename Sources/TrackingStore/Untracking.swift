import Tracking

/// What untracking a message did.
public enum Untracking: Sendable, Hashable {
  /// The copy is gone: its owner untracked it.
  case deleted
  /// The copy stays, it is another user's; the acting user's delivery is gone.
  case deliveryRemoved
  /// The copy stays, and no delivery of the acting user's was there.
  case nothing
}
