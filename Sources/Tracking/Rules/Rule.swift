/// A named condition on a message, with one action.
package struct Rule: Sendable {
  /// What becomes of a message that matches.
  package enum Action: String, Sendable, CaseIterable {
    /// As if the user had pressed Track: the organization's filters are passed over, its refusals
    /// are not.
    case track
    /// The end: nothing is asked and nothing is written.
    case ignore
    /// The organization decides.
    case ask
  }

  /// The name.
  package let name: String
  /// What becomes of a message that matches.
  package let action: Action
  /// The record that tracked mail is set regarding.
  package let regarding: RecordReference?
  /// All must hold.
  package let conditions: [Condition]

  /// Makes a rule.
  package init(
    name: String, action: Action, regarding: RecordReference? = nil, conditions: [Condition]
  ) {
    self.name = name
    self.action = action
    self.regarding = regarding
    self.conditions = conditions
  }
}
