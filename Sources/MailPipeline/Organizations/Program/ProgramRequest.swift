import Foundation
import InternetMessage
import Tracking

/// What a program is asked: a line of JSON, see crm-mailfilter-organization(7).
struct ProgramRequest: Encodable {
  var request: Int
  var `do`: String
  var `protocol`: Int?
  var organization: String?
  var direction: String?
  var mailbox: String?
  var sender: String?
  var to: [String]?
  var cc: [String]?
  var bcc: [String]?
  var leftOut: Int?
  var subject: String?
  var messageID: String?
  var track: String?
  var answers: String?
  var copy: String?
  var delivery: String?
  var stored: String?
  var file: String?
  var size: Int?
  var isTruncated: Bool?
  var sentAt: Int64?
  var owner: String?
  var record: String?
  var since: String?

  /// So many addresses of each field are told.
  private static let maxAddresses = 1_000

  init(_ request: Int, _ word: String) {
    self.request = request
    self.do = word
  }

  /// `decide`.
  init(_ request: Int, _ asked: RemoteQuestion) {
    self.init(request, "decide")
    let question = asked.question
    direction = question.direction.rawValue
    mailbox = question.mailboxOwner.description
    sender = question.sender?.description
    tell(question.to, question.cc, question.bcc)
    subject = question.subject
    messageID = question.messageID?.value
    track = question.isByHand ? "hand" : question.isTrackingAsked ? "rule" : "ask"
    answers = asked.answers?.stored
  }

  /// `deliver`.
  init(_ request: Int, _ delivered: RemoteDelivery, file: String, size: Int) {
    self.init(request, "deliver")
    let draft = delivered.draft
    func addresses(_ roles: CopyDraft.Participant.Role...) -> [AddrSpec] {
      draft.participants.filter { roles.contains($0.role) }.map(\.mailbox.address)
    }
    copy = delivered.copy.id
    delivery = delivered.delivery
    stored = delivered.copy.stored
    self.file = file
    self.size = size
    isTruncated = draft.isTruncated
    direction = draft.direction.rawValue
    mailbox = draft.delivery.mailboxOwner.description
    sender = addresses(.from).first?.description
    tell(addresses(.to), addresses(.cc), addresses(.bcc, .envelope))
    subject = draft.header.subject ?? ""
    messageID = draft.header.messageID?.value
    sentAt = draft.header.credibleDate?.secondsSince1970 ?? draft.delivery.seenAt
    owner = delivered.owner.description
    record = draft.regarding?.record.description
    answers = delivered.answers?.stored
  }

  private mutating func tell(_ to: [AddrSpec], _ cc: [AddrSpec], _ bcc: [AddrSpec]) {
    func told(_ addresses: [AddrSpec]) -> [String] {
      addresses.prefix(Self.maxAddresses).map(\.description)
    }
    self.to = told(to)
    self.cc = told(cc)
    self.bcc = told(bcc)
    let count = [to, cc, bcc].map { max(0, $0.count - Self.maxAddresses) }.reduce(0, +)
    leftOut = count > 0 ? count : nil
  }

  /// The line without its end; `nil` where it is longer than a line may be.
  var line: [UInt8]? {
    let encoder = JSONEncoder()
    encoder.keyEncodingStrategy = .convertToSnakeCase
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    guard let data = try? encoder.encode(self), data.count <= ProgramReply.longestLine else {
      return nil
    }
    return Array(data)
  }
}
