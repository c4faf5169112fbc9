import InternetMessage
import System
import Tracking

/// What an organization in PostgreSQL is told of a message that it accepted: `crm.deliver`.
///
/// Beside it the bytes go as they are; all texts are without U+0000.
struct PostgreSQLFacts: Encodable {
  private struct Participant: Encodable {
    let role: String
    let name: String?
    let address: PostgreSQLAddress
    let isExternal: Bool

    enum CodingKeys: String, CodingKey {
      case role, name, address
      case isExternal = "is_external"
    }
  }

  private struct File: Encodable {
    let number: Int
    let name: String?
    let mediaType: String
    let size: Int

    enum CodingKeys: String, CodingKey {
      case number, name, size
      case mediaType = "media_type"
    }
  }

  private struct Regarding: Encodable {
    let type: String
    let id: String
    let source: String
  }

  private let question: PostgreSQLQuestion
  private let key: String
  private let token: String?
  private let threadIndex: String?
  private let references: [String]
  private let participants: [Participant]
  private let attachments: [File]
  private let sentAt: Int64
  private let zone: Int?
  private let trackedAt: Int64
  private let seenAt: Int64
  private let size: Int
  private let storedSize: Int
  private let isTruncated: Bool
  private let rule: String?
  private let isManual: Bool
  private let correlation: String?
  private let isSubjectChanged: Bool?
  private let joins: Bool
  private let regarding: Regarding?
  private let envelopeSender: String?
  private let envelopeRecipient: String?

  enum CodingKeys: String, CodingKey {
    case question, key, token, references, participants, attachments, zone, size, rule, correlation
    case joins, regarding
    case threadIndex = "thread_index"
    case sentAt = "sent_at"
    case trackedAt = "tracked_at"
    case seenAt = "seen_at"
    case storedSize = "stored_size"
    case isTruncated = "is_truncated"
    case isManual = "is_manual"
    case isSubjectChanged = "is_subject_changed"
    case envelopeSender = "envelope_sender"
    case envelopeRecipient = "envelope_recipient"
  }

  /// So many participants are told; the bytes have them all.
  private static let maxParticipants = 5_000
  /// So many attachments are told; the bytes have them all.
  private static let maxAttachments = 1_000
  /// So many ids from each end of References are told.
  private static let maxReferences = 50

  /// Tells a copy.
  ///
  /// - Parameters:
  ///   - delivery: The copy.
  ///   - question: What was asked about it.
  ///   - storedSize: How many bytes come with it.
  init(_ delivery: RemoteDelivery, question: RemoteQuestion, storedSize: Int) {
    let draft = delivery.draft
    let header = draft.header
    self.question = PostgreSQLQuestion(question)
    key = draft.key.description
    token = draft.token.map(PostgreSQLText.plain)
    threadIndex = header.threadIndex.map { Hexadecimal.text($0.bytes) }
    var seen: Set<MessageID> = []
    let named =
      draft.joinsConversations
      ? header.inReplyTo.prefix(Self.maxReferences)
        + header.references.suffix(Self.maxReferences).reversed() : []
    references = named.filter { seen.insert($0).inserted && $0 != header.messageID }
      .map { PostgreSQLText.plain($0.value) }.filter(PostgreSQLText.isKey)
    participants = draft.participants.filter {
      PostgreSQLText.isKey($0.mailbox.address.comparisonKey)
    }.prefix(Self.maxParticipants).map {
      Participant(
        role: $0.role.rawValue, name: $0.mailbox.displayName.map(PostgreSQLText.plain),
        address: PostgreSQLAddress($0.mailbox.address), isExternal: $0.isExternal)
    }
    attachments = draft.attachments.prefix(Self.maxAttachments).map {
      File(
        number: $0.number, name: $0.name.map(PostgreSQLText.plain),
        mediaType: PostgreSQLText.plain($0.mediaType), size: $0.size)
    }
    sentAt = header.credibleDate?.secondsSince1970 ?? draft.delivery.seenAt
    zone = header.credibleDate?.zoneMinutes
    // When it came, as in a store here: 'prune' goes by that, and when the copy was made the server says.
    trackedAt = draft.delivery.seenAt
    seenAt = draft.delivery.seenAt
    size = draft.size
    self.storedSize = storedSize
    isTruncated = draft.isTruncated
    rule = draft.grounds.rule.map(PostgreSQLText.plain)
    isManual = draft.grounds.isManual
    correlation = draft.correlation?.method.rawValue
    isSubjectChanged = draft.correlation?.isSubjectChanged
    joins = draft.joinsConversations
    regarding = draft.regarding.map {
      Regarding(
        type: PostgreSQLText.plain($0.record.type), id: PostgreSQLText.plain($0.record.id),
        source: $0.source.rawValue)
    }
    envelopeSender = draft.delivery.envelopeSender.map(PostgreSQLText.plain)
    envelopeRecipient = draft.delivery.envelopeRecipient.map {
      PostgreSQLText.plain($0.description)
    }
  }
}
