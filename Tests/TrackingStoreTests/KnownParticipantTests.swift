import InternetMessage
import Testing
import Tracking

@testable import TrackingStore

/// Who is let into a conversation of which mail names an id or a token.
@Suite struct KnownParticipantTests {
  struct Case: CustomTestStringConvertible {
    let testDescription: String
    /// Who wrote the first message, and who writes the next.
    let first: String
    let next: String
    var records: [RecordEntry] = []
    /// How `company` knows the next; `nil` for a stranger.
    let basis: KnownParticipant.Basis?
    let source: String
  }

  private static func record(
    _ name: String, _ addresses: [String] = [], domains: [String] = [], parent: String? = nil
  ) -> RecordEntry {
    RecordEntry(
      record: RecordReference(name) ?? RecordReference(type: "none", id: name),
      addresses: addresses.compactMap { AddrSpec($0) }, domains: domains,
      parent: parent.flatMap { RecordReference($0) })
  }

  static let cases = [
    Case(
      testDescription: "the same address", first: "erin@fabrikam.example",
      next: "Erin@Fabrikam.example", basis: .address, source: "RFC 5321 section 2.4"),
    Case(
      testDescription: "another spelling at Gmail", first: "er.in@gmail.com",
      next: "erin+crm@googlemail.com", basis: .address, source: "Gmail help"),
    Case(
      testDescription: "with a note in it", first: "erin@gmx.de", next: "erin+offers@gmx.de",
      basis: .address, source: "RFC 5233"),
    Case(
      testDescription: "another note", first: "erin+a@gmx.de", next: "erin+b@gmx.de",
      basis: .address, source: "RFC 5233"),
    Case(
      testDescription: "a colleague of the same domain", first: "erin@fabrikam.example",
      next: "frank@fabrikam.example", basis: .domain, source: "the manual"),
    Case(
      testDescription: "a domain below is another", first: "erin@fabrikam.example",
      next: "frank@berlin.fabrikam.example", basis: nil, source: "the manual"),
    Case(
      testDescription: "a public provider is no company", first: "erin@gmx.de",
      next: "frank@gmx.de", basis: nil, source: "the manual"),
    Case(
      testDescription: "another address of the record", first: "erin@fabrikam.example",
      next: "erin@gmx.de",
      records: [record("contact:erin", ["erin@fabrikam.example", "erin@gmx.de"])],
      basis: .record, source: "associate-email-address"),
    Case(
      testDescription: "an account of several domains", first: "erin@fabrikam.example",
      next: "frank@fabrikam.test",
      records: [record("account:fab", domains: ["fabrikam.example", "fabrikam.test"])],
      basis: .record, source: "associate-email-address"),
    Case(
      testDescription: "contacts of one account", first: "erin@gmx.de", next: "frank@web.example",
      records: [
        record("contact:erin", ["erin@gmx.de"], parent: "account:fab"),
        record("contact:frank", ["frank@web.example"], parent: "account:fab"),
      ], basis: .account, source: "the manual"),
    Case(
      testDescription: "a contact and its account", first: "office@fabrikam.example",
      next: "frank@gmx.de",
      records: [
        record("account:fab", ["office@fabrikam.example"]),
        record("contact:frank", ["frank@gmx.de"], parent: "account:fab"),
      ], basis: .account, source: "the manual"),
    Case(
      testDescription: "contacts of two accounts", first: "erin@gmx.de", next: "frank@web.example",
      records: [
        record("contact:erin", ["erin@gmx.de"], parent: "account:fab"),
        record("contact:frank", ["frank@web.example"], parent: "account:other"),
      ], basis: nil, source: "the manual"),
    Case(
      testDescription: "two accounts of one holding", first: "erin@gmx.de",
      next: "frank@web.example",
      records: [
        record("account:a", ["erin@gmx.de"], parent: "account:holding"),
        record("account:b", ["frank@web.example"], parent: "account:holding"),
      ], basis: nil, source: "the manual"),
    Case(
      testDescription: "a stranger", first: "erin@fabrikam.example", next: "eve@x.example",
      basis: nil, source: "the manual"),
  ]

