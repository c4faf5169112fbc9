import CSystem
import InternetMessage
import System
import Tracking
import TrackingStore

/// The tracked mail of an organization elsewhere of which nothing is listed here: each command reads there.
///
/// What this side knows of all copies (who takes part, when, in which conversation) finds which are meant; what a
/// list shows of these is asked for, held in a temporary store for as long as the command runs, and kept nowhere.
final class ServedArchive: MailArchive {
  private let organization: MirroredOrganization
  private let deadline: Deadline
  private var made: Store?

  init(_ organization: MirroredOrganization, deadline: Deadline) {
    self.organization = organization
    self.deadline = deadline
  }

  private var now: Int64 { csystem_realtime() / 1_000_000_000 }

  /// The temporary store, which is of what is there now.
  func sketch() throws -> Store {
    if let made { return made }
    try organization.takeChanges(now: now)
    let store = try Store(
      sketchOf: organization.storePath, until: deadline, asMirror: true)
    // Kept open until the process ends, as all are.
    _ = Unmanaged.passRetained(store)
    made = store
    return store
  }

  /// Asks for what a list shows of copies of which that is not here.
  func fetch(_ ids: [CopyID]) throws {
    let sketch = try sketch()
    let wanted = try sketch.knownCopies(among: ids)
    guard !wanted.isEmpty else { return }
    let headings = try organization.connection.ask { (remote) throws(RemoteTrouble) in
      try remote.headings(of: wanted)
    }
    try sketch.list(headings, now: now)
  }

  /// Asks for what a list shows of the copies of a query.
  func fetch(_ query: CopyQuery, all: Bool = false) throws {
    if let words = query.search.flatMap(Self.needingMirror) {
      throw RemoteTrouble.unable(
        "\(words) is found in a mirror, and the profile has none of \(organization.name); write mirror = "
          + "\"own\" or \"visible\" there, or leave it out")
    }
    var query = query
    query.includesKnown = true
    // Whose it is, is known of what is asked for.
    query.visibleTo = nil
    query.limit =
      all
      ? Int.max
      : query.limit.addingReportingOverflow(query.offset).overflow
        ? Int.max : query.limit + query.offset
    query.offset = 0
    try fetch(sketch().copyIDs(query))
    // Nobody else waits for who only reads.
    organization.connection.disconnect()
  }

  /// What of a query nothing but a mirror finds, in words; `nil` where there is nothing of that.
  private static func needingMirror(_ query: SearchQuery) -> String? {
    switch query {
    case .all: nil
    case .words: "a word"
    case .and(let parts), .or(let parts): parts.lazy.compactMap(needingMirror).first
    case .not(let query): needingMirror(query)
    case .criterion(let criterion):
      switch criterion {
      case .address, .domain, .regarding, .owner, .direction, .sent, .conversation, .id, .messageID:
        nil
      case .attached, .card: "what is attached"
      case .calendar, .starting: "an appointment"
      case .record, .unresolved: "a record among the participants"
      case .rule, .reason, .trackedByRule, .trackedByHand, .truncated: "why or how a copy is kept"
      }
    }
  }

  // MARK: Reading

  func copies(_ query: CopyQuery) throws -> [TrackedCopy] {
    try fetch(query)
    return try sketch().copies(query)
  }

  func summaries(_ query: CopyQuery) throws -> [CopySummary] {
    try fetch(query)
    return try sketch().summaries(query)
  }

  func copyIDs(_ query: CopyQuery) throws -> [CopyID] {
    try fetch(query)
    return try sketch().copyIDs(query)
  }

  func count(of query: CopyQuery) throws -> Int {
    try fetch(query, all: true)
    return try sketch().count(of: query)
  }

  func countOfCopies() throws -> Int {
    var query = CopyQuery()
    query.includesKnown = true
    defer { organization.connection.disconnect() }
    return try sketch().count(of: query)
  }

  func copy(_ id: CopyID) throws -> TrackedCopy? {
    defer { organization.connection.disconnect() }
    try fetch([id])
    return try sketch().copy(id)
  }

  func isOwn(_ id: CopyID, of user: OrganizationUser) throws -> Bool {
    try sketch().isOwn(id, of: user)
  }

