import CSystem
import InternetMessage
import System
import Tracking

/// An organization of Dynamics 365 or of another app on Dataverse, by its Web API: see
/// crm-mailfilter-dataverse(7).
///
/// It is asked by its own questions (`CheckIncomingEmail`, `CheckPromoteEmail`) where it lets this side
/// ask them; else `Decider` decides by what is looked up there.
final class DataverseOrganization: RemoteRecords {
  let client: DataverseClient
  private let journal: DataverseJournal
  let text: OrganizationEntry.TextForm
  var me: DataverseIdentity?
  var lookup = DataverseLookup()
  /// What tables are called in URLs; `nil` for one that is not there.
  private var sets: [String: String?] = DataverseTables.sets.mapValues(Optional.some)
  /// Columns that this version of the service does not know.
  private var leftOut: Set<String> = []

  /// Makes a client; nobody is asked yet.
  ///
  /// - Parameters:
  ///   - service: What sends requests.
  ///   - journal: What of the copies here is to be asked about.
  ///   - text: As what the text of e-mails is written.
  init(
    _ service: any DataverseService, journal: DataverseJournal,
    text: OrganizationEntry.TextForm = .plain
  ) {
    client = DataverseClient(service)
    self.journal = journal
    self.text = text
  }

  func connect() throws(RemoteTrouble) -> RemoteIdentity {
    let me = try DataverseIdentity(by: client)
    self.me = me
    lookup.settings = me.settings
    return me.identity
  }

  func identity() throws(RemoteTrouble) -> DataverseIdentity {
    if let me { return me }
    _ = try connect()
    guard let me else { throw .unreachable("nobody is signed in") }
    return me
  }

  func disconnect() {
    client.service.end()
    me = nil
    ahead = [:]
    aheadSize = 0
    // Somebody may be another one's contact the next time.
    lookup.forget()
  }

  // MARK: Deciding

  private(set) var sentRequests: [[SentRequest]] = []

  /// As many checks as go into one batch.
  let questionsAtOnce = DataverseClient.batchSize

  func decide(_ questions: [RemoteQuestion]) throws(RemoteTrouble) -> [RemoteAnswer] {
    sentRequests = []
    let me = try identity()
    client.beginLog()
    /// Those for which somebody is looked up.
    var places: [Int] = []
    defer {
      let lookedUp = Set(places)
      sentRequests =
        client.log?.requests(
          about: questions.enumerated().map { place, asked in
            lookedUp.contains(place)
              ? .init(
                addresses: Self.participants(asked.question), answers: asked.answers?.stored)
              : .init(addresses: [])
          }) ?? []
      client.endLog()
    }
    var answers: [Int: RemoteAnswer] = [:]
    var accepted: [Int: ReasonCode] = [:]
    /// Those whose check failed: whether they are there already is looked up.
    var unchecked: Set<Int> = me.asksCheck ? [] : Set(questions.indices)
    if me.asksCheck {
      let replies = try client.answers(
        to: questions.enumerated().map { place, asked in
          var request = DataverseCheck.request(asked.question)
          request.about = .message(place)
          return request
        })
      for (place, reply) in replies.enumerated() {
        switch try verdict(reply, of: questions[place]) {
        case .refused(let code):
          answers[place] = .refused(
            code, explanation: DataverseCheck.words(code, accepts: false))
        case .accepted(let code): accepted[place] = code
        case .open: if !reply.isSuccess { unchecked.insert(place) }
        }
      }
    }
    places = questions.indices.filter { answers[$0] == nil }
    try lookup.resolve(
      places.flatMap { Self.participants(questions[$0].question) },
      answers: places.compactMap { questions[$0].answers?.stored }, by: client)
    let known = try duplicates(among: places.filter(unchecked.contains), of: questions)
    for place in places {
      answers[place] = try answer(
        questions[place], accepted[place], isKnown: known.contains(place))
    }
    return questions.indices.compactMap { answers[$0] }
  }

