/// One condition of a rule.
package indirect enum Condition: Sendable {
  /// A From address.
  case from(AddressMatcher)
  /// A To address.
  case to(AddressMatcher)
  /// A Cc address.
  case cc(AddressMatcher)
  /// An address in To, Cc or Bcc, or an envelope recipient.
  case recipient(AddressMatcher)
  /// The sender or a recipient.
  case participant(AddressMatcher)
  /// An address of the mailbox that the message came through.
  case mailbox(AddressMatcher)
  /// The subject; one of the patterns matches.
  case subject([TextPattern], written: [String])
  /// A header field by name: one of its values matches one of the patterns.
  case header(String, [TextPattern], written: [String])
  /// Whether a header field is there.
  case headerPresence(String, Bool)
  /// Which way the message goes.
  case direction(Direction)
  /// Whether the message is of a kind.
  case kind(Exclusion, Bool)
  /// Whether a trusted host found the sender authentic.
  case authenticated(Bool)
  /// Whether something is attached.
  case attachment(Bool)
  /// The whole message has more bytes.
  case larger(Int)
  /// The whole message has fewer bytes.
  case smaller(Int)
  /// None of the sets of conditions holds.
  case not([[Condition]])
  /// One of the sets of conditions holds.
  case any([[Condition]])

  /// What must be known to test it: cheap ones first.
  var cost: Int {
    switch self {
    case .direction, .kind, .headerPresence, .mailbox: 0
    case .from, .to, .cc, .recipient, .participant: 1
    case .authenticated: 2
    case .subject, .header: 3
    case .not(let sets), .any(let sets): 1 + (sets.joined().map(\.cost).max() ?? 0)
    case .larger, .smaller: 9
    case .attachment: 10
    }
  }
}

extension Condition: CustomStringConvertible {
  /// The condition in words, for `explain` and `rules list`.
  package var description: String {
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
