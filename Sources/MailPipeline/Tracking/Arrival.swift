import InternetMessage
import Tracking

/// How a message came: all that is known of it beside its bytes.
public struct Arrival: Sendable {
  /// What the host said.
  public var envelope: Envelope
  /// Whether the caller knows that the owner of the mailbox wrote it.
  public var isSent: Bool
  /// When this side saw it, in seconds since 1970.
  public var seenAt: Int64
  /// The organization that it was meant for when it came; `nil` for the one that synchronizes now.
  public var organization: String?
  /// The mailbox's path, where it was found in one.
  public var folder: String?
  /// The file's unique name there.
  public var fileName: String?

  /// The owner of the mailbox that it came through; `nil` where the message itself tells.
  public var mailbox: AddrSpec?
  /// Whether a person tracks it by hand: rules and exclusions are passed over.
  public var isByHand = false
  /// The record that the same person names.
  public var regarding: RecordReference?

  /// Makes an arrival.
  public init(
    envelope: Envelope = Envelope(), isSent: Bool = false, seenAt: Int64,
    organization: String? = nil, folder: String? = nil, fileName: String? = nil
  ) {
    self.envelope = envelope
    self.isSent = isSent
    self.seenAt = seenAt
    self.organization = organization
    self.folder = folder
    self.fileName = fileName
  }
}
