import Foundation
import GRDB
import InternetMessage
import System
import Tracking

extension Store {
  /// So many copies go in one transaction: other writers wait meanwhile.
  static let maxAtOnce = 200
  /// How long to wait for those who read the store, in milliseconds, and how long of it at once:
  /// other writers wait meanwhile.
  private static let readersTime = (all: 5_000, atOnce: 100)

  /// Takes away all that is kept of a person: copies in which the address takes part, or whose fields
  /// From, Sender, Reply-To, To, Cc or Bcc name it, whoever owns them; what envelopes and questions
  /// name it; the address of a record, and the record that has no other, wherever its id stands.
  ///
  /// Tombstones keep the mail from coming back. Other mail that mentions the address in its text
  /// stays.
  ///
  /// - Parameters:
  ///   - address: The person's address.
  ///   - isDryRun: Whether it is only counted.
  ///   - now: Seconds since 1970.
  /// - Returns: What was taken away, or would be.
  /// - Throws: `StoreError`; `DirectoryError` where the address is a user's.
  package func forget(_ address: AddrSpec, isDryRun: Bool, now: Int64) throws -> Withdrawal {
    guard try user(address) == nil else { throw DirectoryError.isUser(address.description) }
    let key = address.comparisonKey
    var withdrawal = Withdrawal()
    let headers = try headers(naming: address)
    withdrawal.unreadHeaders = headers.unread
    withdrawal.copies = try withdraw(
      where: """
        id IN (SELECT copy FROM participant WHERE address_key = ?1)
          OR id IN (SELECT value FROM json_each(?2))
        """, arguments: [key, "[\(headers.copies.map(\.description).joined(separator: ","))]"],
      isDryRun: isDryRun, now: now)
    let rest: Withdrawal = try write { db in
      var rest = Withdrawal()
      rest.envelopes = try Self.clearEnvelopes(of: address, isDryRun: isDryRun, in: db)
      rest.questions = try QuestionLog.remove(naming: address, isDryRun: isDryRun, in: db)
      rest.calendarEntries = try StoredCalendar.remove(address, isDryRun: isDryRun, in: db)
      for key in address.storedKeys {
        rest.records += try Self.clearRecords(of: key, isDryRun: isDryRun, in: db)
        if isDryRun { continue }
        try db.execute(
          sql: "DELETE FROM conversation_participant WHERE address_key = ?", arguments: [key])
      }
      return rest
    }
    withdrawal.envelopes = rest.envelopes
    withdrawal.questions = rest.questions
    withdrawal.records = rest.records
    withdrawal.calendarEntries = rest.calendarEntries
    return withdrawal
  }

  /// Takes away what arrived before a time; tombstones keep the mail from coming back.
  ///
  /// - Parameters:
  ///   - time: Seconds since 1970.
  ///   - records: Only what regards these; `nil` for all, and for the questions about refused mail, which
  ///     regards nothing.
  ///   - isDryRun: Whether it is only counted.
  ///   - now: Seconds since 1970.
  /// - Returns: What was taken away, or would be.
  /// - Throws: `StoreError`.
  package func prune(
    before time: Int64, regarding records: SearchCriterion.RecordPattern?, isDryRun: Bool,
    now: Int64
  ) throws -> Withdrawal {
    var withdrawal = Withdrawal()
    let (condition, arguments) = try prunes(before: time, regarding: records)
    withdrawal.copies = try withdraw(
      where: condition, arguments: arguments, isDryRun: isDryRun, now: now)
    guard records == nil else { return withdrawal }
    withdrawal.questions = try write { db in
      let count =
        try Int.fetchOne(
          db, sql: "SELECT count(*) FROM refused_question WHERE asked_at < ?", arguments: [time])
        ?? 0
      guard !isDryRun else { return count }
      try db.execute(sql: "DELETE FROM refused_question WHERE asked_at < ?", arguments: [time])
      if count > 0 { try RequestLog.removeGone(in: db) }
      return count
    }
    return withdrawal
  }

