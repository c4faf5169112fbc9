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
  // Not put together for each message.
  private static let byMessageID = latest("message_id")
  private static let byToken = latest("token")
  private static let byThreadIndexBase = latest("thread_index_base")
  private static let byKey = "SELECT \(columns) FROM copy WHERE key = ? AND direction = ?"

  /// The latest copies that have a value in a column.
  private static func latest(_ column: String) -> String {
    "SELECT \(columns) FROM copy WHERE \(column) = ? ORDER BY copy.id DESC LIMIT 20"
  }

  func copies(withMessageID id: MessageID) throws -> [IndexedCopy] {
    try copies(Self.byMessageID) { $0.add(id.value) }
  }

  func copies(withToken token: String) throws -> [IndexedCopy] {
    try copies(Self.byToken) { $0.add(token) }
  }

  func copies(withThreadIndexBase base: ArraySlice<UInt8>) throws -> [IndexedCopy] {
    try copies(Self.byThreadIndexBase) { values in
      base.withUnsafeBytes { values.add($0, isKept: false) }
    }
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
      """
    ) { values in
      for key in keys { values.add(key) }
      values.add(count)
      values.add(since)
    }
  }

  func conversation(
    _ id: ConversationID, knows addresses: [AddrSpec], as known: KnownParticipant
  ) throws -> KnownParticipant.Basis? {
    try Acquaintance(db: db, known: known, cache: cache).basis(of: addresses, in: id)
  }

  /// The copy of this very message with a direction.
  func copy(withKey key: MessageKey, direction: Direction) throws -> IndexedCopy? {
    try copies(Self.byKey) {
      $0.add(bytes: key.bytes)
      $0.add(direction.rawValue)
    }.first
  }

  func isConversationWithdrawn(_ header: MessageHeader) throws -> Bool {
    try hasTombstones && Tombstone.isAnswerWithdrawn(header, in: db)
  }

  // Correlation asks for those whom the message names first; more make no reply likelier.
  private static let maxAddresses = 200

  private func copies(
    _ sql: String, _ bind: (inout StatementValues) -> Void
  ) throws -> [IndexedCopy] {
    var copies: [IndexedCopy] = []
    try db.forEachRow(sql, bind) { row in
      guard let direction = row.text(3).flatMap(Direction.init(rawValue:)) else {
        throw StoreError(.damaged, detail: "a direction")
      }
      copies.append(
        IndexedCopy(
          id: CopyID(row.integer(0)), conversation: ConversationID(row.integer(1)),
          owner: UserID(row.integer(2)), direction: direction, subject: row.text(4) ?? "",
          messageID: row.text(5).map { MessageID($0) }))
      return true
    }
    return copies
  }
}
