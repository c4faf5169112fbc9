/// What is known of a message's size while it is still being read, in bytes.
public enum SizeKnowledge: Hashable, Sendable {
  /// At least so many bytes; more may follow.
  case atLeast(Int)
  /// Exactly so many bytes.
  case exactly(Int)
}
