import CSystem
import Tracking

/// The messages of one run of `sync`, one after the other.
///
/// Each is decided about and handed over by itself, when all before it were. Where the organization can do
/// that, what was decided about is *in hand* until it is durable on both sides (`settle`); only then is it
/// gone from the spool, and told. Whatever ends the run before, all in hand waits and is handed over again
/// under the same ids, and none of it was tried in vain.
final class SyncRun {
  private let spool: Spool
  private let drain: SpoolDrain
  private let organization: MirroredOrganization?
  private let settlesLater: Bool
  private let report: (SpoolEntry, SpoolDrain.Outcome) -> Void
  /// What the run left so far.
  var summary: RemoteSync.Summary
  /// What waits for the mail that it answers.
  private var waiting: [SpoolEntry] = []
  /// Those that got no answer, one after the other: where there are many it is no fault of theirs.
  private var suspects: [SpoolEntry] = []
  /// What is decided about, and not settled.
  private var inHand: [(entry: SpoolEntry, outcome: SpoolDrain.Outcome)] = []
  /// Where that lies.
  private var placesInHand: Set<SpoolPlace> = []
  private var bytesInHand = 0
  /// With so many messages in hand they are settled: with the first at once, then with twice as many each
  /// time, so that each run comes further, however soon something ends it.
  private var mostInHand = 1

  /// With so many bytes in hand they are settled: as long the log of this side's store grows.
  private static let mostBytesInHand = 4 << 20

  /// More than so many are never in hand: it would hardly cost less.
  private static let mostEverInHand = 64

  /// Begins a run.
  ///
  /// - Parameters:
  ///   - spool: What waits.
  ///   - drain: Tries it.
  ///   - organization: To which it is brought; `nil` where that is none elsewhere.
  ///   - settlesLater: Whether it was begun there that what is handed over is settled later.
  ///   - summary: What was left before.
  ///   - report: Told of each message that was tried.
  init(
    spool: Spool, drain: SpoolDrain, organization: MirroredOrganization?, settlesLater: Bool,
    summary: RemoteSync.Summary, report: @escaping (SpoolEntry, SpoolDrain.Outcome) -> Void
  ) {
    self.spool = spool
    self.drain = drain
    self.organization = organization
    self.settlesLater = settlesLater
    self.summary = summary
    self.report = report
  }

  /// Tries a message, unless the run is over.
  ///
  /// - Throws: `FileError`.
  func bringIn(_ entry: SpoolEntry) throws {
    guard summary.trouble == nil, csystem_is_interrupted() == 0 else {
      summary.waiting += 1
      return
    }
    guard entry.attempts < Spool.maxAutomaticAttempts else {
      summary.failed += 1
      return
    }
    // Noted first: what crashes us must not do so for ever.
    try? spool.setAttempts(entry.attempts + 1, of: entry)
    let outcome = drain.attempt(entry, besides: placesInHand)
    switch outcome {
    case .waits:
      try drain.conclude(entry, outcome)
      waiting.append(entry)
    case .decided:
      suspects = []
      // What crashes us from here on is another one.
      if settlesLater { try? spool.setAttempts(entry.attempts, of: entry) }
      inHand.append((entry, outcome))
      placesInHand.insert(entry.place)
      bytesInHand += entry.size
      if !settlesLater || inHand.count >= mostInHand || bytesInHand >= Self.mostBytesInHand {
        try settle()
      }
    case .failed(let failure):
      try drain.conclude(entry, outcome)
      note(failure, of: entry)
      report(entry, outcome)
    }
  }

  private func note(_ failure: TrackingFailure, of entry: SpoolEntry) {
    let isLast =
      failure.word == RemoteTrouble.refusedForGoodWord
      || entry.attempts + 1 >= Spool.maxAutomaticAttempts && failure.isElsewhere
    if isLast { summary.failed += 1 } else { summary.waiting += 1 }
    if failure.isGeneral {
      end(because: failure)
      for suspect in suspects {
        if suspect.attempts + 1 >= Spool.maxAutomaticAttempts {
          summary.failed -= 1
          summary.waiting += 1
        }
        try? spool.setAttempts(suspect.attempts, of: suspect)
      }
    } else if failure.isElsewhere, failure.word != RemoteTrouble.refusedForGoodWord {
      suspects.append(entry)
    }
  }

  private func end(because failure: TrackingFailure) {
    guard summary.trouble == nil else { return }
    summary.trouble = failure.description
    summary.isUnauthorized = failure.word == RemoteTrouble.unauthorizedWord
  }

  /// Makes what is in hand durable, and takes it from the spool; where that fails all of it waits, and the
  /// run is over.
  ///
  /// - Throws: `FileError` where something cannot be taken from the spool.
  func settle() throws {
    guard !inHand.isEmpty else { return }
    let settled = inHand
    inHand = []
    placesInHand = []
    bytesInHand = 0
    do {
      try organization?.settle()
    } catch {
      summary.waiting += settled.count
      end(because: TrackingFailure(error, organization: organization?.name))
      return
    }
    mostInHand = min(mostInHand * 2, Self.mostEverInHand)
    try spool.remove(settled.map(\.entry))
    summary.decided += settled.count
    for (entry, outcome) in settled { report(entry, outcome) }
  }

  /// Tries again what waited for the mail that it answers, as long as that helps, and tells what waits on.
  ///
  /// - Throws: `FileError`.
  func bringInWaiting() throws {
    var decided = -1
    while !waiting.isEmpty, decided != summary.decided {
      decided = summary.decided
      let again = waiting
      waiting = []
      for entry in again { try bringIn(entry) }
      try settle()
    }
    summary.waiting += waiting.count
    for entry in waiting { report(entry, .waits) }
  }
}
