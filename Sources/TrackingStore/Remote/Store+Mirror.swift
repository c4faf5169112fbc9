import Foundation
import GRDB
import InternetMessage
import Tracking

/// What this side keeps of an organization that is elsewhere: three tables that only its store has, see
/// SCHEMA.md.
extension Store {
  static let mirrorTables = """
    CREATE TABLE IF NOT EXISTS remote_copy (
      id TEXT PRIMARY KEY,
      state TEXT NOT NULL,
      stored TEXT,
      copy INTEGER,
      owner INTEGER NOT NULL,
      owner_reason TEXT NOT NULL,
      code INTEGER NOT NULL,
      regarding TEXT,
      explanation TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE UNIQUE INDEX IF NOT EXISTS remote_copy_copy ON remote_copy (copy)
      WHERE copy IS NOT NULL;
    CREATE INDEX IF NOT EXISTS remote_copy_stored ON remote_copy (stored)
      WHERE stored IS NOT NULL;
    CREATE INDEX IF NOT EXISTS remote_copy_pending ON remote_copy (id) WHERE state = 'pending';

    CREATE TABLE IF NOT EXISTS remote_state (
      name TEXT PRIMARY KEY,
      value TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;
    INSERT OR IGNORE INTO remote_state VALUES ('version', '1');

    CREATE TABLE IF NOT EXISTS remote_request (
      id INTEGER PRIMARY KEY,
      copy TEXT,
      refusal INTEGER,
      sent_at INTEGER NOT NULL,
      is_part INTEGER NOT NULL,
      method TEXT NOT NULL,
      path TEXT NOT NULL,
      fields TEXT NOT NULL,
      body BLOB,
      left_out INTEGER NOT NULL,
      status INTEGER
    ) STRICT;
    CREATE INDEX IF NOT EXISTS remote_request_copy ON remote_request (copy)
      WHERE copy IS NOT NULL;
    CREATE INDEX IF NOT EXISTS remote_request_refusal ON remote_request (refusal)
      WHERE refusal IS NOT NULL;
    """

  /// Something that is remembered of an organization elsewhere.
  package enum RemoteFact: String, Sendable {
    /// Which organization it is.
    case organization
    /// From where changes are asked for.
    case changes
    /// Before when it wants nothing, in seconds since 1970.
    case notBefore = "not-before"
    /// When it was spoken to last, in seconds since 1970.
    case reachedAt = "reached-at"
    /// What it is, for people.
    case name
    /// As whom this side acts there.
    case user
    /// When `sync` came to its end last, in seconds since 1970.
    case syncedAt = "synced-at"
    /// What ended the last run of `sync` before.
    case trouble
    /// What people should know of the connection.
    case warning
    /// When the server's certificate ends, in seconds since 1970.
    case certificateEnd = "certificate-end"
    /// What else is to be known of it, a line each.
    case remarks
    /// From where its records are asked for.
    case records
    /// Which copies that others handed over were listed the last time: what the profile said.
    case mirror
  }

  /// Makes the store one of an organization elsewhere.
  ///
  /// - Throws: `StoreError`.
  package func makeMirror() throws {
    guard try !read({ try RequestLog.isKept(in: $0) }) else { return }
    try write { try $0.execute(sql: Self.mirrorTables) }
  }

  private func isMirror() throws -> Bool { try read { try Self.isMirror(in: $0) } }

  static func isMirror(in db: Database) throws -> Bool {
    try Int.fetchOne(
      db.cachedStatement(
        sql: "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'remote_state'"))
      != nil
  }

  /// What is remembered; `nil` where nothing is.
  ///
  /// - Throws: `StoreError`.
  package func remembered(_ fact: RemoteFact) throws -> String? {
    guard try isMirror() else { return nil }
    return try read { db in
      try String.fetchOne(
        db, sql: "SELECT value FROM remote_state WHERE name = ?", arguments: [fact.rawValue])
    }
  }

  /// Remembers facts, and forgets those that are `nil`; a sketch of a store remembers nothing.
  ///
  /// - Throws: `StoreError`.
  package func remember(_ facts: [RemoteFact: String?]) throws {
    guard try isMirror() else { return }
    try write { db in
      for (fact, value) in facts {
        try db.execute(
          sql: "DELETE FROM remote_state WHERE name = ?", arguments: [fact.rawValue])
        guard let value else { continue }
        try db.execute(
          sql: "INSERT INTO remote_state VALUES (?, ?)", arguments: [fact.rawValue, value])
      }
    }
  }

