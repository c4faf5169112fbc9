/// How many copies have something in common.
package struct CopyStatistic: Sendable, Hashable {
  /// What copies are counted by.
  package enum Dimension: String, Sendable, CaseIterable {
    /// The month in which they were sent, in the local time zone.
    case month
    /// The record that they regard.
    case record
    /// The rule that asked for tracking.
    case rule
    /// The organization's reason.
    case reason
    /// The sender's address.
    case sender
    /// The domain of the sender's address.
    case domain
  }

  /// `2026-11`, `type:id`, the rule's name, the reason's code, the address or its domain; `nil` where
  /// they have none.
  package let value: String?
  /// How many came in.
  package let incoming: Int
  /// How many went out.
  package let outgoing: Int
  /// The size of their messages, in bytes.
  package let size: Int

  /// How many there are.
  package var count: Int { incoming + outgoing }

  /// Makes a line of a statistic.
  package init(value: String?, incoming: Int, outgoing: Int, size: Int) {
    self.value = value
    self.incoming = incoming
    self.outgoing = outgoing
    self.size = size
  }
}
