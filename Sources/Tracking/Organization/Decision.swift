/// An organization's verdict on a message.
public struct Decision: Sendable, Equatable {
  /// The reason.
  public let code: ReasonCode
  /// Whether the message is to be stored.
  public let isAccepted: Bool
  /// The user whose filter accepted it (Dynamics `acceptingentityid`); `nil` where it was tracked
  /// by rule or by hand, or refused.
  public let acceptingUser: Int64?
  /// The user to whom the copy is to belong; `nil` where it is refused.
  public let owner: Ownership?
  /// Whether the organization wants the question kept although it refuses.
  public var isToBeLogged = false
  /// The verdict in words that hold no part of the message.
  public let explanation: String

  /// Makes a verdict.
  public init(
    code: ReasonCode, isAccepted: Bool, acceptingUser: Int64? = nil, owner: Ownership? = nil,
    explanation: String
  ) {
    self.code = code
    self.isAccepted = isAccepted
    self.acceptingUser = acceptingUser
    self.owner = owner
    self.explanation = explanation
  }
}
