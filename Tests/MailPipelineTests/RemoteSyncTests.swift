import InternetMessage
import Mailboxes
import System
import Testing
import Tracking
import TrackingStore

@testable import MailPipeline

/// What `sync` asks about at once, and what it has in hand until it is settled.
@Suite struct RemoteSyncTests {
  /// A profile with an organization in memory, and a spool.
  private final class Place {
    let kind: OrganizationKindTests.Place
    let remote: MemoryRemote
    let spool: Spool

    init(questions count: Int = 10, settlesLater: Bool = false) throws {
      kind = try OrganizationKindTests.Place(.mirrored)
      _ = try kind.open()
      remote = try #require(kind.remote.remote)
      remote.questionsAtOnce = count
      remote.settlesLater = settlesLater
      spool = Spool(path: kind.folder.path + "/spool", limit: 1 << 30)
    }

    func add(
      _ number: Int, subject: String = "Offer", answers parent: Int? = nil,
      to mailbox: String = OrganizationKindTests.Place.dana, body: String = "text"
    ) throws {
      let text = """
        Message-ID: <\(number)@x.example>
        From: ann@fabrikam.example
        To: \(OrganizationKindTests.Place.dana)
        Subject: \(subject)\(parent.map { "\nIn-Reply-To: <\($0)@x.example>" } ?? "")

        \(body) \(number)

        """
      let input = MessageInput(
        source: BytesSource(Array(text.utf8)), temporaryFolders: [], firstRead: 4096)
      try input.holdAll()
      try spool.add(
        SpoolEntry(
          name: Spool.newName(), arrivedAt: Int64(100 + number), organization: "c",
          profile: kind.profile, envelope: Envelope(recipients: [try kind.address(mailbox)]),
          isSent: false, failure: "sync"), message: input)
    }

    func sync() throws -> RemoteSync.Summary {
      let sync = RemoteSync(
        spool: spool, profilePath: kind.profile, environment: kind.environment,
        deadline: Deadline(milliseconds: 20_000), now: 100, asking: RemoteAsking())
      return try sync.run(#require(kind.opener.profile.synchronizingOrganization)) { _, _ in }
    }

    func store() throws -> Store {
      try #require(try kind.open() as? MirroredOrganization).store
    }
  }

  @Test func questionsThatFailTogetherAreHeldAgainstNoMessage() throws {
    let place = try Place()
    for number in 1...2 { try place.add(number, subject: "odd") }
    for number in 3...5 { try place.add(number) }
    place.remote.unanswered = ["odd"]
    // Were the question about all five held against one, three in a row would end the run.
    let summary = try place.sync()
    #expect(summary.decided == 3 && summary.waiting == 2, "\(summary)")
    #expect(summary.trouble == nil)
    #expect(place.remote.copies.count == 3)
  }

  @Test func untilItIsSettledAllWaitsAndIsPending() throws {
    let place = try Place(questions: 3, settlesLater: true)
    for number in 1...7 { try place.add(number) }
    let store = try place.store()
    var seen: [[Int]] = []
    place.remote.isAboutToSettle = {
      seen.append([
        place.spool.entries().count, (try? store.pendingCopies().count) ?? -1,
        place.spool.entries().filter { $0.attempts > 0 }.count,
      ])
    }
    #expect(try place.sync().decided == 7)
    // One, then twice as many each time, and what was asked about at once at the latest.
    #expect(place.remote.settled == [1, 2, 3, 1])
    #expect(seen == [[7, 3, 0], [6, 2, 0], [4, 3, 0], [1, 1, 0]])
    #expect(place.spool.isEmpty && place.remote.copies.count == 7)
    #expect(try store.pendingCopies().isEmpty)
  }

  @Test func manyBytesAreSettledBeforeThereAreMany() throws {
    let place = try Place(settlesLater: true)
    let body = String(repeating: "x", count: 2_100_000)
    for number in 1...6 { try place.add(number, body: body) }
    #expect(try place.sync().decided == 6)
    #expect(place.remote.settled == [1, 2, 2, 1])
  }

  @Test func whereSettlingFailsTheNextRunHandsOverTheSameAgain() throws {
    let place = try Place(settlesLater: true)
    for number in 1...4 { try place.add(number) }
    // The same message in another mailbox.
    try place.add(1, to: OrganizationKindTests.Place.lee)
    place.remote.settlingTrouble = .unreachable("it is gone")
    for _ in 0..<8 {
      let summary = try place.sync()
      #expect(summary.decided == 0 && summary.waiting == 5 && summary.failed == 0, "\(summary)")
      #expect(summary.trouble?.contains("it is gone") == true)
    }
    #expect(place.spool.entries().map(\.attempts) == [0, 0, 0, 0, 0])
    #expect(try place.store().pendingCopies().count == 4)
    // What was accepted is, whatever would be said now.
    place.remote.settlingTrouble = nil
    #expect(try place.sync().decided == 5)
    #expect(place.remote.copies.count == 4 && place.spool.isEmpty)
    let archive = try #require(try place.kind.open(.read).archive)
    let seen = try archive.copies(CopyQuery()).flatMap(\.deliveries).map(\.timesSeen)
    #expect(seen == [1, 1, 1, 1, 1])
    #expect(try place.store().pendingCopies().isEmpty)
  }

  /// What is in hand was accepted for its own mailbox, and says nothing of another one.
  @Test func anotherMailboxIsAskedAboutWhileTheMessageIsInHand() throws {
    let place = try Place(settlesLater: true)
    place.remote.refusedMailboxes = [OrganizationKindTests.Place.lee]
    for number in 1...2 { try place.add(number) }
    try place.add(2, to: OrganizationKindTests.Place.lee)
    #expect(try place.sync().decided == 3)
    #expect(place.remote.settled == [1, 1])
    let archive = try #require(try place.kind.open(.read).archive)
    #expect(try archive.copies(CopyQuery()).flatMap(\.deliveries).count == 2)
  }

  @Test func whatWasAcceptedAndNotSettledIsNotAskedAboutAgain() throws {
    let place = try Place(settlesLater: true)
    for number in 1...3 { try place.add(number) }
    place.remote.settlingTrouble = .unreachable("it is gone")
    _ = try place.sync()
    place.remote.settlingTrouble = nil
    place.remote.refuses = true
    try place.add(4)
    #expect(try place.sync().decided == 4)
    #expect(place.remote.copies.count == 3)
    #expect(try place.store().countOfCopies() == 3)
  }

  @Test func whatAnswersARefusedOneInHandDoesNotWaitForIt() throws {
    let place = try Place(settlesLater: true)
    place.remote.refuses = true
    for number in 1...5 {
      try place.add(number, answers: number > 1 ? number - 1 : nil)
    }
    #expect(try place.sync().decided == 5)
    #expect(place.spool.isEmpty && place.remote.copies.isEmpty)
    // Each was asked about once, and nothing was handed over.
    #expect(place.remote.questions == 5 && place.remote.settled.isEmpty)
  }

  @Test func whoSettlesNothingLaterHasNothingInHand() throws {
    let place = try Place()
    for number in 1...3 { try place.add(number) }
    place.remote.settlingTrouble = .unreachable("never asked")
    #expect(try place.sync().decided == 3)
    #expect(place.spool.isEmpty && place.remote.settled.isEmpty)
  }
}
