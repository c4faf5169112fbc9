import InternetMessage

/// All that an organization is given of a message that it accepted.
public struct CopyDraft {
  /// Identity over all machines and mailboxes.
  public var key: MessageKey
  /// Which way it goes.
  public var direction: Direction
  /// The decoded header.
  public var header: MessageHeader
  /// Sender and recipients in their roles.
  public var participants: [Participant]
  /// What is attached.
  public var attachments: [Attachment] = []
  /// The text of the content, made ready for an index of words (`SearchText`); `nil` where it is yet
  /// to be found.
  public var searchText: String?
  /// The user to whom the copy belongs.
  public var owner: Ownership
  /// Why it is tracked.
  public var grounds: Grounds
  /// What it answers; `nil` where correlation found nothing.
  public var correlation: Correlation?
  /// Whether the copy joins the conversations of copies that name the same ids; a forward does not.
  public var joinsConversations: Bool
  /// The record that a rule or a hand set; `nil` where the conversation's holds.
  public var regarding: Regarding?
  /// The tracking token in the subject.
  public var token: String?
  /// Where and how it came.
  public var delivery: Delivery
  /// The length of the whole message in bytes, the host's `From ` line left out.
  public var size: Int
  /// Whether `content` is only the header and the text, because the message is larger than what
  /// is stored.
  public var isTruncated: Bool
  /// Gives the exact bytes to store, in order, in chunks of at most `Self.chunkSize` bytes each;
  /// every chunk but the last has exactly that size.
  public var content: (_ store: (UnsafeRawBufferPointer) throws -> Void) throws -> Void

  /// The size of a stored chunk: 1 MiB.
  public static let chunkSize = 1 << 20

  /// A participant in a role of the header (Dynamics activity party).
  public struct Participant: Sendable, Hashable {
    /// The field, or the envelope.
    public enum Role: String, Sendable, CaseIterable {
      /// From.
      case from
      /// To.
      case to
      /// Cc.
      case cc
      /// Bcc.
      case bcc
      /// Named by the host only.
      case envelope
    }
    /// The role.
    public var role: Role
    /// Name and address.
    public var mailbox: Mailbox
    /// Whether neither a colleague nor an address of this side.
    public var isExternal: Bool
    /// Makes a participant.
    public init(role: Role, mailbox: Mailbox, isExternal: Bool) {
      self.role = role
      self.mailbox = mailbox
      self.isExternal = isExternal
    }
  }

  /// Why a copy was made.
  public struct Grounds: Sendable, Hashable {
    /// The organization's reason; `nil` where a rule or a hand ended it.
    public var code: ReasonCode?
    /// The name of the rule that matched.
    public var rule: String?
    /// The user whose filter accepted it.
    public var acceptingUser: Int64?
    /// Whether a person tracked it by hand.
    public var isManual: Bool
    /// The verdict in words.
    public var explanation: String
    /// Makes grounds.
    public init(
      code: ReasonCode?, rule: String? = nil, acceptingUser: Int64? = nil, isManual: Bool = false,
      explanation: String
    ) {
      self.code = code
      self.rule = rule
      self.acceptingUser = acceptingUser
      self.isManual = isManual
      self.explanation = explanation
    }
  }

  /// A record, and who said so.
  public struct Regarding: Sendable, Hashable {
    /// Who set it; a later case is overridden by an earlier one.
    public enum Source: String, Sendable, CaseIterable {
      /// A person; holds for good.
      case manual
      /// A rule.
      case rule
      /// Inherited from the conversation.
      case conversation
    }
    /// The record.
    public var record: RecordReference
    /// Who set it.
    public var source: Source
    /// Makes one.
    public init(record: RecordReference, source: Source) {
      self.record = record
      self.source = source
    }
  }

  /// One copy in one mailbox.
  public struct Delivery: Sendable, Hashable {
    /// The owner of the mailbox.
    public var mailboxOwner: AddrSpec
    /// The reverse-path; empty for `<>`, `nil` where unknown.
    public var envelopeSender: String?
    /// The forward-path.
    public var envelopeRecipient: AddrSpec?
    /// The host's `From ` line without line end, as it stood; `nil` where there was none.
    public var fromLine: [UInt8]?
    /// Seconds since 1970 when this side saw it.
    public var seenAt: Int64
    /// The path of the mailbox (a Maildir or an mbox), where it was found in one.
    public var folder: String?
    /// The file's unique name within the folder.
    public var fileName: String?
    /// Makes a delivery.
    public init(
      mailboxOwner: AddrSpec, envelopeSender: String? = nil, envelopeRecipient: AddrSpec? = nil,
      fromLine: [UInt8]? = nil, seenAt: Int64, folder: String? = nil, fileName: String? = nil
    ) {
      self.mailboxOwner = mailboxOwner
      self.envelopeSender = envelopeSender
      self.envelopeRecipient = envelopeRecipient
      self.fromLine = fromLine
      self.seenAt = seenAt
      self.folder = folder
      self.fileName = fileName
    }
  }

  /// Makes a draft.
  public init(
    key: MessageKey, direction: Direction, header: MessageHeader, participants: [Participant],
    owner: Ownership, grounds: Grounds, correlation: Correlation?, regarding: Regarding?,
    token: String?, delivery: Delivery, size: Int, isTruncated: Bool,
    joinsConversations: Bool = true,
    content: @escaping (_ store: (UnsafeRawBufferPointer) throws -> Void) throws -> Void
  ) {
    self.key = key
    self.direction = direction
    self.header = header
    self.participants = participants
    self.owner = owner
    self.grounds = grounds
    self.correlation = correlation
    self.regarding = regarding
    self.token = token
    self.delivery = delivery
    self.size = size
    self.isTruncated = isTruncated
    self.joinsConversations = joinsConversations
    self.content = content
  }
}
