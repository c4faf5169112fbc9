import InternetMessage
import Testing
import Tracking

/// The decision as a table: each case changes one thing of a usual situation.
@Suite struct DeciderTests {
  /// Dana (1) is a member, Finn (2) is disabled, Rita (3) a reader, Sales (4) a queue, Bob (5) a
  /// member; Erin is a contact of Bob's, the site's domain a row of a custom table.
  struct Situation {
    var filters: [UserID: FilterMethod] = [:]
    var policy = OrganizationPolicy()
    var question = Question(
      sender: address("erin@fabrikam.example"), to: [address("dana@contoso.example")],
      mailboxOwner: address("dana@contoso.example"))

    var directory: SmallDirectory {
      func user(
        _ id: UserID, _ name: String, _ kind: OrganizationUser.Kind = .user,
        role: UserRole = .member, isEnabled: Bool = true
      ) -> OrganizationUser {
        OrganizationUser(
          id: id, address: address(name + "@contoso.example"), kind: kind, role: role,
          filter: filters[id], isEnabled: isEnabled)
      }
      return SmallDirectory(
        users: [
          user(1, "dana"), user(2, "finn", isEnabled: false), user(3, "rita", role: .reader),
          user(4, "sales", .queue), user(5, "bob"),
        ],
        matches: [
          "erin@fabrikam.example": [
            RecordMatch(
              id: 1, record: RecordReference(type: "contact", id: "e"), owner: 5, basis: .address)
          ],
          // Two records: the contact is who the copy says the sender is.
          "twice@fabrikam.example": [
            RecordMatch(
              id: 3, record: RecordReference(type: "lead", id: "t"), owner: 5, basis: .address),
            RecordMatch(
              id: 4, record: RecordReference(type: "contact", id: "t"), owner: nil, basis: .address),
          ],
          "thrice@fabrikam.example": [
            RecordMatch(
              id: 3, record: RecordReference(type: "contact", id: "t"), owner: 5, basis: .address),
            RecordMatch(
              id: 4, record: RecordReference(type: "lead", id: "t"), owner: 1, basis: .address),
          ],
          "site@plant.example": [
            RecordMatch(
              id: 2, record: RecordReference(type: "new_site", id: "s"), owner: nil, basis: .domain)
          ],
        ])
    }

    func decide() throws -> Decision {
      try Decider.decide(question, policy: policy, directory: directory)
    }
  }

  typealias Case = (String, @Sendable (inout Situation) -> Void, ReasonCode, Ownership?)

  private static func addresses(_ names: String...) -> [AddrSpec] {
    names.map { address($0 + "@contoso.example") }
  }

  static let answer = Question.AnsweredCopy(copy: CopyID(9), owner: 5)

  private static let dana = Ownership(user: 1, reason: .firstRecipient)
  private static let sent = Ownership(user: 1, reason: .sender)

  private static func send(_ situation: inout Situation, to recipient: String) {
    situation.question.direction = .outgoing
    situation.question.sender = address("dana@contoso.example")
    situation.question.to = [address(recipient)]
  }

