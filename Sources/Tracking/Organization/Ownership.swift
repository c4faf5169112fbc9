/// To whom a copy belongs, and why.
public struct Ownership: Sendable, Hashable {
  /// The ways in which an owner is found, in the order of Dynamics (`email-record-owner`).
  public enum Reason: String, Sendable, CaseIterable {
    /// A recipient who owns the copy that the message answers.
    case answeredCopy = "answered-copy"
    /// A recipient who owns the sender's contact, account or lead.
    case senderRecord = "sender-record"
    /// The first eligible user among the recipients.
    case firstRecipient = "first-recipient"
    /// The user who wrote the message.
    case sender
    /// The owner of the mailbox through which it came.
    case mailbox
  }

  /// The user.
  public let user: Int64
  /// Why.
  public let reason: Reason

  /// Makes an ownership.
  public init(user: Int64, reason: Reason) {
    self.user = user
    self.reason = reason
  }
}
