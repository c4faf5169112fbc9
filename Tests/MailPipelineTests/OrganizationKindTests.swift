import Foundation
import InternetMessage
import Mailboxes
import System
import Testing
import Tracking

@testable import MailPipeline

/// The kinds of organizations, each through the same table: what a command or the filter sees of one
/// it sees of the other.
@Suite struct OrganizationKindTests {
  /// A kind.
  enum Kind: String, CaseIterable {
    case embedded, memory
    /// Elsewhere, with a store on this side.
    case mirrored
    /// The same with a PostgreSQL server, as its administrator reaches it.
    case postgresql

    /// Those that need nothing.
    static let allCases: [Kind] = [.embedded, .memory, .mirrored]

    /// Those whose users, records and settings are kept here.
    static let administered: [Kind] = [.embedded, .memory]
  }

  /// A profile with one organization, which an account's domain, a rule and the filter `contacts` of
  /// Lee's make choosy.
  final class Place {
    let folder: TemporaryFolder
    let profile: String
    let memory = MemoryProvider()
    let remote = RemoteProvider()
    private let server: PostgreSQLPlace?
    private(set) var environment: HostEnvironment
    let opener: OrganizationOpener

    static let dana = "dana@contoso.example"
    static let lee = "lee@contoso.example"

    init(_ kind: Kind) throws {
      folder = try TemporaryFolder()
      server = kind == .postgresql ? try PostgreSQLPlace(logins: ["dana"]) : nil
      try server?.makeOrganization()
      try server?.addUser("lee", hasLogin: false)
      profile = folder.path + "/profile.toml"
      let url =
        switch kind {
        case .embedded: "sqlite:\(folder.path)/c.sqlite"
        case .memory: "memory:c"
        case .mirrored: "exec:/nowhere"
        case .postgresql: try #require(server).url("dana")
        }
      let text = """
        synchronizing = "c"
        [[mailbox]]
        owner = "\(Self.dana)"
        [[mailbox]]
        owner = "\(Self.lee)"
        [[organization]]
        name = "c"
        url = "\(url)"
        [[rule]]
        name = "f"
        from = "@fabrikam.example"
        action = "track"
        regarding = "account:1"
        """
      try AtomicFile.write("profile.toml", in: folder.path) { write in
        try Array(text.utf8).withUnsafeBytes { try write($0) }
      }
      environment = HostEnvironment(
        variables: ["XDG_STATE_HOME": folder.path + "/state"], home: folder.path)
      environment.providers = [remote, memory] + environment.providers
      let pool = TrackerPool(
        environment: environment, deadline: Deadline(milliseconds: 20_000), now: 100,
        isHurried: false, asking: RemoteAsking())
      opener = try pool.opener(profilePath: profile)
      try takeChanges()
    }

    /// What an organization elsewhere knows is known here after the next `sync`.
    func takeChanges() throws {
      guard server != nil, let organization = try open() as? MirroredOrganization else { return }
      try organization.takeChanges(now: 100)
      organization.connection.disconnect()
    }

