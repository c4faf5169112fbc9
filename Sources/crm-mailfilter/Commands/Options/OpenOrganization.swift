import MailPipeline
import Tracking

/// An organization that a command opened, and what of it can be done from here.
struct OpenOrganization {
  let entry: OrganizationEntry
  let organization: any Organization

  /// Its users, and what they may do.
  var members: any OrganizationMembers { organization.members }

  /// Its users, and what they may do, as the organization itself knows them: of one elsewhere that is
  /// administered from here it is asked.
  var directory: any OrganizationMembers { organization.administration ?? organization.members }

  /// What this machine remembers of it.
  var localState: any LocalState { organization.localState }

  /// Its tracked mail.
  ///
  /// - Throws: `CommandError` where it is not read from here.
  func archive() throws -> any MailArchive { try require(organization.archive, "its mail is read") }

  /// What is done with its tracked mail.
  ///
  /// - Throws: `CommandError` where that is not done from here.
  func keeping() throws -> any MailKeeping {
    try require(organization.keeping, "its mail is withdrawn and sorted")
  }

  /// Its users, records and settings.
  ///
  /// - Throws: `CommandError` where they are not changed from here.
  func administration() throws -> any OrganizationAdministration {
    try require(organization.administration, "its users, records and settings are kept")
  }

  private func require<Capability>(_ capability: Capability?, _ what: String) throws -> Capability {
    if let capability { return capability }
    throw CommandError(.usage, "\(what) at \(entry.url), not here; do it there")
  }
}

extension OrganizationOpener {
  /// Opens an organization for a command.
  ///
  /// - Throws: As `open`.
  func opened(
    _ entry: OrganizationEntry, for purpose: OpeningPurpose
  ) throws -> OpenOrganization {
    OpenOrganization(entry: entry, organization: try open(entry, for: purpose))
  }
}