  static let cases: [Case] = [
    ("nothing is chosen: replies", { _ in }, .noCorrelationMatch, nil),
    ("a reply", { $0.question.answers = answer }, .correlationMatch, dana),
    (
      "a reply without correlation",
      {
        $0.question.answers = answer
        $0.policy.correlation.isEnabled = false
      }, .noCorrelationMatch, nil
    ),
    (
      "all is forbidden", { $0.filters = [1: .all] }, .noCorrelationMatch, nil
    ),
    (
      "all is allowed",
      {
        $0.filters = [1: .all]
        $0.policy.allowsAll = true
      }, .acceptAll, dana
    ),
    ("all is forced", { $0.policy.forcedFilter = .all }, .acceptAll, dana),
    ("contacts, the sender is one", { $0.filters = [1: .contacts] }, .senderMatch, dana),
    (
      "contacts, the sender is of another type",
      {
        $0.filters = [1: .contacts]
        $0.question.sender = address("site@plant.example")
      }, .noCorrelationMatch, nil
    ),
    (
      "records, the sender is of another type",
      {
        $0.filters = [1: .records]
        $0.question.sender = address("site@plant.example")
      }, .senderMatch, dana
    ),
    (
      "contacts does not take replies",
      {
        $0.filters = [1: .contacts]
        $0.question.sender = address("x@other.example")
        $0.question.answers = answer
      }, .noCorrelationMatch, nil
    ),
    (
      "none",
      {
        $0.filters = [1: .none]
        $0.question.answers = answer
      }, .noCorrelationMatch, nil
    ),
    (
      "none, by rule",
      {
        $0.filters = [1: .none]
        $0.question.isTrackingAsked = true
      }, .acceptAll, dana
    ),
    (
      "none is forced, by rule",
      {
        $0.policy.forcedFilter = FilterMethod.none
        $0.question.isTrackingAsked = true
      }, .noCorrelationMatch, nil
    ),
    (
      "rules do not track here",
      {
        $0.policy.tracksByRule = false
        $0.question.isTrackingAsked = true
      }, .noCorrelationMatch, nil
    ),
    (
      "no sender, by rule",
      {
        $0.question.sender = nil
        $0.question.isTrackingAsked = true
      }, .invalidSender, nil
    ),
    (
      "refused sender, by rule",
      {
        $0.policy.refused = ["@fabrikam.example"]
        $0.question.isTrackingAsked = true
      }, .unknown, nil
    ),
    (
      "refused recipient",
      {
        $0.policy.refused = ["@*.example"]
        $0.question.answers = answer
      }, .unknown, nil
    ),
    (
      "known already, by rule",
      {
        $0.question.knownCopy = CopyID(3)
        $0.question.isTrackingAsked = true
      }, .duplicate, nil
    ),
    (
      "nobody is a user",
      {
        $0.question.to = [address("x@other.example")]
        $0.question.mailboxOwner = address("x@other.example")
      }, .noRecipientMatch, nil
    ),
    (
      "nobody may track",
      {
        $0.question.to = addresses("finn", "rita")
        $0.question.mailboxOwner = address("finn@contoso.example")
        $0.question.answers = answer
      }, .noRecipientMatch, nil
    ),
    (
      "one of two accepts",
      {
        $0.filters = [5: .contacts]
        $0.question.to = addresses("dana", "bob")
      }, .senderMatch, Ownership(user: 5, reason: .senderRecord)
    ),
    (
      "the sender is two records: who owns the other one is no owner",
      {
        $0.filters = [5: .contacts]
        $0.question.sender = address("twice@fabrikam.example")
        $0.question.to = addresses("dana", "bob")
      }, .senderMatch, Ownership(user: 1, reason: .firstRecipient)
    ),
    (
      "the sender is two records: that of the mailbox's owner counts",
      {
        $0.filters = [5: .contacts]
        $0.question.sender = address("thrice@fabrikam.example")
        $0.question.to = addresses("bob", "dana")
      }, .senderMatch, Ownership(user: 1, reason: .senderRecord)
    ),
    (
      "the sender is two records and left open",
      {
        $0.filters = [5: .contacts]
        $0.policy.leavesAmbiguousSenders = true
        $0.question.sender = address("thrice@fabrikam.example")
        $0.question.to = addresses("bob", "dana")
      }, .senderMatch, Ownership(user: 5, reason: .firstRecipient)
    ),
    (
      "the other accepts, but only the mailbox is asked",
      {
        $0.filters = [5: .contacts]
        $0.policy.onlyMailboxDecides = true
        $0.question.to = addresses("dana", "bob")
      }, .noCorrelationMatch, nil
    ),
    (
      "Bcc: the mailbox is asked though it is named nowhere",
      {
        $0.question.to = [address("list@other.example")]
        $0.question.answers = answer
      }, .correlationMatch, Ownership(user: 1, reason: .mailbox)
    ),
    (
      "who owns the answered copy owns the reply",
      {
        $0.question.to = addresses("dana", "bob")
        $0.question.answers = answer
      }, .correlationMatch, Ownership(user: 5, reason: .answeredCopy)
    ),
    (
      "To comes before Cc",
      {
        $0.question.to = addresses("dana")
        $0.question.cc = addresses("bob")
        $0.question.answers = answer
      }, .correlationMatch, dana
    ),
    (
      "a disabled recipient is passed over",
      {
        $0.question.to = addresses("finn", "dana")
        $0.question.answers = answer
      }, .correlationMatch, dana
    ),
    (
      "outgoing, to a contact",
      {
        send(&$0, to: "erin@fabrikam.example")
        $0.filters = [1: .contacts]
      }, .senderMatch, sent
    ),
    (
      "outgoing, to nobody known",
      {
        send(&$0, to: "x@other.example")
        $0.filters = [1: .contacts]
      }, .noCorrelationMatch, nil
    ),
    (
      "outgoing asks the sender, not the recipients",
      {
        send(&$0, to: "bob@contoso.example")
        $0.filters = [5: .all]
        $0.policy.allowsAll = true
      }, .noCorrelationMatch, nil
    ),
    (
      "internal, two activities",
      {
        $0.question.sender = address("bob@contoso.example")
        $0.question.oppositeCopy = CopyID(2)
        $0.question.answers = answer
      }, .correlationMatch, dana
    ),
    (
      "internal, one activity, the other is there",
      {
        $0.question.sender = address("bob@contoso.example")
        $0.policy.internalMail = .one
        $0.question.oppositeCopy = CopyID(2)
        $0.question.isTrackingAsked = true
      }, .internalEmailReject, nil
    ),
    (
      "internal, one activity, no other",
      {
        $0.question.sender = address("bob@contoso.example")
        $0.policy.internalMail = .one
        $0.question.answers = answer
      }, .correlationMatch, dana
    ),
    (
      "internal is refused",
      {
        $0.question.sender = address("bob@contoso.example")
        $0.policy.internalMail = .refuse
        $0.question.answers = answer
      }, .internalEmailReject, nil
    ),
    (
      "internal is refused, but to a queue",
      {
        $0.question.sender = address("bob@contoso.example")
        $0.question.to = addresses("sales")
        $0.policy.internalMail = .refuse
        $0.question.answers = answer
      }, .correlationMatch, Ownership(user: 4, reason: .firstRecipient)
    ),
    (
      "internal is refused, to a queue as well",
      {
        $0.question.sender = address("bob@contoso.example")
        $0.question.to = addresses("sales")
        $0.policy.internalMail = .refuse
        $0.policy.keepsInternalMailToQueues = false
        $0.question.answers = answer
      }, .internalEmailReject, nil
    ),
    (
      "internal is refused, but what one sends is not the organization's to refuse",
      {
        send(&$0, to: "bob@contoso.example")
        $0.policy.internalMail = .refuse
        $0.question.answers = answer
      }, .correlationMatch, sent
    ),
    (
      "one activity, the sender's copy comes second",
      {
        send(&$0, to: "bob@contoso.example")
        $0.policy.internalMail = .one
        $0.question.oppositeCopy = CopyID(2)
        $0.question.answers = answer
      }, .internalEmailReject, nil
    ),
    (
      "the organization's filter is for those who chose none",
      {
        $0.policy.filter = .contacts
      }, .senderMatch, dana
    ),
    (
      "what a user chose comes before it",
      {
        $0.policy.filter = .contacts
        $0.filters = [1: .replies]
      }, .noCorrelationMatch, nil
    ),
    (
      "the forced filter comes before both",
      {
        $0.policy.filter = .all
        $0.policy.allowsAll = true
        $0.filters = [1: .all]
        $0.policy.forcedFilter = .contacts
        $0.question.sender = address("x@other.example")
      }, .noCorrelationMatch, nil
    ),
    (
      "rules do not track here, hands do",
      {
        $0.policy.tracksByRule = false
        $0.question.isTrackingAsked = true
        $0.question.isByHand = true
      }, .acceptAll, dana
    ),
    (
      "internal is refused, from a queue as well",
      {
        $0.question.sender = address("sales@contoso.example")
        $0.policy.internalMail = .refuse
        $0.policy.refusesInternalMailFromQueues = true
        $0.question.answers = answer
      }, .internalEmailReject, nil
    ),
    (
      "internal is refused, from a queue not",
      {
        $0.question.sender = address("sales@contoso.example")
        $0.policy.internalMail = .refuse
        $0.question.answers = answer
      }, .correlationMatch, dana
    ),
  ]

