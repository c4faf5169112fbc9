import ArgumentParser
import MailPipeline
import Tracking

/// The organization that a command reads or changes.
struct OrganizationOptions: ParsableArguments {
  @OptionGroup var profile: ProfileOptions

  @Option(
    name: .long, help: "The organization instead of the synchronizing one.",
    completion: ShellCompletions.organizations)
  var org: String?

  /// Opens it for the acting user: the owner of the profile's first mailbox.
  ///
  /// - Parameters:
  ///   - privilege: What the user must be allowed to.
  ///   - purpose: How to open it.
  ///   - patience: How long each turn waits for others, in milliseconds.
  /// - Returns: The organization and the user.
  /// - Throws: `CommandError` where there is no such organization or the user lacks the privilege;
  ///   `StoreError`.
  func open(
    _ privilege: Privilege, for purpose: OpeningPurpose = .read, patience: Int = FilterRun.patience
  ) throws -> (organization: OpenOrganization, user: OrganizationUser) {
    let opener = try profile.opener(patience: patience)
    let entry = try Self.entry(org, in: opener.profile)
    return try Self.open(entry, of: opener, privilege, for: purpose)
  }

  /// Opens an organization for the acting user.
  ///
  /// - Throws: As the method of the same name.
  static func open(
    _ entry: OrganizationEntry, of opener: OrganizationOpener, _ privilege: Privilege,
    for purpose: OpeningPurpose = .read
  ) throws -> (organization: OpenOrganization, user: OrganizationUser) {
    let organization = try opener.opened(entry, for: purpose)
    let members = organization.members
    let address = opener.profile.mailboxes.first?.owner
    guard let address, let user = try members.user(address) else {
      throw CommandError(
        .noPermission,
        "\(address?.description ?? "nobody") is no user of \(entry.name); see 'user add'")
    }
    try requireLogin(of: user, in: members)
    try require(privilege, of: user, in: members)
    return (organization, user)
  }

  /// Opens it to look at or change its users, records and settings: an organization elsewhere that is
  /// administered from here is asked who acts, and what that user may.
  ///
  /// - Throws: As `open`; `RemoteTrouble`.
  func openDirectory(
    _ privilege: Privilege, for purpose: OpeningPurpose = .read, patience: Int = FilterRun.patience
  ) throws -> (organization: OpenOrganization, user: OrganizationUser) {
    let opener = try profile.opener(patience: patience)
    let entry = try Self.entry(org, in: opener.profile)
    return try Self.openDirectory(entry, of: opener, privilege, for: purpose)
  }

  /// The same of an organization of the profile.
  ///
  /// - Throws: As the method of the same name.
  static func openDirectory(
    _ entry: OrganizationEntry, of opener: OrganizationOpener, _ privilege: Privilege,
    for purpose: OpeningPurpose = .read
  ) throws -> (organization: OpenOrganization, user: OrganizationUser) {
    guard entry.isElsewhere else { return try open(entry, of: opener, privilege, for: purpose) }
    let organization = try opener.opened(entry, for: purpose)
    guard let user = try organization.directory.actingUser() else {
      return try open(entry, of: opener, privilege, for: purpose)
    }
    try require(privilege, of: user, in: organization.directory)
    return (organization, user)
  }

  /// Makes sure that this process may act as a user: anybody may write any owner into a profile.
  ///
  /// - Throws: `CommandError` where another login is tied to the user, or none while the store ties
  ///   users to logins; `StoreError`.
  private static func requireLogin(
    of user: OrganizationUser, in members: any OrganizationMembers
  ) throws {
    guard let login = user.login else {
      guard try members.hasLogins() else { return }
      throw CommandError(
        .noPermission,
        "no login may act as \(user.address); an administrator ties one: "
          + "'user set \(user.address) --login \(UnixLogin.current)'")
    }
    guard UnixLogin.isCurrent(login) else {
      throw CommandError(
        .noPermission,
        "\(UnixLogin.current) may not act as \(user.address), who is tied to another login; "
          + "see 'user set'")
    }
  }

