import GRDB
import InternetMessage
import Tracking

/// Reads copies whole but for their bytes, one after the other.
///
/// A conversation or an export reads thousands: rows are looked at where they stand, and what holds for
/// all copies is asked once.
struct CopyReader {
  private let db: Database
  /// Whether the store is one of an organization elsewhere.
  private let isMirror: Bool
  /// So many are told that a copy answers beside the first.
  private static let mostAnswered = 20

  /// Reads in a transaction that lasts as long as it.
  ///
  /// - Throws: `DatabaseError`.
  init(in db: Database) throws {
    self.db = db
    isMirror = try Store.isMirror(in: db)
  }

  /// A copy; `nil` where there is none, and where no more is known of it than what answers it needs.
  ///
  /// - Throws: `DatabaseError`; `StoreError` where it is damaged.
  func copy(_ id: CopyID) throws -> TrackedCopy? {
    if isMirror, try isOnlyKnown(id) { return nil }
    var found: TrackedCopy?
    try each(
      """
      SELECT direction, message_id, subject, sender_name, sender_address, sent_at, zone,
          recorded_at, tracked_at, size, is_truncated, conversation, user.address, owner_reason,
          regarding_type, regarding_id, regarding_source, answers, is_subject_changed, correlation,
          reason_code, rule, is_manual, explanation
        FROM copy JOIN user ON user.id = copy.owner WHERE copy.id = ?
      """, of: id
    ) { row in
      found = try copy(id, row)
      return false
    }
    return found
  }

  private func copy(_ id: CopyID, _ row: StatementRow) throws -> TrackedCopy {
    guard let direction = row.text(0).flatMap(Direction.init(rawValue:)) else {
      throw StoreError(.damaged, detail: "copy \(id)")
    }
    let messageID = row.text(1)
    let answers = row.integerOrNil(17).map { CopyID($0) }
    var names: [String: String] = [:]
    let regarding = try regarding(row.text(14), row.text(15), &names)
    let participants = try participants(of: id, &names)
    return TrackedCopy(
      id: id, direction: direction, messageID: messageID, subject: row.text(2) ?? "",
      senderName: row.text(3), senderAddress: row.text(4), sentAt: row.integer(5),
      zone: row.integerOrNil(6).map { Int($0) },
      trackedAt: row.integerOrNil(7) ?? row.integer(8), arrivedAt: row.integer(8),
      size: Int(row.integer(9)), isTruncated: row.integer(10) != 0,
      conversation: ConversationID(row.integer(11)), owner: row.text(12) ?? "",
      ownerReason: row.text(13) ?? "", regarding: regarding, regardingSource: row.text(16),
      answers: answers, alsoAnswers: try alsoAnswered(by: id, besides: answers),
      isSubjectChanged: row.integer(18) != 0,
      correlation: row.text(19).flatMap(CorrelationMethod.init(rawValue:)),
      reason: row.integerOrNil(20).map { ReasonCode(rawValue: Int($0)) }, rule: row.text(21),
      isManual: row.integer(22) != 0, explanation: row.text(23) ?? "",
      participants: participants, attachments: try attachments(of: id),
      deliveries: try deliveries(of: id),
      related: try messageID.map { try related(to: id, messageID: $0) } ?? [], recordNames: names)
  }

  /// Whether of a copy of an organization elsewhere no more is known here than what answers it needs.
  private func isOnlyKnown(_ id: CopyID) throws -> Bool {
    try db.findsAny("SELECT 1 FROM remote_copy WHERE copy = ? AND state = 'known'") { $0.add(id) }
  }

  /// The record that a copy belongs to, and what it is called.
  private func regarding(
    _ type: String?, _ recordID: String?, _ names: inout [String: String]
  ) throws -> String? {
    guard let type, let recordID else { return nil }
    let reference = "\(type):\(recordID)"
    try db.forEachRow(
      "SELECT name FROM record WHERE type = ? AND record_id = ?",
      {
        $0.add(type)
        $0.add(recordID)
      },
      { row in
        if let name = row.text(0) { names[reference] = name }
        return false
      })
    return reference
  }

