import InternetMessage

/// The index of tracked mail against which a message is correlated.
package protocol TrackedMail {
  /// The copies with a Message-ID, newest first, at most 20.
  func copies(withMessageID id: MessageID) throws -> [IndexedCopy]

  /// The copies whose subject holds a token, newest first, at most 20.
  func copies(withToken token: String) throws -> [IndexedCopy]

  /// The copies whose Thread-Index has the given 22 bytes first, newest first, at most 20.
  func copies(withThreadIndexBase base: ArraySlice<UInt8>) throws -> [IndexedCopy]

  /// The copies since `since` (seconds since 1970, when this side first saw them) that share at
  /// least `count` of the given external addresses, newest first, at most 200.
  func copies(sharing count: Int, of addresses: [AddrSpec], since: Int64) throws -> [IndexedCopy]

  /// How a conversation knows one of the addresses; `nil` where all of them are strangers to it.
  func conversation(
    _ id: ConversationID, knows addresses: [AddrSpec], as known: KnownParticipant
  ) throws -> KnownParticipant.Basis?

  /// Whether a message answers one whose conversation was untracked as a whole.
  func isConversationWithdrawn(_ header: MessageHeader) throws -> Bool
}

/// A tracked copy as correlation sees it.
package struct IndexedCopy: Sendable, Hashable {
  /// The copy.
  package let id: CopyID
  /// Its conversation.
  package let conversation: ConversationID
  /// Its owner.
  package let owner: UserID
  /// Its direction.
  package let direction: Direction
  /// Its subject.
  package let subject: String
  /// Its Message-ID.
  package let messageID: MessageID?

  /// Makes one.
  package init(
    id: CopyID, conversation: ConversationID, owner: UserID, direction: Direction, subject: String,
    messageID: MessageID?
  ) {
    self.id = id
    self.conversation = conversation
    self.owner = owner
    self.direction = direction
    self.subject = subject
    self.messageID = messageID
  }
}
