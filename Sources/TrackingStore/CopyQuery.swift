import InternetMessage
import Tracking

/// Which copies to list.
public struct CopyQuery: Sendable {
  /// With one of these participants.
  public var participant: AddrSpec?
  /// Regarding this record.
  public var regarding: RecordReference?
  /// Of this conversation.
  public var conversation: Int64?
  /// Of this direction.
  public var direction: Direction?
  /// Only what belongs to this user or came through one of the user's mailboxes.
  public var visibleTo: OrganizationUser?
  /// At most so many.
  public var limit = 50
  /// After so many.
  public var offset = 0

  /// All copies.
  public init() {}
}
