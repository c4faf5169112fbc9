/// How many copies have something in common.
public struct CopyStatistic: Sendable, Hashable {
  /// What copies are counted by.
  public enum Dimension: String, Sendable, CaseIterable {
    /// The month in which they were sent, in the local time zone.
    case month
    /// The record that they regard.
    case record
    /// The rule that asked for tracking.
    case rule
    /// The organization's reason.
    case reason
  }

  /// `2026-11`, `type:id`, the rule's name, or the reason's code; `nil` where they have none.
  public let value: String?
  /// How many came in.
  public let incoming: Int
  /// How many went out.
  public let outgoing: Int
  /// The size of their messages, in bytes.
  public let size: Int

  /// How many there are.
  public var count: Int { incoming + outgoing }

  /// Makes a line of a statistic.
  public init(value: String?, incoming: Int, outgoing: Int, size: Int) {
    self.value = value
    self.incoming = incoming
    self.outgoing = outgoing
    self.size = size
  }
}
