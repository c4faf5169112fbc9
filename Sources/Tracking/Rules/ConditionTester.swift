import InternetMessage

/// Tests conditions against one message.
struct ConditionTester {
  /// How a test ended.
  enum Result {
    case holds
    /// The condition that does not hold.
    case fails(Condition)
    /// The condition whose regular expressions would take too long on this message: it counts as one
    /// that does not hold, and so does what denies it.
    case untried(Condition)
    case needs(Need)
  }

  let facts: MessageFacts
  let size: SizeKnowledge
  /// Whether something is attached; `nil` while nobody looked.
  let hasAttachment: Bool?
  let trustedAuthservIDs: [String]
  private let foldedSubject: String

  init(
    facts: MessageFacts, size: SizeKnowledge, hasAttachment: Bool?, trustedAuthservIDs: [String]
  ) {
    self.facts = facts
    self.size = size
    self.hasAttachment = hasAttachment
    self.trustedAuthservIDs = trustedAuthservIDs
    foldedSubject = facts.header.subject?.lowercased() ?? ""
  }

  /// Whether all conditions hold.
  func test(_ conditions: [Condition]) -> Result {
    var need: Need?
    for condition in conditions {
      let result = test(condition)
      switch result {
      case .holds: continue
      case .fails, .untried: return result
      case .needs(let needed): need = need ?? needed
      }
    }
    return need.map(Result.needs) ?? .holds
  }

  // The depth of `not` and `any` is the profile's, which `RuleReader` bounds.
  private func test(_ condition: Condition) -> Result {
    switch condition {
    case .not(let sets):
      switch testAny(sets) {
      case .holds: return .fails(condition)
      case .fails: return .holds
      case .untried(let untried): return .untried(untried)
      case .needs(let need): return .needs(need)
      }
    case .any(let sets):
      let result = testAny(sets)
      if case .fails = result { return .fails(condition) }
      return result
    case .attachment(let wanted):
      guard let hasAttachment else { return .needs(.attachments) }
      return hasAttachment == wanted ? .holds : .fails(condition)
    case .larger(let bytes):
      switch size {
      case .exactly(let size): return size > bytes ? .holds : .fails(condition)
      case .atLeast(let size):
        // Nothing is larger than the largest number.
        guard bytes < .max else { return .fails(condition) }
        return size > bytes ? .holds : .needs(.bytes(bytes + 1))
      }
    case .smaller(let bytes):
      switch size {
      case .exactly(let size): return size < bytes ? .holds : .fails(condition)
      case .atLeast(let size): return size >= bytes ? .fails(condition) : .needs(.bytes(bytes))
      }
    default:
      var budget = MatchingBudget()
      if holds(condition, within: &budget) { return .holds }
      return budget.isExhausted ? .untried(condition) : .fails(condition)
    }
  }

  /// Whether one of the sets holds.
  private func testAny(_ sets: [[Condition]]) -> Result {
    var need: Need?
    var failed: Condition?
    var untried: Condition?
    for set in sets {
      switch test(set) {
      case .holds: return .holds
      case .fails(let condition): failed = condition
      case .untried(let condition): untried = untried ?? condition
      case .needs(let needed): need = need ?? needed
      }
    }
    if let need { return .needs(need) }
    return untried.map(Result.untried) ?? .fails(failed ?? .any(sets))
  }

