import Tracking
import TrackingStore

/// A tracked copy as JSON.
struct CopyObject: Encodable {
  let copy: StoredCopy
  /// The readable text, where it was asked for.
  var text: String?

  private enum CodingKeys: String, CodingKey {
    case schema, id, direction, subject, sender, sent, zone, tracked, size, truncated, conversation,
      owner, regarding, answers, correlation, reason, code, rule, manual, explanation, participants,
      deliveries, related, attachments, text
    case messageID = "message_id"
    case senderName = "sender_name"
    case ownerReason = "owner_reason"
    case regardingSource = "regarding_source"
  }

  private struct ParticipantObject: Encodable {
    let role: String
    let name: String?
    let address: String
    let external: Bool
    let records: [String]
  }

  private struct DeliveryObject: Encodable {
    let mailbox: String
    let envelopeSender: String?
    let envelopeRecipient: String?
    let folder: String?
    let file: String?
    let firstSeen: String
    let lastSeen: String
    let timesSeen: Int

    enum CodingKeys: String, CodingKey {
      case mailbox, folder, file
      case envelopeSender = "envelope_sender"
      case envelopeRecipient = "envelope_recipient"
      case firstSeen = "first_seen"
      case lastSeen = "last_seen"
      case timesSeen = "times_seen"
    }
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(JSONOutput.schema, forKey: .schema)
    try container.encode(copy.id.rawValue, forKey: .id)
    try container.encode(copy.direction.rawValue, forKey: .direction)
    try container.encode(copy.messageID, forKey: .messageID)
    try container.encode(copy.subject, forKey: .subject)
    try container.encode(copy.senderAddress, forKey: .sender)
    try container.encode(copy.senderName, forKey: .senderName)
    try container.encode(TextOutput.isoDate(copy.sentAt), forKey: .sent)
    try container.encode(copy.zone, forKey: .zone)
    try container.encode(TextOutput.isoDate(copy.trackedAt), forKey: .tracked)
    try container.encode(copy.size, forKey: .size)
    try container.encode(copy.isTruncated, forKey: .truncated)
    try container.encode(copy.conversation, forKey: .conversation)
    try container.encode(copy.owner, forKey: .owner)
    try container.encode(copy.ownerReason, forKey: .ownerReason)
    try container.encode(copy.regarding, forKey: .regarding)
    try container.encode(copy.regardingSource, forKey: .regardingSource)
    try container.encode(copy.answers, forKey: .answers)
    try container.encode(copy.correlation?.rawValue, forKey: .correlation)
    try container.encode(copy.reason?.name, forKey: .reason)
    try container.encode(copy.reason?.rawValue, forKey: .code)
    try container.encode(copy.rule, forKey: .rule)
    try container.encode(copy.isManual, forKey: .manual)
    try container.encode(copy.explanation, forKey: .explanation)
    try container.encode(
      copy.participants.map {
        ParticipantObject(
          role: $0.role, name: $0.name, address: $0.address, external: $0.isExternal,
          records: $0.records)
      }, forKey: .participants)
    try container.encode(copy.attachments.map(AttachmentObject.init), forKey: .attachments)
    try container.encodeIfPresent(text, forKey: .text)
    try container.encode(copy.deliveries.map(Self.delivery), forKey: .deliveries)
    try container.encode(copy.related.map(\.rawValue), forKey: .related)
  }

  private static func delivery(_ delivery: StoredDelivery) -> DeliveryObject {
    DeliveryObject(
      mailbox: delivery.mailbox, envelopeSender: delivery.envelopeSender,
      envelopeRecipient: delivery.envelopeRecipient, folder: delivery.folder,
      file: delivery.fileName, firstSeen: TextOutput.isoDate(delivery.firstSeenAt),
      lastSeen: TextOutput.isoDate(delivery.lastSeenAt), timesSeen: delivery.timesSeen)
  }
}
