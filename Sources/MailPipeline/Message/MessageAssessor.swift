import InternetMessage
import Mailboxes
import Tracking

/// Reads a message as far as rules need it and asks them: all of the way that needs no store, so
/// that several messages can go it at once.
struct MessageAssessor: Sendable {
  private let profile: Profile
  private let rules: RuleSet
  private let isTraced: Bool

  /// Makes an assessor for a profile.
  ///
  /// - Parameters:
  ///   - profile: Mailboxes and rules.
  ///   - isTraced: Whether somebody wants to read how each rule fared.
  init(_ profile: Profile, isTraced: Bool = false) {
    self.profile = profile
    self.isTraced = isTraced
    rules = RuleSet(profile)
  }

  /// Assesses a message.
  ///
  /// - Parameters:
  ///   - section: Its header.
  ///   - input: The message.
  ///   - arrival: How it came.
  ///   - users: Addresses that are known to be users' of the organization.
  /// - Returns: What is known of it.
  /// - Throws: `TrackingFailure` where the profile has no mailbox; `InputError`.
  func assess(
    _ section: HeaderSection, of input: MessageInput, _ arrival: Arrival,
    users: Set<AddrSpec> = []
  ) throws -> Assessment {
    let header = try header(section, of: input)
    var remarks: [String] = []
    var envelope = arrival.envelope
    envelope.recipients = envelope.recipients.map { address in
      let recipient = profile.recipient(address)
      if recipient != address { remarks.append("Postfix wrote \(address) for \(recipient)") }
      return recipient
    }
    let found = mailbox(for: header, arrival, envelope)
    guard let mailbox = found ?? (arrival.mailbox == nil ? profile.mailboxes.first : nil)
    else {
      throw TrackingFailure(word: "profile", "the profile has no mailbox")
    }
    let facts = MessageFacts(
      header: header, envelope: envelope, mailbox: mailbox, isSent: arrival.isSent,
      owns: { profile.mailbox(of: $0) == mailbox },
      isOurs: { profile.isOurs($0) || users.contains($0) }, policy: profile.authorship)
    if isTraced { remarks += self.remarks(facts, users: users) }
    if found == nil, isOthers(arrival) {
      return Assessment(
        arrival: arrival, facts: facts, traces: [], outcome: .ask(nil), isOthers: true,
        organization: profile.synchronizing, participants: [], remarks: remarks)
    }
    var traces: [RuleTrace] = []
    let outcome =
      arrival.isByHand ? .ask(nil) : try evaluate(facts, input: input, traces: &traces)
    let isOpen =
      switch outcome {
      case .track, .ask, .answersOr: true
      case .ignore, .excluded, .needs: false
      }
    return Assessment(
      arrival: arrival, facts: facts, traces: traces, outcome: outcome, isOthers: false,
      organization: profile.synchronizing, participants: isOpen ? participants(facts) : [],
      remarks: remarks)
  }

  /// Whose addresses are whose, where it is not plain.
  private func remarks(_ facts: MessageFacts, users: Set<AddrSpec>) -> [String] {
    let authorship = facts.authorship
    var remarks: [String] = []
    if let writer = authorship.writer, let field = authorship.field,
      let from = facts.header.from.first
    {
      let isRelay = profile.authorship.relays.matches(from.address)
      remarks.append(
        "\(writer.address) wrote it, as \(field) says: \(from.address) in From is "
          + (isRelay ? "one of the relays" : "ours (via)"))
    }
    if let assistant = authorship.assistant {
      remarks.append("\(assistant.address) sent it for the one in From (delegates)")
    }
    return remarks
      + facts.participants.compactMap { address in
        if users.contains(address) { return "\(address) is a user of the organization" }
        guard let bare = profile.withoutNote(address), profile.isOurs(bare) else { return nil }
        return profile.mailboxes.contains { $0.addresses.contains(address) }
          ? nil : "\(address) is \(bare) with a note (plus-addressing)"
      }
  }

  /// Reads the header; where it holds text of which only the parts tell the charset, their first.
  private func header(_ section: HeaderSection, of input: MessageInput) throws -> MessageHeader {
    let header = MessageHeader(section)
    guard header.isGuessed else { return header }
    try input.hold(Self.maxForCharset)
    return try input.withBytes(0..<min(input.heldCount, Self.maxForCharset)) {
      MessageHeader(header, structure: MIMEStructure($0, section: section))
    }
  }

  /// So much of a message is looked at for the charset of its header, in bytes.
  private static let maxForCharset = 64 << 10

  private func participants(_ facts: MessageFacts) -> [CopyDraft.Participant] {
    let header = facts.header
    var participants: [CopyDraft.Participant] = []
    var listed: Set<AddrSpec> = []
    let external = Set(facts.externalParticipants)
    func add(_ mailboxes: [Mailbox], _ role: CopyDraft.Participant.Role) {
      for mailbox in mailboxes {
        listed.insert(mailbox.address)
        participants.append(
          .init(role: role, mailbox: mailbox, isExternal: external.contains(mailbox.address)))
      }
    }
    if let writer = facts.authorship.writer {
      add([writer], .from)
      add(header.from, .sender)
    } else {
      add(header.from.isEmpty ? facts.sender.map { [$0] } ?? [] : header.from, .from)
      add(facts.authorship.assistant.map { [$0] } ?? [], .sender)
    }
    add(header.to, .to)
    add(header.cc, .cc)
    add(header.bcc, .bcc)
    let others = facts.envelope.recipients.filter { !listed.contains($0) }
    add(others.map { Mailbox(address: $0) }, .envelope)
    return participants
  }

  /// The mailbox through which a message came: the one that the caller names; for mail that its
  /// owner sent, the sender's; else the envelope recipient's; else the one that wrote it.
  ///
  /// `nil` where none is told.
  private func mailbox(
    for header: MessageHeader, _ arrival: Arrival, _ envelope: Envelope
  ) -> ProfileMailbox? {
    if let owner = arrival.mailbox { return profile.mailboxes.first { $0.owner == owner } }
    let writers = header.from.map(\.address)
    let receivers = envelope.recipients + header.deliveredTo.map(profile.recipient)
    for address in arrival.isSent ? writers + receivers : receivers + writers {
      if let mailbox = profile.mailbox(of: address) { return mailbox }
    }
    return nil
  }

  /// Whether a message that names no mailbox of the profile is somebody else's: a host that filters
  /// for a whole site says for whom, and not all of them are in the profile.
  ///
  /// All mail is the only mailbox's, and where no envelope is known the first is taken.
  private func isOthers(_ arrival: Arrival) -> Bool {
    let envelope = arrival.envelope
    let isKnown = !envelope.recipients.isEmpty || arrival.isSent && envelope.sender != nil
    return profile.mailboxes.count > 1 && isKnown && !arrival.isByHand
  }

  private func evaluate(
    _ facts: MessageFacts, input: MessageInput, traces: inout [RuleTrace]
  ) throws -> RuleOutcome {
    var hasAttachment: Bool?
    while true {
      var found: [RuleTrace] = []
      let size: SizeKnowledge =
        input.isWhole ? .exactly(input.heldCount) : .atLeast(input.heldCount)
      let outcome = rules.evaluate(
        facts, size: size, hasAttachment: hasAttachment,
        trace: isTraced ? { found.append($0) } : nil)
      switch outcome {
      case .needs(.bytes(let count)): try input.hold(count)
      case .needs(.attachments):
        hasAttachment = try !MessageBody.attachments(facts.header.section, in: input).isEmpty
      case .track, .ignore, .ask, .excluded, .answersOr:
        traces = found
        return outcome
      }
    }
  }
}
