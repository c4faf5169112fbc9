import Foundation
import InternetMessage
import Mailboxes
import System
import Testing
import Tracking
import TrackingStore

@testable import MailPipeline

/// An organization on Dataverse, through the way of a message: asked over HTTP, by a server that
/// follows the published contract.
@Suite(.enabled(if: DataverseServer.canRun, DataverseServer.missing))
struct DataverseOrganizationTests {
  /// A profile whose organization is on a server.
  final class Place {
    let folder: TemporaryFolder
    let server: DataverseServer
    let provider: DataverseTestProvider
    private let environment: HostEnvironment
    private let profile: String
    private let opener: OrganizationOpener

    init(_ configuration: [String: Any] = [:]) throws {
      folder = try TemporaryFolder()
      server = try DataverseServer()
      provider = DataverseTestProvider(server)
      if !configuration.isEmpty { try server.configure(configuration) }
      profile = folder.path + "/profile.toml"
      let text = """
        synchronizing = "c"
        [[mailbox]]
        owner = "dana@contoso.example"
        [[mailbox]]
        owner = "lee@contoso.example"
        [[organization]]
        name = "c"
        url = "exec:/nowhere"
        [[rule]]
        name = "wanted"
        from = "@wanted.example"
        action = "track"
        [[rule]]
        name = "regarding"
        from = "@regarding.example"
        action = "track"
        regarding = "account:\(DataverseServer.id("fabrikam"))"
        [[rule]]
        name = "wrong"
        from = "@wrong.example"
        action = "track"
        regarding = "account:7"
        """
      try AtomicFile.write("profile.toml", in: folder.path) { write in
        try Array(text.utf8).withUnsafeBytes { try write($0) }
      }
      var environment = HostEnvironment(
        variables: ["XDG_STATE_HOME": folder.path + "/state"], home: folder.path)
      environment.providers = [provider]
      self.environment = environment
      opener = try Self.opener(environment, profile)
    }

    private static func opener(
      _ environment: HostEnvironment, _ profile: String
    ) throws -> OrganizationOpener {
      let pool = TrackerPool(
        environment: environment, deadline: Deadline(millisecondsOfEachTurn: 20_000), now: 100,
        isHurried: false, asking: RemoteAsking())
      return try pool.opener(profilePath: profile)
    }

    private var tracker: MessageTracker?

    /// Ends all that is open, as another process would find it.
    func restart() { tracker = nil }

    private func currentTracker() -> MessageTracker {
      let tracker = tracker ?? MessageTracker(opener: opener, purpose: .track)
      self.tracker = tracker
      return tracker
    }

