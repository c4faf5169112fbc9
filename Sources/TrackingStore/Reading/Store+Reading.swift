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
      let reader = try CopyReader(in: db)
      return try Self.ids(of: query, in: db).compactMap { try reader.copy($0) }
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
    try readConsistently { try CopyReader(in: $0).copy(id) }
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
}
