/// A question that was put to an organization, and its answer.
package struct LoggedQuestion: Sendable {
  /// The tracked mail; `nil` where it was refused or is no longer tracked.
  package let mail: CopyID?
  /// What a refusal is known by where it is kept; `nil` for tracked mail.
  package let refusal: Int64?
  /// When, in seconds since 1970.
  package let askedAt: Int64
  /// The sender, as it was asked with.
  package let sender: String?
  /// The recipients, as they were asked with.
  package let recipients: [String]
  /// The subject, as it was asked with.
  package let subject: String
  /// Whether the organization said yes.
  package let isAccepted: Bool
  /// The reason; `nil` where a rule or a hand said Track and nothing was against it.
  package let code: ReasonCode?

  /// Makes a line of the log.
  package init(
    mail: CopyID?, refusal: Int64? = nil, askedAt: Int64, sender: String?, recipients: [String],
    subject: String, isAccepted: Bool, code: ReasonCode?
  ) {
    self.mail = mail
    self.refusal = refusal
    self.askedAt = askedAt
    self.sender = sender
    self.recipients = recipients
    self.subject = subject
    self.isAccepted = isAccepted
    self.code = code
  }
}
