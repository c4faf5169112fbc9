import GRDB
import InternetMessage
import Tracking

/// How users are kept.
enum StoredUser {
  /// A user by key.
  static func user(_ id: Int64, in db: Database) throws -> OrganizationUser? {
    let row = try Row.fetchOne(
      db.cachedStatement(
        sql: "SELECT id, address, kind, role, filter, is_enabled, login FROM user WHERE id = ?"),
      arguments: [id])
    guard let row else { return nil }
    let addresses = try String.fetchAll(
      db.cachedStatement(
        sql: "SELECT address FROM user_address WHERE user = ? ORDER BY position"),
      arguments: [id]
    ).compactMap { AddrSpec($0) }
    let filter: String? = row[4]
    guard let address = AddrSpec(row[1]),
      let kind = OrganizationUser.Kind(rawValue: row[2]), let role = UserRole(rawValue: row[3]),
      filter.map({ FilterMethod(rawValue: $0) != nil }) ?? true
    else { throw StoreError(.damaged, detail: "user \(id)") }
    return OrganizationUser(
      id: id, address: address, addresses: addresses, kind: kind, role: role,
      filter: filter.flatMap(FilterMethod.init(rawValue:)), isEnabled: row[5],
      login: row[6])
  }

  /// Adds a user.
  static func insert(
    address: AddrSpec, addresses: [AddrSpec], kind: OrganizationUser.Kind, role: UserRole,
    filter: FilterMethod?, login: String?, now: Int64, in db: Database
  ) throws -> Int64 {
    try db.execute(
      sql: """
        INSERT INTO user (address, kind, role, filter, is_enabled, created_at, login)
          VALUES (?, ?, ?, ?, 1, ?, ?)
        """,
      arguments: [address.description, kind.rawValue, role.rawValue, filter?.rawValue, now, login])
    let id = db.lastInsertedRowID
    try setAddresses(
      addresses.contains(address) ? addresses : [address] + addresses, of: id, in: db)
    return id
  }

  /// Replaces a user's addresses.
  static func setAddresses(_ addresses: [AddrSpec], of user: Int64, in db: Database) throws {
    try db.execute(sql: "DELETE FROM user_address WHERE user = ?", arguments: [user])
    for (position, address) in addresses.enumerated() {
      try db.execute(
        sql: "INSERT OR IGNORE INTO user_address VALUES (?, ?, ?, ?)",
        arguments: [address.comparisonKey, user, position, address.description])
    }
  }
}
