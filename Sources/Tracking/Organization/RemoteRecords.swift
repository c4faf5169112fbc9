/// An organization elsewhere that tells which records it has.
package protocol RemoteRecords: RemoteOrganization {
  /// Which records there are, or came and went since a point; `nil` for the beginning.
  ///
  /// Of a record only what matching needs is told: its id, its name, its addresses.
  func records(since token: String?) throws(RemoteTrouble) -> RemoteRecordChanges
}

/// What became of records elsewhere.
package struct RemoteRecordChanges: Sendable, Hashable {
  /// Those that are there, as they are now.
  package var present: [RecordEntry]
  /// Those that are not, or have no address.
  package var gone: [RecordReference]
  /// From where to ask the next time.
  package var token: String
  /// Whether there are more.
  package var hasMore: Bool

  /// Makes changes.
  package init(
    present: [RecordEntry], gone: [RecordReference], token: String, hasMore: Bool
  ) {
    self.present = present
    self.gone = gone
    self.token = token
    self.hasMore = hasMore
  }
}
