import InternetMessage
import Tracking

/// Users, queues and records of a Dataverse organization, as far as they were looked up: what
/// `Decider` asks, and who the parties of an e-mail are.
///
/// It is filled before it is asked (`DataverseLookup`). The numbers of users and records are those of
/// this process.
package struct DataverseDirectory: Directory {
  /// A row that an address belongs to.
  package struct Party: Hashable, Sendable {
    /// The table: `systemuser`, `queue`, `contact`, `account` or `lead`.
    package var table: String
    /// Its id.
    package var id: String
    /// The user who owns it; of a user itself.
    package var owner: String?
  }

  private var users: [String: [OrganizationUser]] = [:]
  private var records: [String: [RecordMatch]] = [:]
  private var parties: [UserID: Party] = [:]
  private var addresses: [UserID: AddrSpec] = [:]
  private var userIDs: [String: UserID] = [:]
  private var recordIDs: [String: RecordID] = [:]
  private var known: Set<String> = []
  private var filters: [String: FilterMethod] = [:]

  /// Knows nobody.
  package init() {}

  /// Those of some addresses that were not looked up yet, each once.
  package func unknown(_ addresses: [AddrSpec]) -> [AddrSpec] {
    var seen: Set<String> = []
    return addresses.filter {
      !known.contains($0.comparisonKey) && seen.insert($0.comparisonKey).inserted
    }
  }

  /// Notes that addresses were looked up, whether somebody has them or not.
  mutating func note(_ addresses: [AddrSpec]) {
    for address in addresses { known.insert(address.comparisonKey) }
  }

  /// The number of a user here.
  package mutating func number(of user: String) -> UserID {
    if let id = userIDs[user] { return id }
    let id = UserID(Int64(userIDs.count + 1))
    userIDs[user] = id
    if parties[id] == nil { parties[id] = Party(table: "systemuser", id: user, owner: user) }
    return id
  }

  /// The filter of a user, once it was asked for.
  mutating func setFilter(_ filter: FilterMethod, of user: String) { filters[user] = filter }

  /// Whether the filter of a user was asked for.
  func hasFilter(of user: String) -> Bool { filters[user] != nil }

  /// Adds a user or queue under an address.
  mutating func add(
    _ party: Party, as kind: OrganizationUser.Kind, address: AddrSpec, filter: FilterMethod?,
    isEnabled: Bool
  ) {
    let id = number(of: party.id)
    parties[id] = party
    if addresses[id] == nil { addresses[id] = address }
    let user = OrganizationUser(
      id: id, address: address, kind: kind, filter: filter, isEnabled: isEnabled)
    guard !users[address.comparisonKey, default: []].contains(where: { $0.id == id }) else {
      return
    }
    users[address.comparisonKey, default: []].append(user)
  }

  /// Adds a record under an address.
  mutating func add(_ party: Party, address: AddrSpec) {
    let id = recordIDs[party.id] ?? RecordID(Int64(recordIDs.count + 1))
    recordIDs[party.id] = id
    let owner = party.owner.map { number(of: $0) }
    guard !records[address.comparisonKey, default: []].contains(where: { $0.id == id }) else {
      return
    }
    records[address.comparisonKey, default: []].append(
      RecordMatch(
        id: id, record: RecordReference(type: party.table, id: party.id), owner: owner,
        basis: .address))
  }

  package func users(havingAddress address: AddrSpec) -> [OrganizationUser] {
    (users[address.comparisonKey] ?? []).map { user in
      guard user.filter == nil, let party = parties[user.id], let filter = filters[party.id] else {
        return user
      }
      return OrganizationUser(
        id: user.id, address: user.address, kind: user.kind, filter: filter,
        isEnabled: user.isEnabled)
    }
  }

  package func records(matching address: AddrSpec, limit: Int) -> [RecordMatch] {
    Array((records[address.comparisonKey] ?? []).prefix(limit))
  }

  /// The address under which a user or queue was found first.
  package func address(of user: UserID) -> AddrSpec? { addresses[user] }

  /// The user or queue of a number.
  package func party(of user: UserID) -> Party? { parties[user] }

  /// The user to whom a copy of a user or queue belongs: a queue owns nothing.
  package func owner(_ user: UserID) -> String? { parties[user]?.owner }

  /// Who a sender is: a user or queue before others, else the one record that he is.
  package func sender(
    _ address: AddrSpec, mailboxOwner: AddrSpec, policy: OrganizationPolicy
  ) -> Party? {
    if let user = users(havingAddress: address).first, let party = parties[user.id] { return party }
    let mailbox = users(havingAddress: mailboxOwner).first?.id
    let match = PartyResolution.sender(
      records(matching: address, limit: PartyResolution.maxRecords + 1), mailboxOwner: mailbox,
      policy: policy)
    return match.map { Party(table: $0.record.type, id: $0.record.id, owner: nil) }
  }

  /// Who a recipient is: a user or queue, and all records that he is.
  package func recipient(_ address: AddrSpec, policy: OrganizationPolicy) -> [Party] {
    let inside = users(havingAddress: address).compactMap { parties[$0.id] }
    if !inside.isEmpty { return inside }
    return PartyResolution.recipient(
      records(matching: address, limit: PartyResolution.maxRecords + 1), policy: policy
    ).map { Party(table: $0.record.type, id: $0.record.id, owner: nil) }
  }
}
