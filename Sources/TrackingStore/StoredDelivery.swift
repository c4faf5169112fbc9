/// One copy in one mailbox.
public struct StoredDelivery: Sendable, Hashable {
  /// The address of the mailbox's owner.
  public let mailbox: String
  /// The reverse-path; empty for `<>`.
  public let envelopeSender: String?
  /// The forward-path.
  public let envelopeRecipient: String?
  /// The mailbox's path, where it was found in one.
  public let folder: String?
  /// The file's unique name there.
  public let fileName: String?
  /// Seconds since 1970.
  public let firstSeenAt: Int64
  /// Seconds since 1970.
  public let lastSeenAt: Int64
  /// How often.
  public let timesSeen: Int
}
