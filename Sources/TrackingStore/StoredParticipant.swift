/// A participant of a tracked copy.
public struct StoredParticipant: Sendable, Hashable {
  /// `from`, `to`, `cc`, `bcc` or `envelope`.
  public let role: String
  /// The display name.
  public let name: String?
  /// The address.
  public let address: String
  /// Whether neither colleague nor this side.
  public let isExternal: Bool
  /// The records that the address belongs to, `type:id`, in order of precedence.
  public let records: [String]
}
