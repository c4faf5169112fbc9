import InternetMessage

/// Somebody, or a queue, for whom an organization tracks mail.
public struct OrganizationUser: Hashable, Sendable, Identifiable {
  /// Whether a person or a shared mailbox (Dynamics `systemuser`, `queue`).
  public enum Kind: String, Sendable, CaseIterable {
    /// A person.
    case user
    /// A shared mailbox.
    case queue
  }

  /// The key within the organization.
  public let id: Int64
  /// The first address; the user's name.
  public let address: AddrSpec
  /// All addresses, the first included.
  public let addresses: [AddrSpec]
  /// Person or queue.
  public let kind: Kind
  /// The role.
  public let role: UserRole
  /// The user's own choice; `nil` where the organization's default holds.
  public let filter: FilterMethod?
  /// A disabled user is not asked and owns nothing new.
  public let isEnabled: Bool
  /// The Unix login that may act as this user, a name or a number; `nil` for none.
  public let login: String?

  /// Makes a user.
  public init(
    id: Int64, address: AddrSpec, addresses: [AddrSpec] = [], kind: Kind = .user,
    role: UserRole = .member, filter: FilterMethod? = nil, isEnabled: Bool = true,
    login: String? = nil
  ) {
    self.id = id
    self.address = address
    self.addresses = addresses.contains(address) ? addresses : [address] + addresses
    self.kind = kind
    self.role = role
    self.filter = filter
    self.isEnabled = isEnabled
    self.login = login
  }

  /// Whether mail may be tracked for this user.
  public var isEligible: Bool { isEnabled && role.mayTrack }
}
