import CSystem
import System
import Tracking

/// Brings waiting messages to one organization elsewhere, some at once: they are asked about together,
/// what is accepted of them is handed over together, and they go from the spool together, when all that
/// is to be known of them is durable here.
///
/// None of those answers another of them: that one is asked about when the other is there.
final class SyncRun {
  private let spool: Spool
  private let drain: SpoolDrain
  private let organization: MirroredOrganization?
  private let report: (SpoolEntry, SpoolDrain.Outcome) -> Void
  /// So many are tried at once.
  private let most: Int
  /// How much is handed over at once.
  private let load: RemoteLoad

  /// What the run left so far.
  private(set) var summary: RemoteSync.Summary

  /// Those that are to be tried next.
  private var some: [SpoolEntry] = []
  /// Those that wait for mail that they may answer.
  private var waiting: [SpoolEntry] = []
  /// Those that got no answer, one after the other: where there are many it is no fault of theirs.
  private var suspects: [SpoolEntry] = []
  /// Those that are accepted, and not handed over yet.
  private var gathered: [(opened: SpoolDrain.Opened, accepted: MessageTracker.Accepted)] = []
  /// Those that are decided, and still in the spool.
  private var done: [SpoolEntry] = []

  /// Prepares a run.
  ///
  /// - Parameters:
  ///   - spool: What waits.
  ///   - drain: By which a message is assessed and decided.
  ///   - organization: The organization; `nil` where mail is brought in by another way.
  ///   - summary: What is known of the run already.
  ///   - report: Told of each message that was tried.
  init(
    spool: Spool, drain: SpoolDrain, organization: MirroredOrganization?,
    summary: RemoteSync.Summary, report: @escaping (SpoolEntry, SpoolDrain.Outcome) -> Void
  ) {
    self.spool = spool
    self.drain = drain
    self.organization = organization
    self.summary = summary
    self.report = report
    load = organization?.deliveriesAtOnce ?? RemoteLoad(count: 1, bytes: 0)
    let questions = organization?.questionsAtOnce ?? 1
    most = questions > 1 ? questions : max(1, load.count)
  }

  private var isOver: Bool { summary.trouble != nil || csystem_is_interrupted() != 0 }

  // MARK: Which are tried at once

  /// Tries an entry, with some of those that are added before and behind it.
  ///
  /// - Throws: `FileError`.
  func add(_ entry: SpoolEntry) throws {
    guard entry.attempts < Spool.maxAutomaticAttempts else {
      summary.failed += 1
      return
    }
    guard entry.attempts == 0 else {
      // What crashed us, or was in hand when we were killed, is tried alone: it spoils nothing of others.
      try tryAll()
      some = [entry]
      return try tryAll()
    }
    some.append(entry)
    if some.count >= most { try tryAll() }
  }

  /// Tries what was added last, and those that wait for others again after those.
  ///
  /// - Throws: `FileError`.
  func finish() throws {
    try tryAll()
    var decided = -1
    while !waiting.isEmpty, decided != summary.decided {
      decided = summary.decided
      let again = waiting
      waiting = []
      for entry in again { try add(entry) }
      try tryAll()
    }
    summary.waiting += waiting.count
    for entry in waiting { report(entry, .waits) }
  }

  private func tryAll() throws {
    var rest = try open(some)
    some = []
    while !rest.isEmpty {
      var now: [SpoolDrain.Opened] = []
      var later: [SpoolDrain.Opened] = []
      var names: Set<MessageName> = []
      for opened in rest {
        let own = MessageName.all(of: opened.header)
        let isBehind =
          MessageName.answered(by: opened.header).contains(where: names.contains)
          || own.contains(where: names.contains)
        names.formUnion(own)
        if isBehind { later.append(opened) } else { now.append(opened) }
      }
      try tryAtOnce(now)
      rest = later
    }
  }

  private func open(_ entries: [SpoolEntry]) throws -> [SpoolDrain.Opened] {
    var all: [SpoolDrain.Opened] = []
    for entry in entries {
      guard !isOver else {
        summary.waiting += 1
        continue
      }
      // Noted first: what crashes us must not do so for ever.
      try? spool.setAttempts(entry.attempts + 1, of: entry)
      do {
        all.append(try drain.open(entry))
      } catch {
        try conclude(entry, drain.failed(entry, error))
      }
    }
    return all
  }

