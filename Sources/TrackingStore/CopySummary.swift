import Tracking

/// What a list shows of a copy.
public struct CopySummary: Sendable, Hashable {
  /// Its number.
  public let id: CopyID
  /// Which way it went.
  public let direction: Direction
  /// The sender's address.
  public let senderAddress: String?
  /// The first recipient's address.
  public let recipientAddress: String?
  /// Seconds since 1970.
  public let sentAt: Int64
  /// The record it belongs to, `type:id`.
  public let regarding: String?
  /// The subject.
  public let subject: String
}
