import CSystem
import InternetMessage
import System
import Tracking
import TrackingStore

/// An organization elsewhere, with a store on this side that is its index, journal and mirror.
///
/// What it answers is found here; whether it is kept is asked there. A copy is noted as `pending`
/// before it is handed over, and written with its id there, in one transaction, when the answer is
/// known: whatever ends a run between the two, the next one hands over the same copy under the same
/// id. What is taken away goes there first.
final class MirroredOrganization: Organization {
  let name: String
  let store: Store
  let storePath: String
  let connection: RemoteConnection
  private let purpose: OpeningPurpose
  /// Which copies that others handed over are listed here.
  private let mirror: OrganizationEntry.Mirror
  /// What was answered to questions that were asked at once, until it is used.
  private var foreseen: [RemoteQuestion: Reply] = [:]
  /// What was sent for the question that was answered last: it is kept once it is known what becomes of
  /// the message.
  private var sent: (question: RemoteQuestion, requests: [SentRequest])?
  /// The copies that go there ahead of their turn, while they are gathered.
  private var gatheredCopies: [(id: String, draft: CopyDraft)]?
  /// What became of copies that went there ahead of their turn, and what was sent for them, by their ids.
  private var ahead: [String: (receipt: RemoteReceipt?, requests: [SentRequest])] = [:]
  /// The questions that are gathered, where nobody is asked yet, and the ids of the copies that they are
  /// about, as far as those are wanted.
  private var gathered: [(question: RemoteQuestion, copy: String?)]?
  /// The questions by which copies were accepted, and noted so, that were asked at once and whose messages
  /// were not tried yet.
  private var noted: [String: RemoteQuestion] = [:]
  /// Whether what is handed over is durable only after `settle`, here and there.
  private var settlesLater = false
  /// The copies that were handed over since, and are not settled.
  private var unsettled: Set<String> = []

  init(
    name: String, store: Store, storePath: String, connection: RemoteConnection,
    purpose: OpeningPurpose, mirror: OrganizationEntry.Mirror = .own
  ) {
    self.mirror = mirror
    self.name = name
    self.storePath = storePath
    self.store = store
    self.connection = connection
    self.purpose = purpose
  }

  /// Its store, taken for an organization of its own: what is only looked at is looked at there.
  private var local: EmbeddedOrganization {
    EmbeddedOrganization(name: name, store: store, purpose: purpose)
  }

  var localState: any LocalState { MirrorState(store: store) }
  var members: any OrganizationMembers { store }
  var archive: (any MailArchive)? {
    served ?? MirrorArchive(store: store, connection: connection)
  }
  var keeping: (any MailKeeping)? {
    if let served { return ServedKeeping(organization: self, archive: served) }
    return MirrorKeeping(store: store, connection: connection)
  }

  /// Its mail as it is read there, where the profile wants nothing of it here; `nil` where this side is nobody
  /// there who reads, as a mail host is, or has not been there yet.
  private lazy var served: ServedArchive? = {
    guard mirror == .nothing, (try? store.remembered(.mirror)) != nil else { return nil }
    return ServedArchive(self, deadline: connection.patience)
  }()
  var administration: (any OrganizationAdministration)? { connection.administration }

  /// The ids that a copy and a delivery of it have elsewhere: of the message's key, no counter, clock or
  /// machine.
  private static func ids(of draft: CopyDraft) -> (copy: String, delivery: String) {
    let copy = id(draft.key, draft.direction)
    return (
      copy,
      TrackedActivity.id(
        key: Array(copy.utf8), direction: draft.delivery.mailboxOwner.comparisonKey)
    )
  }

  private static func id(_ key: MessageKey, _ direction: Direction) -> String {
    TrackedActivity.id(key: key.bytes, direction: direction.rawValue)
  }

  // MARK: Deciding

