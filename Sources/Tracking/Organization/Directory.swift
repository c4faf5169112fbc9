import InternetMessage

/// An organization's users and records, as far as a decision asks for them.
package protocol Directory {
  /// The users who have an address, enabled or not, oldest first.
  func users(havingAddress address: AddrSpec) throws -> [OrganizationUser]

  /// The records to which an address belongs: those that name the address, then those that name
  /// its domain or a parent of it (never a public mail domain), oldest first, at most `limit`.
  ///
  /// Another spelling of the same mailbox (`MailboxAlias`) names the address, too.
  func records(matching address: AddrSpec, limit: Int) throws -> [RecordMatch]
}

/// A record that an address belongs to.
package struct RecordMatch: Hashable, Sendable {
  /// How the record was found.
  package enum Basis: String, Sendable {
    /// The address is one of the record's.
    case address
    /// The address's domain is one of the record's.
    case domain
  }

  /// The key within the organization; lower is older.
  package let id: RecordID
  /// Type and id in the CRM.
  package let record: RecordReference
  /// The user who owns the record.
  package let owner: UserID?
  /// How it was found.
  package let basis: Basis
  /// A contact's account.
  package let parent: RecordReference?

  /// Makes a match.
  package init(
    id: RecordID, record: RecordReference, owner: UserID?, basis: Basis,
    parent: RecordReference? = nil
  ) {
    self.id = id
    self.record = record
    self.owner = owner
    self.basis = basis
    self.parent = parent
  }
}
