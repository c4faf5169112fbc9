import MailPipeline
import Tracking

/// What will be tracked from the next message on, in words.
struct TrackingForecast {
  /// The profile as it will be.
  let profile: Profile
  /// The user for whom it is, of the organization that receives mail; `nil` where there is none.
  let user: OrganizationUser?
  /// The settings of that organization.
  let policy: OrganizationPolicy
  /// The types of its records.
  let recordTypes: Set<String>
  /// Whether it has tracked mail already, which other mail may answer.
  let hasCopies: Bool

  /// So many rules are named.
  private static let maxRules = 5
  private static let contactTypes = ["lead", "contact", "account"]

  /// The lines, the first a heading.
  var lines: [String] {
    ["From the next message on"] + items.map { "  " + $0 }
  }

  private var items: [String] {
    guard let entry = profile.synchronizingOrganization else {
      return ["nothing is tracked: no organization receives mail."]
    }
    if entry.isElsewhere { return elsewhere(entry) }
    guard let user else {
      return ["nothing is tracked: the owner of the mailbox is no user of \(entry.name)."]
    }
    guard user.isEligible else {
      return [
        "nothing is tracked: \(user.address) is "
          + (user.isEnabled ? "a reader" : "disabled") + " in \(entry.name)."
      ]
    }
    guard policy.forcedFilter != FilterMethod.none else {
      return ["nothing is tracked: \(entry.name) forces the filter 'none' on all users."]
    }
    guard entry.isConnected else {
      return [
        "nothing is tracked: \(entry.name) is disconnected, and mail for it waits.",
        "After 'org connect \(entry.name)' and 'retry':",
      ] + whereConnected(entry, user)
    }
    return whereConnected(entry, user)
  }

  /// What becomes of mail for an organization that decides by users, filters and records of its own.
  private func elsewhere(_ entry: OrganizationEntry) -> [String] {
    let start =
      entry.isConnected
      ? ["mail waits here until 'crm-mailfilter sync' asks \(entry.name):"]
      : [
        "nothing is tracked: \(entry.name) is disconnected, and mail for it waits.",
        "After 'org connect \(entry.name)' and 'sync':",
      ]
    let rules = profile.rules.filter { $0.action == .track }
    return start
      + ["tracked: what \(entry.name) accepts, by its own users, filters and records"]
      // It is told with the question: whether it counts is that side's, too.
      + Self.named(rules).map { "         \($0), unless it refuses" }
      + leftOut(rules)
  }

  private static func named(_ rules: [Rule]) -> [String] {
    let named = rules.prefix(maxRules).map { "what rule '\($0.name)' says" }
    return rules.count > maxRules
      ? named + ["what \(rules.count - maxRules) more of your rules say"] : named
  }

  /// What is asked nobody about.
  private func leftOut(_ rules: [Rule]) -> [String] {
    guard !profile.exclude.isEmpty else { return [] }
    var lines = ["left out: mail that is"] + profile.exclude.map { "          \($0.words)" }
    if rules.contains(where: { rule in profile.exclude.contains(where: rule.takesEven) }) {
      lines.append("          unless a rule says so ('even')")
    }
    return lines
  }

  private func whereConnected(_ entry: OrganizationEntry, _ user: OrganizationUser) -> [String] {
    var tracked = Self.named(rules)
    let filter = Decider.effectiveFilter(of: user, policy: policy)
    let (byFilter, reason) = byFilter(filter, entry)
    if let byFilter { tracked.append(byFilter) }
    guard !tracked.isEmpty else {
      return ["nothing is tracked: no rule tracks any,", reason + "."]
    }
    return tracked.enumerated().map { ($0 == 0 ? "tracked: " : "         ") + $1 }
      + leftOut(rules)
  }

  private var rules: [Rule] {
    policy.tracksByRule ? profile.rules.filter { $0.action == .track } : []
  }

  /// What the user's filter tracks, or why it tracks nothing.
  private func byFilter(
    _ filter: FilterMethod, _ entry: OrganizationEntry
  ) -> (what: String?, why: String) {
    let name = "and the filter '\(filter.rawValue)'"
    switch filter {
    case .all: return ("all mail", "")
    case .replies:
      guard !hasCopies, rules.isEmpty else { return ("what answers tracked mail", "") }
      return (nil, name + " takes answers to tracked mail: there is none")
    case .contacts:
      guard recordTypes.isDisjoint(with: Self.contactTypes) else {
        return ("what is from or to a lead, contact or account of \(entry.name)", "")
      }
      return (nil, name + " finds no lead, contact or account")
    case .records:
      guard recordTypes.isEmpty else { return ("what is from or to a record of \(entry.name)", "") }
      return (nil, name + " finds no record")
    case .none: return (nil, name + " takes nothing")
    }
  }
}
