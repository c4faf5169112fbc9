/// How one rule fared, for `explain`.
public struct RuleTrace: Sendable, Hashable {
  /// The number of the rule, from 1.
  public let number: Int
  /// Its name.
  public let name: String
  /// Whether it matched.
  public let isMatch: Bool
  /// The condition that decided: the one that failed, or all where it matched.
  public let reason: String
}