  /// Sender and recipients, and what the records are called that they are.
  private func participants(
    of id: CopyID, _ names: inout [String: String]
  ) throws -> [TrackedParticipant] {
    var records: [Int64: [String]] = [:]
    try each(
      """
      SELECT number, record.type || ':' || record.record_id, record.name FROM participant_record
        JOIN record ON record.id = participant_record.record
        WHERE copy = ? ORDER BY number, record.id
      """, of: id
    ) { row in
      let reference = row.text(1) ?? ""
      records[row.integer(0), default: []].append(reference)
      if let name = row.text(2) { names[reference] = name }
      return true
    }
    var participants: [TrackedParticipant] = []
    try each(
      """
      SELECT number, role, name, address, is_external FROM participant
        WHERE copy = ? ORDER BY number
      """, of: id
    ) { row in
      participants.append(
        TrackedParticipant(
          role: row.text(1) ?? "", name: row.text(2), address: row.text(3) ?? "",
          isExternal: row.integer(4) != 0, records: records[row.integer(0)] ?? []))
      return true
    }
    return participants
  }

  /// The copies that In-Reply-To names beside the one that a copy answers, each message once.
  private func alsoAnswered(by id: CopyID, besides answered: CopyID?) throws -> [CopyID] {
    // A copy names each id once: nothing needs to be put together, for which SQLite would make a table.
    let copies = try keys(
      """
      SELECT (SELECT min(id) FROM copy WHERE message_id = reference.message_id AND id <> ?1)
        FROM reference WHERE copy = ?1 AND is_direct
          AND message_id IS NOT (SELECT message_id FROM copy WHERE id = ?2)
      """
    ) {
      $0.add(id)
      $0.add(answered)
    }
    return copies.count > 1 ? Array(copies.sorted().prefix(Self.mostAnswered)) : copies
  }

  private func deliveries(of id: CopyID) throws -> [TrackedDelivery] {
    var deliveries: [(key: Int64, TrackedDelivery)] = []
    try each(
      """
      SELECT mailbox, envelope_sender, envelope_recipient, folder, file_name, first_seen_at,
          last_seen_at, times_seen, id
        FROM delivery WHERE copy = ?
      """, of: id
    ) { row in
      deliveries.append(
        (
          row.integer(8),
          TrackedDelivery(
            mailbox: row.text(0) ?? "", envelopeSender: row.text(1),
            envelopeRecipient: row.text(2), folder: row.text(3), fileName: row.text(4),
            firstSeenAt: row.integer(5), lastSeenAt: row.integer(6),
            timesSeen: Int(row.integer(7)))
        ))
      return true
    }
    // Nearly all copies have one, for which SQLite would sort all the same.
    if deliveries.count > 1 { deliveries.sort { $0.key < $1.key } }
    return deliveries.map(\.1)
  }

  /// What was attached, in order.
  ///
  /// - Throws: `DatabaseError`.
  func attachments(of id: CopyID) throws -> [Attachment] {
    var attachments: [Attachment] = []
    try each(
      "SELECT number, name, media_type, size FROM attachment WHERE copy = ? ORDER BY number", of: id
    ) { row in
      attachments.append(
        Attachment(
          number: Int(row.integer(0)), name: row.text(1), mediaType: row.text(2) ?? "",
          size: Int(row.integer(3))))
      return true
    }
    return attachments
  }

  private func related(to id: CopyID, messageID: String) throws -> [CopyID] {
    try keys("SELECT id FROM copy WHERE message_id = ? AND id <> ? ORDER BY id LIMIT 20") {
      $0.add(messageID)
      $0.add(id)
    }
  }

  /// Looks at the rows that a statement finds of a copy, as long as more are wanted.
  private func each(
    _ sql: String, of id: CopyID, _ body: (StatementRow) throws -> Bool
  ) throws {
    try db.forEachRow(sql, { $0.add(id) }, body)
  }

  /// The numbers that a statement finds, nulls left out.
  private func keys(
    _ sql: String, _ bind: (inout StatementValues) throws -> Void
  ) throws -> [CopyID] {
    var keys: [CopyID] = []
    try db.forEachRow(sql, bind) { row in
      if let key = row.integerOrNil(0) { keys.append(CopyID(key)) }
      return true
    }
    return keys
  }
}
