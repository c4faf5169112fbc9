import Foundation
import GRDB
import Glibc
import InternetMessage
import System
import Tracking

extension Store {
  /// Gives the outlines of all copies of a query, limit and offset left aside, in the order of their
  /// numbers and of one state.
  ///
  /// Each table is read once, in the order of the copies, and not once for each copy.
  ///
  /// - Throws: `StoreError`; what the body throws.
  package func outlines(of query: CopyQuery, _ body: (CopyOutline) throws -> Void) throws {
    try readConsistently { db in
      let condition = CopyCondition(try Self.current(query, in: db))
      let ids = try CopyID.fetchAll(
        db, sql: "SELECT copy.id FROM copy WHERE \(condition.sql) ORDER BY copy.id",
        arguments: condition.arguments)
      guard let first = ids.first, let last = ids.last else { return }
      let reader = try OutlineReader(first...last, in: db)
      for id in ids {
        if let outline = try reader.outline(of: id) { try body(outline) }
      }
    }
  }

  /// What the files of a store look like from outside: whoever writes it changes that.
  ///
  /// - Returns: A text that is another once anything changed; `nil` where the last change is so recent
  ///   that the clock of the file system might not tell another one from it.
  package func changeMark() -> String? {
    guard let logPath else { return nil }
    var parts: [String] = []
    var newest = Int64.min
    for path in [String(logPath.dropLast("-wal".utf8.count)), logPath] {
      var status = stat()
      // A log without anything in it is made and taken away by who only reads.
      guard System.stat(path, &status) == 0, status.st_size > 0 else {
        parts.append("-")
        continue
      }
      parts.append(
        "\(status.st_dev).\(status.st_ino).\(status.st_size)."
          + "\(status.st_mtim.tv_sec).\(status.st_mtim.tv_nsec)")
      newest = max(newest, Int64(status.st_mtim.tv_sec))
    }
    var now = timespec()
    clock_gettime(CLOCK_REALTIME, &now)
    guard newest < Int64(now.tv_sec) - Self.clockDoubt else { return nil }
    return parts.joined(separator: " ")
  }

  /// Changes that lie no further apart may have one time in a file system, in seconds: FAT counts in
  /// twos.
  private static let clockDoubt: Int64 = 2
}

/// Reads the tables of copies side by side, each in the order of the copies.
private final class OutlineReader {
  /// The rows of a table in the order of the copies.
  private final class Rows {
    private let cursor: RowCursor
    private var row: Row?

    init(_ sql: String, _ ids: ClosedRange<CopyID>, in db: Database) throws {
      cursor = try Row.fetchCursor(db, sql: sql, arguments: [ids.lowerBound, ids.upperBound])
      row = try cursor.next()
    }

    /// Gives the rows of a copy; those of copies before it are passed over.
    func each(of id: CopyID, _ body: (Row) throws -> Void) throws {
      while let current = row {
        let copy: CopyID = current[0]
        guard copy <= id else { return }
        if copy == id { try body(current) }
        row = try cursor.next()
      }
    }
  }

  private let copies: Rows
  private let participants: Rows
  private let records: Rows
  private let attachments: Rows
  private let mailboxes: Rows
  private let db: Database
  private let owners: [Int64: String]
  private let regarded: Statement
  private let named: Statement
  /// The records that were met, by their keys: as text, and what they are called.
  private var known: [Int64: (reference: String, name: String?)] = [:]
  private var regardings: [String: String?] = [:]

  init(_ ids: ClosedRange<CopyID>, in db: Database) throws {
    self.db = db
    let range = "BETWEEN ? AND ?"
    copies = try Rows(
      """
      SELECT id, direction, subject, sent_at, coalesce(recorded_at, tracked_at), tracked_at, size,
          conversation, regarding_type, regarding_id, answers, is_subject_changed, rule, key, owner,
          message_id, zone, is_truncated, owner_reason, regarding_source, correlation, reason_code,
          is_manual, explanation, sender_name, sender_address
        FROM copy WHERE id \(range) ORDER BY id
      """, ids, in: db)
    participants = try Rows(
      """
      SELECT copy, number, role, name, address, address_key, is_external FROM participant
        WHERE copy \(range) ORDER BY copy, number
      """, ids, in: db)
    records = try Rows(
      """
      SELECT copy, number, record FROM participant_record
        WHERE copy \(range) ORDER BY copy, number, record
      """, ids, in: db)
    attachments = try Rows(
      "SELECT copy, count(*) FROM attachment WHERE copy \(range) GROUP BY copy ORDER BY copy",
      ids, in: db)
    mailboxes = try Rows(
      "SELECT copy, mailbox FROM delivery WHERE copy \(range) ORDER BY copy, mailbox", ids, in: db)
    owners = try Dictionary(
      Row.fetchAll(db, sql: "SELECT id, address FROM user").map { ($0[0], $0[1]) }
    ) { $1 }
    regarded = try db.makeStatement(
      sql: "SELECT name FROM record WHERE type = ? AND record_id = ?")
    named = try db.makeStatement(
      sql: "SELECT type || ':' || record_id, name FROM record WHERE id = ?")
  }

