import InternetMessage
import System

/// What lists of many copies need of one, and by what can be told whether anything of it changed.
package struct CopyOutline: Sendable {
  /// Who takes part.
  package struct Participant: Sendable, Hashable {
    /// As in `TrackedParticipant`.
    package let participant: TrackedParticipant
    /// The address as addresses are compared.
    package let key: String

    /// Names somebody.
    package init(_ participant: TrackedParticipant, key: String) {
      self.participant = participant
      self.key = key
    }
  }

  /// Its number.
  package let id: CopyID
  /// `TrackedActivity.id`: the same in every store that has the message.
  package let activity: String
  /// Which way it went.
  package let direction: Direction
  /// The subject.
  package let subject: String
  /// As in `TrackedCopy`, in seconds since 1970.
  package let sentAt: Int64
  /// When it was tracked, in seconds since 1970.
  package let trackedAt: Int64
  /// The length of the message in bytes.
  package let size: Int
  /// Its conversation.
  package let conversation: ConversationID
  /// The record it belongs to, `type:id`.
  package let regarding: String?
  /// The copy that it answers.
  package let answers: CopyID?
  /// Whether its subject is another than that of the copy it answers.
  package let isSubjectChanged: Bool
  /// The rule that asked for tracking.
  package let rule: String?
  /// Sender and recipients.
  package let participants: [Participant]
  /// How many files are attached.
  package let attachments: Int
  /// What the records are called that it regards and whose participants are, by `type:id`.
  package let recordNames: [String: String]
  /// 16 bytes that are others once anything is that `MailArchive.copy` tells of it, but how often it
  /// was seen.
  package let digest: [UInt8]

  /// Makes an outline.
  package init(
    id: CopyID, activity: String, direction: Direction, subject: String, sentAt: Int64,
    trackedAt: Int64, size: Int, conversation: ConversationID, regarding: String?,
    answers: CopyID?, isSubjectChanged: Bool, rule: String?, participants: [Participant],
    attachments: Int, recordNames: [String: String], digest: [UInt8]
  ) {
    self.id = id
    self.activity = activity
    self.direction = direction
    self.subject = subject
    self.sentAt = sentAt
    self.trackedAt = trackedAt
    self.size = size
    self.conversation = conversation
    self.regarding = regarding
    self.answers = answers
    self.isSubjectChanged = isSubjectChanged
    self.rule = rule
    self.participants = participants
    self.attachments = attachments
    self.recordNames = recordNames
    self.digest = digest
  }

  /// The outline of a copy, made of all that is told of it.
  package init(_ copy: TrackedCopy, activity: String) {
    self.init(
      id: copy.id, activity: activity, direction: copy.direction, subject: copy.subject,
      sentAt: copy.sentAt, trackedAt: copy.trackedAt, size: copy.size,
      conversation: copy.conversation, regarding: copy.regarding, answers: copy.answers,
      isSubjectChanged: copy.isSubjectChanged, rule: copy.rule,
      participants: copy.participants.map {
        Participant($0, key: AddrSpec($0.address)?.comparisonKey ?? $0.address)
      },
      attachments: copy.attachments.count, recordNames: copy.recordNames,
      digest: Self.digest(of: copy))
  }

  private static func digest(of copy: TrackedCopy) -> [UInt8] {
    var parts: [String] = [
      copy.id.description, copy.direction.rawValue, copy.messageID ?? "-", copy.subject,
      copy.senderName ?? "-", copy.senderAddress ?? "-", "\(copy.sentAt)", "\(copy.trackedAt)",
      "\(copy.arrivedAt)", "\(copy.size)", "\(copy.isTruncated)", "\(copy.conversation)",
      copy.owner, copy.ownerReason, copy.regarding ?? "-", copy.regardingSource ?? "-",
      copy.answers?.description ?? "-", "\(copy.isSubjectChanged)",
      copy.correlation?.rawValue ?? "-", copy.reason.map { "\($0.rawValue)" } ?? "-",
      copy.rule ?? "-", "\(copy.isManual)", copy.explanation,
    ]
    for one in copy.participants {
      parts += [one.role, one.name ?? "-", one.address, "\(one.isExternal)"] + one.records
    }
    for file in copy.attachments { parts += ["\(file.number)", file.name ?? "-", "\(file.size)"] }
    parts += copy.deliveries.map(\.mailbox)
    parts += copy.recordNames.sorted { $0.key < $1.key }.flatMap { [$0.key, $0.value] }
    var hash = SHA256()
    for part in parts {
      hash.update(Array(part.utf8))
      hash.update([0])
    }
    return Array(hash.digest().prefix(16))
  }
}

extension MailArchive {
  package func outlines(of query: CopyQuery, _ body: (CopyOutline) throws -> Void) throws {
    for id in try copyIDs(query).sorted() {
      guard let copy = try copy(id), let activity = try activity(of: id) else { continue }
      try body(CopyOutline(copy, activity: activity.id))
    }
  }

  package func recordEntries(_ records: [RecordReference]) throws -> [RecordEntry] { [] }

  package func changeMark() throws -> String? { nil }

  package func hasContent(_ id: CopyID) throws -> Bool { true }
}