  // MARK: Asking

  /// What this side knows of an inquiry before anybody elsewhere is asked: an answer that needs no
  /// question, or the question, and what the answer will rest on.
  ///
  /// - Throws: `StoreError`.
  package func prepare(_ inquiry: Inquiry) throws -> (answer: Answer, question: RemoteQuestion?) {
    let isMirror = try isMirror()
    return try readAtOnce { db in
      let policy = try policy(in: db)
      let directory = StoreDirectory(db: db, cache: nil)
      let index = TrackedMailIndex(db: db, hasTombstones: try Tombstone.areAny(in: db), cache: nil)
      var asked: RemoteQuestion?
      let answer = try inquiry.answer(
        from: index, policy: policy.correlation, isUser: directory.isUser
      ) { question in
        asked = RemoteQuestion(
          question,
          answers: isMirror
            ? try question.answers.flatMap { try Self.remoteCopy(of: $0.copy, in: db) } : nil)
        return .deferred(explanation: "")
      }
      return (answer, asked)
    }
  }

  // MARK: The journal

  /// The copy that was accepted and perhaps handed over, without that its answer is known here; `nil`
  /// where there is none of the id.
  ///
  /// - Throws: `StoreError`.
  package func pendingAcceptance(_ id: String) throws -> Decision.Acceptance? {
    try read { db in
      let row = try Row.fetchOne(
        db, sql: "SELECT * FROM remote_copy WHERE id = ? AND state = 'pending'", arguments: [id])
      guard let row, let reason = Ownership.Reason(rawValue: row["owner_reason"]) else {
        return nil
      }
      var acceptance = Decision.Acceptance(
        code: ReasonCode(rawValue: row["code"]),
        owner: Ownership(user: row["owner"], reason: reason), explanation: row["explanation"])
      acceptance.regarding = (row["regarding"] as String?).flatMap(RecordReference.init)
      return acceptance
    }
  }

  /// The ids of copies that were accepted and perhaps handed over.
  ///
  /// - Throws: `StoreError`.
  package func pendingCopies() throws -> [String] {
    try read { db in
      try String.fetchAll(
        db, sql: "SELECT id FROM remote_copy WHERE state = 'pending' ORDER BY id")
    }
  }

  /// Whether any copy was accepted and perhaps handed over, without that its answer is known here.
  ///
  /// - Throws: `StoreError`.
  package func hasPendingCopies() throws -> Bool {
    try read { db in
      try Int.fetchOne(
        db.cachedStatement(sql: "SELECT 1 FROM remote_copy WHERE state = 'pending' LIMIT 1")) != nil
    }
  }

  /// Notes that a copy is about to be handed over, durably; the copy there, where that was done before.
  ///
  /// - Throws: `StoreError`.
  package func beginDelivery(_ id: String, of draft: CopyDraft) throws -> RemoteCopy {
    // What others handed over is there, whatever becomes of this; what is noted stays as it is.
    let known = try read { db in
      try Row.fetchOne(
        db, sql: "SELECT stored FROM remote_copy WHERE id = ?", arguments: [id]
      ).map { RemoteCopy(id: id, stored: $0[0]) }
    }
    if let known { return known }
    try write { db in
      try Self.insertPending(id, draft, in: db)
    }
    try syncLog()
    return RemoteCopy(id: id, stored: nil)
  }

  /// Notes that copies are accepted and about to be handed over, durably and at once; the ids of those of
  /// which nothing was known.
  ///
  /// - Throws: `StoreError`.
  package func notePending(
    _ copies: [(id: String, acceptance: Decision.Acceptance)]
  ) throws -> Set<String> {
    guard !copies.isEmpty else { return [] }
    let noted = try write { db in
      var noted: Set<String> = []
      for (id, acceptance) in copies {
        try db.execute(
          sql: """
            INSERT OR IGNORE INTO remote_copy VALUES (?, 'pending', NULL, NULL, ?, ?, ?, ?, ?)
            """,
          arguments: [
            id, acceptance.owner.user, acceptance.owner.reason.rawValue,
            acceptance.code.rawValue, acceptance.regarding?.description, acceptance.explanation,
          ])
        if db.changesCount > 0 { noted.insert(id) }
      }
      return noted
    }
    try syncLog()
    return noted
  }