  func decide(_ inquiry: Inquiry) throws -> Answer {
    let (answer, question) = try store.prepare(inquiry)
    guard case .decided(var verdict) = answer, let question else { return answer }
    if gathered != nil {
      if try accepted(before: inquiry) == nil {
        gathered?.append((question, try notesForeseen ? copyID(of: inquiry) : nil))
      }
      throw Gathered()
    }
    if gatheredCopies != nil {
      guard try accepted(before: inquiry) == nil, let reply = foreseen[question],
        case .accepted(let acceptance) = try self.decision(reply.answer, of: question.question)
      else { throw Gathered() }
      verdict = Answer.Verdict(
        decision: .accepted(acceptance), finding: verdict.finding, policy: verdict.policy)
      verdict.question = question
      return .decided(verdict)
    }
    sent = nil
    let isForeseen = try isNoted(question, of: inquiry)
    let decision: Decision
    if !isForeseen, let before = try accepted(before: inquiry) {
      decision = before
      // It went ahead: what was answered was used.
      sent = foreseen.removeValue(forKey: question).map { (question, $0.requests) }
    } else {
      decision = try self.decision(self.answer(to: question), of: question.question)
    }
    if case .refused(let code, _) = decision, keepsRefusals,
      try store.policy().logsRefusals
    {
      try store.noteRefusal(
        of: question.question, code, at: inquiry.askedAt, by: sent?.requests ?? [])
    }
    verdict = Answer.Verdict(
      decision: decision, finding: verdict.finding, policy: verdict.policy)
    verdict.question = question
    if purpose == .explain, case .accepted(let acceptance) = decision {
      verdict.owner = try store.users().first { $0.id == acceptance.owner.user }?.address
    }
    return .decided(verdict)
  }

  /// Nobody was asked: the question is gathered.
  private struct Gathered: Error {}

  /// Whether it is this side that keeps what was refused: where the organization has settings that are
  /// changed from here, it does so itself.
  private var keepsRefusals: Bool { purpose == .track && connection.administration == nil }

  /// An answer, and what was sent for it.
  private typealias Reply = (answer: RemoteAnswer, requests: [SentRequest])

  /// What the organization says to a question; where it was asked already, nobody is asked.
  private func answer(to question: RemoteQuestion) throws -> RemoteAnswer {
    let reply =
      try foreseen.removeValue(forKey: question)
      ?? connection.ask { (remote) throws(RemoteTrouble) in
        let answers = try remote.decide([question])
        guard let answer = answers.first else {
          throw .unknownOutcome("it answered nothing")
        }
        return (answer, remote.sentRequests.first ?? [])
      }
    sent = (question, reply.requests)
    return reply.answer
  }

  /// So many questions it answers at once.
  var questionsAtOnce: Int { connection.questionsAtOnce }

  /// Whether of what is foreseen that it is accepted is noted at once, too, which takes all of its message.
  var notesForeseen = false

  /// Asks at once what messages would be asked one after the other; what is answered is used when the
  /// very same is asked of them.
  ///
  /// - Parameter decide: Has them decided about, which ends where they would be asked.
  /// - Throws: As `RemoteConnection.ask`; `StoreError`.
  func foresee(_ decide: () -> Void) throws {
    foreseen = [:]
    noted = [:]
    gathered = []
    decide()
    let asked = gathered ?? []
    gathered = nil
    var questions: [RemoteQuestion] = []
    var seen: Set<RemoteQuestion> = []
    for (question, _) in asked where seen.insert(question).inserted { questions.append(question) }
    guard questions.count > 1 else { return }
    let (answers, requests) = try connection.ask(isOfSeveral: true) {
      (remote) throws(RemoteTrouble) in
      let answers = try remote.decide(questions)
      guard answers.count == questions.count else {
        throw .unknownOutcome("it answered \(answers.count) of \(questions.count) questions")
      }
      return (answers, remote.sentRequests)
    }
    for (place, question) in questions.enumerated() {
      foreseen[question] = (
        answers[place], requests.indices.contains(place) ? requests[place] : []
      )
    }
    try noteAccepted(asked)
  }

  /// So many copies go there ahead of their turn.
  var copiesAhead: Int { connection.copiesAhead }

  /// Hands copies over at once of which it was foreseen that they are accepted, ahead of their turn: when that
  /// comes, what is there already is only written here.
  ///
  /// Each is noted before as one that is perhaps handed over, so that whatever ends the run, the next one goes on as
  /// where an answer was lost. What fails is held against no message: in its turn each is handed over by itself.
  ///
  /// - Parameter decide: Has them decided about, which ends where they would be handed over.
  /// - Throws: As `RemoteConnection.ask`.
  func deliverAhead(_ decide: () -> Void) throws {
    ahead = [:]
    gatheredCopies = []
    decide()
    let copies = gatheredCopies ?? []
    gatheredCopies = nil
    guard !copies.isEmpty else { return }
    try store.beginDeliveries(copies)
    do {
      try connection.ask(isOfSeveral: true) { (remote) throws(RemoteTrouble) in
        // However it ends.
        var receipts: [RemoteReceipt?] = []
        defer {
          for (place, copy) in copies.enumerated() {
            ahead[copy.id] = (
              receipts.indices.contains(place) ? receipts[place] : nil,
              remote.sentRequests.indices.contains(place) ? remote.sentRequests[place] : []
            )
          }
        }
        receipts = try remote.deliverAhead(copies.map(\.id))
      }
    } catch {
      for (id, outcome) in ahead { try store.note(outcome.requests, ofPending: id) }
      ahead = [:]
      throw error
    }
  }

