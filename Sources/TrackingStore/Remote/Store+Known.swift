import Foundation
import GRDB
import InternetMessage
import Tracking

/// What this side knows of copies elsewhere that others handed over: enough to find what answers them,
/// and, where it may list them, what a list shows.
///
/// They are rows as the others are, without content. Whose `remote_copy.state` is `known` no list shows;
/// of those that are `listed` the content is elsewhere; of those that are `fetched`, too, and what it says of
/// appointments is here.
extension Store {
  /// Notes that copies are there, whoever handed them over, and what became of those that are known.
  ///
  /// - Parameters:
  ///   - facts: What every side knows of them.
  ///   - now: Seconds since 1970.
  /// - Returns: The ids of those that no list shows here.
  /// - Throws: `StoreError`.
  @discardableResult package func note(_ facts: [RemoteFacts], now: Int64) throws -> [String] {
    try write { db in
      var unlisted: [String] = []
      for fact in facts {
        if try Self.note(fact, now: now, by: writer(in: db)) == .known {
          unlisted.append(fact.copy.id)
        }
      }
      return unlisted
    }
  }

  /// Lists copies that are known.
  ///
  /// - Throws: `StoreError`.
  package func list(_ headings: [RemoteHeading], now: Int64) throws {
    try write { db in
      for heading in headings {
        let writer = try writer(in: db)
        guard try Self.note(heading.facts, now: now, by: writer) == .known,
          let copy = try Self.copy(knownAs: heading.facts.copy.id, in: db)
        else { continue }
        try writer.list(heading, as: copy)
        try db.execute(
          sql: "UPDATE remote_copy SET state = 'listed' WHERE id = ?",
          arguments: [heading.facts.copy.id])
      }
    }
  }

  /// Where the content of a copy is, where it is not here; `nil` where it is.
  ///
  /// - Throws: `StoreError`.
  package func remoteContent(of copy: CopyID) throws -> RemoteCopy? {
    guard try read({ try Self.isMirror(in: $0) }) else { return nil }
    return try read { db in
      try Row.fetchOne(
        db,
        sql:
          "SELECT id, stored FROM remote_copy WHERE copy = ? AND state IN ('known', 'listed', 'fetched')",
        arguments: [copy]
      ).map { RemoteCopy(id: $0[0], stored: $0[1]) }
    }
  }

  /// Keeps what a copy whose content is elsewhere says of appointments and tasks, once that was fetched.
  ///
  /// - Throws: `StoreError`.
  package func note(_ words: [CalendarWord], ofFetched id: CopyID) throws {
    try write { db in
      try db.execute(
        sql: "UPDATE remote_copy SET state = 'fetched' WHERE copy = ? AND state = 'listed'",
        arguments: [id])
      guard db.changesCount > 0 else { return }
      let policy = try policy(in: db)
      try db.execute(sql: "DELETE FROM calendar_entry WHERE copy = ?", arguments: [id])
      try StoredCalendar.insert(StoredCalendar.rows(words, policy: policy), of: id, in: db)
    }
  }

  /// How many copies of a query have their content elsewhere, of which nobody read here what they say of
  /// appointments and tasks.
  ///
  /// - Throws: `StoreError`.
  package func countOfUnread(_ query: CopyQuery) throws -> Int {
    try readConsistently { db in
      guard try Self.isMirror(in: db) else { return 0 }
      let condition = CopyCondition(try Self.current(query, in: db))
      return try Int.fetchOne(
        db,
        sql: """
          SELECT count(*) FROM copy WHERE \(condition.sql) AND copy.id IN (
            SELECT copy FROM remote_copy WHERE state = 'listed')
          """, arguments: condition.arguments) ?? 0
    }
  }

  /// The ids elsewhere of those of some copies of which no more is known here than what answers them.
  ///
  /// - Throws: `StoreError`.
  package func knownCopies(among ids: [CopyID]) throws -> [String] {
    try read { db in
      guard try Self.isMirror(in: db) else { return [] }
      let statement = try db.cachedStatement(
        sql: "SELECT stored FROM remote_copy WHERE copy = ? AND state = 'known'")
      return try ids.compactMap { try String.fetchOne(statement, arguments: [$0]) }
    }
  }

