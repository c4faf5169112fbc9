import InternetMessage
import System
import Tracking

@testable import MailPipeline

/// An organization that is gone with its process: a second kind, with nothing of the embedded one's.
///
/// What it cannot be told but through the seam it does not know.
final class MemoryOrganization: Organization {
  let name: String
  /// Whether it puts all questions off.
  var defers = false
  fileprivate var state = State()
  /// Whether it was opened to explain.
  fileprivate var isExplaining = false

  init(name: String) { self.name = name }

  /// All that it keeps: a value, so that a transaction is undone by setting it back.
  fileprivate struct State {
    var policy = OrganizationPolicy()
    var users: [OrganizationUser] = []
    var records: [RecordEntry] = []
    /// What records are called that were called otherwise before.
    var moved: [RecordReference: RecordReference] = [:]
    /// The companies to which records belong by their names.
    var companies: [RecordReference: String] = [:]
    var copies: [Copy] = []
    var questions: [LoggedQuestion] = []
    var withdrawnMessages: Set<MessageKey> = []
    var withdrawnDeliveries: [MessageKey: Set<AddrSpec>] = [:]
    var withdrawnAnswers: Set<MessageID> = []
    var files: Set<FileDigest> = []
    var folders: [FileDigest: String] = [:]
    var failures: [BatchFailure] = []
    var acknowledged: Set<String> = []
    var lastCopy: Int64 = 0
    var lastConversation: Int64 = 0
  }

  fileprivate struct Copy {
    let id: CopyID
    let draft: CopyDraft
    let bytes: [UInt8]
    var conversation: ConversationID
    var regarding: RecordReference?
    var isManual: Bool
    var deliveries: [(mailbox: AddrSpec, timesSeen: Int)]
  }

  var localState: any LocalState { self }
  var members: any OrganizationMembers { self }
  var archive: (any MailArchive)? { self }
  var keeping: (any MailKeeping)? { self }
  var administration: (any OrganizationAdministration)? { self }

  func decide(_ inquiry: Inquiry) throws -> Answer {
    let policy = state.policy
    var refused: (Question, ReasonCode)?
    let index = Index(state: state)
    var answer = try inquiry.answer(
      from: index, policy: policy.correlation, isUser: index.isUser
    ) {
      if defers { return .deferred(explanation: "it is asleep") }
      let decision = try Decider.decide($0, policy: policy, directory: index)
      if case .refused(let code, _) = decision { refused = ($0, code) }
      return decision
    }
    if let (question, code) = refused, policy.logsRefusals, !isExplaining {
      state.questions.append(
        LoggedQuestion(
          mail: nil, askedAt: inquiry.seenAt, sender: question.sender?.description,
          recipients: (question.to + question.cc + question.bcc).map(\.description),
          subject: question.subject, isAccepted: false, code: code))
    }
    if isExplaining, case .decided(var verdict) = answer,
      case .accepted(let acceptance) = verdict.decision
    {
      verdict.owner = state.users.first { $0.id == acceptance.owner.user }?.address
      answer = .decided(verdict)
    }
    return answer
  }