  /// What an answer to a check comes to.
  private enum Verdict {
    case accepted(ReasonCode)
    case refused(ReasonCode)
    /// This side decides.
    case open
  }

  private func verdict(
    _ answer: DataverseAnswer, of asked: RemoteQuestion
  ) throws(RemoteTrouble) -> Verdict {
    guard answer.isSuccess else {
      // It is not let ask any more, or not this: it is decided by what can be read.
      let failure = DataverseFailure(answer)
      if failure.status == 401 { throw client.trouble(answer) }
      return .open
    }
    let reply = try answer.decoded(DataverseCheck.Reply.self)
    guard let accepts = reply.accepts else {
      throw .unknownOutcome("it answered a check with neither yes nor no")
    }
    let question = asked.question
    guard accepts else {
      // It knows what is answered by the token alone; this side knows it by more.
      let isJoinedHere = reply.code == .noCorrelationMatch && asked.answers != nil
      return isJoinedHere ? .open : .refused(reply.code)
    }
    // Of sent mail it says only whether it has it; whether the user wants it is for his filter.
    return question.direction == .outgoing && !question.isTrackingAsked
      ? .open : .accepted(reply.code)
  }

  private static func participants(_ question: Question) -> [AddrSpec] {
    let listed = (question.to + question.cc + question.bcc).prefix(DataverseLookup.maxAddresses)
    return (question.sender.map { [$0] } ?? []) + listed + [question.mailboxOwner]
  }

  /// Those of some questions whose message is there already, which no check said.
  private func duplicates(
    among places: [Int], of questions: [RemoteQuestion]
  ) throws(RemoteTrouble) -> Set<Int> {
    let found = try lookup.emails(
      of: places.map { (questions[$0].question.messageID, .message($0)) }, by: client)
    var known: Set<Int> = []
    for (place, emails) in zip(places, found)
    where emails.contains(where: { $0.direction == questions[place].question.direction }) {
      known.insert(place)
    }
    return known
  }

  private func answer(
    _ asked: RemoteQuestion, _ accepted: ReasonCode?, isKnown: Bool
  ) throws(RemoteTrouble) -> RemoteAnswer {
    let found = asked.answers?.stored.flatMap { lookup.answered[$0] }
    var question = asked.question
    question.answers = answeredCopy(question.answers, found)
    // Numbers of copies are this side's; here they only say that there is one.
    question.knownCopy = isKnown ? CopyID(1) : nil
    let policy = lookup.settings.policy
    let decision: Decision
    do {
      if let accepted {
        let owner = try Decider.owner(
          of: question, policy: policy, directory: lookup.directory)
        return .accepted(
          accepted, explanation: DataverseCheck.words(accepted, accepts: true),
          owner: owner.flatMap { lookup.directory.address(of: $0.user) },
          regarding: found?.regarding)
      }
      decision = try Decider.decide(question, policy: policy, directory: lookup.directory)
    } catch {
      throw .unknownOutcome(SafeText.neutralised("\(error)"))
    }
    switch decision {
    case .accepted(let acceptance):
      return .accepted(
        acceptance.code, explanation: acceptance.explanation,
        owner: lookup.directory.address(of: acceptance.owner.user), regarding: found?.regarding)
    case .refused(let code, let explanation): return .refused(code, explanation: explanation)
    case .deferred(let explanation): return .deferred(explanation: explanation)
    }
  }

  /// The copy that a message answers, with its owner there; `nil` where it is no longer there.
  private func answeredCopy(
    _ copy: Question.AnsweredCopy?, _ found: DataverseLookup.Answered?
  ) -> Question.AnsweredCopy? {
    guard let copy, let found else { return nil }
    return Question.AnsweredCopy(
      copy: copy.copy, owner: lookup.directory.number(of: found.owner ?? ""))
  }

  // MARK: Delivering

