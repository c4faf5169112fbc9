/// A message with all that is said of it.
package struct MessagePage: Sendable {
  /// Somebody who takes part.
  package struct Participant: Hashable, Sendable {
    /// `from`, `sender`, `to`, `cc`, `bcc` or `envelope`.
    package var role: String
    /// Who.
    package var person: PersonLink
    /// The records that the address belongs to.
    package var records: [RecordLink]

    /// Names somebody.
    package init(role: String, person: PersonLink, records: [RecordLink] = []) {
      self.role = role
      self.person = person
      self.records = records
    }
  }
  /// A part that is kept apart from the text.
  package struct File: Hashable, Sendable {
    /// The number of the part.
    package var part: Int
    /// The name that its sender gave it.
    package var name: String?
    /// Type and subtype.
    package var mediaType: String
    /// The length in bytes.
    package var size: Int
    /// Whether the archive has it, at `ArchivePath.attachment`.
    package var isKept: Bool

    /// Names a file.
    package init(part: Int, name: String?, mediaType: String, size: Int, isKept: Bool = true) {
      self.part = part
      self.name = name
      self.mediaType = mediaType
      self.size = size
      self.isKept = isKept
    }
  }
  /// The conversation that it stands in.
  package struct Conversation: Hashable, Sendable {
    /// Its page; `nil` where the message stands alone.
    package var page: ArchivePath?
    /// The messages before it that it follows, the first one first, at most `MessagePage.neighbours`.
    package var earlier: [MessageRow]
    /// The messages that answer it, in order, at most `MessagePage.neighbours`.
    package var later: [MessageRow]
    /// How many messages there are in the whole conversation.
    package var total: Int

    /// Makes the surroundings of a message.
    package init(
      page: ArchivePath? = nil, earlier: [MessageRow] = [], later: [MessageRow] = [],
      total: Int = 1
    ) {
      self.page = page
      self.earlier = earlier
      self.later = later
      self.total = total
    }
  }
  /// So many messages stand before and behind a message.
  package static let neighbours = 20

  /// What lists show of it.
  package var row: MessageRow
  /// Who takes part, in order.
  package var participants: [Participant]
  /// The Message-ID without brackets.
  package var messageID: String?
  /// When it arrived, in seconds since 1970.
  package var arrivedAt: Int64
  /// When it was tracked, in seconds since 1970.
  package var trackedAt: Int64
  /// Why it was tracked, in words.
  package var why: String
  /// Who owns it, in words.
  package var owner: String
  /// Who set the record that it belongs to, in words, as `set by the rule`.
  package var regardingNote: String?
  /// In whose mailboxes it was seen.
  package var mailboxes: [String]
  /// The length of the message in bytes.
  package var size: Int
  /// Whether the archive's copy of the message has the beginning alone.
  package var isTruncated: Bool
  /// Whether the message and its files are kept elsewhere alone: there is no `ArchivePath.original`.
  package var isElsewhere: Bool
  /// The text.
  package var body: MessageBody
  /// The files.
  package var files: [File]
  /// The appointments and tasks that it says something of.
  package var activities: [ActivityDetails]
  /// The conversation.
  package var conversation: Conversation

  /// Makes a message's page.
  package init(
    row: MessageRow, participants: [Participant], messageID: String? = nil, arrivedAt: Int64,
    trackedAt: Int64, why: String, owner: String, regardingNote: String? = nil,
    mailboxes: [String] = [], size: Int, isTruncated: Bool = false, isElsewhere: Bool = false,
    body: MessageBody,
    files: [File] = [], activities: [ActivityDetails] = [],
    conversation: Conversation = Conversation()
  ) {
    self.row = row
    self.participants = participants
    self.messageID = messageID
    self.arrivedAt = arrivedAt
    self.trackedAt = trackedAt
    self.why = why
    self.owner = owner
    self.regardingNote = regardingNote
    self.mailboxes = mailboxes
    self.size = size
    self.isTruncated = isTruncated
    self.isElsewhere = isElsewhere
    self.body = body
    self.files = files
    self.activities = activities
    self.conversation = conversation
  }
}
