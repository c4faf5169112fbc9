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
    var found: CopyDraft.Regarding?
    try db.forEachRow(
      "SELECT regarding_type, regarding_id, regarding_source FROM conversation WHERE id = ?"
    ) {
      $0.add(id)
    } _: { row in
      guard let type = row.text(0), let record = row.text(1),
        let source = row.text(2).flatMap(CopyDraft.Regarding.Source.init(rawValue:))
      else { return false }
      found = CopyDraft.Regarding(record: RecordReference(type: type, id: record), source: source)
      return false
    }
    return found
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
    // Where no hand said anything, the nearest has it from those above it.
    let isHandMade = try db.findsAny(
      "SELECT 1 FROM copy WHERE conversation = ? AND regarding_source = 'manual' LIMIT 1"
    ) { $0.add(conversation) }
    let most = isHandMade ? maxAncestors : 1
    var nearest: RecordReference?
    var next = answered
    var steps = 0
    while let id = next, steps < most, let copy = try stored(id, in: conversation, in: db) {
      if copy.source == .manual { return Legacy(record: copy.record, isByHand: true) }
      nearest = nearest ?? copy.record
      if copy.source == .rule || copy.source == .organization { break }
      next = copy.answers
      steps += 1
    }
    let whole = try ofConversation(conversation, in: db)
    if let whole, whole.source == .manual { return Legacy(record: whole.record, isByHand: true) }
    return (nearest ?? whole?.record).map { Legacy(record: $0, isByHand: false) }
  }

  /// What a copy of a conversation has, who said so, and which copy it answers; `nil` where it is not in it.
  private static func stored(
    _ id: CopyID, in conversation: ConversationID, in db: Database
  ) throws -> (record: RecordReference?, source: CopyDraft.Regarding.Source?, answers: CopyID?)? {
    var found: (record: RecordReference?, source: CopyDraft.Regarding.Source?, answers: CopyID?)?
    try db.forEachRow(
      """
      SELECT regarding_type, regarding_id, regarding_source, answers FROM copy
        WHERE id = ? AND conversation = ?
      """
    ) {
      $0.add(id)
      $0.add(conversation)
    } _: { row in
      let record = row.text(0).flatMap { type in
        row.text(1).map { RecordReference(type: type, id: $0) }
      }
      found = (
        record, row.text(2).flatMap(CopyDraft.Regarding.Source.init(rawValue:)),
        // No key is 0.
        row.integer(3) == 0 ? nil : CopyID(row.integer(3))
      )
      return false
    }
    return found
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