  func deliver(_ delivery: RemoteDelivery) throws(RemoteTrouble) -> RemoteReceipt {
    sentRequests = []
    let me = try identity()
    client.beginLog()
    defer {
      sentRequests = [client.log?.all ?? []]
      client.endLog()
    }
    // It is there; the service knows no mailboxes.
    if let stored = delivery.copy.stored { return RemoteReceipt(stored: stored) }
    let email: DataverseEmail
    do {
      email = try DataverseEmail(delivery, settings: me.settings, text: text)
    } catch {
      throw .notSent(SafeText.neutralised("\(error)"))
    }
    var hand = DataverseDelivering(email: email, client: client)
    var regarding = delivery.draft.regarding?.record
    // Somebody may delete a record, or the e-mail that is answered, between two requests: then all is
    // looked up once more, and at last handed over without what was only inherited.
    for attempt in 1...Self.maxAttempts {
      try prepare(delivery, regarding: regarding)
      let (surroundings, fields) = surroundings(of: delivery, me)
      let request = email.creation(surroundings, regarding: regarding)
      switch try hand.run(creation: request, fields: fields) {
      case .done: return RemoteReceipt(stored: email.id)
      case .gone: return RemoteReceipt(stored: email.id, isGone: true)
      case .refused(let failure):
        if let name = dispensable(failure), leftOut.insert(name).inserted { continue }
        guard failure.isMissing, attempt < Self.maxAttempts else {
          throw failure.isMissing
            ? .refusedForGood(failure.words)
            : failure.trouble(now: csystem_realtime() / 1_000_000_000)
        }
        lookup.forget()
        if attempt > 1, ![.manual, .rule].contains(delivery.draft.regarding?.source) {
          regarding = nil
        }
      }
    }
    throw .unknownOutcome("it refuses the e-mail for one reason after the other")
  }

  private static let maxAttempts = 8

  /// The copies that go there ahead of their turn.
  private var ahead: [String: (email: DataverseEmail, delivery: RemoteDelivery)] = [:]
  /// How many bytes these hold.
  private var aheadSize = 0

  /// Two requests each, of those that go into a batch.
  let copiesAhead = DataverseClient.batchSize / 2
  /// So many bytes of messages go there ahead of their turn at once, at the most.
  private static let largestAhead = 2 << 20
  /// Of a message that has more bytes, none do.
  private static let largestCopyAhead = 256 << 10

  func takeAhead(_ delivery: RemoteDelivery) -> Bool {
    guard let me, ahead.count < copiesAhead, delivery.copy.stored == nil,
      delivery.draft.size <= Self.largestCopyAhead,
      aheadSize + delivery.draft.size <= Self.largestAhead,
      // What has to be asked for, or mended, takes its turn.
      delivery.draft.regarding.map({
        ODataText.isID($0.record.id) && (sets[$0.record.type] ?? nil) != nil
      }) ?? true,
      let email = try? DataverseEmail(delivery, settings: me.settings, text: text),
      // A file is checked one by one, and completes nothing where it is missing.
      email.files.isEmpty
    else { return false }
    var light = delivery
    light.draft.content = { _ in }
    ahead[email.id] = (email, light)
    aheadSize += delivery.draft.size
    return true
  }

