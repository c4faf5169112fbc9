import Foundation
import GRDB
import Tracking

/// The index of words, within a transaction.
struct SearchIndex {
  let db: Database

  /// What the index is.
  struct State {
    /// The form of all that is in it.
    var form: SearchForm { SearchForm(number: mark & Int(UInt32.max)) }
    /// What each copy in it bears: the form, and above it a number that no index before had.
    ///
    /// One that begins anew in the same form has none of them.
    var mark: Int
    /// All copies up to this one are in it.
    var completeTo: CopyID
    /// Whether words of deleted copies may still be in its pages.
    var hasDeleted: Bool
  }

  /// So many pages, some 2 MB, are merged while other writers wait.
  static let mergedPages = 500
  /// From so many parts on each transaction merges some.
  private static let manyParts = 128

  /// The columns of the index, in their order.
  static let columns = "subject, sender, recipient, copied, other, body, attachment"

  /// What the index is.
  func state() throws -> State {
    let row = try Row.fetchOne(
      db.cachedStatement(sql: "SELECT form, complete_to, has_deleted FROM search_state"))
    guard let row else { throw StoreError(.damaged, detail: "no state of the index") }
    return State(mark: row[0], completeTo: row[1], hasDeleted: row[2])
  }

  /// Makes the index one of a form: where it is of another, it begins anew.
  func prepare(_ form: SearchForm) throws {
    guard try state().form != form else { return }
    try db.execute(sql: "INSERT INTO search_index (search_index) VALUES ('delete-all')")
    let generation = form.number == 0 ? 0 : Int.random(in: 1...Int(Int32.max)) << 32
    try db.execute(
      sql: "UPDATE search_state SET form = ?, complete_to = 0, has_deleted = 0",
      arguments: [generation | form.number])
  }

  /// The copies that are not in it, the oldest first.
  func marked(_ state: State, _ form: SearchForm, limit: Int) throws -> [(id: CopyID, size: Int)] {
    // Of an index of another form no copy is in the one that will be.
    let (last, mark) = state.form == form ? (state.completeTo, state.mark) : (CopyID(0), -1)
    return try Row.fetchAll(
      db.cachedStatement(
        sql: "SELECT id, size FROM copy WHERE id > ? AND is_indexed <> ? ORDER BY id LIMIT ?"),
      arguments: [last, mark, limit]
    ).map { ($0[0], $0[1]) }
  }

  /// Puts a copy in.
  ///
  /// No savepoint may be open: each end of one would write what was gathered into a part of its own.
  func insert(_ document: SearchDocument, of id: CopyID) throws {
    try db.run(Self.insertion) { values in
      values.add(id)
      for text in document.texts { values.add(text) }
    }
  }

  private static let insertion = """
    INSERT INTO search_index (rowid, \(columns)) VALUES (\(databaseQuestionMarks(count: 8)))
    """

  /// Notes that a copy is in it now, and by which text.
  func note(_ document: SearchDocument, of id: CopyID, _ state: State) throws {
    try db.run("UPDATE copy SET is_indexed = ?, index_digest = ? WHERE id = ?") {
      $0.add(state.mark)
      $0.add(bytes: document.digest)
      $0.add(id)
    }
  }

  /// Notes up to which copy all are in it.
  func setComplete(to id: CopyID) throws {
    try db.cachedStatement(sql: "UPDATE search_state SET complete_to = ?").execute(arguments: [id])
  }

  /// Takes a copy out, before anything of it is deleted.
  ///
  /// FTS5 takes out only by the text that was put in, and here it is read from the message again. Where
  /// that is another one (iconv(3) had the module of its charset then and lacks it now, or the other
  /// way round), the index begins anew: no word of what is withdrawn stays.
  func remove(_ id: CopyID) throws {
    let state = try state()
    let row = try Row.fetchOne(
      db.cachedStatement(sql: "SELECT is_indexed, index_digest FROM copy WHERE id = ?"),
      arguments: [id])
    guard let row, let mark: Int = row[0], mark != 0, mark == state.mark else { return }
    guard state.form.isKnown else {
      // What exactly was inserted only another version of this program knows.
      try prepare(SearchForm(number: 0))
      return
    }
    let document = try SearchDocument(
      of: id, body: state.form.hasText ? Self.text(of: id, in: db) : "", in: db)
    guard row[1] == Data(document.digest) else {
      try prepare(SearchForm(number: 0))
      return
    }
    try db.run(
      """
      INSERT INTO search_index (search_index, rowid, \(Self.columns))
        VALUES ('delete', \(databaseQuestionMarks(count: 8)))
      """
    ) { values in
      values.add(id)
      for text in document.texts { values.add(text) }
    }
    // A statement that might change several rows has what was gathered written into a part of its
    // own: not for each copy.
    if !state.hasDeleted { try db.execute(sql: "UPDATE search_state SET has_deleted = 1") }
  }

  /// Takes a copy out before something of it changes; the next search puts it in again.
  func removeToInsertAnew(_ id: CopyID) throws {
    try remove(id)
    try db.cachedStatement(sql: "UPDATE copy SET is_indexed = 0 WHERE id = ?")
      .execute(arguments: [id])
    let before = CopyID(id.rawValue - 1)
    if try state().completeTo >= id { try setComplete(to: before) }
  }

  /// How many parts the index has, each made by one transaction or by merging some.
  func countParts() throws -> Int {
    // From one to the next: the table has a row for each page of the index.
    try Int.fetchOne(
      db.cachedStatement(
        sql: """
          WITH RECURSIVE part (id) AS (
            SELECT min(segid) FROM search_index_idx
            UNION ALL
            SELECT (SELECT min(segid) FROM search_index_idx WHERE segid > part.id) FROM part
              WHERE part.id IS NOT NULL
          )
          SELECT count(id) FROM part
          """)) ?? 0
  }

  /// Merges the more the more parts there are: FTS5 takes no words where there are 2,000, and says
  /// then that the disk is full.
  func mergeWhereMany() throws {
    let excess = try countParts() / Self.manyParts
    if excess > 0 { _ = try merge(pages: Self.mergedPages * excess) }
  }

  /// Merges parts.
  ///
  /// - Parameter pages: How many pages at most; negative to make one part of all, step by step.
  /// - Returns: Whether there was something to do.
  /// - Throws: `DatabaseError`.
  func merge(pages: Int) throws -> Bool {
    let before = db.totalChangesCount
    try db.cachedStatement(
      sql: "INSERT INTO search_index (search_index, rank) VALUES ('merge', ?)"
    ).execute(arguments: [pages])
    // The command itself counts as one.
    return db.totalChangesCount - before > 1
  }

  /// The bytes of a stored message that its text is taken from.
  static func bytes(of id: CopyID, in db: Database) throws -> [UInt8] {
    let first = id.firstChunk
    let last = first + Int64(SearchText.maxBytes / CopyDraft.chunkSize) - 1
    let rows = try Row.fetchCursor(
      db.cachedStatement(sql: "SELECT bytes FROM content WHERE id BETWEEN ? AND ? ORDER BY id"),
      arguments: [first, last])
    var bytes: [UInt8] = []
    while let row = try rows.next() {
      try row.withUnsafeData(atIndex: 0) { data in
        if let data { bytes += data }
      }
    }
    return bytes
  }

  private static func text(of id: CopyID, in db: Database) throws -> String {
    try bytes(of: id, in: db).withUnsafeBytes { SearchText.text(of: $0) }
  }
}
