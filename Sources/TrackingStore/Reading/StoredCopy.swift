import GRDB
import InternetMessage
import Tracking

/// A tracked copy as it is read from a store, without its bytes.
package struct StoredCopy: Sendable {
  /// Its number.
  package let id: CopyID
  /// Which way it went.
  package let direction: Direction
  /// The Message-ID without brackets.
  package let messageID: String?
  /// The subject.
  package let subject: String
  /// The sender's display name.
  package let senderName: String?
  /// The sender's address.
  package let senderAddress: String?
  /// Seconds since 1970: the Date field, or where there is none, when it was first seen.
  package let sentAt: Int64
  /// The zone of the Date field in minutes east of UTC; `nil` where there is no date.
  package let zone: Int?
  /// When it was tracked, in seconds since 1970.
  package let trackedAt: Int64
  /// The length of the message in bytes.
  package let size: Int
  /// Whether only header and beginning are stored.
  package let isTruncated: Bool
  /// Its conversation.
  package let conversation: ConversationID
  /// The owner's address.
  package let owner: String
  /// Why this owner.
  package let ownerReason: String
  /// The record it belongs to, `type:id`.
  package let regarding: String?
  /// Who set that.
  package let regardingSource: String?
  /// The copy that it answers.
  package let answers: CopyID?
  /// The other copies that it answers: who answers several messages at once names all of them.
  package let alsoAnswers: [CopyID]
  /// Whether its subject is another than that of the copy it answers.
  package let isSubjectChanged: Bool
  /// How that was found.
  package let correlation: CorrelationMethod?
  /// The organization's reason.
  package let reason: ReasonCode?
  /// The rule that asked for tracking.
  package let rule: String?
  /// Whether a person tracked it by hand.
  package let isManual: Bool
  /// Why it is tracked, in words.
  package let explanation: String
  /// Sender and recipients.
  package let participants: [StoredParticipant]
  /// What was attached.
  package let attachments: [Attachment]
  /// The mailboxes it was seen in.
  package let deliveries: [StoredDelivery]
  /// Other copies with the same Message-ID.
  package let related: [CopyID]
}

/// One copy in one mailbox.
package struct StoredDelivery: Sendable, Hashable {
  /// The address of the mailbox's owner.
  package let mailbox: String
  /// The reverse-path; empty for `<>`.
  package let envelopeSender: String?
  /// The forward-path.
  package let envelopeRecipient: String?
  /// The mailbox's path, where it was found in one.
  package let folder: String?
  /// The file's unique name there.
  package let fileName: String?
  /// Seconds since 1970.
  package let firstSeenAt: Int64
  /// Seconds since 1970.
  package let lastSeenAt: Int64
  /// How often.
  package let timesSeen: Int
}

/// A participant of a tracked copy.
package struct StoredParticipant: Sendable, Hashable {
  /// `from`, `sender`, `to`, `cc`, `bcc` or `envelope`.
  package let role: String
  /// The display name.
  package let name: String?
  /// The address.
  package let address: String
  /// Whether neither colleague nor this side.
  package let isExternal: Bool
  /// The records that the address belongs to, `type:id`, in order of precedence.
  package let records: [String]
}

/// The ids by which a copy is joined to others that name the same ones.
enum StoredReferences {
  // The nearest ancestors are enough, and a message may name thousands.
  private static let most = 50

  /// The ids of In-Reply-To and References, each once, the nearest first.
  static func ids(of header: MessageHeader) -> [MessageID] {
    var seen: Set<MessageID> = []
    let nearest = header.inReplyTo.prefix(most) + header.references.suffix(most).reversed()
    return nearest.filter { seen.insert($0).inserted && $0 != header.messageID }
  }
}

/// The record that a conversation is about.
enum StoredRegarding {
  /// What a conversation has, and who said so.
  static func ofConversation(
    _ id: ConversationID, in db: Database
  ) throws -> CopyDraft.Regarding? {
    let row = try Row.fetchOne(
      db.cachedStatement(
        sql: """
          SELECT regarding_type, regarding_id, regarding_source FROM conversation WHERE id = ?
          """),
      arguments: [id])
    guard let row, let type: String = row[0], let record: String = row[1],
      let word: String = row[2], let source = CopyDraft.Regarding.Source(rawValue: word)
    else { return nil }
    return CopyDraft.Regarding(record: RecordReference(type: type, id: record), source: source)
  }

  /// What a copy inherits of the message that it answers, and of its conversation.
  struct Legacy {
    /// The record; `nil` where a hand said that there is none.
    let record: RecordReference?
    /// Whether a hand said so.
    let isByHand: Bool
  }

  // Who answers far down has the record of all between, too.
  private static let maxAncestors = 200

  /// What a copy inherits; `nil` where nobody said anything.
  ///
  /// The nearest message above it of which a hand said something comes first, then what a hand said of
  /// the whole conversation, the record of the nearest message above, and that of the conversation:
  /// who answers one of two messages has the record of that one.
  static func inherited(
    answering answered: CopyID?, in conversation: ConversationID, in db: Database
  ) throws -> Legacy? {
    let statement = try db.cachedStatement(
      sql: """
        SELECT regarding_type, regarding_id, regarding_source, answers FROM copy
          WHERE id = ? AND conversation = ?
        """)
    var nearest: RecordReference?
    var next = answered
    var steps = 0
    while let id = next, steps < maxAncestors,
      let row = try Row.fetchOne(statement, arguments: [id, conversation])
    {
      let type: String? = row[0]
      let record = type.flatMap { type in
        (row[1] as String?).map { RecordReference(type: type, id: $0) }
      }
      let source = (row[2] as String?).flatMap(CopyDraft.Regarding.Source.init(rawValue:))
      if source == .manual { return Legacy(record: record, isByHand: true) }
      nearest = nearest ?? record
      if source == .rule { break }
      next = row[3]
      steps += 1
    }
    let whole = try ofConversation(conversation, in: db)
    if let whole, whole.source == .manual { return Legacy(record: whole.record, isByHand: true) }
    return (nearest ?? whole?.record).map { Legacy(record: $0, isByHand: false) }
  }

  /// Gives a conversation a record, unless it has one from as strong a source.
  static func offer(
    _ regarding: CopyDraft.Regarding, toConversation id: ConversationID, in db: Database
  ) throws {
    if let present = try ofConversation(id, in: db), rank(present) <= rank(regarding) { return }
    try db.execute(
      sql: """
        UPDATE conversation SET regarding_type = ?, regarding_id = ?, regarding_source = ?
          WHERE id = ?
        """,
      arguments: [
        regarding.record.type, regarding.record.id, regarding.source.rawValue, id,
      ])
  }

  private static func rank(_ regarding: CopyDraft.Regarding) -> Int {
    CopyDraft.Regarding.Source.allCases.firstIndex(of: regarding.source) ?? Int.max
  }
}
