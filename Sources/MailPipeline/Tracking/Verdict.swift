import Tracking

/// What became of a message, and why.
public struct Verdict: Sendable {
  /// In a word.
  public enum Kind: String, Sendable, CaseIterable {
    /// A copy is stored.
    case track
    /// The organization refuses it.
    case refuse
    /// The organization was not asked.
    case ignore
    /// The copy is there already.
    case duplicate
  }

  /// In a word.
  public var kind: Kind
  /// The reason: the name of a reason code, or `Rule`, `Manual`, `Excluded`, `NoMailbox`,
  /// `NoOrganization`, `Withdrawn`.
  public var reason: String
  /// The reason of mail that the profile excludes.
  static let excluded = "Excluded"

  /// The organization's reason; `nil` where a rule ended it.
  public var code: ReasonCode?
  /// The rule that matched.
  public var rule: String?
  /// The organization that was asked or would have been.
  public var organization: String?
  /// The verdict in words that hold no part of the message.
  public var explanation: String
  /// The copy that was made or is there.
  public var copy: CopyID?
  /// Why the copy belongs to whom it belongs.
  public var ownership: Ownership?
  /// The owner's address.
  public var owner: String?
}