  /// Takes a copy for `deliverAhead`, where nothing was known of it and it is not taken already.
  private func gather(_ copy: CopyDraft) throws {
    let ids = Self.ids(of: copy)
    guard let known = gatheredCopies, try !store.knowsRemoteCopy(ids.copy),
      !known.contains(where: { $0.id == ids.copy }),
      try EmbeddedOrganization(name: name, store: store, purpose: .explain).deliver(copy).outcome
        == .created,
      connection.takeAhead(
        try delivery(of: copy, ids.delivery, RemoteCopy(id: ids.copy, stored: nil)))
    else { return }
    var light = copy
    // The message is closed by then.
    light.content = { _ in }
    gatheredCopies?.append((ids.copy, light))
  }

  /// A copy as it is handed over.
  private func delivery(
    of draft: CopyDraft, _ id: String, _ copy: RemoteCopy
  ) throws -> RemoteDelivery {
    var delivery = RemoteDelivery(
      copy: copy, delivery: id, draft: draft,
      owner: try store.users().first { $0.id == draft.owner.user }?.address
        ?? draft.delivery.mailboxOwner,
      answers: try draft.correlation.flatMap { try store.remoteCopy(of: $0.copy) },
      question: draft.question)
    delivery.isSettledLater = settlesLater
    return delivery
  }

  /// Notes what will be handed over, in one transaction for all: each by itself costs as much.
  private func noteAccepted(_ asked: [(question: RemoteQuestion, copy: String?)]) throws {
    var accepted: [(id: String, acceptance: Decision.Acceptance)] = []
    for (question, copy) in asked {
      // Of the same message in two mailboxes the first one's is noted.
      guard let copy, noted[copy] == nil, let reply = foreseen[question],
        case .accepted(let acceptance)? = try? decision(reply.answer, of: question.question)
      else { continue }
      noted[copy] = question
      accepted.append((copy, acceptance))
    }
    let new = try store.notePending(accepted)
    noted = noted.filter { new.contains($0.key) }
  }

  /// Whether a message was accepted by this very question, and noted so, when several were asked about.
  ///
  /// Where another one is asked now, the note goes: nothing was handed over by it.
  private func isNoted(_ question: RemoteQuestion, of inquiry: Inquiry) throws -> Bool {
    guard !noted.isEmpty, let copy = try copyID(of: inquiry),
      let asked = noted.removeValue(forKey: copy)
    else { return false }
    if asked == question, foreseen[question] != nil { return true }
    try store.endDelivery(copy)
    return false
  }

  private func copyID(of inquiry: Inquiry) throws -> String? {
    try inquiry.key.map { Self.id(try $0(), inquiry.facts.direction) }
  }

  // MARK: Settling

  /// Has what is handed over be durable only after `settle`, which costs less for many messages; whether the
  /// organization can do that.
  ///
  /// - Throws: `StoreError`.
  func beginSettlingLater() throws -> Bool {
    guard connection.settlesLater, purpose == .track else { return false }
    try store.deferSync(true)
    settlesLater = true
    return true
  }

  /// Makes what was handed over durable, there first: until then each message has to wait on in the spool.
  ///
  /// - Throws: As `RemoteConnection.ask`; `StoreError`. All of it is handed over again then.
  func settle() throws {
    let copies = unsettled
    unsettled = []
    guard settlesLater else { return }
    if !copies.isEmpty {
      try connection.ask(isOfSeveral: true) { (remote) throws(RemoteTrouble) in
        try remote.settle()
      }
      try store.settleDeliveries(copies)
    }
    try store.syncLog()
  }

  /// Has everything be durable at once again, as it is but while many messages are handed over.
  ///
  /// - Throws: `StoreError`.
  func endSettlingLater() throws {
    settlesLater = false
    try store.deferSync(false)
  }

