import Tracking

/// A question of `org log --json`.
struct QuestionObject: Encodable {
  let schema = JSONOutput.schema
  let askedAt: String
  let sender: String?
  let recipients: [String]
  let subject: String
  let accepted: Bool
  let code: Int?
  let reason: String?
  let mail: Int64?
  /// Where they were asked for.
  let requests: [SentRequestObject]?

  private enum CodingKeys: String, CodingKey {
    case schema, sender, recipients, subject, accepted, code, reason, mail, requests
    case askedAt = "asked_at"
  }

  init(_ question: LoggedQuestion, requests: [SentRequest]?) {
    askedAt = TextOutput.isoDate(question.askedAt)
    sender = question.sender
    recipients = question.recipients
    subject = question.subject
    accepted = question.isAccepted
    code = question.code?.rawValue
    reason = question.code?.name
    mail = question.mail?.rawValue
    self.requests = requests?.map(SentRequestObject.init)
  }
}
