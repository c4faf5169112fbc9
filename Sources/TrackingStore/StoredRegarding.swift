import GRDB
import Tracking

/// The record that a conversation is about.
enum StoredRegarding {
  /// What a conversation has, and who said so.
  static func ofConversation(
    _ id: Int64, in db: Database
  ) throws -> CopyDraft.Regarding? {
    let row = try Row.fetchOne(
      db.cachedStatement(
        sql: """
          SELECT regarding_type, regarding_id, regarding_source FROM conversation WHERE id = ?
          """),
      arguments: [id])
    guard let row, let type: String = row[0], let record: String = row[1],
      let word: String = row[2], let source = CopyDraft.Regarding.Source(rawValue: word)
    else { return nil }
    return CopyDraft.Regarding(record: RecordReference(type: type, id: record), source: source)
  }

  /// Gives a conversation a record, unless it has one from as strong a source.
  static func offer(
    _ regarding: CopyDraft.Regarding, toConversation id: Int64, in db: Database
  ) throws {
    if let present = try ofConversation(id, in: db), rank(present) <= rank(regarding) { return }
    try db.execute(
      sql: """
        UPDATE conversation SET regarding_type = ?, regarding_id = ?, regarding_source = ?
          WHERE id = ?
        """,
      arguments: [
        regarding.record.type, regarding.record.id, regarding.source.rawValue, id,
      ])
  }

  private static func rank(_ regarding: CopyDraft.Regarding) -> Int {
    CopyDraft.Regarding.Source.allCases.firstIndex(of: regarding.source) ?? Int.max
  }
}
