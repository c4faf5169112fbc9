/// How far a batch has come.
public struct BatchProgress: Sendable {
  /// How many messages are to be looked at.
  public let total: Int
  /// How many of them are done and safe.
  public let done: Int
  /// How many copies were made.
  public let tracked: Int
}
