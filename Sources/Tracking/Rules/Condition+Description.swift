extension Condition: CustomStringConvertible {
  /// The condition in words, for `explain` and `rules list`.
  public var description: String {
    switch self {
    case .from(let matcher): "from is \(oneOf(matcher.patterns))"
    case .to(let matcher): "to is \(oneOf(matcher.patterns))"
    case .cc(let matcher): "cc is \(oneOf(matcher.patterns))"
    case .recipient(let matcher): "a recipient is \(oneOf(matcher.patterns))"
    case .participant(let matcher): "a participant is \(oneOf(matcher.patterns))"
    case .mailbox(let matcher): "the mailbox is \(oneOf(matcher.patterns))"
    case .subject(_, let written): "the subject has \(oneOf(written))"
    case .header(let name, _, let written): "header \(name) has \(oneOf(written))"
    case .headerPresence(let name, let isThere): "header \(name) is \(isThere ? "there" : "absent")"
    case .direction(let direction): "the message is \(direction.rawValue)"
    case .kind(let kind, let holds): "the message is \(holds ? "" : "not ")\(kind.rawValue)"
    case .authenticated(let holds): "the sender is \(holds ? "" : "not ")authenticated"
    case .attachment(let holds): "the message has \(holds ? "an" : "no") attachment"
    case .larger(let bytes): "the message is larger than \(bytes) bytes"
    case .smaller(let bytes): "the message is smaller than \(bytes) bytes"
    case .not(let sets): "not (\(Self.describe(sets)))"
    case .any(let sets): "(\(Self.describe(sets)))"
    }
  }

  /// Sets of conditions in words.
  static func describe(_ sets: [[Condition]]) -> String {
    sets.map { set in set.map(\.description).joined(separator: " and ") }.joined(separator: ", or ")
  }

  private func oneOf(_ patterns: [String]) -> String {
    patterns.count == 1 ? patterns[0] : "one of " + patterns.joined(separator: ", ")
  }
}
