/// A month among others.
package struct MonthRow: Hashable, Sendable {
  /// The month.
  package var month: ArchiveMonth
  /// How many messages came in.
  package var incoming: Int
  /// How many went out.
  package var outgoing: Int

  /// Makes a row.
  package init(month: ArchiveMonth, incoming: Int, outgoing: Int) {
    self.month = month
    self.incoming = incoming
    self.outgoing = outgoing
  }
}

/// A page of a month's mail.
package struct MonthPage: Sendable {
  /// The month.
  package var month: ArchiveMonth
  /// Which page of it.
  package var place: PagePlace
  /// The messages, the newest first.
  package var rows: [MessageRow]
  /// The month before that there is mail of, with its number of pages.
  package var earlier: (month: ArchiveMonth, pages: Int)?
  /// The month after that there is mail of.
  package var later: ArchiveMonth?

  /// Makes a page.
  package init(
    month: ArchiveMonth, place: PagePlace, rows: [MessageRow],
    earlier: (month: ArchiveMonth, pages: Int)?, later: ArchiveMonth?
  ) {
    self.month = month
    self.place = place
    self.rows = rows
    self.earlier = earlier
    self.later = later
  }
}

/// A record with its people and its newest mail.
package struct RecordPage: Sendable {
  /// So many appointments and tasks to come stand on it: one series has a date for each day.
  package static let dates = 30

  /// The record; it has a page.
  package var record: RecordLink
  /// The account that it belongs to.
  package var parent: RecordLink?
  /// The records that belong to it.
  package var children: [RecordLink]
  /// The user who owns it.
  package var owner: String?
  /// Its addresses and domains.
  package var addresses: [String]
  /// Who wrote and was written to, with how many messages, who was active last first.
  package var people: [DirectoryRow]
  /// How many more there are.
  package var morePeople: Int
  /// How many messages there are.
  package var total: Int
  /// The newest, `PageSplit.newest` at most, the newest first.
  package var newest: [MessageRow]
  /// Its appointments and tasks to come, `dates` at most, the next first.
  package var agenda: [AgendaRow]
  /// How many more there are, which the agenda of all has.
  package var moreAgenda: Int

  /// Makes a page.
  package init(
    record: RecordLink, parent: RecordLink? = nil, children: [RecordLink] = [],
    owner: String? = nil, addresses: [String] = [], people: [DirectoryRow] = [],
    morePeople: Int = 0, total: Int, newest: [MessageRow], agenda: [AgendaRow] = [],
    moreAgenda: Int = 0
  ) {
    self.record = record
    self.parent = parent
    self.children = children
    self.owner = owner
    self.addresses = addresses
    self.people = people
    self.morePeople = morePeople
    self.total = total
    self.newest = newest
    self.agenda = agenda
    self.moreAgenda = moreAgenda
  }
}

/// A person with their newest mail.
package struct PersonPage: Sendable {
  /// The person; they have a page.
  package var person: PersonLink
  /// The records that the address belongs to.
  package var records: [RecordLink]
  /// Whether they belong to the organization.
  package var isColleague: Bool
  /// How many messages there are.
  package var total: Int
  /// The newest, `PageSplit.newest` at most, the newest first.
  package var newest: [MessageRow]

  /// Makes a page.
  package init(
    person: PersonLink, records: [RecordLink] = [], isColleague: Bool = false, total: Int,
    newest: [MessageRow]
  ) {
    self.person = person
    self.records = records
    self.isColleague = isColleague
    self.total = total
    self.newest = newest
  }
}

/// A page of a conversation, which is a tree.
package struct ConversationPage: Sendable {
  /// A message in its place.
  package struct Entry: Hashable, Sendable {
    /// The message; its people are who sent it.
    package var row: MessageRow
    /// How many messages are above it.
    package var depth: Int
    /// Whether its subject is another than that of the message above.
    package var isSubjectNew: Bool

    /// Puts a message in its place.
    package init(row: MessageRow, depth: Int, isSubjectNew: Bool) {
      self.row = row
      self.depth = depth
      self.isSubjectNew = isSubjectNew
    }
  }
  /// So many messages stand on a page.
  package static let rows = 500

  /// The conversation.
  package var id: ArchiveID
  /// The subject of its first message.
  package var subject: String
  /// Which page of it.
  package var place: PagePlace
  /// How many messages there are on all pages.
  package var total: Int
  /// The record that its first message belongs to.
  package var regarding: RecordLink?
  /// The page's messages: each after what it answers.
  package var entries: [Entry]

  /// Makes a page.
  package init(
    id: ArchiveID, subject: String, place: PagePlace, total: Int, regarding: RecordLink? = nil,
    entries: [Entry]
  ) {
    self.id = id
    self.subject = subject
    self.place = place
    self.total = total
    self.regarding = regarding
    self.entries = entries
  }
}
