import Foundation
import InternetMessage
import MailPipeline
import PostgreSQL
import Testing
import Tracking

/// The decision of an organization in PostgreSQL is `Decider`'s: code, owner and words, in hundreds of
/// situations that are made of a fixed seed.
@Suite(.postgresql) struct PostgreSQLDecisionTests {
  /// SplitMix64: the same numbers everywhere.
  private struct Seeded: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var z = state
      z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
      z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
      return z ^ (z >> 31)
    }
  }

  private struct Record {
    var reference: RecordReference
    var owner: UserID?
    var addresses: [AddrSpec]
    var domains: [String]
  }

  /// Users and records in memory, for `Decider`.
  private struct Memory: Directory {
    var people: [OrganizationUser]
    var records: [Record]

    func users(havingAddress address: AddrSpec) -> [OrganizationUser] {
      people.filter { $0.addresses.contains(address) }
    }

    func records(matching address: AddrSpec, limit: Int) -> [RecordMatch] {
      func match(_ number: Int, _ basis: RecordMatch.Basis) -> RecordMatch {
        RecordMatch(
          id: RecordID(Int64(number + 1)), record: records[number].reference,
          owner: records[number].owner, basis: basis)
      }
      let mailbox = MailboxAlias.mailbox(ofComparisonKey: address.comparisonKey)
      var named = records.indices.filter { records[$0].addresses.contains(address) }
      if named.isEmpty {
        named = records.indices.filter { number in
          records[number].addresses.contains { $0.comparisonKey == mailbox }
        }
      }
      let alias = MailboxAlias.key(of: address)
      let others = records.indices.filter { number in
        !named.contains(number)
          && records[number].addresses.contains {
            alias != nil && MailboxAlias.key(of: $0) == alias
          }
      }
      var found = (named + others).map { match($0, .address) }
      var domain = Substring(address.domainKey)
      while domain.contains("."), !PublicMailDomains.contains(String(domain)) {
        found += records.indices.filter { records[$0].domains.contains(String(domain)) }
          .map { match($0, .domain) }
        domain = domain[domain.index(after: domain.firstIndex(of: ".") ?? domain.startIndex)...]
      }
      return Array(found.prefix(limit))
    }
  }

  private static func address(_ name: String, _ domain: String = "contoso.example") -> AddrSpec {
    AddrSpec(localPart: name, domain: domain)
  }

  private static let names = ["dana", "finn", "rita", "sales", "bob"]

  private static func users(_ filters: [FilterMethod?]) -> [OrganizationUser] {
    [
      OrganizationUser(
        id: UserID(1), address: address("dana"), addresses: [address("dana"), address("d.ana")],
        role: .administrator, filter: filters[0]),
      OrganizationUser(
        id: UserID(2), address: address("finn"), filter: filters[1], isEnabled: false),
      OrganizationUser(id: UserID(3), address: address("rita"), role: .reader, filter: filters[2]),
      OrganizationUser(id: UserID(4), address: address("sales"), kind: .queue, filter: filters[3]),
      OrganizationUser(id: UserID(5), address: address("bob"), filter: filters[4]),
    ]
  }

  private static let records = [
    Record(
      reference: .init(type: "contact", id: "e"), owner: UserID(5),
      addresses: [address("erin", "fabrikam.example")], domains: []),
    Record(
      reference: .init(type: "new_site", id: "s"), owner: nil, addresses: [],
      domains: ["plant.example"]),
    Record(
      reference: .init(type: "lead", id: "t"), owner: UserID(5),
      addresses: [address("twice", "fabrikam.example")], domains: []),
    Record(
      reference: .init(type: "contact", id: "t"), owner: nil,
      addresses: [address("twice", "fabrikam.example")], domains: []),
    Record(
      reference: .init(type: "contact", id: "h"), owner: UserID(5),
      addresses: [address("thrice", "fabrikam.example")], domains: []),
    Record(
      reference: .init(type: "lead", id: "h"), owner: UserID(1),
      addresses: [address("thrice", "fabrikam.example")], domains: []),
    Record(
      reference: .init(type: "account", id: "a"), owner: UserID(1), addresses: [],
      domains: ["company.example"]),
    Record(
      reference: .init(type: "contact", id: "g"), owner: UserID(1),
      addresses: [address("some.body", "gmail.com")], domains: ["gmail.com"]),
  ]

  private static let outside = [
    address("erin", "fabrikam.example"), address("Erin", "FABRIKAM.example"),
    address("erin+note", "fabrikam.example"), address("twice", "fabrikam.example"),
    address("thrice", "fabrikam.example"), address("x", "west.plant.example"),
    address("y", "company.example"), address("somebody", "googlemail.com"),
    address("stranger", "gmail.com"), address("nobody", "other.example"),
    address("grüße", "münchen.example"),
  ]

  private static let settings: [(String, [String])] = [
    ("filter", ["replies", "replies", "contacts", "records", "all", "none"]),
    ("forced-filter", ["off", "off", "off", "off", "all", "contacts", "none", "replies"]),
    ("allow-all", ["no", "yes"]),
    (
      "refuse",
      ["", "", "", "@fabrikam.example", "@*.example", "erin@fabrikam.example", "@*.plant.example"]
    ),
    ("track-rules", ["yes", "yes", "no"]),
    ("internal-mail", ["two", "one", "refuse"]),
    ("internal-to-queues", ["yes", "no"]),
    ("internal-from-queues", ["no", "yes"]),
    ("only-mailbox-decides", ["no", "no", "yes"]),
    ("ambiguous-senders-unresolved", ["no", "no", "yes"]),
    ("correlation", ["yes", "yes", "no"]),
  ]

  /// An organization with those users and records, and copies to answer.
  private static func place() throws -> PostgreSQLPlace {
    let place = try PostgreSQLPlace(logins: ["dana", "mx1"])
    try place.makeOrganization()
    _ = try place.text("SELECT crm.set_host('{mx1}', true)", as: "dana")
    for (name, role, kind) in [
      ("finn", "member", "user"), ("rita", "reader", "user"), ("sales", "member", "queue"),
      ("bob", "member", "user"),
    ] { try place.addUser(name, role: role, kind: kind, hasLogin: false) }
    _ = try place.text(
      """
      INSERT INTO crm.user_address VALUES ('d.ana@contoso.example', 1, 1, 'd.ana@contoso.example');
      UPDATE crm.app_user SET is_enabled = false WHERE address LIKE 'finn@%';
      """)
    for record in records {
      _ = try place.text(
        """
        INSERT INTO crm.record (type, record_id, owner)
          VALUES ('\(record.reference.type)', '\(record.reference.id)',
            \(record.owner.map { "\($0.rawValue)" } ?? "NULL"));
        \(record.addresses.map { one in
          """
          INSERT INTO crm.record_address VALUES ('\(one.comparisonKey)',
            (SELECT max(id) FROM crm.record), '\(one)',
            \(MailboxAlias.key(of: one).map { "'\($0)'" } ?? "NULL"));
          """
        }.joined())
        \(record.domains.map { one in
          "INSERT INTO crm.record_domain VALUES ('\(one)', (SELECT max(id) FROM crm.record), '\(one)');"
        }.joined())
        """)
    }
    let host = try place.connection("mx1")
    // Copies of dana's, of the queue's and of bob's, and one each way whose other direction may come.
    for (number, owner) in [(901, "dana"), (904, "sales"), (905, "bob")] {
      var delivery = PostgreSQLDelivery(number)
      delivery.track = "hand"
      delivery.mailbox = "\(owner)@contoso.example"
      delivery.to = [delivery.mailbox]
      #expect(delivery.outcome(by: host) == "created")
    }
    var sent = PostgreSQLDelivery(910)
    sent.track = "hand"
    sent.direction = "outgoing"
    sent.sender = "dana@contoso.example"
    sent.to = ["bob@contoso.example"]
    sent.messageID = "sent@contoso.example"
    #expect(sent.outcome(by: host) == "created")
    var received = PostgreSQLDelivery(911)
    received.track = "hand"
    received.messageID = "received@contoso.example"
    #expect(received.outcome(by: host) == "created")
    return place
  }

  @Test func itDecidesAsDeciderDoes() throws {
    let place = try Self.place()
    let host = try place.connection("mx1")
    var random = Seeded(state: 23)
    var codes: [Int: Int] = [:]
    var reasons: [Ownership.Reason: Int] = [:]
    for _ in 0..<60 {
      let filters = (0..<5).map { _ in
        Bool.random(using: &random) ? nil : FilterMethod.allCases.randomElement(using: &random)
      }
      var policy = OrganizationPolicy()
      var sql = "DELETE FROM crm.refused_address;"
      for (name, values) in Self.settings {
        // Half of them as they are where nobody settles anything.
        let value = Bool.random(using: &random) ? values[0] : values.randomElement(using: &random)
        try PolicySetting.named(name).set(value ?? "", in: &policy)
        sql += "UPDATE crm.policy SET value = '\(value ?? "")' WHERE name = '\(name)';"
      }
      for entry in policy.refused {
        let (kind, key) =
          entry.hasPrefix("@*.")
          ? ("subdomains", entry.dropFirst(3))
          : entry.hasPrefix("@") ? ("domain", entry.dropFirst()) : ("address", entry[...])
        sql += "INSERT INTO crm.refused_address VALUES ('\(kind)', '\(key)');"
      }
      for (number, filter) in filters.enumerated() {
        let value = filter.map { "'\($0.rawValue)'" } ?? "NULL"
        sql +=
          "UPDATE crm.app_user SET filter = \(value) WHERE address LIKE '\(Self.names[number])@%';"
      }
      #expect(try place.text(sql) == "")
      let memory = Memory(people: Self.users(filters), records: Self.records)
      let questions = (0..<40).map { _ in Self.question(&random) }
      let told = questions.map { PostgreSQLQuestion($0.remote) }
      let rows = try host.run(
        "SELECT * FROM crm.decide($1::jsonb)", [.text(try PostgreSQLText.json(told))]
      ).rows
      #expect(rows.count == questions.count)
      for (question, row) in zip(questions, rows) {
        let expected = try Decider.decide(
          question.remote.question, policy: policy, directory: memory)
        switch expected {
        case .accepted(let acceptance):
          codes[acceptance.code.rawValue, default: 0] += 1
          reasons[acceptance.owner.reason, default: 0] += 1
          let owner = memory.people.first { $0.id == acceptance.owner.user }?.address.description
          #expect(
            Self.words(row)
              == "accepted \(acceptance.code.rawValue) \(owner ?? "") \(acceptance.explanation)",
            "\(question) \(policy)")
        case .refused(let code, let explanation):
          codes[code.rawValue, default: 0] += 1
          #expect(
            Self.words(row) == "refused \(code.rawValue)  \(explanation)", "\(question) \(policy)")
        case .deferred: Issue.record("nothing is deferred here")
        }
      }
    }
    // Each code came, and each way to an owner: the table says something.
    for code in [-1, 1, 2, 3, 4, 5, 6, 7] { #expect(codes[code, default: 0] > 10, "\(code)") }
    for reason in Ownership.Reason.allCases where reason != .organization {
      #expect(reasons[reason, default: 0] > 5, "\(reason)")
    }
  }

  private static func words(_ row: PostgreSQLRows.Row) -> String {
    "\(row.text("outcome") ?? "") \(row.text("code") ?? "") \(row.text("owner") ?? "") "
      + (row.text("explanation") ?? "")
  }

  private struct Asked {
    var remote: RemoteQuestion
  }

  private static func question(_ random: inout Seeded) -> Asked {
    func party(_ random: inout Seeded) -> AddrSpec {
      Int.random(in: 0..<3, using: &random) == 0
        ? outside.randomElement(using: &random) ?? outside[0]
        : address((names + ["d.ana"]).randomElement(using: &random) ?? "dana")
    }
    let isOutgoing = Int.random(in: 0..<4, using: &random) == 0
    let sender: AddrSpec? =
      switch Int.random(in: 0..<12, using: &random) {
      case 0: nil
      case 1, 2: address(names.randomElement(using: &random) ?? "dana")
      default:
        isOutgoing
          ? address(names.randomElement(using: &random) ?? "dana")
          : outside.randomElement(using: &random)
      }
    var question = Question(
      sender: sender, mailboxOwner: address(names.randomElement(using: &random) ?? "dana"))
    question.direction = isOutgoing ? .outgoing : .incoming
    if Int.random(in: 0..<20, using: &random) == 0 {
      question.mailboxOwner = address("x", "other.example")
    }
    for path in [\Question.to, \Question.cc, \Question.bcc] {
      let count = Int.random(in: 0...2, using: &random)
      question[keyPath: path] = (0..<count).map { _ in party(&random) }
    }
    switch Int.random(in: 0..<6, using: &random) {
    case 0: question.isTrackingAsked = true
    case 1:
      question.isTrackingAsked = true
      question.isByHand = true
    default: break
    }
    switch Int.random(in: 0..<4, using: &random) {
    case 0:
      question.messageID = MessageID("sent@contoso.example")
      if !isOutgoing { question.oppositeCopy = CopyID(910) }
    case 1:
      question.messageID = MessageID("received@contoso.example")
      if isOutgoing { question.oppositeCopy = CopyID(911) }
    default: question.messageID = MessageID("new@contoso.example")
    }
    var answers: RemoteCopy?
    if Bool.random(using: &random) {
      let (number, owner) =
        [(901, 1), (904, 4), (905, 5)].randomElement(using: &random) ?? (901, 1)
      question.answers = .init(copy: CopyID(Int64(number)), owner: UserID(Int64(owner)))
      answers = RemoteCopy(id: PostgreSQLDelivery(number).copy, stored: nil)
    }
    return Asked(remote: RemoteQuestion(question, answers: answers))
  }
}
