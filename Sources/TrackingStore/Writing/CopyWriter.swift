import GRDB
import InternetMessage
import Tracking

/// Writes one copy with all that belongs to it.
struct CopyWriter {
  let db: Database
  let policy: OrganizationPolicy
  /// Whether the message's bytes are stored, too.
  var storesContent = true
  /// What is known of users and records.
  var cache: StoreCache?
  /// Whether anything was withdrawn.
  var hasTombstones = true

  /// Beyond so many participants the rest is left out of the tables; the stored bytes have them.
  static let maxParticipants = 5_000

  /// Beyond so many attachments the rest is left out of the tables; the stored bytes have them.
  static let maxAttachments = 1_000

  /// So many chunks fit between the keys of two copies' contents: 4 GiB.
  static let chunksPerCopy: Int64 = 4096

  /// Makes the copy, or notes another delivery of the one that is there.
  func write(_ draft: CopyDraft) throws -> DeliveryReceipt {
    // A store of before may have it, or that it was withdrawn, under another key.
    let keys = [draft.key] + (draft.firstKey.map { [$0] } ?? [])
    let mailbox = draft.delivery.mailboxOwner
    if draft.grounds.isManual {
      // Who tracks by hand takes back what was withdrawn.
      for key in keys {
        try Tombstone.remove(.message(key), in: db)
        try Tombstone.remove(.delivery(key, mailbox: mailbox), in: db)
      }
    } else if try hasTombstones
      && (keys.contains(where: { try Tombstone.exists(.message($0), in: db) })
        || Tombstone.isAnswerWithdrawn(draft.header, in: db))
    {
      // Whoever asked before may have been told otherwise: it may have been withdrawn since.
      return DeliveryReceipt(copy: nil, outcome: .withdrawn)
    }
    let present = try keys.flatMap(present)
    if let found = present.first(where: { $0.direction == draft.direction.rawValue })?.id {
      if try hasTombstones
        && keys.contains(where: {
          try Tombstone.exists(.delivery($0, mailbox: mailbox), in: db)
        })
      {
        return DeliveryReceipt(copy: nil, outcome: .withdrawn)
      }
      let isNew =
        try !repeatDelivery(draft.delivery, of: found)
        && insertDelivery(draft.delivery, of: found)
      return DeliveryReceipt(copy: found, outcome: isNew ? .delivered : .seenAgain)
    }
    // A rule may still name what the record was called before.
    var ownRegarding = draft.regarding
    if let record = ownRegarding?.record {
      ownRegarding?.record = try StoredRecord.current(record, in: db)
    }
    let (conversation, isNew) = try ConversationJoiner(
      db: db, policy: policy.correlation, cache: cache
    )
    .conversation(for: draft, besides: present.first?.conversation)
    let legacy =
      try isNew
      ? nil
      : StoredRegarding.inherited(
        answering: draft.correlation?.copy, in: conversation, in: db)
    let inherited = legacy?.record.map {
      CopyDraft.Regarding(record: $0, source: .conversation)
    }
    // What a hand said of a message or a conversation holds against rules.
    let isByHand = legacy?.isByHand ?? false && ownRegarding?.source != .manual
    let id = try insert(
      draft, conversation: conversation,
      regarding: isByHand ? inherited : ownRegarding ?? inherited)
    // What a hand says of a message holds for it and the answers to it, which find it there.
    if let regarding = ownRegarding, isNew || regarding.source != .manual {
      let isByHand = regarding.source == .manual
      try StoredRegarding.offer(
        isByHand ? .init(record: regarding.record, source: .conversation) : regarding,
        toConversation: conversation, in: db)
    }
    if storesContent { try insertContent(draft, of: id) }
    try insertParticipants(draft, of: id)
    try insertAttachments(draft, of: id)
    try StoredCalendar.insert(
      StoredCalendar.rows(draft.calendar, policy: policy), of: id, in: db)
    if draft.joinsConversations {
      let direct = Set(draft.header.inReplyTo)
      for reference in StoredReferences.ids(of: draft.header) {
        try db.run("INSERT OR IGNORE INTO reference VALUES (?, ?, ?)") {
          $0.add(reference.value)
          $0.add(id)
          $0.add(direct.contains(reference))
        }
      }
    }
    _ = try insertDelivery(draft.delivery, of: id)
    return DeliveryReceipt(copy: id, outcome: .created)
  }

  /// The copies of a message, at most one in each direction.
  private func present(
    _ key: MessageKey
  ) throws -> [(id: CopyID, direction: String, conversation: ConversationID)] {
    var copies: [(id: CopyID, direction: String, conversation: ConversationID)] = []
    try db.forEachRow("SELECT id, direction, conversation FROM copy WHERE key = ?") {
      $0.add(bytes: key.bytes)
    } _: { row in
      copies.append(
        (CopyID(row.integer(0)), row.text(1) ?? "", ConversationID(row.integer(2))))
      return true
    }
    return copies
  }

  /// The values follow in the same order.
  static let insertion = """
    INSERT INTO copy (
        key, direction, message_id, subject, sender_name, sender_address, sent_at, zone,
        tracked_at, recorded_at, size, is_truncated, conversation, owner, owner_reason, regarding_type,
        regarding_id, regarding_source, answers, correlation, is_subject_changed, token,
        thread_index, thread_index_base, reason_code, rule, accepting_user, is_manual,
        explanation, is_indexed
      ) VALUES (
        ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?
      )
    """

