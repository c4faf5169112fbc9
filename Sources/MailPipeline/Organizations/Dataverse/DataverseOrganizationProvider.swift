import Tracking

/// Organizations of Dynamics 365 and other apps on Dataverse, by their Web API.
struct DataverseOrganizationProvider: OrganizationProvider {
  let scheme = OrganizationURL.https

  func open(
    _ entry: OrganizationEntry, for purpose: OpeningPurpose, with opener: OrganizationOpener
  ) throws -> any Organization {
    guard let address = entry.url.dataverse, let access = opener.signIn(for: entry) else {
      throw OrganizationURL.ParseError.malformed(entry.url.description)
    }
    return try opener.mirrored(entry, for: purpose) { _, store in
      DataverseOrganization(
        DataverseSession(
          address.web, root: address.root, over: access.transport, signIn: access.signIn,
          timeLimit: opener.asking.timeLimit),
        journal: DataverseJournal(store), text: entry.text)
    }
  }
}
