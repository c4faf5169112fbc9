import InternetMessage

/// What an organization's administrator settled about tracking.
public struct OrganizationPolicy: Sendable, Hashable {
  /// What becomes of mail among users (Dynamics `IgnoreInternalEmail` and its companions).
  public enum InternalMail: String, Sendable, CaseIterable {
    /// The sender's and the recipient's copies are both tracked.
    case two
    /// The second copy is refused where the other direction's is tracked.
    case one
    /// Incoming mail from any user is refused (Dynamics'
    /// `IgnoreInternalEmailDetectionEnhancement` = false).
    case refuse
  }

  /// The filter of users who chose none.
  public var filter = FilterMethod.replies
  /// The filter that all users have, whatever they chose (Dynamics
  /// `SSSForceFilteringMethodForUserMailboxes`).
  public var forcedFilter: FilterMethod?
  /// Whether a user may choose `all`.
  public var allowsAll = false
  /// Addresses, `@domain` and `@*.domain` with whom no mail is tracked, whatever else holds.
  public var refused: [String] = []
  /// Whether a rule's `track` passes over the users' filters.
  public var tracksByRule = true
  /// Mail among users.
  public var internalMail = InternalMail.two
  /// Whether `one` and `refuse` let mail from a user to a queue pass (Dynamics
  /// `DoNotIgnoreInternalEmailToQueues`).
  public var keepsInternalMailToQueues = true
  /// Whether `one` and `refuse` hold for mail that a queue sends (Dynamics
  /// `IgnoreInternalEmailFromQueues`).
  public var refusesInternalMailFromQueues = false
  /// Whether only the mailbox through which a message came is asked (Dynamics
  /// `UseFilteringMethodOfSyncingMailboxOnlyForCorrelation`).
  public var onlyMailboxDecides = false
  /// Whether a sender who is several records stays unresolved.
  public var leavesAmbiguousSenders = false
  /// Whether a recipient who is several records stays unresolved.
  public var leavesAmbiguousRecipients = false
  /// What members may do.
  public var memberPrivileges: Set<Privilege> = [
    .readOwn, .readOrganization, .track, .setRegarding,
  ]
  /// What readers may do.
  public var readerPrivileges: Set<Privilege> = [.readOwn, .readOrganization]
  /// Whether sender, recipients and subject of mail that the organization refuses are kept.
  public var logsRefusals = false
  /// Whether `search` finds what stands in the text of messages, not only what their headers say.
  public var indexesText = true
  /// After so many days tracked mail is to be pruned; 0 for never.
  public var retentionDays = 0
  /// The settings for correlation.
  public var correlation = CorrelationPolicy()

  /// The defaults.
  public init() {}

  /// What a user of a role may do; an administrator everything.
  public func privileges(of role: UserRole) -> Set<Privilege> {
    switch role {
    case .administrator: Set(Privilege.allCases)
    case .member: memberPrivileges
    case .reader: readerPrivileges
    }
  }

  /// The refused addresses, ready to be asked.
  var refusedAddresses: AddressMatcher {
    AddressMatcher(refused.compactMap { try? AddressPattern.parse($0).get() }, written: refused)
  }

  /// Whether a text may stand in the list of refused addresses: one address, a domain or the
  /// domains below one, but no expression, so that the list is looked up and never searched.
  static func isRefusable(_ text: String) -> Bool {
    switch AddressPattern.parse(text) {
    case .success(.address), .success(.domain), .success(.subdomains): true
    default: false
    }
  }
}