  @Test(arguments: cases.indices) func everyRow(_ index: Int) throws {
    let (name, change, code, owner) = Self.cases[index]
    var situation = Situation()
    change(&situation)
    switch try situation.decide() {
    case .accepted(let acceptance):
      #expect(acceptance.code == code, "\(name)")
      #expect(acceptance.owner == owner, "\(name)")
    case .refused(let reason, _):
      #expect(reason == code, "\(name)")
      #expect(owner == nil, "\(name)")
    case .deferred: Issue.record("an organization that keeps its own users always knows: \(name)")
    }
  }

  @Test func aReasonOfALaterVersionIsKept() {
    let code = ReasonCode(rawValue: 42)
    #expect(code.rawValue == 42 && code.name == "Reason42" && !code.accepts)
    #expect(!ReasonCode.named.contains(code))
    for code in ReasonCode.named { #expect(!code.name.hasPrefix("Reason"), "\(code.rawValue)") }
  }

  @Test func partiesAreResolvedInTheOrderOfDynamics() {
    func match(
      _ id: RecordID, _ type: String, _ owner: UserID?, _ basis: RecordMatch.Basis = .address
    )
      -> RecordMatch
    {
      RecordMatch(
        id: id, record: RecordReference(type: type, id: "\(id)"), owner: owner, basis: basis)
    }
    let policy = OrganizationPolicy()
    let matches = [
      match(1, "lead", nil), match(2, "account", nil), match(3, "contact", nil),
      match(4, "new_site", 7),
    ]
    #expect(PartyResolution.sender(matches, mailboxOwner: 1, policy: policy)?.id == 3)
    #expect(PartyResolution.sender(matches, mailboxOwner: 7, policy: policy)?.id == 4)
    #expect(PartyResolution.recipient(matches, policy: policy).map(\.id) == [3, 2, 1, 4])
    let withDomain = [match(1, "contact", nil, .domain), match(2, "lead", nil)]
    #expect(PartyResolution.sender(withDomain, mailboxOwner: 1, policy: policy)?.id == 2)
    var strict = policy
    strict.leavesAmbiguousSenders = true
    #expect(PartyResolution.sender(matches, mailboxOwner: 1, policy: strict) == nil)
    let many = (0...100).map { match(RecordID(Int64($0)), "contact", nil) }
    #expect(PartyResolution.sender(many, mailboxOwner: 1, policy: policy) == nil)
    #expect(PartyResolution.recipient(many, policy: policy).isEmpty)
  }
}
