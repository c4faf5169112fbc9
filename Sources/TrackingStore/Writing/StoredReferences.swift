import GRDB
import InternetMessage
import Tracking

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
    // Where no hand said anything, the nearest has it from those above it.
    let isHandMade = try db.findsAny(
      "SELECT 1 FROM copy WHERE conversation = ? AND regarding_source = 'manual' LIMIT 1"
    ) { $0.add(conversation) }
    let most = isHandMade ? maxAncestors : 1
    var nearest: RecordReference?
    var next = answered
    var steps = 0
    while let id = next, steps < most,
      let row = try Row.fetchOne(statement, arguments: [id, conversation])
    {
      let type: String? = row[0]
      let record = type.flatMap { type in
        (row[1] as String?).map { RecordReference(type: type, id: $0) }
      }
      let source = (row[2] as String?).flatMap(CopyDraft.Regarding.Source.init(rawValue:))
      if source == .manual { return Legacy(record: record, isByHand: true) }
      nearest = nearest ?? record
      if source == .rule || source == .organization { break }
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
