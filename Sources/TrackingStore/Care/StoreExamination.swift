import Foundation
import GRDB
import System
import Tracking

/// Looks at a store as a database: all but the bytes of its messages.
package struct StoreExamination {
  private let store: Store
  private let path: String

  /// Makes an examination of a store that was opened to be examined.
  ///
  /// - Parameters:
  ///   - store: The store.
  ///   - path: Its file, to be named in remedies.
  package init(_ store: Store, path: String) {
    self.store = store
    self.path = path
  }

  /// So many lines of SQLite's own check are told.
  private static let maxDamages = 20

  /// Looks at it.
  ///
  /// - Parameter report: Told of each finding.
  /// - Returns: Whether the rest can be looked at, too: it is a store of ours.
  /// - Throws: `StoreError` where it cannot be read; what the body throws.
  package func run(_ report: (Finding) throws -> Void) throws -> Bool {
    let (version, isOurs) = try store.read { db in
      (
        try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0,
        try Int.fetchOne(db, sql: "PRAGMA application_id") == StoreSchema.applicationID
      )
    }
    guard isOurs else { throw StoreError(.notAStore, detail: "a database of another program") }
    guard version <= StoreSchema.version else { throw StoreError(.newerVersion) }
    if version < StoreSchema.version {
      try report(
        Finding(
          .store, "an older version made it: \(version) instead of \(StoreSchema.version)",
          remedy: "crm-mailfilter verify --repair", repair: .migration))
    }
    try store.readConsistently { db in
      try damages(in: db, report)
      if version == StoreSchema.version { try strangers(in: db, report) }
      try orphans(in: db, report)
      try conversations(in: db, report)
      try secrets(in: db, report)
    }
    return true
  }

  private func damages(in db: Database, _ report: (Finding) throws -> Void) throws {
    let lines = try String.fetchAll(db, sql: "PRAGMA integrity_check(\(Self.maxDamages))")
    for line in lines where line != "ok" {
      let isIndex =
        line.contains("missing from index") || line.contains("entries in index")
        || line.contains("non-unique entry in index")
      let name = Distrust.quoted(path)
      try report(
        Finding(
          .store, "damaged: \(line)",
          remedy: isIndex
            ? "crm-mailfilter verify --repair"
            : "restore a backup, or save what can be: sqlite3 \(name) .recover | sqlite3 NEW",
          repair: isIndex ? .reindexing : nil))
    }
  }

  /// What a store of this version does not have, and what it lacks.
  private func strangers(in db: Database, _ report: (Finding) throws -> Void) throws {
    let sql = """
      SELECT type || ' ' || name, sql FROM sqlite_schema
        WHERE sql IS NOT NULL AND name NOT GLOB 'sqlite_*' AND name NOT GLOB 'grdb_*' ORDER BY 1
      """
    let found = try Row.fetchAll(db, sql: sql).map { (name: $0[0] as String, sql: $0[1] as String) }
    let queue = try DatabaseQueue(configuration: Store.keptConfiguration)
    try StoreSchema.migrate(queue)
    let ours = try queue.read { try Row.fetchAll($0, sql: sql) }
      .map { (name: $0[0] as String, sql: $0[1] as String) }
    let names = Dictionary(found.map { ($0.name, $0.sql) }) { first, _ in first }
    for item in ours where names[item.name] != item.sql {
      try report(
        Finding(
          .store,
          names[item.name] == nil ? "\(item.name) is missing" : "\(item.name) was changed",
          remedy: "restore a backup"))
    }
    let known = Set(ours.map(\.name))
    // Tables, views and indexes of somebody's own do no harm.
    for item in found where !known.contains(item.name) && item.name.hasPrefix("trigger ") {
      let name = OrphanKind.quoted(String(item.name.dropFirst("trigger ".count)))
      try report(
        Finding(
          .store, "\(item.name) is none of ours; it is never run here",
          remedy: "sqlite3 \(Distrust.quoted(path)) \(Distrust.quoted("DROP TRIGGER \(name)"))"))
    }
  }

  // MARK: What names something that is gone

  private func orphans(in db: Database, _ report: (Finding) throws -> Void) throws {
    for kind in try Self.orphanKinds(in: db) {
      let count =
        try Int.fetchOne(
          db,
          sql: """
            SELECT count(*) FROM \(OrphanKind.quoted(kind.table)) AS child WHERE \(kind.condition)
            """) ?? 0
      guard count > 0 else { continue }
      let rows = "\(count) \(count == 1 ? "row" : "rows") of \(kind.table)"
      try report(
        Finding(
          kind.table == "copy" && kind.parent == "conversation" ? .conversation : .orphan,
          "\(rows): the \(kind.parent) is gone",
          remedy: kind.repairing == nil
            ? "restore a backup, or add the \(kind.parent) again"
            : "crm-mailfilter verify --repair",
          repair: kind.repairing == nil ? nil : .orphans(kind)))
    }
  }

  /// All kinds that the tables of a store have, by what their columns refer to.
  static func orphanKinds(in db: Database) throws -> [OrphanKind] {
    let rows = try Row.fetchAll(
      db,
      sql: """
        SELECT schema.name, key."from", key."table", info."notnull" OR info.pk > 0
          FROM sqlite_schema AS schema
            JOIN pragma_foreign_key_list(schema.name) AS key
            JOIN pragma_table_info(schema.name) AS info ON info.name = key."from"
          WHERE schema.type = 'table' AND key."to" IS NULL ORDER BY schema.name, key.id
        """)
    return rows.map { .reference(table: $0[0], column: $0[1], parent: $0[2], isOptional: !$0[3]) }
      + [.content, .participantRecords]
  }

  private static let emptyConversation = """
    NOT EXISTS (SELECT 1 FROM copy WHERE copy.conversation = child.id)
    """

  /// The statement that takes conversations without mail away.
  static let removalOfEmptyConversations = """
    DELETE FROM conversation AS child WHERE \(emptyConversation)
    """

  private func conversations(in db: Database, _ report: (Finding) throws -> Void) throws {
    let count =
      try Int.fetchOne(
        db,
        sql: "SELECT count(*) FROM conversation AS child WHERE \(Self.emptyConversation)") ?? 0
    guard count > 0 else { return }
    try report(
      Finding(
        .conversation, "\(count) without mail", remedy: "crm-mailfilter verify --repair",
        repair: .emptyConversations))
  }

  private func secrets(in db: Database, _ report: (Finding) throws -> Void) throws {
    for name in ["tombstone", "file"] {
      let length = try Int.fetchOne(
        db, sql: "SELECT length(value) FROM secret WHERE name = ?", arguments: [name])
      guard length != 32 else { continue }
      try report(
        Finding(
          .store, "the salt '\(name)' is missing: what was withdrawn or seen is not known again",
          remedy: "restore a backup"))
    }
  }
}

/// What the bytes of a copy should be.
package struct StoredIdentity: Sendable {
  /// The copy.
  package let id: CopyID
  /// The identity of its message.
  package let key: [UInt8]
  /// The length of the message in bytes.
  package let size: Int
  /// Whether only its beginning is stored.
  package let isTruncated: Bool
  /// When the message arrived, in seconds since 1970.
  package let arrivedAt: Int64

  init(_ row: Row) {
    id = CopyID(row[0])
    key = Array(row[1] as Data)
    size = row[2]
    isTruncated = row[3]
    arrivedAt = row[4]
  }
}