  private static func insertPending(_ id: String, _ draft: CopyDraft, in db: Database) throws {
    try db.execute(
      sql: """
        INSERT OR REPLACE INTO remote_copy
          VALUES (?, 'pending', NULL, NULL, ?, ?, ?, ?, ?)
        """,
      arguments: [
        id, draft.owner.user, draft.owner.reason.rawValue,
        draft.grounds.code?.rawValue ?? ReasonCode.unknown.rawValue,
        draft.regarding?.record.description, draft.grounds.explanation,
      ])
  }

  /// Notes that copies of which nothing was known are about to be handed over at once.
  ///
  /// - Throws: `StoreError`. Nothing was noted then.
  package func beginDeliveries(_ copies: [(id: String, draft: CopyDraft)]) throws {
    try write { db in
      for copy in copies { try Self.insertPending(copy.id, copy.draft, in: db) }
    }
  }

  /// Whether something is known of a copy there: it was handed over, here or elsewhere, or that was tried.
  ///
  /// - Throws: `StoreError`.
  package func knowsRemoteCopy(_ id: String) throws -> Bool {
    try read { db in
      try Int.fetchOne(
        db.cachedStatement(sql: "SELECT 1 FROM remote_copy WHERE id = ?"), arguments: [id]) != nil
    }
  }

  /// Writes a copy that was handed over, and that it was, at once, with what was sent for it.
  ///
  /// - Parameters:
  ///   - id: Its id there.
  ///   - draft: The copy.
  ///   - receipt: What became of it there.
  ///   - requests: What was sent for it.
  ///   - isSettled: Whether it is durable there; else it stays pending until `settleDeliveries`.
  /// - Returns: What became of it here.
  /// - Throws: `StoreError`; what reading the content throws. Nothing was written then.
  package func finishDelivery(
    _ id: String, of draft: CopyDraft, as receipt: RemoteReceipt, by requests: [SentRequest] = [],
    isSettled: Bool = true
  ) throws -> DeliveryReceipt {
    try write { db in
      if let copy = try Self.unsettledCopy(id, with: draft.delivery, in: db) {
        // It was written before, and nobody learnt whether it is durable there.
        if isSettled { try Self.settle([id], in: db) }
        return DeliveryReceipt(copy: copy, outcome: .created)
      }
      let writer = CopyWriter(
        db: db, policy: try policy(in: db), storesContent: storesContent, cache: nil,
        hasTombstones: try Tombstone.areAny(in: db))
      let known = try CopyID.fetchOne(
        db,
        sql:
          "SELECT copy FROM remote_copy WHERE id = ? AND state IN ('known', 'listed', 'fetched')",
        arguments: [id])
      if let known { try writer.complete(known, with: draft) }
      let written = try writer.write(draft)
      // Withdrawn meanwhile: whoever handed it over takes it back there first.
      guard let copy = written.copy else { return written }
      try db.execute(
        sql: """
          UPDATE remote_copy SET stored = ?, copy = ?,
            state = CASE WHEN state = 'pending' AND NOT ? THEN 'pending' ELSE 'stored' END
          WHERE id = ?
          """,
        arguments: [receipt.stored, copy, isSettled, id])
      try RequestLog.insert(requests, of: .copy(id), in: db)
      return written
    }
  }

  /// The copy of a delivery that was written and is not settled; `nil` where there is none.
  private static func unsettledCopy(
    _ id: String, with delivery: CopyDraft.Delivery, in db: Database
  ) throws -> CopyID? {
    try CopyID.fetchOne(
      db,
      sql: """
        SELECT d.copy FROM remote_copy r JOIN delivery d ON d.copy = r.copy
        WHERE r.id = ? AND r.state = 'pending' AND d.mailbox = ? AND ? IN (first_seen_at, last_seen_at)
        """,
      arguments: [id, delivery.mailboxOwner.comparisonKey, delivery.seenAt])
  }

  /// Notes that copies that were handed over and written are durable there.
  ///
  /// - Throws: `StoreError`.
  package func settleDeliveries(_ ids: some Collection<String>) throws {
    guard !ids.isEmpty else { return }
    try write { try Self.settle(ids, in: $0) }
  }