  /// The outline of a copy; asked for in the order of their numbers.
  func outline(of id: CopyID) throws -> CopyOutline? {
    var found: CopyOutline?
    try copies.each(of: id) { found = try outline(of: id, $0) }
    return found
  }

  private func outline(of id: CopyID, _ row: Row) throws -> CopyOutline {
    guard let direction = Direction(rawValue: row[1]) else {
      throw StoreError(.damaged, detail: "copy \(id)")
    }
    var hash = RowDigest()
    for column in 0..<row.count { try hash.add(row, column) }
    let owner: Int64 = row[14]
    hash.add(owners[owner] ?? "")
    var names: [String: String] = [:]
    let regarding = try regarding(row[8], row[9], &names)
    let people = try people(of: id, &names, &hash)
    var files = 0
    try attachments.each(of: id) { files = $0[1] }
    hash.add("\(files)")
    try mailboxes.each(of: id) { try hash.add($0, 1) }
    for (reference, name) in names.sorted(by: { $0.key < $1.key }) {
      hash.add(reference)
      hash.add(name)
    }
    let key: Data = row[13]
    return CopyOutline(
      id: id, activity: TrackedActivity.id(key: Array(key), direction: direction.rawValue),
      direction: direction, subject: row[2], sentAt: row[3], trackedAt: row[4], size: row[6],
      conversation: row[7], regarding: regarding, answers: row[10],
      isSubjectChanged: (row[11] as Bool?) ?? false, rule: row[12], participants: people,
      attachments: files, recordNames: names, digest: hash.bytes)
  }

  private func regarding(
    _ type: String?, _ id: String?, _ names: inout [String: String]
  ) throws -> String? {
    guard let type, let id else { return nil }
    let reference = "\(type):\(id)"
    if regardings[reference] == nil {
      regardings[reference] = .some(
        try String.fetchOne(regarded, arguments: [type, id]))
    }
    if case .some(.some(let name)) = regardings[reference] { names[reference] = name }
    return reference
  }

  private func people(
    of id: CopyID, _ names: inout [String: String], _ hash: inout RowDigest
  ) throws -> [CopyOutline.Participant] {
    var belonging: [Int: [String]] = [:]
    try records.each(of: id) { row in
      guard let record = try record(row[2]) else { return }
      belonging[row[1], default: []].append(record.reference)
      if let name = record.name { names[record.reference] = name }
    }
    var people: [CopyOutline.Participant] = []
    try participants.each(of: id) { row in
      let number: Int = row[1]
      let references = belonging[number] ?? []
      for column in 2..<7 { try hash.add(row, column) }
      for reference in references { hash.add(reference) }
      people.append(
        CopyOutline.Participant(
          TrackedParticipant(
            role: row[2], name: row[3], address: row[4], isExternal: row[6], records: references),
          key: row[5]))
    }
    return people
  }

  private func record(_ id: Int64) throws -> (reference: String, name: String?)? {
    if let record = known[id] { return record }
    guard let row = try Row.fetchOne(named, arguments: [id]) else { return nil }
    let record = (reference: row[0] as String, name: row[1] as String?)
    known[id] = record
    return record
  }
}

/// A digest of values of rows, each told from its neighbours.
private struct RowDigest {
  private var hash = SHA256()

  /// Takes a value of a row, without making one of Swift of it.
  mutating func add(_ row: Row, _ column: Int) throws {
    try row.withUnsafeData(atIndex: column) { data in
      guard let data else {
        withUnsafeBytes(of: Int64(-1)) { hash.update($0) }
        return
      }
      withUnsafeBytes(of: Int64(data.count)) { hash.update($0) }
      data.withUnsafeBytes { hash.update($0) }
    }
  }

  mutating func add(_ text: String) {
    var text = text
    text.withUTF8 { bytes in
      withUnsafeBytes(of: Int64(bytes.count)) { hash.update($0) }
      hash.update(UnsafeRawBufferPointer(bytes))
    }
  }

  /// The first 16 bytes of it.
  var bytes: [UInt8] { Array(hash.digest().prefix(16)) }
}
