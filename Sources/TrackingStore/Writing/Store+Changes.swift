import Foundation
import GRDB
import InternetMessage
import Tracking

extension Store {
  /// Withdraws a copy: its owner deletes it, anybody else takes away their own delivery only.
  ///
  /// A tombstone keeps the message from being tracked again.
  ///
  /// - Parameters:
  ///   - id: The copy.
  ///   - user: The acting user.
  ///   - now: Seconds since 1970.
  /// - Returns: What was done; `nil` where there is no such copy.
  /// - Throws: `StoreError`.
  package func untrack(
    _ id: CopyID, by user: OrganizationUser, now: Int64
  ) throws -> Untracking? {
    try write { db in
      var emptied: Set<ConversationID> = []
      let result = try Self.untrack(id, by: user, now: now, in: db, &emptied)
      try Self.tidy(emptied, in: db)
      try SearchIndex(db: db).mergeWhereMany()
      return result
    }
  }

  /// Withdraws many copies, each as one is: in turns, other writers come between.
  ///
  /// - Parameters:
  ///   - ids: The copies.
  ///   - user: The acting user.
  ///   - now: Seconds since 1970.
  ///   - progress: Told after each turn how many were looked at.
  /// - Returns: What was done with each that was there.
  /// - Throws: `StoreError`.
  package func untrack(
    _ ids: [CopyID], by user: OrganizationUser, now: Int64, progress: (Int) -> Void
  ) throws -> [CopyID: Untracking] {
    var done: [CopyID: Untracking] = [:]
    try inTurns(ids, progress) { db, turn in
      var emptied: Set<ConversationID> = []
      var count = 0
      for id in turn {
        done[id] = try Self.untrack(id, by: user, now: now, in: db, &emptied)
        count += 1
        if isOverdue { break }
      }
      try Self.tidy(emptied, in: db)
      try SearchIndex(db: db).mergeWhereMany()
      return count
    }
    return done
  }

  /// Says by hand what record many copies belong to, each as of one: in turns, other writers come
  /// between.
  ///
  /// - Parameters:
  ///   - ids: The copies.
  ///   - record: The record; `nil` for none.
  ///   - progress: Told after each turn how many were looked at.
  /// - Returns: Those that are there.
  /// - Throws: `StoreError`.
  package func setRegarding(
    _ ids: [CopyID], _ record: RecordReference?, progress: (Int) -> Void
  ) throws -> Set<CopyID> {
    var done: Set<CopyID> = []
    try inTurns(ids, progress) { db, turn in
      let record = try record.map { try StoredRecord.current($0, in: db) }
      var count = 0
      for id in turn {
        try db.cachedStatement(
          sql: """
            UPDATE copy SET regarding_type = ?, regarding_id = ?, regarding_source = ? WHERE id = ?
            """
        ).execute(
          arguments: [record?.type, record?.id, CopyDraft.Regarding.Source.manual.rawValue, id])
        if db.changesCount > 0 { done.insert(id) }
        count += 1
        if isOverdue { break }
      }
      return count
    }
    return done
  }

  /// Does something with many copies, some in each transaction.
  ///
  /// - Parameters:
  ///   - ids: The copies.
  ///   - progress: Told after each transaction how many were looked at.
  ///   - body: Takes the first of some copies, and gives how many.
  /// - Throws: What the body throws; `StoreError`.
  private func inTurns(
    _ ids: [CopyID], _ progress: (Int) -> Void,
    _ body: (Database, ArraySlice<CopyID>) throws -> Int
  ) throws {
    var position = 0
    while position < ids.count {
      position += try write { db in
        try body(db, ids[position..<min(ids.count, position + Self.maxAtOnce)])
      }
      progress(position)
    }
  }

