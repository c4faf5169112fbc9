import CSystem
import Glibc
import MailPipeline
import System
import Tracking

extension SyncCommand {
  /// How long somebody else who asks the organization is waited for, in milliseconds.
  private static let followingPatience = 10_000

  /// An organization that is asked again and again.
  private final class Followed {
    let entry: OrganizationEntry
    let claim: SyncClaim
    var pace: SyncPace
    /// When it is asked next, on the clock that nobody sets.
    var next = Deadline(milliseconds: 0)
    /// What was printed last.
    var line = ""
    var trouble: String?

    init(_ entry: OrganizationEntry, claim: SyncClaim, pace: SyncPace) {
      self.entry = entry
      self.claim = claim
      self.pace = pace
    }
  }

  /// Goes on until a signal comes.
  ///
  /// - Throws: `CommandError`, `FileError`, `ProfileError`, `UnsafeFile` where it cannot begin.
  func goOn() throws {
    var followed: [Followed] = []
    for entry in try organizations(in: profile.load()) {
      followed.append(
        Followed(
          entry, claim: try SyncClaim(entry, of: profile.opener()),
          pace: SyncPace(interval: interval * 1_000)))
    }
    let watch = SpoolWatch(try spool.open())
    var sync = try runner(patience: Self.followingPatience)
    var stamp = try self.stamp()
    while csystem_is_interrupted() == 0 {
      // Rules that were changed hold from here on.
      if let present = try? self.stamp(), present != stamp {
        stamp = present
        sync = try runner(patience: Self.followingPatience)
      }
      for one in followed where one.next.hasPassed && csystem_is_interrupted() == 0 {
        run(one, by: sync)
      }
      let next = followed.map(\.next.remainingMilliseconds).min() ?? 0
      // A signal that comes just before is seen a second later.
      guard next > 0, csystem_is_interrupted() == 0 else { continue }
      if watch.wait(atMost: min(next, 1_000)) {
        for one in followed where one.pace.isHurried { one.next = Deadline(milliseconds: 0) }
      }
    }
  }

  private func run(_ one: Followed, by sync: RemoteSync) {
    do {
      let entry = try OrganizationOptions.entry(one.entry.name, in: profile.load())
      let summary = try sync.run(entry) { note($0, $1) }
      one.pace.note(summary)
      tell(one, line(entry, summary), isNews: summary.decided > 0, summary.trouble)
    } catch {
      var summary = RemoteSync.Summary()
      summary.trouble = CommandError(error)?.line ?? "\(error)"
      one.pace.note(summary)
      tell(one, one.line, isNews: false, summary.trouble)
    }
    one.next = Deadline(milliseconds: one.pace.wait(chance: Double.random(in: 0...1)))
  }

  /// Prints what is new: the log of a service is read by people.
  private func tell(_ one: Followed, _ line: String, isNews: Bool, _ trouble: String?) {
    if isNews || line != one.line { print(SafeText.neutralised(line)) }
    one.line = line
    if let trouble, trouble != one.trouble {
      SystemLog.standardError(
        SafeText.neutralised("crm-mailfilter: \(one.entry.name): \(trouble)") + "\n")
    }
    if trouble == nil, one.trouble != nil { print("\(one.entry.name): is reached again") }
    one.trouble = trouble
    // Nobody waits for a buffer to be full.
    StandardOutput.shared.flush()
  }

  /// What tells one state of the profile from another.
  private func stamp() throws -> [Int] {
    var status = stat()
    let path = try profile.path()
    guard FilePath.withCString(path, { stat($0, &status) }) == 0 else {
      throw FileError(path: path, code: errno)
    }
    return [Int(status.st_ino), status.st_mtim.tv_sec, status.st_mtim.tv_nsec]
  }
}
