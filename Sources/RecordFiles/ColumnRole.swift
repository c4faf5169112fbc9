/// What a column of a table is to a record.
package enum ColumnRole: String, Sendable, CaseIterable {
  /// `contact`, `account`, `lead` or another, in our own tables.
  case type
  /// The record's id.
  case id
  /// The ids of a contact, a lead and an account: the record's own where the table is of such.
  case contactID, leadID, accountID
  /// The ids of several accounts.
  case accountIDs
  /// What it is called.
  case name
  /// A name with the company in front.
  case completeName
  /// The parts of a person's name.
  case firstName, middleName, lastName
  /// The name of the company: of a contact's account, or of the account that the record is.
  case company
  /// The names of several companies.
  case companies
  /// The account above an account, by id or by name.
  case parentID, parentName
  /// The type of what a parent's id is of.
  case parentType
  /// Who owns it: an address, a name or a login; an id in the CRM.
  case owner, ownerID
  /// E-mail addresses.
  case address
  /// Its web sites, its domains.
  case website, domain
  /// Whether it is a company, or a person; the id of that person.
  case isCompany, isPerson, personID
  /// Whether it was deleted, and in favour of what.
  case isDeleted, mergedInto
  /// Whether it is a lead no more, and what it became.
  case isConverted, convertedTo
  /// Whether it is private.
  case privacy
}

/// What a table, or a column of it, is of.
package enum TableSubject: Sendable, Equatable {
  case contact, account, lead
  /// Something that is no record here, in the plural.
  case other(String)

  /// As in references: `contact`.
  package var type: String? {
    switch self {
    case .contact: "contact"
    case .account: "account"
    case .lead: "lead"
    case .other: nil
    }
  }
}

/// What a heading says.
package struct ColumnName: Sendable, Equatable {
  /// What the column is; `nil` where it is nothing that a record has.
  package var role: ColumnRole?
  /// What the heading says that the table is of.
  package var subject: TableSubject?
}
