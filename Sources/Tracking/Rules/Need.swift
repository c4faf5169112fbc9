/// What of a message must still be read before a rule can be decided.
public enum Need: Hashable, Sendable {
  /// So many bytes of it, or its end.
  case bytes(Int)
  /// Whether something is attached.
  case attachments
}