  func deliver(_ copy: CopyDraft) throws -> DeliveryReceipt {
    let mailbox = copy.delivery.mailboxOwner
    if copy.grounds.isManual, !isExplaining {
      state.withdrawnMessages.remove(copy.key)
      state.withdrawnDeliveries[copy.key]?.remove(mailbox)
    } else if state.withdrawnMessages.contains(copy.key)
      || (!copy.grounds.isManual && Index(state: state).isConversationWithdrawn(copy.header))
    {
      return DeliveryReceipt(copy: nil, outcome: .withdrawn)
    }
    let present = state.copies.firstIndex {
      $0.draft.key == copy.key && $0.draft.direction == copy.direction
    }
    if isExplaining {
      return DeliveryReceipt(
        copy: present.map { state.copies[$0].id }, outcome: present == nil ? .created : .seenAgain)
    }
    if let present {
      if state.withdrawnDeliveries[copy.key]?.contains(mailbox) ?? false {
        return DeliveryReceipt(copy: nil, outcome: .withdrawn)
      }
      let id = state.copies[present].id
      if let seen = state.copies[present].deliveries.firstIndex(where: { $0.mailbox == mailbox }) {
        state.copies[present].deliveries[seen].timesSeen += 1
        return DeliveryReceipt(copy: id, outcome: .seenAgain)
      }
      state.copies[present].deliveries.append((mailbox, 1))
      return DeliveryReceipt(copy: id, outcome: .delivered)
    }
    var bytes: [UInt8] = []
    try copy.content { bytes += $0 }
    state.lastCopy += 1
    if copy.correlation == nil { state.lastConversation += 1 }
    let id = CopyID(state.lastCopy)
    state.copies.append(
      Copy(
        id: id, draft: copy, bytes: bytes,
        conversation: copy.correlation?.conversation ?? ConversationID(state.lastConversation),
        regarding: copy.regarding.map { current($0.record) }, isManual: copy.grounds.isManual,
        deliveries: [(mailbox, 1)]))
    return DeliveryReceipt(copy: id, outcome: .created)
  }

  /// What is looked up, in the state as it is.
  private struct Index: TrackedMail, Directory {
    let state: State

    func copies(withMessageID id: MessageID) -> [IndexedCopy] {
      indexed(20) { $0.draft.header.messageID == id }
    }

    func copies(withToken token: String) -> [IndexedCopy] {
      indexed(20) { $0.draft.token == token }
    }

    func copies(withThreadIndexBase base: ArraySlice<UInt8>) -> [IndexedCopy] {
      indexed(20) { $0.draft.header.threadIndex.map { Array($0.base) == Array(base) } ?? false }
    }

    func copies(sharing count: Int, of addresses: [AddrSpec], since: Int64) -> [IndexedCopy] {
      indexed(200) {
        $0.draft.delivery.seenAt >= since && external($0).intersection(addresses).count >= count
      }
    }

    func conversation(
      _ id: ConversationID, knows addresses: [AddrSpec], as known: KnownParticipant
    ) -> KnownParticipant.Basis? {
      let present = state.copies.filter { $0.conversation == id }
        .reduce(into: Set<AddrSpec>()) { $0.formUnion(external($1)) }
      if !present.isDisjoint(with: addresses) { return .address }
      guard known == .company else { return nil }
      let domains = Set(present.map(\.domain)).filter { !PublicMailDomains.contains($0) }
      if addresses.contains(where: { domains.contains($0.domain) }) { return .domain }
      func records(_ addresses: some Sequence<AddrSpec>) -> [RecordMatch] {
        addresses.flatMap { self.records(matching: $0, limit: PartyResolution.maxRecords) }
      }
      let (theirs, its) = (records(addresses), records(present))
      if !Set(theirs.map(\.id)).isDisjoint(with: its.map(\.id)) { return .record }
      return Set(theirs.compactMap(\.parent)).isDisjoint(with: its.compactMap(\.parent))
        ? nil : .account
    }

    func isConversationWithdrawn(_ header: MessageHeader) -> Bool {
      (header.inReplyTo + header.references).contains { state.withdrawnAnswers.contains($0) }
    }

    func isUser(_ address: AddrSpec) -> Bool { !users(havingAddress: address).isEmpty }

    func users(havingAddress address: AddrSpec) -> [OrganizationUser] {
      state.users.filter { $0.addresses.contains(address) }
    }

    func records(matching address: AddrSpec, limit: Int) -> [RecordMatch] {
      let matches = state.records.enumerated().filter {
        $0.element.addresses.contains(address) || $0.element.domains.contains(address.domain)
      }
      return matches.prefix(limit).map { number, entry in
        RecordMatch(
          id: RecordID(Int64(number) + 1), record: entry.record,
          owner: entry.owner.flatMap { users(havingAddress: $0).first?.id },
          basis: entry.addresses.contains(address) ? .address : .domain, parent: entry.parent)
      }
    }

