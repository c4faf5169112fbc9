import Glibc
import InternetMessage
import System

/// An organization that is not on this machine, as `sync` speaks to it: what only such a one has to
/// do.
///
/// Everything else (what is tracked, how it is found, what answers what) is in a store on this side,
/// see `MirroredOrganization`. Its methods take their time; the filter never calls them.
package protocol RemoteOrganization: AnyObject {
  /// Connects, where there is no connection, and says who this side is there.
  func connect() throws(RemoteTrouble) -> RemoteIdentity

  /// So many questions it answers at once; 1 where each is asked by itself.
  var questionsAtOnce: Int { get }

  /// Answers whether copies of messages are to be stored there; an answer for each question, in their
  /// order.
  func decide(_ questions: [RemoteQuestion]) throws(RemoteTrouble) -> [RemoteAnswer]

  /// Stores a copy there, or notes another delivery of one.
  ///
  /// The same call may come again, whatever came of the first: the ids are the same then, and nothing
  /// becomes two.
  func deliver(_ delivery: RemoteDelivery) throws(RemoteTrouble) -> RemoteReceipt

  /// So many copies go there ahead of their turn; 1 where each is handed over by itself.
  var copiesAhead: Int { get }

  /// Takes a copy that `deliverAhead` is to store before its turn comes; whether it does so.
  ///
  /// Nobody is asked. Its content is read now or never.
  func takeAhead(_ delivery: RemoteDelivery) -> Bool

  /// Stores some of the copies that were taken, all at once, and forgets all that were.
  ///
  /// It does what can be done at once and no more: a copy of which anything is not as it should be is left to
  /// `deliver`, as if nobody had tried.
  ///
  /// - Parameter copies: The ids of the copies.
  /// - Returns: For each what became of it, `nil` where that is not known.
  /// - Throws: `RemoteTrouble`.
  func deliverAhead(_ copies: [String]) throws(RemoteTrouble) -> [RemoteReceipt?]

  /// What was sent about each message of the last call of `decide`, `deliver` or `deliverAhead`, however it
  /// ended, in their order; empty where that is not kept.
  var sentRequests: [[SentRequest]] { get }

  /// Whether a delivery may be made durable by `settle`, later and together with others.
  var settlesLater: Bool { get }

  /// Makes durable what was delivered since the last time and is settled later.
  ///
  /// Where it fails, nobody knows what of it the organization keeps: all of it is delivered again.
  func settle() throws(RemoteTrouble)

  /// Takes a copy back, or one mailbox's delivery of it; one that is not there is no error.
  func withdraw(_ copy: RemoteCopy, mailbox: AddrSpec?) throws(RemoteTrouble)

  /// Says what record a copy belongs to, or none.
  func regard(_ record: RecordReference?, of copy: RemoteCopy) throws(RemoteTrouble)

  /// What became of copies there since a point; `nil` for the beginning.
  func changes(since token: String?) throws(RemoteTrouble) -> RemoteChanges

  /// Its users and settings, as this side is to have them, too; `nil` where it tells nothing of them.
  func directory() throws(RemoteTrouble) -> RemoteDirectory?

  /// What a list shows of copies that others handed over; those that are not there, or not to be read
  /// from here, are left out.
  func headings(of copies: [String]) throws(RemoteTrouble) -> [RemoteHeading]

  /// Gives the bytes of a copy that is kept there, in order, in chunks.
  ///
  /// - Throws: `RemoteTrouble`; what the body throws.
  func content(of copy: RemoteCopy, _ body: (UnsafeRawBufferPointer) throws -> Void) throws

  /// Its users, records and settings, as they are changed there; `nil` where that is not done from here.
  ///
  /// - Parameter connecting: Connects, before anything is asked.
  /// - Returns: What changes them.
  func administration(
    connecting: @escaping () throws -> Void
  ) -> (any OrganizationAdministration)?

  /// It as a side of `org copy`; `nil` where all of it is not told and taken from here.
  ///
  /// - Parameter administration: What changes its users and settings, which connects first.
  /// - Returns: The side.
  func moving(_ administration: any OrganizationAdministration) -> (any MovingSide)?

  /// Ends the connection.
  func disconnect()
}

