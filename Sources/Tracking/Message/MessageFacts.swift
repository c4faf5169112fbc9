import InternetMessage

/// One message as rules and correlation see it: its header, its envelope, the mailbox it came
/// through and the way it goes.
///
/// A class: it never changes, and is handed on at each step of a message.
package final class MessageFacts: Sendable {
  /// The decoded header.
  package let header: MessageHeader

  /// What the host said: beside the message or, of the null sender, in it.
  package let envelope: Envelope

  /// The mailbox of the profile through which the message came.
  package let mailbox: ProfileMailbox

  /// Which way it goes.
  package let direction: Direction

  /// The sender: who wrote it where From names who passed it on; else the first From; where there is
  /// none, the address of the envelope sender.
  package let sender: Mailbox?

  /// Who wrote it where From does not say it alone.
  package let authorship: Authorship

  /// To, Cc, Bcc and envelope recipients, each address once, in this order.
  package let recipients: [AddrSpec]

  /// All of From, the sender, who sent it for the sender, and the recipients, each address once.
  package let participants: [AddrSpec]

  /// The participants who are neither colleagues, users nor addresses of a mailbox of the profile.
  package let externalParticipants: [AddrSpec]

  /// Gathers the facts.
  ///
  /// - Parameters:
  ///   - header: The decoded header.
  ///   - envelope: What the host said.
  ///   - mailbox: The mailbox it came through.
  ///   - isSent: Whether the caller knows that the owner wrote it.
  ///   - owns: Whether an address is the mailbox's; where it is not told, one of those it has.
  ///   - isOurs: Whether an address belongs to a colleague, a user or a mailbox of the profile.
  ///   - policy: What the profile says of mail that is not from whom From names.
  package init(
    header: MessageHeader, envelope: Envelope, mailbox: ProfileMailbox, isSent: Bool,
    owns: ((AddrSpec) -> Bool)? = nil, isOurs: (AddrSpec) -> Bool,
    policy: AuthorshipPolicy = AuthorshipPolicy()
  ) {
    self.header = header
    var envelope = envelope
    if envelope.sender == nil, header.hasNullReversePath { envelope.sender = .null }
    self.envelope = envelope
    self.mailbox = mailbox
    let recipients = unique(
      header.to.map(\.address) + header.cc.map(\.address) + header.bcc.map(\.address)
        + envelope.recipients)
    self.recipients = recipients
    authorship = policy.authorship(of: header, to: recipients, isSent: isSent, isOurs: isOurs)
    var sender = authorship.writer ?? header.from.first
    if sender == nil, case .address(let address)? = envelope.sender {
      sender = Mailbox(address: address)
    }
    self.sender = sender
    self.participants = unique(
      header.from.map(\.address) + [sender, authorship.assistant].compactMap { $0?.address }
        + recipients)
    // Who passes on the mail of others is no person, and would make all of them known.
    let relays = authorship.writer == nil ? [] : header.from.map(\.address)
    self.externalParticipants = participants.filter { !isOurs($0) && !relays.contains($0) }
    let owns = owns ?? mailbox.addresses.contains
    let isOwners = sender.map { owns($0.address) } ?? false
    // What the mailbox's owner sent for a colleague went out from this mailbox.
    let isForAnother =
      authorship.assistant.map { owns($0.address) } ?? false
      && sender.map { isOurs($0.address) } ?? false
    self.direction = isSent || isOwners || isForAnother ? .outgoing : .incoming
  }

  /// Whether nobody from outside takes part; a message without any participant is not internal.
  package var isInternal: Bool { !participants.isEmpty && externalParticipants.isEmpty }

  /// Whether no person sent this: by its header (RFC 3834) or its null reverse-path.
  package var isAutomatic: Bool { envelope.sender == .null || header.isAutomatic }

  /// Whether a program replied, or reports what became of other mail.
  package var isAutomaticReply: Bool { envelope.sender == .null || header.isAutomaticReply }

  /// Whether something in it may name tracked mail that it answers.
  package var mayAnswer: Bool {
    !header.inReplyTo.isEmpty || !header.references.isEmpty || header.threadIndex != nil
      || header.subject.map(TrackingToken.mayStand) ?? false
  }
}

private func unique(_ addresses: [AddrSpec]) -> [AddrSpec] {
  var seen: Set<AddrSpec> = []
  return addresses.filter { seen.insert($0).inserted }
}
