/// What `forget` or `prune` takes away, or would.
public struct Withdrawal: Sendable, Equatable {
  /// Copies, with all that belongs to them.
  public var copies = 0
  /// Deliveries of other copies whose envelope named the address.
  public var envelopes = 0
  /// Refused questions.
  public var questions = 0
  /// Records that have the address.
  public var records = 0

  /// Nothing.
  public init() {}

  /// Whether there is nothing to take away.
  public var isEmpty: Bool { self == Withdrawal() }
}