    /// The organization that messages go to, whose connection is the only one.
    func open() throws -> MirroredOrganization { try #require(try currentTracker().mirrored()) }

    @discardableResult func track(
      _ text: String, to recipient: String = "dana@contoso.example", isByHand: Bool = false
    ) throws -> Verdict {
      let input = MessageInput(
        source: BytesSource(Array(text.utf8)), temporaryFolders: [folder.path], firstRead: 4096)
      var arrival = Arrival(
        envelope: Envelope(recipients: [try #require(AddrSpec(recipient))]),
        seenAt: 1_700_000_000)
      arrival.isByHand = isByHand
      return try currentTracker().track(input.readHeader(), of: input, arrival).verdict
    }

    func emails() throws -> [[String: Any]] { try server.rows("emails") }
    func attachments() throws -> [[String: Any]] { try server.rows("activitymimeattachments") }
  }

  private static func mail(
    _ number: Int, from sender: String = "Erin Hale <erin@fabrikam.example>",
    to recipient: String = "dana@contoso.example", subject: String = "The offer",
    fields: String = "", id: String? = nil
  ) -> String {
    """
    Message-ID: \(id ?? "<\(number)@x.example>")
    Date: Mon, 2 Nov 2026 10:00:00 +0100
    From: \(sender)
    To: \(recipient)
    Subject: \(subject)
    \(fields.isEmpty ? "" : fields + "\n")
    Text \(number), privately

    """
  }

  private static func mail(_ number: Int, files: [(name: String, size: Int)]) -> String {
    let parts = files.map { file in
      """
      --b
      Content-Type: application/octet-stream
      Content-Disposition: attachment; filename="\(file.name)"

      \(String(repeating: "x", count: file.size))
      """
    }
    return """
      Message-ID: <\(number)@x.example>
      Date: Mon, 2 Nov 2026 10:00:00 +0100
      From: erin@fabrikam.example
      To: dana@contoso.example
      Subject: Files \(number)
      MIME-Version: 1.0
      Content-Type: multipart/mixed; boundary=b

      --b
      Content-Type: text/plain

      Text \(number)
      \(parts.joined(separator: "\n"))
      --b--

      """
  }

  // MARK: Deciding

  /// A message, what was before, and what becomes of it whoever decides.
  struct Row: Sendable {
    let name: String
    var before: @Sendable (Place) throws -> Void = { _ in }
    let message: String
    var recipient = "dana@contoso.example"
    var isByHand = false
    let kind: Verdict.Kind
    let reason: String
    var copies = 0
  }

  private static let dana = AddrSpec(localPart: "dana", domain: "contoso.example")
  private static let stranger = "ann@other.example"

  static let rows: [Row] = [
    Row(name: "a contact", message: mail(1), kind: .track, reason: "SenderMatch", copies: 1),
    Row(
      name: "a lead", message: mail(1, from: "noor@northwind.example"), kind: .track,
      reason: "SenderMatch", copies: 1),
    Row(
      name: "an address in other letters", message: mail(1, from: "ERIN@Fabrikam.Example"),
      kind: .track, reason: "SenderMatch", copies: 1),
    Row(
      name: "a stranger", message: mail(1, from: stranger), kind: .refuse,
      reason: "NoCorrelationMatch"),
    Row(
      name: "to a user who takes all", message: mail(1, from: stranger, to: "ann@contoso.example"),
      kind: .track, reason: "AcceptAll", copies: 1),
    Row(
      name: "to a queue", message: mail(1, from: stranger, to: "support@contoso.example"),
      kind: .track, reason: "AcceptAll", copies: 1),
    Row(
      name: "of others' there",
      before: {
        try $0.server.change(
          "emails",
          rows: [
            [
              "activityid": UUID().uuidString.lowercased(), "messageid": "<1@x.example>",
              "directioncode": false,
            ]
          ])
      }, message: mail(1), kind: .refuse, reason: "Duplicate", copies: 1),
    Row(
      name: "a rule", message: mail(1, from: "x@wanted.example"), kind: .track, reason: "Rule",
      copies: 1),
    Row(
      name: "a hand", message: mail(1, from: stranger), isByHand: true, kind: .track,
      reason: "Manual", copies: 1),
    Row(
      name: "sent to a contact",
      message: mail(1, from: "dana@contoso.example", to: "erin@fabrikam.example"),
      kind: .track, reason: "SenderMatch", copies: 1),
    Row(
      name: "sent to a stranger",
      message: mail(1, from: "dana@contoso.example", to: stranger), kind: .refuse,
      reason: "NoCorrelationMatch"),
    Row(
      name: "an answer that this side joins",
      before: { try $0.track(mail(1, fields: "Cc: \(stranger)")) },
      message: mail(
        2, from: stranger, to: "lee@contoso.example", fields: "In-Reply-To: <1@x.example>"),
      recipient: "lee@contoso.example", kind: .track, reason: "CorrelationMatch", copies: 2),
    Row(
      name: "an answer to what was deleted there",
      before: {
        try $0.track(mail(1, fields: "Cc: \(stranger)"))
        let id = try #require(try $0.emails().first?["activityid"] as? String)
        try $0.server.change("emails", delete: [id])
      },
      message: mail(
        2, from: stranger, to: "lee@contoso.example", fields: "In-Reply-To: <1@x.example>"),
      recipient: "lee@contoso.example", kind: .refuse, reason: "NoCorrelationMatch"),
    Row(
      name: "in another mailbox", before: { try $0.track(mail(1)) }, message: mail(1),
      recipient: "lee@contoso.example", kind: .refuse, reason: "Duplicate", copies: 1),
  ]

  @Test(arguments: rows.indices, [true, false]) func everyRowByItsChecksAndByLookUps(
    _ index: Int, _ checks: Bool
  ) throws {
    let row = Self.rows[index]
    let place = try Place(["checks": checks])
    try row.before(place)
    let verdict = try place.track(row.message, to: row.recipient, isByHand: row.isByHand)
    #expect(verdict.kind == row.kind && verdict.reason == row.reason, "\(row.name): \(verdict)")
    #expect(try place.emails().count == row.copies, "\(row.name)")
  }

  /// Decided on this side, what is there already is no second one.
  @Test func whereACheckFailsWhatIsThereAlreadyIsFound() throws {
    let place = try Place()
    try place.server.change(
      "emails",
      rows: [
        [
          "activityid": UUID().uuidString.lowercased(), "messageid": "<1@x.example>",
          "directioncode": false, "statecode": 1,
        ]
      ])
    _ = try place.open().connection.connect()
    try place.server.fault(["kind": "status", "status": 500, "path": "CheckIncomingEmail"])
    let verdict = try place.track(Self.mail(1))
    #expect(verdict.kind == .refuse && verdict.reason == "Duplicate", "\(verdict)")
    #expect(try place.track(Self.mail(2)).kind == .track)
    #expect(try place.emails().count == 2)
  }

  @Test func fiftyQuestionsAreTwoRequestsAndThoseOfTheAnswersAFewMore() throws {
    let place = try Place()
    let organization = DataverseOrganization(
      place.server.session(), journal: DataverseJournal(try place.open().store))
    _ = try organization.connect()
    _ = place.server.requests
    let questions = (1...50).map { number in
      var question = Question(
        sender: AddrSpec(number % 2 == 0 ? "erin@fabrikam.example" : "s\(number)@other.example"),
        to: [Self.dana],
        mailboxOwner: Self.dana)
      question.messageID = MessageID("q\(number)@x.example")
      return RemoteQuestion(question, answers: nil)
    }
    let answers = try organization.decide(questions)
    for (number, answer) in answers.enumerated() {
      switch answer {
      case .accepted(let code, _, let owner, _):
        #expect(
          number % 2 == 1 && code == .senderMatch && owner?.description == "dana@contoso.example")
      case .refused(let code, _): #expect(number % 2 == 0 && code == .noCorrelationMatch)
      case .deferred: Issue.record("deferred")
      }
    }
    // The parts of three batches: the checks, who takes part in what is accepted, the user's filter.
    let requests = place.server.requests
    #expect(requests.count { $0["part"] as? Bool == false } == 3)
    let asked = requests.filter { $0["part"] as? Bool == true }
    #expect(asked.count { ($0["path"] as? String)?.contains("CheckIncomingEmail") ?? false } == 50)
    #expect(asked.count == 50 + 5 + 1)
  }

  @Test(arguments: [true, false]) func aMessageWithoutFilesTakesFourRequestsAndTheNextOneFewer(
    _ checks: Bool
  ) throws {
    let place = try Place(["checks": checks])
    _ = try place.open().connection.connect()
    func requests(_ number: Int) throws -> Int {
      _ = place.server.requests
      #expect(try place.track(Self.mail(number)).kind == .track)
      return place.server.requests.count { $0["part"] as? Bool == false }
    }
    #expect(try requests(1) <= 4)
    #expect(try requests(2) == 2)
  }

  @Test(arguments: [true, false]) func nothingButTheQuestionLeavesBeforeAYes(_ checks: Bool) throws
  {
    let place = try Place(["checks": checks])
    _ = try place.open()
    #expect(
      try place.track(
        Self.mail(1, from: Self.stranger, subject: "Secret plan", fields: "X-Other: hidden")
      ).kind == .refuse)
    for request in place.server.requests {
      let text = "\(request["path"] ?? "") \(request["query"] ?? "") \(request["body"] ?? "")"
      #expect(!text.contains("privately") && !text.contains("hidden"))
      // What names somebody stands in the body of a request, where no log of a proxy sees it.
      if request["part"] as? Bool == false { #expect(!text.contains("@"), "\(text)") }
    }
    #expect(try place.emails().isEmpty)
  }

  @Test func connectingSaysWhoThisIsAndWhatItMayNot() throws {
    let place = try Place([
      "checks": false, "without": ["prvDeleteActivity", "prvReadLead", "prvAssignActivity"],
    ])
    let identity = try place.open().connection.connect()
    #expect(identity.organization == DataverseServer.id("organization"))
    #expect(identity.name == "Dataverse 9.2.0.1" && identity.user == "# tracker")
    #expect(identity.abilities == [.changes, .regard])
    let remarks = identity.remarks.joined(separator: "\n")
    #expect(remarks.contains("crm-mailfilter decides"))
    #expect(remarks.contains("prvDeleteActivity is missing: it cannot take e-mails back"))
    #expect(remarks.contains("prvReadLead is missing") && remarks.contains("all e-mails belong to"))
    let state = try place.open().remoteState()
    #expect(state?.remarks.contains { $0.contains("crm-mailfilter decides") } == true)
    // Leads are nobody then.
    #expect(try place.track(Self.mail(1, from: "noor@northwind.example")).kind == .refuse)
    #expect(try place.track(Self.mail(2)).kind == .track)
    #expect(try place.emails().first?["_ownerid_value"] as? String == DataverseServer.id("tracker"))
  }

  // MARK: Delivering

  @Test func anEmailIsAllThatTheContractHas() throws {
    let place = try Place()
    try place.track(
      Self.mail(
        1, to: "Dana <dana@contoso.example>, Stranger <new@other.example>",
        subject: "Offer CRM:0001001", fields: "Cc: support@contoso.example, info@fabrikam.example"))
    let email = try #require(try place.emails().first)
    let copy = try #require(try place.open().store.storedCopies(after: "", limit: 9).first)
    func text(_ name: String) -> String? { email[name] as? String }
    #expect(text("activityid") == copy && text("messageid") == "<1@x.example>")
    // The id is that of `export --format csv`.
    let activity = try place.open().store.copies(CopyQuery()).first.flatMap {
      try place.open().store.activity(of: $0.id)
    }
    #expect(activity?.id == copy)
    #expect(text("subject") == "Offer CRM:0001001" && text("trackingtoken") == "CRM:0001001")
    #expect(text("description") == "Text 1, privately\n" && text("mimetype") == "text/plain")
    #expect(text("actualend") == "2026-11-02T09:00:00Z")
    #expect(
      text("sender") == "erin@fabrikam.example" && text("submittedby") == "dana@contoso.example")
    #expect(text("torecipients")?.hasPrefix("dana@contoso.example;new@other.example;") ?? false)
    #expect(email["directioncode"] as? Bool == false)
    #expect(email["statecode"] as? Int == 1 && email["statuscode"] as? Int == 4)
    #expect(text("_ownerid_value") == DataverseServer.id("dana"))
    let parties = try #require(email["parties"] as? [[String: Any]]).map { party in
      "\(party["participationtypemask"] ?? "-") \(party["addressused"] ?? "-") "
        + "\(party["#_partyid_value"] ?? party["unresolvedpartyname"] ?? "-")"
    }
    #expect(
      parties == [
        "1 erin@fabrikam.example contacts", "2 dana@contoso.example systemusers",
        "2 new@other.example Stranger", "3 support@contoso.example queues",
        "3 info@fabrikam.example accounts",
      ])
  }

  @Test func whatIsSentIsSent() throws {
    let place = try Place()
    try place.track(Self.mail(1, from: "dana@contoso.example", to: "erin@fabrikam.example"))
    let email = try #require(try place.emails().first)
    #expect(email["directioncode"] as? Bool == true && email["statuscode"] as? Int == 3)
  }

  @Test func recordsAndWhatIsAnsweredAreNamedByTheirIDs() throws {
    let place = try Place()
    try place.track(Self.mail(1, from: "x@regarding.example", fields: "Cc: \(Self.stranger)"))
    try place.track(
      Self.mail(
        2, from: Self.stranger, to: "lee@contoso.example", fields: "In-Reply-To: <1@x.example>"),
      to: "lee@contoso.example")
    let emails = try place.emails()
    try #require(emails.count == 2)
    #expect(emails[0]["_regardingobjectid_value"] as? String == DataverseServer.id("fabrikam"))
    // Inherited, and kept here, too.
    #expect(emails[1]["_regardingobjectid_value"] as? String == DataverseServer.id("fabrikam"))
    #expect(
      emails[1]["_correlatedactivityid_value"] as? String == emails[0]["activityid"] as? String)
    #expect(emails[1]["_parentactivityid_value"] as? String == emails[0]["activityid"] as? String)
    #expect(
      try place.open().store.copies(CopyQuery()).allSatisfy {
        $0.regarding == "account:\(DataverseServer.id("fabrikam"))"
      })
  }

  @Test(arguments: [
    ([String](), "dana"), (["prvAssignActivity"], "tracker"), (["prvAssignActivity", "+"], "dana"),
  ])
  func copiesBelongToTheirOwnersWhereThatIsPermitted(_ without: [String], _ owner: String) throws {
    let place = try Place([
      "without": without.filter { $0 != "+" },
      "with": without.contains("+") ? ["prvActOnBehalfOfAnotherUser"] : [],
    ])
    #expect(try place.track(Self.mail(1)).kind == .track)
    #expect(try place.emails().first?["_ownerid_value"] as? String == DataverseServer.id(owner))
  }

  /// A stranger does not use up what the service takes of requests.
  @Test(arguments: [true, false]) func aMessageToManyIsNotLookedUpForEver(_ checks: Bool) throws {
    let place = try Place(["checks": checks])
    _ = try place.open().connection.connect()
    let others = (1...3_000).map { "a\($0)@many.example" }.joined(separator: ",\n ")
    _ = place.server.requests
    let mail = Self.mail(1, to: "dana@contoso.example,\n " + others)
    #expect(try place.track(mail).kind == .track)
    #expect(place.server.requests.count < 350)
    #expect(try place.emails().count == 1)
  }

  /// An e-mail can be given to no user of a team's number.
  @Test func mailToAQueueOfATeamBelongsToWhoSignedIn() throws {
    let place = try Place()
    try place.server.change(
      "queues",
      rows: [
        [
          "queueid": DataverseServer.id("support"), "#_ownerid_value": "teams",
          "_ownerid_value": UUID().uuidString.lowercased(),
        ]
      ])
    #expect(try place.track(Self.mail(1, to: "support@contoso.example")).kind == .track)
    #expect(try place.emails().first?["_ownerid_value"] as? String == DataverseServer.id("tracker"))
  }

  // MARK: Awkward messages

  @Test func subjectsAreCutAndWhatNoColumnTakesIsReplaced() throws {
    let place = try Place()
    let long = String(repeating: "ü", count: 900)
    try place.track(Self.mail(1, subject: long))
    try place.track(Self.mail(2, subject: "=?utf-8?Q?a=00b=01c?="))
    let emails = try place.emails()
    try #require(emails.count == 2)
    #expect(emails[0]["subject"] as? String == String(long.prefix(800)))
    #expect((emails[1]["subject"] as? String)?.contains("\u{0}") == false)
    #expect(emails.count == 2)
  }

  @Test func aMessageWithoutMessageIDIsKeptOnce() throws {
    let place = try Place()
    let text = Self.mail(1).replacingOccurrences(of: "Message-ID: <1@x.example>\n", with: "")
    #expect(try place.track(text).kind == .track)
    #expect(try place.track(text).kind == .duplicate)
    #expect(try place.emails().count == 1 && place.emails()[0]["messageid"] == nil)
  }

  @Test func filesAreAttachedAndThoseThatAreNotTakenAreTold() throws {
    let place = try Place()
    try place.server.change(
      "organizations",
      rows: [["organizationid": DataverseServer.id("organization"), "maxuploadfilesize": 1_000]])
    try place.track(
      Self.mail(
        1, files: [("a.pdf", 10), ("tool.EXE", 10), ("large.pdf", 1_001), ("b.pdf", 1_000)]))
    let files = try place.attachments()
    #expect(files.map { $0["filename"] as? String } == ["a.pdf", "b.pdf"])
    #expect(files.map { $0["body"] as? Int } == [10, 1_000])
    #expect(files.map { $0["attachmentnumber"] as? Int } == [1, 2])
    let email = try #require(try place.emails().first)
    let text = try #require(email["description"] as? String)
    #expect(text.contains("[Not attached here: tool.EXE (application/octet-stream, 10 bytes)"))
    #expect(text.contains("large.pdf") && !text.contains("b.pdf"))
    #expect(email["statecode"] as? Int == 1)
  }

  @Test func aFileThatIsRefusedThereIsToldThere() throws {
    let place = try Place()
    _ = try place.open().connection.connect()
    // Nobody told that 'txt' is not taken.
    try place.server.fault([
      "kind": "status", "path": "activitymimeattachments", "skip": 1, "count": 1, "status": 400,
      "code": "0x80043e09",
    ])
    try place.track(Self.mail(1, files: [("a.txt", 10), ("b.txt", 10), ("c.txt", 10)]))
    #expect(try place.attachments().map { $0["filename"] as? String } == ["a.txt", "c.txt"])
    let email = try #require(try place.emails().first)
    #expect((email["description"] as? String)?.contains("Not attached here: b.txt") ?? false)
    #expect(email["statecode"] as? Int == 1)
  }

  @Test func filesBeyondARequestsSizeGoByThemselves() throws {
    let place = try Place()
    try place.track(Self.mail(1, files: [("a", 3_500_000), ("b", 3_500_000), ("c", 10)]))
    #expect(try place.attachments().map { $0["body"] as? Int } == [3_500_000, 3_500_000, 10])
    #expect(try place.emails().first?["statecode"] as? Int == 1)
  }

  @Test func aColumnThatTheServiceDoesNotKnowIsLeftOut() throws {
    let place = try Place(["unknown": ["submittedby", "mimetype"]])
    #expect(try place.track(Self.mail(1)).kind == .track)
    #expect(try place.emails().first?["submittedby"] == nil)
  }

  @Test func aRecordThatIsNoneOfItsOwnIsForAPerson() throws {
    let place = try Place()
    let failure = try #require(throws: TrackingFailure.self) {
      try place.track(Self.mail(1, from: "x@wrong.example"))
    }
    #expect(
      failure.word == RemoteTrouble.refusedForGoodWord && failure.description.contains("account:7"))
    #expect(try place.track(Self.mail(2)).kind == .track)
    #expect(try place.emails().count == 1)
  }

  @Test func aRecordThatIsDeletedBetweenIsLookedUpAgain() throws {
    let place = try Place()
    #expect(try place.track(Self.mail(1)).kind == .track)
    // Known still, and no longer there; who else is 'erin' now?
    try place.server.change("contacts", delete: [DataverseServer.id("erin")])
    try place.server.change(
      "leads",
      rows: [["leadid": UUID().uuidString.lowercased(), "emailaddress1": "erin@fabrikam.example"]])
    #expect(try place.track(Self.mail(2)).kind == .track)
    let parties = try #require(try place.emails().last?["parties"] as? [[String: Any]])
    #expect(parties[0]["#_partyid_value"] as? String == "leads")
  }

  // MARK: Trouble

  /// What goes wrong with a request, and what is said of it; nothing, where a connection ends that was
  /// kept, and the request is sent on another one.
  struct Trouble: Sendable {
    let fault: String
    let word: String
  }

  static let troubles: [Trouble] = [
    // The whole batch.
    Trouble(fault: #"{"kind": "drop-before", "path": "batch", "count": 1}"#, word: ""),
    Trouble(fault: #"{"kind": "drop-after", "path": "batch", "count": 1}"#, word: "no-answer"),
    Trouble(fault: #"{"kind": "truncate", "path": "batch", "count": 1}"#, word: "no-answer"),
    Trouble(fault: #"{"kind": "html", "path": "batch", "count": 1}"#, word: "no-answer"),
    Trouble(
      fault: #"{"kind": "status", "status": 500, "path": "batch", "count": 1}"#, word: "no-answer"),
    Trouble(
      fault: #"{"kind": "status", "status": 502, "text": "<html>", "path": "batch", "count": 1}"#,
      word: "unreachable"),
    Trouble(
      fault: #"{"kind": "status", "status": 503, "path": "batch", "count": 1}"#, word: "unreachable"
    ),
    Trouble(
      fault: #"{"kind": "status", "status": 403, "path": "batch", "count": 1}"#,
      word: "unauthorized"),
    Trouble(
      fault: #"{"kind": "status", "status": 413, "path": "batch", "count": 1}"#, word: "no-answer"),
    Trouble(
      fault: #"{"kind": "status", "status": 429, "retry_after": 0, "path": "batch", "count": 1}"#,
      word: "throttled"),
    // One part of it.
    Trouble(
      fault: #"{"kind": "status", "status": 403, "path": "/emails$", "count": 1}"#,
      word: "unauthorized"),
    Trouble(
      fault: #"{"kind": "status", "status": 500, "path": "/emails$", "count": 1}"#,
      word: "no-answer"),
    Trouble(
      fault: #"{"kind": "status", "status": 400, "path": "/emails$", "count": 1}"#,
      word: "refused-for-good"),
    Trouble(
      fault: #"{"kind": "status", "status": 503, "path": "/emails$", "count": 1}"#,
      word: "unreachable"),
    Trouble(
      fault: #"{"kind": "status", "status": 500, "path": "activitymime", "count": 1}"#,
      word: "no-answer"),
    Trouble(
      fault: #"{"kind": "status", "status": 500, "method": "PATCH", "count": 1}"#, word: "no-answer"
    ),
    // What stands before the organization does not find it, or has somebody sign in.
    Trouble(
      fault:
        #"{"kind": "status", "status": 404, "text": "<html>", "path": "/emails$", "count": 1}"#,
      word: "no-answer"),
    Trouble(
      fault:
        #"{"kind": "status", "status": 404, "text": "<html>", "path": "activitym", "count": 1}"#,
      word: "no-answer"),
    // Not that it is there.
    Trouble(
      fault:
        #"{"kind": "status", "status": 412, "code": "0x80040333", "path": "/emails$", "count": 1}"#,
      word: "refused-for-good"),
    Trouble(fault: #"{"kind": "drop-after", "path": "/emails$", "count": 1}"#, word: "no-answer"),
    Trouble(
      fault: #"{"kind": "drop-after", "path": "activitymime", "count": 1}"#, word: "no-answer"),
    Trouble(fault: #"{"kind": "drop-before", "method": "PATCH", "count": 1}"#, word: ""),
    Trouble(fault: #"{"kind": "drop-after", "method": "PATCH", "count": 1}"#, word: "no-answer"),
  ]

  @Test(arguments: troubles.indices, [true, false]) func whateverGoesWrongTheSameAgainMakesOne(
    _ index: Int, _ checks: Bool
  ) throws {
    let trouble = Self.troubles[index]
    let place = try Place(["checks": checks])
    _ = try place.open().connection.connect()
    let fault = try #require(
      try JSONSerialization.jsonObject(with: Data(trouble.fault.utf8)) as? [String: Any])
    try place.server.fault(fault)
    let text = Self.mail(1, files: [("a.txt", 10), ("b.txt", 20)])
    if trouble.word.isEmpty {
      #expect(try place.track(text).kind == .track)
    } else {
      let failure = try #require(throws: TrackingFailure.self) { try place.track(text) }
      #expect(failure.word == trouble.word, "\(trouble.fault): \(failure)")
      #expect(try place.open().store.countOfCopies() == 0)
    }
    // Where it wants to be left alone, it is.
    if trouble.word == "throttled" {
      place.restart()
      #expect(throws: TrackingFailure.self) { try place.track(text) }
      try place.open().store.remember([.notBefore: nil])
    }
    place.restart()
    try place.track(text)
    #expect(try place.emails().count == 1 && place.attachments().count == 2, "\(trouble.fault)")
    #expect(try place.emails().first?["statecode"] as? Int == 1, "\(trouble.fault)")
    #expect(try place.open().store.countOfCopies() == 1)
  }

  /// What goes by itself, for its size, is answered by a page of sign-ins: nothing was done.
  @Test(arguments: ["POST", "PATCH"]) func noPageIsTakenForAYes(_ method: String) throws {
    let place = try Place()
    _ = try place.open().connection.connect()
    let text = Self.mail(1, files: [("a", 4_500_000)])
    try place.server.fault([
      "kind": "status", "status": 200, "text": "<html>", "type": "text/html", "method": method,
      "path": "(emails|activitymimeattachments)", "count": 1,
    ])
    let failure = try #require(throws: TrackingFailure.self) { try place.track(text) }
    #expect(failure.word == "no-answer")
    try place.track(text)
    #expect(try place.attachments().count == 1)
    #expect(try place.emails().first?["statecode"] as? Int == 1)
  }

  @Test func aTokenThatEndsInTheMiddleIsAskedForAnewOnce() throws {
    let place = try Place()
    _ = try place.open().connection.connect()
    try place.server.configure(["token": "token-2"])
    place.provider.signIn.next = "token-2"
    #expect(try place.track(Self.mail(1)).kind == .track)
    #expect(place.provider.signIn.count == 1)
    try place.server.configure(["token": "token-3"])
    let failure = try #require(throws: TrackingFailure.self) { try place.track(Self.mail(2)) }
    #expect(failure.word == RemoteTrouble.unauthorizedWord)
  }

  @Test func whoIsNoDataverseIsTold() throws {
    let place = try Place(["prefix": "/elsewhere/"])
    let failure = try #require(throws: TrackingFailure.self) { try place.track(Self.mail(1)) }
    #expect(failure.word == "unreachable")
  }

  @Test func whatSomebodyDeletesBetweenIsWithdrawnHere() throws {
    let place = try Place()
    _ = try place.open().connection.connect()
    try place.server.fault([
      "kind": "then-delete", "path": "/emails$", "method": "POST", "count": 1,
    ])
    let verdict = try place.track(Self.mail(1))
    #expect(verdict.kind == .ignore && verdict.reason == "Withdrawn")
    #expect(try place.emails().isEmpty)
    #expect(try place.open().store.countOfCopies() == 0)
    #expect(try place.open().store.pendingCopies().isEmpty)
  }

  /// Connections that end before and after what was asked for is done, failures, and clients that are
  /// made anew after each: each message is there once, with all of it.
  @Test func twoHundredMessagesThroughFaultsAreTwoHundred() throws {
    let place = try Place()
    _ = try place.open().connection.connect()
    try place.server.fault(
      ["kind": "drop-after", "path": "/emails$", "method": "POST", "every": 7],
      ["kind": "drop-before", "path": "batch", "every": 11],
      ["kind": "drop-after", "path": "activitymime", "every": 13],
      ["kind": "status", "status": 503, "path": "activitymime", "every": 17],
      ["kind": "drop-after", "method": "PATCH", "every": 9],
      ["kind": "status", "status": 500, "path": "/emails$", "method": "POST", "every": 10],
      ["kind": "status", "status": 429, "path": "Check", "retry_after": 1, "every": 23],
      ["kind": "drop-after", "path": "batch", "every": 19])
    var failures = 0
    for number in 1...200 {
      let text = Self.mail(number, files: [("a.txt", 10), ("b.txt", 20)])
      var isDone = false
      for _ in 1...20 where !isDone {
        do {
          try place.track(text)
          isDone = true
        } catch is TrackingFailure {
          failures += 1
          try place.open().store.remember([.notBefore: nil])
          place.restart()
        }
      }
      #expect(isDone, "\(number)")
    }
    #expect(failures > 60)
    let emails = try place.emails()
    #expect(
      emails.count == 200 && Set(emails.compactMap { $0["messageid"] as? String }).count == 200)
    #expect(emails.allSatisfy { $0["statecode"] as? Int == 1 })
    #expect(try place.attachments().count == 400)
    #expect(try place.open().store.countOfCopies() == 200)
    #expect(try place.open().store.pendingCopies().isEmpty)
  }

  // MARK: Back

  @Test(arguments: [true, false]) func whatBecameOfCopiesThereIsTakenOver(_ tracking: Bool) throws {
    let place = try Place(["tracking": tracking, "page": 2])
    let organization = try place.open()
    try organization.takeChanges(now: 1)
    for number in 1...5 { try place.track(Self.mail(number)) }
    let ids = try place.emails().compactMap { $0["activityid"] as? String }
    try organization.takeChanges(now: 1)
    #expect(try organization.store.countOfCopies() == 5)
    try place.server.change("emails", delete: [ids[0]])
    try place.server.change(
      "emails",
      rows: [
        [
          "activityid": ids[1], "_regardingobjectid_value": DataverseServer.id("noor"),
          "#_regardingobjectid_value": "leads",
        ]
      ])
    // Pages end in the middle of what is new.
    for _ in 1...3 { try organization.takeChanges(now: 2) }
    #expect(try organization.store.countOfCopies() == 4)
    let record = "lead:\(DataverseServer.id("noor"))"
    #expect(try organization.store.copies(CopyQuery()).count { $0.regarding == record } == 1)
    // Somebody takes it off again.
    try place.server.change(
      "emails",
      rows: [
        [
          "activityid": ids[1], "_regardingobjectid_value": NSNull(),
          "#_regardingobjectid_value": NSNull(),
        ]
      ])
    for _ in 1...3 { try organization.takeChanges(now: 3) }
    #expect(try organization.store.copies(CopyQuery()).allSatisfy { $0.regarding == nil })
  }

  @Test func aLinkThatIsTooOldIsFollowedByAskingForAll() throws {
    let place = try Place()
    let organization = try place.open()
    for number in 1...3 { try place.track(Self.mail(number)) }
    try organization.takeChanges(now: 1)
    let id = try #require(try place.emails().first?["activityid"] as? String)
    try place.server.change("emails", delete: [id])
    try organization.store.remember([
      .changes:
        #"{"link":"emails?$select=activityid,_regardingobjectid_value&$deltatoken=expired"}"#
    ])
    for _ in 1...4 { try organization.takeChanges(now: 2) }
    #expect(try organization.store.countOfCopies() == 2)
    #expect(try organization.store.remembered(.changes)?.contains("deltatoken") ?? false)
  }

  @Test func aLinkToAnotherHostIsNotFollowed() throws {
    let service = ScriptedService([
      DataverseAnswer(
        status: 200,
        body: Array(
          #"{"value":[],"@odata.deltaLink":"https://evil.example/api/data/v9.2/emails"}"#.utf8))
    ])
    let place = try Place()
    let changes = DataverseChanges(
      client: DataverseClient(service), journal: DataverseJournal(try place.open().store))
    let trouble = try #require(throws: RemoteTrouble.self) { try changes.next(after: nil) }
    #expect(trouble.word == "no-answer")
  }

  /// Answers as it is told.
  final class ScriptedService: DataverseService {
    let origin = "https://contoso.example"
    let root = "/api/data/v9.2/"
    private var answers: [DataverseAnswer]

    init(_ answers: [DataverseAnswer]) { self.answers = answers }

    func send(_ request: DataverseRequest) throws(RemoteTrouble) -> DataverseAnswer {
      guard !answers.isEmpty else { throw .unreachable("nothing is left") }
      return answers.removeFirst()
    }

    func end() {}
  }

  @Test func takingBackAndRegardingAreDoneThere() throws {
    let place = try Place()
    try place.track(Self.mail(1))
    let organization = try place.open()
    let keeping = try #require(organization.keeping)
    let copy = try #require(try organization.store.copies(CopyQuery()).first)
    let user = try #require(try organization.members.user(Self.dana))
    let lead = RecordReference(type: "lead", id: DataverseServer.id("noor"))
    func regarded() throws -> String? {
      try place.emails().first?["_regardingobjectid_value"] as? String
    }
    // Somebody else changes it between, once.
    try place.server.fault([
      "kind": "status", "status": 412, "code": "0x80060882", "method": "PATCH", "count": 1,
    ])
    #expect(try keeping.setRegarding(copy.id, lead, andOfConversation: nil))
    #expect(try regarded() == lead.id)
    #expect(try keeping.setRegarding(copy.id, lead, andOfConversation: nil))
    for (type, id) in [
      ("account", "7"), ("account", UUID().uuidString.lowercased()), ("nothing", lead.id),
    ] {
      let record = RecordReference(type: type, id: id)
      let failure = #expect(throws: RemoteTrouble.self) {
        try keeping.setRegarding(copy.id, record, andOfConversation: nil)
      }
      #expect(failure?.word == "unable")
    }
    #expect(try regarded() == lead.id)
    #expect(try keeping.setRegarding(copy.id, nil, andOfConversation: nil))
    #expect(try regarded() == nil)
    try place.server.configure(["without": ["prvDeleteActivity"]])
    #expect(throws: RemoteTrouble.self) { try keeping.untrack(copy.id, by: user, now: 1) }
    #expect(try place.emails().count == 1 && organization.store.countOfCopies() == 1)
    try place.server.configure(["without": [String]()])
    _ = try keeping.untrack(copy.id, by: user, now: 1)
    #expect(try place.emails().isEmpty && organization.store.countOfCopies() == 0)
  }
}