  func deliverAhead(_ ids: [String]) throws(RemoteTrouble) -> [RemoteReceipt?] {
    let copies = ids.compactMap { ahead[$0] }
    ahead = [:]
    aheadSize = 0
    sentRequests = []
    guard copies.count == ids.count else { return [] }
    let me = try identity()
    client.beginLog()
    defer {
      sentRequests =
        client.log?.requests(
          about: copies.map {
            .init(addresses: Self.looksUp($0.delivery), answers: $0.delivery.answers?.stored)
          }) ?? []
      client.endLog()
    }
    try lookup.resolve(
      copies.flatMap { Self.looksUp($0.delivery) },
      answers: copies.compactMap { $0.delivery.answers?.stored }, by: client)
    var requests: [DataverseRequest] = []
    for (place, copy) in copies.enumerated() {
      let (surroundings, fields) = surroundings(of: copy.delivery, me)
      let regarding = copy.delivery.draft.regarding?.record
      for var request in [
        copy.email.creation(surroundings, regarding: regarding),
        copy.email.completion(tellsRemarks: false),
      ] {
        request.fields += fields
        request.about = .message(place)
        requests.append(request)
      }
    }
    let answers = try client.answers(to: requests)
    return copies.indices.map { place in
      let (creation, completion) = (answers[2 * place], answers[2 * place + 1])
      guard creation.isSuccess else { return nil }
      if completion.isSuccess { return RemoteReceipt(stored: copies[place].email.id) }
      // Somebody deleted it between the two.
      return DataverseFailure(completion).isMissing
        ? RemoteReceipt(stored: copies[place].email.id, isGone: true) : nil
    }
  }

  /// The addresses that are looked up for a copy.
  private static func looksUp(_ delivery: RemoteDelivery) -> [AddrSpec] {
    delivery.draft.participants.prefix(DataverseLookup.maxAddresses).map(\.mailbox.address)
      + [delivery.draft.delivery.mailboxOwner]
  }

  /// Looks up all that an e-mail names.
  func prepare(
    _ delivery: RemoteDelivery, regarding: RecordReference?
  ) throws(RemoteTrouble) {
    try lookup.resolve(
      Self.looksUp(delivery), answers: [delivery.answers?.stored].compactMap(\.self), by: client)
    guard let regarding else { return }
    guard ODataText.isID(regarding.id) else {
      throw .refusedForGood(
        "'\(regarding)' is no record of it, whose ids have 32 hexadecimal digits; correct the rule")
    }
    guard try set(of: regarding.type) != nil else {
      throw .refusedForGood("it has no table '\(regarding.type)'; correct the rule")
    }
  }

  func surroundings(
    of delivery: RemoteDelivery, _ me: DataverseIdentity
  ) -> (DataverseEmail.Surroundings, [DataverseRequest.Field]) {
    let owner = owner(of: delivery)
    let isMine = owner == nil || owner == me.user
    let answers = delivery.answers?.stored.flatMap { lookup.answered[$0] == nil ? nil : $0 }
    let sets = sets
    let surroundings = DataverseEmail.Surroundings(
      directory: lookup.directory, settings: me.settings, owner: isMine ? nil : owner,
      assigns: me.assigns, answers: answers, set: { sets[$0] ?? nil }, leftOut: leftOut)
    let fields =
      !isMine && !me.assigns && me.impersonates
      ? owner.map { [DataverseRequest.Field("MSCRMCallerID", $0)] } ?? [] : []
    return (surroundings, fields)
  }

  /// The user to whom a copy is to belong, in the order of the documents (email-record-owner).
  private func owner(of delivery: RemoteDelivery) -> String? {
    let draft = delivery.draft
    func addresses(_ roles: CopyDraft.Participant.Role...) -> [AddrSpec] {
      draft.participants.filter { roles.contains($0.role) }.map(\.mailbox.address)
    }
    var question = Question(
      sender: addresses(.from).first, to: addresses(.to), cc: addresses(.cc),
      bcc: addresses(.bcc, .envelope), direction: draft.direction,
      mailboxOwner: draft.delivery.mailboxOwner)
    if let correlation = draft.correlation {
      question.answers = answeredCopy(
        .init(copy: correlation.copy, owner: correlation.owner),
        delivery.answers?.stored.flatMap { lookup.answered[$0] })
    }
    let ownership = try? Decider.owner(
      of: question, policy: lookup.settings.policy, directory: lookup.directory)
    return ownership.flatMap { lookup.directory.owner($0.user) }
  }

  /// The column of an e-mail that a failure names, and that it can do without.
  private func dispensable(_ failure: DataverseFailure) -> String? {
    guard failure.status == 400 else { return nil }
    return DataverseEmail.dispensable.first { failure.message.contains("'\($0)") }
  }

