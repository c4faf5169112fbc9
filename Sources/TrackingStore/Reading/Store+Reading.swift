import Foundation
import GRDB
import InternetMessage
import Tracking

extension Store {
  /// The copies of a query, in its order.
  ///
  /// - Throws: `StoreError`.
  package func copies(_ query: CopyQuery) throws -> [TrackedCopy] {
    try readConsistently { db in
      try Self.ids(of: query, in: db).compactMap { try Self.copy($0, in: db) }
    }
  }

  /// What a list shows of the copies of a query, in its order.
  ///
  /// - Throws: `StoreError`.
  package func summaries(_ query: CopyQuery) throws -> [CopySummary] {
    try readConsistently { db in
      let statement = try db.cachedStatement(
        sql: """
          SELECT direction, sender_address, sent_at, regarding_type || ':' || regarding_id, subject,
              sender_name,
              (SELECT name FROM record
                WHERE type = copy.regarding_type AND record_id = copy.regarding_id)
            FROM copy WHERE id = ?
          """)
      let recipients = try db.cachedStatement(
        sql: """
          SELECT address, name FROM participant
            WHERE copy = ? AND role NOT IN ('from', 'sender') ORDER BY number LIMIT 1
          """)
      return try Self.ids(of: query, in: db).compactMap { id in
        guard let row = try Row.fetchOne(statement, arguments: [id]) else { return nil }
        guard let direction = Direction(rawValue: row[0]) else {
          throw StoreError(.damaged, detail: "copy \(id)")
        }
        let recipient = try Row.fetchOne(recipients, arguments: [id])
        return CopySummary(
          id: id, direction: direction, senderAddress: row[1], senderName: row[5],
          recipientAddress: recipient?[0], recipientName: recipient?[1], sentAt: row[2],
          regarding: row[3], regardingName: row[6], subject: row[4])
      }
    }
  }

  /// The numbers of the copies of a query, in its order: 8 bytes for each.
  ///
  /// - Throws: `StoreError`.
  package func copyIDs(_ query: CopyQuery) throws -> [CopyID] {
    try readConsistently { try Self.ids(of: query, in: $0) }
  }

  /// How many copies a query finds, its limit and offset left aside.
  ///
  /// - Throws: `StoreError`.
  package func count(of query: CopyQuery) throws -> Int {
    try readConsistently { db in
      let condition = CopyCondition(try Self.current(query, in: db))
      return try Int.fetchOne(
        db, sql: "SELECT count(*) FROM copy WHERE \(condition.sql)",
        arguments: condition.arguments) ?? 0
    }
  }

  /// How SQLite goes about a query: the lines of its plan.
  ///
  /// - Throws: `StoreError`.
  func plan(of query: CopyQuery) throws -> [String] {
    let (sql, arguments) = Self.statement(query)
    return try read { db in
      try Row.fetchAll(db, sql: "EXPLAIN QUERY PLAN \(sql)", arguments: arguments)
        .map { $0["detail"] }
    }
  }

  private static func ids(of query: CopyQuery, in db: Database) throws -> [CopyID] {
    let (sql, arguments) = try statement(current(query, in: db))
    return try CopyID.fetchAll(db, sql: sql, arguments: arguments)
  }

  /// A query by what the records that it names are called now.
  static func current(_ query: CopyQuery, in db: Database) throws -> CopyQuery {
    var query = query
    query.leavesOutKnown = try !query.includesKnown && isMirror(in: db)
    query.regarding = try query.regarding.map { try StoredRecord.current($0, in: db) }
    query.record = try query.record.map { try StoredRecord.current($0, in: db) }
    query.search = try query.search?.replacingRecords { try StoredRecord.current($0, in: db) }
    return query
  }

  private static func statement(_ query: CopyQuery) -> (String, StatementArguments) {
    let condition = CopyCondition(query)
    let page: StatementArguments = ["limit": query.limit, "offset": query.offset]
    let direction = query.isOldestFirst ? "ASC" : "DESC"
    let order = "sent_at \(direction), copy.id \(direction) LIMIT :limit OFFSET :offset"
    if query.isByRelevance, let words = query.search.flatMap(SearchCondition.ranking) {
      return (
        """
        WITH ranked AS MATERIALIZED (
          SELECT rowid AS id, rank AS weight FROM search_index WHERE search_index MATCH :words)
        SELECT copy.id FROM copy LEFT JOIN ranked ON ranked.id = copy.id WHERE \(condition.sql)
          ORDER BY weight IS NULL, weight, \(order)
        """, condition.arguments + page + ["words": words]
      )
    }
    return (
      "SELECT copy.id FROM copy WHERE \(condition.sql) ORDER BY \(order)",
      condition.arguments + page
    )
  }

