/// What one organization tells another of a copy that is to be there, too: all of it but its content, and but
/// what is of one machine.
package struct MovedCopy: Codable, Sendable, Hashable {
  /// A sender or recipient.
  package struct Participant: Codable, Sendable, Hashable {
    /// The field, or the envelope.
    package var role: String
    /// The display name.
    package var name: String?
    /// The address.
    package var address: String
    /// By what it is compared.
    package var addressKey: String
    /// Whether neither a user nor a colleague.
    package var isExternal: Bool

    /// Makes one.
    package init(
      role: String, name: String?, address: String, addressKey: String, isExternal: Bool
    ) {
      self.role = role
      self.name = name
      self.address = address
      self.addressKey = addressKey
      self.isExternal = isExternal
    }
  }

  /// What is attached.
  package struct File: Codable, Sendable, Hashable {
    /// The number of the part.
    package var number: Int
    /// The name of the file.
    package var name: String?
    /// The type.
    package var mediaType: String
    /// The length of the decoded content.
    package var size: Int

    /// Makes one.
    package init(number: Int, name: String?, mediaType: String, size: Int) {
      self.number = number
      self.name = name
      self.mediaType = mediaType
      self.size = size
    }
  }

  /// That it lies in a mailbox.
  package struct Delivery: Codable, Sendable, Hashable {
    /// The key of the mailbox owner's address.
    package var mailbox: String
    /// The envelope's sender.
    package var envelopeSender: String?
    /// The envelope's recipient.
    package var envelopeRecipient: String?
    /// When it was seen there first, in seconds since 1970.
    package var firstSeenAt: Int64
    /// When it was seen there last, in seconds since 1970.
    package var lastSeenAt: Int64
    /// How often it was seen there.
    package var timesSeen: Int

    /// Makes one.
    package init(
      mailbox: String, envelopeSender: String?, envelopeRecipient: String?, firstSeenAt: Int64,
      lastSeenAt: Int64, timesSeen: Int
    ) {
      self.mailbox = mailbox
      self.envelopeSender = envelopeSender
      self.envelopeRecipient = envelopeRecipient
      self.firstSeenAt = firstSeenAt
      self.lastSeenAt = lastSeenAt
      self.timesSeen = timesSeen
    }
  }

  /// What record something belongs to, and who said so.
  package struct Regarding: Codable, Sendable, Hashable {
    /// The type of the record; `nil` where somebody said that it belongs to none.
    package var type: String?
    /// Its id.
    package var id: String?
    /// Who said so.
    package var source: String

    /// Makes one.
    package init(type: String?, id: String?, source: String) {
      self.type = type
      self.id = id
      self.source = source
    }
  }

  /// The id that is made of key and direction: the same in every organization.
  package var id: String
  /// The key in hexadecimal.
  package var key: String
  /// `incoming` or `outgoing`.
  package var direction: String
  /// The Message-ID.
  package var messageId: String?
  /// The subject.
  package var subject: String
  /// The sender's display name.
  package var senderName: String?
  /// The sender's address.
  package var senderAddress: String?
  /// When it was sent, in seconds since 1970.
  package var sentAt: Int64
  /// The offset of its date in minutes.
  package var zone: Int?
  /// When it came, in seconds since 1970.
  package var trackedAt: Int64
  /// The length of the message.
  package var size: Int
  /// The length of what is kept of it.
  package var storedSize: Int
  /// Whether only a part is kept.
  package var isTruncated: Bool
  /// Which conversation it is in: an UUID of which only this matters, that others of it have the same.
  package var conversation: String
  /// What the conversation belongs to.
  package var conversationRegarding: Regarding?
  /// The first address of its owner.
  package var owner: String
  /// Why it is the owner's.
  package var ownerReason: String
  /// What record it belongs to.
  package var regarding: Regarding?
  /// The id of the copy that it answers.
  package var answers: String?
  /// By what that was found.
  package var correlation: String?
  /// Whether the subject is another than that one's.
  package var isSubjectChanged: Bool?
  /// The tracking token in its subject.
  package var token: String?
  /// Its Thread-Index in hexadecimal.
  package var threadIndex: String?
  /// For which reason it is kept.
  package var reasonCode: Int?
  /// By which rule.
  package var rule: String?
  /// The first address of the user for whom it was accepted.
  package var acceptingUser: String?
  /// Whether a hand tracked it.
  package var isManual: Bool
  /// The verdict in words.
  package var explanation: String
  /// Senders and recipients, in order.
  package var participants: [Participant]
  /// What is attached.
  package var attachments: [File]
  /// The ids that it names.
  package var references: [String]
  /// In which mailboxes it lies.
  package var deliveries: [Delivery]

  /// Makes one without lists.
  package init(id: String, key: String, direction: String, conversation: String, owner: String) {
    self.id = id
    self.key = key
    self.direction = direction
    self.conversation = conversation
    self.owner = owner
    subject = ""
    sentAt = 0
    trackedAt = 0
    size = 0
    storedSize = 0
    isTruncated = false
    ownerReason = Ownership.Reason.organization.rawValue
    isManual = false
    explanation = ""
    participants = []
    attachments = []
    references = []
    deliveries = []
  }
}