    private func external(_ copy: Copy) -> Set<AddrSpec> {
      Set(copy.draft.participants.filter(\.isExternal).map(\.mailbox.address))
    }

    private func indexed(_ limit: Int, _ isFound: (Copy) -> Bool) -> [IndexedCopy] {
      state.copies.reversed().filter(isFound).prefix(limit).map { copy in
        IndexedCopy(
          id: copy.id, conversation: copy.conversation, owner: copy.draft.owner.user,
          direction: copy.draft.direction, subject: copy.draft.header.subject ?? "",
          messageID: copy.draft.header.messageID)
      }
    }
  }
}

extension MemoryOrganization: OrganizationAdministration {
  func policy() -> OrganizationPolicy { state.policy }

  func users() -> [OrganizationUser] { state.users }

  func user(_ address: AddrSpec) -> OrganizationUser? {
    state.users.first { $0.addresses.contains(address) }
  }

  func users(
    among addresses: [AddrSpec], without withoutNote: (AddrSpec) -> AddrSpec?
  ) -> Set<AddrSpec> {
    Set(addresses.filter { user($0) != nil || withoutNote($0).flatMap { user($0) } != nil })
  }

  func hasLogins() -> Bool { state.users.contains { $0.login != nil } }

  func setPolicy(_ name: String, to value: String) throws {
    try PolicySetting.named(name).set(value, in: &state.policy)
  }

  func addUser(
    _ address: AddrSpec, addresses: [AddrSpec], kind: OrganizationUser.Kind, role: UserRole,
    filter: FilterMethod?, login: String?, now: Int64
  ) throws {
    for one in [address] + addresses where user(one) != nil {
      throw DirectoryError.addressTaken(one.description)
    }
    let id = UserID(Int64(state.users.count) + 1)
    try keepUsers(
      state.users + [
        OrganizationUser(
          id: id, address: address, addresses: addresses, kind: kind, role: role, filter: filter,
          login: login)
      ])
  }

  func changeUser(_ user: OrganizationUser) throws {
    for address in user.addresses {
      guard self.user(address)?.id ?? user.id == user.id else {
        throw DirectoryError.addressTaken(address.description)
      }
    }
    try keepUsers(state.users.map { $0.id == user.id ? user : $0 })
  }

  private func keepUsers(_ users: [OrganizationUser]) throws {
    let administrators = users.filter { $0.role == .administrator && $0.isEnabled }
    guard !administrators.isEmpty else { throw DirectoryError.lastAdministrator }
    let isTied = users.contains { $0.login != nil }
    guard !isTied || administrators.contains(where: { $0.login != nil }) else {
      throw DirectoryError.noAdministratorWithLogin
    }
    state.users = users
  }

  func setRecords(_ entries: [RecordEntry], now: Int64) throws -> Int {
    for owner in entries.compactMap(\.owner) where user(owner) == nil {
      throw DirectoryError.noUser(owner.description)
    }
    let new = countOfNew(entries)
    for var entry in entries {
      entry.record = current(entry.record)
      let present = state.records.first { $0.record == entry.record }
      entry.name = entry.name ?? present?.name
      entry.parent = entry.parent ?? present?.parent
      state.records.removeAll { $0.record == entry.record }
      state.records.append(entry)
    }
    return new
  }

  /// What a record is called now.
  fileprivate func current(_ record: RecordReference) -> RecordReference {
    state.records.contains { $0.record == record } ? record : state.moved[record] ?? record
  }

  private func index(of record: RecordReference) throws -> Int {
    guard let index = state.records.firstIndex(where: { $0.record == record }) else {
      throw DirectoryError.noRecord(record.description)
    }
    return index
  }

