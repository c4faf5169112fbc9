import Foundation
import GRDB
import InternetMessage
import System
import Tracking

/// What is left of something that was withdrawn: a salted hash, which tells nothing to who does not
/// have the message.
enum Tombstone {
  /// A message.
  case message(MessageKey)
  /// A message in one mailbox.
  case delivery(MessageKey, mailbox: AddrSpec)
  /// All that answers a message.
  case answers(MessageID)

  /// Whether something was withdrawn.
  static func exists(_ tombstone: Tombstone, in db: Database) throws -> Bool {
    guard try areAny(in: db) else { return false }
    return try Int.fetchOne(
      db.cachedStatement(sql: "SELECT 1 FROM tombstone WHERE hash = ?"),
      arguments: [try tombstone.hash(in: db)]) != nil
  }

  /// Whether anything was withdrawn.
  static func areAny(in db: Database) throws -> Bool {
    try db.findsAny("SELECT 1 FROM tombstone LIMIT 1") { _ in }
  }

  /// Whether a message answers one whose conversation was withdrawn as a whole.
  static func isAnswerWithdrawn(_ header: MessageHeader, in db: Database) throws -> Bool {
    try StoredReferences.ids(of: header).contains { try exists(.answers($0), in: db) }
  }

  /// Withdraws something.
  static func insert(_ tombstone: Tombstone, now: Int64, in db: Database) throws {
    try db.execute(
      sql: "INSERT OR IGNORE INTO tombstone VALUES (?, ?)",
      arguments: [try tombstone.hash(in: db), now])
  }

  /// Takes a withdrawal back.
  static func remove(_ tombstone: Tombstone, in db: Database) throws {
    try db.execute(
      sql: "DELETE FROM tombstone WHERE hash = ?", arguments: [try tombstone.hash(in: db)])
  }

  private func hash(in db: Database) throws -> Data {
    guard
      let salt = try Data.fetchOne(db, sql: "SELECT value FROM secret WHERE name = 'tombstone'")
    else { throw StoreError(.damaged, detail: "no salt") }
    return Data(SHA256.digest(of: salt + bytes))
  }

  /// What is hashed: no two kinds have the same bytes.
  private var bytes: [UInt8] {
    switch self {
    case .message(let key): key.bytes
    case .delivery(let key, let mailbox): key.bytes + Array(mailbox.comparisonKey.utf8)
    case .answers(let id): Array("<\(id.value)>".utf8)
    }
  }
}