  /// Tries entries of which none answers another.
  private func tryAtOnce(_ entries: [SpoolDrain.Opened]) throws {
    foresee(entries)
    // What is handed over is held no longer.
    var rest = Array(entries.reversed())
    while let opened = rest.popLast() {
      let entry = opened.entry
      guard !isOver else {
        try? spool.setAttempts(entry.attempts, of: entry)
        summary.waiting += 1
        continue
      }
      do {
        switch try drain.begin(opened) {
        case .settled(let report): try conclude(entry, drain.outcome(of: entry, report))
        case .accepted(let accepted): try gather(opened, accepted)
        }
      } catch let error as FileError {
        throw error
      } catch {
        try conclude(entry, drain.failed(entry, error))
      }
    }
    try handOver()
    try spool.remove(done)
    done = []
  }

  /// Asks at once about entries.
  private func foresee(_ entries: [SpoolDrain.Opened]) {
    guard entries.count > 1, !isOver, let organization, organization.questionsAtOnce > 1 else {
      return
    }
    do {
      try organization.foresee {
        for opened in entries where csystem_is_interrupted() == 0 { _ = try? drain.begin(opened) }
      }
    } catch {
      let failure = TrackingFailure(error, organization: organization.name)
      // Each by itself may fare better.
      guard failure.isGeneral else { return }
      summary.trouble = failure.description
      summary.isUnauthorized = failure.word == RemoteTrouble.unauthorizedWord
    }
  }

  // MARK: Handing over

  private func gather(
    _ opened: SpoolDrain.Opened, _ accepted: MessageTracker.Accepted
  ) throws {
    let draft = accepted.draft
    // The same message once more is another delivery of a copy that is there.
    if gathered.contains(where: {
      $0.accepted.draft.key == draft.key && $0.accepted.draft.direction == draft.direction
    }) {
      try handOver()
    }
    gathered.append((opened, accepted))
    let bytes = gathered.reduce(0) { $0 + $1.accepted.draft.size }
    if gathered.count >= load.count || bytes >= load.bytes { try handOver() }
  }

  /// Hands over what was gathered.
  private func handOver() throws {
    let all = gathered
    gathered = []
    guard !all.isEmpty else { return }
    let results: [Result<DeliveryReceipt, any Error>]
    if all.count > 1, let organization {
      do {
        results = try organization.deliver(all.map(\.accepted.draft))
      } catch {
        results = all.map { _ in .failure(error) }
      }
    } else {
      results = all.map { one in
        Result { try one.accepted.organization.deliver(one.accepted.draft) }
      }
    }
    for ((opened, accepted), result) in zip(all, results) {
      switch result {
      case .success(let receipt):
        try conclude(opened.entry, .decided(accepted.report(receipt)))
      case .failure(let error): try conclude(opened.entry, drain.failed(opened.entry, error))
      }
    }
  }

  /// Notes what became of an entry.
  private func conclude(_ entry: SpoolEntry, _ outcome: SpoolDrain.Outcome) throws {
    switch outcome {
    case .waits:
      try drain.conclude(entry, outcome)
      waiting.append(entry)
      return
    case .decided:
      done.append(entry)
      summary.decided += 1
      suspects = []
    case .failed(let failure):
      try drain.conclude(entry, outcome)
      let isLast =
        failure.word == RemoteTrouble.refusedForGoodWord
        || entry.attempts + 1 >= Spool.maxAutomaticAttempts && failure.isElsewhere
      if isLast { summary.failed += 1 } else { summary.waiting += 1 }
      if failure.isGeneral {
        summary.trouble = summary.trouble ?? failure.description
        summary.isUnauthorized =
          summary.isUnauthorized || failure.word == RemoteTrouble.unauthorizedWord
        for suspect in suspects {
          if suspect.attempts + 1 >= Spool.maxAutomaticAttempts {
            summary.failed -= 1
            summary.waiting += 1
          }
          try? spool.setAttempts(suspect.attempts, of: suspect)
        }
        suspects = []
      } else if failure.isElsewhere, failure.word != RemoteTrouble.refusedForGoodWord {
        suspects.append(entry)
      }
    }
    report(entry, outcome)
  }
}