  func mergeRecord(_ old: RecordReference, into new: RecordReference) throws -> Int {
    let from = state.records[try index(of: old)]
    let to = try index(of: new)
    guard old != new else { throw DirectoryError.sameRecord(old.description) }
    state.records[to].addresses += from.addresses
    state.records[to].domains += from.domains
    state.records[to].owner = state.records[to].owner ?? from.owner
    state.records[to].name = state.records[to].name ?? from.name
    state.records[to].parent = state.records[to].parent ?? from.parent
    state.records.removeAll { $0.record == old }
    return rename(old, to: new)
  }

  func convertRecord(_ old: RecordReference, to new: RecordReference) throws -> Int {
    if state.records.contains(where: { $0.record == new }) {
      return try mergeRecord(old, into: new)
    }
    state.records[try index(of: old)].record = new
    return rename(old, to: new)
  }

  private func rename(_ old: RecordReference, to new: RecordReference) -> Int {
    for index in state.records.indices where state.records[index].parent == old {
      state.records[index].parent = new
    }
    state.moved = state.moved.mapValues { $0 == old ? new : $0 }
    state.moved[new] = nil
    state.moved[old] = new
    var count = 0
    for index in state.copies.indices where state.copies[index].regarding == old {
      state.copies[index].regarding = new
      count += 1
    }
    return count
  }

  func changeRecord(_ record: RecordReference, _ change: RecordChange) throws {
    let index = try index(of: record)
    var entry = state.records[index]
    if let owner = change.owner {
      if let owner, user(owner) == nil { throw DirectoryError.noUser(owner.description) }
      entry.owner = owner
    }
    if let name = change.name { entry.name = name }
    if let parent = change.parent { entry.parent = parent.map(current) }
    guard entry.parent != record else { throw DirectoryError.sameRecord(record.description) }
    entry.addresses.removeAll { change.removedAddresses.contains($0) }
    entry.domains.removeAll { change.removedDomains.contains($0) }
    entry.addresses += change.addedAddresses
    entry.domains += change.addedDomains
    state.records[index] = entry
  }

  func firstRecord(of candidates: [RecordReference]) -> RecordReference? {
    candidates.first { candidate in state.records.contains { $0.record == candidate } }
  }

  func renameRecords(_ pairs: [(old: RecordReference, new: RecordReference)]) {
    for (old, new) in pairs where old.type == new.type && firstRecord(of: [new]) == nil {
      guard let index = state.records.firstIndex(where: { $0.record == old }) else { continue }
      state.records[index].record = new
      _ = rename(old, to: new)
    }
  }

  func setCompanies(_ companies: [(record: RecordReference, company: String)]) {
    for (record, company) in companies { state.companies[record] = company }
  }

  func companies() -> [String] { Set(state.companies.values).sorted() }

  func settleCompanies(_ pairs: [(company: String, account: RecordReference)]) {
    for (company, account) in pairs {
      for index in state.records.indices
      where state.companies[state.records[index].record] == company {
        state.records[index].parent = account
      }
      state.companies = state.companies.filter { $0.value != company }
    }
  }

  func removeRecord(_ record: RecordReference) -> Int? {
    guard firstRecord(of: [record]) != nil else { return nil }
    state.records.removeAll { $0.record == record }
    return state.copies.count { $0.regarding == record }
  }

  func removeUser(_ user: OrganizationUser) throws -> Int {
    let owned = state.copies.count { $0.draft.owner.user == user.id }
    guard owned == 0 else {
      throw DirectoryError.ownsMail(user.address.description, copies: owned)
    }
    try keepUsers(state.users.filter { $0.id != user.id })
    var count = 0
    for index in state.records.indices
    where state.records[index].owner.map(user.addresses.contains) ?? false {
      state.records[index].owner = nil
      count += 1
    }
    return count
  }

