import InternetMessage

/// A tracked copy as correlation sees it.
public struct IndexedCopy: Sendable, Hashable {
  /// The copy.
  public let id: CopyID
  /// Its conversation.
  public let conversation: Int64
  /// Its owner.
  public let owner: Int64
  /// Its direction.
  public let direction: Direction
  /// Its subject.
  public let subject: String
  /// Its Message-ID.
  public let messageID: MessageID?

  /// Makes one.
  public init(
    id: CopyID, conversation: Int64, owner: Int64, direction: Direction, subject: String,
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
