import Foundation
import GRDB
import InternetMessage
import Tracking

/// The tracked mail of a store, to correlate against.
struct TrackedMailIndex: TrackedMail {
  let db: Database
  /// Whether anything was withdrawn.
  var hasTombstones = true
  /// What is known of records.
  var cache: StoreCache?

  private static let columns =
    "copy.id, copy.conversation, copy.owner, copy.direction, copy.subject, copy.message_id"

  func copies(withMessageID id: MessageID) throws -> [IndexedCopy] {
    try copies(
      """
      SELECT \(Self.columns) FROM copy
        WHERE message_id = ? ORDER BY copy.id DESC LIMIT 20
      """, [id.value])
  }

  func copies(withToken token: String) throws -> [IndexedCopy] {
    try copies(
      """
      SELECT \(Self.columns) FROM copy
        WHERE token = ? ORDER BY copy.id DESC LIMIT 20
      """, [token])
  }

  func copies(withThreadIndexBase base: ArraySlice<UInt8>) throws -> [IndexedCopy] {
    try copies(
      """
      SELECT \(Self.columns) FROM copy
        WHERE thread_index_base = ? ORDER BY copy.id DESC LIMIT 20
      """, [base.withUnsafeBytes { Data($0) }])
  }

  func copies(sharing count: Int, of addresses: [AddrSpec], since: Int64) throws -> [IndexedCopy] {
    let keys = addresses.prefix(Self.maxAddresses).flatMap(\.storedKeys)
    guard !keys.isEmpty else { return [] }
    let marks = databaseQuestionMarks(count: keys.count)
    return try copies(
      """
      SELECT \(Self.columns) FROM copy
        WHERE copy.id IN (
          SELECT copy FROM participant WHERE address_key IN (\(marks)) AND is_external
            GROUP BY copy HAVING count(DISTINCT address_key) >= ?)
          AND tracked_at >= ?
        ORDER BY copy.id DESC LIMIT 200
      """, StatementArguments(keys) + [count, since])
  }

  func conversation(
    _ id: ConversationID, knows addresses: [AddrSpec], as known: KnownParticipant
  ) throws -> KnownParticipant.Basis? {
    try Acquaintance(db: db, known: known, cache: cache).basis(of: addresses, in: id)
  }

  /// The copy of this very message with a direction.
  func copy(withKey key: MessageKey, direction: Direction) throws -> IndexedCopy? {
    try copies(
      "SELECT \(Self.columns) FROM copy WHERE key = ? AND direction = ?",
      [Data(key.bytes), direction.rawValue]
    ).first
  }

  func isConversationWithdrawn(_ header: MessageHeader) throws -> Bool {
    try hasTombstones && Tombstone.isAnswerWithdrawn(header, in: db)
  }

  // Correlation asks for those whom the message names first; more make no reply likelier.
  private static let maxAddresses = 200

  private func copies(_ sql: String, _ arguments: StatementArguments) throws -> [IndexedCopy] {
    let rows = try Row.fetchCursor(db.cachedStatement(sql: sql), arguments: arguments)
    var copies: [IndexedCopy] = []
    while let row = try rows.next() {
      guard let direction = Direction(rawValue: row[3]) else {
        throw StoreError(.damaged, detail: "a direction")
      }
      let messageID: String? = row[5]
      copies.append(
        IndexedCopy(
          id: row[0], conversation: row[1], owner: row[2], direction: direction,
          subject: row[4], messageID: messageID.map { MessageID($0) }))
    }
    return copies
  }
}