  /// What `prune` takes away, of the table `copy`.
  private func prunes(
    before time: Int64, regarding records: SearchCriterion.RecordPattern?
  ) throws -> (condition: String, arguments: StatementArguments) {
    // When it arrived, not Date, which the sender sets.
    var condition = "tracked_at < ?1"
    var arguments: StatementArguments = [time]
    switch records {
    case .one(let record)?:
      let record = try read { try StoredRecord.current(record, in: $0) }
      condition += " AND regarding_type = ?2 AND regarding_id = ?3"
      arguments += [record.type, record.id]
    case .type(let type)?:
      condition += " AND regarding_type = ?2"
      arguments += [type]
    case .any?: condition += " AND regarding_type IS NOT NULL"
    case SearchCriterion.RecordPattern.none?: condition += " AND regarding_type IS NULL"
    case nil: break
    }
    return (condition, arguments)
  }

  /// The copies that `prune` takes away.
  ///
  /// - Throws: `StoreError`.
  package func copies(
    before time: Int64, regarding records: SearchCriterion.RecordPattern?
  ) throws -> [CopyID] {
    let (condition, arguments) = try prunes(before: time, regarding: records)
    return try read { db in
      try CopyID.fetchAll(
        db, sql: "SELECT id FROM copy WHERE \(condition) ORDER BY id", arguments: arguments)
    }
  }

  /// Makes sure that what was deleted is no longer in the store's files.
  ///
  /// - Returns: Whether it is so; not where another program reads the store.
  /// - Throws: `StoreError`.
  package func eraseDeleted() throws -> Bool {
    guard let lock, let logPath else { return true }
    try eraseDeletedWords()
    // The time counts from the first turn: other writers are waited for as long as it takes.
    var end: Deadline?
    return try StoreError.translating {
      while true {
        let isEmpty = try lock.whileHeld(deadline.ofThisTurn) { _ in
          if end == nil { end = Deadline(milliseconds: Self.readersTime.all) }
          emptyLog(largest: 0, waiting: Self.readersTime.atOnce)
          return StoreFile.size(logPath) == 0
        }
        if isEmpty || end?.hasPassed ?? false { return isEmpty }
      }
    }
  }

  /// So many headers are read at once: a reader keeps the log from being emptied.
  private static let maxHeaders = 500
  /// Most headers end within so many bytes.
  private static let usualHeader = 16 << 10

  /// The copies whose stored header names an address: the tables know neither Sender nor Reply-To, nor
  /// participants beyond `CopyWriter.maxParticipants`.
  ///
  /// - Returns: The copies, and how many have a header that is longer than is read.
  func headers(naming address: AddrSpec) throws -> (copies: [CopyID], unread: Int) {
    var found: [CopyID] = []
    var unread = 0
    var last = CopyID(0)
    while true {
      let ids = try read { db in
        let ids = try CopyID.fetchAll(
          db, sql: "SELECT id FROM copy WHERE id > ? ORDER BY id LIMIT \(Self.maxHeaders)",
          arguments: [last])
        for id in ids {
          let (section, isWhole) = try Self.header(of: id, in: db)
          if !isWhole { unread += 1 }
          let header = MessageHeader(section)
          let named =
            header.from + header.replyTo + header.to + header.cc + header.bcc
            + [header.sender].compactMap { $0 }
          if named.contains(where: { $0.address == address }) { found.append(id) }
        }
        return ids
      }
      guard let end = ids.last else { return (found, unread) }
      last = end
    }
  }

  private static func header(of id: CopyID, in db: Database) throws -> (HeaderSection, Bool) {
    let statement = try db.cachedStatement(
      sql: "SELECT substr(bytes, 1, ?), length(bytes) FROM content WHERE id = ?")
    var section = HeaderSection([])
    for most in [usualHeader, CopyDraft.chunkSize] {
      guard let row = try Row.fetchOne(statement, arguments: [most, id.firstChunk]) else { break }
      let bytes = Array(row[0] as Data)
      section = HeaderSection(bytes)
      if section.isComplete || bytes.count == row[1] as Int && bytes.count < CopyDraft.chunkSize {
        return (section, true)
      }
    }
    return (section, section.bytes.isEmpty)
  }