  /// The copies here whose content is elsewhere and that no list is to show any more.
  ///
  /// - Parameter keys: What belongs to one of these addresses, or names one, stays; none do where it is
  ///   empty.
  /// - Returns: Their numbers.
  /// - Throws: `StoreError`.
  package func listedCopies(but keys: Set<String>) throws -> [CopyID] {
    let told = String(decoding: try JSONEncoder().encode(keys.sorted()), as: UTF8.self)
    return try read { db in
      try CopyID.fetchAll(
        db,
        sql: """
          SELECT remote_copy.copy FROM remote_copy JOIN copy ON copy.id = remote_copy.copy
            WHERE state IN ('listed', 'fetched')
              AND copy.owner NOT IN (SELECT user FROM user_address
                WHERE address_key IN (SELECT value FROM json_each(?1)))
              AND NOT EXISTS (SELECT 1 FROM participant WHERE participant.copy = copy.id
                AND address_key IN (SELECT value FROM json_each(?1)))
          """, arguments: [told])
    }
  }

  /// Takes away a copy that is gone there.
  ///
  /// What was here keeps a tombstone; of what others handed over only they know why it is gone, and the
  /// organization says no where it is to stay so. It says what became of what is not settled there, too.
  ///
  /// - Throws: `StoreError`.
  package func takeAway(_ id: CopyID, now: Int64) throws {
    let key = try read { db in
      try Data.fetchOne(
        db,
        sql: """
          SELECT key FROM copy WHERE id = ? AND EXISTS (SELECT 1 FROM remote_copy
            WHERE remote_copy.copy = copy.id AND state IN ('known', 'listed', 'fetched', 'pending'))
          """, arguments: [id])
    }
    try withdraw(id, now: now)
    guard let key = key.flatMap({ MessageKey(Array($0)) }) else { return }
    try write { try Tombstone.remove(.message(key), in: $0) }
  }

  private func writer(in db: Database) throws -> CopyWriter {
    // What is there was not withdrawn, or was tracked again by hand since.
    CopyWriter(
      db: db, policy: try policy(in: db), storesContent: false, cache: nil, hasTombstones: false)
  }

  private enum State: String {
    case pending, known, listed, fetched, stored
  }

  private static func copy(knownAs id: String, in db: Database) throws -> CopyID? {
    try CopyID.fetchOne(
      db, sql: "SELECT copy FROM remote_copy WHERE id = ? AND copy IS NOT NULL", arguments: [id])
  }

  /// Notes one; what it is here then.
  private static func note(
    _ facts: RemoteFacts, now: Int64, by writer: CopyWriter
  ) throws -> State? {
    let db = writer.db
    let row = try Row.fetchOne(
      db, sql: "SELECT state, copy FROM remote_copy WHERE id = ?", arguments: [facts.copy.id])
    if let row, let state = State(rawValue: row[0]) {
      // What is perhaps handed over is known when the answer to that is.
      guard let copy = row[1] as CopyID? else { return state }
      try update(copy, facts, now: now, in: db)
      return state
    }
    try Tombstone.remove(.message(facts.key), in: db)
    let owner = try user(facts.owner, now: now, in: db)
    let answered = try facts.answers.flatMap { try Self.copy(knownAs: $0, in: db) }
      .flatMap { copy in
        try Row.fetchOne(
          db, sql: "SELECT conversation, owner FROM copy WHERE id = ?", arguments: [copy]
        ).map {
          Correlation(
            copy: copy, method: .inReplyTo, conversation: $0[0], owner: $0[1],
            isSubjectChanged: false)
        }
      }
    let header = MessageHeader(HeaderSection(header(facts)))
    var draft = CopyDraft(
      key: facts.key, direction: facts.direction, header: header,
      participants: participants(facts),
      owner: Ownership(user: owner, reason: .organization),
      grounds: CopyDraft.Grounds(code: nil, explanation: "handed over by another machine"),
      correlation: answered,
      regarding: facts.regarding.map { .init(record: $0, source: .organization) },
      token: facts.token,
      delivery: CopyDraft.Delivery(mailboxOwner: facts.owner, seenAt: facts.trackedAt), size: 0,
      isTruncated: false, content: { _ in })
    draft.trackedAt = facts.trackedAt
    let written = try writer.write(draft)
    guard let copy = written.copy else { return nil }
    // A copy of before there was a journal is one as any other.
    let state: State = written.outcome == .created ? .known : .stored
    if state == .known {
      try db.execute(
        sql: "UPDATE copy SET sent_at = ?, owner = ? WHERE id = ?",
        arguments: [facts.sentAt, owner, copy])
    }
    try db.execute(
      sql: """
        INSERT INTO remote_copy VALUES (?, ?, ?, ?, ?, ?, ?, NULL, '')
        """,
      arguments: [
        facts.copy.id, state.rawValue, facts.copy.stored, copy, owner,
        Ownership.Reason.organization.rawValue, ReasonCode.unknown.rawValue,
      ])
    return state
  }