  /// What was decided of a message before, where it was accepted and its copy is perhaps there already:
  /// who is asked again might say that he has it.
  private func accepted(before inquiry: Inquiry) throws -> Decision? {
    guard purpose == .track, inquiry.key != nil, try store.hasPendingCopies(),
      let copy = try copyID(of: inquiry), !unsettled.contains(copy)
    else { return nil }
    return try store.pendingAcceptance(copy).map { .accepted($0) }
  }

  private func decision(_ answer: RemoteAnswer, of question: Question) throws -> Decision {
    switch answer {
    case .refused(let code, let explanation): return .refused(code, explanation: explanation)
    case .deferred(let explanation): return .deferred(explanation: explanation)
    case .accepted(let code, let explanation, let owner, let regarding):
      var acceptance = Decision.Acceptance(
        code: code, owner: try ownership(owner, question.mailboxOwner), explanation: explanation)
      acceptance.regarding = regarding
      return .accepted(acceptance)
    }
  }

  /// The user whom the organization names, where this side knows such a one; else the owner of the
  /// mailbox.
  private func ownership(_ owner: AddrSpec?, _ mailboxOwner: AddrSpec) throws -> Ownership {
    if let user = try owner.flatMap(store.user) {
      return Ownership(user: user.id, reason: .organization)
    }
    guard let user = try store.user(mailboxOwner) else {
      throw TrackingFailure(
        word: "no-user", "the owner of the mailbox is no user of the organization's store here")
    }
    return Ownership(user: user.id, reason: .mailbox)
  }

  // MARK: Delivering

  func deliver(_ copy: CopyDraft) throws -> DeliveryReceipt {
    guard purpose == .track else { return try local.deliver(copy) }
    if gatheredCopies != nil {
      try gather(copy)
      throw Gathered()
    }
    let ids = Self.ids(of: copy)
    if !copy.grounds.isManual {
      // Withdrawn since it was asked about: it is not handed over at all.
      let foreseen = try EmbeddedOrganization(name: name, store: store, purpose: .explain)
        .deliver(copy)
      if foreseen.outcome == .withdrawn {
        try takeBack(ids.copy)
        return foreseen
      }
    }
    var requests = sent?.question == copy.question ? sent?.requests ?? [] : []
    sent = nil
    let went = ahead.removeValue(forKey: ids.copy)
    requests += went?.requests ?? []
    let receipt = try went?.receipt ?? handOver(copy, ids, &requests)
    switch receipt.refusal {
    case .withdrawn?:
      try store.endDelivery(ids.copy)
      return DeliveryReceipt(copy: nil, outcome: .withdrawn)
    case .changed(let explanation)?:
      try store.endDelivery(ids.copy)
      throw TrackingFailure.deferred(explanation)
    case nil: break
    }
    var draft = copy
    if draft.regarding == nil, let regarding = receipt.regarding {
      draft.regarding = .init(record: regarding, source: .organization)
    }
    if settlesLater { unsettled.insert(ids.copy) }
    let written = try store.finishDelivery(
      ids.copy, of: draft, as: receipt, by: requests, isSettled: !settlesLater)
    if written.outcome == .withdrawn { try takeBack(ids.copy) }
    if receipt.isGone, let id = written.copy {
      // Whoever deleted it there meant it.
      try store.withdraw(id, now: csystem_realtime() / 1_000_000_000)
      try store.removeGoneCopies()
      return DeliveryReceipt(copy: nil, outcome: .withdrawn)
    }
    return written
  }

  /// Hands a copy over by itself.
  private func handOver(
    _ copy: CopyDraft, _ ids: (copy: String, delivery: String), _ requests: inout [SentRequest]
  ) throws -> RemoteReceipt {
    let begun = try store.beginDelivery(ids.copy, of: copy)
    let delivery = try delivery(of: copy, ids.delivery, begun)
    do {
      return try connection.ask { (remote) throws(RemoteTrouble) in
        // However it ends.
        defer { requests += remote.sentRequests.first ?? [] }
        return try remote.deliver(delivery)
      }
    } catch let trouble as RemoteTrouble {
      if case .refusedForGood = trouble {
        // It says that it has nothing of it, and will not.
        try store.endDelivery(ids.copy)
      } else {
        try store.note(requests, ofPending: ids.copy)
      }
      throw trouble
    }
  }

