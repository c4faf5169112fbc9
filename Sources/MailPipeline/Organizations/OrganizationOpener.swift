import System
import Tracking
import TrackingStore

/// Opens the organizations of a profile.
package struct OrganizationOpener: Sendable {
  /// The profile: the owners of its mailboxes are the first users of a new store.
  package let profile: Profile
  /// Where relative paths begin.
  package let dataFolder: String?
  /// By when all waiting must be over.
  package let deadline: Deadline
  /// When it is, in seconds since 1970.
  package let now: Int64

  /// What remembers the stores that were used before; `nil` where there is no place for it.
  package var usedStores: UsedStores?

  /// Whether a store that was used before, and is not there, is made anew.
  package var makesGoneAnew = false

  /// The Unix group for which stores are made; `nil` for this user alone.
  package var group: UInt32?

  /// The Unix login that is tied to the administrator of a store that is made; `nil` for none.
  package var login: String?

  /// Whether a large store of an older version is brought to this one.
  package var migratesLarge = true

  /// Makes an opener.
  package init(profile: Profile, dataFolder: String?, deadline: Deadline, now: Int64) {
    self.profile = profile
    self.dataFolder = dataFolder
    self.deadline = deadline
    self.now = now
  }

  /// The file of an organization's store.
  ///
  /// - Throws: `TrackingFailure` where the path is relative and there is no data folder;
  ///   `OrganizationURL.ParseError`.
  package func storePath(of entry: OrganizationEntry) throws -> String {
    guard entry.url.scheme == OrganizationURL.sqlite else {
      throw OrganizationURL.ParseError.unknownScheme(entry.url.scheme)
    }
    let path = entry.url.location
    if path.hasPrefix("/") { return path }
    guard let dataFolder else {
      throw TrackingFailure(
        word: "no-home",
        "the store's path is relative and there is no home folder; write an absolute path")
    }
    return dataFolder + "/" + path
  }

  /// Opens an organization.
  ///
  /// - Throws: `StoreError`, `TrackingFailure`.
  package func open(
    _ entry: OrganizationEntry, for purpose: OpeningPurpose
  ) throws -> EmbeddedOrganization {
    let path = try storePath(of: entry)
    do {
      return try open(entry, path, for: purpose)
    } catch let error as StoreError where error.kind == .missing && wasUsed(path) {
      throw StoreError(.gone)
    }
  }

  /// Whether a store was used before, as far as anybody remembers.
  package func wasUsed(_ path: String) -> Bool { usedStores?.contains(path) ?? false }

  private func open(
    _ entry: OrganizationEntry, _ path: String, for purpose: OpeningPurpose
  ) throws -> EmbeddedOrganization {
    let store: Store
    switch purpose {
    case .track:
      let wasUsed = wasUsed(path)
      var configuration = Store.Configuration(
        path: path, createsFile: !wasUsed || makesGoneAnew, deadline: deadline)
      configuration.group = group
      configuration.migratesLarge = migratesLarge
      store = try Store(configuration)
      try store.makeFirstUsers(of: profile.mailboxes, login: login, now: now)
      if !wasUsed { usedStores?.note(path) }
    case .read:
      store = try Store(.init(path: path, createsFile: false, deadline: deadline))
    case .rehearse:
      do {
        // Brings a store of an older version to this one, which the sketch must have.
        _ = try Store(.init(path: path, createsFile: false, deadline: deadline)).policy()
        store = try Store(sketchOf: path, until: deadline)
      } catch let error as StoreError where error.kind == .missing && !wasUsed(path) {
        store = try Store(sketchOf: nil, until: deadline)
        try store.makeFirstUsers(of: profile.mailboxes, now: now)
      }
    case .explain:
      do {
        store = try Store(.init(path: path, createsFile: false, deadline: deadline))
      } catch let error as StoreError where error.kind == .missing && !wasUsed(path) {
        store = try Store(inMemoryUntil: deadline)
        try store.makeFirstUsers(of: profile.mailboxes, now: now)
      }
    }
    // Kept open until the process ends: closing a store costs more than its use.
    _ = Unmanaged.passRetained(store)
    return EmbeddedOrganization(name: entry.name, store: store, purpose: purpose)
  }
}
