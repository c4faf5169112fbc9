import Glibc
import InternetMessage
import Mailboxes
import System
import Tracking

/// Brings waiting messages in, oldest first, by the same way that they would have gone when they
/// came.
package struct SpoolDrain {
  /// What became of an entry.
  package enum Outcome: Sendable {
    /// It was decided, and is gone from the spool.
    case decided(Report)
    /// It waits on, for the mail that it may answer.
    case waits
    /// It waits on, because of failure.
    case failed(TrackingFailure)
  }

  private let spool: Spool
  private let trackers: TrackerPool
  private let environment: HostEnvironment

  /// Makes a drain.
  ///
  /// - Parameters:
  ///   - spool: What waits.
  ///   - environment: Where stores and profiles are.
  ///   - deadline: By when all waiting for stores must be over.
  ///   - now: Seconds since 1970.
  ///   - asking: How organizations elsewhere are asked; `nil` where their mail is left to `sync`.
  package init(
    spool: Spool, environment: HostEnvironment, deadline: Deadline, now: Int64,
    asking: RemoteAsking? = nil
  ) {
    self.init(
      spool: spool,
      trackers: TrackerPool(
        environment: environment, deadline: deadline, now: now, isHurried: false,
        asking: asking),
      environment: environment)
  }

  init(spool: Spool, trackers: TrackerPool, environment: HostEnvironment) {
    self.spool = spool
    self.trackers = trackers
    self.environment = environment
  }

  /// Tries all entries, those that were tried too often, too.
  ///
  /// - Parameters:
  ///   - deadline: How long another process that drains is waited for.
  ///   - report: Called for each entry.
  /// - Throws: `SpoolError.busy`, `FileError`.
  package func all(until deadline: Deadline, report: (SpoolEntry, Outcome) -> Void) throws {
    try spool.whileDraining(until: deadline) {
      for path in spool.leftovers() { unlink(path) }
      spool.recount()
      try runWholly(only: nil, report: report)
    }
  }

  /// Indexes what was brought in, and what the filter marked before.
  ///
  /// - Throws: `TrackingFailure`, `StoreError`: what was brought in is safe, and the next search indexes it.
  package func indexMarked() throws {
    for tracker in trackers.all { try tracker.localState().indexMarked() }
  }

  /// Tries some entries, whatever was tried before.
  ///
  /// - Parameters:
  ///   - names: Their names.
  ///   - deadline: How long another process that drains is waited for.
  ///   - report: Called for each entry.
  /// - Throws: `SpoolError.busy`, `FileError`.
  package func only(
    _ names: Set<String>, until deadline: Deadline, report: (SpoolEntry, Outcome) -> Void
  ) throws {
    try spool.whileDraining(until: deadline) {
      try runWholly(only: names, report: report)
    }
  }

  /// Tries what can be tried in a short time.
  ///
  /// - Throws: `SpoolError.busy`, `FileError`.
  func some(until end: Deadline) throws {
    try spool.whileDraining(until: Deadline(milliseconds: 0)) {
      spool.enqueueAll(until: end)
      var cursor = SpoolCursor(spool)
      while !end.hasPassed, let place = cursor.next() {
        // A file that is no entry holds nobody up.
        guard let entry = try? spool.entry(place) else { continue }
        // Other profiles and organizations may be well.
        guard !isHopeless(entry) else {
          cursor.skipQueue(of: entry)
          continue
        }
        guard entry.attempts < Spool.maxAutomaticAttempts, !end.hasPassed else { continue }
        // Noted first: what crashes us must not do so for ever.
        try spool.setAttempts(entry.attempts + 1, of: entry)
        let outcome = attempt(entry)
        try conclude(entry, outcome)
        if case .failed(let failure) = outcome, failure.isGeneral { cursor.skipQueue(of: entry) }
      }
    }
  }

  /// Whether nothing for the entry's organization can be brought in: known without opening a store.
  private func isHopeless(_ entry: SpoolEntry) -> Bool {
    guard let organization = entry.organization, let path = profilePath(of: entry),
      let opener = try? trackers.opener(profilePath: path)
    else { return false }
    return opener.obstacle(to: organization) != nil
  }

  /// Tries all, and those that wait for others again after those.
  private func runWholly(
    only names: Set<String>?, report: (SpoolEntry, Outcome) -> Void
  ) throws {
    spool.enqueueAll(until: nil)
    var waiting: [SpoolEntry] = []
    var decided = 0
    func run(_ entry: SpoolEntry) throws {
      try? spool.setAttempts(entry.attempts + 1, of: entry)
      let outcome = attempt(entry)
      try conclude(entry, outcome)
      switch outcome {
      case .waits:
        waiting.append(entry)
        return
      case .decided: decided += 1
      case .failed: break
      }
      report(entry, outcome)
    }
    try spool.forEachPlace { place in
      guard names?.contains(place.name) ?? true, let entry = try? spool.entry(place) else { return }
      try run(entry)
    }
    while !waiting.isEmpty, decided > 0 {
      let again = waiting
      waiting = []
      decided = 0
      for entry in again { try run(entry) }
    }
    for entry in waiting { report(entry, .waits) }
  }

  /// Notes in the spool what became of an entry.
  ///
  /// - Throws: `FileError`.
  func conclude(_ entry: SpoolEntry, _ outcome: Outcome) throws {
    switch outcome {
    case .decided: try spool.remove(entry)
    // That its parent is late, or that nothing can be brought in now, is no fault of its own.
    case .waits: try? spool.setAttempts(entry.attempts, of: entry)
    case .failed(let failure):
      if failure.isGeneral || failure.isIntended {
        try? spool.setAttempts(
          entry.attempts, of: entry, because: failure.isSaidElsewhere ? failure.description : nil)
      } else if failure.isElsewhere {
        // Who refuses a message for good is not asked again, but by a person.
        try? spool.setAttempts(
          failure.word == RemoteTrouble.refusedForGoodWord
            ? max(entry.attempts + 1, Spool.maxAutomaticAttempts) : entry.attempts + 1,
          of: entry, because: failure.description)
      }
    }
  }

  func profilePath(of entry: SpoolEntry) -> String? {
    ProfileLocation.find(option: entry.profile, in: environment).path
  }

  /// Tries an entry.
  ///
  /// - Parameters:
  ///   - entry: The entry.
  ///   - inHand: Where entries lie that are decided about, and are still there: nobody waits for them.
  /// - Returns: What becomes of it.
  func attempt(_ entry: SpoolEntry, besides inHand: Set<SpoolPlace> = []) -> Outcome {
    do {
      guard let path = profilePath(of: entry) else {
        throw TrackingFailure(
          word: "profile", "there is no profile", organization: entry.organization)
      }
      let tracker = try trackers.tracker(profilePath: path)
      let descriptor: Int32
      do {
        descriptor = try spool.open(entry)
      } catch let error as FileError {
        throw TrackingFailure(
          word: "input", "the waiting message cannot be read: \(error.reason)",
          organization: entry.organization, isGeneral: false)
      }
      defer { close(descriptor) }
      let input = MessageInput(
        descriptor: descriptor, temporaryFolders: environment.temporaryFolders + [spool.path])
      let report = try tracker.track(
        input.readHeader(), of: input,
        Arrival(
          envelope: entry.envelope, isSent: entry.isSent, seenAt: entry.arrivedAt,
          organization: entry.organization))
      // Mail that waits still may be what this one answers.
      return report.lacksCorrelation && waits(entry, for: report.names, besides: inHand)
        ? .waits : .decided(report)
    } catch {
      return .failed(TrackingFailure(error, organization: entry.organization))
    }
  }

  // MARK: Who waits for whom

  /// Whether an entry waits for others: for those before it, and for those behind it that do not
  /// themselves wait for it.
  private func waits(
    _ entry: SpoolEntry, for names: [MessageName], besides inHand: Set<SpoolPlace>
  ) -> Bool {
    let places =
      spool.places(named: names, organization: entry.organization, profile: entry.profile) ?? []
    return places.contains { place in
      guard place != entry.place, !inHand.contains(place) else { return false }
      if let number = place.number, let own = entry.place.number, number < own { return true }
      return !leads(from: place, to: entry.place)
    }
  }

  // So many are looked at: whoever writes messages that name each other must not keep us busy.
  private static let maxSteps = 100

  /// Whether an entry answers another, or one that answers it.
  private func leads(from start: SpoolPlace, to end: SpoolPlace) -> Bool {
    var open = [start]
    var seen: Set<SpoolPlace> = [start]
    while let place = open.popLast() {
      guard seen.count < Self.maxSteps else { return true }
      guard let entry = try? spool.entry(place), let header = try? spool.header(of: entry) else {
        continue
      }
      let names = MessageName.answered(by: header)
      let places =
        spool.places(named: names, organization: entry.organization, profile: entry.profile) ?? []
      for next in places where seen.insert(next).inserted {
        if next == end { return true }
        open.append(next)
      }
    }
    return false
  }
}
