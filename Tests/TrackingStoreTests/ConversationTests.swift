import GRDB
import InternetMessage
import Testing
import Tracking

@testable import TrackingStore

/// Correlation and conversations over a real store.
@Suite struct ConversationTests {
  private static func mail(
    _ id: String, _ fields: String = "", from: String = "erin@fabrikam.example",
    subject: String = "Offer"
  ) -> String {
    "Message-ID: <\(id)@x>\nFrom: \(from)\nTo: dana@contoso.example\nSubject: \(subject)\n\(fields)\n\(id)\n"
  }

  private func method(
    _ first: String, _ second: String, policy: [(String, String)] = []
  ) throws -> CorrelationMethod? {
    let place = try TemporaryStore()
    for (name, value) in policy { try place.store.setPolicy(name, to: value) }
    try place.deliver(place.draft(first))
    return try place.draft(second).correlation?.method
  }

  static let threadIndex = "Thread-Index: AdB2N3z6vQ3pCXH8TTKPBZkxU7aD3Q==\n"

  @Test func eachMethodFindsWhatIsAnswered() throws {
    let first = Self.mail("1", Self.threadIndex, subject: "Offer CRM:0000123")
    #expect(try method(first, Self.mail("2", "In-Reply-To: <1@x>\n")) == .inReplyTo)
    #expect(try method(first, Self.mail("2", "References: <1@x> <0@x>\n")) == .references)
    #expect(try method(first, Self.mail("2", subject: "Re: x crm:0000123")) == .trackingToken)
    #expect(
      try method(first, Self.mail("2", Self.threadIndex, subject: "y")) == .threadIndex)
    #expect(try method(first, Self.mail("2", subject: "Re: Offer")) == nil)
    // The first method that hits counts.
    let all = Self.mail("2", "In-Reply-To: <1@x>\n" + Self.threadIndex, subject: "CRM:0000123")
    #expect(try method(first, all) == .inReplyTo)
    #expect(
      try method(first, all, policy: [("correlation-headers", "no")]) == .trackingToken)
    #expect(try method(first, all, policy: [("correlation", "no")]) == nil)
  }

  @Test func tokensOfTheHistoryCount() throws {
    let old = Self.mail("1", subject: "Offer OLD#12345")
    let policy = [("token-prefixes", "CRM:,OLD#"), ("token-digits", "7,5")]
    #expect(
      try method(old, Self.mail("2", subject: "Re: OLD#12345"), policy: policy) == .trackingToken)
    #expect(try method(old, Self.mail("2", subject: "Re: OLD#12345")) == nil)
    #expect(try method(old, Self.mail("2", subject: "Re: OLD#123456"), policy: policy) == nil)
  }

  @Test func smartMatchingIsOffAndNeedsSubjectAndAddresses() throws {
    func mail(_ id: String, _ subject: String, _ from: String = "erin@fabrikam.example") -> String {
      "Message-ID: <\(id)@x>\nFrom: \(from)\nTo: lee@tailspin.example\nSubject: \(subject)\n\n\(id)\n"
    }
    let first = mail("1", "Forty pumps")
    let on = [("smart-matching", "yes")]
    #expect(try method(first, mail("2", "Re: forty PUMPS")) == nil)
    #expect(try method(first, mail("2", "Re: forty PUMPS"), policy: on) == .smartMatching)
    #expect(try method(first, mail("2", "fifty pumps"), policy: on) == nil)
    #expect(try method(first, mail("2", "forty pumps", "eve@x.example"), policy: on) == nil)
  }

  @Test func strangersAndForwardsAreNotLetIn() throws {
    let first = Self.mail("1")
    let stranger = Self.mail("2", "In-Reply-To: <1@x>\n", from: "eve@x.example")
    #expect(try method(first, stranger) == nil)
    #expect(
      try method(first, stranger, policy: [("correlation-known-participant", "no")]) == .inReplyTo)
    let forward = Self.mail("2", "In-Reply-To: <1@x>\n", subject: "Fwd: Offer")
    #expect(try method(first, forward) == nil)
    #expect(try method(first, forward, policy: [("forwards-are-replies", "yes")]) == .inReplyTo)
  }

  @Test func aThreadIsOneConversationInWhateverOrderItComes() throws {
    let thread = [
      Self.mail("1"), Self.mail("2", "In-Reply-To: <1@x>\n"),
      Self.mail("3", "References: <1@x> <2@x>\n"), Self.mail("4", "In-Reply-To: <1@x>\n"),
    ]
    for order in permutations(Array(thread.indices)) {
      let place = try TemporaryStore()
      for index in order { try place.deliver(place.draft(thread[index])) }
      try place.deliver(place.draft(Self.mail("9", from: "other@y.example")))
      #expect(try place.number("SELECT count(DISTINCT conversation) FROM copy") == 2, "\(order)")
      #expect(try place.number("SELECT count(*) FROM conversation") == 2)
    }
  }

  @Test func siblingsOfAnUntrackedParentAreOneConversation() throws {
    let place = try TemporaryStore()
    try place.deliver(place.draft(Self.mail("2", "In-Reply-To: <1@x>\n")))
    try place.deliver(place.draft(Self.mail("3", "In-Reply-To: <1@x>\n")))
    try place.deliver(place.draft(Self.mail("4", "In-Reply-To: <1@x>\n", from: "eve@x.example")))
    try place.deliver(place.draft(Self.mail("5", "In-Reply-To: <1@x>\n", subject: "Fw: Offer")))
    #expect(try place.number("SELECT count(*) FROM copy WHERE conversation = 1") == 2)
  }

  @Test func regardingIsInheritedAndAHandIsStrongest() throws {
    let place = try TemporaryStore()
    try place.deliver(place.draft(Self.mail("1"), regarding: "account:a"))
    try place.deliver(place.draft(Self.mail("2", "In-Reply-To: <1@x>\n")))
    try place.deliver(
      place.draft(Self.mail("3", "In-Reply-To: <2@x>\n"), regarding: "account:b", source: .manual))
    try place.deliver(place.draft(Self.mail("4", "In-Reply-To: <3@x>\n")))
    let found = try place.store.read {
      try String.fetchAll(
        $0, sql: "SELECT regarding_id || ' ' || regarding_source FROM copy ORDER BY id")
    }
    #expect(found == ["a rule", "a conversation", "b manual", "b conversation"])
  }

  private func permutations(_ items: [Int]) -> [[Int]] {
    guard let first = items.first else { return [[]] }
    return permutations(Array(items.dropFirst())).flatMap { rest in
      (0...rest.count).map { Array(rest[..<$0]) + [first] + Array(rest[$0...]) }
    }
  }
}
