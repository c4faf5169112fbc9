import CSystem
import InternetMessage
import Mailboxes
import System
import Tracking

/// Brings the mail of mailboxes in, in the order in which it arrived, by the same way that the
/// filter goes.
///
/// Reading, parsing and rules run on several threads; decisions and writes on the one that calls, in
/// transactions so short that a filter at work beside it never waits long. What was decided about
/// is remembered in the same transaction.
package struct BatchRun {
  private let options: BatchOptions
  private let opener: OrganizationOpener
  private let temporaryFolders: [String]
  private let tracker: MessageTracker
  private let assessor: MessageAssessor

  /// How long a batch waits for its turn to write, in milliseconds.
  package static let patience = 600_000
  /// How long a transaction goes on, in milliseconds.
  static let transactionTime = 500
  /// So many bytes end a transaction.
  static let transactionSize = 24 << 20
  /// How long a transaction waits for a message, in milliseconds.
  static let readingTime = 20
  /// So many bytes of messages are held in memory ahead.
  static let budget = 24 << 20
  /// Where an organization may refuse it, so much of a message is read before it is asked.
  static let eagerSize = 256 << 10
  /// What is larger is read before a transaction begins.
  static let lonelySize = 64 << 20

  /// Makes a run.
  ///
  /// - Parameters:
  ///   - options: What it is told.
  ///   - opener: The profile and its organizations.
  ///   - temporaryFolders: Where large messages may lie meanwhile.
  package init(options: BatchOptions, opener: OrganizationOpener, temporaryFolders: [String]) {
    self.options = options
    self.opener = opener
    self.temporaryFolders = temporaryFolders
    tracker = MessageTracker(opener: opener, purpose: options.isDryRun ? .rehearse : .track)
    assessor = MessageAssessor(opener.profile)
  }

  /// Runs.
  ///
  /// - Parameter observer: Who is told.
  /// - Returns: What was done.
  /// - Throws: `TrackingFailure` where the organization cannot take mail in: what was done until then is
  ///   safe. `BatchError`.
  package func run(observer: some BatchObserver) throws -> BatchSummary {
    do {
      let state = try tracker.localState()
      var summary = BatchSummary()
      let indexesText = try !options.isDryRun && state.indexesText()
      var survey = try BatchSurvey(
        options: options, profile: opener.profile, state: state, now: opener.now,
        temporaryFolders: temporaryFolders)
      try survey.run(&summary)
      let list = survey.list
      let messages = MessageOpener(list, temporaryFolders: temporaryFolders)
      let read = { [self] (number: Int, claim: (Int) -> Void) in
        prepare(list.items[number], with: messages, indexesText: indexesText, claim)
      }
      let workers = OrderedWorkers(
        count: list.items.count, jobs: options.jobs, budget: Self.budget, work: read)
      defer { workers.stop() }
      // What the filter marked comes first, so that the index is complete up to some copy.
      try state.indexMarked()
      if !options.isDryRun { try state.prepareIndex() }
      var writing = Writing(list: list, digester: survey.digester, summary: summary)
      writing.failedBefore = Set(try state.batchFailures().map(\.path))
      do {
        try write(workers, to: state, &writing, observer, rereading: read)
        try finish(survey, in: state, &writing)
      } catch let error as StoreError where error.kind == .locked && csystem_is_interrupted() != 0 {
        // Who is to end waits for nobody; what is not noted now is looked at again.
        writing.summary.isInterrupted = true
      }
      return writing.summary
    } catch let error as BatchError {
      throw error
    } catch {
      let failure = TrackingFailure(error, organization: opener.profile.synchronizing)
      guard csystem_is_interrupted() != 0, failure.word == StoreError.Kind.locked.rawValue else {
        throw failure
      }
      var summary = BatchSummary()
      summary.isInterrupted = true
      return summary
    }
  }

  // MARK: Reading

  /// What was found where a message should be.
  private enum Found {
    case message(PreparedMessage, size: Int)
    case nothing
    case failure(String)
  }

  private func prepare(
    _ item: MessageList.Item, with messages: MessageOpener, indexesText: Bool,
    _ claim: (Int) -> Void
  ) -> Found {
    do {
      guard let (input, size) = try messages.open(item) else { return .nothing }
      claim(
        min(size, MessageOpener.largestFirstRead) + 4096
          + (indexesText ? min(size, SearchText.maxText) : 0))
      var arrival = Arrival(isSent: options.isSent, seenAt: arrivedAt(item))
      arrival.mailbox = options.mailbox
      arrival.folder = messages.list.sources[item.source].folder.description
      arrival.fileName = messages.list.fileName(of: item)
      let message = PreparedMessage(
        try assessor.assess(try input.readHeader(), of: input, arrival), of: input)
      switch message.assessment.outcome {
      case .track where size <= MessageOpener.largestFirstRead,
        .ask where size <= Self.eagerSize:
        try message.prepare(largest: opener.profile.maxSize, indexesText: indexesText)
      case .track, .ask, .answersOr, .ignore, .excluded, .needs: break
      }
      return .message(message, size: size)
    } catch let error as MailboxError {
      return .failure(error.reason)
    } catch {
      return .failure(TrackingFailure(error, organization: nil).description)
    }
  }

  /// In seconds since 1970; a clock that was wrong when a name was made must not reach into the
  /// future.
  private func arrivedAt(_ item: MessageList.Item) -> Int64 {
    min(item.arrivedAt / 1_000_000, opener.now)
  }

  // MARK: Writing

  /// What the writing side knows.
  private struct Writing {
    let list: MessageList
    let digester: FileDigester
    var summary: BatchSummary
    /// How many messages were taken from the workers.
    var position = 0
    /// The places of which not all is decided.
    var incomplete: Set<Int> = []
    var failedBefore: Set<String> = []
    var repaired: [String] = []

    init(list: MessageList, digester: FileDigester, summary: BatchSummary) {
      self.list = list
      self.digester = digester
      self.summary = summary
    }
  }

  /// One message of a transaction.
  private struct Decided {
    let item: MessageList.Item
    /// The length of its file in bytes.
    var size = 0
    let result: Result<Outcome?, BatchFailureReason>
  }

  /// What became of a message, and what is said of it where somebody wants to know.
  private struct Outcome {
    let verdict: Verdict
    let report: Report?
  }

  /// Why a message could not be read.
  private struct BatchFailureReason: Error {
    let text: String
  }

  /// Some write of a transaction failed, and the others are to be done again without it.
  private struct Spoiled: Error {}

  private func write(
    _ workers: OrderedWorkers<Found>, to state: any LocalState, _ writing: inout Writing,
    _ observer: some BatchObserver, rereading: (Int, (Int) -> Void) -> Found
  ) throws {
    var stop: TrackingFailure?
    /// Messages up to this one are written so that one that fails is undone alone.
    var carefulTo = 0
    while stop == nil {
      guard csystem_is_interrupted() == 0 else {
        writing.summary.isInterrupted = true
        return
      }
      let start = writing.position
      let isCareful = start < carefulTo
      var taken = 0
      func next(within milliseconds: Int?) -> Found? {
        let found: Found
        if isCareful {
          guard start + taken < carefulTo else { return nil }
          found = rereading(start + taken) { _ in }
        } else {
          guard case .output(let output) = workers.next(within: milliseconds) else { return nil }
          found = output
        }
        taken += 1
        return found
      }
      guard let first = next(within: nil) else {
        writing.summary.isInterrupted = csystem_is_interrupted() != 0
        return
      }
      if case .message(let message, let size) = first, size > Self.lonelySize,
        message.assessment.verdict == nil
      {
        // Whatever fails here fails again below, and is reported there.
        try? message.prepare(largest: opener.profile.maxSize, indexesText: false)
      }
      var decided: [Decided] = []
      do {
        try state.gather(
          until: Deadline(milliseconds: Self.patience), undoesEach: isCareful
        ) {
          (decided, stop) = try transaction(
            beginningWith: first, next, list: writing.list, start, isCareful: isCareful,
            keepsReports: observer.wantsReports, in: state)
          try state.remember(
            decided.compactMap { message in
              guard case .success(_?) = message.result else { return nil }
              return writing.digester.digest(
                BatchSurvey.fileKind,
                writing.list.isKnownBy(message.item, size: message.size))
            })
        }
      } catch is Spoiled {
        carefulTo = start + taken
        continue
      } catch {
        // What ended the transaction at a message makes all that follows in it fail.
        throw stop ?? error
      }
      note(decided, &writing, observer)
    }
    if let stop {
      // The failure itself is what matters.
      try? state.settle()
      throw stop
    }
  }

  /// Decides about messages as long as a transaction may take.
  ///
  /// - Returns: What was decided, and what ends the batch.
  /// - Throws: `Spoiled`, unless each message that fails is undone alone.
  private func transaction(
    beginningWith first: Found, _ following: (Int?) -> Found?, list: MessageList, _ start: Int,
    isCareful: Bool, keepsReports: Bool, in state: any LocalState
  ) throws -> ([Decided], TrackingFailure?) {
    let end = Deadline(milliseconds: Self.transactionTime)
    var decided: [Decided] = []
    var next: Found? = first
    var bytes = 0
    while let found = next {
      next = nil
      let item = list.items[start + decided.count]
      switch found {
      case .nothing: decided.append(Decided(item: item, result: .success(nil)))
      case .failure(let text):
        decided.append(Decided(item: item, result: .failure(.init(text: text))))
      case .message(let message, let size):
        bytes += size
        do {
          let report = try tracker.decide(message)
          let outcome = Outcome(verdict: report.verdict, report: keepsReports ? report : nil)
          decided.append(Decided(item: item, size: size, result: .success(outcome)))
        } catch {
          guard isCareful else { throw Spoiled() }
          if let failure = error as? TrackingFailure, failure.isGeneral {
            return (decided, failure)
          }
          let text = TrackingFailure(error, organization: nil).description
          decided.append(Decided(item: item, result: .failure(.init(text: text))))
        }
      }
      if end.hasPassed || bytes > Self.transactionSize || csystem_is_interrupted() != 0
        || state.isOverdue
      {
        break
      }
      next = following(Self.readingTime)
    }
    return (decided, nil)
  }

  /// Counts what is safe now.
  private func note(
    _ decided: [Decided], _ writing: inout Writing, _ observer: some BatchObserver
  ) {
    for message in decided {
      let place =
        writing.failedBefore.isEmpty ? nil : writing.list.place(of: message.item)
      switch message.result {
      case .success(let outcome?):
        writing.summary.count(outcome.verdict)
        if let place, writing.failedBefore.contains(place) { writing.repaired.append(place) }
        if let report = outcome.report {
          observer.decided(report, at: writing.list.place(of: message.item))
        }
      case .success(nil):
        writing.summary.vanished += 1
      case .failure(let reason):
        writing.incomplete.insert(message.item.source)
        writing.summary.failures.append(
          BatchFailure(
            path: writing.list.place(of: message.item), reason: reason.text, failedAt: opener.now))
      }
    }
    writing.position += decided.count
    observer.advanced(
      to: BatchProgress(
        total: writing.list.items.count, done: writing.position,
        tracked: writing.summary.verdicts[.track] ?? 0))
  }

  /// Remembers which folders need not be looked at again, and what failed.
  private func finish(_ survey: BatchSurvey, in state: any LocalState, _ writing: inout Writing)
    throws
  {
    let failing = Set(writing.summary.failures.map(\.path))
    let gone = writing.failedBefore.subtracting(failing).filter {
      FileStamp(MailPath($0)) == nil
    }
    let folders =
      writing.summary.isInterrupted ? [:] : survey.finishedFolders(without: writing.incomplete)
    try state.gather(until: Deadline(milliseconds: Self.patience)) {
      try state.remember(folders)
      try state.noteBatchFailures(
        writing.summary.failures, repaired: writing.repaired + gone.sorted())
    }
    // Large messages, and what a filter beside stored; where there is any, it merges, too.
    let marked = try state.indexMarked()
    if marked == 0, writing.summary.verdicts[.track] != nil { try state.mergeSome() }
    try state.settle()
  }
}
