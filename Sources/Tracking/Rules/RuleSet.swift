/// The rules of a profile, ready to be asked about messages.
package struct RuleSet: Sendable {
  private let rules: [MaskedRule]
  private let exclude: [Exclusion]
  private let trustedAuthservIDs: [String]

  /// Takes rules, in their order, the kinds of mail of which they track nothing unless they say so, and whose
  /// Authentication-Results are believed.
  package init(_ rules: [Rule], exclude: [Exclusion], trustedAuthservIDs: [String]) {
    self.rules = rules.map(MaskedRule.init)
    self.exclude = exclude
    self.trustedAuthservIDs = trustedAuthservIDs
  }

  /// What the rules say about a message: top down, the first match wins; then what is excluded.
  ///
  /// - Parameters:
  ///   - facts: The message.
  ///   - size: What is known of its size; an answer of `needs` asks for more.
  ///   - hasAttachment: Whether something is attached; `nil` while nobody looked.
  ///   - trace: Called for each rule that was tested, in order.
  /// - Returns: What becomes of the message, or what must be known first.
  package func evaluate(
    _ facts: MessageFacts, size: SizeKnowledge, hasAttachment: Bool? = nil,
    trace: ((RuleTrace) -> Void)? = nil
  ) -> RuleOutcome {
    let tester = ConditionTester(
      facts: facts, size: size, hasAttachment: hasAttachment, trustedAuthservIDs: trustedAuthservIDs
    )
    var participants = DomainMask.none
    for address in facts.participants { participants.addWithParents(address) }
    for (number, masked) in rules.enumerated() {
      // Where somebody wants to read it, each rule is tested for its reason.
      if trace == nil, !masked.mayMatch(participants) { continue }
      let rule = masked.rule
      switch tester.test(rule.conditions) {
      case .fails(let condition):
        trace?(
          RuleTrace(
            number: number + 1, name: rule.name, isMatch: false,
            reason: tester.words("\(condition)", of: [condition])))
        continue
      case .untried(let condition):
        trace?(
          RuleTrace(
            number: number + 1, name: rule.name, isMatch: false,
            reason: "\(condition) (not found out: an expression would take too long on this "
              + "message, so the rule does not match)"))
        continue
      case .needs(let need): return .needs(need)
      case .holds:
        trace?(
          RuleTrace(
            number: number + 1, name: rule.name, isMatch: true,
            reason: tester.words(
              Condition.describe([rule.conditions]), of: rule.conditions)))
        switch rule.action {
        case .ignore: return .ignore(rule)
        case .track, .ask: return unlessExcluded(facts, rule)
        }
      }
    }
    return unlessExcluded(facts, nil)
  }

  /// What becomes of a message that no rule ends: of a kind that is excluded, a rule tracks only what it
  /// says.
  ///
  /// A person's ticket system marks answers as automatic or bulk; they are no less answers.
  private func unlessExcluded(_ facts: MessageFacts, _ rule: Rule?) -> RuleOutcome {
    let tracking = rule.flatMap { $0.action == .track ? $0 : nil }
    var pending: Exclusion?
    for exclusion in exclude where exclusion.holds(for: facts) {
      if let tracking, tracking.takesEven(exclusion) { continue }
      guard exclusion.yieldsToAnswers, !facts.isAutomaticReply, facts.mayAnswer else {
        return .excluded(exclusion, tracking)
      }
      pending = pending ?? exclusion
    }
    if let pending { return .answersOr(pending, rule) }
    return tracking.map { .track($0) } ?? .ask(rule)
  }
}

/// A rule, and of its conditions on addresses what shows quickly that it does not match.
struct MaskedRule: Sendable {
  let rule: Rule
  private let masks: [DomainMask]

  init(_ rule: Rule) {
    self.rule = rule
    masks = rule.conditions.compactMap { condition in
      switch condition {
      case .from(let matcher), .to(let matcher), .cc(let matcher), .recipient(let matcher),
        .participant(let matcher):
        matcher.mask()
      default: nil
      }
    }
  }

  /// Whether the rule may match a message with participants of some domains.
  func mayMatch(_ participants: DomainMask) -> Bool {
    masks.allSatisfy { $0.intersects(participants) }
  }
}
