import GRDB
import InternetMessage
import Tracking

/// A row of what a copy says of an appointment or a task.
package struct CalendarEntryRow: Hashable, Sendable {
  let number: Int
  let kind: String
  let uid: String?
  let method: String?
  let startsAt: Int?
  let endsAt: Int?
  let sender: String?
  let sentAt: Int64
  let remarks: String
  let text: String

  init(_ number: Int, _ word: CalendarWord) {
    let item = word.item
    self.number = number
    kind = item.kind.rawValue
    uid = item.seriesID
    method = item.method
    startsAt = item.start?.order
    endsAt = item.end?.order
    sender = word.sender
    sentAt = word.sentAt
    remarks = item.remarks.map(\.rawValue).sorted().joined(separator: " ")
    text = String(
      decoding: CalendarWriter.calendar(of: [item], method: item.method, for: .keeping),
      as: UTF8.self)
  }
}

/// What copies say of appointments and tasks, as it is stored: each entry is a calendar of its own, so
/// that what is made of all of them can be made again when one comes or goes.
enum StoredCalendar {
  /// So much text of one copy's entries is stored.
  private static let maxText = 1 << 20

  /// The rows of what a copy says, as far as the organization keeps it.
  static func rows(_ words: [CalendarWord], policy: OrganizationPolicy) -> [CalendarEntryRow] {
    var left = maxText
    var rows: [CalendarEntryRow] = []
    for (number, word) in words.enumerated() where policy.keeps(word.item.kind) {
      let row = CalendarEntryRow(number, word)
      left -= row.text.utf8.count
      guard left >= 0 else { break }
      rows.append(row)
    }
    return rows
  }

  /// Stores rows of a copy.
  static func insert(_ rows: [CalendarEntryRow], of copy: CopyID, in db: Database) throws {
    for row in rows {
      try db.cachedStatement(
        sql: "INSERT INTO calendar_entry VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
      ).execute(arguments: [
        copy, row.number, row.kind, row.uid, row.method, row.startsAt, row.endsAt, row.sender,
        row.sentAt, row.remarks, row.text,
      ])
    }
  }

  /// The columns that `entry` reads, of `calendar_entry AS entry`.
  static let columns =
    "entry.copy, entry.text, entry.sender_key, entry.sent_at, entry.remarks"

  /// The entry of a row; `nil` where its text is none.
  static func entry(_ row: Row) -> CalendarEntry? {
    let text: String = row[1]
    guard var item = CalendarReader.items(of: Array(text.utf8), zones: .system).first else {
      return nil
    }
    let remarks: String = row[4]
    item.remarks = Set(
      remarks.split(separator: " ").compactMap { CalendarRemark(rawValue: String($0)) })
    return CalendarEntry(
      copy: row[0], word: CalendarWord(item: item, sender: row[2], sentAt: row[3]))
  }

  /// Takes a person out of what is stored; how many entries named the address.
  static func remove(
    _ address: AddrSpec, isDryRun: Bool, in db: Database
  ) throws -> Int {
    let rows = try Row.fetchCursor(
      db, sql: "SELECT \(columns), entry.number FROM calendar_entry AS entry")
    var changed: [(copy: CopyID, number: Int, entry: CalendarEntry)] = []
    while let row = try rows.next() {
      guard var entry = entry(row) else { continue }
      func isNamed(_ other: String?) -> Bool { other.flatMap { AddrSpec($0) } == address }
      func names(_ person: CalendarPerson) -> Bool {
        isNamed(person.address) || isNamed(person.sentBy)
          || (person.delegates + person.delegators).contains(where: isNamed)
      }
      let people = ([entry.word.item.organizer].compactMap { $0 }) + entry.word.item.attendees
      guard people.contains(where: names) else { continue }
      if entry.word.item.organizer.map(names) ?? false { entry.word.item.organizer = nil }
      entry.word.item.attendees.removeAll(where: names)
      changed.append((entry.copy, row[5], entry))
    }
    guard !isDryRun else { return changed.count }
    for (copy, number, entry) in changed {
      let item = entry.word.item
      let text = CalendarWriter.calendar(of: [item], method: item.method, for: .keeping)
      try db.execute(
        sql: "UPDATE calendar_entry SET text = ? WHERE copy = ? AND number = ?",
        arguments: [String(decoding: text, as: UTF8.self), copy, number])
    }
    return changed.count
  }
}

extension Store {
  /// What the copies of a query say of appointments and tasks, and what others that may be read say of
  /// the same.
  ///
  /// - Throws: `StoreError`.
  package func calendar(of query: CopyQuery) throws -> [CalendarEntry] {
    try readConsistently { db in
      let query = try Self.current(query, in: db)
      let condition = CopyCondition(query)
      let readable =
        query.visibleTo == nil
        ? "" : " AND entry.copy IN (SELECT id FROM copy WHERE \(CopyCondition.isOwn))"
      let rows = try Row.fetchCursor(
        db,
        sql: """
          WITH found AS MATERIALIZED (
            SELECT copy, number, uid FROM calendar_entry
              WHERE copy IN (SELECT copy.id FROM copy WHERE \(condition.sql))),
          wanted AS (
            SELECT copy, number FROM found
            UNION SELECT copy, number FROM calendar_entry WHERE uid IN (SELECT uid FROM found))
          SELECT \(StoredCalendar.columns) FROM wanted
              JOIN calendar_entry AS entry USING (copy, number)
              JOIN copy AS source ON source.id = entry.copy
            WHERE TRUE\(readable)
            ORDER BY source.tracked_at, entry.copy, entry.number
          """, arguments: condition.arguments)
      var entries: [CalendarEntry] = []
      while let row = try rows.next() {
        if let entry = StoredCalendar.entry(row) { entries.append(entry) }
      }
      return entries
    }
  }
}