  /// The conditions that the header settles.
  private func holds(_ condition: Condition, within budget: inout MatchingBudget) -> Bool {
    let header = facts.header
    switch condition {
    case .from(let matcher):
      // A missing From leaves the envelope sender as the sender; one that passed it on is one, too.
      let isTold = !header.from.isEmpty && facts.authorship.writer == nil
      let senders = header.from + (isTold ? [] : facts.sender.map { [$0] } ?? [])
      return senders.contains { matcher.matches($0.address, within: &budget) }
    case .to(let matcher):
      return header.to.contains { matcher.matches($0.address, within: &budget) }
    case .cc(let matcher):
      return header.cc.contains { matcher.matches($0.address, within: &budget) }
    case .recipient(let matcher):
      return facts.recipients.contains { matcher.matches($0, within: &budget) }
    case .participant(let matcher):
      return facts.participants.contains { matcher.matches($0, within: &budget) }
    case .mailbox(let matcher):
      return facts.mailbox.addresses.contains { matcher.matches($0, within: &budget) }
    case .subject(let patterns, _):
      guard let subject = header.subject else { return false }
      return patterns.contains {
        $0.matches(subject, folded: foldedSubject, within: &budget)
      }
    case .header(let name, let patterns, _):
      return header.texts(of: name).contains { text in
        let folded = text.lowercased()
        return patterns.contains { $0.matches(text, folded: folded, within: &budget) }
      }
    case .headerPresence(let name, let isThere):
      return header.rawValues(of: name).isEmpty != isThere
    case .direction(let direction): return facts.direction == direction
    case .kind(let kind, let wanted): return kind.holds(for: facts) == wanted
    case .authenticated(let wanted): return authentication.holds == wanted
    case .attachment, .larger, .smaller, .not, .any: return false
    }
  }

  /// Whether a trusted host found that the From domain sent it: DMARC passed (RFC 7489), or DKIM or SPF
  /// for the same domain, one above it, or one below it (relaxed alignment).
  ///
  /// What counts is what the host itself wrote, see `MessageHeader.authenticationStanding`.
  var authentication: (holds: Bool, reason: String) {
    guard facts.header.from.count == 1, let from = facts.header.from.first?.address.domainKey else {
      return (false, "there is not one address in From")
    }
    var reasons: [String] = []
    for id in trustedAuthservIDs {
      let name = "the Authentication-Results of \(id)"
      switch facts.header.authenticationStanding(of: id) {
      case .absent: reasons.append("there are no Authentication-Results of \(id)")
      case .below:
        reasons.append(
          "\(name) are not above the first Received that this host wrote: anybody may have written them"
        )
      case .repeated:
        reasons.append("\(name) stand below the first Received, too: none of them counts")
      case .written(let fields):
        if let method = passing(in: fields, for: from) {
          return (true, "\(id) found that \(method) passed")
        }
        reasons.append("\(name) say that nothing passed for \(from)")
      }
    }
    return (false, reasons.joined(separator: "; "))
  }

  /// The method that passed for a domain.
  private func passing(in fields: [AuthenticationResults], for from: String) -> String? {
    for field in fields {
      for result in field.results where result.result == "pass" {
        func domains(_ names: String...) -> [String] {
          result.properties.filter { names.contains($0.name) }.map { property in
            let value = property.value
            let domain =
              value.lastIndex(of: "@").map { value[value.index(after: $0)...] } ?? value[...]
            return DomainName.comparisonKey(String(domain))
          }
        }
        let isAligned: Bool
        switch result.method {
        case "dmarc": isAligned = domains("header.from").allSatisfy { $0 == from }
        case "dkim": isAligned = domains("header.d", "header.i").contains { Self.align($0, from) }
        case "spf": isAligned = domains("smtp.mailfrom").contains { Self.align($0, from) }
        default: isAligned = false
        }
        if isAligned { return result.method }
      }
    }
    return nil
  }

  /// What is said of conditions that decided: with how the host found, where one asks for that.
  func words(_ text: String, of conditions: [Condition]) -> String {
    let isAsked = conditions.contains { if case .authenticated = $0 { true } else { false } }
    return isAsked ? "\(text) (\(authentication.reason))" : text
  }

  private static func align(_ one: String, _ other: String) -> Bool {
    // A top-level domain aligns with nothing below it.
    guard one.contains("."), other.contains(".") else { return false }
    return one == other || one.hasSuffix("." + other) || other.hasSuffix("." + one)
  }
}
