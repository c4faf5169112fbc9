import InternetMessage

/// An organization's users and records, as far as a decision asks for them.
public protocol Directory {
  /// The users who have an address, enabled or not, oldest first.
  func users(havingAddress address: AddrSpec) throws -> [OrganizationUser]

  /// The records to which an address belongs: those that name the address, then those that name
  /// its domain or a parent of it (never a public mail domain), oldest first, at most `limit`.
  func records(matching address: AddrSpec, limit: Int) throws -> [RecordMatch]
}
