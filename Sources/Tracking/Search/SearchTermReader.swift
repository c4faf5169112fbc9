import InternetMessage

/// Reads one word or term of a query.
enum SearchTermReader {
  /// The names of terms.
  static let names = [
    "from", "to", "cc", "participant", "subject", "body", "attachment", "regarding", "record",
    "owner", "rule", "reason", "direction", "date", "before", "after", "kind", "start", "is",
    "thread", "id", "mid",
  ]

  /// What a term says.
  ///
  /// - Throws: `SearchQueryError`.
  static func query(
    _ term: SearchTerm, column: Int, now: Int64, clock: CivilClock
  ) throws(SearchQueryError) -> SearchQuery {
    guard let name = term.name else {
      if term.text.isEmpty, term.isPrefix, !term.isQuoted { return .all }
      return try words(term, in: .anywhere)
    }
    guard names.contains(name) else {
      throw SearchQueryError(
        column: column,
        "no term '\(name):'\(Suggestion.hint(for: name, among: names)); "
          + "in quotes it is looked for as it stands")
    }
    guard !term.text.isEmpty || term.isPrefix else {
      throw SearchQueryError(column: term.textColumn, "\(name): needs a value, as \(example(name))")
    }
    switch name {
    case "subject": return try words(term, in: .subject)
    case "body": return try words(term, in: .body)
    case "attachment":
      if term.text.isEmpty { return .criterion(.attached) }
      return try words(term, in: .attachment)
    case "from": return try participant(term, in: .from)
    case "to": return try participant(term, in: .to)
    case "cc": return try participant(term, in: .cc)
    case "participant": return try participant(term, in: .participant)
    case "date", "before", "after", "start":
      return .criterion(try date(name, term, now: now, clock: clock))
    default: return .criterion(try criterion(name, term))
    }
  }

  private static func words(
    _ term: SearchTerm, in scope: SearchPhrase.Scope
  ) throws(SearchQueryError) -> SearchQuery {
    guard SearchWords.hasWords(term.text) else {
      throw SearchQueryError(
        column: term.textColumn, "nothing to look for here; a word has a letter or a digit")
    }
    return .words(SearchPhrase(term.text, in: scope, isPrefix: term.isPrefix))
  }

  private static func participant(
    _ term: SearchTerm, in scope: SearchPhrase.Scope
  ) throws(SearchQueryError) -> SearchQuery {
    if !term.isPrefix {
      if let address = AddrSpec(term.text) {
        return any(address.storedKeys) { .address(key: $0, in: scope) }
      }
      if term.text.hasPrefix("@") {
        let isBelow = term.text.hasPrefix("@*.")
        if let address = AddrSpec("x@" + term.text.dropFirst(isBelow ? 3 : 1)) {
          return any(address.domainKeys) { .domain(key: $0, below: isBelow, in: scope) }
        }
      }
    }
    return try words(term, in: scope)
  }

  /// What holds for one of some keys; most have one.
  private static func any(
    _ keys: [String], _ make: (String) -> SearchCriterion
  ) -> SearchQuery {
    let all = keys.map { SearchQuery.criterion(make($0)) }
    return all.count == 1 ? all[0] : .or(all)
  }

  private static func criterion(
    _ name: String, _ term: SearchTerm
  ) throws(SearchQueryError) -> SearchCriterion {
    let found: SearchCriterion? =
      switch name {
      case "regarding": record(term).map { .regarding($0) }
      case "record": record(term).map { .record($0) }
      case "owner": whole(term).flatMap { AddrSpec($0) }.map { .owner(key: $0.comparisonKey) }
      case "rule": .rule(term.text, isPrefix: term.isPrefix)
      case "reason": whole(term).flatMap(reason)
      case "direction":
        whole(term).flatMap { Direction(rawValue: $0.lowercased()) }.map { .direction($0) }
      case "kind": whole(term).flatMap { kinds[$0.lowercased()] }
      case "is": whole(term).flatMap { states[$0.lowercased()] }
      case "thread": number(term).map { .conversation($0) }
      case "id": number(term).map { .id($0) }
      case "mid": whole(term).map { .messageID(withoutBrackets($0)) }
      default: nil
      }
    guard let found else {
      throw SearchQueryError(
        column: term.textColumn, "'\(term.text)' is nothing that \(name): takes; \(takes(name))")
    }
    return found
  }