  func countOfNew(_ entries: [RecordEntry]) -> Int {
    entries.count { entry in !state.records.contains { $0.record == entry.record } }
  }

  func records(type: String?, limit: Int) -> [RecordEntry] {
    Array(
      state.records.filter { type == nil || $0.record.type == type }
        .sorted { ($0.record.type, $0.record.id) < ($1.record.type, $1.record.id) }.prefix(limit))
  }

  func unresolvedAddresses(limit: Int) -> [UnresolvedAddress] {
    var counts: [AddrSpec: Int] = [:]
    for copy in state.copies {
      let external = copy.draft.participants.filter(\.isExternal).map(\.mailbox.address)
      for address in Set(external)
      where !state.records.contains(where: { record in
        record.addresses.contains(address) || record.domains.contains(address.domain)
      }) {
        counts[address, default: 0] += 1
      }
    }
    return counts.sorted { ($1.value, $0.key.description) < ($0.value, $1.key.description) }
      .prefix(limit).map { UnresolvedAddress(address: $0.key, copies: $0.value) }
  }
}

extension MemoryOrganization: MailKeeping {
  func untrack(_ id: CopyID, by user: OrganizationUser, now: Int64) -> Untracking? {
    guard let index = state.copies.firstIndex(where: { $0.id == id }) else { return nil }
    let key = state.copies[index].draft.key
    guard state.copies[index].draft.owner.user == user.id else {
      let count = state.copies[index].deliveries.count
      state.copies[index].deliveries.removeAll { user.addresses.contains($0.mailbox) }
      state.withdrawnDeliveries[key, default: []].formUnion(user.addresses)
      return state.copies[index].deliveries.count < count ? .deliveryRemoved : .nothing
    }
    state.withdrawnMessages.insert(key)
    state.copies.remove(at: index)
    return .deleted
  }

  func untrackConversation(
    _ conversation: ConversationID, by user: OrganizationUser, now: Int64
  ) -> [CopyID: Untracking] {
    var done: [CopyID: Untracking] = [:]
    for copy in state.copies where copy.conversation == conversation {
      done[copy.id] = untrack(copy.id, by: user, now: now)
      if done[copy.id] == .deleted, let id = copy.draft.header.messageID {
        state.withdrawnAnswers.insert(id)
      }
    }
    return done
  }

  func trackByHand(_ id: CopyID, by user: OrganizationUser) -> Bool {
    guard let index = state.copies.firstIndex(where: { $0.id == id }) else { return false }
    state.copies[index].isManual = true
    let key = state.copies[index].draft.key
    state.withdrawnMessages.remove(key)
    state.withdrawnDeliveries[key]?.subtract(user.addresses)
    if let messageID = state.copies[index].draft.header.messageID {
      state.withdrawnAnswers.remove(messageID)
    }
    return true
  }

  func setRegarding(
    _ id: CopyID, _ record: RecordReference?, andOfConversation others: [CopyID]?
  ) -> Bool {
    guard state.copies.contains(where: { $0.id == id }) else { return false }
    for index in state.copies.indices where ([id] + (others ?? [])).contains(state.copies[index].id)
    {
      state.copies[index].regarding = record.map(current)
    }
    return true
  }

  func splitConversation(at id: CopyID) -> Parting? {
    guard let first = state.copies.first(where: { $0.id == id }) else { return nil }
    let all = state.copies.filter { $0.conversation == first.conversation }
    var leaving: Set<CopyID> = [id]
    // Who answers came later.
    for copy in all where copy.draft.correlation.map({ leaving.contains($0.copy) }) ?? false {
      leaving.insert(copy.id)
    }
    guard leaving.count < all.count else { return .nothingToPart }
    state.lastConversation += 1
    for index in state.copies.indices where leaving.contains(state.copies[index].id) {
      state.copies[index].conversation = ConversationID(state.lastConversation)
    }
    return .parted(leaving.count)
  }

