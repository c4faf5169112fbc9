import Glibc
import InternetMessage
import Mailboxes
import Tracking
import TrackingStore

/// Brings waiting messages in, oldest first, by the same way that they would have gone when they
/// came.
public struct SpoolDrain {
  /// What became of an entry.
  public enum Outcome: Sendable {
    /// It was decided, and is gone from the spool.
    case decided(Report)
    /// It waits on, for the mail that it may answer.
    case waits
    /// It waits on, because of trouble.
    case failed(Trouble)
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
  public init(spool: Spool, environment: HostEnvironment, deadline: Deadline, now: Int64) {
    self.init(
      spool: spool,
      trackers: TrackerPool(
        environment: environment, deadline: deadline, now: now, isHurried: false),
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
  public func all(until deadline: Deadline, report: (SpoolEntry, Outcome) -> Void) throws {
    try spool.whileDraining(until: deadline) {
      try run(isAutomatic: false, until: nil, report: report)
    }
  }

  /// Indexes what was brought in, and what the filter marked before.
  ///
  /// - Throws: `Trouble`, `StoreError`: what was brought in is safe, and the next search indexes it.
  public func indexMarked() throws {
    for tracker in trackers.all { try tracker.store().indexMarked() }
  }

  /// Tries some entries, whatever was tried before.
  ///
  /// - Parameters:
  ///   - names: Their names.
  ///   - deadline: How long another process that drains is waited for.
  ///   - report: Called for each entry.
  /// - Throws: `SpoolError.busy`, `FileError`.
  public func only(
    _ names: Set<String>, until deadline: Deadline, report: (SpoolEntry, Outcome) -> Void
  ) throws {
    try spool.whileDraining(until: deadline) {
      try run(isAutomatic: false, only: names, until: nil, report: report)
    }
  }

  /// Tries what can be tried in a short time.
  ///
  /// - Throws: `SpoolError.busy`, `FileError`.
  func some(until end: Deadline) throws {
    try spool.whileDraining(until: Deadline(milliseconds: 0)) {
      try run(isAutomatic: true, until: end) { _, _ in }
    }
  }

  private func run(
    isAutomatic: Bool, only names: Set<String>? = nil, until end: Deadline?,
    report: (SpoolEntry, Outcome) -> Void
  ) throws {
    var hasOlder = !spool.damagedEntries().isEmpty
    // Other profiles and organizations may be well.
    var troubled: Set<[String?]> = []
    for entry in spool.entries() {
      if end?.hasPassed ?? false { return }
      guard names?.contains(entry.name) ?? true else {
        hasOlder = true
        continue
      }
      guard !isAutomatic || entry.attempts < Spool.mostAutomaticAttempts else {
        hasOlder = true
        continue
      }
      if isAutomatic, troubled.contains([entry.profile, entry.organization]) { continue }
      let outcome = try attempt(entry, hasOlder: hasOlder)
      report(entry, outcome)
      switch outcome {
      case .decided: try spool.remove(entry)
      case .waits:
        // That its parent is late is no fault of its own.
        try spool.setAttempts(entry.attempts, of: entry)
        hasOlder = true
      case .failed(let trouble):
        hasOlder = true
        if trouble.isGeneral {
          try spool.setAttempts(entry.attempts, of: entry)
          troubled.insert([entry.profile, entry.organization])
        }
      }
    }
  }

  private func attempt(_ entry: SpoolEntry, hasOlder: Bool) throws -> Outcome {
    // Noted first: what crashes us must not do so for ever.
    try spool.setAttempts(entry.attempts + 1, of: entry)
    do {
      let location = ProfileLocation.find(option: entry.profile, in: environment)
      guard let path = location.path else {
        throw Trouble(word: "profile", "there is no profile", organization: entry.organization)
      }
      let tracker = try trackers.tracker(profilePath: path)
      let descriptor = try spool.open(entry)
      defer { close(descriptor) }
      let input = MessageInput(
        descriptor: descriptor, temporaryFolders: environment.temporaryFolders + [spool.path])
      let report = try tracker.track(
        input.readHeader(), of: input,
        Arrival(
          envelope: entry.envelope, isSent: entry.isSent, seenAt: entry.arrivedAt,
          organization: entry.organization))
      // Mail that waits still may be what this one answers.
      return report.lacksCorrelation && hasOlder ? .waits : .decided(report)
    } catch {
      return .failed(Trouble(error, organization: entry.organization))
    }
  }
}
