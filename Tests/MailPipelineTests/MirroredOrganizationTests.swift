import Testing
import Tracking

@testable import MailPipeline

/// What of an organization elsewhere rests on its answers.
@Suite struct MirroredOrganizationTests {
  private static func message(_ number: Int) -> String {
    """
    Message-ID: <\(number)@x.example>
    From: ann@fabrikam.example
    To: \(OrganizationKindTests.Place.dana)
    Subject: The offer

    text \(number)

    """
  }

  /// In which call something happens, and what.
  static let troubles: [(isDone: Bool, trouble: RemoteTrouble)] = [
    (false, .unreachable("x")), (true, .unreachable("x")), (false, .unknownOutcome("x")),
    (true, .unknownOutcome("x")), (false, .unauthorized("x")), (false, .refusedForGood("x")),
    (true, .throttled(until: 0)),
  ]

  @Test(arguments: troubles.indices, [0, 1]) func whateverHappensTheSameAgainMakesOneCopy(
    _ index: Int, _ calls: Int
  ) throws {
    let place = try OrganizationKindTests.Place(.mirrored)
    _ = try place.open()
    let remote = try #require(place.remote.remote)
    let (isDone, trouble) = Self.troubles[index]
    // The question goes well, or not.
    if calls == 1 { remote.troubles = [(true, .unknownOutcome("lost"))] }
    remote.troubles.append((isDone, trouble))
    for _ in 0...calls {
      let failure = try #require(throws: TrackingFailure.self) { try place.track(Self.message(1)) }
      #expect(!failure.description.isEmpty)
    }
    let verdict = try place.track(Self.message(1))
    #expect(verdict.kind == .track)
    #expect(remote.copies.count == 1 && remote.copies.first?.value.deliveries.count == 1)
    let archive = try #require(try place.open(.read).archive)
    #expect(try archive.countOfCopies() == 1)
    #expect(try archive.copies(CopyQuery()).first?.deliveries.first?.timesSeen == 1)
  }

  @Test func whereTheAnswerToADeliveryIsLostNobodyIsAskedAgain() throws {
    let place = try OrganizationKindTests.Place(.mirrored)
    let organization = try #require(try place.open() as? MirroredOrganization)
    let remote = try #require(place.remote.remote)
    // Decided, then delivered without an answer.
    remote.losesDelivery = true
    _ = try? place.track(Self.message(1))
    remote.losesDelivery = false
    #expect(remote.copies.count == 1)
    #expect(try organization.store.pendingCopies().count == 1)
    // Who were asked now would refuse it.
    remote.refuses = true
    #expect(try place.track(Self.message(2)).kind == .refuse)
    #expect(try place.track(Self.message(1)).kind == .track)
    #expect(try organization.store.pendingCopies().isEmpty)
    #expect(remote.copies.count == 1)
  }
}