  private static func settle(_ ids: some Collection<String>, in db: Database) throws {
    let statement = try db.cachedStatement(
      sql: """
        UPDATE remote_copy SET state = 'stored'
        WHERE id = ? AND state = 'pending' AND copy IS NOT NULL
        """)
    for id in ids { try statement.execute(arguments: [id]) }
  }

  /// Forgets a copy that is not there; one that is written here as handed over stays.
  ///
  /// - Throws: `StoreError`.
  package func endDelivery(_ id: String) throws {
    try write { db in
      try db.execute(
        sql: "DELETE FROM remote_copy WHERE id = ? AND state = 'pending' AND copy IS NULL",
        arguments: [id])
      if db.changesCount > 0 { try RequestLog.remove(ofPending: id, in: db) }
    }
  }

  /// Forgets a copy that was taken back there, and takes it away here, where it was written as handed over;
  /// no tombstone keeps it from coming again.
  ///
  /// - Throws: `StoreError`.
  package func endDelivery(takenBack id: String, now: Int64) throws {
    let copy = try read { db in
      try CopyID.fetchOne(
        db, sql: "SELECT copy FROM remote_copy WHERE id = ? AND state = 'pending'",
        arguments: [id])
    }
    guard let copy else { return try endDelivery(id) }
    try takeAway(copy, now: now)
    try removeGoneCopies()
  }

  /// What is left of copies that are no longer here.
  ///
  /// - Throws: `StoreError`.
  package func removeGoneCopies() throws {
    try write { db in
      try db.execute(
        sql: """
          DELETE FROM remote_copy WHERE copy IS NOT NULL AND copy NOT IN (SELECT id FROM copy)
          """)
      try RequestLog.removeGone(in: db)
    }
  }

  // MARK: Numbers here and ids there

  /// The copy there of one here.
  ///
  /// - Throws: `StoreError`.
  package func remoteCopy(of copy: CopyID) throws -> RemoteCopy? {
    guard try isMirror() else { return nil }
    return try read { try Self.remoteCopy(of: copy, in: $0) }
  }

  private static func remoteCopy(of copy: CopyID, in db: Database) throws -> RemoteCopy? {
    try Row.fetchOne(
      db, sql: "SELECT id, stored FROM remote_copy WHERE copy = ?", arguments: [copy]
    ).map { RemoteCopy(id: $0[0], stored: $0[1]) }
  }

  /// The copy here of one there.
  ///
  /// - Throws: `StoreError`.
  package func copy(stored: String) throws -> CopyID? {
    try read { db in
      try CopyID.fetchOne(
        db, sql: "SELECT copy FROM remote_copy WHERE stored = ? AND copy IS NOT NULL",
        arguments: [stored])
    }
  }

  /// The ids there of copies here, in their order.
  ///
  /// - Parameters:
  ///   - id: Those behind this one.
  ///   - limit: So many at the most.
  /// - Returns: The ids.
  /// - Throws: `StoreError`.
  package func storedCopies(after id: String, limit: Int) throws -> [String] {
    try read { db in
      try String.fetchAll(
        db,
        sql: """
          SELECT stored FROM remote_copy WHERE stored > ? AND copy IS NOT NULL
          ORDER BY stored LIMIT ?
          """, arguments: [id, limit])
    }
  }

  // MARK: Withdrawing

  /// The copies that `forget` takes away.
  ///
  /// - Throws: `StoreError`; `DirectoryError` where the address is a user's.
  package func copies(forgottenWith address: AddrSpec) throws -> [CopyID] {
    guard try user(address) == nil else { throw DirectoryError.isUser(address.description) }
    let named = try headers(naming: address).copies
    return try read { db in
      try CopyID.fetchAll(
        db,
        sql: """
          SELECT id FROM copy WHERE id IN (SELECT copy FROM participant WHERE address_key = ?1)
            OR id IN (SELECT value FROM json_each(?2)) ORDER BY id
          """,
        arguments: [
          address.comparisonKey, "[\(named.map(\.description).joined(separator: ","))]",
        ])
    }
  }

  /// Takes a copy away, whoever owns it; a tombstone keeps it from coming back.
  ///
  /// - Throws: `StoreError`.
  package func withdraw(_ id: CopyID, now: Int64) throws {
    _ = try withdraw(where: "id = ?1", arguments: [id], isDryRun: false, now: now)
  }
}
