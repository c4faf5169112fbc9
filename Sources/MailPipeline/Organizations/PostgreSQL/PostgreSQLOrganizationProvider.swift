import System
import Tracking

/// Organizations in PostgreSQL databases.
struct PostgreSQLOrganizationProvider: OrganizationProvider {
  let scheme = OrganizationURL.postgresql

  func open(
    _ entry: OrganizationEntry, for purpose: OpeningPurpose, with opener: OrganizationOpener
  ) throws -> any Organization {
    try opener.mirrored(entry, for: purpose) { _, _ in
      PostgreSQLOrganization(
        url: entry.url.location, asking: opener.asking, logs: purpose == .track,
        passwords: PostgreSQLPasswords(of: entry, with: opener))
    }
  }
}
