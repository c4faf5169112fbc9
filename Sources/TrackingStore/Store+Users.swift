import GRDB
import InternetMessage
import Tracking

extension Store {
  /// Makes the owners of mailboxes users where the organization has none yet: the first
  /// administrator, the others members.
  ///
  /// - Parameters:
  ///   - mailboxes: The mailboxes.
  ///   - login: The Unix login that is tied to the administrator.
  ///   - now: Seconds since 1970.
  /// - Throws: `StoreError`.
  public func makeFirstUsers(
    of mailboxes: [ProfileMailbox], login: String? = nil, now: Int64
  ) throws {
    let isEmpty = try read {
      try Int64.fetchOne($0.makeStatement(sql: "SELECT 1 FROM user LIMIT 1")) == nil
    }
    guard isEmpty else { return }
    try write { db in
      guard try Int64.fetchOne(db, sql: "SELECT 1 FROM user LIMIT 1") == nil else { return }
      var seen: Set<AddrSpec> = []
      for (number, mailbox) in mailboxes.enumerated() where seen.insert(mailbox.owner).inserted {
        _ = try StoredUser.insert(
          address: mailbox.owner,
          addresses: mailboxes.filter { $0.owner == mailbox.owner }.flatMap(\.addresses),
          kind: .user, role: number == 0 ? .administrator : .member, filter: nil,
          login: number == 0 ? login : nil, now: now, in: db)
      }
    }
  }

  /// All users, oldest first.
  ///
  /// - Throws: `StoreError`.
  public func users() throws -> [OrganizationUser] {
    try read { db in
      try Int64.fetchAll(db, sql: "SELECT id FROM user ORDER BY id")
        .compactMap { try StoredUser.user($0, in: db) }
    }
  }

  /// The user who has an address; the oldest where several have.
  ///
  /// - Throws: `StoreError`.
  public func user(_ address: AddrSpec) throws -> OrganizationUser? {
    try read { try StoreDirectory(db: $0).users(havingAddress: address).first }
  }

  /// The user of a key.
  ///
  /// - Throws: `StoreError`.
  public func user(id: Int64) throws -> OrganizationUser? {
    try read { try StoredUser.user(id, in: $0) }
  }

  /// Adds a user.
  ///
  /// - Throws: `StoreError`; `DirectoryError` where the address is another user's, or where nobody
  ///   would be left who may administer.
  public func addUser(
    _ address: AddrSpec, addresses: [AddrSpec], kind: OrganizationUser.Kind, role: UserRole,
    filter: FilterMethod?, login: String? = nil, now: Int64
  ) throws {
    try write { db in
      let directory = StoreDirectory(db: db)
      for one in [address] + addresses where try !directory.users(havingAddress: one).isEmpty {
        throw DirectoryError.addressTaken(one.description)
      }
      _ = try StoredUser.insert(
        address: address, addresses: addresses, kind: kind, role: role, filter: filter,
        login: login, now: now, in: db)
      try Self.requireAdministrators(in: db)
    }
  }

  /// Changes a user: all that is kept but the first address.
  ///
  /// - Throws: `StoreError`; `DirectoryError` where an address is another user's, or where nobody
  ///   would be left who may administer.
  public func changeUser(_ user: OrganizationUser) throws {
    try write { db in
      let directory = StoreDirectory(db: db)
      for address in user.addresses
      where try directory.users(havingAddress: address).contains(where: { $0.id != user.id }) {
        throw DirectoryError.addressTaken(address.description)
      }
      try db.execute(
        sql:
          "UPDATE user SET kind = ?, role = ?, filter = ?, is_enabled = ?, login = ? WHERE id = ?",
        arguments: [
          user.kind.rawValue, user.role.rawValue, user.filter?.rawValue, user.isEnabled,
          user.login, user.id,
        ])
      try Self.requireAdministrators(in: db)
      try StoredUser.setAddresses(user.addresses, of: user.id, in: db)
    }
  }

  /// Whether any user is tied to a login: then only such logins act.
  ///
  /// - Throws: `StoreError`.
  public func hasLogins() throws -> Bool { try read { try Self.hasLogins(in: $0) } }

  /// Whether several users are there and none is tied to a login: whoever opens the store acts as any.
  ///
  /// It may be a store of any version.
  ///
  /// - Throws: `StoreError`.
  public func lacksLogins() throws -> Bool {
    try read { db in
      guard try Int.fetchOne(db, sql: "PRAGMA user_version") == StoreSchema.version else {
        return false
      }
      let users = try Int.fetchOne(db, sql: "SELECT count(*) FROM user WHERE is_enabled") ?? 0
      return try users > 1 && !Self.hasLogins(in: db)
    }
  }

  private static func hasLogins(in db: Database) throws -> Bool {
    try Int.fetchOne(db, sql: "SELECT 1 FROM user WHERE login IS NOT NULL LIMIT 1") != nil
  }

  private static func requireAdministrators(in db: Database) throws {
    let logins = try Row.fetchAll(
      db, sql: "SELECT login FROM user WHERE role = 'administrator' AND is_enabled"
    ).map { $0[0] as String? }
    guard !logins.isEmpty else { throw DirectoryError.lastAdministrator }
    guard try !hasLogins(in: db) || logins.contains(where: { $0 != nil }) else {
      throw DirectoryError.noAdministratorWithLogin
    }
  }
}
