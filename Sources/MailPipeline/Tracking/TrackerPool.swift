import Tracking
import TrackingStore

/// The trackers of all profiles that waiting messages name, each read once.
final class TrackerPool {
  private let environment: HostEnvironment
  private let deadline: Deadline
  private let now: Int64
  private var trackers: [String: MessageTracker] = [:]

  init(environment: HostEnvironment, deadline: Deadline, now: Int64) {
    self.environment = environment
    self.deadline = deadline
    self.now = now
  }

  /// The opener of a profile.
  ///
  /// - Throws: `FileError`, `ProfileError`.
  func opener(profilePath: String) throws -> OrganizationOpener {
    let profile = try Profile(toml: FileContents.read(profilePath), path: profilePath)
    return OrganizationOpener(
      profile: profile, dataFolder: environment.dataFolder, deadline: deadline, now: now)
  }

  /// The tracker of a profile.
  ///
  /// - Throws: `FileError`, `ProfileError`.
  func tracker(profilePath: String) throws -> MessageTracker {
    if let tracker = trackers[profilePath] { return tracker }
    let tracker = MessageTracker(opener: try opener(profilePath: profilePath), purpose: .track)
    trackers[profilePath] = tracker
    return tracker
  }

  /// All that were asked for.
  var all: [MessageTracker] { Array(trackers.values) }

  /// Takes a tracker that is there already.
  func add(_ tracker: MessageTracker, profilePath: String) { trackers[profilePath] = tracker }
}
