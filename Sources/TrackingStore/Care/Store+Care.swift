import CSystem
import Foundation
import GRDB
import Glibc
import InternetMessage
import System
import Tracking

/// What keeps a store well.
extension Store {
  /// Repairs what can be repaired in the store itself.
  ///
  /// - Parameter repairs: What was found; others than the store's are left out.
  /// - Throws: `StoreError`.
  package func apply(_ repairs: [Repair]) throws {
    for repair in repairs {
      switch repair {
      case .reindexing: try write { try $0.execute(sql: "REINDEX") }
      case .orphans(let kind):
        guard let statement = kind.repairing else { continue }
        try write { try $0.execute(sql: statement) }
      case .emptyConversations:
        try write { db in
          try db.execute(sql: StoreExamination.removalOfEmptyConversations)
          try db.execute(
            sql: """
              DELETE FROM conversation_participant
                WHERE conversation NOT IN (SELECT id FROM conversation)
              """)
        }
      case .attachments(let found): try list(found)
      case .calendars(let found): try keep(found)
      // A store is brought to this version when it is opened.
      case .permissions, .removal, .migration: continue
      }
    }
  }

  /// Keeps what copies say of appointments and tasks, of which nothing was kept.
  private func keep(_ found: [CopyCalendar]) throws {
    var rest = found[...]
    while !rest.isEmpty {
      let some = rest.prefix(Self.maxAtOnce)
      rest = rest.dropFirst(some.count)
      try write { db in
        for item in some
        where try Int.fetchOne(
          db.cachedStatement(sql: "SELECT 1 FROM copy WHERE id = ?"), arguments: [item.copy]) != nil
        {
          try db.cachedStatement(sql: "DELETE FROM calendar_entry WHERE copy = ?")
            .execute(arguments: [item.copy])
          try StoredCalendar.insert(item.rows, of: item.copy, in: db)
        }
      }
    }
  }

  /// What would be kept of what a copy says of appointments and tasks, where nothing is.
  ///
  /// - Parameters:
  ///   - id: The copy.
  ///   - words: What it says.
  /// - Returns: `nil` where something is kept, or nothing is to be.
  /// - Throws: `StoreError`.
  package func missingCalendar(of id: CopyID, _ words: [CalendarWord]) throws -> CopyCalendar? {
    guard !words.isEmpty else { return nil }
    let rows = StoredCalendar.rows(words, policy: try policy())
    let isKept = try read {
      try Int.fetchOne(
        $0.cachedStatement(sql: "SELECT 1 FROM calendar_entry WHERE copy = ? LIMIT 1"),
        arguments: [id]) != nil
    }
    return rows.isEmpty || isKept ? nil : CopyCalendar(copy: id, rows: rows)
  }

  /// Lists attachments as they were found, and has the copies indexed anew.
  private func list(_ found: [CopyAttachments]) throws {
    var rest = found[...]
    while !rest.isEmpty {
      let some = rest.prefix(Self.maxAtOnce)
      rest = rest.dropFirst(some.count)
      try write { db in
        let index = SearchIndex(db: db)
        for item in some
        where try Int.fetchOne(
          db.cachedStatement(sql: "SELECT 1 FROM copy WHERE id = ?"), arguments: [item.copy]) != nil
        {
          try index.removeToInsertAnew(item.copy)
          try db.cachedStatement(sql: "DELETE FROM attachment WHERE copy = ?")
            .execute(arguments: [item.copy])
          for attachment in item.attachments {
            try CopyWriter.insert(attachment, of: item.copy, in: db)
          }
        }
        try index.mergeWhereMany()
      }
    }
  }

  /// Whether the tables are those of this version.
  ///
  /// - Throws: `StoreError`.
  package func isOfThisVersion() throws -> Bool {
    try read { try Int.fetchOne($0, sql: "PRAGMA user_version") == StoreSchema.version }
  }

  /// What is listed as attached to a copy, in order.
  ///
  /// - Throws: `StoreError`.
  package func attachments(of id: CopyID) throws -> [Attachment] {
    try read { try CopyReader(in: $0).attachments(of: id) }
  }

