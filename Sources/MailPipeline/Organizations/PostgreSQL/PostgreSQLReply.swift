import Foundation
import InternetMessage
import PostgreSQL
import System
import Tracking

/// What an organization in PostgreSQL answers.
///
/// The server is somebody else's: what it says is bounded, and what is shown of it is made safe to
/// print. Participants, references and the like beyond what a store here holds are left out.
package enum PostgreSQLReply {
  /// So many characters of an explanation are kept.
  private static let longestText = 300
  /// So many bytes may an id have that somebody else made.
  private static let longestID = 512
  /// So many bytes may a token have, which goes back in a question.
  private static let longestToken = 4_096
  private static let maxParticipants = 5_000
  private static let maxAttachments = 1_000
  private static let maxReferences = 100
  private static let maxUsers = 100_000

  // MARK: Decisions and receipts

  private static func explanation(_ row: PostgreSQLRows.Row) -> String {
    let text = short(row.text("explanation") ?? "", longestText)
    return text.isEmpty ? "the organization does not say why" : text
  }

  /// The beginning of a text, by scalars: a character can have any number of marks.
  private static func short(_ text: String, _ count: Int) -> String {
    SafeText.neutralised(String(String.UnicodeScalarView(text.unicodeScalars.prefix(count))))
  }

  private static func record(_ row: PostgreSQLRows.Row) -> RecordReference? {
    guard let type = row.text("record_type"), let id = row.text("record_id") else { return nil }
    return record(type, id)
  }

  /// A record; what cannot be one is none: a name that somebody gave to one copy holds up no other.
  private static func record(_ type: String, _ id: String) -> RecordReference? {
    type.utf8.count + id.utf8.count < longestID ? RecordReference("\(type):\(id)") : nil
  }

  /// A row of `crm.decide`.
  ///
  /// - Throws: `RemoteTrouble`.
  static func answer(_ row: PostgreSQLRows.Row) throws(RemoteTrouble) -> RemoteAnswer {
    let code = row.integer("code").flatMap { Int(exactly: $0) }
    switch row.text("outcome") {
    case "accepted":
      guard let code, code >= 0 else { throw .unknownOutcome("it accepted without a code") }
      return .accepted(
        ReasonCode(rawValue: code), explanation: explanation(row),
        owner: row.text("owner").flatMap { address($0) }, regarding: record(row))
    case "refused":
      return .refused(
        code.map { ReasonCode(rawValue: $0) } ?? .unknown, explanation: explanation(row))
    case "deferred": return .deferred(explanation: explanation(row))
    default: throw .unknownOutcome("it decided neither accepted, refused nor deferred")
    }
  }

  /// The row of `crm.deliver`.
  ///
  /// - Throws: `RemoteTrouble`.
  static func receipt(_ rows: PostgreSQLRows) throws(RemoteTrouble) -> RemoteReceipt {
    guard let row = rows.first else { throw .unknownOutcome("it gave no receipt") }
    switch row.text("outcome") {
    case "created", "delivered", "seen-again":
      guard let stored = row.text("stored"), !stored.isEmpty, stored.utf8.count <= longestID else {
        throw .unknownOutcome("it gave no id of 1 to \(longestID) bytes")
      }
      return RemoteReceipt(stored: SafeText.neutralised(stored), regarding: record(row))
    case "withdrawn": return RemoteReceipt(refusal: .withdrawn)
    case "refused", "deferred":
      return RemoteReceipt(refusal: .changed(explanation: explanation(row)))
    default: throw .unknownOutcome("its receipt says nothing that is known")
    }
  }

  // MARK: Changes

  /// What stands in a `facts` of `crm.changes` and `crm.copies`.
  private struct Facts: Decodable {
    /// Where a hand said that there is none, neither is there.
    struct Record: Decodable {
      var type: String?
      var id: String?
    }
    struct Participant: Decodable {
      var role: String
      var key: String?
      var address: String?
      var name: String?
      var isExternal: Bool
    }
    struct File: Decodable {
      var number: Int?
      var name: String?
      var mediaType: String
      var size: Int
    }
    struct Delivery: Decodable {
      var mailbox: String
    }
    var key: String
    var direction: String
    var messageId: String?
    var references: [String]?
    var token: String?
    var threadIndex: String?
    var owner: String
    var regarding: Record?
    var sentAt: Int64
    var trackedAt: Int64
    var answers: String?
    var participants: [Participant]?
    var subject: String?
    var attachments: [File]?
    var deliveries: [Delivery]?
    var size: Int?
    var isTruncated: Bool?
    var zone: Int?
    var rule: String?
    var code: Int?
    var explanation: String?
    var isManual: Bool?
  }

  private static func decoded<Value: Decodable>(
    _ bytes: [UInt8], as type: Value.Type
  ) throws(RemoteTrouble) -> Value {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    guard let value = try? decoder.decode(type, from: Data(bytes)) else {
      throw .unknownOutcome("it told something else than what was asked for")
    }
    return value
  }

  private static func id(_ row: PostgreSQLRows.Row) throws(RemoteTrouble) -> String {
    guard let id = row.text("copy"), !id.isEmpty, id.utf8.count <= longestID,
      SafeText.neutralised(id) == id
    else { throw .unknownOutcome("it told of a copy without an id") }
    return id
  }

  /// The rows of `crm.changes`, of which the last says from where to ask next.
  ///
  /// - Throws: `RemoteTrouble`.
  static func changes(_ rows: PostgreSQLRows) throws(RemoteTrouble) -> RemoteChanges {
    var changes: [RemoteChanges.Change] = []
    for row in rows.rows.dropLast() { changes.append(try change(row)) }
    guard let last = rows.rows.last, let next = last.text("token"),
      let kind = last.text("kind"), ["end", "more"].contains(kind)
    else { throw .unknownOutcome("it does not say from where to ask for changes next") }
    guard next.utf8.count <= longestToken else {
      throw .unknownOutcome("its token has more than \(longestToken) bytes")
    }
    return RemoteChanges(changes: changes, token: next, hasMore: kind == "more")
  }

  private static func change(
    _ row: PostgreSQLRows.Row
  ) throws(RemoteTrouble) -> RemoteChanges.Change {
    let id = try id(row)
    switch row.text("kind") {
    case "gone": return .gone(stored: id)
    case "stored":
      guard let bytes = row.bytes("facts") else {
        throw .unknownOutcome("it told of a copy and nothing about it")
      }
      return .known(try facts(bytes, of: id))
    default: throw .unknownOutcome("it told of a change that is not known")
    }
  }

  /// What every side knows of a copy.
  ///
  /// - Throws: `RemoteTrouble`.
  package static func facts(
    _ bytes: [UInt8], of id: String
  ) throws(RemoteTrouble) -> RemoteFacts {
    try facts(decoded(bytes, as: Facts.self), of: id)
  }

  private static func facts(
    _ told: Facts, of id: String
  ) throws(RemoteTrouble) -> RemoteFacts {
    guard let key = hex(told.key).flatMap({ MessageKey($0) }),
      let direction = Direction(rawValue: told.direction), let owner = address(told.owner)
    else { throw .unknownOutcome("what it told of a copy cannot be used") }
    var facts = RemoteFacts(
      copy: RemoteCopy(id: id, stored: id), key: key, direction: direction, owner: owner,
      sentAt: time(told.sentAt), trackedAt: time(told.trackedAt))
    facts.messageID = told.messageId.map { MessageID($0) }
    facts.references = (told.references ?? []).prefix(maxReferences).map { MessageID($0) }
    facts.token = told.token
    facts.threadIndex = told.threadIndex.flatMap(hex)
    if let type = told.regarding?.type, let id = told.regarding?.id {
      facts.regarding = record(type, id)
    }
    facts.answers = told.answers
    facts.participants = (told.participants ?? []).prefix(maxParticipants).compactMap { one in
      guard let role = CopyDraft.Participant.Role(rawValue: one.role),
        let address = (one.address ?? one.key).flatMap({ address($0) })
      else { return nil }
      return RemoteFacts.Participant(
        role: role, address: address, name: one.name, isExternal: one.isExternal)
    }
    return facts
  }

  /// A row of `crm.copies`.
  ///
  /// - Throws: `RemoteTrouble`.
  static func heading(_ row: PostgreSQLRows.Row) throws(RemoteTrouble) -> RemoteHeading {
    guard let bytes = row.bytes("facts") else {
      throw .unknownOutcome("it told of a copy and nothing about it")
    }
    return try heading(bytes, of: id(row))
  }

  /// What a list shows of a copy.
  ///
  /// - Throws: `RemoteTrouble`.
  package static func heading(
    _ bytes: [UInt8], of id: String
  ) throws(RemoteTrouble) -> RemoteHeading {
    let told = try decoded(bytes, as: Facts.self)
    var heading = RemoteHeading(facts: try facts(told, of: id), subject: told.subject ?? "")
    heading.mailboxes = (told.deliveries ?? []).prefix(maxParticipants).map(\.mailbox)
    heading.attachments = (told.attachments ?? []).prefix(maxAttachments).enumerated().map {
      Attachment(
        number: $1.number ?? $0 + 1, name: $1.name, mediaType: $1.mediaType, size: size($1.size))
    }
    heading.size = size(told.size ?? 0)
    heading.isTruncated = told.isTruncated ?? false
    // Beyond a day there is no zone.
    heading.zone = told.zone.flatMap { (-1_440...1_440).contains($0) ? $0 : nil }
    heading.code = told.code.map { ReasonCode(rawValue: $0) }
    heading.rule = told.rule
    heading.explanation = short(told.explanation ?? "", longestText)
    heading.isManual = told.isManual ?? false
    return heading
  }

  /// A number of bytes that can be added up with others: no message has 2^40.
  private static func size(_ told: Int) -> Int { max(0, min(told, 1 << 40)) }

  /// A time in seconds that can be reckoned with: some 34,000 years on either side of 1970.
  static func time(_ told: Int64) -> Int64 { max(-(1 << 40), min(told, 1 << 40)) }

  /// An address; one that is too odd to be typed is read at its last @, as its key is written.
  private static func address(_ text: String) -> AddrSpec? {
    if let address = AddrSpec(text) { return address }
    guard let at = text.lastIndex(of: "@"), at > text.startIndex else { return nil }
    return AddrSpec(
      localPart: String(text[..<at]), domain: String(text[text.index(after: at)...]))
  }

  /// The bytes that pairs of hexadecimal digits stand for.
  private static func hex(_ text: String) -> [UInt8]? {
    text.utf8.count <= longestToken ? Hexadecimal.bytes(text) : nil
  }

  // MARK: Users and settings

  private struct Directory: Decodable {
    struct User: Decodable {
      var address: String
      var addresses: [String]?
      var kind: String
      var role: String
      var filter: String?
      var isEnabled: Bool
    }
    var policy: [String: String]
    var users: [User]
  }

  /// The answer of `crm.directory`.
  ///
  /// - Throws: `RemoteTrouble`.
  package static func directory(
    _ bytes: [UInt8]
  ) throws(RemoteTrouble) -> RemoteDirectory {
    // The names of settings are no names of ours: they stay as they are.
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .custom { path in
      let key = path[path.count - 1]
      return key.stringValue == "is_enabled" ? Name("isEnabled") : key
    }
    guard let told = try? decoder.decode(Directory.self, from: Data(bytes)) else {
      throw .unknownOutcome("it told something else than its users and settings")
    }
    let users = told.users.prefix(maxUsers).compactMap { user -> RemoteDirectory.User? in
      guard let first = address(user.address),
        let kind = OrganizationUser.Kind(rawValue: user.kind),
        let role = UserRole(rawValue: user.role)
      else { return nil }
      return RemoteDirectory.User(
        address: first, addresses: (user.addresses ?? []).compactMap { address($0) }, kind: kind,
        role: role, filter: user.filter.flatMap(FilterMethod.init(rawValue:)),
        isEnabled: user.isEnabled)
    }
    return RemoteDirectory(users: users, settings: told.policy)
  }

  private struct Name: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init(_ name: String) { stringValue = name }
    init?(stringValue: String) { self.init(stringValue) }
    init?(intValue: Int) { nil }
  }
}