  /// Withdraws all copies of a conversation, and all mail that will answer one of them: in turns, other
  /// writers come between.
  ///
  /// - Parameters:
  ///   - conversation: The conversation.
  ///   - user: The acting user.
  ///   - now: Seconds since 1970.
  /// - Returns: What was done with each copy.
  /// - Throws: `StoreError`.
  package func untrackConversation(
    _ conversation: ConversationID, by user: OrganizationUser, now: Int64
  ) throws -> [CopyID: Untracking] {
    var done: [CopyID: Untracking] = [:]
    var last = CopyID(0)
    while true {
      let isEnd = try write { db in
        let rows = try Row.fetchAll(
          db,
          sql: """
            SELECT id, message_id FROM copy WHERE conversation = ? AND id > ?
              ORDER BY id LIMIT \(Self.maxAtOnce)
            """, arguments: [conversation, last])
        var emptied: Set<ConversationID> = []
        var count = 0
        for row in rows {
          let id: CopyID = row[0]
          let result = try Self.untrack(id, by: user, now: now, in: db, &emptied)
          done[id] = result
          // Somebody else's copy goes on, and so do the answers to it.
          if result == .deleted, let messageID: String = row[1] {
            try Tombstone.insert(.answers(MessageID(messageID)), now: now, in: db)
          }
          last = id
          count += 1
          if isOverdue { break }
        }
        try Self.tidy(emptied, in: db)
        try SearchIndex(db: db).mergeWhereMany()
        return count == rows.count && count < Self.maxAtOnce
      }
      if isEnd { return done }
    }
  }

  /// Says by hand that a copy is tracked, whatever rule or filter brought it in; what was withdrawn
  /// of it, or of what answers it, no longer is.
  ///
  /// - Parameters:
  ///   - id: The copy.
  ///   - user: The acting user.
  /// - Returns: Whether there is such a copy.
  /// - Throws: `StoreError`.
  package func trackByHand(_ id: CopyID, by user: OrganizationUser) throws -> Bool {
    try write { db in
      let row = try Row.fetchOne(
        db, sql: "SELECT key, message_id FROM copy WHERE id = ?", arguments: [id])
      guard let row, let key = MessageKey(Array(row[0] as Data)) else { return false }
      try db.execute(
        sql: "UPDATE copy SET is_manual = 1, accepting_user = NULL WHERE id = ?",
        arguments: [id])
      let withdrawn =
        [Tombstone.message(key)] + user.addresses.map { .delivery(key, mailbox: $0) }
        + ((row[1] as String?).map { [.answers(MessageID($0))] } ?? [])
      for tombstone in withdrawn { try Tombstone.remove(tombstone, in: db) }
      return true
    }
  }

  /// Says by hand what record a copy belongs to; that holds against rules and inheritance, and for
  /// answers to it that are still to come.
  ///
  /// - Parameters:
  ///   - id: The copy.
  ///   - record: The record; `nil` for none.
  ///   - others: The copies of its conversation for which it is said, too: all that the acting user
  ///     may read. Then it holds for all mail that joins the conversation.
  /// - Returns: Whether there is such a copy.
  /// - Throws: `StoreError`.
  package func setRegarding(
    _ id: CopyID, _ record: RecordReference?, andOfConversation others: [CopyID]? = nil
  ) throws -> Bool {
    try write { db in
      let conversation = try ConversationID.fetchOne(
        db, sql: "SELECT conversation FROM copy WHERE id = ?", arguments: [id])
      guard let conversation else { return false }
      let record = try record.map { try StoredRecord.current($0, in: db) }
      func set(_ table: String, _ key: Int64, _ source: String?) throws {
        try db.execute(
          sql: """
            UPDATE \(table) SET regarding_type = ?, regarding_id = ?, regarding_source = ?
              WHERE id = ?
            """, arguments: [record?.type, record?.id, source, key])
      }
      let manual = CopyDraft.Regarding.Source.manual.rawValue
      if let others {
        try set("conversation", conversation.rawValue, record == nil ? nil : manual)
        let inherited = CopyDraft.Regarding.Source.conversation.rawValue
        for other in others {
          try set("copy", other.rawValue, record == nil ? nil : inherited)
        }
      }
      try set("copy", id.rawValue, manual)
      return true
    }
  }

