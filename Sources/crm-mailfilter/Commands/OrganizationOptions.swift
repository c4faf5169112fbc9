import ArgumentParser
import MailPipeline
import Tracking
import TrackingStore

/// The organization that a command reads or changes.
struct OrganizationOptions: ParsableArguments {
  @OptionGroup var profile: ProfileOptions

  @Option(name: .long, help: "The organization instead of the synchronizing one.")
  var org: String?

  /// Opens it.
  ///
  /// - Throws: `CommandError` where there is none of that name; `StoreError`.
  func open(for purpose: OrganizationOpener.Purpose = .read) throws -> EmbeddedOrganization {
    let opener = try profile.opener()
    return try opener.open(Self.entry(org, in: opener.profile), for: purpose)
  }

  /// Opens it for somebody who changes what is tracked: the owner of the profile's first mailbox.
  ///
  /// - Throws: `CommandError` where that is no user, or one who may only read; `StoreError`.
  func openToChange() throws -> (store: Store, user: OrganizationUser) {
    let organization = try open()
    let address = try profile.load().mailboxes.first?.owner
    guard let address, let user = try organization.store.user(address) else {
      throw CommandError(
        .noPermission,
        "\(address?.description ?? "nobody") is no user of \(organization.name); see 'user add'")
    }
    guard user.isEligible else {
      throw CommandError(
        .noPermission, "\(user.address) may read, but not change what is tracked; see 'user set'")
    }
    return (organization.store, user)
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
