import Foundation
import GRDB
import InternetMessage
import System
import Tracking

/// A store as a side of `org copy`: what it tells.
package final class StoreMovingSide: MovingSide {
  let store: Store
  /// The numbers of copies by their ids, which no column has.
  private var numbers: [String: CopyID]?
  /// The conversations here of those of the other side.
  var conversations: [String: ConversationID] = [:]
  /// When it is, in seconds since 1970.
  let now: Int64

  /// Makes one.
  package init(_ store: Store, now: Int64) {
    self.store = store
    self.now = now
  }

  package var administration: any OrganizationAdministration { store }

  // MARK: Ids

  private static func id(_ key: Data, _ direction: String) -> String {
    TrackedActivity.id(key: Array(key), direction: direction)
  }

  /// The numbers of copies by their ids.
  func known(in db: Database) throws -> [String: CopyID] {
    if let numbers { return numbers }
    var found: [String: CopyID] = [:]
    let rows = try Row.fetchCursor(db, sql: "SELECT id, key, direction FROM copy")
    while let row = try rows.next() { found[Self.id(row[1], row[2])] = row[0] }
    numbers = found
    return found
  }

  /// Notes copies that are there now.
  func note(_ written: [String: CopyID]) { numbers?.merge(written) { $1 } }

  /// The id that a conversation has elsewhere: the same at each run.
  private static func conversation(_ id: ConversationID, salt: Data) -> String {
    TrackedActivity.id(key: Array(salt) + Array("\(id.rawValue)".utf8), direction: "conversation")
  }

  private static func salt(in db: Database) throws -> Data {
    guard let salt = try Data.fetchOne(db, sql: "SELECT value FROM secret WHERE name = 'file'")
    else { throw StoreError(.damaged, detail: "no salt") }
    return salt
  }

  package func copies(after last: MovedPlace?, limit: Int) throws -> [MovedPlace] {
    try store.readConsistently { (db) -> [MovedPlace] in
      let salt = try Self.salt(in: db)
      var (conversation, copy) = (ConversationID(0), CopyID(0))
      if let last, let number = try known(in: db)[last.id],
        let found = try ConversationID.fetchOne(
          db, sql: "SELECT conversation FROM copy WHERE id = ?", arguments: [number])
      {
        (conversation, copy) = (found, number)
      }
      return try Row.fetchAll(
        db,
        sql: """
          SELECT c.key, c.direction, c.conversation, a.key, a.direction
            FROM copy c LEFT JOIN copy a ON a.id = c.answers WHERE (c.conversation, c.id) > (?, ?)
            ORDER BY c.conversation, c.id LIMIT ?
          """, arguments: [conversation, copy, limit]
      ).map { row in
        MovedPlace(
          conversation: Self.conversation(row[2], salt: salt), id: Self.id(row[0], row[1]),
          answers: (row[3] as Data?).map { Self.id($0, row[4]) })
      }
    }
  }

  package func present(_ ids: [String]) throws -> Set<String> {
    let known = try store.read { try self.known(in: $0) }
    return Set(ids.filter { known[$0] != nil })
  }

  // MARK: Copies

  package func told(_ ids: [String]) throws -> [MovedCopy] {
    try store.readConsistently { (db) -> [MovedCopy] in
      let known = try known(in: db)
      let salt = try Self.salt(in: db)
      return try ids.compactMap { id in
        try known[id].flatMap { try Self.told(id, $0, salt: salt, in: db) }
      }
    }
  }

  private static func told(
    _ id: String, _ number: CopyID, salt: Data, in db: Database
  ) throws -> MovedCopy? {
    let row = try Row.fetchOne(
      db,
      sql: """
        SELECT copy.*, (SELECT address FROM user WHERE user.id = copy.owner) AS owner_address,
            (SELECT address FROM user WHERE user.id = copy.accepting_user) AS accepting_address,
            conversation.regarding_type AS c_type, conversation.regarding_id AS c_id,
            conversation.regarding_source AS c_source,
            (SELECT coalesce(sum(length(bytes)), 0) FROM content
              WHERE content.id BETWEEN ?2 AND ?3) AS stored_size
          FROM copy JOIN conversation ON conversation.id = copy.conversation WHERE copy.id = ?1
        """,
      arguments: [
        number, number.firstChunk, number.firstChunk + CopyWriter.chunksPerCopy - 1,
      ])
    guard let row else { return nil }
    var copy = MovedCopy(
      id: id, key: hex(row["key"]), direction: row["direction"],
      conversation: conversation(row["conversation"], salt: salt), owner: row["owner_address"])
    copy.messageId = row["message_id"]
    copy.subject = row["subject"]
    copy.senderName = row["sender_name"]
    copy.senderAddress = row["sender_address"]
    copy.sentAt = row["sent_at"]
    copy.zone = row["zone"]
    copy.trackedAt = row["tracked_at"]
    copy.size = row["size"]
    copy.storedSize = row["stored_size"]
    copy.isTruncated = row["is_truncated"]
    copy.conversationRegarding = regarding(row["c_type"], row["c_id"], row["c_source"])
    copy.ownerReason = row["owner_reason"]
    copy.regarding = regarding(
      row["regarding_type"], row["regarding_id"], row["regarding_source"])
    if let answered = row["answers"] as CopyID? {
      copy.answers = try Row.fetchOne(
        db, sql: "SELECT key, direction FROM copy WHERE id = ?", arguments: [answered]
      ).map { Self.id($0[0], $0[1]) }
    }
    copy.correlation = row["correlation"]
    copy.isSubjectChanged = row["is_subject_changed"]
    copy.token = row["token"]
    copy.threadIndex = (row["thread_index"] as Data?).map(hex)
    copy.reasonCode = row["reason_code"]
    copy.rule = row["rule"]
    copy.acceptingUser = row["accepting_address"]
    copy.isManual = row["is_manual"]
    copy.explanation = row["explanation"]
    try fill(&copy, number, in: db)
    return copy
  }

  private static func fill(_ copy: inout MovedCopy, _ number: CopyID, in db: Database) throws {
    copy.participants = try Row.fetchAll(
      db,
      sql: """
        SELECT role, name, address, address_key, is_external FROM participant WHERE copy = ?
          ORDER BY number
        """, arguments: [number]
    ).map {
      MovedCopy.Participant(
        role: $0[0], name: $0[1], address: $0[2], addressKey: $0[3], isExternal: $0[4])
    }
    copy.attachments = try Row.fetchAll(
      db,
      sql: "SELECT number, name, media_type, size FROM attachment WHERE copy = ? ORDER BY number",
      arguments: [number]
    ).map { MovedCopy.File(number: $0[0], name: $0[1], mediaType: $0[2], size: $0[3]) }
    // The nearest first, as far as it is known.
    copy.references = try String.fetchAll(
      db,
      sql: "SELECT message_id FROM reference WHERE copy = ? ORDER BY is_direct DESC, message_id",
      arguments: [number])
    copy.deliveries = try Row.fetchAll(
      db,
      sql: """
        SELECT mailbox, envelope_sender, envelope_recipient, first_seen_at, last_seen_at, times_seen
          FROM delivery WHERE copy = ? ORDER BY id
        """, arguments: [number]
    ).map {
      MovedCopy.Delivery(
        mailbox: $0[0], envelopeSender: $0[1], envelopeRecipient: $0[2], firstSeenAt: $0[3],
        lastSeenAt: $0[4], timesSeen: $0[5])
    }
  }

  private static func regarding(
    _ type: String?, _ id: String?, _ source: String?
  ) -> MovedCopy.Regarding? {
    source.map { MovedCopy.Regarding(type: type, id: id, source: $0) }
  }

  private static func hex(_ bytes: Data) -> String { Hexadecimal.text(bytes) }

  package func content(of id: String, _ body: ([UInt8]) throws -> Void) throws {
    guard let number = try store.read({ try self.known(in: $0)[id] }) else { return }
    var chunk = 0
    while let bytes = try store.chunk(chunk, of: number) {
      try body(Array(bytes))
      chunk += 1
    }
  }

  package func digests(_ ids: [String]) throws -> [String: String] {
    var found: [String: String] = [:]
    for id in try present(ids) {
      var (digest, size) = (SHA256(), 0)
      try content(of: id) { bytes in
        digest.update(bytes)
        size += bytes.count
      }
      found[id] = "\(size)|\(Hexadecimal.text(digest.digest()))"
    }
    return found
  }

  package func join(_ places: [MovedPlace]) throws {
    try store.read { db in
      let known = try known(in: db)
      for place in places where conversations[place.conversation] == nil {
        guard let number = known[place.id] else { continue }
        conversations[place.conversation] = try ConversationID.fetchOne(
          db, sql: "SELECT conversation FROM copy WHERE id = ?", arguments: [number])
      }
    }
  }

  package func link(_ places: [MovedPlace]) throws {
    let known = try store.read { try self.known(in: $0) }
    let pairs = places.compactMap { place -> (copy: CopyID, answered: CopyID)? in
      guard let copy = known[place.id], let answered = place.answers.flatMap({ known[$0] }) else {
        return nil
      }
      return (copy, answered)
    }
    let loose = try store.read { db in
      try pairs.filter { pair in
        try Bool.fetchOne(
          db, sql: "SELECT answers IS NULL FROM copy WHERE id = ?", arguments: [pair.copy]) ?? false
      }
    }
    guard !loose.isEmpty else { return }
    try store.write { db in
      for pair in loose {
        try db.execute(
          sql: "UPDATE copy SET answers = ? WHERE id = ?", arguments: [pair.answered, pair.copy])
      }
    }
  }

  // MARK: Records and the rest

  package func records(after last: MovedRecord?, limit: Int) throws -> [MovedRecord] {
    try store.readConsistently { db in
      try Row.fetchAll(
        db,
        sql: """
          SELECT record.id, type, record_id, name, parent,
              (SELECT address FROM user WHERE user.id = record.owner) AS owner_address
            FROM record WHERE (type, record_id) > (?, ?) ORDER BY type, record_id LIMIT ?
          """, arguments: [last?.type ?? "", last?.id ?? "", limit]
      ).map { row in
        let number: RecordID = row[0]
        var record = MovedRecord(
          type: row[1], id: row[2], owner: row[5], name: row[3], parent: row[4])
        record.addresses = try Row.fetchAll(
          db,
          sql: """
            SELECT address_key, address, alias_key FROM record_address WHERE record = ?
              ORDER BY address_key
            """, arguments: [number]
        ).map { MovedRecord.Address(key: $0[0], address: $0[1], alias: $0[2]) }
        record.domains = try Row.fetchAll(
          db,
          sql: "SELECT domain_key, domain FROM record_domain WHERE record = ? ORDER BY domain_key",
          arguments: [number]
        ).map { MovedRecord.Domain(key: $0[0], domain: $0[1]) }
        record.moved = try Row.fetchAll(
          db,
          sql: "SELECT type, record_id FROM record_moved WHERE record = ? ORDER BY type, record_id",
          arguments: [number]
        ).map { MovedRecord.Name(type: $0[0], id: $0[1]) }
        return record
      }
    }
  }

  package func tombstones() throws -> MovedTombstones {
    try store.readConsistently { db in
      guard
        let salt = try Data.fetchOne(
          db, sql: "SELECT value FROM secret WHERE name = 'tombstone'")
      else { throw StoreError(.damaged, detail: "no salt") }
      let rows = try Row.fetchAll(db, sql: "SELECT hash, made_at FROM tombstone ORDER BY hash")
      return MovedTombstones(
        salt: Self.hex(salt),
        tombstones: rows.map { MovedTombstones.Tombstone(hash: Self.hex($0[0]), madeAt: $0[1]) })
    }
  }

  package func counts() throws -> MovedCounts {
    try store.readConsistently { db in
      func count(_ table: String) throws -> Int {
        try Int.fetchOne(db, sql: "SELECT count(*) FROM \(table)") ?? 0
      }
      var counts = MovedCounts()
      counts.users = try count("user")
      counts.records = try count("record")
      counts.copies = try count("copy")
      counts.conversations = try count("conversation")
      counts.participants = try count("participant")
      counts.attachments = try count("attachment")
      counts.deliveries = try count("delivery")
      counts.references = try count("reference")
      return counts
    }
  }

  package func staying() throws -> [(count: Int, what: String)] {
    try store.read { db in
      try [
        (
          "user WHERE login IS NOT NULL",
          "Unix logins of users, which 'user set --login' ties again"
        ),
        ("refused_question", "questions about refused mail"),
        (
          "conversation WHERE is_split",
          "that a hand parted conversations, so that what comes may join them again"
        ),
        (
          "delivery WHERE folder IS NOT NULL OR file_name IS NOT NULL OR from_line IS NOT NULL",
          "places of messages in folders of this machine"
        ),
        ("known_file", "files that a batch here knows"),
      ].compactMap { table, what in
        let count = try Int.fetchOne(db, sql: "SELECT count(*) FROM \(table)") ?? 0
        return count > 0 ? (count, what) : nil
      }
    }
  }
}
