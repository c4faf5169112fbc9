/// What is new, for feed readers (RFC 4287).
package struct FeedPage: Sendable {
  /// A message.
  package struct Entry: Sendable {
    /// What lists show of it.
    package var row: MessageRow
    /// Who sent it.
    package var sender: PersonLink?
    /// When it was tracked, in seconds since 1970.
    package var trackedAt: Int64
    /// The beginning of its text, see `MessageBody.beginning`.
    package var beginning: String

    /// Makes an entry.
    package init(row: MessageRow, sender: PersonLink?, trackedAt: Int64, beginning: String) {
      self.row = row
      self.sender = sender
      self.trackedAt = trackedAt
      self.beginning = beginning
    }
  }
  /// So many messages stand in a feed at most.
  package static let entries = 30

  /// A text that is this feed's alone wherever and however often it is made, as `contoso contact:4711`.
  package var identity: String
  /// The record it is of; `nil` for that of all mail.
  package var record: RecordLink?
  /// What was tracked last, the last first.
  package var entries: [Entry]

  /// Makes a feed.
  package init(identity: String, record: RecordLink? = nil, entries: [Entry]) {
    self.identity = identity
    self.record = record
    self.entries = entries
  }
}
