import Tracking

/// A question that was put to an organization, and its answer.
public struct LoggedQuestion: Sendable {
  /// The tracked mail; `nil` where it was refused or is no longer tracked.
  public let mail: CopyID?
  /// When, in seconds since 1970.
  public let askedAt: Int64
  /// The sender, as it was asked with.
  public let sender: String?
  /// The recipients, as they were asked with.
  public let recipients: [String]
  /// The subject, as it was asked with.
  public let subject: String
  /// Whether the organization said yes.
  public let isAccepted: Bool
  /// The reason; `nil` where a rule or a hand said Track and nothing was against it.
  public let code: ReasonCode?
}
