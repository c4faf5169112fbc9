import Foundation
import GRDB
import Tracking

/// What a batch remembers of mailboxes.
extension Store {
  /// What makes this store's digests.
  ///
  /// - Throws: `StoreError`.
  package func fileDigester() throws -> FileDigester {
    try read { db in
      let salt = try Data.fetchOne(db, sql: "SELECT value FROM secret WHERE name = 'file'")
      guard let salt else { throw StoreError(.damaged, detail: "no salt") }
      return FileDigester(salt: Array(salt))
    }
  }

  /// All files that were decided about: 16 bytes each.
  ///
  /// - Throws: `StoreError`.
  package func knownFiles() throws -> Set<FileDigest> {
    try read { db in
      let count = try Int.fetchOne(db, sql: "SELECT count(*) FROM known_file") ?? 0
      var files = Set<FileDigest>(minimumCapacity: count)
      let rows = try Row.fetchCursor(db, sql: "SELECT digest FROM known_file")
      while let row = try rows.next() {
        let digest = try row.withUnsafeData(atIndex: 0) { data in
          data?.withUnsafeBytes { FileDigest($0) }
        }
        guard let digest else { throw StoreError(.damaged, detail: "a known file") }
        files.insert(digest)
      }
      return files
    }
  }

  /// Remembers files that were decided about.
  ///
  /// - Throws: `StoreError`.
  package func remember(_ files: [FileDigest]) throws {
    guard !files.isEmpty else { return }
    try write { db in
      // In the order of the table: its pages are touched once each.
      for file in files.sorted(by: { ($0.high, $0.low) < ($1.high, $1.low) }) {
        try db.run("INSERT OR IGNORE INTO known_file VALUES (?)") { $0.add(bytes: file.bytes) }
      }
    }
  }

  /// The folders that were looked through, each with its stamp.
  ///
  /// - Throws: `StoreError`.
  package func knownFolders() throws -> [FileDigest: String] {
    try read { db in
      var folders: [FileDigest: String] = [:]
      for row in try Row.fetchAll(db, sql: "SELECT digest, stamp FROM known_folder") {
        let bytes: Data = row[0]
        guard let digest = bytes.withUnsafeBytes({ FileDigest($0) }) else {
          throw StoreError(.damaged, detail: "a known folder")
        }
        folders[digest] = row[1]
      }
      return folders
    }
  }

  /// Remembers folders that were looked through.
  ///
  /// - Throws: `StoreError`.
  package func remember(_ folders: [FileDigest: String]) throws {
    guard !folders.isEmpty else { return }
    try write { db in
      for (digest, stamp) in folders {
        try db.cachedStatement(
          sql: """
            INSERT INTO known_folder VALUES (?1, ?2)
              ON CONFLICT (digest) DO UPDATE SET stamp = ?2 WHERE stamp <> ?2
            """
        ).execute(arguments: [Data(digest.bytes), stamp])
      }
    }
  }

  /// The files that a batch could not read, by name.
  ///
  /// - Throws: `StoreError`.
  package func batchFailures() throws -> [BatchFailure] {
    try read { db in
      try Row.fetchAll(db, sql: "SELECT path, reason, failed_at FROM batch_failure ORDER BY path")
        .map { BatchFailure(path: $0[0], reason: $0[1], failedAt: $0[2]) }
    }
  }

  /// What tells that a file which cannot be read needs no mention.
  private static let acknowledgedKind = UInt8(ascii: "a")

  /// Takes it that somebody knows of a file which could not be read.
  ///
  /// It is listed no more, however often it fails; batches go on trying it.
  ///
  /// - Parameter path: The file, as it is listed.
  /// - Returns: Whether it was listed.
  /// - Throws: `StoreError`.
  package func acknowledgeBatchFailure(_ path: String) throws -> Bool {
    let digest = try fileDigester().digest(Self.acknowledgedKind, path.utf8)
    return try write { db in
      try db.execute(sql: "DELETE FROM batch_failure WHERE path = ?", arguments: [path])
      guard db.changesCount > 0 else { return false }
      try db.execute(
        sql: "INSERT OR IGNORE INTO known_file VALUES (?)", arguments: [Data(digest.bytes)])
      return true
    }
  }

  /// Notes files that could not be read, and takes back notes of others.
  ///
  /// - Parameters:
  ///   - failures: The files that failed.
  ///   - repaired: The paths of those that failed before and do so no longer.
  /// - Throws: `StoreError`.
  package func noteBatchFailures(_ failures: [BatchFailure], repaired: [String]) throws {
    guard !failures.isEmpty || !repaired.isEmpty else { return }
    let digester = try fileDigester()
    try write { db in
      for path in repaired {
        try db.execute(sql: "DELETE FROM batch_failure WHERE path = ?", arguments: [path])
      }
      for failure in failures {
        let digest = digester.digest(Self.acknowledgedKind, failure.path.utf8)
        let isAcknowledged =
          try Int.fetchOne(
            db, sql: "SELECT 1 FROM known_file WHERE digest = ?", arguments: [Data(digest.bytes)])
          != nil
        if isAcknowledged { continue }
        try db.execute(
          sql: "INSERT OR REPLACE INTO batch_failure VALUES (?, ?, ?)",
          arguments: [failure.path, failure.reason, failure.failedAt])
      }
    }
  }
}
