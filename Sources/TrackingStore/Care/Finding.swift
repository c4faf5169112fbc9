import InternetMessage
import Tracking

/// Something that is not as it should be, found by `verify`.
package struct Finding: Hashable, Sendable {
  /// Where.
  package enum Area: String, Sendable, CaseIterable {
    /// The profile.
    case profile
    /// Who may read or write a file or folder.
    case permission
    /// The store as a database.
    case store
    /// The bytes of a message.
    case copy
    /// How copies are joined.
    case conversation
    /// What is left of something that is gone.
    case orphan
    /// What waits.
    case spool
  }

  /// Where.
  package let area: Area
  /// What is wrong, in one line.
  package let problem: String
  /// What to do about it, in one line.
  package let remedy: String
  /// How it is repaired without loss; `nil` where it takes a person.
  package let repair: Repair?

  /// Makes a finding.
  package init(_ area: Area, _ problem: String, remedy: String, repair: Repair? = nil) {
    self.area = area
    self.problem = problem
    self.remedy = remedy
    self.repair = repair
  }
}

/// How something is repaired without loss.
package enum Repair: Hashable, Sendable {
  /// A file or folder gets other permissions.
  case permissions(path: String, mode: UInt32)
  /// A file is taken away of which nobody knows any more.
  case removal(path: String)
  /// The store is brought to this version.
  case migration
  /// The store's indexes are made anew from its tables.
  case reindexing
  /// What belongs to something that is gone is taken away.
  case orphans(OrphanKind)
  /// Conversations without mail are taken away.
  case emptyConversations
  /// Attachments are listed as they are found now.
  case attachments([CopyAttachments])
  /// What copies say of appointments and tasks is kept, as it is read now.
  case calendars([CopyCalendar])
}

/// What a copy says of appointments and tasks.
package struct CopyCalendar: Hashable, Sendable {
  /// The copy.
  let copy: CopyID
  /// What is kept of it.
  let rows: [CalendarEntryRow]
}

/// What is attached to a copy.
package struct CopyAttachments: Hashable, Sendable {
  /// The copy.
  package let copy: CopyID
  /// As many as are listed, in order.
  package let attachments: [Attachment]

  /// Notes what was found; more than are listed are left out.
  package init(copy: CopyID, _ attachments: [Attachment]) {
    self.copy = copy
    self.attachments = Array(attachments.prefix(CopyWriter.maxAttachments))
  }
}