  /// Takes back there what was perhaps handed over and is not to be kept; whether it could be.
  ///
  /// Who cannot take anything back is not asked again.
  @discardableResult private func takeBack(_ id: String) throws -> Bool {
    guard try store.pendingAcceptance(id) != nil else { return true }
    do {
      try connection.require(.withdraw)
      try connection.ask { (remote) throws(RemoteTrouble) in
        try remote.withdraw(RemoteCopy(id: id, stored: nil), mailbox: nil)
      }
    } catch let trouble as RemoteTrouble {
      switch trouble {
      case .refusedForGood, .unable:
        try store.endDelivery(id)
        return false
      case .unreachable, .throttled, .unauthorized, .unknownOutcome, .notSent: throw trouble
      }
    }
    try store.endDelivery(takenBack: id, now: csystem_realtime() / 1_000_000_000)
    return true
  }

  // MARK: What sync does beside that

  /// So many answers to `changes` are taken in a run.
  private static let maxPages = 1_000

  /// Takes over what became of copies there.
  ///
  /// - Throws: As `RemoteConnection.ask`; `StoreError`.
  func takeChanges(now: Int64) throws {
    let identity = try connection.connect()
    let directory = try connection.ask { (remote) throws(RemoteTrouble) in
      try remote.directory()
    }
    if let directory { try store.take(directory, now: now) }
    guard identity.abilities.contains(.changes) else { return }
    if let own = identity.address { try takeMirror(of: own, now: now) }
    // Whoever always has more is asked on by the next run.
    for _ in 0..<Self.maxPages where csystem_is_interrupted() == 0 {
      let token = try store.remembered(.changes)
      let found = try connection.ask { (remote) throws(RemoteTrouble) in
        try remote.changes(since: token)
      }
      // What is there is noted before what became of it.
      let known = found.changes.compactMap { change -> RemoteFacts? in
        if case .known(let facts) = change { facts } else { nil }
      }
      if !known.isEmpty { try list(store.note(known, now: now), of: known, now: now) }
      var isAnyGone = false
      for change in found.changes {
        switch change {
        case .known: break
        case .gone(let stored):
          isAnyGone = true
          if let copy = try store.copy(stored: stored) { try store.takeAway(copy, now: now) }
        case .regarding(let stored, let record):
          if let copy = try store.copy(stored: stored) {
            _ = try store.setRegarding(copy, record)
          }
        }
      }
      if isAnyGone { try store.removeGoneCopies() }
      try store.remember([.changes: found.token])
      // A token that stays the same would bring the same for ever.
      guard found.hasMore, found.token != token, !found.changes.isEmpty else { break }
    }
    _ = try store.eraseDeleted()
  }

  /// Notes how a run ended: what ended it before, `nil` where nothing did.
  ///
  /// - Throws: `StoreError`.
  func noteSync(_ trouble: String?, now: Int64) throws {
    try store.remember(
      trouble == nil ? [.syncedAt: "\(now)", .trouble: nil] : [.trouble: trouble])
  }

  /// The keys of a user's addresses.
  private func keys(of own: AddrSpec) throws -> Set<String> {
    try Set(store.user(own)?.addresses.map(\.comparisonKey) ?? [own.comparisonKey])
  }

  /// Where the profile wants another mirror than the last time, what does not belong there is taken away,
  /// and all is asked for again from the beginning: what is missing is listed then.
  private func takeMirror(of own: AddrSpec, now: Int64) throws {
    let before = try store.remembered(.mirror)
    guard before != mirror.rawValue else { return }
    guard before != nil else { return try store.remember([.mirror: mirror.rawValue]) }
    if mirror != .visible {
      for copy in try store.listedCopies(but: mirror == .own ? keys(of: own) : []) {
        try store.takeAway(copy, now: now)
      }
      try store.removeGoneCopies()
    }
    try store.remember([.mirror: mirror.rawValue, .changes: nil])
  }

  /// Lists copies that are only known, as far as the profile wants that and this side may read them.
  private func list(_ ids: [String], of facts: [RemoteFacts], now: Int64) throws {
    // Who is nobody there lists nothing.
    guard !ids.isEmpty, mirror != .nothing, let own = try connection.connect().address else {
      return
    }
    let ids = Set(ids)
    var wanted = facts.filter { ids.contains($0.copy.id) }
    if mirror == .own {
      let keys = try keys(of: own)
      wanted = wanted.filter { facts in
        keys.contains(facts.owner.comparisonKey)
          || facts.participants.contains { keys.contains($0.address.comparisonKey) }
      }
    }
    guard !wanted.isEmpty else { return }
    let headings = try connection.ask { (remote) throws(RemoteTrouble) in
      try remote.headings(of: wanted.map(\.copy.id))
    }
    try store.list(headings, now: now)
  }

