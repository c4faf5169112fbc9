/// One condition of a rule.
public indirect enum Condition: Sendable {
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