  /// What the bytes of some copies should be, in the order of their numbers.
  ///
  /// - Parameters:
  ///   - id: Only those with a higher number.
  ///   - limit: At most so many.
  /// - Returns: One for each copy.
  /// - Throws: `StoreError`.
  package func identities(after id: CopyID, limit: Int) throws -> [StoredIdentity] {
    try read { db in
      try Row.fetchAll(
        db.cachedStatement(
          sql: """
            SELECT id, key, size, is_truncated, tracked_at FROM copy
              WHERE id > ? \(Self.withContent(in: db)) ORDER BY id LIMIT ?
            """), arguments: [id, limit]
      ).map(StoredIdentity.init)
    }
  }

  /// Leaves out what is kept elsewhere alone.
  private static func withContent(in db: Database) throws -> String {
    guard try isMirror(in: db) else { return "" }
    return """
      AND NOT EXISTS (SELECT 1 FROM remote_copy
        WHERE remote_copy.copy = copy.id AND state IN ('known', 'listed', 'fetched'))
      """
  }

  /// What the bytes of a copy should be; `nil` where it is gone, or kept elsewhere alone.
  ///
  /// - Throws: `StoreError`.
  package func identity(of id: CopyID) throws -> StoredIdentity? {
    try read { db in
      try Row.fetchOne(
        db.cachedStatement(
          sql: """
            SELECT id, key, size, is_truncated, tracked_at FROM copy
              WHERE id = ? \(Self.withContent(in: db))
            """),
        arguments: [id]
      ).map(StoredIdentity.init)
    }
  }

  /// The lengths of a copy's chunks in bytes, by their numbers.
  ///
  /// - Throws: `StoreError`.
  package func chunkLengths(of id: CopyID) throws -> [(number: Int, length: Int)] {
    try read { db in
      let first = id.firstChunk
      return try Row.fetchAll(
        db.cachedStatement(
          sql: "SELECT id - ?1, length(bytes) FROM content WHERE id BETWEEN ?1 AND ?2 ORDER BY id"),
        arguments: [first, first + CopyWriter.chunksPerCopy - 1]
      ).map { (number: $0[0], length: $0[1]) }
    }
  }

  /// One chunk of a copy's bytes; `nil` where there is none.
  ///
  /// - Throws: `StoreError`.
  package func chunk(_ number: Int, of id: CopyID) throws -> Data? {
    try read { db in
      try Data.fetchOne(
        db.cachedStatement(sql: "SELECT bytes FROM content WHERE id = ?"),
        arguments: [id.firstChunk + Int64(number)])
    }
  }

  /// Writes the store, as it is at one moment, into a new file, while others write it.
  ///
  /// The file is there whole or not at all, is this user's alone, and survives a power cut.
  ///
  /// - Parameter path: The file; none is replaced.
  /// - Throws: `StoreError`; `FileError`, whose code is EEXIST where the file is there, or somebody is
  ///   making it.
  package func backUp(to path: String) throws {
    var status = stat()
    guard lstat(path, &status) != 0 else { throw FileError(path: path, code: EEXIST) }
    let folder = FilePath.folder(of: path)
    let temporary = AtomicFile.temporaryPath(for: FilePath.name(of: path), in: folder)
    let descriptor = try AtomicFile.openTemporary(temporary, for: path)
    // After SQLite is done with the file, whose own locks go with any descriptor of it.
    defer { close(descriptor) }
    func clean() { for suffix in ["-journal", ""] { unlink(temporary + suffix) } }
    unlink(temporary + "-journal")
    do {
      try StoreError.translating {
        let target = try DatabaseQueue(
          path: StoreFile.name(temporary), configuration: Self.keptConfiguration)
        try copyAll(to: target)
        try target.close()
      }
      try StoreFile.sync(temporary)
      let result = renameNew(temporary, path)
      guard result == 0 else { throw FileError(path: path, code: result) }
      try StoreFile.sync(folder)
    } catch {
      clean()
      throw error
    }
  }
}
