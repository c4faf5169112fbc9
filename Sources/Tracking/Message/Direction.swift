/// Which way a message goes, seen from the mailbox it came through (Dynamics `directioncode`).
public enum Direction: String, Sendable, CaseIterable {
  /// Somebody else wrote it.
  case incoming
  /// The owner of the mailbox wrote it.
  case outgoing
}