  /// Takes over to whom and to what a copy belongs now.
  private static func update(
    _ copy: CopyID, _ facts: RemoteFacts, now: Int64, in db: Database
  ) throws {
    let owner = try user(facts.owner, now: now, in: db)
    try db.execute(
      sql: "UPDATE copy SET owner = ?1 WHERE id = ?2 AND owner <> ?1", arguments: [owner, copy])
    // Who said so first is known there alone.
    try db.execute(
      sql: """
        UPDATE copy SET regarding_type = ?1, regarding_id = ?2, regarding_source = ?3
          WHERE id = ?4 AND (regarding_type IS NOT ?1 OR regarding_id IS NOT ?2)
        """,
      arguments: [
        facts.regarding?.type, facts.regarding?.id,
        CopyDraft.Regarding.Source.organization.rawValue, copy,
      ])
  }

  /// The user of an address, who is made one where this side knows none.
  private static func user(_ address: AddrSpec, now: Int64, in db: Database) throws -> UserID {
    if let user = try StoreDirectory(db: db).users(havingAddress: address).first { return user.id }
    return try StoredUser.insert(
      address: address, addresses: [address], kind: .user, role: .member, filter: nil, login: nil,
      now: now, in: db)
  }

  private static func participants(_ facts: RemoteFacts) -> [CopyDraft.Participant] {
    facts.participants.map {
      CopyDraft.Participant(
        role: $0.role, mailbox: Mailbox(displayName: $0.name, address: $0.address),
        isExternal: $0.isExternal)
    }
  }

  /// A header section that says what is known.
  private static func header(_ facts: RemoteFacts) -> [UInt8] {
    func field(_ name: String, _ value: String) -> String {
      "\(name): \(value.filter { !$0.isNewline })\r\n"
    }
    var text = ""
    if let id = facts.messageID { text += field("Message-ID", "<\(id.value)>") }
    // The nearest stands in In-Reply-To there, and last here.
    if let nearest = facts.references.first { text += field("In-Reply-To", "<\(nearest.value)>") }
    if facts.references.count > 1 {
      let ids = facts.references.dropFirst().reversed().map { "<\($0.value)>" }
      text += field("References", ids.joined(separator: " "))
    }
    if let index = facts.threadIndex {
      text += field("Thread-Index", Data(index).base64EncodedString())
    }
    return Array((text + "\r\n").utf8)
  }

  // MARK: Users and settings

  /// Takes over the users and settings that an organization elsewhere has.
  ///
  /// Who is no user there any more is a disabled one here, who may own mail still.
  ///
  /// - Throws: `StoreError`.
  package func take(_ directory: RemoteDirectory, now: Int64) throws {
    try write { db in
      var known: Set<UserID> = []
      for user in directory.users {
        let id =
          try StoreDirectory(db: db).users(havingAddress: user.address).first?.id
          ?? StoredUser.insert(
            address: user.address, addresses: user.addresses, kind: user.kind, role: user.role,
            filter: user.filter, login: nil, now: now, in: db)
        known.insert(id)
        let present = try StoredUser.user(id, in: db)
        let wanted = OrganizationUser(
          id: id, address: user.address, addresses: user.addresses, kind: user.kind,
          role: user.role, filter: user.filter, isEnabled: user.isEnabled)
        guard present != wanted else { continue }
        try db.execute(
          sql: """
            UPDATE user SET address = ?, kind = ?, role = ?, filter = ?, is_enabled = ?, login = NULL
              WHERE id = ?
            """,
          arguments: [
            user.address.description, user.kind.rawValue, user.role.rawValue,
            user.filter?.rawValue, user.isEnabled, id,
          ])
        try StoredUser.setAddresses(wanted.addresses, of: id, in: db)
      }
      for id in try UserID.fetchAll(db, sql: "SELECT id FROM user") where !known.contains(id) {
        try db.execute(
          sql: "UPDATE user SET is_enabled = 0, login = NULL WHERE id = ? AND is_enabled",
          arguments: [id])
      }
      try take(directory.settings, in: db)
    }
  }

