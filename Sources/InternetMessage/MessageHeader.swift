/// What the header section of a message says, decoded: the fields that tracking looks at.
///
/// Nothing in a message is an error. A field that cannot be read has no value and leaves a note.
public struct MessageHeader: Sendable {
  /// The section from which this was read.
  public let section: HeaderSection

  /// All mailboxes of all From fields, groups flattened, in order. The first is the sender
  /// (RFC 5322 section 3.6.2); the others take part in the message.
  public let from: [Mailbox]

  /// The Sender field.
  public let sender: Mailbox?

  /// The Reply-To field.
  public let replyTo: [Mailbox]

  /// All mailboxes of all To fields, groups flattened, in order (RFC 5322 section 3.6.3).
  public let to: [Mailbox]

  /// All mailboxes of all Cc fields.
  public let cc: [Mailbox]

  /// All mailboxes of all Bcc fields.
  public let bcc: [Mailbox]

  /// The first Subject: unfolded, encoded words decoded (RFC 2047), white space collapsed and
  /// trimmed. `nil` where there is no such field, empty where it is empty.
  public let subject: String?

  /// The first Message-ID.
  public let messageID: MessageID?

  /// The identifiers of In-Reply-To, in order.
  public let inReplyTo: [MessageID]

  /// The identifiers of References, oldest first.
  public let references: [MessageID]

  /// The first Date.
  public let date: MessageDate?

  /// The first Thread-Index.
  public let threadIndex: ThreadIndex?

  /// What was odd in the section and in its fields.
  public let notes: [Note]
}
