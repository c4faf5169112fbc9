import InternetMessage
import Mailboxes
import System
import Testing
import Tracking
import TrackingStore

@testable import MailPipeline

/// What `sync` asks about and hands over at once.
@Suite struct SyncRunTests {
  /// A profile with an organization in memory, and a spool.
  private final class Place {
    let kind: OrganizationKindTests.Place
    let remote: MemoryRemote
    let spool: Spool

    init(atOnce count: Int, bytes: Int = 1 << 20) throws {
      kind = try OrganizationKindTests.Place(.mirrored)
      _ = try kind.open()
      remote = try #require(kind.remote.remote)
      remote.deliveriesAtOnce = RemoteLoad(count: count, bytes: bytes)
      spool = Spool(path: kind.folder.path + "/spool", limit: 1 << 30)
    }

    func add(
      _ number: Int, subject: String = "Offer", answers parent: Int? = nil, body: String = "text"
    ) throws {
      let text = """
        Message-ID: <\(number)@x.example>
        From: ann@fabrikam.example
        To: \(OrganizationKindTests.Place.dana)
        Subject: \(subject) \(number)\(parent.map { "\nIn-Reply-To: <\($0)@x.example>" } ?? "")

        \(body)

        """
      let input = MessageInput(
        source: BytesSource(Array(text.utf8)), temporaryFolders: [], firstRead: 4096)
      try input.holdAll()
      try spool.add(
        SpoolEntry(
          name: Spool.newName(), arrivedAt: Int64(100 + number), organization: "c",
          profile: kind.profile,
          envelope: Envelope(
            recipients: [try kind.address(OrganizationKindTests.Place.dana)]), isSent: false,
          failure: "sync"), message: input)
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

  @Test func whatIsAcceptedGoesTogetherUpToACountAndANumberOfBytes() throws {
    let place = try Place(atOnce: 4, bytes: 3_000)
    for number in 1...9 { try place.add(number) }
    try place.add(10, body: String(repeating: "x", count: 4_000))
    try place.add(11)
    try place.add(12)
    var pending: [Int] = []
    let store = try place.store()
    place.remote.isAboutToStore = {
      // All of them are noted here before the first is there, and none has left the spool.
      pending.append((try? store.pendingCopies().count) ?? -1)
    }
    let summary = try place.sync()
    #expect(summary.decided == 12 && summary.waiting == 0, "\(summary)")
    // The tenth is more than goes at once: it is the last of its load.
    #expect(place.remote.loads == [4, 4, 2, 2])
    #expect(pending == [4, 4, 2, 2])
    #expect(place.spool.isEmpty && place.remote.copies.count == 12)
    #expect(try store.pendingCopies().isEmpty)
    #expect(try store.countOfCopies() == 12)
  }

  @Test func whatAnswersAnotherComesAfterIt() throws {
    let place = try Place(atOnce: 10)
    try place.add(1)
    try place.add(2, answers: 1)
    try place.add(3)
    try place.add(4, answers: 2)
    #expect(try place.sync().decided == 4)
    // The first and the third, then each by itself.
    #expect(place.remote.loads.first == 2)
    let copies = try place.store().copies(CopyQuery())
    #expect(Set(copies.filter { !$0.subject.hasSuffix("3") }.map(\.conversation)).count == 1)
  }

  @Test func theSameMessageTwiceIsOneCopyAndTwoDeliveries() throws {
    let place = try Place(atOnce: 10)
    try place.add(1)
    try place.add(2)
    try place.add(1)
    #expect(try place.sync().decided == 3)
    #expect(place.remote.copies.count == 2)
    #expect(try place.store().countOfCopies() == 2 && place.spool.isEmpty)
  }

  @Test func whatIsRefusedSpoilsNoneOfTheOthers() throws {
    let place = try Place(atOnce: 10)
    for number in 1...6 { try place.add(number) }
    place.remote.refusals = [
      "2": .refusedForGood("no"), "4": .unknownOutcome("lost"),
    ]
    let summary = try place.sync()
    #expect(summary.decided == 4 && summary.waiting == 1 && summary.failed == 1, "\(summary)")
    #expect(place.spool.entries().count == 2)
    #expect(try place.store().pendingCopies().count == 1)
    place.remote.refusals = [:]
    // What was refused for good a person asks about.
    #expect(try place.sync().decided == 1)
    #expect(place.remote.copies.count == 5 && place.spool.entries().count == 1)
  }

  @Test func whereNoneFaresBetterAllWaitAndTheNextRunHandsThemOverOnce() throws {
    let place = try Place(atOnce: 10)
    for number in 1...5 { try place.add(number) }
    place.remote.refusals = ["3": .unreachable("it is gone")]
    let summary = try place.sync()
    #expect(summary.trouble?.contains("it is gone") == true)
    // What it took before and behind is known here.
    #expect(place.remote.copies.count == 4)
    #expect(place.spool.entries().map(\.attempts) == [0])
    place.remote.refusals = [:]
    #expect(try place.sync().decided == 1)
    #expect(place.remote.copies.count == 5 && place.spool.isEmpty)
    #expect(try place.store().countOfCopies() == 5)
  }

  @Test func whatWasInHandWhenARunEndedIsTriedAlone() throws {
    let place = try Place(atOnce: 10)
    for number in 1...4 { try place.add(number) }
    let entries = place.spool.entries()
    // As a run leaves them that is killed.
    try place.spool.setAttempts(1, of: entries[0])
    try place.spool.setAttempts(1, of: entries[1])
    #expect(try place.sync().decided == 4)
    #expect(place.remote.loads == [1, 1, 2])
    #expect(place.spool.isEmpty)
  }

  @Test func whoTakesOneAtATimeIsGivenOne() throws {
    let place = try Place(atOnce: 1)
    for number in 1...3 { try place.add(number) }
    #expect(try place.sync().decided == 3)
    #expect(place.remote.loads == [1, 1, 1])
  }
}
