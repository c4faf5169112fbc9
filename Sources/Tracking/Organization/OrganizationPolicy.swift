import InternetMessage

/// What an organization's administrator settled about tracking.
package struct OrganizationPolicy: Sendable, Hashable {
  /// What becomes of mail among users (Dynamics `IgnoreInternalEmail` and its companions).
  package enum InternalMail: String, Sendable, CaseIterable {
    /// The sender's and the recipient's copies are both tracked.
    case two
    /// The second copy is refused where the other direction's is tracked.
    case one
    /// Incoming mail from any user is refused (Dynamics'
    /// `IgnoreInternalEmailDetectionEnhancement` = false).
    case refuse
  }

  /// What becomes of the calendar in tracked mail; the decision about the mail is the decision about it.
  package enum MailCalendar: String, Sendable, CaseIterable {
    /// It is kept with the copy.
    case withMail = "with-mail"
    /// It is left in the message.
    case no
  }

  /// The filter of users who chose none.
  package var filter = FilterMethod.replies
  /// The filter that all users have, whatever they chose (Dynamics
  /// `SSSForceFilteringMethodForUserMailboxes`).
  package var forcedFilter: FilterMethod?
  /// Whether a user may choose `all`.
  package var allowsAll = false
  /// Addresses, `@domain` and `@*.domain` with whom no mail is tracked, whatever else holds.
  package var refused: [String] = []
  /// Whether a rule's `track` passes over the users' filters.
  package var tracksByRule = true
  /// Mail among users.
  package var internalMail = InternalMail.two
  /// Whether `one` and `refuse` let mail from a user to a queue pass (Dynamics
  /// `DoNotIgnoreInternalEmailToQueues`).
  package var keepsInternalMailToQueues = true
  /// Whether `one` and `refuse` hold for mail that a queue sends (Dynamics
  /// `IgnoreInternalEmailFromQueues`).
  package var refusesInternalMailFromQueues = false
  /// Whether only the mailbox through which a message came is asked (Dynamics
  /// `UseFilteringMethodOfSyncingMailboxOnlyForCorrelation`).
  package var onlyMailboxDecides = false
  /// Whether a sender who is several records stays unresolved.
  package var leavesAmbiguousSenders = false
  /// Whether a recipient who is several records stays unresolved.
  package var leavesAmbiguousRecipients = false
  /// What members may do.
  package var memberPrivileges: Set<Privilege> = [
    .readOwn, .readOrganization, .track, .setRegarding,
  ]
  /// What readers may do.
  package var readerPrivileges: Set<Privilege> = [.readOwn, .readOrganization]
  /// Whether sender, recipients and subject of mail that the organization refuses are kept.
  package var logsRefusals = false
  /// What becomes of appointments that come with tracked mail (Dynamics' synchronization of
  /// appointments).
  package var appointments = MailCalendar.withMail
  /// What becomes of tasks that come with tracked mail.
  package var tasks = MailCalendar.withMail
  /// Whether `search` finds what stands in the text of messages, not only what their headers say.
  package var indexesText = true
  /// After so many days tracked mail is to be pruned; 0 for never.
  package var retentionDays = 0
  /// The settings for correlation.
  package var correlation = CorrelationPolicy()

  /// The defaults.
  package init() {}

  /// What a user of a role may do; an administrator everything.
  package func privileges(of role: UserRole) -> Set<Privilege> {
    switch role {
    case .administrator: Set(Privilege.allCases)
    case .member: memberPrivileges
    case .reader: readerPrivileges
    }
  }

  /// Whether what a copy says of appointments or of tasks is kept with it.
  package func keeps(_ kind: CalendarItem.Kind) -> Bool {
    switch kind {
    case .appointment: appointments == .withMail
    case .task: tasks == .withMail
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
