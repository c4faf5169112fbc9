import GRDB
import InternetMessage
import Tracking

extension Store {
  /// Brings all of one record into another.
  ///
  /// Addresses, domains, the contacts of an account, what mail regards it and where it takes part move;
  /// its id means the other one from then on.
  ///
  /// - Parameters:
  ///   - old: The record that goes.
  ///   - new: The record that stays, with its owner, name and account where it has them.
  /// - Returns: How many messages regard the other record for it.
  /// - Throws: `StoreError`; `DirectoryError` where one of them is not there, or both are one.
  package func mergeRecord(_ old: RecordReference, into new: RecordReference) throws -> Int {
    try write { db in
      guard let from = try StoredRecord.key(of: old, in: db) else {
        throw DirectoryError.noRecord(old.description)
      }
      guard let to = try StoredRecord.key(of: new, in: db) else {
        throw DirectoryError.noRecord(new.description)
      }
      guard from != to else { throw DirectoryError.sameRecord(old.description) }
      for (table, columns) in [
        ("record_address", "address_key, ?2, address, alias_key"),
        ("record_domain", "domain_key, ?2, domain"),
        ("participant_record", "copy, number, ?2"),
      ] {
        try db.execute(
          sql: "INSERT OR IGNORE INTO \(table) SELECT \(columns) FROM \(table) WHERE record = ?1",
          arguments: [from, to])
        try db.execute(sql: "DELETE FROM \(table) WHERE record = ?", arguments: [from])
      }
      try db.execute(
        sql: """
          UPDATE record SET name = coalesce(record.name, other.name),
              owner = coalesce(record.owner, other.owner),
              parent = coalesce(record.parent, other.parent)
            FROM record AS other WHERE record.id = ? AND other.id = ?
          """, arguments: [to, from])
      let moved = try Self.rename(old, to: new, in: db)
      // Whose account was the one that went is not its own.
      try db.execute(
        sql: "UPDATE record SET parent = NULL WHERE id = ? AND parent = ?",
        arguments: [to, new.description])
      try db.execute(
        sql: "UPDATE record_moved SET record = ? WHERE record = ?", arguments: [to, from])
      try db.execute(sql: "DELETE FROM record WHERE id = ?", arguments: [from])
      try StoredRecord.leaveTombstone(old, of: to, in: db)
      return moved
    }
  }

  /// Gives a record another type and id, as when a lead becomes a contact.
  ///
  /// Its id of before means it still.
  ///
  /// - Returns: How many messages regard it.
  /// - Throws: `StoreError`; `DirectoryError` where it is not there. Where the other one is there, it is
  ///   `mergeRecord`.
  package func convertRecord(_ old: RecordReference, to new: RecordReference) throws -> Int {
    let isThere = try read { try StoredRecord.key(of: new, in: $0) != nil }
    if isThere { return try mergeRecord(old, into: new) }
    return try write { db in
      guard let id = try StoredRecord.key(of: old, in: db) else {
        throw DirectoryError.noRecord(old.description)
      }
      try db.execute(
        sql: "UPDATE record SET type = ?, record_id = ? WHERE id = ?",
        arguments: [new.type, new.id, id])
      // An id that comes back means what it says.
      try db.execute(
        sql: "DELETE FROM record_moved WHERE type = ? AND record_id = ?",
        arguments: [new.type, new.id])
      let moved = try Self.rename(old, to: new, in: db)
      try StoredRecord.leaveTombstone(old, of: id, in: db)
      return moved
    }
  }

