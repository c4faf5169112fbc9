import InternetMessage

/// Somebody, or a queue, for whom an organization tracks mail.
package struct OrganizationUser: Hashable, Sendable, Identifiable {
  /// Whether a person or a shared mailbox (Dynamics `systemuser`, `queue`).
  package enum Kind: String, Sendable, CaseIterable {
    /// A person.
    case user
    /// A shared mailbox.
    case queue
  }

  /// The key within the organization.
  package let id: UserID
  /// The first address; the user's name.
  package let address: AddrSpec
  /// All addresses, the first included.
  package let addresses: [AddrSpec]
  /// Person or queue.
  package let kind: Kind
  /// The role.
  package let role: UserRole
  /// The user's own choice; `nil` where the organization's default holds.
  package let filter: FilterMethod?
  /// A disabled user is not asked and owns nothing new.
  package let isEnabled: Bool
  /// The Unix login that may act as this user, a name or a number; `nil` for none.
  package let login: String?

  /// Makes a user.
  package init(
    id: UserID, address: AddrSpec, addresses: [AddrSpec] = [], kind: Kind = .user,
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
  package var isEligible: Bool { isEnabled && role.mayTrack }
}

/// What a user may do in an organization.
package enum UserRole: String, Sendable, CaseIterable {
  /// Everything, the organization's settings included.
  case administrator
  /// Tracks, reads and sets regarding.
  case member
  /// Reads; no mail is tracked for them.
  case reader

  /// Whether copies may belong to a user of this role.
  package var mayTrack: Bool { self != .reader }
}

/// Something that a role allows in an organization.
package enum Privilege: String, Sendable, CaseIterable, Comparable {
  /// Reads the mail that belongs to the user or came through the user's mailbox.
  case readOwn = "read-own"
  /// Reads all of the organization's mail.
  case readOrganization = "read-organization"
  /// Tracks and untracks by hand.
  case track
  /// Says what record mail belongs to.
  case setRegarding = "set-regarding"
  /// Carries data out in bulk.
  case export
  /// Changes settings, users and records; forgets and prunes.
  case administer

  /// In the order of the table in the manual page.
  package static func < (left: Privilege, right: Privilege) -> Bool {
    left.position < right.position
  }

  private var position: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}

/// Which mail a user wants tracked without being asked (Dynamics `IncomingEmailFilteringMethod`).
package enum FilterMethod: String, Sendable, CaseIterable {
  /// All mail (0).
  case all
  /// Only what answers tracked mail (1); the default.
  case replies
  /// Mail with leads, contacts and accounts (2).
  case contacts
  /// Mail with any record that has an address (3).
  case records
  /// None (4); tracking by hand and by rule still works.
  case none

  /// Dynamics' value of the option.
  package var code: Int {
    switch self {
    case .all: 0
    case .replies: 1
    case .contacts: 2
    case .records: 3
    case .none: 4
    }
  }
}
