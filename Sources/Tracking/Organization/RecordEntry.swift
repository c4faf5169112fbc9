import InternetMessage

/// A record as people name it: type, id, owner, addresses and domains, name and account.
package struct RecordEntry: Hashable, Sendable {
  /// Type and id in the CRM.
  package var record: RecordReference
  /// An address of the user who owns it.
  package var owner: AddrSpec?
  /// The record's addresses.
  package var addresses: [AddrSpec]
  /// The record's domains, lower-cased.
  package var domains: [String]
  /// What it is called; `nil` where nothing is said of it.
  package var name: String?
  /// The account that a contact belongs to; `nil` where nothing is said of it.
  package var parent: RecordReference?
  /// Whether addresses and domains come to those that the record has, and its owner stays.
  package var isAddition = false

  /// Makes an entry.
  package init(
    record: RecordReference, owner: AddrSpec? = nil, addresses: [AddrSpec] = [],
    domains: [String] = [], name: String? = nil, parent: RecordReference? = nil
  ) {
    self.record = record
    self.owner = owner
    self.addresses = addresses
    self.domains = domains
    self.name = name
    self.parent = parent
  }
}

/// What is changed in a record; what is `nil` or empty stays.
package struct RecordChange: Sendable, Equatable {
  /// An address of the new owner; `.some(nil)` for none.
  package var owner: AddrSpec??
  /// What it is called; `.some(nil)` for nothing.
  package var name: String??
  /// The account; `.some(nil)` for none.
  package var parent: RecordReference??
  /// Addresses that come to it.
  package var addedAddresses: [AddrSpec] = []
  /// Addresses that go.
  package var removedAddresses: [AddrSpec] = []
  /// Domains that come to it, lower-cased.
  package var addedDomains: [String] = []
  /// Domains that go.
  package var removedDomains: [String] = []

  /// No change.
  package init() {}
}

/// Somebody from outside who takes part in tracked mail and is no record.
package struct UnresolvedAddress: Sendable, Hashable {
  /// The address.
  package let address: AddrSpec
  /// In how many tracked copies it stands.
  package let copies: Int
  /// What the person is called in the last of them that says so.
  package let name: String?
  /// When the first and the last of them were sent, in seconds since 1970.
  package let sent: ClosedRange<Int64>

  /// Makes a line of a list.
  package init(
    address: AddrSpec, copies: Int, name: String? = nil, sent: ClosedRange<Int64> = 0...0
  ) {
    self.address = address
    self.copies = copies
    self.name = name
    self.sent = sent
  }
}