  /// Takes over which records there are; how many came and went, or `nil` where the organization does not
  /// tell.
  ///
  /// - Throws: As `RemoteConnection.ask`; `StoreError`.
  func takeRecords(now: Int64) throws -> (present: Int, gone: Int)? {
    guard connection.tellsRecords else { return nil }
    defer { connection.disconnect() }
    var (present, gone) = (0, 0)
    for _ in 0..<Self.maxPages where csystem_is_interrupted() == 0 {
      let token = try store.remembered(.records)
      let found = try connection.ask { (remote) throws(RemoteTrouble) in
        guard let remote = remote as? any RemoteRecords else {
          throw .unable("it does not tell its records")
        }
        return try remote.records(since: token)
      }
      _ = try store.setRecords(found.present, now: now)
      present += found.present.count
      for record in found.gone where try store.removeRecord(record) != nil { gone += 1 }
      // Only then: what was not written is told again.
      try store.remember([.records: found.token])
      guard found.hasMore, found.token != token else { break }
    }
    return (present, gone)
  }

  /// Takes back there what was perhaps handed over, and whose message waits no longer: somebody
  /// discarded it, or a rule ignores it now.
  ///
  /// - Returns: The ids of those that cannot be taken back.
  /// - Throws: As `RemoteConnection.ask`; `StoreError`.
  func takeBackAbandoned() throws -> [String] {
    try store.pendingCopies().filter { try !takeBack($0) }
  }
}

/// The tracked mail of an organization elsewhere: what a list shows is here, and the content of what others
/// handed over is there.
struct MirrorArchive: MailArchive {
  let store: Store
  let connection: RemoteConnection

  func copies(_ query: CopyQuery) throws -> [TrackedCopy] { try store.copies(query) }
  func summaries(_ query: CopyQuery) throws -> [CopySummary] { try store.summaries(query) }
  func copyIDs(_ query: CopyQuery) throws -> [CopyID] { try store.copyIDs(query) }
  func count(of query: CopyQuery) throws -> Int { try store.count(of: query) }
  func countOfCopies() throws -> Int { try store.countOfCopies() }
  func copy(_ id: CopyID) throws -> TrackedCopy? { try store.copy(id) }

  func outlines(of query: CopyQuery, _ body: (CopyOutline) throws -> Void) throws {
    try store.outlines(of: query, body)
  }

  func recordEntries(_ records: [RecordReference]) throws -> [RecordEntry] {
    try store.recordEntries(records)
  }

  func changeMark() throws -> String? { store.changeMark() }

  func hasContent(_ id: CopyID) throws -> Bool { try store.remoteContent(of: id) == nil }

  func isOwn(_ id: CopyID, of user: OrganizationUser) throws -> Bool {
    try store.isOwn(id, of: user)
  }

  func readers(of id: CopyID) throws -> [OrganizationUser] { try store.readers(of: id) }

  func content(of id: CopyID, _ body: (UnsafeRawBufferPointer) throws -> Void) throws {
    guard let copy = try store.remoteContent(of: id) else {
      return try store.content(of: id, body)
    }
    // Nobody else waits for who only reads.
    defer { connection.disconnect() }
    var held: [UInt8] = []
    try connection.read { remote in
      try remote.content(of: copy) { bytes in
        if held.count < SearchText.maxBytes { held += bytes }
        try body(bytes)
      }
    }
    noteCalendar(of: id, in: held)
  }

  /// Keeps what a message that was fetched says of appointments and tasks, as of one that came in here;
  /// where it cannot be written the message is shown nevertheless.
  private func noteCalendar(of id: CopyID, in bytes: [UInt8]) {
    let message = Message(Array(bytes.prefix(SearchText.maxBytes)))
    let words =
      MessageCalendar.mayStand(in: message.structure)
      ? MessageCalendar.words(
        of: message, zones: .system,
        receivedAt: (try? store.copy(id))?.trackedAt ?? csystem_realtime() / 1_000_000_000) : []
    try? store.note(words, ofFetched: id)
  }

