import InternetMessage
import Tracking

/// Which copies to list.
public struct CopyQuery: Sendable {
  /// With one of these participants.
  public var participant: AddrSpec?
  /// Regarding this record.
  public var regarding: RecordReference?
  /// Regarding this record, or with one of its addresses among the participants.
  public var record: RecordReference?
  /// Of this conversation.
  public var conversation: Int64?
  /// Of this direction.
  public var direction: Direction?
  /// Sent then or later, in seconds since 1970.
  public var since: Int64?
  /// Sent before, in seconds since 1970.
  public var until: Int64?
  /// What a search finds; words only of copies that are indexed, see `Store.indexMarked`.
  public var search: SearchQuery?
  /// Only what belongs to this user or came through one of the user's mailboxes.
  public var visibleTo: OrganizationUser?
  /// At most so many.
  public var limit = 50
  /// After so many.
  public var offset = 0
  /// Whether the oldest comes first, not the newest.
  public var isOldestFirst = false
  /// Whether those come first in which the words of `search` weigh most; words of a subject weigh
  /// more than those of a text.
  public var isByRelevance = false

  /// All copies.
  public init() {}
}
