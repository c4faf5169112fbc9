import GRDB
import InternetMessage
import Tracking

extension Store {
  /// Adds records, or replaces owner, addresses and domains of those that are there, and name and
  /// account where they are told: all of them or none.
  ///
  /// - Returns: How many are new.
  /// - Throws: `StoreError`; `DirectoryError` where an owner is no user.
  package func setRecords(_ entries: [RecordEntry], now: Int64) throws -> Int {
    try write { db in
      var added = 0
      for entry in entries where try set(entry, now: now, in: db) { added += 1 }
      return added
    }
  }

  /// How many of some records are not there yet.
  ///
  /// - Throws: `StoreError`.
  package func countOfNew(_ entries: [RecordEntry]) throws -> Int {
    try read { db in
      try entries.count { entry in
        let record = try StoredRecord.current(entry.record, in: db)
        return try !entry.isAddition && StoredRecord.key(of: record, in: db) == nil
      }
    }
  }

  private func set(_ entry: RecordEntry, now: Int64, in db: Database) throws -> Bool {
    var owner: UserID?
    if let address = entry.owner {
      guard let user = try StoreDirectory(db: db).users(havingAddress: address).first else {
        throw DirectoryError.noUser(address.description)
      }
      owner = user.id
    }
    let record = try StoredRecord.current(entry.record, in: db)
    let parent = try entry.parent.map { try StoredRecord.current($0, in: db) }
    let found = try StoredRecord.key(of: record, in: db)
    let id: RecordID
    // What a file still says under a name of before comes to what the record became.
    if let found, entry.isAddition || record != entry.record {
      id = found
    } else if let found {
      id = found
      for sql in [
        "DELETE FROM record_address WHERE record = ?", "DELETE FROM record_domain WHERE record = ?",
      ] {
        try db.cachedStatement(sql: sql).execute(arguments: [id])
      }
      // What a file has no column for is not taken away.
      try db.cachedStatement(
        sql: """
          UPDATE record SET owner = ?, name = coalesce(?, name), parent = coalesce(?, parent)
            WHERE id = ?
          """
      ).execute(arguments: [owner, entry.name, parent?.description, id])
    } else {
      try db.cachedStatement(
        sql: """
          INSERT INTO record (type, record_id, owner, created_at, name, parent)
            VALUES (?, ?, ?, ?, ?, ?)
          """
      ).execute(arguments: [
        entry.record.type, entry.record.id, owner, now, entry.name, parent?.description,
      ])
      id = RecordID(db.lastInsertedRowID)
    }
    try StoredRecord.add(entry.addresses, entry.domains, to: id, in: db)
    return found == nil
  }

  /// The records, by type and id, at most `limit` of them.
  ///
  /// - Throws: `StoreError`.
  package func records(type: String? = nil, limit: Int = Int.max) throws -> [RecordEntry] {
    try read { db in
      try Row.fetchAll(
        db,
        sql: """
          SELECT \(Self.entryColumns) WHERE ?1 IS NULL OR type = ?1 ORDER BY type, record_id LIMIT ?2
          """, arguments: [type, limit]
      ).map { try Self.entry($0, in: db) }
    }
  }

  /// What is known of some records, those that are none left out.
  ///
  /// - Throws: `StoreError`.
  package func recordEntries(_ records: [RecordReference]) throws -> [RecordEntry] {
    try readConsistently { db in
      let statement = try db.cachedStatement(
        sql: "SELECT \(Self.entryColumns) WHERE type = ? AND record_id = ?")
      return try records.compactMap { record in
        try Row.fetchOne(statement, arguments: [record.type, record.id])
          .map { try Self.entry($0, in: db) }
      }
    }
  }

  private static let entryColumns = """
    record.id, type, record_id, user.address, record.name, parent FROM record
      LEFT JOIN user ON user.id = record.owner
    """

  private static func entry(_ row: Row, in db: Database) throws -> RecordEntry {
    let id: RecordID = row[0]
    let owner: String? = row[3]
    let parent: String? = row[5]
    return RecordEntry(
      record: RecordReference(type: row[1], id: row[2]), owner: owner.flatMap { AddrSpec($0) },
      addresses: try String.fetchAll(
        db.cachedStatement(
          sql: "SELECT address FROM record_address WHERE record = ? ORDER BY address_key"),
        arguments: [id]
      ).compactMap { AddrSpec($0) },
      domains: try String.fetchAll(
        db.cachedStatement(
          sql: "SELECT domain FROM record_domain WHERE record = ? ORDER BY domain_key"),
        arguments: [id]),
      name: row[4], parent: parent.flatMap { RecordReference($0) })
  }

  /// The addresses from outside in tracked mail that no record has now, those in most mail first.
  ///
  /// - Parameter limit: The most that are returned.
  /// - Returns: Each with the number of copies in which it takes part.
  /// - Throws: `StoreError`.
  package func unresolvedAddresses(limit: Int) throws -> [UnresolvedAddress] {
    try readConsistently { db in
      let directory = StoreDirectory(db: db)
      let rows = try Row.fetchCursor(
        db,
        sql: """
          SELECT min(address), count(DISTINCT participant.copy) AS copies, min(sent_at), max(sent_at),
              address_key
            FROM participant JOIN copy ON copy.id = participant.copy
              LEFT JOIN participant_record USING (copy, number)
            WHERE is_external AND record IS NULL AND participant.user IS NULL
            GROUP BY address_key ORDER BY copies DESC, address_key
          """)
      var found: [UnresolvedAddress] = []
      while found.count < limit, let row = try rows.next() {
        guard let address = AddrSpec(row[0] as String),
          try directory.records(matching: address, limit: 1).isEmpty
        else { continue }
        let name = try String.fetchOne(
          db.cachedStatement(
            sql: """
              SELECT name FROM participant JOIN copy ON copy.id = participant.copy
                WHERE address_key = ? AND name IS NOT NULL ORDER BY sent_at DESC, copy.id DESC LIMIT 1
              """), arguments: [row[4] as String])
        let (first, last): (Int64, Int64) = (row[2], row[3])
        found.append(
          UnresolvedAddress(address: address, copies: row[1], name: name, sent: first...last))
      }
      return found
    }
  }
}
