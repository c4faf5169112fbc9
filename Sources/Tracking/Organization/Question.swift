import InternetMessage

/// What an organization is asked about a message: all of it that leaves this side before the
/// organization says yes (Dynamics `CheckIncomingEmail`).
package struct Question: Sendable, Hashable {
  /// The sender; `nil` where the message names none.
  package var sender: AddrSpec?
  /// The To addresses.
  package var to: [AddrSpec]
  /// The Cc addresses.
  package var cc: [AddrSpec]
  /// The Bcc addresses, and envelope recipients that stand in no list.
  package var bcc: [AddrSpec]
  /// The subject.
  package var subject: String
  /// The Message-ID; `nil` where the message has none (Dynamics `CheckIncomingEmail` asks for it).
  package var messageID: MessageID?
  /// Which way the message goes.
  package var direction: Direction
  /// The owner of the mailbox through which it came.
  package var mailboxOwner: AddrSpec
  /// Whether the user's rule or hand says Track: the automatic filter is not applied then.
  package var isTrackingAsked: Bool
  /// Whether it is a hand that says so: `track-rules` does not hold then.
  package var isByHand = false
  /// The organization's own copy of this very message, same direction.
  package var knownCopy: CopyID?
  /// The organization's own copy of the same message in the other direction.
  package var oppositeCopy: CopyID?
  /// The organization's own copy which this message answers, and the user who owns that copy.
  package var answers: AnsweredCopy?

  /// The copy that a message answers.
  package struct AnsweredCopy: Sendable, Hashable {
    /// The copy.
    package var copy: CopyID
    /// Its owner.
    package var owner: UserID
    /// Makes one.
    package init(copy: CopyID, owner: UserID) {
      self.copy = copy
      self.owner = owner
    }
  }

  /// Makes a question.
  package init(
    sender: AddrSpec?, to: [AddrSpec] = [], cc: [AddrSpec] = [], bcc: [AddrSpec] = [],
    subject: String = "", direction: Direction = .incoming, mailboxOwner: AddrSpec,
    isTrackingAsked: Bool = false, knownCopy: CopyID? = nil, oppositeCopy: CopyID? = nil,
    answers: AnsweredCopy? = nil
  ) {
    self.sender = sender
    self.to = to
    self.cc = cc
    self.bcc = bcc
    self.subject = subject
    self.direction = direction
    self.mailboxOwner = mailboxOwner
    self.isTrackingAsked = isTrackingAsked
    self.knownCopy = knownCopy
    self.oppositeCopy = oppositeCopy
    self.answers = answers
  }

  /// Makes the question about a message; what is known of the organization's copies is added to it.
  ///
  /// - Parameters:
  ///   - facts: The message.
  ///   - known: The address by which the organization knows who has an address.
  /// - Throws: What `known` throws.
  package init(facts: MessageFacts, _ known: (AddrSpec) throws -> AddrSpec) rethrows {
    let header = facts.header
    let listed = Set((header.to + header.cc + header.bcc).map(\.address))
    func all(_ mailboxes: [Mailbox]) throws -> [AddrSpec] {
      try mailboxes.map { try known($0.address) }
    }
    self.init(
      sender: try facts.sender.map { try known($0.address) }, to: try all(header.to),
      cc: try all(header.cc),
      bcc: try all(header.bcc)
        + facts.envelope.recipients.filter { !listed.contains($0) }.map(known),
      subject: header.subject ?? "", direction: facts.direction,
      mailboxOwner: facts.mailbox.owner)
    messageID = header.messageID
  }
}
