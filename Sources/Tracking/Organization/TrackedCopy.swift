import InternetMessage

/// A tracked copy as an organization shows it, without its bytes.
package struct TrackedCopy: Sendable {
  /// Its number.
  package let id: CopyID
  /// Which way it went.
  package let direction: Direction
  /// The Message-ID without brackets.
  package let messageID: String?
  /// The subject.
  package let subject: String
  /// The sender's display name.
  package let senderName: String?
  /// The sender's address.
  package let senderAddress: String?
  /// Seconds since 1970: the Date field, or where there is none, when it was first seen.
  package let sentAt: Int64
  /// The zone of the Date field in minutes east of UTC; `nil` where there is no date.
  package let zone: Int?
  /// When it was tracked, in seconds since 1970; of what an old version tracked, when it arrived.
  package let trackedAt: Int64
  /// When the message arrived on this side, in seconds since 1970.
  package let arrivedAt: Int64
  /// The length of the message in bytes.
  package let size: Int
  /// Whether only header and beginning are stored.
  package let isTruncated: Bool
  /// Its conversation.
  package let conversation: ConversationID
  /// The owner's address.
  package let owner: String
  /// Why this owner.
  package let ownerReason: String
  /// The record it belongs to, `type:id`.
  package let regarding: String?
  /// Who set that.
  package let regardingSource: String?
  /// The copy that it answers.
  package let answers: CopyID?
  /// The other copies that it answers: who answers several messages at once names all of them.
  package let alsoAnswers: [CopyID]
  /// Whether its subject is another than that of the copy it answers.
  package let isSubjectChanged: Bool
  /// How that was found.
  package let correlation: CorrelationMethod?
  /// The organization's reason.
  package let reason: ReasonCode?
  /// The rule that asked for tracking.
  package let rule: String?
  /// Whether a person tracked it by hand.
  package let isManual: Bool
  /// Why it is tracked, in words.
  package let explanation: String
  /// Sender and recipients.
  package let participants: [TrackedParticipant]
  /// What was attached.
  package let attachments: [Attachment]
  /// The mailboxes it was seen in.
  package let deliveries: [TrackedDelivery]
  /// Other copies with the same Message-ID.
  package let related: [CopyID]
  /// What the records are called that it regards and whose participants are, by `type:id`.
  package let recordNames: [String: String]

  /// Makes a copy.
  package init(
    id: CopyID, direction: Direction, messageID: String?, subject: String, senderName: String?,
    senderAddress: String?, sentAt: Int64, zone: Int?, trackedAt: Int64, arrivedAt: Int64,
    size: Int, isTruncated: Bool, conversation: ConversationID, owner: String, ownerReason: String,
    regarding: String?, regardingSource: String?, answers: CopyID?, alsoAnswers: [CopyID] = [],
    isSubjectChanged: Bool = false, correlation: CorrelationMethod?, reason: ReasonCode?,
    rule: String?, isManual: Bool, explanation: String,
    participants: [TrackedParticipant], attachments: [Attachment], deliveries: [TrackedDelivery],
    related: [CopyID], recordNames: [String: String] = [:]
  ) {
    self.id = id
    self.direction = direction
    self.messageID = messageID
    self.subject = subject
    self.senderName = senderName
    self.senderAddress = senderAddress
    self.sentAt = sentAt
    self.zone = zone
    self.trackedAt = trackedAt
    self.arrivedAt = arrivedAt
    self.size = size
    self.isTruncated = isTruncated
    self.conversation = conversation
    self.owner = owner
    self.ownerReason = ownerReason
    self.regarding = regarding
    self.regardingSource = regardingSource
    self.answers = answers
    self.alsoAnswers = alsoAnswers
    self.isSubjectChanged = isSubjectChanged
    self.correlation = correlation
    self.reason = reason
    self.rule = rule
    self.isManual = isManual
    self.explanation = explanation
    self.participants = participants
    self.attachments = attachments
    self.deliveries = deliveries
    self.related = related
    self.recordNames = recordNames
  }
}

/// One copy in one mailbox.
package struct TrackedDelivery: Sendable, Hashable {
  /// The address of the mailbox's owner.
  package let mailbox: String
  /// The reverse-path; empty for `<>`.
  package let envelopeSender: String?
  /// The forward-path.
  package let envelopeRecipient: String?
  /// The mailbox's path, where it was found in one.
  package let folder: String?
  /// The file's unique name there.
  package let fileName: String?
  /// Seconds since 1970.
  package let firstSeenAt: Int64
  /// Seconds since 1970.
  package let lastSeenAt: Int64
  /// How often.
  package let timesSeen: Int

  /// Makes a delivery.
  package init(
    mailbox: String, envelopeSender: String?, envelopeRecipient: String?, folder: String?,
    fileName: String?, firstSeenAt: Int64, lastSeenAt: Int64, timesSeen: Int
  ) {
    self.mailbox = mailbox
    self.envelopeSender = envelopeSender
    self.envelopeRecipient = envelopeRecipient
    self.folder = folder
    self.fileName = fileName
    self.firstSeenAt = firstSeenAt
    self.lastSeenAt = lastSeenAt
    self.timesSeen = timesSeen
  }
}

/// A participant of a tracked copy.
package struct TrackedParticipant: Sendable, Hashable {
  /// `from`, `sender`, `to`, `cc`, `bcc` or `envelope`.
  package let role: String
  /// The display name.
  package let name: String?
  /// The address.
  package let address: String
  /// Whether neither colleague nor this side.
  package let isExternal: Bool
  /// The records that the address belongs to, `type:id`, in order of precedence.
  package let records: [String]

  /// Makes a participant.
  package init(role: String, name: String?, address: String, isExternal: Bool, records: [String]) {
    self.role = role
    self.name = name
    self.address = address
    self.isExternal = isExternal
    self.records = records
  }
}
