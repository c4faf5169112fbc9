/// How something is mended without loss.
public enum Mend: Hashable, Sendable {
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
}
