/// Something that holds of a copy or does not, beside its words.
public enum SearchCriterion: Hashable, Sendable {
  /// An address takes part, by its comparison key.
  case address(key: String, in: SearchPhrase.Scope)
  /// Somebody of a domain takes part, or of one below it: a lower-case A-label.
  case domain(key: String, below: Bool, in: SearchPhrase.Scope)
  /// Something is attached.
  case attached
  /// It regards a record.
  case regarding(RecordPattern)
  /// A participant is a record.
  case record(RecordPattern)
  /// It belongs to the user of an address, by its comparison key.
  case owner(key: String)
  /// A rule of this name asked for it.
  case rule(String, isPrefix: Bool)
  /// The organization accepted it for a reason.
  case reason(ReasonCode)
  /// A rule, not the organization's filter, was the reason.
  case trackedByRule
  /// A person tracked it by hand.
  case trackedByHand
  /// It went that way.
  case direction(Direction)
  /// It was sent then: from a time on, in seconds since 1970, and before another.
  case sent(from: Int64?, until: Int64?)
  /// Somebody from outside takes part who is no record.
  case unresolved
  /// Only its beginning is stored.
  case truncated
  /// It is one of a conversation.
  case conversation(Int64)
  /// It has a number.
  case id(Int64)
  /// It has a Message-ID; without brackets.
  case messageID(String)

  /// Which records are meant.
  public enum RecordPattern: Hashable, Sendable {
    /// This one.
    case one(RecordReference)
    /// All of a type.
    case type(String)
    /// Any.
    case any
    /// None at all.
    case none
  }
}
