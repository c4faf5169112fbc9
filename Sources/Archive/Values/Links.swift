extension String {
  /// Whether there is nothing to see, as far as blanks go.
  var isBlank: Bool { unicodeScalars.allSatisfy { $0.properties.isWhitespace } }
}

/// A person, as pages name them.
package struct PersonLink: Hashable, Sendable {
  /// The display name.
  package var name: String?
  /// The address.
  package var address: String
  /// Their page; `nil` where they have none.
  package var page: ArchiveID?

  /// The name, or where there is none or one that looks like an address, the address.
  ///
  /// Such a name could be taken for the address.
  var label: String {
    guard let name, !name.contains("@"), !name.isBlank else {
      return address.isBlank ? "nobody" : address
    }
    return name
  }

  /// Names a person.
  package init(name: String? = nil, address: String, page: ArchiveID? = nil) {
    self.name = name
    self.address = address
    self.page = page
  }
}

/// A record of the CRM, as pages name it.
package struct RecordLink: Hashable, Sendable {
  /// Type and id, as `account:A-1`.
  package var reference: String
  /// What it is called.
  package var name: String?
  /// Its page; `nil` where it has none.
  package var page: ArchiveID?

  /// What it is called, or else type and id.
  var label: String {
    guard let name, !name.isBlank else { return reference.isBlank ? "a record" : reference }
    return name
  }

  /// Names a record.
  package init(reference: String, name: String? = nil, page: ArchiveID? = nil) {
    self.reference = reference
    self.name = name
    self.page = page
  }
}

/// A page of a list that is split.
package struct PagePlace: Hashable, Sendable {
  /// Which, from 1 on.
  package var number: Int
  /// Of how many.
  package var count: Int

  /// A page of some.
  package init(number: Int, count: Int) {
    self.number = number
    self.count = count
  }
}

/// Which way mail went.
package enum MailDirection: String, Sendable {
  /// It came in.
  case incoming
  /// It went out.
  case outgoing
}

/// What a list shows of a message.
package struct MessageRow: Hashable, Sendable {
  /// The message.
  package var id: ArchiveID
  /// When it was sent, in seconds since 1970.
  package var sentAt: Int64
  /// Which way it went.
  package var direction: MailDirection
  /// Who is on the other side: of what came in the sender, else the recipients.
  package var people: [PersonLink]
  /// How many more there are.
  package var morePeople: Int
  /// The subject.
  package var subject: String
  /// The record it belongs to.
  package var regarding: RecordLink?
  /// How many files are attached.
  package var attachments: Int

  /// Makes a row.
  package init(
    id: ArchiveID, sentAt: Int64, direction: MailDirection, people: [PersonLink],
    morePeople: Int = 0, subject: String, regarding: RecordLink? = nil, attachments: Int = 0
  ) {
    self.id = id
    self.sentAt = sentAt
    self.direction = direction
    self.people = people
    self.morePeople = morePeople
    self.subject = subject
    self.regarding = regarding
    self.attachments = attachments
  }
}
