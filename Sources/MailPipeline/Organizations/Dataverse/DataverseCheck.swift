import InternetMessage
import System
import Tracking

/// The questions of Dataverse about a message, as functions of the Web API (checkincomingemail,
/// checkpromoteemail).
///
/// All of their parameters are texts; `ExtraProperties` is the service's own matter, and left out.
package enum DataverseCheck {
  /// So many addresses of each list are told.
  private static let maxAddresses = 300
  /// So many UTF-16 units of a subject (column `subject` of `email`).
  static let longestSubject = 800

  /// Whether a question is one about mail that is promoted: mail that was sent, and mail that a rule or
  /// a hand wants tracked.
  static func isPromotion(_ question: Question) -> Bool {
    question.direction == .outgoing || question.isTrackingAsked
  }

  /// The request that asks a question.
  package static func request(_ question: Question) -> DataverseRequest {
    let id = messageID(question)
    let subject = ODataText.cut(ODataText.storable(question.subject), longestSubject)
    guard !isPromotion(question) else {
      return function(
        "CheckPromoteEmail",
        [
          ("MessageId", ODataText.literal(id)), ("Subject", ODataText.literal(subject)),
          ("DirectionCode", question.direction == .outgoing ? "1" : "0"),
        ])
    }
    // The mailbox through which it came is asked, too, whatever the lists say.
    let listed = Set(question.to + question.cc + question.bcc)
    let bcc = (listed.contains(question.mailboxOwner) ? [] : [question.mailboxOwner]) + question.bcc
    return function(
      "CheckIncomingEmail",
      [
        ("MessageId", ODataText.literal(id)), ("Subject", ODataText.literal(subject)),
        ("From", list(question.sender.map { [$0] } ?? [])), ("To", list(question.to)),
        ("Cc", list(question.cc)), ("Bcc", list(bcc)),
      ])
  }

  /// The request by which it is found whether this side may ask; it is about no message.
  static let probe: DataverseRequest = {
    var question = Question(
      sender: AddrSpec(localPart: "probe", domain: "crm-mailfilter.invalid"),
      mailboxOwner: AddrSpec(localPart: "probe", domain: "crm-mailfilter.invalid"))
    question.messageID = MessageID("probe@crm-mailfilter.invalid")
    return request(question)
  }()

  private static func function(
    _ name: String, _ parameters: [(name: String, value: String)]
  ) -> DataverseRequest {
    let names = parameters.enumerated().map { "\($1.name)=@p\($0 + 1)" }.joined(separator: ",")
    let values = parameters.enumerated().map { "@p\($0 + 1)=\($1.value)" }.joined(separator: "&")
    return DataverseRequest(.get, "\(name)(\(names))?\(values)")
  }

  private static func list(_ addresses: [AddrSpec]) -> String {
    ODataText.literal(
      addresses.prefix(maxAddresses).map { ODataText.storable($0.description) }
        .joined(separator: ";"))
  }

  /// The Message-ID as the column has it; of a message without one an id that no message has, since the
  /// service demands one.
  private static func messageID(_ question: Question) -> String {
    if let id = question.messageID, let text = storedMessageID(id) { return text }
    let facts =
      ([question.sender].compactMap(\.self) + question.to + question.cc).map(\.comparisonKey)
      .joined(separator: "\n") + "\n\n" + question.subject
    let id = TrackedActivity.id(key: Array(facts.utf8), direction: question.direction.rawValue)
    return "<\(id)@crm-mailfilter.invalid>"
  }

  /// The Message-ID as the column `messageid` has it, in brackets; `nil` where it is too long for it.
  static func storedMessageID(_ id: MessageID) -> String? {
    let text = "<\(ODataText.storable(id.value))>"
    return text.utf16.count <= 320 ? text : nil
  }

  /// What the service says.
  package struct Reply: Decodable, Sendable, Hashable {
    /// Whether it takes mail that came.
    var shouldDeliver: Bool?
    /// Whether it takes mail that is promoted.
    var shouldPromote: Bool?
    /// Why.
    var reasonCode: Int?

    private enum CodingKeys: String, CodingKey {
      case shouldDeliver = "ShouldDeliver"
      case shouldPromote = "ShouldPromote"
      case reasonCode = "ReasonCode"
    }

    /// Whether it takes it; `nil` where it does not say.
    package var accepts: Bool? { shouldDeliver ?? shouldPromote }
    /// Why.
    package var code: ReasonCode { reasonCode.map { ReasonCode(rawValue: $0) } ?? .unknown }
  }

  /// A reason in words that hold no part of a message.
  static func words(_ code: ReasonCode, accepts: Bool) -> String {
    switch code {
    case .duplicate: "the organization has this message already"
    case .noCorrelationMatch: "nobody's filter there accepts it"
    case .correlationMatch: "it answers mail that is tracked there"
    case .noRecipientMatch: "no recipient is a user or queue there"
    case .internalEmailReject: "the organization refuses mail that its own users send to each other"
    case .senderMatch: "the sender is known there, and a user's filter accepts such mail"
    case .acceptAll:
      accepts ? "a filter there accepts it" : "the organization refuses it"
    case .invalidSender: "the message names no usable sender"
    default:
      accepts
        ? "the organization accepts it (\(code.name))"
        : "the organization refuses it (\(code.name))"
    }
  }
}
