/// What the rules say about a message.
public enum RuleOutcome: Sendable {
  /// A rule says `track`.
  case track(Rule)
  /// A rule says `ignore`.
  case ignore(Rule)
  /// No rule ended it, and it is of a kind that is not asked about.
  case excluded(Exclusion)
  /// It is of a kind that is not asked about, unless it answers tracked mail: then the organization
  /// decides; the rule that said so, if one did.
  case answersOr(Exclusion, Rule?)
  /// The organization decides; the rule that said so, if one did.
  case ask(Rule?)
  /// More of the message must be read first.
  case needs(Need)
}