    func open(_ purpose: OpeningPurpose = .track) throws -> any Organization {
      try opener.open(#require(opener.profile.synchronizingOrganization), for: purpose)
    }

    func user(_ name: String) throws -> OrganizationUser {
      try #require(try open(.read).members.user(address(name)))
    }

    func address(_ text: String) throws -> AddrSpec { try #require(AddrSpec(text)) }

    /// Takes a message the way of the filter, or of `explain`, `batch --dry-run` and `track`.
    @discardableResult func track(
      _ text: String, to recipient: String = dana, for purpose: OpeningPurpose = .track,
      isByHand: Bool = false
    ) throws -> Verdict {
      let input = MessageInput(
        source: BytesSource(Array(text.utf8)), temporaryFolders: [], firstRead: 4096)
      var arrival = Arrival(
        envelope: Envelope(recipients: [try address(recipient)]), seenAt: 200)
      arrival.isByHand = isByHand
      return try MessageTracker(opener: opener, purpose: purpose)
        .track(input.readHeader(), of: input, arrival).verdict
    }
  }

  private static func message(
    _ number: Int, _ fields: String = "", from sender: String = "ann@fabrikam.example",
    subject: String = "The offer"
  ) -> String {
    """
    Message-ID: <\(number)@x.example>
    From: Ann <\(sender)>
    To: \(Place.dana)
    Subject: \(subject)
    \(fields.isEmpty ? "" : fields + "\n")
    text \(number)

    """
  }

  private static func answer(
    _ number: Int, to parent: Int, from sender: String = "ann@fabrikam.example"
  ) -> String {
    message(number, "In-Reply-To: <\(parent)@x.example>", from: sender)
  }

  // MARK: What becomes of messages

  /// What went before, one message, and what becomes of it.
  struct Row: Sendable {
    let name: String
    var before: @Sendable (Place) throws -> Void = { _ in }
    let message: String
    var recipient = Place.dana
    var isByHand = false
    let kind: Verdict.Kind
    let reason: String
    var copies = 0
    /// Whether users, records or settings are changed before.
    var administers = false
    /// Whether it comes through the mailbox of somebody else than who is logged in, which only mail hosts
    /// bring in.
    var isOthers = false
  }

  private static let stranger = "ann@other.example"

  private static func withdrawConversation(of place: Place) throws {
    let organization = try place.open(.read)
    let copy = try #require(try organization.archive?.copies(CopyQuery()).first)
    _ = try organization.keeping?.untrackConversation(
      copy.conversation, by: place.user(Place.dana), now: 1)
  }

  static let rows: [Row] = [
    Row(name: "a rule", message: message(1), kind: .track, reason: "Rule", copies: 1),
    Row(
      name: "a stranger", message: message(1, from: stranger), kind: .refuse,
      reason: "NoCorrelationMatch"),
    Row(
      name: "an answer",
      before: { try $0.track(message(1, "Cc: ann@other.example")) },
      message: answer(2, to: 1, from: stranger), kind: .track, reason: "CorrelationMatch",
      copies: 2),
    Row(
      name: "an answer of somebody unknown", before: { try $0.track(message(1)) },
      message: answer(2, to: 1, from: stranger), kind: .refuse, reason: "NoCorrelationMatch",
      copies: 1),
    Row(
      name: "an answer of a colleague of who takes part",
      before: { try $0.track(message(1, "Cc: ann@other.example")) },
      message: answer(2, to: 1, from: "bob@other.example"), kind: .track,
      reason: "CorrelationMatch", copies: 2),
    Row(
      name: "an answer of a colleague, where only addresses are known",
      before: {
        try $0.open().administration?.setPolicy("correlation-known-participant", to: "address")
        try $0.track(message(1, "Cc: ann@other.example"))
      },
      message: answer(2, to: 1, from: "bob@other.example"), kind: .refuse,
      reason: "NoCorrelationMatch", copies: 1, administers: true),
    Row(
      name: "a user whom the profile does not know",
      before: { place in
        try place.open().administration?.addUser(
          place.address(stranger), addresses: [], kind: .user, role: .member, filter: nil,
          login: nil, now: 1)
      }, message: message(1, from: stranger), kind: .ignore, reason: "Excluded", administers: true),
    Row(
      name: "a record",
      before: { place in
        let administration = try #require(try place.open().administration)
        _ = try administration.setRecords(
          [
            RecordEntry(
              record: RecordReference(type: "contact", id: "1"),
              addresses: [place.address(stranger)])
          ], now: 1)
        var user = try #require(try administration.user(place.address(Place.dana)))
        user = OrganizationUser(
          id: user.id, address: user.address, addresses: user.addresses, role: user.role,
          filter: .contacts, login: user.login)
        try administration.changeUser(user)
      }, message: message(1, from: stranger), kind: .track, reason: "SenderMatch", copies: 1,
      administers: true),
    Row(
      name: "seen again", before: { try $0.track(message(1)) }, message: message(1),
      kind: .duplicate, reason: "Duplicate", copies: 1),
    Row(
      name: "in another mailbox", before: { try $0.track(message(1)) }, message: message(1),
      recipient: Place.lee, kind: .duplicate, reason: "Duplicate", copies: 1, isOthers: true),
    Row(
      name: "untracked before",
      before: { place in
        let copy = try #require(try place.track(message(1)).copy)
        _ = try place.open(.read).keeping?.untrack(copy, by: place.user(Place.dana), now: 1)
      }, message: message(1), kind: .ignore, reason: "Withdrawn"),
    Row(
      name: "untracked before, by hand",
      before: { place in
        let copy = try #require(try place.track(message(1)).copy)
        _ = try place.open(.read).keeping?.untrack(copy, by: place.user(Place.dana), now: 1)
      }, message: message(1), isByHand: true, kind: .track, reason: "Manual", copies: 1),
    Row(
      name: "answers an untracked conversation",
      before: { place in
        try place.track(message(1))
        try withdrawConversation(of: place)
      }, message: answer(2, to: 1), kind: .ignore, reason: "Withdrawn"),
    Row(
      name: "forgotten",
      before: { place in
        try place.track(message(1))
        _ = try place.open(.read).keeping?.forget(
          place.address("ann@fabrikam.example"), isDryRun: false, now: 1)
      }, message: message(1), kind: .ignore, reason: "Withdrawn"),
    Row(
      name: "pruned",
      before: { place in
        try place.track(message(1))
        _ = try place.open(.read).keeping?.prune(before: 201, isDryRun: false, now: 300)
      }, message: message(1), kind: .ignore, reason: "Withdrawn"),
    Row(
      name: "refused by the organization",
      before: {
        try $0.open().administration?.setPolicy("refuse", to: "@fabrikam.example")
      }, message: message(1), kind: .refuse, reason: "Unknown", administers: true),
  ]

  @Test(.postgresql, arguments: rows.indices) func everyRowOfPostgreSQL(_ index: Int) throws {
    guard !Self.rows[index].isOthers else { return }
    try everyRow(.postgresql, index)
  }

  @Test(arguments: Kind.allCases, rows.indices) func everyRow(_ kind: Kind, _ index: Int) throws {
    let row = Self.rows[index]
    guard !row.administers || kind != .mirrored else { return }
    let place = try Place(kind)
    try row.before(place)
    try place.takeChanges()
    let archive = try #require(try place.open().archive)
    let before = try archive.countOfCopies()
    // Who only asks gets the same answer, and nothing changes.
    let foreseen = try place.track(
      row.message, to: row.recipient, for: .explain, isByHand: row.isByHand)
    #expect(try archive.countOfCopies() == before, "\(row.name)")
    let verdict = try place.track(row.message, to: row.recipient, isByHand: row.isByHand)
    #expect(verdict.kind == row.kind && verdict.reason == row.reason, "\(row.name): \(verdict)")
    #expect(try archive.countOfCopies() == row.copies, "\(row.name)")
    if !row.isByHand {
      #expect(foreseen.kind == row.kind && foreseen.reason == row.reason, "\(row.name)")
      #expect((foreseen.owner == Place.dana) == (foreseen.ownership != nil), "\(row.name)")
    }
  }

  /// Between the question and the copy somebody withdraws: the copy is not made.
  ///
  /// Elsewhere one process asks at a time, and nobody comes between.
  @Test(arguments: Kind.administered) func whatIsWithdrawnMeanwhileIsNotDelivered(
    _ kind: Kind
  ) throws {
    let place = try Place(kind)
    let meanwhile = try Meanwhile(of: place) {
      try Self.withdrawConversation(of: place)
    }
    try place.track(Self.message(1))
    var opener = place.opener
    opener.providers = [meanwhile] + opener.providers
    let input = MessageInput(
      source: BytesSource(Array(Self.answer(2, to: 1).utf8)), temporaryFolders: [],
      firstRead: 4096)
    let verdict = try MessageTracker(opener: opener, purpose: .track).track(
      input.readHeader(), of: input,
      Arrival(envelope: Envelope(recipients: [place.address(Place.dana)]), seenAt: 200)
    ).verdict
    #expect(verdict.kind == .ignore && verdict.reason == "Withdrawn")
    #expect(try place.open().archive?.countOfCopies() == 0)
  }

  /// An organization in which something happens after each question.
  private struct Meanwhile: OrganizationProvider, Organization, @unchecked Sendable {
    let scheme: String
    let name = "c"
    let inner: any Organization
    let happens: () throws -> Void

    init(of place: Place, _ happens: @escaping () throws -> Void) throws {
      inner = try place.open()
      scheme = place.opener.profile.organizations[0].url.scheme
      self.happens = happens
    }

    func open(
      _ entry: OrganizationEntry, for purpose: OpeningPurpose, with opener: OrganizationOpener
    ) -> any Organization { self }

    func decide(_ inquiry: Inquiry) throws -> Answer {
      let answer = try inner.decide(inquiry)
      try happens()
      return answer
    }

    func deliver(_ copy: CopyDraft) throws -> DeliveryReceipt { try inner.deliver(copy) }
    var localState: any LocalState { inner.localState }
    var members: any OrganizationMembers { inner.members }
  }

  @Test(arguments: Kind.administered) func refusedQuestionsAreKeptWhereTheSettingsSaySo(
    _ kind: Kind
  ) throws {
    let place = try Place(kind)
    let refused = Self.message(1, from: Self.stranger, subject: "Private")
    let organization = try place.open()
    let archive = try #require(organization.archive)
    try place.track(refused)
    #expect(try archive.questions(limit: 10).isEmpty)
    try organization.administration?.setPolicy("log-refused", to: "yes")
    // Who only looks leaves nothing behind.
    for purpose in [OpeningPurpose.explain, .rehearse] { try place.track(refused, for: purpose) }
    #expect(try archive.questions(limit: 10).isEmpty)
    try place.track(refused)
    let question = try #require(try archive.questions(limit: 10).first)
    #expect(question.subject == "Private" && question.sender == Self.stranger)
    #expect(!question.isAccepted && question.code == .noCorrelationMatch)
  }

  // MARK: What people do

  @Test(arguments: Kind.administered) func usersAndRecordsAreKept(_ kind: Kind) throws {
    let place = try Place(kind)
    let administration = try #require(try place.open().administration)
    #expect(try administration.users().map(\.address.description) == [Place.dana, Place.lee])
    #expect(try administration.users().map(\.role) == [.administrator, .member])
    let ben = try place.address("ben@contoso.example")
    try administration.addUser(
      ben, addresses: [try place.address("b@contoso.example")], kind: .user, role: .reader,
      filter: nil, login: nil, now: 1)
    #expect(try administration.user(try place.address("b@contoso.example"))?.address == ben)
    #expect(throws: DirectoryError.addressTaken("b@contoso.example")) {
      try administration.addUser(
        try place.address("b@contoso.example"), addresses: [], kind: .queue, role: .member,
        filter: nil, login: nil, now: 1)
    }
    let dana = try place.user(Place.dana)
    #expect(throws: DirectoryError.lastAdministrator) {
      try administration.changeUser(
        OrganizationUser(
          id: dana.id, address: dana.address, addresses: dana.addresses, role: .member))
    }
    #expect(try !administration.hasLogins())
    let entries = try ["2", "1"].map { id in
      RecordEntry(
        record: RecordReference(type: "account", id: id), owner: ben,
        addresses: [try place.address("a\(id)@fabrikam.example")])
    }
    #expect(try administration.countOfNew(entries) == 2)
    #expect(try administration.setRecords(entries, now: 1) == 2)
    #expect(try administration.setRecords(entries, now: 1) == 0)
    #expect(try administration.records(type: nil, limit: 1).map(\.record.id) == ["1"])
    #expect(try administration.records(type: "contact", limit: 9).isEmpty)
    #expect(throws: DirectoryError.noUser("x@contoso.example")) {
      try administration.setRecords(
        [
          RecordEntry(
            record: RecordReference(type: "account", id: "3"),
            owner: try place.address("x@contoso.example"))
        ], now: 1)
    }
    try place.track(Self.message(1))
    #expect(
      try administration.unresolvedAddresses(limit: 9).map(\.address.description)
        == ["ann@fabrikam.example"])
    #expect(throws: PolicySettingError.self) {
      try administration.setPolicy("filter", to: "everything")
    }
  }

  @Test(arguments: Kind.administered) func recordsBecomeOthers(_ kind: Kind) throws {
    let place = try Place(kind)
    let administration = try #require(try place.open().administration)
    let records = ["lead:1", "contact:2", "account:3", "account:4"].compactMap(RecordReference.init)
    _ = try administration.setRecords(
      [
        RecordEntry(
          record: records[0], addresses: [place.address("ann@fabrikam.example")], name: "Ann",
          parent: records[2]),
        RecordEntry(record: records[1], addresses: [place.address(Self.stranger)]),
        RecordEntry(record: records[2], domains: ["fabrikam.example"]),
      ], now: 1)
    try place.track(Self.message(1))
    let keeping = try #require(try place.open().keeping)
    let id = try #require(try place.open().archive?.copyIDs(CopyQuery()).first)
    #expect(try keeping.setRegarding(id, records[0], andOfConversation: nil))
    #expect(throws: DirectoryError.sameRecord("lead:1")) {
      try administration.mergeRecord(records[0], into: records[0])
    }
    #expect(throws: DirectoryError.noRecord("account:4")) {
      try administration.mergeRecord(records[0], into: records[3])
    }
    #expect(try administration.convertRecord(records[0], to: records[1]) == 1)
    #expect(try administration.convertRecord(records[2], to: records[3]) == 0)
    let contact = try #require(try administration.records(type: "contact", limit: 9).first)
    #expect(contact.record == records[1] && contact.name == "Ann" && contact.parent == records[3])
    #expect(
      Set(contact.addresses.map(\.description)) == ["ann@fabrikam.example", Self.stranger])
    #expect(
      try administration.records(type: nil, limit: 9).map(\.record) == [records[3], records[1]])
    #expect(try place.open().archive?.copy(id)?.regarding == "contact:2")
    // Who says what it was called before means it still.
    #expect(try keeping.setRegarding(id, records[0], andOfConversation: nil))
    #expect(try place.open().archive?.copy(id)?.regarding == "contact:2")
    var change = RecordChange()
    change.name = .some(nil)
    change.owner = try place.address(Place.lee)
    change.removedAddresses = [try place.address(Self.stranger)]
    change.addedDomains = ["other.example"]
    try administration.changeRecord(records[1], change)
    let changed = try #require(try administration.records(type: "contact", limit: 9).first)
    #expect(changed.name == nil && changed.parent == records[3])
    #expect(changed.owner?.description == Place.lee && changed.domains == ["other.example"])
    #expect(changed.addresses.map(\.description) == ["ann@fabrikam.example"])
    #expect(throws: DirectoryError.noRecord("lead:1")) {
      try administration.changeRecord(records[0], change)
    }
  }

  @Test(arguments: Kind.allCases) func conversationsAreSortedAndParted(_ kind: Kind) throws {
    let place = try Place(kind)
    for number in 1...4 {
      try place.track(number == 1 ? Self.message(1) : Self.answer(number, to: number - 1))
    }
    let organization = try place.open(.read)
    let (archive, keeping) = (
      try #require(organization.archive), try #require(organization.keeping)
    )
    var query = CopyQuery()
    let copies = try archive.copyIDs(query).sorted()
    let lead = RecordReference(type: "lead", id: "7")
    #expect(try keeping.setRegarding(copies[1], lead, andOfConversation: [copies[0]]))
    #expect(
      try copies.map { try archive.copy($0)?.regarding }
        == ["lead:7", "lead:7", "account:1", "account:1"])
    #expect(try keeping.splitConversation(at: copies[2]) == .parted(2))
    #expect(try keeping.splitConversation(at: copies[2]) == .nothingToPart)
    #expect(try keeping.splitConversation(at: CopyID(99)) == nil)
    query.conversation = try archive.copy(copies[3])?.conversation
    #expect(try archive.copyIDs(query).sorted() == Array(copies[2...]))
    try place.track(Self.answer(5, to: 4))
    #expect(try archive.count(of: query) == 3)
  }

  @Test(arguments: Kind.administered) func theOrganizationIsAskedByTheAddressesThatItKnows(
    _ kind: Kind
  ) throws {
    let place = try Place(kind)
    let organization = try place.open()
    try organization.administration?.setPolicy("log-refused", to: "yes")
    let message = Self.message(1, from: Self.stranger)
      .replacingOccurrences(of: "To: dana@", with: "To: dana+offers@")
    let recipient = "dana+offers@contoso.example"
    try place.track(message, to: recipient)
    #expect(try organization.archive?.questions(limit: 1).first?.recipients == [Place.dana])
    try organization.administration?.addUser(
      place.address(recipient), addresses: [], kind: .queue, role: .member,
      filter: nil, login: nil, now: 1)
    try place.track(message.replacingOccurrences(of: "<1@", with: "<2@"), to: recipient)
    let recipients = try #require(
      try organization.archive?.questions(limit: 9).map(\.recipients))
    #expect(recipients.contains([recipient]))
  }

  @Test(arguments: Kind.allCases) func appointmentsInTrackedMailAreKept(_ kind: Kind) throws {
    let place = try Place(kind)
    func invitation(_ number: Int, _ sequence: Int, _ start: String) -> String {
      Self.message(number, "Content-Type: text/calendar; method=REQUEST").replacingOccurrences(
        of: "text \(number)",
        with: "BEGIN:VCALENDAR\nMETHOD:REQUEST\nBEGIN:VEVENT\nUID:u\nSEQUENCE:\(sequence)\n"
          + "DTSTART:\(start)\nORGANIZER:mailto:ann@fabrikam.example\nEND:VEVENT\nEND:VCALENDAR")
    }
    try place.track(invitation(1, 1, "20270106T080000Z"))
    try place.track(invitation(2, 0, "20270105T080000Z"), to: Place.lee)
    let organization = try place.open()
    let archive = try #require(organization.archive)
    var query = CopyQuery()
    var found = MailActivity.all(of: try archive.calendar(of: query))
    #expect(found.map(\.activity.item.start?.text) == ["2027-01-06T08:00:00Z"])
    #expect(found.first?.copies.count == 2)
    // Only what may be read makes what is shown.
    query.visibleTo = try place.user(Place.lee)
    found = MailActivity.all(of: try archive.calendar(of: query))
    #expect(found.map(\.activity.item.start?.text) == ["2027-01-05T08:00:00Z"])
    let first = try #require(
      try archive.copies(CopyQuery()).first { $0.messageID == "1@x.example" })
    _ = try organization.keeping?.untrack(first.id, by: place.user(Place.dana), now: 9)
    found = MailActivity.all(of: try archive.calendar(of: CopyQuery()))
    #expect(found.map(\.activity.item.start?.text) == ["2027-01-05T08:00:00Z"])
  }

  @Test(arguments: Kind.allCases) func trackedMailIsShown(_ kind: Kind) throws {
    let place = try Place(kind)
    try place.track(Self.message(1))
    try place.track(Self.answer(2, to: 1))
    try place.track(Self.message(1), to: Place.lee)
    let organization = try place.open(.read)
    let archive = try #require(organization.archive)
    var query = CopyQuery()
    query.isOldestFirst = true
    let copies = try archive.copies(query)
    #expect(copies.map(\.messageID) == ["1@x.example", "2@x.example"])
    #expect(copies[1].answers == copies[0].id && copies[1].conversation == copies[0].conversation)
    #expect(copies[1].correlation == .inReplyTo)
    #expect(copies[0].owner == Place.dana && copies[0].regarding == "account:1")
    #expect(copies[0].deliveries.map(\.mailbox) == [Place.dana, Place.lee])
    #expect(try archive.copyIDs(query) == copies.map(\.id))
    #expect(try archive.summaries(query).map(\.subject) == ["The offer", "The offer"])
    query.visibleTo = try place.user(Place.lee)
    #expect(try archive.copyIDs(query) == [copies[0].id])
    #expect(try archive.count(of: query) == 1)
    var bytes: [UInt8] = []
    try archive.content(of: copies[0].id) { bytes += $0 }
    #expect(String(decoding: bytes, as: UTF8.self) == Self.message(1))
    let activities = try copies.map { try #require(try archive.activity(of: $0.id)).id }
    #expect(Set(activities).count == 2 && activities.allSatisfy { $0.utf8.count == 36 })
    #expect(try archive.calendar(of: CopyQuery()).isEmpty)
    let total = try #require(try archive.statistics(of: CopyQuery(), by: nil).first)
    #expect(
      total.incoming == 2 && total.outgoing == 0 && total.size == copies.map(\.size).reduce(0, +))
    let keeping = try #require(organization.keeping)
    #expect(
      try keeping.setRegarding(
        copies[0].id, RecordReference(type: "lead", id: "7"), andOfConversation: nil))
    #expect(try archive.copy(copies[0].id)?.regarding == "lead:7")
    #expect(try keeping.trackByHand(copies[0].id, by: place.user(Place.dana)))
    #expect(try archive.copy(copies[0].id)?.isManual == true)
    #expect(
      try keeping.untrack(copies[0].id, by: place.user(Place.lee), now: 1) == .deliveryRemoved)
    let absent = CopyID(99)
    var progress: [Int] = []
    let ids = copies.map(\.id) + [absent]
    #expect(
      try keeping.setRegarding(ids, RecordReference(type: "lead", id: "8")) { progress.append($0) }
        == Set(copies.map(\.id)))
    #expect(progress.last == 3)
    #expect(try copies.map { try archive.copy($0.id)?.regarding } == ["lead:8", "lead:8"])
    #expect(
      try keeping.untrack(ids, by: place.user(Place.lee), now: 1) { progress.append($0) }
        == [copies[0].id: .nothing, copies[1].id: .nothing])
    #expect(throws: DirectoryError.isUser(Place.dana)) {
      try keeping.forget(place.address(Place.dana), isDryRun: true, now: 1)
    }
    #expect(
      try keeping.forget(place.address("ann@fabrikam.example"), isDryRun: true, now: 1).copies == 2)
    #expect(try archive.countOfCopies() == 2)
  }

  // MARK: Batch and spool

  private struct Silent: BatchObserver {
    let wantsReports = false
    func decided(_ report: Report, at place: String) {}
    func advanced(to progress: BatchProgress) {}
  }

  @Test(.postgresql) func aBatchBringsEachMessageInOnceIntoPostgreSQL() throws {
    try aBatchBringsEachMessageInOnce(.postgresql)
  }

  @Test(.postgresql) func conversationsInPostgreSQLAreSortedAndParted() throws {
    try conversationsAreSortedAndParted(.postgresql)
  }

  @Test(arguments: Kind.allCases) func aBatchBringsEachMessageInOnce(_ kind: Kind) throws {
    let place = try Place(kind)
    let maildir = place.folder.path + "/Maildir"
    for part in ["cur", "new", "tmp"] {
      try FileManager.default.createDirectory(
        atPath: maildir + "/" + part, withIntermediateDirectories: true)
    }
    let messages = [
      Self.message(1), Self.answer(2, to: 1), Self.message(3, from: Self.stranger),
    ]
    for (number, text) in messages.enumerated() {
      try Data(text.utf8).write(
        to: URL(fileURLWithPath: maildir + "/new/10\(number).M1P1.host"))
    }
    func run(isDryRun: Bool = false) throws -> BatchSummary {
      var options = BatchOptions(paths: [MailPath(maildir)])
      options.mailbox = try place.address(Place.dana)
      options.isDryRun = isDryRun
      return try BatchRun(
        options: options, opener: place.opener, temporaryFolders: [place.folder.path]
      ).run(observer: Silent())
    }
    let rehearsed = try run(isDryRun: true)
    #expect(rehearsed.verdicts == [.track: 2, .refuse: 1])
    #expect(try place.open().archive?.countOfCopies() == 0)
    #expect(try run().verdicts == rehearsed.verdicts)
    #expect(try place.open().archive?.countOfCopies() == 2)
    #expect(try run().verdicts == [:])
    #expect(try place.open().archive?.countOfCopies() == 2)
  }

  private static func add(_ text: String, to spool: Spool, of place: Place) throws {
    let input = MessageInput(
      source: BytesSource(Array(text.utf8)), temporaryFolders: [], firstRead: 4096)
    try input.holdAll()
    try spool.add(
      SpoolEntry(
        name: Spool.newName(), arrivedAt: 1, organization: "c", profile: place.profile,
        envelope: Envelope(recipients: [place.address(Place.dana)]), isSent: false,
        failure: "locked"), message: input)
  }

  @Test(arguments: Kind.administered) func whatWaitedIsBroughtIn(_ kind: Kind) throws {
    let place = try Place(kind)
    let spool = Spool(path: place.folder.path + "/spool")
    // The answer came first.
    try Self.add(Self.answer(2, to: 1), to: spool, of: place)
    try Self.add(Self.message(1), to: spool, of: place)
    let drain = SpoolDrain(
      spool: spool, environment: place.environment, deadline: Deadline(milliseconds: 20_000),
      now: 100)
    try drain.all(until: Deadline(milliseconds: 5_000)) { _, _ in }
    try drain.indexMarked()
    #expect(spool.isEmpty)
    #expect(try place.open().archive?.countOfCopies() == 2)
  }

  /// What an organization puts off waits, however often it is tried, and keeps no other message up.
  @Test func whatIsPutOffWaits() throws {
    let place = try Place(.memory)
    let organization = place.memory.organization("c")
    let spool = Spool(path: place.folder.path + "/spool")
    try Self.add(Self.message(1), to: spool, of: place)
    try Self.add(Self.message(2), to: spool, of: place)
    organization.defers = true
    let drain = SpoolDrain(
      spool: spool, environment: place.environment, deadline: Deadline(milliseconds: 20_000),
      now: 100)
    var failures: [String] = []
    for _ in 0...Spool.maxAutomaticAttempts {
      try drain.some(until: Deadline(milliseconds: 5_000))
    }
    try drain.all(until: Deadline(milliseconds: 5_000)) { _, outcome in
      if case .failed(let failure) = outcome { failures.append("\(failure.word): \(failure)") }
    }
    let asleep = "deferred: the organization cannot say yet: it is asleep"
    #expect(failures == [asleep, asleep])
    #expect(spool.entries().map(\.attempts) == [0, 0])
    #expect(organization.countOfCopies() == 0)
    organization.defers = false
    try drain.some(until: Deadline(milliseconds: 5_000))
    #expect(spool.isEmpty && organization.countOfCopies() == 2)
  }

  // MARK: The list of kinds

  @Test func everySchemeHasAProvider() {
    #expect(Set(OrganizationProviders.all.map(\.scheme)) == OrganizationURL.schemes)
  }

  @Test func aSchemeThatNobodyKnowsIsAnError() throws {
    #expect(throws: OrganizationURL.ParseError.unknownScheme("memory")) {
      try OrganizationURL("memory:c")
    }
    var opener = try Place(.memory).opener
    opener.providers = OrganizationProviders.all
    let entry = try #require(opener.profile.synchronizingOrganization)
    #expect(throws: OrganizationURL.ParseError.unknownScheme("memory")) {
      try opener.open(entry, for: .track)
    }
  }
}