  /// Makes sure that a user has a privilege.
  ///
  /// - Throws: `CommandError` where not; `StoreError`.
  static func require(
    _ privilege: Privilege, of user: OrganizationUser, in members: any OrganizationMembers
  ) throws {
    guard user.isEnabled else {
      throw CommandError(.noPermission, "\(user.address) is disabled; see 'user set'")
    }
    guard try members.policy().privileges(of: user.role).contains(privilege) else {
      throw CommandError(
        .noPermission,
        "\(user.address), \(user.role.rawValue), lacks the privilege \(privilege.rawValue); "
          + "see 'org show'")
    }
  }

  /// Whose mail alone a user may read; `nil` for all mail.
  ///
  /// - Throws: `CommandError` where the user may read none; `StoreError`.
  static func onlyReadable(
    for user: OrganizationUser, in members: any OrganizationMembers
  ) throws -> OrganizationUser? {
    try require(.readOwn, of: user, in: members)
    let mayReadAll = try members.policy().privileges(of: user.role).contains(.readOrganization)
    return mayReadAll ? nil : user
  }

  /// A copy that a user may read: who acts on mail by its number must.
  ///
  /// - Throws: `CommandError` where there is no such copy, or one that is not to be read;
  ///   `StoreError`.
  static func copy(
    _ id: Int64, readableFor user: OrganizationUser, in organization: OpenOrganization
  ) throws -> TrackedCopy {
    let onlyOf = try onlyReadable(for: user, in: organization.members)
    let archive = try organization.archive()
    guard let copy = try archive.copy(CopyID(id)) else {
      throw CommandError(.noInput, "no mail \(id); see 'list'")
    }
    if let onlyOf, try !archive.isOwn(copy.id, of: onlyOf) {
      throw CommandError(
        .noPermission,
        "mail \(id) is another user's; \(user.address) lacks the privilege "
          + Privilege.readOrganization.rawValue)
    }
    return copy
  }

  /// Opens it to read mail.
  ///
  /// - Returns: The organization, and the user whose mail alone may be read; `nil` where all of it
  ///   may.
  /// - Throws: As `open`.
  func openToRead() throws -> (organization: OpenOrganization, onlyOf: OrganizationUser?) {
    let (organization, user) = try open(.readOwn)
    return (organization, try Self.onlyReadable(for: user, in: organization.members))
  }

  /// Opens it to carry mail out.
  ///
  /// - Returns: As `openToRead`.
  /// - Throws: As `open`.
  func openToExport() throws -> (organization: OpenOrganization, onlyOf: OrganizationUser?) {
    let (organization, user) = try open(.export)
    return (organization, try Self.onlyReadable(for: user, in: organization.members))
  }

  /// Opens it and finds a copy that the acting user may read.
  ///
  /// - Throws: As `open`; `CommandError` where there is no such copy, or one that is not to be read.
  func openToRead(
    _ id: Int64
  ) throws -> (archive: any MailArchive, copy: TrackedCopy, onlyOf: OrganizationUser?) {
    let (organization, user) = try open(.readOwn)
    let copy = try Self.copy(id, readableFor: user, in: organization)
    return (
      try organization.archive(), copy,
      try Self.onlyReadable(for: user, in: organization.members)
    )
  }

  /// The organization of a name in a profile; the synchronizing one where there is no name.
  ///
  /// - Throws: `CommandError` where there is none.
  static func entry(_ name: String?, in profile: Profile) throws -> OrganizationEntry {
    if let name {
      if let entry = profile.organization(named: name) { return entry }
      throw CommandError(
        .usage,
        "no organization '\(name)' in the profile"
          + Suggestion.hint(for: name, among: profile.organizations.map(\.name)))
    }
    if let entry = profile.synchronizingOrganization { return entry }
    if profile.organizations.count == 1 { return profile.organizations[0] }
    throw CommandError(
      .usage,
      profile.organizations.isEmpty
        ? "the profile has no organization; see 'org add'"
        : "no organization synchronizes; name one with --org")
  }
}
