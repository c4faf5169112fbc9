import InternetMessage

/// The index of tracked mail against which a message is correlated.
public protocol TrackedMail {
  /// The copies with a Message-ID, newest first, at most 20.
  func copies(withMessageID id: MessageID) throws -> [IndexedCopy]

  /// The copies whose subject holds a token, newest first, at most 20.
  func copies(withToken token: String) throws -> [IndexedCopy]

  /// The copies whose Thread-Index has the given 22 bytes first, newest first, at most 20.
  func copies(withThreadIndexBase base: ArraySlice<UInt8>) throws -> [IndexedCopy]

  /// The copies since `since` (seconds since 1970, when this side first saw them) that share at
  /// least `count` of the given external addresses, newest first, at most 200.
  func copies(sharing count: Int, of addresses: [AddrSpec], since: Int64) throws -> [IndexedCopy]

  /// Whether one of the addresses is an external participant of a conversation.
  func conversation(_ id: Int64, hasExternalParticipantAmong addresses: [AddrSpec]) throws -> Bool

  /// The copy of this very message with a direction.
  func copy(withKey key: MessageKey, direction: Direction) throws -> IndexedCopy?

  /// Whether this message was untracked, forgotten or pruned.
  func isWithdrawn(_ key: MessageKey) throws -> Bool

  /// Whether a message answers one whose conversation was untracked as a whole.
  func isConversationWithdrawn(_ header: MessageHeader) throws -> Bool
}
