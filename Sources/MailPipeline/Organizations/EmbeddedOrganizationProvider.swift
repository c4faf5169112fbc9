import System
import Tracking
import TrackingStore

/// Organizations that live in a SQLite store on this machine.
struct EmbeddedOrganizationProvider: OrganizationProvider {
  let scheme = OrganizationURL.sqlite

  func open(
    _ entry: OrganizationEntry, for purpose: OpeningPurpose, with opener: OrganizationOpener
  ) throws -> any Organization {
    let path = try opener.storePath(of: entry)
    do {
      let store = try opener.openStore(path, for: purpose)
      return EmbeddedOrganization(name: entry.name, store: store, purpose: purpose)
    } catch let error as StoreError where error.kind == .missing && opener.wasUsed(path) {
      throw StoreError(.gone)
    }
  }
}

extension OrganizationOpener {
  /// The file of an organization's store; of one elsewhere, of the store that this side keeps of it.
  ///
  /// - Throws: `TrackingFailure` where the path is relative and there is no data folder;
  ///   `OrganizationURL.ParseError`.
  package func storePath(of entry: OrganizationEntry) throws -> String {
    if entry.isElsewhere { return try mirrorPath(of: entry) }
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

  /// The file of the store that this side keeps of an organization elsewhere.
  private func mirrorPath(of entry: OrganizationEntry) throws -> String {
    guard let dataFolder else {
      throw TrackingFailure(
        word: "no-home", "there is no home folder for what this side keeps of the organization")
    }
    return dataFolder + "/elsewhere/" + entry.name + ".sqlite"
  }

  /// Whether a store was used before, as far as anybody remembers.
  package func wasUsed(_ path: String) -> Bool { usedStores?.contains(path) ?? false }

  func openStore(_ path: String, for purpose: OpeningPurpose) throws -> Store {
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
    if keepsStoresOpen { _ = Unmanaged.passRetained(store) }
    return store
  }
}