  private func take(_ settings: [String: String], in db: Database) throws {
    let present = try Self.policy(in: db)
    for setting in PolicySetting.all {
      var policy = present
      guard let value = settings[setting.name],
        (try? setting.set(value, in: &policy)) != nil, policy != present
      else { continue }
      try db.execute(
        sql: "INSERT INTO policy VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = ?2",
        arguments: [setting.name, setting.value(in: policy)])
    }
  }
}

extension CopyWriter {
  /// Writes what a list shows of a copy that was only known.
  func list(_ heading: RemoteHeading, as copy: CopyID) throws {
    let sender = heading.facts.participants.first { $0.role == .from }
    try db.execute(
      sql: """
        UPDATE copy SET subject = ?, sender_name = ?, sender_address = ?, sent_at = ?, zone = ?,
            size = ?, is_truncated = ?, reason_code = ?, rule = ?, is_manual = ?, explanation = ?,
            is_indexed = 0
          WHERE id = ?
        """,
      arguments: [
        heading.subject, sender?.name, sender?.address.description, heading.facts.sentAt,
        heading.zone, heading.size, heading.isTruncated, heading.code?.rawValue, heading.rule,
        heading.isManual, heading.explanation, copy,
      ])
    try removeParts(of: copy)
    try insertParticipants(
      heading.facts.participants.map {
        CopyDraft.Participant(
          role: $0.role, mailbox: Mailbox(displayName: $0.name, address: $0.address),
          isExternal: $0.isExternal)
      }, mailboxOwner: heading.facts.owner, of: copy)
    for attachment in heading.attachments.prefix(Self.maxAttachments) {
      try Self.insert(attachment, of: copy, in: db)
    }
    guard !heading.mailboxes.isEmpty else { return }
    try db.execute(sql: "DELETE FROM delivery WHERE copy = ?", arguments: [copy])
    for mailbox in heading.mailboxes.prefix(Self.maxParticipants) {
      try db.execute(
        sql: """
          INSERT INTO delivery (copy, mailbox, first_seen_at, last_seen_at, times_seen)
            VALUES (?, ?, ?, ?, 1)
          """,
        arguments: [copy, mailbox, heading.facts.trackedAt, heading.facts.trackedAt])
    }
  }

  /// Makes a copy that others handed over one that is here, too, with its content.
  func complete(_ copy: CopyID, with draft: CopyDraft) throws {
    let header = draft.header
    let sender = draft.participants.first { $0.role == .from }?.mailbox
    try db.execute(
      sql: """
        UPDATE copy SET subject = ?, sender_name = ?, sender_address = ?, sent_at = ?, zone = ?,
            size = ?, is_truncated = ?, is_indexed = 0
          WHERE id = ?
        """,
      arguments: [
        header.subject ?? "", sender?.displayName, sender?.address.description,
        header.credibleDate?.secondsSince1970 ?? draft.delivery.seenAt,
        header.credibleDate?.zoneMinutes, draft.size, draft.isTruncated, copy,
      ])
    try removeParts(of: copy)
    try insertParticipants(draft, of: copy)
    try insertAttachments(draft, of: copy)
    try StoredCalendar.insert(
      StoredCalendar.rows(draft.calendar, policy: policy), of: copy, in: db)
    if storesContent { try insertContent(draft, of: copy) }
  }

  private func removeParts(of copy: CopyID) throws {
    for table in ["participant_record", "participant", "attachment", "calendar_entry"] {
      try db.execute(sql: "DELETE FROM \(table) WHERE copy = ?", arguments: [copy])
    }
    try db.execute(
      sql: "DELETE FROM content WHERE id BETWEEN ? AND ?",
      arguments: [copy.firstChunk, copy.firstChunk + Self.chunksPerCopy - 1])
  }
}