  private static func mail(_ id: String, from: String, _ fields: String, to: String) -> String {
    "Message-ID: <\(id)@x>\nFrom: \(from)\nTo: \(to)\n\(fields)\n\(id)\n"
  }

  /// The place that holds the first message, and what of the next is to be delivered.
  private func place(_ example: Case, _ known: String?, fields: String) throws -> TemporaryStore {
    let place = try TemporaryStore()
    if let known { try place.store.setPolicy("correlation-known-participant", to: known) }
    _ = try place.store.setRecords(example.records, now: 1)
    try place.deliver(
      place.draft(
        Self.mail("1", from: example.first, fields, to: "dana@contoso.example")))
    return place
  }

  @Test(arguments: cases)
  func aReplyIsLetIn(_ example: Case) throws {
    let place = try place(example, nil, fields: "")
    let reply = try place.draft(
      Self.mail("2", from: example.next, "In-Reply-To: <1@x>\n", to: "dana@contoso.example"))
    #expect(reply.correlation?.method == (example.basis == nil ? nil : .inReplyTo))
    let addresses = [AddrSpec(example.next)].compactMap { $0 }
    #expect(
      try place.store.readAtOnce {
        try TrackedMailIndex(db: $0)
          .conversation(ConversationID(1), knows: addresses, as: .company)
      } == example.basis)
    // The address alone, and everybody.
    try place.store.setPolicy("correlation-known-participant", to: "address")
    let isSame = example.basis == .address
    #expect(
      try place.draft(
        Self.mail("2", from: example.next, "In-Reply-To: <1@x>\n", to: "dana@contoso.example")
      ).correlation?.method == (isSame ? .inReplyTo : nil))
    try place.store.setPolicy("correlation-known-participant", to: "off")
    #expect(
      try place.draft(
        Self.mail("2", from: example.next, "In-Reply-To: <1@x>\n", to: "dana@contoso.example")
      ).correlation?.method == .inReplyTo)
  }

  @Test(arguments: cases)
  func aTokenCounts(_ example: Case) throws {
    let place = try place(example, nil, fields: "Subject: Offer CRM:0000123\n")
    let next = try place.draft(
      Self.mail(
        "2", from: example.next, "Subject: x CRM:0000123\n", to: "dana@contoso.example"))
    #expect(next.correlation?.method == (example.basis == nil ? nil : .trackingToken))
  }

  @Test(arguments: cases)
  func aSiblingAndALateParentJoin(_ example: Case) throws {
    // The first answers mail that is not tracked; the next answers it, too.
    let siblings = try place(example, nil, fields: "In-Reply-To: <0@x>\n")
    try siblings.deliver(
      siblings.draft(
        Self.mail("2", from: example.next, "In-Reply-To: <0@x>\n", to: "dana@contoso.example")))
    let expected = example.basis == nil ? 2 : 1
    #expect(try siblings.number("SELECT count(DISTINCT conversation) FROM copy") == expected)
    // The next is that mail itself.
    let parents = try place(example, nil, fields: "In-Reply-To: <0@x>\n")
    try parents.deliver(
      parents.draft(Self.mail("0", from: "dana@contoso.example", "", to: example.next)))
    #expect(try parents.number("SELECT count(DISTINCT conversation) FROM copy") == expected)
  }

  @Test("yes and no of before are company and off")
  func valuesOfBefore() throws {
    let place = try TemporaryStore()
    let setting = try PolicySetting.named("correlation-known-participant")
    #expect(try setting.value(in: place.store.policy()) == "company")
    for (before, now) in [("no", "off"), ("yes", "company")] {
      try place.store.setPolicy("correlation-known-participant", to: before)
      #expect(try setting.value(in: place.store.policy()) == now)
    }
    #expect(throws: PolicySettingError.self) {
      try place.store.setPolicy("correlation-known-participant", to: "everybody")
    }
  }
}
