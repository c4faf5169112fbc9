import Foundation
import InternetMessage
import PostgreSQL
import System
import Tracking

/// An organization in PostgreSQL as a side of `org copy`, as its administrators see and fill it.
final class PostgreSQLMovingSide: MovingSide {
  let administration: any OrganizationAdministration
  private let organization: PostgreSQLOrganization

  init(
    _ organization: PostgreSQLOrganization, _ administration: any OrganizationAdministration
  ) {
    self.organization = organization
    self.administration = administration
  }

  @discardableResult private func run(
    _ statement: String, _ parameters: [PostgreSQLValue] = []
  ) throws -> PostgreSQLRows {
    try organization.ask { (connection) throws(PostgreSQLError) in
      try connection.run(statement, parameters)
    }
  }

  private static var decoder: JSONDecoder {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return decoder
  }

  private static func json(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.keyEncodingStrategy = .convertToSnakeCase
    encoder.outputFormatting = .withoutEscapingSlashes
    return String(decoding: withoutNUL(try encoder.encode(value)), as: UTF8.self)
  }

  /// JSON without U+0000 in its texts, which no text of PostgreSQL holds.
  static func withoutNUL(_ json: Data) -> [UInt8] {
    let escaped = Array("u0000".utf8)
    let bytes = Array(json)
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count)
    var index = 0
    while index < bytes.count {
      guard bytes[index] == UInt8(ascii: "\\"), index + 1 < bytes.count else {
        result.append(bytes[index])
        index += 1
        continue
      }
      if bytes[(index + 1)...].starts(with: escaped) {
        index += 1 + escaped.count
      } else {
        result += bytes[index...index + 1]
        index += 2
      }
    }
    return result
  }

  // MARK: What it tells

  func copies(after last: MovedPlace?, limit: Int) throws -> [MovedPlace] {
    try run(
      """
      SELECT conversation, id, answers FROM crm.copy
        WHERE $1::uuid IS NULL OR (conversation, id) > ($1::uuid, $2::uuid)
        ORDER BY conversation, id LIMIT $3
      """,
      [
        PostgreSQLValue(last?.conversation), PostgreSQLValue(last?.id), .integer(Int64(limit)),
      ]
    ).rows.map {
      MovedPlace(
        conversation: $0.text("conversation") ?? "", id: $0.text("id") ?? "",
        answers: $0.text("answers"))
    }
  }

  func present(_ ids: [String]) throws -> Set<String> {
    let rows = try run("SELECT id FROM crm.copy WHERE id = ANY ($1::uuid[])", [.texts(ids)]).rows
    return Set(rows.compactMap { $0.text("id") })
  }

  private static let telling = """
    SELECT jsonb_build_object(
        'id', c.id, 'key', encode(c.key, 'hex'), 'direction', c.direction,
        'message_id', c.message_id, 'subject', c.subject, 'sender_name', c.sender_name,
        'sender_address', c.sender_address, 'sent_at', c.sent_at, 'zone', c.zone,
        'tracked_at', c.tracked_at, 'size', c.size, 'stored_size', c.stored_size,
        'is_truncated', c.is_truncated, 'conversation', c.conversation,
        'conversation_regarding', CASE WHEN k.regarding_source IS NOT NULL THEN jsonb_build_object(
          'type', k.regarding_type, 'id', k.regarding_id, 'source', k.regarding_source) END,
        'owner', (SELECT address FROM crm.app_user WHERE id = c.owner),
        'owner_reason', c.owner_reason,
        'regarding', CASE WHEN c.regarding_source IS NOT NULL THEN jsonb_build_object(
          'type', c.regarding_type, 'id', c.regarding_id, 'source', c.regarding_source) END,
        'answers', c.answers, 'correlation', c.correlation,
        'is_subject_changed', c.is_subject_changed, 'token', c.token,
        'thread_index', encode(c.thread_index, 'hex'), 'reason_code', c.reason_code,
        'rule', c.rule,
        'accepting_user', (SELECT address FROM crm.app_user WHERE id = c.accepting_user),
        'is_manual', c.is_manual, 'explanation', c.explanation,
        'participants', coalesce((SELECT jsonb_agg(jsonb_build_object('role', role, 'name', name,
            'address', address, 'address_key', address_key, 'is_external', is_external)
            ORDER BY number) FROM crm.participant WHERE copy = c.id), '[]'),
        'attachments', coalesce((SELECT jsonb_agg(jsonb_build_object('number', number,
            'name', name, 'media_type', media_type, 'size', size) ORDER BY number)
          FROM crm.attachment WHERE copy = c.id), '[]'),
        'references', coalesce((SELECT jsonb_agg(message_id ORDER BY position)
          FROM crm.reference WHERE copy = c.id), '[]'),
        'deliveries', coalesce((SELECT jsonb_agg(jsonb_build_object('mailbox', mailbox,
            'envelope_sender', envelope_sender, 'envelope_recipient', envelope_recipient,
            'first_seen_at', first_seen_at, 'last_seen_at', last_seen_at,
            'times_seen', times_seen) ORDER BY first_seen_at, mailbox)
          FROM crm.delivery WHERE copy = c.id), '[]')) AS told
      FROM crm.copy c JOIN crm.conversation k ON k.id = c.conversation
      WHERE c.id = ANY ($1::uuid[])
    """

  /// So many copies are told at once: some have thousands of participants.
  private static let toldAtOnce = 100

  func told(_ ids: [String]) throws -> [MovedCopy] {
    var told: [String: MovedCopy] = [:]
    for start in stride(from: 0, to: ids.count, by: Self.toldAtOnce) {
      let some = Array(ids[start..<min(ids.count, start + Self.toldAtOnce)])
      for row in try run(Self.telling, [.texts(some)]).rows {
        guard let bytes = row.bytes("told"),
          let copy = try? Self.decoder.decode(MovedCopy.self, from: Data(bytes))
        else { throw RemoteTrouble.unknownOutcome("it told something else than a copy") }
        told[copy.id] = copy
      }
    }
    return ids.compactMap { told[$0] }
  }

  func content(of id: String, _ body: ([UInt8]) throws -> Void) throws {
    var number: Int64 = 0
    while true {
      let rows = try organization.ask { (connection) throws(PostgreSQLError) in
        try connection.run(
          "SELECT bytes FROM crm.content WHERE copy = $1::uuid AND number = $2::integer",
          [.text(id), .integer(number)], isBinary: true)
      }
      guard let bytes = rows.first?.bytes("bytes") else { return }
      try body(bytes)
      number += 1
    }
  }

  func digests(_ ids: [String]) throws -> [String: String] {
    let rows = try run(
      """
      SELECT id, octet_length(bytes) || '|' || encode(sha256(bytes), 'hex') AS digest FROM (
        SELECT c.id, coalesce((SELECT string_agg(bytes, ''::bytea ORDER BY number)
            FROM crm.content WHERE copy = c.id), ''::bytea) AS bytes
          FROM crm.copy c WHERE c.id = ANY ($1::uuid[]) OFFSET 0) whole
      """, [.texts(ids)]
    ).rows
    return Dictionary(rows.map { ($0.text("id") ?? "", $0.text("digest") ?? "") }) { $1 }
  }

  func join(_ places: [MovedPlace]) throws {
    // Conversations keep the ids that the other side gives them.
  }

  func link(_ places: [MovedPlace]) throws {
    // So do copies, whether what they answer is there or not.
  }

  func records(after last: MovedRecord?, limit: Int) throws -> [MovedRecord] {
    try run(
      """
      SELECT jsonb_build_object('type', r.type, 'id', r.record_id, 'name', r.name,
          'parent', r.parent, 'owner', (SELECT address FROM crm.app_user WHERE id = r.owner),
          'addresses', coalesce((SELECT jsonb_agg(jsonb_build_object('key', address_key,
              'address', address, 'alias', alias_key) ORDER BY address_key)
            FROM crm.record_address WHERE record = r.id), '[]'),
          'domains', coalesce((SELECT jsonb_agg(jsonb_build_object('key', domain_key,
              'domain', domain) ORDER BY domain_key)
            FROM crm.record_domain WHERE record = r.id), '[]'),
          'moved', coalesce((SELECT jsonb_agg(jsonb_build_object('type', type, 'id', record_id)
              ORDER BY type, record_id) FROM crm.record_moved WHERE record = r.id), '[]')) AS told
        FROM crm.record r
        WHERE $1::text IS NULL OR (r.type, r.record_id) > ($1::text, $2::text)
        ORDER BY r.type, r.record_id LIMIT $3
      """,
      [PostgreSQLValue(last?.type), PostgreSQLValue(last?.id), .integer(Int64(limit))]
    ).rows.map { row in
      guard let bytes = row.bytes("told"),
        let record = try? Self.decoder.decode(MovedRecord.self, from: Data(bytes))
      else { throw RemoteTrouble.unknownOutcome("it told something else than a record") }
      return record
    }
  }

  /// So many tombstones are told and taken at once.
  private static let tombstonesAtOnce = 10_000

  func tombstones() throws -> MovedTombstones {
    var found = MovedTombstones(salt: "", tombstones: [])
    while true {
      let rows = try run(
        "SELECT * FROM crm.tombstones($1, $2)",
        [
          .text(found.tombstones.last?.hash ?? ""), .integer(Int64(Self.tombstonesAtOnce)),
        ]
      ).rows
      found.salt = rows.first?.text("salt") ?? found.salt
      let told = rows.compactMap { row in
        row.text("hash").map {
          MovedTombstones.Tombstone(hash: $0, madeAt: row.integer("made_at") ?? 0)
        }
      }
      found.tombstones += told
      guard told.count == Self.tombstonesAtOnce else { return found }
    }
  }

  func counts() throws -> MovedCounts {
    let row = try run(
      """
      SELECT (SELECT count(*) FROM crm.app_user) AS users,
        (SELECT count(*) FROM crm.record) AS records, (SELECT count(*) FROM crm.copy) AS copies,
        (SELECT count(DISTINCT conversation) FROM crm.copy) AS conversations,
        (SELECT count(*) FROM crm.participant) AS participants,
        (SELECT count(*) FROM crm.attachment) AS attachments,
        (SELECT count(*) FROM crm.delivery) AS deliveries,
        (SELECT count(*) FROM crm.reference) AS refs
      """
    ).first
    func count(_ name: String) -> Int { Int(row?.integer(name) ?? 0) }
    var counts = MovedCounts()
    counts.users = count("users")
    counts.records = count("records")
    counts.copies = count("copies")
    counts.conversations = count("conversations")
    counts.participants = count("participants")
    counts.attachments = count("attachments")
    counts.deliveries = count("deliveries")
    counts.references = count("refs")
    return counts
  }

  func staying() throws -> [(count: Int, what: String)] {
    try [
      ("crm.host", "logins of mail hosts"),
      ("crm.app_user WHERE login IS NOT NULL", "logins of users"),
      ("crm.question_log", "questions about refused mail"),
      ("crm.content_read", "lines about who fetched content"),
    ].compactMap { table, what in
      let count = Int(try run("SELECT count(*) AS n FROM \(table)").first?.integer("n") ?? 0)
      return count > 0 ? (count, what) : nil
    }
  }

  // MARK: What it takes

  /// A copy as the server takes it: with the keys of addresses, and without what no index holds.
  private static func fit(_ copy: MovedCopy) -> MovedCopy {
    var copy = copy
    copy.owner = key(copy.owner)
    copy.acceptingUser = copy.acceptingUser.map(key)
    copy.messageId = copy.messageId.flatMap { PostgreSQLText.isKey($0) ? $0 : nil }
    copy.participants = copy.participants.filter { PostgreSQLText.isKey($0.addressKey) }
    copy.references = copy.references.filter(PostgreSQLText.isKey)
    return copy
  }

  private static func key(_ address: String) -> String {
    AddrSpec(address)?.comparisonKey ?? address
  }

  func take(
    _ copies: [MovedCopy], content: (String, ([UInt8]) throws -> Void) throws -> Void
  ) throws -> Set<String> {
    let told = try Self.json(copies.map(Self.fit))
    var unread: (any Error)?
    do {
      return try organization.ask { (connection) throws(PostgreSQLError) in
        try connection.transaction { () throws(PostgreSQLError) in
          let rows = try connection.run(
            "SELECT * FROM crm.take_copies($1::jsonb) AS id", [.text(told)])
          let new = rows.rows.compactMap { $0.text("id") }
          for id in new {
            do {
              var number: Int64 = 0
              try content(id) { bytes in
                try connection.run(
                  "SELECT crm.append($1::uuid, $2::integer, $3::bytea)",
                  [.text(id), .integer(number), .bytes(bytes)])
                number += 1
              }
            } catch let error as PostgreSQLError {
              throw error
            } catch {
              unread = error
              throw .malformed("a copy cannot be read")
            }
          }
          return Set(new)
        }
      }
    } catch {
      throw unread ?? error
    }
  }

  func take(_ records: [MovedRecord]) throws -> Int {
    let told = records.map { record in
      var record = record
      record.owner = record.owner.map(Self.key)
      return record
    }
    return Int(
      try run("SELECT crm.take_records($1::jsonb) AS n", [.text(try Self.json(told))])
        .first?.integer("n") ?? 0)
  }

  func take(_ tombstones: MovedTombstones) throws -> Int? {
    var added = 0
    var rest = tombstones.tombstones[...]
    repeat {
      let some = Array(rest.prefix(Self.tombstonesAtOnce))
      rest = rest.dropFirst(Self.tombstonesAtOnce)
      let count = try run(
        "SELECT crm.take_tombstones($1, $2::jsonb) AS n",
        [.text(tombstones.salt), .text(try Self.json(some))]
      ).first?.integer("n")
      guard let count else { return nil }
      added += Int(count)
    } while !rest.isEmpty
    return added
  }
}

extension PostgreSQLOrganization {
  /// It as a side of `org copy`.
  func moving(_ administration: any OrganizationAdministration) -> (any MovingSide)? {
    PostgreSQLMovingSide(self, administration)
  }
}