  func withdraw(
    where condition: String, arguments: StatementArguments, isDryRun: Bool, now: Int64
  ) throws -> Int {
    if isDryRun {
      return try read { db in
        try Int.fetchOne(
          db, sql: "SELECT count(*) FROM copy WHERE \(condition)", arguments: arguments) ?? 0
      }
    }
    var total = 0
    while true {
      let (done, isEnd) = try write { db in
        let rows = try Row.fetchAll(
          db,
          sql: """
            SELECT id, key, conversation FROM copy WHERE \(condition)
              ORDER BY id LIMIT \(Self.maxAtOnce)
            """, arguments: arguments)
        var count = 0
        var conversations: Set<ConversationID> = []
        for row in rows {
          guard let key = MessageKey(Array(row[1] as Data)) else {
            throw StoreError(.damaged, detail: "a key")
          }
          try Tombstone.insert(.message(key), now: now, in: db)
          try Self.delete(row[0], in: db)
          conversations.insert(row[2])
          count += 1
          if isOverdue { break }
        }
        try Self.tidy(conversations, in: db)
        try SearchIndex(db: db).mergeWhereMany()
        return (count, count == rows.count && count < Self.maxAtOnce)
      }
      total += done
      if isEnd { return total }
    }
  }

  private static func clearEnvelopes(
    of address: AddrSpec, isDryRun: Bool, in db: Database
  ) throws -> Int {
    let rows = try Row.fetchCursor(
      db,
      sql: """
        SELECT id, envelope_sender, envelope_recipient, from_line FROM delivery
          WHERE envelope_sender IS NOT NULL OR envelope_recipient IS NOT NULL
            OR from_line IS NOT NULL
        """)
    var naming: [(id: Int64, isSender: Bool, isRecipient: Bool, isInLine: Bool)] = []
    while let row = try rows.next() {
      let sender: String? = row[1]
      let recipient: String? = row[2]
      let line = (row[3] as Data?).map { String(decoding: $0, as: UTF8.self).lowercased() } ?? ""
      let isSender = sender.flatMap { AddrSpec($0) } == address
      let isRecipient = recipient.flatMap { AddrSpec($0) } == address
      let isInLine = line.contains(address.description.lowercased())
      if isSender || isRecipient || isInLine {
        naming.append((row[0], isSender, isRecipient, isInLine))
      }
    }
    guard !isDryRun else { return naming.count }
    for delivery in naming {
      try db.execute(
        sql: """
          UPDATE delivery SET envelope_sender = iif(?1, NULL, envelope_sender),
            envelope_recipient = iif(?2, NULL, envelope_recipient),
            from_line = iif(?3, NULL, from_line) WHERE id = ?4
          """,
        arguments: [delivery.isSender, delivery.isRecipient, delivery.isInLine, delivery.id])
    }
    return naming.count
  }

  /// A record that has no other address nor domain is the person's and goes with it, and so does its
  /// id where mail regards it.
  private static func clearRecords(
    of key: String, isDryRun: Bool, in db: Database
  ) throws -> Int {
    let records = try RecordID.fetchAll(
      db, sql: "SELECT record FROM record_address WHERE address_key = ?", arguments: [key])
    guard !isDryRun else { return records.count }
    try db.execute(sql: "DELETE FROM record_address WHERE address_key = ?", arguments: [key])
    for record in records {
      let reference = try Row.fetchOne(
        db,
        sql: """
          SELECT type, record_id FROM record WHERE id = ?1
            AND NOT EXISTS (SELECT 1 FROM record_address WHERE record = ?1)
            AND NOT EXISTS (SELECT 1 FROM record_domain WHERE record = ?1)
          """, arguments: [record])
      guard let reference else { continue }
      for table in ["copy", "conversation"] {
        try db.execute(
          sql: """
            UPDATE \(table) SET regarding_type = NULL, regarding_id = NULL, regarding_source = NULL
              WHERE regarding_type = ? AND regarding_id = ?
            """, arguments: [reference[0] as String, reference[1] as String])
      }
      try db.execute(
        sql: "DELETE FROM participant_record WHERE record = ?", arguments: [record])
      try db.execute(sql: "DELETE FROM record_moved WHERE record = ?", arguments: [record])
      try db.execute(sql: "DELETE FROM record WHERE id = ?", arguments: [record])
    }
    return records.count
  }
}
