import InternetMessage
import Tracking

/// A tracked copy as it is read from a store, without its bytes.
public struct StoredCopy: Sendable {
  /// Its number.
  public let id: CopyID
  /// Which way it went.
  public let direction: Direction
  /// The Message-ID without brackets.
  public let messageID: String?
  /// The subject.
  public let subject: String
  /// The sender's display name.
  public let senderName: String?
  /// The sender's address.
  public let senderAddress: String?
  /// Seconds since 1970: the Date field, or where there is none, when it was first seen.
  public let sentAt: Int64
  /// The zone of the Date field in minutes east of UTC; `nil` where there is no date.
  public let zone: Int?
  /// When it was tracked, in seconds since 1970.
  public let trackedAt: Int64
  /// The length of the message in bytes.
  public let size: Int
  /// Whether only header and beginning are stored.
  public let isTruncated: Bool
  /// Its conversation.
  public let conversation: Int64
  /// The owner's address.
  public let owner: String
  /// Why this owner.
  public let ownerReason: String
  /// The record it belongs to, `type:id`.
  public let regarding: String?
  /// Who set that.
  public let regardingSource: String?
  /// The copy that it answers.
  public let answers: Int64?
  /// How that was found.
  public let correlation: CorrelationMethod?
  /// The organization's reason.
  public let reason: ReasonCode?
  /// The rule that asked for tracking.
  public let rule: String?
  /// Whether a person tracked it by hand.
  public let isManual: Bool
  /// Why it is tracked, in words.
  public let explanation: String
  /// Sender and recipients.
  public let participants: [StoredParticipant]
  /// What was attached.
  public let attachments: [Attachment]
  /// The mailboxes it was seen in.
  public let deliveries: [StoredDelivery]
  /// Other copies with the same Message-ID.
  public let related: [CopyID]
}