  func readers(of id: CopyID) throws -> [OrganizationUser] { try sketch().readers(of: id) }

  func hasContent(_ id: CopyID) throws -> Bool {
    try organization.store.remoteContent(of: id) == nil
  }

  func content(of id: CopyID, _ body: (UnsafeRawBufferPointer) throws -> Void) throws {
    guard let copy = try organization.store.remoteContent(of: id) else {
      return try organization.store.content(of: id, body)
    }
    defer { organization.connection.disconnect() }
    try organization.connection.read { try $0.content(of: copy, body) }
  }

  func activity(of id: CopyID) throws -> TrackedActivity? {
    try fetch([id])
    return try sketch().activity(of: id)
  }

  func calendar(of query: CopyQuery) throws -> [CalendarEntry] { try sketch().calendar(of: query) }

  func countOfUnread(_ query: CopyQuery) throws -> Int {
    try fetch(query, all: true)
    return try sketch().countOfUnread(query)
  }

  func statistics(
    of query: CopyQuery, by dimension: CopyStatistic.Dimension?
  ) throws -> [CopyStatistic] {
    try fetch(query, all: true)
    return try sketch().statistics(of: query, by: dimension)
  }

  func questions(limit: Int) throws -> [LoggedQuestion] {
    var query = CopyQuery()
    query.limit = limit
    try fetch(query)
    return try MirrorArchive(store: sketch(), connection: organization.connection)
      .questions(limit: limit)
  }
}

/// What people do with mail that is listed nowhere here: it is done there, and what this side knows of it follows.
struct ServedKeeping: MailKeeping {
  let organization: MirroredOrganization
  let archive: ServedArchive

  private var here: MirrorKeeping {
    MirrorKeeping(store: organization.store, connection: organization.connection)
  }

  private func doing<Result>(
    _ now: Int64, _ body: (MirrorKeeping) throws -> Result
  ) throws -> Result {
    let keeping = MirrorKeeping(store: try archive.sketch(), connection: organization.connection)
    let result = Swift.Result { try body(keeping) }
    // What was done is so here, too, whatever ended it.
    defer { organization.connection.disconnect() }
    try organization.takeChanges(now: now)
    return try result.get()
  }

  private func fetch(_ ids: [CopyID]) throws { try archive.fetch(ids) }

  func untrack(_ id: CopyID, by user: OrganizationUser, now: Int64) throws -> Untracking? {
    try fetch([id])
    return try doing(now) { try $0.untrack(id, by: user, now: now) }
  }

  func untrackConversation(
    _ conversation: ConversationID, by user: OrganizationUser, now: Int64
  ) throws -> [CopyID: Untracking] {
    var query = CopyQuery()
    query.conversation = conversation
    try archive.fetch(query, all: true)
    return try doing(now) { try $0.untrackConversation(conversation, by: user, now: now) }
  }

  func trackByHand(_ id: CopyID, by user: OrganizationUser) throws -> Bool {
    try here.trackByHand(id, by: user)
  }

  func setRegarding(
    _ id: CopyID, _ record: RecordReference?, andOfConversation others: [CopyID]?
  ) throws -> Bool {
    try fetch([id] + (others ?? []))
    return try doing(csystem_realtime() / 1_000_000_000) {
      try $0.setRegarding(id, record, andOfConversation: others)
    }
  }

  func firstRecord(of candidates: [RecordReference]) throws -> RecordReference? {
    try here.firstRecord(of: candidates)
  }

  func splitConversation(at id: CopyID) throws -> Parting? { try here.splitConversation(at: id) }

  func forget(_ address: AddrSpec, isDryRun: Bool, now: Int64) throws -> Withdrawal {
    try here.forget(address, isDryRun: isDryRun, now: now)
  }

  func prune(
    before time: Int64, regarding records: SearchCriterion.RecordPattern?, isDryRun: Bool,
    now: Int64
  ) throws -> Withdrawal {
    try here.prune(before: time, regarding: records, isDryRun: isDryRun, now: now)
  }

  func eraseDeleted() throws -> Bool { try here.eraseDeleted() }
}