  /// Changes a record; what is not told stays.
  ///
  /// - Throws: `StoreError`; `DirectoryError` where it is not there, or its owner is no user.
  package func changeRecord(_ record: RecordReference, _ change: RecordChange) throws {
    try write { db in
      guard let id = try StoredRecord.key(of: record, in: db) else {
        throw DirectoryError.noRecord(record.description)
      }
      if let owner = change.owner {
        let user = try owner.map { address in
          guard let user = try StoreDirectory(db: db).users(havingAddress: address).first else {
            throw DirectoryError.noUser(address.description)
          }
          return user.id
        }
        try db.execute(sql: "UPDATE record SET owner = ? WHERE id = ?", arguments: [user, id])
      }
      if let name = change.name {
        try db.execute(sql: "UPDATE record SET name = ? WHERE id = ?", arguments: [name, id])
      }
      if let parent = change.parent {
        let account = try parent.map { try StoredRecord.current($0, in: db) }
        guard account != record else { throw DirectoryError.sameRecord(record.description) }
        try db.execute(
          sql: "UPDATE record SET parent = ? WHERE id = ?", arguments: [account?.description, id])
      }
      for address in change.removedAddresses {
        try db.execute(
          sql: "DELETE FROM record_address WHERE record = ? AND address_key = ?",
          arguments: [id, address.comparisonKey])
      }
      for domain in change.removedDomains {
        try db.execute(
          sql: "DELETE FROM record_domain WHERE record = ? AND domain_key = ?",
          arguments: [id, StoredRecord.domainKey(domain)])
      }
      try StoredRecord.add(change.addedAddresses, change.addedDomains, to: id, in: db)
    }
  }

  /// Lets all that names a record by type and id name another; how many copies did.
  private static func rename(
    _ old: RecordReference, to new: RecordReference, in db: Database
  ) throws -> Int {
    var copies = 0
    for table in ["conversation", "copy"] {
      try db.execute(
        sql: """
          UPDATE \(table) SET regarding_type = ?, regarding_id = ?
            WHERE regarding_type = ? AND regarding_id = ?
          """, arguments: [new.type, new.id, old.type, old.id])
      copies = db.changesCount
    }
    try db.execute(
      sql: "UPDATE record SET parent = ? WHERE parent = ?",
      arguments: [new.description, old.description])
    return copies
  }
}

/// How records are kept.
enum StoredRecord {
  /// The key of a record under its present name.
  static func key(of record: RecordReference, in db: Database) throws -> RecordID? {
    try RecordID.fetchOne(
      db.cachedStatement(sql: "SELECT id FROM record WHERE type = ? AND record_id = ?"),
      arguments: [record.type, record.id])
  }

  /// What a record is called now: it may have been merged into another or converted.
  static func current(_ record: RecordReference, in db: Database) throws -> RecordReference {
    if try key(of: record, in: db) != nil { return record }
    let row = try Row.fetchOne(
      db.cachedStatement(
        sql: """
          SELECT record.type, record.record_id FROM record_moved
            JOIN record ON record.id = record_moved.record
            WHERE record_moved.type = ? AND record_moved.record_id = ?
          """), arguments: [record.type, record.id])
    return row.map { RecordReference(type: $0[0], id: $0[1]) } ?? record
  }

  /// Keeps what a record was called.
  static func leaveTombstone(_ old: RecordReference, of id: RecordID, in db: Database) throws {
    try db.execute(
      sql: "INSERT OR REPLACE INTO record_moved VALUES (?, ?, ?)",
      arguments: [old.type, old.id, id])
  }

  /// Adds addresses and domains to those that a record has.
  static func add(
    _ addresses: [AddrSpec], _ domains: [String], to id: RecordID, in db: Database
  ) throws {
    for address in addresses {
      try db.cachedStatement(sql: "INSERT OR IGNORE INTO record_address VALUES (?, ?, ?, ?)")
        .execute(arguments: [
          address.comparisonKey, id, address.description, MailboxAlias.key(of: address),
        ])
    }
    for domain in domains {
      try db.cachedStatement(sql: "INSERT OR IGNORE INTO record_domain VALUES (?, ?, ?)")
        .execute(arguments: [domainKey(domain), id, domain])
    }
  }

  /// The key of an address in the domain: both are folded by the same code.
  static func domainKey(_ domain: String) -> String {
    AddrSpec(localPart: "x", domain: domain).domainKey
  }
}
