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
  /// The kinds of excluded mail that a rule that tracks takes, too; `nil` where it says nothing of them.
  package let even: [Exclusion]?
  /// All must hold.
  package let conditions: [Condition]

  /// Makes a rule.
  package init(
    name: String, action: Action, regarding: RecordReference? = nil, even: [Exclusion]? = nil,
    conditions: [Condition]
  ) {
    self.name = name
    self.action = action
    self.regarding = regarding
    self.even = even
    self.conditions = conditions
  }

  /// Whether it tracks mail of a kind that the profile excludes: it says so, or the kind is a condition
  /// of its own.
  package func takesEven(_ kind: Exclusion) -> Bool {
    if even?.contains(kind) ?? false { return true }
    return conditions.contains { condition in
      if case .kind(kind, true) = condition { true } else { false }
    }
  }

  /// Whether no mail of a kind matches it, by a condition of its own.
  private func rulesOut(_ kind: Exclusion) -> Bool {
    conditions.contains { condition in
      switch condition {
      case .kind(kind, false): true
      case .not(let sets):
        sets.contains { set in
          if case .kind(kind, true)? = set.first, set.count == 1 { true } else { false }
        }
      default: false
      }
    }
  }

  /// The excluded kinds of which it tracks nothing, as a rule of 0.1 did, and does not say that this is
  /// meant.
  func silentlyLeftOut(of exclude: [Exclusion]) -> [Exclusion] {
    guard action == .track, even == nil else { return [] }
    return exclude.filter { !takesEven($0) && !rulesOut($0) }
  }
}

/// A rule that tracked more in version 0.1, for which `exclude` did not hold.
package struct NarrowedRule: Sendable, Hashable, CustomStringConvertible {
  /// The number of the rule, from 1.
  package let number: Int
  /// Its name.
  package let name: String
  /// The kinds of mail that it tracks no more.
  package let kinds: [Exclusion]

  /// What it tracks no more, and what to write.
  package var description: String {
    let names = kinds.map(\.rawValue)
    let list =
      names.count > 1
      ? names.dropLast().joined(separator: ", ") + " or " + names[names.count - 1] : names[0]
    return "rule \(number) '\(name)' tracks no \(list) mail, as it did in 0.1; add "
      + "\(Rule.evenLine(kinds)) to track it, even = [] where it is meant so"
  }
}

extension Rule {
  /// The line of a rule that takes some kinds of mail, too.
  package static func evenLine(_ kinds: [Exclusion]) -> String {
    "even = [" + kinds.map { "\"\($0.rawValue)\"" }.joined(separator: ", ") + "]"
  }
}