extension RemoteOrganization {
  package var questionsAtOnce: Int { 1 }
  package var sentRequests: [[SentRequest]] { [] }
  package var copiesAhead: Int { 1 }
  package func takeAhead(_ delivery: RemoteDelivery) -> Bool { false }
  package func deliverAhead(_ copies: [String]) throws(RemoteTrouble) -> [RemoteReceipt?] { [] }
  package var settlesLater: Bool { false }
  package func settle() throws(RemoteTrouble) {}
  package func directory() throws(RemoteTrouble) -> RemoteDirectory? { nil }

  package func headings(of copies: [String]) throws(RemoteTrouble) -> [RemoteHeading] { [] }

  package func content(
    of copy: RemoteCopy, _ body: (UnsafeRawBufferPointer) throws -> Void
  ) throws {
    throw RemoteTrouble.unable("it does not give out what it keeps")
  }

  package func administration(
    connecting: @escaping () throws -> Void
  ) -> (any OrganizationAdministration)? { nil }

  package func moving(
    _ administration: any OrganizationAdministration
  ) -> (any MovingSide)? { nil }
}

/// Why something could not be done elsewhere: it decides what becomes of the message.
///
/// The texts come from elsewhere: they are made safe to print, and short.
package enum RemoteTrouble: Error, Hashable, Sendable, CustomStringConvertible {
  /// There is no connection: all mail waits.
  case unreachable(String)
  /// It wants nothing before a time, in seconds since 1970: all mail waits.
  case throttled(until: Int64)
  /// It does not let this side in: all mail waits, for a person.
  case unauthorized(String)
  /// It was asked, and there is no answer that can be understood: this message waits, and the same is
  /// asked again.
  case unknownOutcome(String)
  /// The message could not be handed over from here: this message waits.
  case notSent(String)
  /// It will never take this message: it is among `failures`.
  case refusedForGood(String)
  /// It cannot do what is asked, whatever the message.
  case unable(String)

  /// In a word, for the spool.
  package var word: String {
    switch self {
    case .unreachable: "unreachable"
    case .throttled: "throttled"
    case .unauthorized: Self.unauthorizedWord
    case .unknownOutcome: "no-answer"
    case .notSent: "not-sent"
    case .refusedForGood: Self.refusedForGoodWord
    case .unable: "unable"
    }
  }

  /// The word of who is not let in.
  package static let unauthorizedWord = "unauthorized"
  /// The word of what is refused for good.
  package static let refusedForGoodWord = "refused-for-good"

  /// Whether no other message would fare better.
  package var isGeneral: Bool {
    switch self {
    case .unreachable, .throttled, .unauthorized, .unable: true
    case .unknownOutcome, .notSent, .refusedForGood: false
    }
  }

  /// A time as `2026-11-27 14:05:00 UTC`: what is kept of it is read on other days, too.
  private static func utc(_ seconds: Int64) -> String {
    var time = time_t(clamping: seconds)
    var parts = tm()
    // A year that no calendar has.
    guard gmtime_r(&time, &parts) != nil else { return "\(seconds) s after 1970 UTC" }
    func two(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
    return "\(Int(parts.tm_year) + 1900)-\(two(parts.tm_mon + 1))-\(two(parts.tm_mday)) "
      + [parts.tm_hour, parts.tm_min, parts.tm_sec].map(two).joined(separator: ":") + " UTC"
  }

  /// What failed, in one line.
  package var description: String {
    switch self {
    case .unreachable(let text): "the organization cannot be reached: \(text)"
    case .throttled(let time):
      "the organization is busy and wants to be asked later, not before \(Self.utc(time))"
    case .unauthorized(let text): "the organization does not let this user in: \(text)"
    case .unknownOutcome(let text): "the organization gave no usable answer: \(text)"
    case .notSent(let text): "the message cannot be handed over: \(text)"
    case .refusedForGood(let text): "the organization refuses the message for good: \(text)"
    case .unable(let text): "the organization cannot do it: \(text)"
    }
  }
}

/// Who this side is elsewhere.
package struct RemoteIdentity: Sendable, Hashable {
  /// What stays the same for the same organization; empty where it says nothing.
  package var organization: String
  /// What it is, for people: a name and a version.
  package var name: String
  /// As whom this side acts there; `nil` where it says nothing.
  package var user: String?
  /// The user there as whom this side acts; `nil` where it is none, as a mail host is.
  package var address: AddrSpec?
  /// When the certificate by which the server is known ends, in seconds since 1970; `nil` where there is
  /// none, or it is not known.
  package var certificateEnd: Int64?
  /// What people should know of the connection, a line each.
  package var warnings: [String] = []
  /// What can be done beside deciding and delivering.
  package var abilities: Set<Ability>
  /// What else is to be known of it, for people: how it decides, what it does not let this side do.
  package var remarks: [String]

  /// Something that not every organization can do.
  package enum Ability: String, Sendable, CaseIterable {
    /// Take a copy back.
    case withdraw
    /// Say what record a copy belongs to.
    case regard
    /// Tell what became of copies.
    case changes
  }

  /// Makes an identity.
  package init(
    organization: String, name: String, user: String?, abilities: Set<Ability>,
    remarks: [String] = []
  ) {
    self.organization = organization
    self.name = name
    self.user = user
    self.abilities = abilities
    self.remarks = remarks
  }
}

/// A question, with the ids that copies have elsewhere.
package struct RemoteQuestion: Sendable, Hashable {
  /// The question.
  package var question: Question
  /// The copy that the message answers; `nil` for none.
  package var answers: RemoteCopy?

  /// Makes a question.
  package init(_ question: Question, answers: RemoteCopy?) {
    self.question = question
    self.answers = answers
  }
}

/// What an organization elsewhere says to a question.
package enum RemoteAnswer: Sendable, Hashable {
  /// A copy is to be stored.
  case accepted(ReasonCode, explanation: String, owner: AddrSpec?, regarding: RecordReference?)
  /// No copy is to be stored.
  case refused(ReasonCode, explanation: String)
  /// It cannot say yet.
  case deferred(explanation: String)
}

/// A copy as both sides know it.
package struct RemoteCopy: Sendable, Hashable {
  /// The id that this side makes from the message's key: the same for the same message and direction,
  /// whoever makes it and however often.
  package var id: String
  /// The id there; `nil` where it is not known.
  package var stored: String?

  /// Makes one.
  package init(id: String, stored: String?) {
    self.id = id
    self.stored = stored
  }
}

/// A copy that is handed over.
package struct RemoteDelivery {
  /// The copy's id.
  package var copy: RemoteCopy
  /// The id of this delivery of it: the same for the same copy and mailbox.
  package var delivery: String
  /// The copy.
  package var draft: CopyDraft
  /// The user to whom it is to belong.
  package var owner: AddrSpec
  /// The copy that it answers.
  package var answers: RemoteCopy?
  /// What was asked before; `nil` where nobody knows any more.
  package var question: RemoteQuestion?
  /// Whether it may be durable only after `RemoteOrganization.settle`.
  package var isSettledLater = false

  /// Makes one.
  package init(
    copy: RemoteCopy, delivery: String, draft: CopyDraft, owner: AddrSpec, answers: RemoteCopy?,
    question: RemoteQuestion? = nil
  ) {
    self.question = question
    self.copy = copy
    self.delivery = delivery
    self.draft = draft
    self.owner = owner
    self.answers = answers
  }
}

/// What became of a copy that was handed over.
package struct RemoteReceipt: Sendable, Hashable {
  /// Why nothing is kept, though it said before that it would.
  package enum Refusal: Sendable, Hashable {
    /// The message was withdrawn there meanwhile.
    case withdrawn
    /// It would say no now: it is asked again.
    case changed(explanation: String)
  }

  /// Why nothing is kept there; `nil` where the copy is.
  package var refusal: Refusal?
  /// Its id there.
  package var stored: String
  /// The record that it belongs to there; `nil` where nothing is said of it.
  package var regarding: RecordReference?
  /// Whether somebody deleted it there while it was handed over.
  package var isGone: Bool

  /// Makes a receipt.
  package init(stored: String, regarding: RecordReference? = nil, isGone: Bool = false) {
    self.stored = stored
    self.regarding = regarding
    self.isGone = isGone
  }

  /// Makes the receipt of a copy that is not kept.
  package init(refusal: Refusal) {
    self.init(stored: "")
    self.refusal = refusal
  }
}

/// What became of copies elsewhere.
package struct RemoteChanges: Sendable, Hashable {
  /// One change.
  package enum Change: Sendable, Hashable {
    /// The copy was taken back.
    case gone(stored: String)
    /// It belongs to another record, or to none.
    case regarding(stored: String, RecordReference?)
    /// It is there, whoever handed it over.
    case known(RemoteFacts)
  }

  /// The changes, the oldest first.
  package var changes: [Change]
  /// From where to ask the next time.
  package var token: String?
  /// Whether there are more.
  package var hasMore: Bool

  /// Makes changes.
  package init(changes: [Change], token: String?, hasMore: Bool) {
    self.changes = changes
    self.token = token
    self.hasMore = hasMore
  }
}

/// What every side of an organization elsewhere is to know of a copy there, so that it finds what answers
/// it: no subject, no text and no name.
package struct RemoteFacts: Sendable, Hashable {
  /// A participant.
  package struct Participant: Sendable, Hashable {
    /// The field, or the envelope.
    package var role: CopyDraft.Participant.Role
    /// The address.
    package var address: AddrSpec
    /// The name; `nil` where none is told.
    package var name: String?
    /// Whether neither a colleague nor an address of this side.
    package var isExternal: Bool

    /// Makes one.
    package init(
      role: CopyDraft.Participant.Role, address: AddrSpec, name: String? = nil, isExternal: Bool
    ) {
      self.role = role
      self.address = address
      self.name = name
      self.isExternal = isExternal
    }
  }

  /// The copy.
  package var copy: RemoteCopy
  /// Its identity over all machines and mailboxes.
  package var key: MessageKey
  /// Which way it goes.
  package var direction: Direction
  /// Its Message-ID.
  package var messageID: MessageID?
  /// The ids that it names, the nearest first.
  package var references: [MessageID] = []
  /// The tracking token in its subject.
  package var token: String?
  /// Its Thread-Index.
  package var threadIndex: [UInt8]?
  /// The user to whom it belongs.
  package var owner: AddrSpec
  /// The record that it belongs to.
  package var regarding: RecordReference?
  /// When it was sent, in seconds since 1970.
  package var sentAt: Int64
  /// When it came, in seconds since 1970.
  package var trackedAt: Int64
  /// The id there of the copy that it answers.
  package var answers: String?
  /// Who takes part.
  package var participants: [Participant] = []

  /// Makes facts.
  package init(
    copy: RemoteCopy, key: MessageKey, direction: Direction, owner: AddrSpec, sentAt: Int64,
    trackedAt: Int64
  ) {
    self.copy = copy
    self.key = key
    self.direction = direction
    self.owner = owner
    self.sentAt = sentAt
    self.trackedAt = trackedAt
  }
}

/// What a list shows of a copy that is kept elsewhere, and was handed over by others.
package struct RemoteHeading: Sendable, Hashable {
  /// What every side knows of it, with the names.
  package var facts: RemoteFacts
  /// The subject.
  package var subject: String
  /// The mailboxes in which it lies, by the keys of their owners' addresses.
  package var mailboxes: [String] = []
  /// What is attached.
  package var attachments: [Attachment] = []
  /// The length of the whole message in bytes.
  package var size = 0
  /// Whether only the header and the text are kept.
  package var isTruncated = false
  /// The offset of its date from UTC in minutes.
  package var zone: Int?
  /// The reason for which it is kept.
  package var code: ReasonCode?
  /// The rule by which it is kept.
  package var rule: String?
  /// The verdict in words.
  package var explanation = ""
  /// Whether a person tracked it by hand.
  package var isManual = false

  /// Makes one.
  package init(facts: RemoteFacts, subject: String) {
    self.facts = facts
    self.subject = subject
  }
}

/// The users and settings of an organization elsewhere.
package struct RemoteDirectory: Sendable, Hashable {
  /// A user there; what this side calls it by is its first address.
  package struct User: Sendable, Hashable {
    /// The first address.
    package var address: AddrSpec
    /// All addresses.
    package var addresses: [AddrSpec]
    /// Person or queue.
    package var kind: OrganizationUser.Kind
    /// The role.
    package var role: UserRole
    /// The user's own choice.
    package var filter: FilterMethod?
    /// Whether mail may be tracked for it.
    package var isEnabled: Bool

    /// Makes one.
    package init(
      address: AddrSpec, addresses: [AddrSpec], kind: OrganizationUser.Kind, role: UserRole,
      filter: FilterMethod?, isEnabled: Bool
    ) {
      self.address = address
      self.addresses = addresses
      self.kind = kind
      self.role = role
      self.filter = filter
      self.isEnabled = isEnabled
    }
  }

  /// Its users, the oldest first.
  package var users: [User]
  /// Its settings, by their names; a name that this version does not know means nothing here.
  package var settings: [String: String]

  /// Makes one.
  package init(users: [User], settings: [String: String]) {
    self.users = users
    self.settings = settings
  }
}