  func forget(_ address: AddrSpec, isDryRun: Bool, now: Int64) throws -> Withdrawal {
    guard user(address) == nil else { throw DirectoryError.isUser(address.description) }
    return withdraw(isDryRun) { copy in
      copy.draft.participants.contains { $0.mailbox.address == address }
    }
  }

  func prune(
    before time: Int64, regarding records: SearchCriterion.RecordPattern?, isDryRun: Bool,
    now: Int64
  ) -> Withdrawal {
    withdraw(isDryRun) { copy in
      let isMeant =
        switch records {
        case .one(let record)?: copy.regarding == record
        case .type(let type)?: copy.regarding?.type == type
        case .any?: copy.regarding != nil
        case SearchCriterion.RecordPattern.none?: copy.regarding == nil
        case nil: true
        }
      return isMeant && copy.draft.delivery.seenAt < time
    }
  }

  private func withdraw(_ isDryRun: Bool, _ isFound: (Copy) -> Bool) -> Withdrawal {
    var withdrawal = Withdrawal()
    withdrawal.copies = state.copies.count(where: isFound)
    guard !isDryRun else { return withdrawal }
    state.withdrawnMessages.formUnion(state.copies.filter(isFound).map(\.draft.key))
    state.copies.removeAll(where: isFound)
    return withdrawal
  }

  func eraseDeleted() -> Bool { true }
}

extension MemoryOrganization: MailArchive {
  private func found(_ query: CopyQuery) -> [Copy] {
    let found = state.copies.filter { copy in
      (query.conversation.map { copy.conversation == $0 } ?? true)
        && (query.direction.map { copy.draft.direction == $0 } ?? true)
        && (query.regarding.map { copy.regarding == $0 } ?? true)
        && (query.visibleTo.map { isOwn(copy, of: $0) } ?? true)
        && (query.participant.map { one in
          copy.draft.participants.contains { $0.mailbox.address == one }
        } ?? true)
    }.sorted { (sentAt($0), $0.id) < (sentAt($1), $1.id) }
    return Array(
      (query.isOldestFirst ? found : found.reversed()).dropFirst(query.offset).prefix(query.limit))
  }

  private func sentAt(_ copy: Copy) -> Int64 {
    copy.draft.header.credibleDate?.secondsSince1970 ?? copy.draft.delivery.seenAt
  }

  private func isOwn(_ copy: Copy, of user: OrganizationUser) -> Bool {
    copy.draft.owner.user == user.id
      || copy.deliveries.contains { user.addresses.contains($0.mailbox) }
  }

  func copies(_ query: CopyQuery) -> [TrackedCopy] { found(query).map(tracked) }

  func summaries(_ query: CopyQuery) -> [CopySummary] {
    found(query).map { copy in
      CopySummary(
        id: copy.id, direction: copy.draft.direction,
        senderAddress: copy.draft.header.from.first?.address.description,
        recipientAddress: copy.draft.header.to.first?.address.description, sentAt: sentAt(copy),
        regarding: copy.regarding?.description, subject: copy.draft.header.subject ?? "")
    }
  }

  func copyIDs(_ query: CopyQuery) -> [CopyID] { found(query).map(\.id) }

  func count(of query: CopyQuery) -> Int {
    var query = query
    query.limit = Int.max
    query.offset = 0
    return found(query).count
  }

  func countOfCopies() -> Int { state.copies.count }

  func copy(_ id: CopyID) -> TrackedCopy? {
    state.copies.first { $0.id == id }.map(tracked)
  }

  func isOwn(_ id: CopyID, of user: OrganizationUser) -> Bool {
    state.copies.first { $0.id == id }.map { isOwn($0, of: user) } ?? false
  }

  func readers(of id: CopyID) -> [OrganizationUser] {
    state.users.filter { user in
      let privileges = state.policy.privileges(of: user.role)
      return user.isEnabled && privileges.contains(.readOwn)
        && (privileges.contains(.readOrganization) || isOwn(id, of: user))
    }
  }