  func countOfUnread(_ query: CopyQuery) throws -> Int { try store.countOfUnread(query) }

  func activity(of id: CopyID) throws -> TrackedActivity? { try store.activity(of: id) }

  func calendar(of query: CopyQuery) throws -> [CalendarEntry] { try store.calendar(of: query) }

  func statistics(
    of query: CopyQuery, by dimension: CopyStatistic.Dimension?
  ) throws -> [CopyStatistic] {
    try store.statistics(of: query, by: dimension)
  }

  func requests(of question: LoggedQuestion) throws -> [SentRequest] {
    try store.requests(of: question)
  }

  func questions(limit: Int) throws -> [LoggedQuestion] {
    let known = try store.questions(limit: limit)
    guard let shared = connection.administration as? any SharedKeeping else { return known }
    // What was refused left nothing here.
    defer { connection.disconnect() }
    let all = try known + shared.refusedQuestions(limit: limit)
    return Array(all.sorted { $0.askedAt > $1.askedAt }.prefix(limit))
  }
}

/// What people do with mail that is kept elsewhere: it is done there first, and here when it is done.
struct MirrorKeeping: MailKeeping {
  let store: Store
  let connection: RemoteConnection

  /// Takes a copy back there; whether there is one.
  private func withdraw(_ id: CopyID, mailbox: AddrSpec? = nil) throws {
    guard let copy = try store.remoteCopy(of: id) else { return }
    try connection.require(.withdraw)
    try connection.ask { (remote) throws(RemoteTrouble) in
      try remote.withdraw(copy, mailbox: mailbox)
    }
  }

  func untrack(_ id: CopyID, by user: OrganizationUser, now: Int64) throws -> Untracking? {
    guard let copy = try store.copy(id) else { return nil }
    // Who does something waits for nobody afterwards, and nobody for them.
    defer { connection.disconnect() }
    try withdraw(copy, by: user)
    let result = try store.untrack(id, by: user, now: now)
    try store.removeGoneCopies()
    return result
  }

  private func withdraw(_ copy: TrackedCopy, by user: OrganizationUser) throws {
    if user.addresses.contains(where: { $0.description == copy.owner }) {
      try withdraw(copy.id)
      return
    }
    for address in user.addresses
    where copy.deliveries.contains(where: { $0.mailbox == address.comparisonKey }) {
      try withdraw(copy.id, mailbox: address)
    }
  }

  func untrackConversation(
    _ conversation: ConversationID, by user: OrganizationUser, now: Int64
  ) throws -> [CopyID: Untracking] {
    defer { connection.disconnect() }
    // Listed once nobody hands over more.
    try connection.takeTurn()
    var query = CopyQuery()
    query.conversation = conversation
    query.limit = Int.max
    var done: [CopyID] = []
    do {
      for copy in try store.copies(query) {
        try withdraw(copy, by: user)
        done.append(copy.id)
      }
    } catch {
      // What is gone there is gone here, too.
      for id in done { _ = try store.untrack(id, by: user, now: now) }
      try store.removeGoneCopies()
      throw error
    }
    let result = try store.untrackConversation(conversation, by: user, now: now)
    try store.removeGoneCopies()
    return result
  }

  func trackByHand(_ id: CopyID, by user: OrganizationUser) throws -> Bool {
    try store.trackByHand(id, by: user)
  }

  func setRegarding(
    _ id: CopyID, _ record: RecordReference?, andOfConversation others: [CopyID]?
  ) throws -> Bool {
    guard try store.copy(id) != nil else { return false }
    defer { connection.disconnect() }
    var done: [CopyID] = []
    do {
      for one in [id] + (others ?? []).filter({ $0 != id }) {
        if let copy = try store.remoteCopy(of: one) {
          try connection.require(.regard)
          try connection.ask { (remote) throws(RemoteTrouble) in
            try remote.regard(record, of: copy)
          }
        }
        done.append(one)
      }
    } catch {
      for one in done { _ = try store.setRegarding(one, record) }
      throw error
    }
    return try store.setRegarding(id, record, andOfConversation: others)
  }

  func firstRecord(of candidates: [RecordReference]) throws -> RecordReference? {
    // Which records there are is known there alone.
    candidates.first
  }

  func splitConversation(at id: CopyID) throws -> Parting? { try store.splitConversation(at: id) }

