import InternetMessage

/// Which copies to list.
package struct CopyQuery: Sendable {
  /// With one of these participants.
  package var participant: AddrSpec?
  /// Regarding this record.
  package var regarding: RecordReference?
  /// Regarding this record, or with one of its addresses among the participants.
  package var record: RecordReference?
  /// Of this conversation.
  package var conversation: ConversationID?
  /// Of this direction.
  package var direction: Direction?
  /// Sent then or later, in seconds since 1970.
  package var since: Int64?
  /// Sent before, in seconds since 1970.
  package var until: Int64?
  /// What a search finds; words only of copies that are indexed, see `LocalState.indexMarked`.
  package var search: SearchQuery?
  /// Only what belongs to this user or came through one of the user's mailboxes.
  package var visibleTo: OrganizationUser?
  /// Whether copies are left out of which a store of an organization elsewhere knows no more than what
  /// answers them.
  package var leavesOutKnown = false
  /// Whether these are found, too.
  package var includesKnown = false
  /// At most so many.
  package var limit = 50
  /// After so many.
  package var offset = 0
  /// Whether the oldest comes first, not the newest.
  package var isOldestFirst = false
  /// Whether those come first in which the words of `search` weigh most; words of a subject weigh
  /// more than those of a text.
  package var isByRelevance = false

  /// All copies.
  package init() {}
}

/// What a list shows of a copy.
package struct CopySummary: Sendable, Hashable {
  /// Its number.
  package let id: CopyID
  /// Which way it went.
  package let direction: Direction
  /// The sender's address.
  package let senderAddress: String?
  /// The sender's display name.
  package let senderName: String?
  /// The first recipient's address.
  package let recipientAddress: String?
  /// The first recipient's display name.
  package let recipientName: String?
  /// Seconds since 1970.
  package let sentAt: Int64
  /// The record it belongs to, `type:id`.
  package let regarding: String?
  /// What that record is called.
  package let regardingName: String?
  /// The subject.
  package let subject: String

  /// Makes a line of a list.
  package init(
    id: CopyID, direction: Direction, senderAddress: String?, senderName: String? = nil,
    recipientAddress: String?, recipientName: String? = nil, sentAt: Int64, regarding: String?,
    regardingName: String? = nil, subject: String
  ) {
    self.id = id
    self.direction = direction
    self.senderAddress = senderAddress
    self.senderName = senderName
    self.recipientAddress = recipientAddress
    self.recipientName = recipientName
    self.sentAt = sentAt
    self.regarding = regarding
    self.regardingName = regardingName
    self.subject = subject
  }
}
