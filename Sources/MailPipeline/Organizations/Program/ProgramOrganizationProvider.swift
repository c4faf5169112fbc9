import System
import Tracking
import TrackingStore

/// Organizations by a program of this machine.
struct ProgramOrganizationProvider: OrganizationProvider {
  let scheme = OrganizationURL.exec

  func open(
    _ entry: OrganizationEntry, for purpose: OpeningPurpose, with opener: OrganizationOpener
  ) throws -> any Organization {
    try opener.mirrored(entry, for: purpose) { path, _ in
      ProgramOrganization(
        path: entry.url.location, name: entry.name, folder: path + ".outgoing",
        asking: opener.asking)
    }
  }
}

extension OrganizationOpener {
  /// Opens an organization elsewhere with the store that this side keeps of it; nobody is asked yet.
  ///
  /// - Parameters:
  ///   - entry: The organization.
  ///   - purpose: What it is opened for.
  ///   - remote: Makes what asks it, of the path of the store and the store.
  /// - Returns: The organization.
  /// - Throws: `StoreError`, `TrackingFailure`.
  func mirrored(
    _ entry: OrganizationEntry, for purpose: OpeningPurpose,
    by remote: (_ path: String, _ store: Store) -> any RemoteOrganization
  ) throws -> any Organization {
    if purpose != .read, !asksElsewhere { throw TrackingFailure.awaitsSync }
    let path = try storePath(of: entry)
    let store: Store
    do {
      store = try openStore(path, for: purpose)
    } catch let error as StoreError where error.kind == .missing && wasUsed(path) {
      throw StoreError(.gone)
    }
    if purpose == .track {
      try store.makeMirror()
      try store.addUsers(of: profile.mailboxes, now: now)
    }
    let connection = RemoteConnection(
      remote(path, store), store: store, lockPath: path + ".sync",
      patience: Deadline(millisecondsOfEachTurn: asking.patience),
      remembers: purpose == .track || purpose == .read)
    return MirroredOrganization(
      name: entry.name, store: store, storePath: path, connection: connection, purpose: purpose,
      mirror: entry.mirror)
  }
}
