import InternetMessage
import Mailboxes
import Tracking

/// A tracked copy as JSON.
struct CopyObject: Encodable {
  let copy: TrackedCopy
  /// The readable text, where it was asked for.
  var text: String?
  /// How many messages are above it in its conversation, where that is shown.
  var depth: Int?
  /// Who may read it, where it is shown by itself; then its files are looked for, too.
  var readers: [String]?
  /// The stored bytes in base64, where they were asked for.
  var raw: String?
  /// The header, where it is shown by itself.
  var header: MessageObject?
  /// Its parts, where it is shown by itself.
  var parts: [PartObject]?
  /// The appointments and tasks of which it says something, where it is shown by itself.
  var calendar: [ActivityObject]?

  private enum CodingKeys: String, CodingKey {
    case schema, id, direction, subject, sender, sent, zone, tracked, arrived, size, truncated,
      conversation,
      owner, regarding, answers, correlation, reason, code, rule, manual, explanation, participants,
      deliveries, related, attachments, calendar, parts, text, depth, header, raw
    case messageID = "message_id"
    case senderName = "sender_name"
    case ownerReason = "owner_reason"
    case mayRead = "may_read"
    case regardingName = "regarding_name"
    case regardingSource = "regarding_source"
    case alsoAnswers = "also_answers"
    case subjectChanged = "subject_changed"
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
    let path: String?
    let firstSeen: String
    let lastSeen: String
    let timesSeen: Int

    enum CodingKeys: String, CodingKey {
      case mailbox, folder, file, path
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
    try container.encode(TextOutput.isoDate(copy.arrivedAt), forKey: .arrived)
    try container.encode(copy.size, forKey: .size)
    try container.encode(copy.isTruncated, forKey: .truncated)
    try container.encode(copy.conversation.rawValue, forKey: .conversation)
    try container.encode(copy.owner, forKey: .owner)
    try container.encode(copy.ownerReason, forKey: .ownerReason)
    try container.encode(copy.regarding, forKey: .regarding)
    try container.encode(
      copy.regarding.flatMap { copy.recordNames[$0] }, forKey: .regardingName)
    try container.encode(copy.regardingSource, forKey: .regardingSource)
    try container.encode(copy.answers?.rawValue, forKey: .answers)
    try container.encode(copy.alsoAnswers.map(\.rawValue), forKey: .alsoAnswers)
    try container.encode(copy.isSubjectChanged, forKey: .subjectChanged)
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
    try container.encodeIfPresent(parts, forKey: .parts)
    try container.encodeIfPresent(calendar, forKey: .calendar)
    try container.encodeIfPresent(text, forKey: .text)
    try container.encodeIfPresent(depth, forKey: .depth)
    try container.encodeIfPresent(readers, forKey: .mayRead)
    try container.encodeIfPresent(header, forKey: .header)
    try container.encodeIfPresent(raw, forKey: .raw)
    try container.encode(copy.deliveries.map(delivery), forKey: .deliveries)
    try container.encode(copy.related.map(\.rawValue), forKey: .related)
  }

  private func delivery(_ delivery: TrackedDelivery) -> DeliveryObject {
    // Looking for files takes time, and a list is no place for it.
    let path = delivery.folder.flatMap { folder in
      readers == nil
        ? nil : MessageFinder.find(delivery.fileName, in: MailPath(folder))?.description
    }
    return DeliveryObject(
      mailbox: delivery.mailbox, envelopeSender: delivery.envelopeSender,
      envelopeRecipient: delivery.envelopeRecipient, folder: delivery.folder,
      file: delivery.fileName, path: path, firstSeen: TextOutput.isoDate(delivery.firstSeenAt),
      lastSeen: TextOutput.isoDate(delivery.lastSeenAt), timesSeen: delivery.timesSeen)
  }
}

/// An attachment as JSON.
struct AttachmentObject: Encodable {
  private let part: Int
  private let name: String?
  private let type: String
  private let size: Int

  init(_ attachment: Attachment) {
    part = attachment.number
    name = attachment.name
    type = attachment.mediaType
    size = attachment.size
  }
}

/// The fields of a message as JSON; addresses without names, ids without brackets.
struct MessageObject: Encodable {
  let from: [String]
  let to: [String]
  let cc: [String]
  let bcc: [String]
  let subject: String?
  let messageID: String?
  let inReplyTo: [String]
  let references: [String]
  /// Seconds since 1970, and the writer's zone in minutes east of UTC.
  let date: [Int64]?

  enum CodingKeys: String, CodingKey {
    case from, to, cc, bcc, subject, references, date
    case messageID = "message_id"
    case inReplyTo = "in_reply_to"
  }

  init(_ header: MessageHeader) {
    func texts(_ mailboxes: [Mailbox]) -> [String] { mailboxes.map(\.address.description) }
    from = texts(header.from)
    to = texts(header.to)
    cc = texts(header.cc)
    bcc = texts(header.bcc)
    subject = header.subject
    messageID = header.messageID?.value
    inReplyTo = header.inReplyTo.map(\.value)
    references = header.references.map(\.value)
    date = header.date.map { [$0.secondsSince1970, Int64($0.zoneMinutes)] }
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(from, forKey: .from)
    try container.encode(to, forKey: .to)
    try container.encode(cc, forKey: .cc)
    try container.encode(bcc, forKey: .bcc)
    // A field that is absent is null: each object has all keys.
    try container.encode(subject, forKey: .subject)
    try container.encode(messageID, forKey: .messageID)
    try container.encode(inReplyTo, forKey: .inReplyTo)
    try container.encode(references, forKey: .references)
    try container.encode(date, forKey: .date)
  }
}
