import InternetMessage
import Tracking

/// What an organization in PostgreSQL is asked about a message: `crm.decide`.
package struct PostgreSQLQuestion: Encodable, Sendable {
  private let direction: String
  private let mailbox: PostgreSQLAddress
  private let sender: PostgreSQLAddress?
  private let to: [PostgreSQLAddress]
  private let cc: [PostgreSQLAddress]
  private let bcc: [PostgreSQLAddress]
  private let subject: String
  private let messageID: String?
  private let track: String
  private let answers: String?

  private enum CodingKeys: String, CodingKey {
    case direction, mailbox, sender, to, cc, bcc, subject, track, answers
    case messageID = "message_id"
  }

  /// So many addresses of each field are told.
  private static let maxAddresses = 1_000

  /// Tells a question.
  package init(_ asked: RemoteQuestion) {
    let question = asked.question
    func told(_ addresses: [AddrSpec]) -> [PostgreSQLAddress] {
      addresses.prefix(Self.maxAddresses).map(PostgreSQLAddress.init)
    }
    direction = question.direction.rawValue
    mailbox = PostgreSQLAddress(question.mailboxOwner)
    sender = question.sender.map(PostgreSQLAddress.init)
    to = told(question.to)
    cc = told(question.cc)
    bcc = told(question.bcc)
    subject = PostgreSQLText.plain(question.subject)
    messageID = question.messageID.map { PostgreSQLText.plain($0.value) }
      .flatMap { PostgreSQLText.isKey($0) ? $0 : nil }
    track = question.isByHand ? "hand" : question.isTrackingAsked ? "rule" : "ask"
    answers = asked.answers?.id
  }
}