/// A record as one organization tells it another.
package struct MovedRecord: Codable, Sendable, Hashable {
  /// An address of it.
  package struct Address: Codable, Sendable, Hashable {
    /// By what it is compared.
    package var key: String
    /// The address.
    package var address: String
    /// What all spellings of it share.
    package var alias: String?

    /// Makes one.
    package init(key: String, address: String, alias: String?) {
      self.key = key
      self.address = address
      self.alias = alias
    }
  }

  /// A domain of it.
  package struct Domain: Codable, Sendable, Hashable {
    /// By what it is compared.
    package var key: String
    /// The domain.
    package var domain: String

    /// Makes one.
    package init(key: String, domain: String) {
      self.key = key
      self.domain = domain
    }
  }

  /// What it was called before.
  package struct Name: Codable, Sendable, Hashable {
    /// The type.
    package var type: String
    /// The id.
    package var id: String

    /// Makes one.
    package init(type: String, id: String) {
      self.type = type
      self.id = id
    }
  }

  /// The type.
  package var type: String
  /// The id.
  package var id: String
  /// The first address of its owner.
  package var owner: String?
  /// What it is called.
  package var name: String?
  /// Its account as `type:id`, or the letters of a company's name after `=`.
  package var parent: String?
  /// Its addresses.
  package var addresses: [Address] = []
  /// Its domains.
  package var domains: [Domain] = []
  /// What it was called before.
  package var moved: [Name] = []

  /// Makes one without lists.
  package init(type: String, id: String, owner: String?, name: String?, parent: String?) {
    self.type = type
    self.id = id
    self.owner = owner
    self.name = name
    self.parent = parent
  }
}

/// What is left of what was withdrawn: hashes, and the salt without which they mean nothing.
package struct MovedTombstones: Sendable, Hashable {
  /// One of them.
  package struct Tombstone: Codable, Sendable, Hashable {
    /// The hash in hexadecimal.
    package var hash: String
    /// When it was withdrawn, in seconds since 1970.
    package var madeAt: Int64

    /// Makes one.
    package init(hash: String, madeAt: Int64) {
      self.hash = hash
      self.madeAt = madeAt
    }
  }

  /// The salt in hexadecimal.
  package var salt: String
  /// The tombstones.
  package var tombstones: [Tombstone]

  /// Makes some.
  package init(salt: String, tombstones: [Tombstone]) {
    self.salt = salt
    self.tombstones = tombstones
  }
}

/// A side of `org copy`: an organization whose copies, records and tombstones are told and taken as they are.
///
/// Users and settings are told and taken by `administration`. Taking is done in turns, each of which is there
/// whole or not at all; what is there is left as it is.
package protocol MovingSide {
  /// Its users and settings.
  var administration: any OrganizationAdministration { get }

  /// The ids of copies, by conversation and id.
  ///
  /// - Parameters:
  ///   - last: Those behind this one; `nil` for the first.
  ///   - limit: So many at the most.
  /// - Returns: Where each stands.
  /// - Throws: `StoreError`, `RemoteTrouble`.
  func copies(after last: MovedPlace?, limit: Int) throws -> [MovedPlace]

  /// Which of some copies are there.
  func present(_ ids: [String]) throws -> Set<String>

  /// What is told of copies; of what is gone meanwhile nothing.
  func told(_ ids: [String]) throws -> [MovedCopy]

  /// The kept bytes of a copy, in order, in chunks of a MiB.
  func content(of id: String, _ body: ([UInt8]) throws -> Void) throws

  /// What the kept bytes of copies are held to be the same by: their length and SHA-256, by the copies' ids.
  func digests(_ ids: [String]) throws -> [String: String]

  /// Notes of copies in which conversations there they are: others of the same join them.
  func join(_ places: [MovedPlace]) throws

  /// Notes what copies answer, of those that came here before what they answer did.
  func link(_ places: [MovedPlace]) throws

  /// How many copies, participants, attachments and deliveries there are.
  func counts() throws -> MovedCounts

  /// Writes copies, in one turn; the ids of those that are there now, and were not before. What was
  /// withdrawn there is left out.
  ///
  /// - Parameters:
  ///   - copies: The copies.
  ///   - content: Gives the bytes of one.
  /// - Returns: The ids.
  /// - Throws: `StoreError`, `RemoteTrouble`; what the content throws.
  func take(
    _ copies: [MovedCopy], content: (String, ([UInt8]) throws -> Void) throws -> Void
  ) throws -> Set<String>

  /// The records behind one, by type and id.
  func records(after last: MovedRecord?, limit: Int) throws -> [MovedRecord]

  /// Writes records, in one turn; how many are new.
  func take(_ records: [MovedRecord]) throws -> Int

  /// What was withdrawn.
  func tombstones() throws -> MovedTombstones

  /// Notes what was withdrawn; how many are new, or `nil` where it cannot be, for its own salt is another
  /// and something was withdrawn already.
  func take(_ tombstones: MovedTombstones) throws -> Int?

  /// What it has that stays with it: how many of what, in words.
  func staying() throws -> [(count: Int, what: String)]
}

/// How much there is of an organization.
package struct MovedCounts: Sendable, Hashable {
  /// Users.
  package var users = 0
  /// Records.
  package var records = 0
  /// Copies.
  package var copies = 0
  /// Conversations.
  package var conversations = 0
  /// Senders and recipients of copies.
  package var participants = 0
  /// What is attached.
  package var attachments = 0
  /// Copies in mailboxes.
  package var deliveries = 0
  /// The ids that copies name.
  package var references = 0

  /// None.
  package init() {}
}

/// Where a copy stands in the order in which copies are told.
package struct MovedPlace: Sendable, Hashable {
  /// The conversation, as its copies tell it.
  package var conversation: String
  /// The copy's id.
  package var id: String
  /// The id of the copy that it answers.
  package var answers: String?

  /// Makes one.
  package init(conversation: String, id: String, answers: String?) {
    self.conversation = conversation
    self.id = id
    self.answers = answers
  }
}