  /// Makes a conversation of its own of a copy and all that answers it; neither takes the other up
  /// again, whatever ids new mail names.
  ///
  /// The record that they inherited is that of the conversation they leave, and stays there.
  ///
  /// - Parameter id: The copy with which the new conversation begins.
  /// - Returns: What was done; `nil` where there is no such copy.
  /// - Throws: `StoreError`.
  package func splitConversation(at id: CopyID) throws -> Parting? {
    try write { db in
      let conversation = try ConversationID.fetchOne(
        db, sql: "SELECT conversation FROM copy WHERE id = ?", arguments: [id])
      guard let conversation else { return nil }
      let rows = try Row.fetchAll(
        db, sql: "SELECT id, answers, key FROM copy WHERE conversation = ?",
        arguments: [conversation])
      // The sender's and the recipient's copies of one message stay together.
      var answers: [CopyID: [CopyID]] = [:]
      var copies: [Data: [CopyID]] = [:]
      var keys: [CopyID: Data] = [:]
      for row in rows {
        if let answered: CopyID = row[1] { answers[answered, default: []].append(row[0]) }
        copies[row[2], default: []].append(row[0])
        keys[row[0]] = row[2] as Data
      }
      var leaving: Set<CopyID> = []
      var waiting = [id]
      while let next = waiting.popLast() {
        guard leaving.insert(next).inserted else { continue }
        waiting += (answers[next] ?? []) + (keys[next].flatMap { copies[$0] } ?? [])
      }
      guard leaving.count < rows.count else { return .nothingToPart }
      try db.execute(sql: "INSERT INTO conversation (is_split) VALUES (1)")
      let new = ConversationID(db.lastInsertedRowID)
      try db.execute(
        sql: "UPDATE conversation SET is_split = 1 WHERE id = ?", arguments: [conversation])
      for copy in leaving {
        try db.execute(
          sql: "UPDATE copy SET conversation = ? WHERE id = ?", arguments: [new, copy])
      }
      try db.execute(
        sql: """
          UPDATE copy SET regarding_type = NULL, regarding_id = NULL, regarding_source = NULL
            WHERE conversation = ? AND regarding_source = 'conversation'
          """, arguments: [new])
      try db.execute(
        sql: """
          INSERT OR IGNORE INTO conversation_participant
            SELECT conversation, address_key FROM participant JOIN copy ON copy.id = participant.copy
              WHERE conversation = ? AND is_external
          """, arguments: [new])
      try Self.removeAbsentParticipants(of: conversation, in: db)
      return .parted(leaving.count)
    }
  }

  private static func removeAbsentParticipants(of conversation: ConversationID, in db: Database)
    throws
  {
    try db.cachedStatement(
      sql: """
        DELETE FROM conversation_participant WHERE conversation = ?1 AND address_key NOT IN (
          SELECT address_key FROM participant JOIN copy ON copy.id = participant.copy
            WHERE conversation = ?1 AND is_external)
        """
    ).execute(arguments: [conversation])
  }

  private static func untrack(
    _ id: CopyID, by user: OrganizationUser, now: Int64, in db: Database,
    _ emptied: inout Set<ConversationID>
  ) throws -> Untracking? {
    let row = try Row.fetchOne(
      db, sql: "SELECT key, owner, conversation FROM copy WHERE id = ?", arguments: [id])
    guard let row, let key = MessageKey(Array(row[0] as Data)) else { return nil }
    guard row[1] as UserID == user.id else {
      var result = Untracking.nothing
      for address in user.addresses {
        try db.execute(
          sql: "DELETE FROM delivery WHERE copy = ? AND mailbox = ?",
          arguments: [id, address.comparisonKey])
        if db.changesCount > 0 { result = .deliveryRemoved }
        try Tombstone.insert(.delivery(key, mailbox: address), now: now, in: db)
      }
      return result
    }
    try Tombstone.insert(.message(key), now: now, in: db)
    try delete(id, in: db)
    emptied.insert(row[2])
    return .deleted
  }

  /// Deletes a copy with all that belongs to it but its conversation, which is to be tidied.
  static func delete(_ id: CopyID, in db: Database) throws {
    try SearchIndex(db: db).remove(id)
    try RequestLog.remove(of: id, in: db)
    let first = id.firstChunk
    try db.execute(
      sql: "DELETE FROM content WHERE id BETWEEN ? AND ?",
      arguments: [first, first + CopyWriter.chunksPerCopy - 1])
    for table in [
      "participant_record", "participant", "attachment", "reference", "delivery", "calendar_entry",
    ] {
      try db.execute(sql: "DELETE FROM \(table) WHERE copy = ?", arguments: [id])
    }
    try db.execute(sql: "DELETE FROM copy WHERE id = ?", arguments: [id])
  }

  /// Takes away what conversations no longer have after copies of theirs were deleted, and those of
  /// which no copy is left.
  ///
  /// Once for many copies: it looks at all of a conversation.
  static func tidy(_ conversations: Set<ConversationID>, in db: Database) throws {
    for conversation in conversations {
      try removeAbsentParticipants(of: conversation, in: db)
      let others = try Int.fetchOne(
        db.cachedStatement(sql: "SELECT 1 FROM copy WHERE conversation = ? LIMIT 1"),
        arguments: [conversation])
      guard others == nil else { continue }
      try db.cachedStatement(sql: "DELETE FROM conversation WHERE id = ?")
        .execute(arguments: [conversation])
    }
  }
}
