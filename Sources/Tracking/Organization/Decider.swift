import InternetMessage

/// The decision of an organization that keeps its own users and records, as a pure function of
/// question, policy and directory.
///
/// The order is that of Dynamics as far as it can be seen from outside (`CheckIncomingEmail`,
/// `email-message-filtering-correlation`): sender, refuse list, duplicate, internal mail, recipients,
/// then the filters of those who are asked.
package enum Decider {
  /// Answers a question.
  ///
  /// - Throws: What the directory throws.
  package static func decide(
    _ question: Question, policy: OrganizationPolicy, directory: some Directory
  ) throws -> Decision {
    guard let sender = question.sender else {
      return refusal(.invalidSender, "the message names no usable sender")
    }
    let recipients = question.to + question.cc + question.bcc
    let refused = policy.refusedAddresses
    if refused.matches(sender) || recipients.contains(where: refused.matches) {
      return refusal(.unknown, "a participant is on the organization's list of refused addresses")
    }
    if question.knownCopy != nil {
      return refusal(.duplicate, "the organization has this message already")
    }
    let parties = try Parties(question, directory: directory)
    if let reason = internalMailRefusal(question, parties: parties, policy: policy) {
      return refusal(.internalEmailReject, reason)
    }
    let asked = askedUsers(question, parties: parties, policy: policy)
    guard !asked.isEmpty else {
      return refusal(
        .noRecipientMatch,
        parties.isEmpty
          ? "nobody who takes part is a user of the organization"
          : "no user who takes part may have mail tracked")
    }
    if policy.forcedFilter == FilterMethod.none {
      return refusal(.noCorrelationMatch, "the organization forces the filter 'none' on all users")
    }
    if question.isTrackingAsked, policy.tracksByRule || question.isByHand {
      let owner = try ownership(
        question, parties: parties, policy: policy, directory: directory)
      guard let owner else {
        return refusal(.noRecipientMatch, "no user who takes part may own the copy")
      }
      return .accepted(
        Decision.Acceptance(
          code: question.answers == nil ? .acceptAll : .correlationMatch, owner: owner,
          explanation: question.isByHand
            ? "it was tracked by hand" : "tracking was asked for by rule"))
    }
    return try askFilters(
      of: asked, question: question, parties: parties, policy: policy, directory: directory)
  }

  /// The filter that holds for a user: the forced one, else the user's, else the default.
  ///
  /// `all` where it is forbidden means the default of Dynamics, `replies`.
  package static func effectiveFilter(
    of user: OrganizationUser, policy: OrganizationPolicy
  ) -> FilterMethod {
    // What an administrator forces needs no leave of the same administrator.
    if let forced = policy.forcedFilter { return forced }
    let chosen = user.filter ?? policy.filter
    return chosen == .all && !policy.allowsAll ? .replies : chosen
  }

  private static func refusal(_ code: ReasonCode, _ explanation: String) -> Decision {
    .refused(code, explanation: explanation)
  }

  // MARK: Who is asked

  /// The users among those who take part.
  private struct Parties {
    var sender: OrganizationUser?
    var to: [OrganizationUser]
    var cc: [OrganizationUser]
    var bcc: [OrganizationUser]
    var mailbox: OrganizationUser?

    init(_ question: Question, directory: some Directory) throws {
      func users(_ addresses: [AddrSpec]) throws -> [OrganizationUser] {
        var seen: Set<UserID> = []
        return try addresses.flatMap { try directory.users(havingAddress: $0) }
          .filter { seen.insert($0.id).inserted }
      }
      sender = try question.sender.flatMap { try users([$0]).first }
      to = try users(question.to)
      cc = try users(question.cc)
      bcc = try users(question.bcc)
      mailbox = try users([question.mailboxOwner]).first
    }

    var isEmpty: Bool {
      sender == nil && to.isEmpty && cc.isEmpty && bcc.isEmpty && mailbox == nil
    }
  }

  /// Those whose filters are asked, in order.
  ///
  /// The mailbox through which the message came always is; outgoing mail asks the sender.
  private static func askedUsers(
    _ question: Question, parties: Parties, policy: OrganizationPolicy
  ) -> [OrganizationUser] {
    let mailbox = parties.mailbox.map { [$0] } ?? []
    let candidates: [OrganizationUser]
    switch question.direction {
    case .outgoing: candidates = (parties.sender.map { [$0] } ?? []) + mailbox
    case .incoming:
      candidates =
        policy.onlyMailboxDecides ? mailbox : parties.to + parties.cc + parties.bcc + mailbox
    }
    var seen: Set<UserID> = []
    return candidates.filter { $0.isEligible && seen.insert($0.id).inserted }
  }

  /// Why internal mail is refused (Dynamics `IgnoreInternalEmail` and its companions).
  private static func internalMailRefusal(
    _ question: Question, parties: Parties, policy: OrganizationPolicy
  ) -> String? {
    guard policy.internalMail != .two,
      question.direction == .incoming || question.oppositeCopy != nil,
      let sender = parties.sender, sender.isEnabled
    else { return nil }
    if sender.kind == .queue, !policy.refusesInternalMailFromQueues { return nil }
    let receivers = parties.to + parties.cc + parties.bcc + (parties.mailbox.map { [$0] } ?? [])
    let reachesQueue = receivers.contains { $0.kind == .queue && $0.id != sender.id }
    if question.direction == .incoming, policy.keepsInternalMailToQueues, reachesQueue {
      return nil
    }
    switch policy.internalMail {
    case .two: return nil
    case .one:
      return question.oppositeCopy == nil
        ? nil : "internal mail is one activity here, and its other copy is tracked"
    case .refuse:
      return question.direction == .incoming
        ? "the organization refuses mail that its own users send to each other" : nil
    }
  }

  // MARK: The filters

  private static func askFilters(
    of users: [OrganizationUser], question: Question, parties: Parties,
    policy: OrganizationPolicy, directory: some Directory
  ) throws -> Decision {
    let isCorrelated = policy.correlation.isEnabled && question.answers != nil
    for user in users {
      let filter = effectiveFilter(of: user, policy: policy)
      let code: ReasonCode?
      switch filter {
      case .all: code = .acceptAll
      case .replies: code = isCorrelated ? .correlationMatch : nil
      case .contacts, .records:
        let isKnown = try hasRecord(question, anyType: filter == .records, directory: directory)
        code = isKnown ? .senderMatch : nil
      case .none: code = nil
      }
      guard let code else { continue }
      let owner = try ownership(
        question, parties: parties, policy: policy, directory: directory)
      guard let owner else {
        return refusal(.noRecipientMatch, "no user who takes part may own the copy")
      }
      return .accepted(
        Decision.Acceptance(
          code: code, acceptingUser: user.id, owner: owner,
          explanation: explanation(code, filter: filter, direction: question.direction)))
    }
    return refusal(
      .noCorrelationMatch,
      users.count == 1
        ? noMatch(effectiveFilter(of: users[0], policy: policy), direction: question.direction)
        : "none of the \(users.count) users who were asked has a filter that accepts it")
  }

  private static func explanation(
    _ code: ReasonCode, filter: FilterMethod, direction: Direction
  ) -> String {
    switch code {
    case .acceptAll: "a user's filter is 'all'"
    case .correlationMatch: "it answers tracked mail, and a user's filter is 'replies'"
    default:
      "\(direction == .incoming ? "the sender" : "a recipient") is a record, and a user's filter is "
        + "'\(filter.rawValue)'"
    }
  }

  private static func noMatch(_ filter: FilterMethod, direction: Direction) -> String {
    let who = direction == .incoming ? "the sender" : "no recipient"
    switch filter {
    case .all: return "it is not accepted"
    case .replies: return "the filter is 'replies', and it answers no tracked mail"
    case .contacts:
      return direction == .incoming
        ? "the filter is 'contacts', and the sender is no lead, contact or account"
        : "the filter is 'contacts', and \(who) is a lead, contact or account"
    case .records:
      return direction == .incoming
        ? "the filter is 'records', and the sender is no record"
        : "the filter is 'records', and \(who) is a record"
    case .none: return "the filter is 'none'"
    }
  }

  /// Whether the sender (outgoing: a recipient) is a record.
  private static func hasRecord(
    _ question: Question, anyType: Bool, directory: some Directory
  ) throws -> Bool {
    let addresses: [AddrSpec]
    switch question.direction {
    case .incoming: addresses = question.sender.map { [$0] } ?? []
    case .outgoing: addresses = question.to + question.cc + question.bcc
    }
    return try addresses.contains { address in
      let matches = try directory.records(matching: address, limit: PartyResolution.maxRecords)
      return anyType
        ? !matches.isEmpty : matches.contains { contactTypes.contains($0.record.type) }
    }
  }

  private static let contactTypes: Set<String> = ["lead", "contact", "account"]

  // MARK: The owner

  /// To whom a copy belongs that somebody else accepted.
  ///
  /// - Throws: What the directory throws.
  package static func owner(
    of question: Question, policy: OrganizationPolicy, directory: some Directory
  ) throws -> Ownership? {
    try ownership(
      question, parties: Parties(question, directory: directory), policy: policy,
      directory: directory)
  }

  /// To whom the copy belongs (`email-record-owner`): the first of the lists To, Cc, Bcc that holds
  /// an eligible user; in it who owns the answered copy, else who owns the sender's record, else
  /// the first.
  ///
  /// Outgoing mail belongs to its sender. Where no list helps, to the mailbox's owner.
  private static func ownership(
    _ question: Question, parties: Parties, policy: OrganizationPolicy, directory: some Directory
  ) throws -> Ownership? {
    if question.direction == .outgoing {
      if let sender = parties.sender, sender.isEligible {
        return Ownership(user: sender.id, reason: .sender)
      }
    } else {
      for list in [parties.to, parties.cc, parties.bcc] {
        let eligible = list.filter(\.isEligible)
        guard let first = eligible.first else { continue }
        if let answers = question.answers {
          if eligible.contains(where: { $0.id == answers.owner }) {
            return Ownership(user: answers.owner, reason: .answeredCopy)
          }
        } else if let sender = question.sender {
          // The record that the copy will show the sender to be, and no other.
          let record = try PartyResolution.sender(
            directory.records(matching: sender, limit: PartyResolution.maxRecords + 1),
            mailboxOwner: parties.mailbox?.id, policy: policy)
          if let record, contactTypes.contains(record.record.type), let owner = record.owner,
            eligible.contains(where: { $0.id == owner })
          {
            return Ownership(user: owner, reason: .senderRecord)
          }
        }
        return Ownership(user: first.id, reason: .firstRecipient)
      }
    }
    guard let mailbox = parties.mailbox, mailbox.isEligible else { return nil }
    return Ownership(user: mailbox.id, reason: .mailbox)
  }
}
