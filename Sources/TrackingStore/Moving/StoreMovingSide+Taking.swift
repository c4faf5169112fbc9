import Foundation
import GRDB
import InternetMessage
import System
import Tracking

/// A store as a side of `org copy`: what it takes.
extension StoreMovingSide {
  package func take(
    _ copies: [MovedCopy], content: (String, ([UInt8]) throws -> Void) throws -> Void
  ) throws -> Set<String> {
    var written: [String: CopyID] = [:]
    var joined = conversations
    try store.write { db in
      written = [:]
      joined = conversations
      let known = try known(in: db)
      let policy = try store.policy(in: db)
      let hasTombstones = try Tombstone.areAny(in: db)
      for copy in copies where known[copy.id] == nil {
        guard let key = Hexadecimal.bytes(copy.key).flatMap({ MessageKey($0) }),
          TrackedActivity.id(key: key.bytes, direction: copy.direction) == copy.id
        else {
          throw StoreError(.unexpected, detail: "the copy \(copy.id) is told with another key")
        }
        if try hasTombstones && Tombstone.exists(.message(key), in: db) { continue }
        written[copy.id] = try insert(
          copy, key, answered: copy.answers.flatMap { written[$0] ?? known[$0] },
          into: &joined, policy: policy, in: db, content: content)
      }
    }
    conversations = joined
    note(written)
    return Set(written.keys)
  }

  private func insert(
    _ copy: MovedCopy, _ key: MessageKey, answered: CopyID?,
    into conversations: inout [String: ConversationID], policy: OrganizationPolicy,
    in db: Database, content: (String, ([UInt8]) throws -> Void) throws -> Void
  ) throws -> CopyID {
    let conversation = try conversation(of: copy, among: conversations, in: db)
    conversations[copy.conversation] = conversation
    let thread = copy.threadIndex.flatMap(Hexadecimal.bytes)
    let owner = try user(copy.owner, in: db)
    guard let owner else { throw DirectoryError.noUser(copy.owner) }
    let values: StatementArguments = [
      Data(key.bytes), copy.direction, copy.messageId, copy.subject, copy.senderName,
      copy.senderAddress, copy.sentAt, copy.zone, copy.trackedAt, now, copy.size,
      copy.isTruncated, conversation, owner, copy.ownerReason, copy.regarding?.type,
      copy.regarding?.id, copy.regarding?.source, answered, copy.correlation,
      copy.isSubjectChanged, copy.token, thread.map { Data($0) },
      thread.flatMap { $0.count >= 22 ? Data($0.prefix(22)) : nil }, copy.reasonCode, copy.rule,
      try copy.acceptingUser.flatMap { try user($0, in: db) }, copy.isManual, copy.explanation, 0,
    ]
    try db.cachedStatement(sql: CopyWriter.insertion).execute(arguments: values)
    let id = CopyID(db.lastInsertedRowID)
    let held = try insertContent(of: copy, as: id, in: db, content)
    try insertPeople(of: copy, as: id, in: conversation, policy: policy, db)
    for file in copy.attachments {
      try CopyWriter.insert(
        Attachment(
          number: file.number, name: file.name, mediaType: file.mediaType, size: file.size),
        of: id, in: db)
    }
    let message = Message(held)
    let direct = Set(message.header.inReplyTo.map(\.value))
    for reference in copy.references {
      try db.cachedStatement(sql: "INSERT OR IGNORE INTO reference VALUES (?, ?, ?)")
        .execute(arguments: [reference, id, direct.contains(reference)])
    }
    for delivery in copy.deliveries {
      try db.cachedStatement(
        sql: """
          INSERT INTO delivery (copy, mailbox, envelope_sender, envelope_recipient, first_seen_at,
              last_seen_at, times_seen)
            VALUES (?, ?, ?, ?, ?, ?, ?)
          """
      ).execute(arguments: [
        id, delivery.mailbox, delivery.envelopeSender, delivery.envelopeRecipient,
        delivery.firstSeenAt, delivery.lastSeenAt, delivery.timesSeen,
      ])
    }
    if !copy.isTruncated, MessageCalendar.mayStand(in: message.structure) {
      let words = MessageCalendar.words(of: message, zones: .system, receivedAt: copy.trackedAt)
      try StoredCalendar.insert(StoredCalendar.rows(words, policy: policy), of: id, in: db)
    }
    return id
  }

  /// The conversation that a copy is in, which is made where none of its copies is here.
  private func conversation(
    of copy: MovedCopy, among conversations: [String: ConversationID], in db: Database
  ) throws -> ConversationID {
    if let found = conversations[copy.conversation] { return found }
    try db.execute(
      sql: """
        INSERT INTO conversation (regarding_type, regarding_id, regarding_source) VALUES (?, ?, ?)
        """,
      arguments: [
        copy.conversationRegarding?.type, copy.conversationRegarding?.id,
        copy.conversationRegarding?.source,
      ])
    return ConversationID(db.lastInsertedRowID)
  }