  /// A copy; `nil` where there is none.
  ///
  /// - Throws: `StoreError`.
  package func copy(_ id: CopyID) throws -> TrackedCopy? {
    try readConsistently { try Self.copy(id, in: $0) }
  }

  /// Whether a copy belongs to a user or came through one of the user's mailboxes.
  ///
  /// - Throws: `StoreError`.
  package func isOwn(_ id: CopyID, of user: OrganizationUser) throws -> Bool {
    try read { db in
      try Bool.fetchOne(
        db, sql: "SELECT \(CopyCondition.isOwn) FROM copy WHERE id = :id",
        arguments: ["id": id, "reader": user.id]) ?? false
    }
  }

  /// The users who may read a copy, oldest first.
  ///
  /// - Throws: `StoreError`.
  package func readers(of id: CopyID) throws -> [OrganizationUser] {
    let policy = try policy()
    return try users().filter { user in
      let privileges = policy.privileges(of: user.role)
      guard user.isEnabled, privileges.contains(.readOwn) else { return false }
      return try privileges.contains(.readOrganization) || isOwn(id, of: user)
    }
  }

  /// How many copies there are.
  ///
  /// - Throws: `StoreError`.
  package func countOfCopies() throws -> Int {
    try read { db in
      let query = try Self.current(CopyQuery(), in: db)
      return try Int.fetchOne(
        db, sql: "SELECT count(*) FROM copy WHERE \(CopyCondition(query).sql)") ?? 0
    }
  }

  /// Gives the stored bytes of a copy, in order, in chunks.
  ///
  /// - Throws: `StoreError`; what the body throws.
  package func content(of id: CopyID, _ body: (UnsafeRawBufferPointer) throws -> Void) throws {
    try readConsistently { db in
      let first = id.firstChunk
      let cursor = try Data.fetchCursor(
        db, sql: "SELECT bytes FROM content WHERE id BETWEEN ? AND ? ORDER BY id",
        arguments: [first, first + CopyWriter.chunksPerCopy - 1])
      while let chunk = try cursor.next() { try chunk.withUnsafeBytes(body) }
    }
  }

  private static func copy(_ id: CopyID, in db: Database) throws -> TrackedCopy? {
    let row = try Row.fetchOne(
      db.cachedStatement(
        sql: """
          SELECT copy.*, user.address AS owner_address FROM copy JOIN user ON user.id = copy.owner
            WHERE copy.id = ?
          """),
      arguments: [id])
    guard let row else { return nil }
    if try isMirror(in: db), try isOnlyKnown(id, in: db) { return nil }
    guard let direction = Direction(rawValue: row["direction"]) else {
      throw StoreError(.damaged, detail: "copy \(id)")
    }
    let messageID: String? = row["message_id"]
    let regardingType: String? = row["regarding_type"]
    let regardingID: String? = row["regarding_id"]
    let correlation: String? = row["correlation"]
    let reason: Int? = row["reason_code"]
    return TrackedCopy(
      id: id, direction: direction, messageID: messageID, subject: row["subject"],
      senderName: row["sender_name"], senderAddress: row["sender_address"], sentAt: row["sent_at"],
      zone: row["zone"], trackedAt: row["recorded_at"] ?? row["tracked_at"],
      arrivedAt: row["tracked_at"], size: row["size"],
      isTruncated: row["is_truncated"], conversation: row["conversation"],
      owner: row["owner_address"], ownerReason: row["owner_reason"],
      regarding: regardingType.flatMap { type in regardingID.map { "\(type):\($0)" } },
      regardingSource: row["regarding_source"], answers: row["answers"],
      alsoAnswers: try alsoAnswered(by: id, besides: row["answers"], in: db),
      isSubjectChanged: (row["is_subject_changed"] as Bool?) ?? false,
      correlation: correlation.flatMap(CorrelationMethod.init(rawValue:)),
      reason: reason.map(ReasonCode.init(rawValue:)), rule: row["rule"],
      isManual: row["is_manual"], explanation: row["explanation"],
      participants: try participants(of: id, in: db),
      attachments: try attachments(of: id, in: db), deliveries: try deliveries(of: id, in: db),
      related: try messageID.map { try related(to: id, messageID: $0, in: db) } ?? [],
      recordNames: try recordNames(of: id, in: db))
  }

