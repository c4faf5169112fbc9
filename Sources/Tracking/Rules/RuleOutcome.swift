/// What the rules say about a message.
package enum RuleOutcome: Sendable {
  /// A rule says `track`.
  case track(Rule)
  /// A rule says `ignore`.
  case ignore(Rule)
  /// No rule ended it, and it is of a kind that is not asked about; the rule that tracks other mail
  /// like it, if one does.
  case excluded(Exclusion, Rule?)
  /// It is of a kind that is not asked about, unless it answers tracked mail: then the rule counts,
  /// where one matched, or the organization decides.
  case answersOr(Exclusion, Rule?)
  /// The organization decides; the rule that said so, if one did.
  case ask(Rule?)
  /// More of the message must be read first.
  case needs(Need)
}

/// What of a message must still be read before a rule can be decided.
package enum Need: Hashable, Sendable {
  /// So many bytes of it, or its end.
  case bytes(Int)
  /// Whether something is attached.
  case attachments
}

/// What is known of a message's size while it is still being read, in bytes.
package enum SizeKnowledge: Hashable, Sendable {
  /// At least so many bytes; more may follow.
  case atLeast(Int)
  /// Exactly so many bytes.
  case exactly(Int)
}

/// How one rule fared, for `explain`.
package struct RuleTrace: Sendable, Hashable {
  /// The number of the rule, from 1.
  package let number: Int
  /// Its name.
  package let name: String
  /// Whether it matched.
  package let isMatch: Bool
  /// The condition that decided: the one that failed, or all where it matched.
  package let reason: String
}
