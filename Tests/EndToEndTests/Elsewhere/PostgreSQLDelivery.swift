import Foundation
import InternetMessage
import MailPipeline
import PostgreSQL
import System
import Tracking

/// A message as it is brought to an organization in PostgreSQL, of which a test changes what it likes.
struct PostgreSQLDelivery {
  var number: Int
  var direction = "incoming"
  var mailbox = "dana@contoso.example"
  var sender: String? = "erin@fabrikam.example"
  var to = ["dana@contoso.example"]
  var subject = "Offer"
  var messageID: String?
  var track = "rule"
  var answers: String?
  var references: [String] = []
  var content: [UInt8] = Array("Subject: Offer\r\n\r\nHello\r\n".utf8)
  /// So many bytes are said to come.
  var storedSize: Int?
  /// The id of this try-group.
  var entry: String
  var seenAt: Int64 = 1_790_000_000
  var regarding: (type: String, id: String, source: String)?

  /// Makes one; the same number is the same message.
  init(_ number: Int, entry: String? = nil) {
    self.number = number
    messageID = "m\(number)@fabrikam.example"
    self.entry = entry ?? TrackedActivity.id(key: Array("entry \(number)".utf8), direction: "")
  }

  var key: [UInt8] { SHA256.digest(of: Array("message \(number)".utf8)) }
  /// The id that it has there.
  var copy: String { TrackedActivity.id(key: key, direction: direction) }

  private struct Question: Encodable {
    var direction: String
    var mailbox: PostgreSQLAddress
    var sender: PostgreSQLAddress?
    var to: [PostgreSQLAddress]
    var cc: [PostgreSQLAddress] = []
    var bcc: [PostgreSQLAddress] = []
    var subject: String
    var messageID: String?
    var track: String
    var answers: String?
  }

  private struct Facts: Encodable {
    struct Participant: Encodable {
      var role: String
      var name: String?
      var address: PostgreSQLAddress
      var isExternal: Bool
    }
    var question: Question
    var key: String
    var references: [String]
    var participants: [Participant]
    var attachments: [String] = []
    var sentAt: Int64 = 1_789_990_000
    var trackedAt: Int64
    var seenAt: Int64
    var size: Int
    var storedSize: Int
    var isTruncated = false
    var isManual: Bool
    var joins = true
    var regarding: [String: String]?
  }

  private static func address(_ text: String) -> PostgreSQLAddress {
    let parts = text.split(separator: "@").map(String.init)
    return PostgreSQLAddress(AddrSpec(localPart: parts[0], domain: parts.last ?? ""))
  }

  private var asked: Question {
    Question(
      direction: direction, mailbox: Self.address(mailbox), sender: sender.map(Self.address),
      to: to.map(Self.address), subject: subject, messageID: messageID, track: track,
      answers: answers)
  }

  private static func json(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.keyEncodingStrategy = .convertToSnakeCase
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }

  /// What the organization is asked.
  func question() throws -> String { try Self.json([asked]) }

  /// What it is told.
  func facts() throws -> String {
    let parties = [sender].compactMap { $0 }.map { ("from", $0) } + to.map { ("to", $0) }
    return try Self.json(
      Facts(
        question: asked,
        key: key.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(),
        references: references,
        participants: parties.map {
          .init(
            role: $0.0, address: Self.address($0.1),
            isExternal: !$0.1.hasSuffix("@contoso.example"))
        },
        trackedAt: seenAt, seenAt: seenAt, size: content.count,
        storedSize: storedSize ?? content.count, isManual: track == "hand",
        regarding: regarding.map { ["type": $0.type, "id": $0.id, "source": $0.source] }))
  }

  /// Brings it there; what becomes of it.
  @discardableResult func bring(
    by connection: PostgreSQLConnection
  ) throws(PostgreSQLError) -> PostgreSQLRows.Row {
    let facts = (try? facts()) ?? ""
    let rows = try connection.run(
      "SELECT * FROM crm.deliver($1::uuid, $2::uuid, $3::jsonb, $4)",
      [.text(entry), .text(copy), .text(facts), .bytes(content)])
    guard let row = rows.first else { throw .malformed("no row") }
    return row
  }

  /// What became of it, or the SQLSTATE of the error.
  func outcome(by connection: PostgreSQLConnection) -> String {
    do throws(PostgreSQLError) {
      return try bring(by: connection).text("outcome") ?? "nothing"
    } catch {
      return error.sqlState ?? "\(error)"
    }
  }
}
