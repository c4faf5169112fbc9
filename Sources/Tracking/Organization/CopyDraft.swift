import InternetMessage

/// All that an organization is given of a message that it accepted.
package struct CopyDraft {
  /// Identity over all machines and mailboxes.
  package var key: MessageKey
  /// The identity under which a store of before may have it, where that is another.
  package var firstKey: MessageKey?
  /// Which way it goes.
  package var direction: Direction
  /// The decoded header.
  package var header: MessageHeader
  /// Sender and recipients in their roles.
  package var participants: [Participant]
  /// What is attached.
  package var attachments: [Attachment] = []
  /// What it says of appointments and tasks.
  package var calendar: [CalendarWord] = []
  /// The text of the content, made ready for an index of words (`SearchText`); `nil` where it is yet
  /// to be found.
  package var searchText: String?
  /// The user to whom the copy belongs.
  package var owner: Ownership
  /// Why it is tracked.
  package var grounds: Grounds
  /// What it answers; `nil` where correlation found nothing.
  package var correlation: Correlation?
  /// Whether the copy joins the conversations of copies that name the same ids; a forward does not.
  package var joinsConversations: Bool
  /// The record that a rule or a hand set; `nil` where the conversation's holds.
  package var regarding: Regarding?
  /// The tracking token in the subject.
  package var token: String?
  /// Where and how it came.
  package var delivery: Delivery
  /// When this side tracks it, in seconds since 1970; `nil` where that is when the message came.
  package var trackedAt: Int64?
  /// The length of the whole message in bytes, the host's `From ` line left out.
  package var size: Int
  /// Whether `content` is only the header and the text, because the message is larger than what
  /// is stored.
  package var isTruncated: Bool
  /// What an organization elsewhere was asked about it.
  package var question: RemoteQuestion?
  /// Gives the exact bytes to store, in order, in chunks of at most `Self.chunkSize` bytes each;
  /// every chunk but the last has exactly that size.
  package var content: (_ store: (UnsafeRawBufferPointer) throws -> Void) throws -> Void

  /// The size of a stored chunk: 1 MiB.
  package static let chunkSize = 1 << 20

  /// A participant in a role of the header (Dynamics activity party).
  package struct Participant: Sendable, Hashable {
    /// The field, or the envelope.
    package enum Role: String, Sendable, CaseIterable {
      /// From, or who wrote what somebody else passed on.
      case from
      /// Who sent it for the one in From, or passed it on.
      case sender
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
    package var role: Role
    /// Name and address.
    package var mailbox: Mailbox
    /// Whether neither a colleague nor an address of this side.
    package var isExternal: Bool
    /// Makes a participant.
    package init(role: Role, mailbox: Mailbox, isExternal: Bool) {
      self.role = role
      self.mailbox = mailbox
      self.isExternal = isExternal
    }
  }

  /// Why a copy was made.
  package struct Grounds: Sendable, Hashable {
    /// The organization's reason; `nil` where a rule or a hand ended it.
    package var code: ReasonCode?
    /// The name of the rule that matched.
    package var rule: String?
    /// The user whose filter accepted it.
    package var acceptingUser: UserID?
    /// Whether a person tracked it by hand.
    package var isManual: Bool
    /// The verdict in words.
    package var explanation: String
    /// Makes grounds.
    package init(
      code: ReasonCode?, rule: String? = nil, acceptingUser: UserID? = nil, isManual: Bool = false,
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
  package struct Regarding: Sendable, Hashable {
    /// Who set it; a later case is overridden by an earlier one.
    package enum Source: String, Sendable, CaseIterable {
      /// A person; holds for good.
      case manual
      /// A rule.
      case rule
      /// An organization elsewhere.
      case organization
      /// Inherited from the conversation.
      case conversation
    }
    /// The record.
    package var record: RecordReference
    /// Who set it.
    package var source: Source
    /// Makes one.
    package init(record: RecordReference, source: Source) {
      self.record = record
      self.source = source
    }
  }

  /// One copy in one mailbox.
  package struct Delivery: Sendable, Hashable {
    /// The owner of the mailbox.
    package var mailboxOwner: AddrSpec
    /// The reverse-path; empty for `<>`, `nil` where unknown.
    package var envelopeSender: String?
    /// The forward-path.
    package var envelopeRecipient: AddrSpec?
    /// The host's `From ` line without line end, as it stood; `nil` where there was none.
    package var fromLine: [UInt8]?
    /// Seconds since 1970 when this side saw it.
    package var seenAt: Int64
    /// The path of the mailbox (a Maildir or an mbox), where it was found in one.
    package var folder: String?
    /// The file's unique name within the folder.
    package var fileName: String?
    /// Makes a delivery.
    package init(
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
  package init(
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
