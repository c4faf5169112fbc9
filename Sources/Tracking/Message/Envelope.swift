import InternetMessage

/// What the mail host says about a message beside its header (RFC 5321 section 3.3).
package struct Envelope: Sendable, Hashable {
  /// The reverse-path.
  package enum Sender: Sendable, Hashable {
    /// `<>`: a bounce or another notification (RFC 5321 section 4.5.5).
    case null
    /// An address.
    case address(AddrSpec)
  }

  /// The reverse-path; `nil` where the host did not say.
  package var sender: Sender?

  /// The forward-paths, in the order in which the host gave them.
  package var recipients: [AddrSpec]

  /// Makes an envelope.
  package init(sender: Sender? = nil, recipients: [AddrSpec] = []) {
    self.sender = sender
    self.recipients = recipients
  }
}

/// Which way a message goes, seen from the mailbox it came through (Dynamics `directioncode`).
package enum Direction: String, Sendable, CaseIterable {
  /// Somebody else wrote it.
  case incoming
  /// The owner of the mailbox wrote it.
  case outgoing
}
