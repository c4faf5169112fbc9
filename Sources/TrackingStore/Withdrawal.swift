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

  /// Copies whose header is longer than is read, and might name the address where it was not.
  public var unreadHeaders = 0

  /// Nothing.
  public init() {}

  /// Adds what is found elsewhere.
  public mutating func add(_ other: Withdrawal) {
    copies += other.copies
    envelopes += other.envelopes
    questions += other.questions
    records += other.records
    unreadHeaders += other.unreadHeaders
  }

  /// Whether there is nothing to take away.
  public var isEmpty: Bool { copies + envelopes + questions + records == 0 }
}
