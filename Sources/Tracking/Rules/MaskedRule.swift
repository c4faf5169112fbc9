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
