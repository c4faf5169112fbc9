import CSystem
import Glibc
import InternetMessage
import Mailboxes
import System
import Tracking

/// One run of the filter: a message from stdin to stdout, unchanged, and its copy into the store
/// where the organization wants it.
///
/// The status is 0 or 75 (EX_TEMPFAIL), nothing else: mail hosts take any other for a reason to
/// send the message back to its sender.
package struct FilterRun {
  /// How long a run waits for others, in milliseconds: half of what the most impatient host allows.
  package static let patience = 5_000

  /// How long a run works on messages that wait, in milliseconds.
  package static let drainTime = 200

  /// How long it waits after that for the lock of the spool's numbers, in milliseconds.
  private static let keepingTime = 500

  private let options: FilterOptions
  private let environment: HostEnvironment
  private let closedDescriptors: Int32

  /// The message was passed on.
  package static let success: Int32 = 0

  /// The host is to try again later (EX_TEMPFAIL).
  package static let temporaryFailure: Int32 = 75

  /// Makes a run.
  ///
  /// - Parameters:
  ///   - options: What it is told.
  ///   - environment: What it was given.
  ///   - closedDescriptors: A mask of the standard descriptors that were closed at the start.
  package init(options: FilterOptions, environment: HostEnvironment, closedDescriptors: Int32) {
    self.options = options
    self.environment = environment
    self.closedDescriptors = closedDescriptors
  }

  /// What is to become of the message itself.
  private enum Conclusion {
    /// It goes on.
    case passOn
    /// It goes on, and waits in the spool to be tracked.
    case keep(TrackingFailure)
    /// It goes on, and is not tracked: the line says why.
    case passOnUntracked(String)
  }

  /// Runs.
  ///
  /// - Returns: The status.
  package func run() -> Int32 {
    csystem_ignore_signals()
    guard closedDescriptors & 1 == 0 else {
      SystemLog.say(InputError.readFailed(EBADF).description)
      return Self.temporaryFailure
    }
    let spool = (options.spool ?? environment.spoolFolder).map { Spool(path: $0) }
    let location = ProfileLocation.find(option: options.profile, in: environment)
    var entry = SpoolEntry(
      name: Spool.newName(), arrivedAt: csystem_realtime() / 1_000_000_000, organization: nil,
      profile: location.path,
      envelope: EnvelopeReader.envelope(
        sender: options.sender, recipients: options.recipients, environment: environment),
      isSent: options.isSent, failure: "crash")
    arm(spool, entry)
    // The trap first: the message may be larger than the memory that there is.
    let input = MessageInput(
      descriptor: 0,
      temporaryFolders: environment.temporaryFolders + (spool.map { [$0.path] } ?? []),
      isTrapped: true)
    do {
      let section = try input.readHeader()
      let conclusion = try conclusion(
        section, input: input, location: location, spool: spool, entry: &entry)
      return try finish(conclusion, input: input, spool: spool, entry: entry)
    } catch let error as OutputError {
      SystemLog.say(error.description)
    } catch let error as InputError {
      SystemLog.say(error.description)
    } catch {
      SystemLog.say("an unexpected error")
    }
    return Self.temporaryFailure
  }

  /// Sets the crash trap, for which the spool's folder must be there.
  private func arm(_ spool: Spool?, _ entry: SpoolEntry) {
    let isKept = !options.isStrict && spool != nil && (try? spool?.prepare()) != nil
    CrashTrap.arm(
      isStrict: options.isStrict, hasOutput: options.hasOutput,
      spool: isKept ? spool?.path : nil, entry: entry)
  }

  private func conclusion(
    _ section: HeaderSection, input: MessageInput, location: ProfileLocation, spool: Spool?,
    entry: inout SpoolEntry
  ) throws -> Conclusion {
    guard let path = location.path else {
      let line = "no profile: mail is passed on and not tracked; see crm-mailfilter.toml(5)"
      return options.isStrict
        ? .keep(TrackingFailure(word: "profile", line)) : .passOnUntracked(line)
    }
    let deadline = Deadline(milliseconds: Self.patience)
    // Whoever holds whatever, and however many calls meet it.
    deadline.endWaits()
    let trackers = TrackerPool(
      environment: environment, deadline: deadline, now: entry.arrivedAt, isHurried: true)
    // Kept until the process ends: to take a thousand rules apart costs as much as to ask them.
    _ = Unmanaged.passRetained(trackers)
    do {
      let opener = try trackers.opener(profilePath: path)
      entry.organization = opener.profile.synchronizing
      arm(spool, entry)
      let tracker = MessageTracker(opener: opener, purpose: .track)
      trackers.add(tracker, profilePath: path)
      let drained = drain(spool, opener, path)
      let report = try report(section, input, entry, tracker)
      guard drained != .nothingWaits, let spool, report.lacksCorrelation, !report.names.isEmpty
      else { return .passOn }
      // What has no number yet is looked at for no longer than what waits is worked on.
      let places = spool.places(
        named: report.names, organization: entry.organization, profile: path,
        until: Deadline(milliseconds: Self.drainTime))
      if places?.isEmpty ?? false {
        // What it answers may have been brought in by another run meanwhile.
        if drained == .byAnother { _ = try self.report(section, input, entry, tracker) }
        return .passOn
      }
      return .keep(.parentMayWait)
    } catch let error as InputError {
      guard case .cannotHold = error else { throw error }
      return .keep(TrackingFailure(error, organization: entry.organization))
    } catch {
      return .keep(TrackingFailure(error, organization: entry.organization))
    }
  }

  private func report(
    _ section: HeaderSection, _ input: MessageInput, _ entry: SpoolEntry, _ tracker: MessageTracker
  ) throws -> Report {
    try tracker.track(
      section, of: input,
      Arrival(envelope: entry.envelope, isSent: entry.isSent, seenAt: entry.arrivedAt))
  }

  /// What was found in the spool.
  private enum Drained {
    /// Nothing, and nothing came meanwhile.
    case nothingWaits
    /// Something, of which some was brought in.
    case some
    /// Another run is at work on it.
    case byAnother
  }

  /// Brings in some of what waits.
  private func drain(_ spool: Spool?, _ opener: OrganizationOpener, _ path: String) -> Drained {
    // Entries that somebody else may have written name profiles of their own.
    guard !options.isStrict, let spool, !spool.isEmpty, (try? spool.check()) != nil else {
      return .nothingWaits
    }
    // All stores that are opened for what waits are waited for no longer than it is worked on.
    let end = Deadline(milliseconds: Self.drainTime)
    let trackers = TrackerPool(
      environment: environment, deadline: end, now: opener.now, isHurried: true)
    _ = Unmanaged.passRetained(trackers)
    trackers.add(opener.profile, profilePath: path)
    do {
      try end.boundWaits {
        try SpoolDrain(spool: spool, trackers: trackers, environment: environment).some(until: end)
      }
    } catch SpoolError.busy {
      return .byAnother
    } catch {
      // What fails here is tried again by the next run.
    }
    return .some
  }

  // MARK: The end

  private func finish(
    _ conclusion: Conclusion, input: MessageInput, spool: Spool?, entry: SpoolEntry
  ) throws -> Int32 {
    switch conclusion {
    case .passOn: break
    case .passOnUntracked(let line): SystemLog.say(line)
    case .keep(let failure):
      // To hand back what waits for `sync` would hand it back for ever.
      guard !options.isStrict || failure.word == TrackingFailure.awaitsSync.word else {
        SystemLog.say("not tracked, handed back: \(failure)")
        return Self.temporaryFailure
      }
      guard keep(input, because: failure, in: spool, entry) || !options.isStrict else {
        return Self.temporaryFailure
      }
    }
    csystem_trap_output_started()
    guard options.hasOutput else {
      // The host may take it amiss when not all is read.
      try input.passThrough { _ in }
      return Self.success
    }
    let output = MessageOutput(descriptor: 1, isClosed: closedDescriptors & 2 != 0)
    try input.passThrough { try output.write($0) }
    try output.finish()
    return Self.success
  }

  /// Keeps the message until it can be tracked, or says why not; whether it did.
  private func keep(
    _ input: MessageInput, because failure: TrackingFailure, in spool: Spool?, _ entry: SpoolEntry
  ) -> Bool {
    var entry = entry
    entry.failure = failure.word
    entry.organization = failure.organization ?? entry.organization
    Deadline(milliseconds: Self.keepingTime).endWaits()
    do {
      guard let spool else { throw SpoolError.noPlace }
      try input.holdAll()
      // Where the store uses up all descriptors, this one is left for the spool.
      close(0)
      try spool.add(entry, message: input)
      // That mail waits as it is meant to is nothing to report.
      if !failure.isIntended {
        SystemLog.say("not tracked yet, the message waits in the spool: \(failure)")
      }
      return true
    } catch {
      let reason =
        switch error {
        case let error as FileError: "the spool cannot be written: \(error.reason)"
        case let error as SpoolError: error.description
        case let error as InputError: error.description
        default: "an unexpected error"
        }
      SystemLog.say(
        options.isStrict
          ? "not tracked and not kept, handed back: \(reason)"
          : "NOT TRACKED AND NOT KEPT, passed on only: \(failure); \(reason)")
      return false
    }
  }
}

/// Tells the crash trap what it needs to save a message.
///
/// The texts live as long as the process: the trap may read them at any time.
enum CrashTrap {
  static func arm(isStrict: Bool, hasOutput: Bool, spool: String?, entry: SpoolEntry) {
    let header = entry.header
    let bytes = UnsafeMutablePointer<CChar>.allocate(capacity: header.count)
    for (index, byte) in header.enumerated() { bytes[index] = CChar(bitPattern: byte) }
    let trap = UnsafeMutablePointer<csystem_trap>.allocate(capacity: 1)
    trap.initialize(
      to: csystem_trap(
        is_strict: isStrict ? 1 : 0, has_output: hasOutput ? 1 : 0,
        spool_directory: spool.flatMap {
          FilePath.withCString($0) { UnsafePointer(strdup($0)) }
        },
        spool_entry: UnsafePointer(strdup(entry.name)), spool_header: UnsafePointer(bytes),
        spool_header_length: header.count))
    csystem_trap_arm(trap)
  }
}