  private func insert(
    _ draft: CopyDraft, conversation: ConversationID, regarding: CopyDraft.Regarding?
  ) throws -> CopyID {
    let header = draft.header
    let sender = draft.participants.first { $0.role == .from }?.mailbox
    let thread = header.threadIndex
    try db.run(Self.insertion) { values in
      values.add(bytes: draft.key.bytes)
      values.add(draft.direction.rawValue)
      values.add(header.messageID?.value)
      values.add(header.subject ?? "")
      values.add(sender?.displayName)
      values.add(sender?.address.description)
      values.add(header.credibleDate?.secondsSince1970 ?? draft.delivery.seenAt)
      values.add(header.credibleDate?.zoneMinutes)
      values.add(draft.delivery.seenAt)
      values.add(draft.trackedAt ?? draft.delivery.seenAt)
      values.add(draft.size)
      values.add(draft.isTruncated)
      values.add(conversation)
      values.add(draft.owner.user)
      values.add(draft.owner.reason.rawValue)
      values.add(regarding?.record.type)
      values.add(regarding?.record.id)
      values.add(regarding?.source.rawValue)
      values.add(draft.correlation?.copy)
      values.add(draft.correlation?.method.rawValue)
      values.add(draft.correlation?.isSubjectChanged)
      values.add(draft.token)
      values.add(bytes: thread.map { Array($0.bytes) })
      values.add(bytes: thread.map { Array($0.base) })
      values.add(draft.grounds.code?.rawValue)
      values.add(draft.grounds.rule)
      values.add(draft.grounds.acceptingUser)
      values.add(draft.grounds.isManual)
      values.add(draft.grounds.explanation)
      // It is marked for the index; where it goes in at once, that is noted then.
      values.add(Int64(0))
    }
    return CopyID(db.lastInsertedRowID)
  }

  func insertContent(_ draft: CopyDraft, of id: CopyID) throws {
    var chunk: Int64 = 0
    try draft.content { bytes in
      guard chunk < Self.chunksPerCopy else { throw StoreError(.full, detail: "4 GiB a message") }
      try db.run("INSERT INTO content VALUES (?, ?)") {
        $0.add(id.firstChunk + chunk)
        // Not copied: the statement is done with it here.
        $0.add(bytes, isKept: true)
      }
      chunk += 1
    }
  }

  func insertParticipants(_ draft: CopyDraft, of id: CopyID) throws {
    try insertParticipants(
      draft.participants, mailboxOwner: draft.delivery.mailboxOwner, of: id)
  }

  func insertParticipants(
    _ participants: [CopyDraft.Participant], mailboxOwner: AddrSpec, of id: CopyID
  ) throws {
    let directory = StoreDirectory(db: db, cache: cache)
    let owner = try directory.users(havingAddress: mailboxOwner).first?.id
    for (number, participant) in participants.prefix(Self.maxParticipants).enumerated() {
      let address = participant.mailbox.address
      let user = try directory.users(havingAddress: address).first
      try db.run("INSERT INTO participant VALUES (?, ?, ?, ?, ?, ?, ?, ?)") {
        $0.add(id)
        $0.add(number)
        $0.add(participant.role.rawValue)
        $0.add(participant.mailbox.displayName)
        $0.add(address.description)
        $0.add(address.comparisonKey)
        $0.add(participant.isExternal)
        $0.add(user?.id)
      }
      // Users come before records where an address is both.
      guard user == nil else { continue }
      let matches = try directory.records(
        matching: address, limit: PartyResolution.maxRecords + 1)
      let records =
        participant.role == .from
        ? PartyResolution.sender(matches, mailboxOwner: owner, policy: policy).map { [$0] } ?? []
        : PartyResolution.recipient(matches, policy: policy)
      for record in records {
        try db.run("INSERT INTO participant_record VALUES (?, ?, ?)") {
          $0.add(id)
          $0.add(number)
          $0.add(record.id)
        }
      }
    }
  }

  func insertAttachments(_ draft: CopyDraft, of id: CopyID) throws {
    for attachment in draft.attachments.prefix(Self.maxAttachments) {
      try Self.insert(attachment, of: id, in: db)
    }
  }

  /// Lists an attachment.
  static func insert(_ attachment: Attachment, of id: CopyID, in db: Database) throws {
    try db.run("INSERT INTO attachment VALUES (?, ?, ?, ?, ?)") {
      $0.add(id)
      $0.add(attachment.number)
      $0.add(attachment.name)
      $0.add(attachment.mediaType)
      $0.add(attachment.size)
    }
  }

  /// Notes that a copy was seen again in a mailbox; whether it was seen there before.
  private func repeatDelivery(_ delivery: CopyDraft.Delivery, of copy: CopyID) throws -> Bool {
    try db.cachedStatement(
      sql: """
        UPDATE delivery SET last_seen_at = max(last_seen_at, ?), times_seen = times_seen + 1,
            folder = coalesce(?, folder), file_name = coalesce(?, file_name)
          WHERE copy = ? AND mailbox = ?
        """
    ).execute(arguments: [
      delivery.seenAt, delivery.folder, delivery.fileName, copy,
      delivery.mailboxOwner.comparisonKey,
    ])
    return db.changesCount > 0
  }

  /// Notes that a copy was seen in a mailbox for the first time.
  private func insertDelivery(_ delivery: CopyDraft.Delivery, of copy: CopyID) throws -> Bool {
    try db.run(
      """
      INSERT INTO delivery (copy, mailbox, envelope_sender, envelope_recipient, from_line, folder,
          file_name, first_seen_at, last_seen_at, times_seen)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 1)
      """
    ) {
      $0.add(copy)
      $0.add(delivery.mailboxOwner.comparisonKey)
      $0.add(delivery.envelopeSender)
      $0.add(delivery.envelopeRecipient?.description)
      $0.add(bytes: delivery.fromLine)
      $0.add(delivery.folder)
      $0.add(delivery.fileName)
      $0.add(delivery.seenAt)
      $0.add(delivery.seenAt)
    }
    return true
  }
}