  private static func date(
    _ name: String, _ term: SearchTerm, now: Int64, clock: CivilClock
  ) throws(SearchQueryError) -> SearchCriterion {
    func period(_ text: Substring) throws(SearchQueryError) -> SearchPeriod {
      if !term.isPrefix, let period = SearchPeriod(text, now: now, clock: clock) { return period }
      throw SearchQueryError(
        column: term.textColumn, "'\(text)' is no date; \(takes(name))")
    }
    func criterion(_ from: Int64?, _ until: Int64?) -> SearchCriterion {
      name == "start" ? .starting(from: from, until: until) : .sent(from: from, until: until)
    }
    if name == "before" { return .sent(from: nil, until: try period(term.text[...]).start) }
    if name == "after" { return .sent(from: try period(term.text[...]).start, until: nil) }
    guard let dots = term.text.firstRange(ofDots: ()) else {
      let whole = try period(term.text[...])
      return criterion(whole.start, whole.end)
    }
    let first = term.text[..<dots.lowerBound]
    let last = term.text[dots.upperBound...]
    guard !first.isEmpty || !last.isEmpty else {
      throw SearchQueryError(column: term.textColumn, "a date is missing; \(takes(name))")
    }
    let from = first.isEmpty ? nil : try period(first).start
    let until = last.isEmpty ? nil : try period(last).end
    if let from, let until, until <= from {
      throw SearchQueryError(
        column: term.textColumn, "the period ends before it begins; write the earlier date first")
    }
    return criterion(from, until)
  }

  // MARK: Values

  private static let states: [String: SearchCriterion] = [
    "unresolved": .unresolved, "manual": .trackedByHand, "truncated": .truncated,
  ]

  private static let kinds: [String: SearchCriterion] = [
    "appointment": .calendar(.appointment), "task": .calendar(.task), "email": .calendar(nil),
  ]

  /// The text where no `*` follows.
  private static func whole(_ term: SearchTerm) -> String? { term.isPrefix ? nil : term.text }

  private static func number(_ term: SearchTerm) -> Int64? {
    whole(term).flatMap { Int64($0) }.flatMap { $0 > 0 ? $0 : nil }
  }

  private static func record(_ term: SearchTerm) -> SearchCriterion.RecordPattern? {
    if term.isPrefix { return term.text.isEmpty ? .any : nil }
    return SearchCriterion.RecordPattern(term.text)
  }

  private static func reason(_ text: String) -> SearchCriterion? {
    let text = text.lowercased()
    switch text {
    case "rule": return .trackedByRule
    case "manual": return .trackedByHand
    default:
      return ReasonCode.named.first {
        $0.accepts && ($0.name.lowercased() == text || "\($0.rawValue)" == text)
      }.map { .reason($0) }
    }
  }

  private static func withoutBrackets(_ text: String) -> String {
    text.hasPrefix("<") && text.hasSuffix(">") ? String(text.dropFirst().dropLast()) : text
  }

  private static func takes(_ name: String) -> String {
    switch name {
    case "regarding": "write type:id, a type, none, or * for any record"
    case "record": "write type:id, a type, none, or * for any record"
    case "owner": "write the address of a user"
    case "reason":
      "write Rule, Manual, "
        + ReasonCode.named.filter(\.accepts).map(\.name).joined(separator: ", ")
    case "direction": "write \(Direction.allCases.map(\.rawValue).joined(separator: " or "))"
    case "kind": "write \(kinds.keys.sorted().joined(separator: ", "))"
    case "is": "write \(states.keys.sorted().joined(separator: ", "))"
    case "thread", "id": "write a number that 'list' or 'show' says"
    case "mid": "write a Message-ID"
    case "before", "after":
      "write \(SearchPeriod.forms)"
    default:
      "write \(SearchPeriod.forms), or two of them as 2026-01..2026-03"
    }
  }

  private static func example(_ name: String) -> String {
    switch name {
    case "regarding", "record": "\(name):account:7d9b0f5e"
    case "owner": "owner:dana@contoso.example"
    case "reason": "reason:CorrelationMatch"
    case "direction": "direction:incoming"
    case "date": "date:2026-01..2026-03"
    case "before", "after": "\(name):2026-01-31"
    case "kind": "kind:appointment"
    case "start": "start:2026-11"
    case "is": "is:unresolved"
    case "thread", "id": "\(name):4711"
    case "mid": "mid:a1@fabrikam.example"
    case "rule": "rule:\"Everything with Fabrikam\""
    case "attachment": "attachment:offer, or attachment:* for any"
    default: "\(name):erin or \(name):\"two words\""
    }
  }
}

extension String {
  /// Where two dots stand first.
  fileprivate func firstRange(ofDots: Void) -> Range<Index>? {
    var position = startIndex
    while let dot = self[position...].firstIndex(of: ".") {
      let next = index(after: dot)
      guard next < endIndex else { return nil }
      if self[next] == "." { return dot..<index(after: next) }
      position = next
    }
    return nil
  }
}
