import InternetMessage

/// What the mail host says about a message beside its header (RFC 5321 section 3.3).
public struct Envelope: Sendable, Hashable {
  /// The reverse-path.
  public enum Sender: Sendable, Hashable {
    /// `<>`: a bounce or another notification (RFC 5321 section 4.5.5).
    case null
    /// An address.
    case address(AddrSpec)
  }

  /// The reverse-path; `nil` where the host did not say.
  public var sender: Sender?

  /// The forward-paths, in the order in which the host gave them.
  public var recipients: [AddrSpec]

  /// Makes an envelope.
  public init(sender: Sender? = nil, recipients: [AddrSpec] = []) {
    self.sender = sender
    self.recipients = recipients
  }
}