  /// What the organization's administrators take away there, whoever brought it; `nil` where only what is
  /// known here is taken away, one after the other.
  private var shared: (any SharedKeeping)? { connection.administration as? any SharedKeeping }

  func forget(_ address: AddrSpec, isDryRun: Bool, now: Int64) throws -> Withdrawal {
    if let shared {
      defer { connection.disconnect() }
      if isDryRun {
        var withdrawal = try shared.forget(address, isDryRun: true)
        // What mail says of appointments is known here alone.
        withdrawal.calendarEntries =
          try store.forget(address, isDryRun: true, now: now).calendarEntries
        return withdrawal
      }
      // Copies whose header names the address where the tables there do not are known here alone.
      let copies = try takeAway(now) { try store.copies(forgottenWith: address) }
      var withdrawal = try shared.forget(address, isDryRun: false)
      withdrawal.copies += copies
      withdrawal.calendarEntries =
        try store.forget(address, isDryRun: false, now: now).calendarEntries
      return withdrawal
    }
    if isDryRun { return try store.forget(address, isDryRun: true, now: now) }
    defer { connection.disconnect() }
    let copies = try takeAway(now) { try store.copies(forgottenWith: address) }
    var withdrawal = try store.forget(address, isDryRun: false, now: now)
    withdrawal.copies += copies
    return withdrawal
  }

  func prune(
    before time: Int64, regarding records: SearchCriterion.RecordPattern?, isDryRun: Bool,
    now: Int64
  ) throws -> Withdrawal {
    if let shared {
      defer { connection.disconnect() }
      try connection.takeTurn()
      let withdrawal = try shared.prune(before: time, regarding: records, isDryRun: isDryRun)
      if !isDryRun {
        _ = try store.prune(before: time, regarding: records, isDryRun: false, now: now)
        try store.removeGoneCopies()
      }
      return withdrawal
    }
    if isDryRun {
      return try store.prune(before: time, regarding: records, isDryRun: true, now: now)
    }
    defer { connection.disconnect() }
    let copies = try takeAway(now) { try store.copies(before: time, regarding: records) }
    var withdrawal = try store.prune(
      before: time, regarding: records, isDryRun: false, now: now)
    withdrawal.copies += copies
    return withdrawal
  }

  /// Takes copies away there and here, one after the other: how far it came holds.
  ///
  /// They are listed once nobody hands over more, and nobody does until the connection ends.
  private func takeAway(_ now: Int64, _ list: () throws -> [CopyID]) throws -> Int {
    defer { try? store.removeGoneCopies() }
    try connection.takeTurn()
    let copies = try list()
    for id in copies {
      try withdraw(id)
      try store.withdraw(id, now: now)
    }
    return copies.count
  }

  func eraseDeleted() throws -> Bool { try store.eraseDeleted() }
}

/// What this machine remembers of an organization elsewhere.
///
/// Each write is one of its own, durable before the organization is asked for more: what was handed over
/// cannot be undone here.
private final class MirrorState: LocalState {
  private let store: Store

  init(store: Store) { self.store = store }

  func fileDigester() throws -> FileDigester { try store.fileDigester() }
  func knownFiles() throws -> Set<FileDigest> { try store.knownFiles() }
  func remember(_ files: [FileDigest]) throws { try store.remember(files) }
  func knownFolders() throws -> [FileDigest: String] { try store.knownFolders() }
  func remember(_ folders: [FileDigest: String]) throws { try store.remember(folders) }
  func batchFailures() throws -> [BatchFailure] { try store.batchFailures() }

  func acknowledgeBatchFailure(_ path: String) throws -> Bool {
    try store.acknowledgeBatchFailure(path)
  }

  func noteBatchFailures(_ failures: [BatchFailure], repaired: [String]) throws {
    try store.noteBatchFailures(failures, repaired: repaired)
  }

  func indexesText() throws -> Bool { try store.indexesText() }

  @discardableResult func indexMarked(progress: (Int) -> Void) throws -> Int {
    try store.indexMarked(progress: progress)
  }

  func prepareIndex() throws { try store.prepareIndex() }
  func mergeSome() throws { try store.mergeSome() }

  func gather<Result>(
    until deadline: Deadline, undoesEach: Bool, _ body: () throws -> Result
  ) throws -> Result {
    try body()
  }

  // So that a batch has no more than one message to do again.
  var isOverdue: Bool { true }

  func settle() throws { try store.settle() }
}
