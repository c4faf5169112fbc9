import CSystem
import Glibc
import System
import Tracking

/// Brings to an organization elsewhere what waits for it, oldest first, and what became of copies there
/// to this side: what `sync` does.
///
/// A message that fails alone holds nobody up; where no message would fare better the run ends. What is
/// refused for good, or failed too often, is left to a person.
package struct RemoteSync {
  /// What a run left.
  package struct Summary: Sendable, Equatable {
    /// How many messages were decided about.
    package var decided = 0
    /// How many wait.
    package var waiting = 0
    /// How many are left to a person.
    package var failed = 0
    /// The ids of copies that were perhaps handed over, are not to be kept, and cannot be taken back.
    package var leftThere: [String] = []
    /// What ended the run before its end.
    package var trouble: String?
    /// Whether that was that this side is not let in.
    package var isUnauthorized = false

    /// Nothing was done.
    package init() {}
  }

  private let spool: Spool?
  private let profilePath: String
  private let trackers: TrackerPool
  private let drain: SpoolDrain?

  /// Makes a run.
  ///
  /// - Parameters:
  ///   - spool: What waits; `nil` where there is no place for it.
  ///   - profilePath: The profile: only what came by it is brought in.
  ///   - environment: Where stores are.
  ///   - deadline: By when all waiting for stores must be over.
  ///   - now: Seconds since 1970.
  ///   - asking: How organizations are asked.
  package init(
    spool: Spool?, profilePath: String, environment: HostEnvironment, deadline: Deadline,
    now: Int64, asking: RemoteAsking
  ) {
    self.spool = spool
    self.profilePath = profilePath
    let trackers = TrackerPool(
      environment: environment, deadline: deadline, now: now, isHurried: false, asking: asking)
    self.trackers = trackers
    drain = spool.map { SpoolDrain(spool: $0, trackers: trackers, environment: environment) }
  }

  /// Runs.
  ///
  /// - Parameters:
  ///   - entry: The organization.
  ///   - report: Told of each message that was tried.
  /// - Returns: What it left.
  /// - Throws: `StoreError`, `FileError`, `ProfileError`, `UnsafeFile`.
  package func run(
    _ entry: OrganizationEntry, report: (SpoolEntry, SpoolDrain.Outcome) -> Void
  ) throws -> Summary {
    var summary = Summary()
    var synced: MirroredOrganization?
    // What cannot be noted is not known to `org show`.
    defer { try? synced?.noteSync(summary.trouble, now: csystem_realtime() / 1_000_000_000) }
    spool?.enqueueAll(until: nil)
    do {
      guard entry.isConnected else { throw TrackingFailure.disconnected }
      let organization = try self.organization(entry)
      synced = organization
      defer { organization?.connection.disconnect() }
      try organization?.takeChanges(now: csystem_realtime() / 1_000_000_000)
      try bringIn(entry.name, &summary, to: organization, report: report)
      noteOrphans(of: entry.name, &summary)
      if summary.waiting + summary.failed == 0, summary.trouble == nil {
        summary.leftThere = try organization?.takeBackAbandoned() ?? []
      }
      if summary.decided > 0 { _ = try organization?.store.indexMarked() }
    } catch {
      let failure = TrackingFailure(error, organization: entry.name)
      summary.trouble = failure.description
      summary.isUnauthorized = failure.word == RemoteTrouble.unauthorizedWord
      // Whatever ended it, all that is there waits.
      summary.waiting = 0
      summary.failed = 0
      forEachEntry(of: entry.name) { waiting in
        if waiting.attempts < Spool.maxAutomaticAttempts {
          summary.waiting += 1
        } else {
          summary.failed += 1
        }
      }
    }
    return summary
  }

  private func organization(_ entry: OrganizationEntry) throws -> MirroredOrganization? {
    let opener = try trackers.opener(profilePath: profilePath)
    // One connection: that of the tracker, where there will be one.
    return entry.name == opener.profile.synchronizing
      ? try trackers.tracker(profilePath: profilePath).mirrored()
      : try opener.open(entry, for: .track) as? MirroredOrganization
  }

  /// Whether a path leads to the profile of the run.
  private func isOwn(_ path: String) -> Bool {
    if path == profilePath { return true }
    var own = stat()
    var other = stat()
    return stat(profilePath, &own) == 0 && stat(path, &other) == 0 && own.st_ino == other.st_ino
      && own.st_dev == other.st_dev
  }

  /// What waits for an organization by this profile, oldest first; a file that is no entry holds nobody
  /// up.
  private func forEachEntry(of name: String, _ body: (SpoolEntry) throws -> Void) rethrows {
    let synchronizing = try? trackers.opener(profilePath: profilePath).profile.synchronizing
    try spool?.forEachPlace { place in
      guard let entry = try? spool?.entry(place), entry.organization ?? synchronizing == name,
        let path = drain?.profilePath(of: entry), isOwn(path)
      else { return }
      try body(entry)
    }
  }

  /// Counts what waits for an organization by a profile that is no longer there: nobody brings it in.
  private func noteOrphans(of name: String, _ summary: inout Summary) {
    var count = 0
    spool?.forEachPlace { place in
      guard let entry = try? spool?.entry(place), entry.organization == name,
        let path = drain?.profilePath(of: entry), access(path, F_OK) != 0, errno == ENOENT
      else { return }
      count += 1
    }
    guard count > 0 else { return }
    summary.waiting += count
    summary.trouble =
      summary.trouble
      ?? "\(count) \(count == 1 ? "message waits" : "messages wait") by a profile that is no longer "
      + "there; put it back, or see 'failures'"
  }

  /// Asks at once about some entries, as far as none answers another: that one is asked about when the
  /// other is handed over.
  private func foresee(
    _ entries: [SpoolEntry], by organization: MirroredOrganization?, _ summary: inout Summary
  ) {
    guard entries.count > 1, summary.trouble == nil, csystem_is_interrupted() == 0, let spool,
      let drain, let organization
    else { return }
    var names: Set<MessageName> = []
    do {
      try organization.foresee {
        for entry in entries
        where entry.attempts < Spool.maxAutomaticAttempts && csystem_is_interrupted() == 0 {
          guard let header = try? spool.header(of: entry) else { continue }
          let answers = MessageName.answered(by: header).contains(where: names.contains)
          names.formUnion(MessageName.all(of: header))
          if answers { continue }
          // As where it is tried.
          try? spool.setAttempts(entry.attempts + 1, of: entry)
          // What goes ahead is noted when it does.
          organization.notesForeseen =
            organization.copiesAhead <= 1 && entry.size <= Self.largestNoted
          _ = drain.attempt(entry)
          try? spool.setAttempts(entry.attempts, of: entry)
        }
      }
    } catch {
      let failure = TrackingFailure(error, organization: organization.name)
      // Each by itself may fare better.
      guard failure.isGeneral else { return }
      summary.trouble = failure.description
      summary.isUnauthorized = failure.word == RemoteTrouble.unauthorizedWord
    }
  }

  /// Hands over at once what was foreseen to be accepted, ahead of its turn, as far as no message has to do
  /// with another one: what joins them to conversations is known when their turn comes.
  ///
  /// - Returns: Whether all went well, so that more may go ahead.
  private func deliverAhead(
    _ entries: [SpoolEntry], by organization: MirroredOrganization, _ summary: inout Summary
  ) -> Bool {
    guard entries.count > 1, summary.trouble == nil, csystem_is_interrupted() == 0, let spool,
      let drain
    else { return true }
    var seen = MessageTies()
    do {
      try organization.deliverAhead {
        for entry in entries where csystem_is_interrupted() == 0 {
          guard let header = try? spool.header(of: entry) else { continue }
          let isAlone = seen.insert(header)
          // Who had trouble before takes his turn, and is nobody else's trouble.
          guard isAlone, entry.attempts == 0 else { continue }
          // As where it is tried.
          try? spool.setAttempts(1, of: entry)
          _ = drain.attempt(entry)
          try? spool.setAttempts(0, of: entry)
        }
      }
      return true
    } catch {
      let failure = TrackingFailure(error, organization: organization.name)
      if failure.isGeneral {
        summary.trouble = failure.description
        summary.isUnauthorized = failure.word == RemoteTrouble.unauthorizedWord
      }
      return false
    }
  }

  /// Beyond so many bytes a message is noted when it is handed over: it is read twice else.
  private static let largestNoted = 256 << 10

  private func bringIn(
    _ name: String, _ summary: inout Summary, to organization: MirroredOrganization?,
    report: (SpoolEntry, SpoolDrain.Outcome) -> Void
  ) throws {
    guard let spool, let drain else { return }
    let settlesLater = try organization?.beginSettlingLater() ?? false
    defer { try? organization?.endSettlingLater() }
    try withoutActuallyEscaping(report) { report in
      let run = SyncRun(
        spool: spool, drain: drain, organization: organization, settlesLater: settlesLater,
        summary: summary, report: report)
      defer { summary = run.summary }
      let most = max(1, organization?.questionsAtOnce ?? 1)
      var some: [SpoolEntry] = []
      // Once that failed, each goes by itself for the rest of the run.
      var goesAhead = (organization?.copiesAhead ?? 1) > 1
      func runSome() throws {
        foresee(some, by: organization, &run.summary)
        let step = goesAhead ? organization?.copiesAhead ?? 1 : max(1, some.count)
        for start in stride(from: 0, to: some.count, by: step) {
          let next = Array(some[start..<min(start + step, some.count)])
          if goesAhead, let organization {
            goesAhead = deliverAhead(next, by: organization, &run.summary)
          }
          for entry in next { try run.bringIn(entry) }
        }
        try run.settle()
        some = []
      }
      try forEachEntry(of: name) { entry in
        some.append(entry)
        if some.count >= most { try runSome() }
      }
      try runSome()
      try run.bringInWaiting()
    }
  }
}
