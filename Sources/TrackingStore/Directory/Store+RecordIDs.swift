import GRDB
import Tracking

extension Store {
  /// The first of some records that is there.
  ///
  /// - Throws: `StoreError`.
  package func firstRecord(of candidates: [RecordReference]) throws -> RecordReference? {
    try read { db in
      try candidates.first { record in
        try Int64.fetchOne(
          db.cachedStatement(sql: "SELECT id FROM record WHERE type = ? AND record_id = ?"),
          arguments: [record.type, record.id]) != nil
      }
    }
  }

  /// Gives records other ids, wherever these stand; one that is there under its new id stays as it is.
  ///
  /// - Throws: `StoreError`.
  package func renameRecords(_ pairs: [(old: RecordReference, new: RecordReference)]) throws {
    guard !pairs.isEmpty else { return }
    try write { db in
      for (old, new) in pairs where old.type == new.type {
        try db.cachedStatement(
          sql: "UPDATE OR IGNORE record SET record_id = ?3 WHERE type = ?1 AND record_id = ?2"
        ).execute(arguments: [old.type, old.id, new.id])
        guard db.changesCount > 0 else { continue }
        for table in ["copy", "conversation"] {
          try db.cachedStatement(
            sql: """
              UPDATE \(table) SET regarding_id = ?3 WHERE regarding_type = ?1 AND regarding_id = ?2
              """
          ).execute(arguments: [old.type, old.id, new.id])
        }
      }
    }
  }

  /// Takes a record away; mail that regards it stays and regards it on, as its CRM may still know it.
  ///
  /// - Returns: How many copies regard it; `nil` where there is no such record.
  /// - Throws: `StoreError`.
  package func removeRecord(_ record: RecordReference) throws -> Int? {
    try write { db in
      let id = try Int64.fetchOne(
        db, sql: "SELECT id FROM record WHERE type = ? AND record_id = ?",
        arguments: [record.type, record.id])
      guard let id else { return nil }
      for table in ["record_address", "record_domain", "participant_record"] {
        try db.execute(sql: "DELETE FROM \(table) WHERE record = ?", arguments: [id])
      }
      try db.execute(sql: "DELETE FROM record WHERE id = ?", arguments: [id])
      let regarding = try Int.fetchOne(
        db, sql: "SELECT count(*) FROM copy WHERE regarding_type = ? AND regarding_id = ?",
        arguments: [record.type, record.id])
      return regarding ?? 0
    }
  }

  /// Notes to which company records belong, by its name, until an account has that name.
  ///
  /// - Parameter companies: Each with the letters and digits of the company's name.
  /// - Throws: `StoreError`.
  package func setCompanies(_ companies: [(record: RecordReference, company: String)]) throws {
    guard !companies.isEmpty else { return }
    try write { db in
      for (record, company) in companies where !company.isEmpty {
        try db.cachedStatement(
          sql: """
            UPDATE record SET parent = '=' || ?3 WHERE type = ?1 AND record_id = ?2
              AND (parent IS NULL OR parent LIKE '=%')
            """
        ).execute(arguments: [record.type, record.id, company])
      }
    }
  }

  /// The companies to which records belong by their names.
  ///
  /// - Throws: `StoreError`.
  package func companies() throws -> [String] {
    try read { db in
      try String.fetchAll(
        db, sql: "SELECT DISTINCT substr(parent, 2) FROM record WHERE parent LIKE '=%' ORDER BY 1")
    }
  }

  /// Gives records that belong to companies by their names the accounts that these are.
  ///
  /// - Throws: `StoreError`.
  package func settleCompanies(_ pairs: [(company: String, account: RecordReference)]) throws {
    guard !pairs.isEmpty else { return }
    try write { db in
      for (company, account) in pairs {
        try db.cachedStatement(sql: "UPDATE record SET parent = ?2 WHERE parent = '=' || ?1")
          .execute(arguments: [company, account.description])
      }
    }
  }
}
