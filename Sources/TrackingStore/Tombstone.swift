import Crypto
import Foundation
import GRDB
import Tracking

/// What is left of a message that was untracked, forgotten or pruned: a salted hash of its key.
enum Tombstone {
  /// Whether a message was withdrawn.
  static func exists(for key: MessageKey, in db: Database) throws -> Bool {
    let isAny = try Int.fetchOne(
      db.cachedStatement(sql: "SELECT 1 FROM tombstone LIMIT 1"))
    guard isAny != nil else { return false }
    return try Int.fetchOne(
      db.cachedStatement(sql: "SELECT 1 FROM tombstone WHERE hash = ?"),
      arguments: [try hash(of: key, in: db)]) != nil
  }

  /// Withdraws a message.
  static func insert(for key: MessageKey, now: Int64, in db: Database) throws {
    try db.execute(
      sql: "INSERT OR IGNORE INTO tombstone VALUES (?, ?)",
      arguments: [try hash(of: key, in: db), now])
  }

  /// Lets a message be tracked again.
  static func remove(for key: MessageKey, in db: Database) throws {
    try db.execute(
      sql: "DELETE FROM tombstone WHERE hash = ?", arguments: [try hash(of: key, in: db)])
  }

  private static func hash(of key: MessageKey, in db: Database) throws -> Data {
    guard
      let salt = try Data.fetchOne(db, sql: "SELECT value FROM secret WHERE name = 'tombstone'")
    else { throw StoreError(.damaged, detail: "no salt") }
    return Data(SHA256.hash(data: salt + Data(key.bytes)))
  }
}
