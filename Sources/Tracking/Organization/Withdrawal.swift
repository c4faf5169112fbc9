/// What `forget` or `prune` takes away, or would.
package struct Withdrawal: Sendable, Equatable {
  /// Copies, with all that belongs to them.
  package var copies = 0
  /// Deliveries of other copies whose envelope named the address.
  package var envelopes = 0
  /// Refused questions.
  package var questions = 0
  /// Records that have the address.
  package var records = 0

  /// What other mail says of appointments and tasks that the address takes part in.
  package var calendarEntries = 0

  /// Copies whose header is longer than is read, and might name the address where it was not.
  package var unreadHeaders = 0

  /// Nothing.
  package init() {}

  /// Adds what is found elsewhere.
  package mutating func add(_ other: Withdrawal) {
    copies += other.copies
    envelopes += other.envelopes
    questions += other.questions
    records += other.records
    calendarEntries += other.calendarEntries
    unreadHeaders += other.unreadHeaders
  }

  /// Whether there is nothing to take away.
  package var isEmpty: Bool {
    copies + envelopes + questions + records + calendarEntries == 0
  }
}

/// What untracking a message did.
package enum Untracking: Sendable, Hashable {
  /// The copy is gone: its owner untracked it.
  case deleted
  /// The copy stays, it is another user's; the acting user's delivery is gone.
  case deliveryRemoved
  /// The copy stays, and no delivery of the acting user's was there.
  case nothing
}

/// What became of a conversation that was to be parted.
package enum Parting: Sendable, Hashable {
  /// So many messages are a conversation of their own now.
  case parted(Int)
  /// All of the conversation answers the message: there is nothing to part it from.
  case nothingToPart
}
