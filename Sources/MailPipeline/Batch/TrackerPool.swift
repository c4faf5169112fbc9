import System
import Tracking

/// The trackers of all profiles that waiting messages name, each read once.
final class TrackerPool {
  private let environment: HostEnvironment
  private let deadline: Deadline
  private let now: Int64
  private let isHurried: Bool
  private let asking: RemoteAsking?
  private var openers: [String: OrganizationOpener] = [:]
  private var trackers: [String: MessageTracker] = [:]

  /// Makes a pool; while a mail host waits, it `isHurried` and what takes long is left to others.
  ///
  /// Organizations elsewhere are asked where somebody says how: by `sync` alone.
  init(
    environment: HostEnvironment, deadline: Deadline, now: Int64, isHurried: Bool,
    asking: RemoteAsking? = nil
  ) {
    self.isHurried = isHurried
    self.asking = asking
    self.environment = environment
    self.deadline = deadline
    self.now = now
  }

  /// The opener of a profile.
  ///
  /// - Throws: `FileError`, `UnsafeFile`, `ProfileError`.
  func opener(profilePath: String) throws -> OrganizationOpener {
    if let opener = openers[profilePath] { return opener }
    let profile = try Profile(
      toml: ProfileContents.read(profilePath), path: profilePath,
      schemes: Set(environment.providers.map(\.scheme)))
    return add(profile, profilePath: profilePath)
  }

  /// The tracker of a profile.
  ///
  /// - Throws: `FileError`, `UnsafeFile`, `ProfileError`.
  func tracker(profilePath: String) throws -> MessageTracker {
    if let tracker = trackers[profilePath] { return tracker }
    let tracker = MessageTracker(opener: try opener(profilePath: profilePath), purpose: .track)
    trackers[profilePath] = tracker
    return tracker
  }

  /// All that were asked for.
  var all: [MessageTracker] { Array(trackers.values) }

  /// Takes a profile that was read already; its stores are waited for as those of the others.
  @discardableResult
  func add(_ profile: Profile, profilePath: String) -> OrganizationOpener {
    var opener = OrganizationOpener(
      profile: profile, dataFolder: environment.dataFolder, deadline: deadline, now: now)
    opener.usedStores = environment.usedStores
    opener.profileFolder = FilePath.folder(of: profilePath)
    opener.providers = environment.providers
    opener.keepsStoresOpen = environment.keepsStoresOpen
    opener.migratesLarge = !isHurried
    opener.asksElsewhere = asking != nil
    if let asking { opener.asking = asking }
    openers[profilePath] = opener
    return opener
  }

  /// Takes a tracker that is there already.
  func add(_ tracker: MessageTracker, profilePath: String) { trackers[profilePath] = tracker }
}