  /// What a table is called in URLs; `nil` where there is none.
  private func set(of table: String) throws(RemoteTrouble) -> String? {
    if let known = sets[table] { return known }
    guard ODataText.isName(table) else { return nil }
    let answer = try client.answer(
      to: DataverseRequest(
        .get, "EntityDefinitions(LogicalName='\(table)')?$select=EntitySetName"))
    if !answer.isSuccess, !DataverseFailure(answer).isMissing { throw client.trouble(answer) }
    let name = answer.isSuccess ? try answer.decoded(DataverseRow.self).text("EntitySetName") : nil
    sets[table] = .some(name.flatMap { ODataText.isName($0) ? $0 : nil })
    return sets[table] ?? nil
  }

  // MARK: Taking back and regarding

  func withdraw(_ copy: RemoteCopy, mailbox: AddrSpec?) throws(RemoteTrouble) {
    // It knows no mailboxes: what is one of several users' stays.
    guard mailbox == nil else { return }
    _ = try identity()
    let answer = try client.answer(
      to: DataverseRequest(.delete, "emails(\(copy.stored ?? copy.id))"))
    guard !answer.isSuccess else { return }
    let failure = DataverseFailure(answer)
    guard !failure.isMissing else { return }
    // It lets in whoever asks, and not do this.
    throw failure.status == 403
      ? .unable("it lets this user not delete the e-mail: \(failure.words)")
      : client.trouble(answer)
  }

  func regard(_ record: RecordReference?, of copy: RemoteCopy) throws(RemoteTrouble) {
    _ = try identity()
    let id = copy.stored ?? copy.id
    if let record {
      guard ODataText.isID(record.id), try set(of: record.type) != nil else {
        throw .unable("'\(record)' is no record of it; nothing was changed")
      }
    }
    for _ in 1...3 {
      let found = try client.answer(
        to: DataverseRequest(
          .get, "emails(\(id))?$select=_regardingobjectid_value",
          fields: [DataverseLookup.annotations]))
      guard found.isSuccess else { throw regardTrouble(found) }
      let row = try found.decoded(DataverseRow.self)
      guard row.id("_regardingobjectid_value") != record?.id.lowercased() else { return }
      let change: JSONText
      if let record, let set = try set(of: record.type) {
        change = .string("/\(set)(\(record.id))")
      } else {
        change = .null
      }
      // Of what it is to regard no longer, any column of the kind will do.
      let table = (record ?? row.record("_regardingobjectid_value"))?.type ?? "account"
      let answer = try client.answer(
        to: DataverseRequest(
          .patch, "emails(\(id))",
          fields: [
            .init("If-Match", found.fields["etag"] ?? row.text("@odata.etag") ?? "*")
          ], json: .object([("regardingobjectid_\(table)_email@odata.bind", change)])))
      if answer.isSuccess { return }
      guard DataverseFailure(answer).isOverrun else { throw regardTrouble(answer) }
    }
    throw .unknownOutcome("somebody else goes on changing the e-mail; try again")
  }

  private func regardTrouble(_ answer: DataverseAnswer) -> RemoteTrouble {
    let failure = DataverseFailure(answer)
    if failure.isMissing {
      return .unable("the e-mail or the record is no longer there: \(failure.words)")
    }
    return failure.status == 403 || failure.isRefusal
      ? .unable("it does not take the change: \(failure.words)") : client.trouble(answer)
  }

  // MARK: Changes

  func changes(since token: String?) throws(RemoteTrouble) -> RemoteChanges {
    _ = try identity()
    return try DataverseChanges(client: client, journal: journal).next(after: token)
  }

  func records(since token: String?) throws(RemoteTrouble) -> RemoteRecordChanges {
    _ = try identity()
    return try DataverseRecords(client: client).next(after: token)
  }
}