  /// Whether of a copy of an organization elsewhere no more is known here than what answers it needs.
  private static func isOnlyKnown(_ id: CopyID, in db: Database) throws -> Bool {
    try Int.fetchOne(
      db.cachedStatement(sql: "SELECT 1 FROM remote_copy WHERE copy = ? AND state = 'known'"),
      arguments: [id]) != nil
  }

  /// The copies that In-Reply-To names beside the one that a copy answers, each message once.
  private static func alsoAnswered(
    by id: CopyID, besides answered: CopyID?, in db: Database
  ) throws -> [CopyID] {
    try CopyID.fetchAll(
      db.cachedStatement(
        sql: """
          SELECT min(copy.id) FROM reference JOIN copy ON copy.message_id = reference.message_id
            WHERE reference.copy = ?1 AND is_direct AND copy.id <> ?1
              AND copy.message_id IS NOT (SELECT message_id FROM copy WHERE id = ?2)
            GROUP BY copy.message_id ORDER BY min(copy.id) LIMIT 20
          """), arguments: [id, answered])
  }

  /// What the records are called that a copy regards or whose participants are.
  private static func recordNames(of id: CopyID, in db: Database) throws -> [String: String] {
    let rows = try Row.fetchAll(
      db.cachedStatement(
        sql: """
          SELECT record.type || ':' || record.record_id, record.name FROM record
            JOIN copy ON record.type = copy.regarding_type AND record.record_id = copy.regarding_id
            WHERE copy.id = ?1 AND record.name IS NOT NULL
          UNION
          SELECT record.type || ':' || record.record_id, record.name FROM participant_record
            JOIN record ON record.id = participant_record.record
            WHERE participant_record.copy = ?1 AND record.name IS NOT NULL
          """), arguments: [id])
    return Dictionary(rows.map { ($0[0], $0[1]) }) { first, _ in first }
  }

  private static func participants(of id: CopyID, in db: Database) throws -> [TrackedParticipant] {
    var records: [Int: [String]] = [:]
    let rows = try Row.fetchAll(
      db.cachedStatement(
        sql: """
          SELECT number, record.type || ':' || record.record_id FROM participant_record
            JOIN record ON record.id = participant_record.record
            WHERE copy = ? ORDER BY number, record.id
          """),
      arguments: [id])
    for row in rows { records[row[0], default: []].append(row[1]) }
    return try Row.fetchAll(
      db.cachedStatement(
        sql: """
          SELECT number, role, name, address, is_external FROM participant
            WHERE copy = ? ORDER BY number
          """),
      arguments: [id]
    ).map { row in
      let number: Int = row[0]
      return TrackedParticipant(
        role: row[1], name: row[2], address: row[3], isExternal: row[4],
        records: records[number] ?? [])
    }
  }

  static func attachments(of id: CopyID, in db: Database) throws -> [Attachment] {
    try Row.fetchAll(
      db.cachedStatement(
        sql: "SELECT number, name, media_type, size FROM attachment WHERE copy = ? ORDER BY number"),
      arguments: [id]
    ).map { Attachment(number: $0[0], name: $0[1], mediaType: $0[2], size: $0[3]) }
  }

  private static func deliveries(of id: CopyID, in db: Database) throws -> [TrackedDelivery] {
    try Row.fetchAll(
      db.cachedStatement(
        sql: """
          SELECT mailbox, envelope_sender, envelope_recipient, folder, file_name, first_seen_at,
              last_seen_at, times_seen
            FROM delivery WHERE copy = ? ORDER BY id
          """),
      arguments: [id]
    ).map { row in
      TrackedDelivery(
        mailbox: row[0], envelopeSender: row[1], envelopeRecipient: row[2], folder: row[3],
        fileName: row[4], firstSeenAt: row[5], lastSeenAt: row[6], timesSeen: row[7])
    }
  }

  private static func related(
    to id: CopyID, messageID: String, in db: Database
  ) throws -> [CopyID] {
    try CopyID.fetchAll(
      db.cachedStatement(
        sql: "SELECT id FROM copy WHERE message_id = ? AND id <> ? ORDER BY id LIMIT 20"),
      arguments: [messageID, id]
    )
  }
}