  func content(of id: CopyID, _ body: (UnsafeRawBufferPointer) throws -> Void) throws {
    try state.copies.first { $0.id == id }?.bytes.withUnsafeBytes(body)
  }

  func activity(of id: CopyID) -> TrackedActivity? {
    state.copies.first { $0.id == id }.map { copy in
      TrackedActivity(
        id: TrackedActivity.id(
          key: copy.draft.key.bytes, direction: copy.draft.direction.rawValue),
        answers: nil, token: copy.draft.token, threadIndex: copy.draft.header.threadIndex?.bytes,
        isSubjectChanged: copy.draft.correlation?.isSubjectChanged, acceptingUser: nil)
    }
  }

  func calendar(of query: CopyQuery) -> [CalendarEntry] {
    var query = query
    query.limit = Int.max
    query.offset = 0
    let found = Set(found(query).map(\.id))
    let all = state.copies.filter { copy in
      query.visibleTo.map { isOwn(copy, of: $0) } ?? true
    }.flatMap { copy in
      copy.draft.calendar.filter { state.policy.keeps($0.item.kind) }
        .map { CalendarEntry(copy: copy.id, word: $0) }
    }
    let ids = Set(all.filter { found.contains($0.copy) }.compactMap(\.word.item.seriesID))
    return all.filter { entry in
      found.contains(entry.copy) || entry.word.item.seriesID.map(ids.contains) ?? false
    }
  }

  func statistics(
    of query: CopyQuery, by dimension: CopyStatistic.Dimension?
  ) -> [CopyStatistic] {
    var query = query
    query.limit = Int.max
    let groups = Dictionary(grouping: found(query)) { copy -> String? in
      switch dimension {
      case .rule: copy.draft.grounds.rule
      case .reason: copy.draft.grounds.code.map { "\($0.rawValue)" }
      case .record: copy.regarding?.description
      case .sender: copy.draft.header.from.first?.address.comparisonKey
      case .domain: copy.draft.header.from.first?.address.domainKey
      case .month, nil: nil
      }
    }
    return groups.map { value, copies in
      let incoming = copies.count { $0.draft.direction == .incoming }
      return CopyStatistic(
        value: value, incoming: incoming, outgoing: copies.count - incoming,
        size: copies.map(\.draft.size).reduce(0, +))
    }.sorted { $0.count > $1.count }
  }

  func questions(limit: Int) -> [LoggedQuestion] {
    let tracked = state.copies.map { copy in
      LoggedQuestion(
        mail: copy.id, askedAt: copy.draft.trackedAt ?? copy.draft.delivery.seenAt,
        sender: copy.draft.header.from.first?.address.description,
        recipients: copy.draft.header.to.map(\.address.description),
        subject: copy.draft.header.subject ?? "", isAccepted: true, code: copy.draft.grounds.code)
    }
    return Array((tracked + state.questions).sorted { $0.askedAt > $1.askedAt }.prefix(limit))
  }