  /// Writes the bytes of a copy; the first of them, in which header and appointments stand.
  private func insertContent(
    of copy: MovedCopy, as id: CopyID, in db: Database,
    _ content: (String, ([UInt8]) throws -> Void) throws -> Void
  ) throws -> [UInt8] {
    var held: [UInt8] = []
    var chunk: Int64 = 0
    try content(copy.id) { bytes in
      guard chunk < CopyWriter.chunksPerCopy else {
        throw StoreError(.full, detail: "4 GiB a message")
      }
      try db.cachedStatement(sql: "INSERT INTO content VALUES (?, ?)")
        .execute(arguments: [id.firstChunk + chunk, Data(bytes)])
      if held.count < SearchText.maxBytes { held += bytes }
      chunk += 1
    }
    return held
  }

  private func insertPeople(
    of copy: MovedCopy, as id: CopyID, in conversation: ConversationID, policy: OrganizationPolicy,
    _ db: Database
  ) throws {
    let writer = CopyWriter(db: db, policy: policy)
    let participants = copy.participants.compactMap { one -> CopyDraft.Participant? in
      guard let role = CopyDraft.Participant.Role(rawValue: one.role),
        let address = Self.address(one.address)
      else { return nil }
      return CopyDraft.Participant(
        role: role, mailbox: Mailbox(displayName: one.name, address: address),
        isExternal: one.isExternal)
    }
    let mailbox = copy.deliveries.first.flatMap { Self.address($0.mailbox) }
    guard let owner = mailbox ?? Self.address(copy.owner) else { return }
    try writer.insertParticipants(participants, mailboxOwner: owner, of: id)
    for key in Set(copy.participants.filter(\.isExternal).map(\.addressKey)) {
      try db.cachedStatement(sql: "INSERT OR IGNORE INTO conversation_participant VALUES (?, ?)")
        .execute(arguments: [conversation, key])
    }
  }

  /// An address; one that is too odd to be typed is read at its last @.
  private static func address(_ text: String) -> AddrSpec? {
    if let address = AddrSpec(text) { return address }
    guard let at = text.lastIndex(of: "@"), at > text.startIndex else { return nil }
    return AddrSpec(
      localPart: String(text[..<at]), domain: String(text[text.index(after: at)...]))
  }

  private func user(_ address: String, in db: Database) throws -> UserID? {
    guard let address = Self.address(address) else { return nil }
    return try StoreDirectory(db: db).users(havingAddress: address).first?.id
  }

  // MARK: Records and what was withdrawn

  package func take(_ records: [MovedRecord]) throws -> Int {
    try store.write { db in
      var added = 0
      for record in records {
        let owner = try record.owner.flatMap { try user($0, in: db) }
        let found = try RecordID.fetchOne(
          db, sql: "SELECT id FROM record WHERE type = ? AND record_id = ?",
          arguments: [record.type, record.id])
        let number: RecordID
        if let found {
          number = found
        } else {
          try db.execute(
            sql: """
              INSERT INTO record (type, record_id, owner, created_at, name, parent)
                VALUES (?, ?, ?, ?, ?, ?)
              """,
            arguments: [record.type, record.id, owner, now, record.name, record.parent])
          number = RecordID(db.lastInsertedRowID)
          added += 1
        }
        for address in record.addresses {
          try db.execute(
            sql: """
              INSERT OR IGNORE INTO record_address (address_key, record, address, alias_key)
                VALUES (?, ?, ?, ?)
              """, arguments: [address.key, number, address.address, address.alias])
        }
        for domain in record.domains {
          try db.execute(
            sql: "INSERT OR IGNORE INTO record_domain VALUES (?, ?, ?)",
            arguments: [domain.key, number, domain.domain])
        }
        for name in record.moved {
          try db.execute(
            sql: "INSERT OR IGNORE INTO record_moved VALUES (?, ?, ?)",
            arguments: [name.type, name.id, number])
        }
      }
      return added
    }
  }

  package func take(_ tombstones: MovedTombstones) throws -> Int? {
    guard let salt = Hexadecimal.bytes(tombstones.salt) else { return nil }
    return try store.write { db in
      let own = try Data.fetchOne(db, sql: "SELECT value FROM secret WHERE name = 'tombstone'")
      if own != Data(salt) {
        // What stands under its own salt would mean nothing under another.
        guard try !Tombstone.areAny(in: db) else { return nil }
        try db.execute(
          sql: "UPDATE secret SET value = ? WHERE name = 'tombstone'", arguments: [Data(salt)])
      }
      var added = 0
      for tombstone in tombstones.tombstones {
        guard let hash = Hexadecimal.bytes(tombstone.hash) else { continue }
        try db.execute(
          sql: "INSERT OR IGNORE INTO tombstone VALUES (?, ?)",
          arguments: [Data(hash), tombstone.madeAt])
        added += db.changesCount
      }
      return added
    }
  }
}
