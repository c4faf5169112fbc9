import GRDB
import InternetMessage
import Tracking

/// Finds the conversation of a new copy, and makes one of several where the copy shows that they
/// are one: it answers a tracked message, it is the late parent of tracked ones, or it answers the
/// same untracked message as they do.
struct ConversationJoiner {
  let db: Database
  let policy: CorrelationPolicy
  /// What is known of records.
  var cache: StoreCache?

  /// The conversation of a draft, made or joined.
  ///
  /// - Parameters:
  ///   - draft: What is to be stored.
  ///   - present: The conversation of the same message's copy in the other direction.
  /// - Returns: The conversation, and whether it was made.
  /// - Throws: `DatabaseError`.
  func conversation(
    for draft: CopyDraft, besides present: ConversationID?
  ) throws -> (id: ConversationID, isNew: Bool) {
    let external = draft.participants.filter(\.isExternal).map(\.mailbox.address)
    let acquaintance = Acquaintance(db: db, known: policy.knownParticipant, cache: cache)
    // The sender's and the recipient's copies of one message are in one conversation.
    var found = try together(answered(draft.correlation), present)
    if draft.joinsConversations, policy.isEnabled, policy.usesHeaders {
      for id in try relatives(draft) where !found.contains(id) {
        // What a hand parted names the same ids still.
        guard try found.isEmpty || !areParted(found + [id]) else { continue }
        guard
          try policy.knownParticipant == .off || acquaintance.basis(of: external, in: id) != nil
        else { continue }
        found.append(id)
      }
    }
    let isNew = found.isEmpty
    let conversation = try found.min() ?? makeConversation()
    for other in Set(found) where other != conversation { try merge(other, into: conversation) }
    for key in Set(external.map(\.comparisonKey)) {
      try db.run("INSERT OR IGNORE INTO conversation_participant VALUES (?, ?)") {
        $0.add(conversation)
        $0.add(key)
      }
    }
    return (conversation, isNew)
  }

  /// The conversations of the answered message and of the other copy of this one; where a hand parted
  /// them, that copy's.
  private func together(
    _ answered: [ConversationID], _ present: ConversationID?
  ) throws -> [ConversationID] {
    guard let present, !answered.contains(present) else { return answered }
    return try areParted(answered + [present]) ? [present] : answered + [present]
  }

  /// Whether a hand parted one of some conversations from others.
  private func areParted(_ conversations: [ConversationID]) throws -> Bool {
    let statement = try db.cachedStatement(sql: "SELECT is_split FROM conversation WHERE id = ?")
    return try conversations.contains { try Bool.fetchOne(statement, arguments: [$0]) ?? false }
  }

  private func answered(_ correlation: Correlation?) throws -> [ConversationID] {
    guard let correlation else { return [] }
    // The copy's row, not the draft: conversations may have been joined meanwhile.
    return try ids("SELECT conversation FROM copy WHERE id = ?") { $0.add(correlation.copy) }
  }

  /// The conversations of those that name an id that this one names, too, or this one itself.
  ///
  /// Who names an id joined those who named it before: of each, the last some are enough.
  private func relatives(_ draft: CopyDraft) throws -> [ConversationID] {
    // A statement for each: one for all needs a table of its own in memory, which costs more than
    // fifty lookups.
    var found: [ConversationID] = []
    for id in StoredReferences.ids(of: draft.header) {
      found += try ids(Self.nearNamers) { $0.add(id.value) }
    }
    if let id = draft.header.messageID {
      found += try ids(Self.allNamers) { $0.add(id.value) }
    }
    var seen: Set<ConversationID> = []
    return found.filter { seen.insert($0).inserted }
  }

  private static let nearNamers = namers(atMost: 20)
  private static let allNamers = namers(atMost: 1000)

  /// The conversations of the last copies that name an id.
  private static func namers(atMost count: Int) -> String {
    """
    SELECT conversation FROM (
      SELECT copy FROM reference WHERE message_id = ? ORDER BY copy DESC LIMIT \(count)
    ) AS named CROSS JOIN copy ON copy.id = named.copy
    """
  }

  private func ids(
    _ sql: String, _ bind: (inout StatementValues) -> Void
  ) throws -> [ConversationID] {
    var ids: [ConversationID] = []
    try db.forEachRow(sql, bind) { row in
      ids.append(ConversationID(row.integer(0)))
      return true
    }
    return ids
  }

  private func makeConversation() throws -> ConversationID {
    try db.run("INSERT INTO conversation DEFAULT VALUES") { _ in }
    return ConversationID(db.lastInsertedRowID)
  }

  /// Brings all of one conversation into another, which is older.
  private func merge(_ other: ConversationID, into conversation: ConversationID) throws {
    try db.run("UPDATE copy SET conversation = ? WHERE conversation = ?") {
      $0.add(conversation)
      $0.add(other)
    }
    try db.run(
      """
      INSERT OR IGNORE INTO conversation_participant
        SELECT ?, address_key FROM conversation_participant WHERE conversation = ?
      """
    ) {
      $0.add(conversation)
      $0.add(other)
    }
    try db.run("DELETE FROM conversation_participant WHERE conversation = ?") { $0.add(other) }
    if let regarding = try StoredRegarding.ofConversation(other, in: db) {
      try StoredRegarding.offer(regarding, toConversation: conversation, in: db)
    }
    try db.run("DELETE FROM conversation WHERE id = ?") { $0.add(other) }
  }
}