  private func tracked(_ copy: Copy) -> TrackedCopy {
    let draft = copy.draft
    return TrackedCopy(
      id: copy.id, direction: draft.direction, messageID: draft.header.messageID?.value,
      subject: draft.header.subject ?? "", senderName: draft.header.from.first?.displayName,
      senderAddress: draft.header.from.first?.address.description, sentAt: sentAt(copy),
      zone: draft.header.credibleDate?.zoneMinutes,
      trackedAt: draft.trackedAt ?? draft.delivery.seenAt, arrivedAt: draft.delivery.seenAt,
      size: draft.size, isTruncated: draft.isTruncated, conversation: copy.conversation,
      owner: state.users.first { $0.id == draft.owner.user }?.address.description ?? "",
      ownerReason: draft.owner.reason.rawValue, regarding: copy.regarding?.description,
      regardingSource: draft.regarding?.source.rawValue, answers: draft.correlation?.copy,
      correlation: draft.correlation?.method, reason: draft.grounds.code,
      rule: draft.grounds.rule, isManual: copy.isManual, explanation: draft.grounds.explanation,
      participants: draft.participants.map {
        TrackedParticipant(
          role: $0.role.rawValue, name: $0.mailbox.displayName,
          address: $0.mailbox.address.description, isExternal: $0.isExternal, records: [])
      }, attachments: draft.attachments,
      deliveries: copy.deliveries.map {
        TrackedDelivery(
          mailbox: $0.mailbox.description, envelopeSender: nil, envelopeRecipient: nil,
          folder: nil, fileName: nil, firstSeenAt: draft.delivery.seenAt,
          lastSeenAt: draft.delivery.seenAt, timesSeen: $0.timesSeen)
      },
      related: state.copies.filter {
        $0.id != copy.id && $0.draft.header.messageID != nil
          && $0.draft.header.messageID == draft.header.messageID
      }.map(\.id))
  }
}

extension MemoryOrganization: LocalState {
  func fileDigester() -> FileDigester { FileDigester(salt: Array(name.utf8)) }
  func knownFiles() -> Set<FileDigest> { state.files }
  func remember(_ files: [FileDigest]) { state.files.formUnion(files) }
  func knownFolders() -> [FileDigest: String] { state.folders }
  func remember(_ folders: [FileDigest: String]) { state.folders.merge(folders) { $1 } }
  func batchFailures() -> [BatchFailure] { state.failures }

  func acknowledgeBatchFailure(_ path: String) -> Bool {
    guard state.failures.contains(where: { $0.path == path }) else { return false }
    state.failures.removeAll { $0.path == path }
    state.acknowledged.insert(path)
    return true
  }

  func noteBatchFailures(_ failures: [BatchFailure], repaired: [String]) {
    let paths = Set(failures.map(\.path) + repaired)
    state.failures.removeAll { paths.contains($0.path) }
    state.failures += failures.filter { !state.acknowledged.contains($0.path) }
  }

  func indexesText() -> Bool { state.policy.indexesText }
  @discardableResult func indexMarked(progress: (Int) -> Void) -> Int { 0 }
  func prepareIndex() {}
  func mergeSome() {}

  func gather<Result>(
    until deadline: Deadline, undoesEach: Bool, _ body: () throws -> Result
  ) throws -> Result {
    let before = state
    do {
      return try body()
    } catch {
      state = before
      throw error
    }
  }

  var isOverdue: Bool { false }
  func settle() {}
}

/// Opens organizations in memory: the same one for the same name, as long as the provider is there.
final class MemoryProvider: OrganizationProvider, @unchecked Sendable {
  let scheme = "memory"
  private var organizations: [String: MemoryOrganization] = [:]

  func open(
    _ entry: OrganizationEntry, for purpose: OpeningPurpose, with opener: OrganizationOpener
  ) throws -> any Organization {
    let organization = self.organization(entry.url.location)
    if organization.state.users.isEmpty {
      for (number, mailbox) in opener.profile.mailboxes.enumerated() {
        try organization.addUser(
          mailbox.owner, addresses: mailbox.addresses, kind: .user,
          role: number == 0 ? .administrator : .member, filter: nil, login: nil, now: opener.now)
      }
    }
    guard purpose == .explain || purpose == .rehearse else { return organization }
    let copy = MemoryOrganization(name: organization.name)
    copy.state = organization.state
    copy.isExplaining = purpose == .explain
    copy.defers = organization.defers
    return copy
  }

  /// The organization of a name.
  func organization(_ name: String) -> MemoryOrganization {
    if let organization = organizations[name] { return organization }
    let organization = MemoryOrganization(name: name)
    organizations[name] = organization
    return organization
  }
}
