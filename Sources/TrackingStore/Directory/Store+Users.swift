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
  package func makeFirstUsers(
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

  /// Adds the owners of mailboxes who are no users yet: in the store of an organization that is
  /// elsewhere, which knows its users itself.
  ///
  /// - Parameters:
  ///   - mailboxes: The mailboxes.
  ///   - now: Seconds since 1970.
  /// - Throws: `StoreError`.
  package func addUsers(of mailboxes: [ProfileMailbox], now: Int64) throws {
    for mailbox in mailboxes where try user(mailbox.owner) == nil {
      try write { db in
        _ = try StoredUser.insert(
          address: mailbox.owner, addresses: [mailbox.owner], kind: .user, role: .member,
          filter: nil, login: nil, now: now, in: db)
      }
    }
  }

  /// All users, oldest first.
  ///
  /// - Throws: `StoreError`.
  package func users() throws -> [OrganizationUser] {
    try read { db in
      try UserID.fetchAll(db, sql: "SELECT id FROM user ORDER BY id")
        .compactMap { try StoredUser.user($0, in: db) }
    }
  }

  /// The user who has an address; the oldest where several have.
  ///
  /// - Throws: `StoreError`.
  package func user(_ address: AddrSpec) throws -> OrganizationUser? {
    try read { try StoreDirectory(db: $0).users(havingAddress: address).first }
  }

  /// Those of some addresses that are users', as they are or without the note in them.
  ///
  /// - Parameters:
  ///   - addresses: The addresses; so many are looked up as a person writes to.
  ///   - withoutNote: An address without its note; `nil` where it has none.
  /// - Returns: Those of the addresses.
  /// - Throws: `StoreError`.
  package func users(
    among addresses: [AddrSpec], without withoutNote: (AddrSpec) -> AddrSpec?
  ) throws -> Set<AddrSpec> {
    try read { db in
      let directory = StoreDirectory(db: db, cache: gatheredCache)
      return try Set(
        addresses.prefix(Self.maxLookedUp).filter { address in
          if try directory.isUser(address) { return true }
          return try withoutNote(address).map { try directory.isUser($0) } ?? false
        })
    }
  }

  private static let maxLookedUp = 1_000

  /// Adds a user.
  ///
  /// - Throws: `StoreError`; `DirectoryError` where the address is another user's, or where nobody
  ///   would be left who may administer.
  package func addUser(
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
  package func changeUser(_ user: OrganizationUser) throws {
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

  /// Takes a user away; their records lose their owner, and their addresses are nobody's.
  ///
  /// - Returns: How many records they owned.
  /// - Throws: `StoreError`; `DirectoryError` where they own mail, or where nobody would be left who
  ///   may administer.
  package func removeUser(_ user: OrganizationUser) throws -> Int {
    try write { db in
      let copies = try Int.fetchOne(
        db, sql: "SELECT count(*) FROM copy WHERE owner = ?", arguments: [user.id])
      if let copies, copies > 0 {
        throw DirectoryError.ownsMail(user.address.description, copies: copies)
      }
      try db.execute(sql: "UPDATE record SET owner = NULL WHERE owner = ?", arguments: [user.id])
      let records = db.changesCount
      for (table, column) in [("copy", "accepting_user"), ("participant", "user")] {
        try db.execute(
          sql: "UPDATE \(table) SET \(column) = NULL WHERE \(column) = ?", arguments: [user.id])
      }
      try db.execute(sql: "DELETE FROM user_address WHERE user = ?", arguments: [user.id])
      try db.execute(sql: "DELETE FROM user WHERE id = ?", arguments: [user.id])
      try Self.requireAdministrators(in: db)
      return records
    }
  }

  /// Whether any user is tied to a login: then only such logins act.
  ///
  /// - Throws: `StoreError`.
  package func hasLogins() throws -> Bool { try read { try Self.hasLogins(in: $0) } }

  /// Whether several users are there and none is tied to a login: whoever opens the store acts as any.
  ///
  /// It may be a store of any version.
  ///
  /// - Throws: `StoreError`.
  package func lacksLogins() throws -> Bool {
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

/// How users are kept.
enum StoredUser {
  /// A user by key.
  static func user(_ id: UserID, in db: Database) throws -> OrganizationUser? {
    var user: OrganizationUser?
    try db.forEachRow(
      "SELECT address, kind, role, filter, is_enabled, login FROM user WHERE id = ?"
    ) {
      $0.add(id)
    } _: { row in
      let filter = row.text(3)
      guard let address = row.text(0).flatMap({ AddrSpec($0) }),
        let kind = row.text(1).flatMap(OrganizationUser.Kind.init(rawValue:)),
        let role = row.text(2).flatMap(UserRole.init(rawValue:)),
        filter.map({ FilterMethod(rawValue: $0) != nil }) ?? true
      else { throw StoreError(.damaged, detail: "user \(id)") }
      user = OrganizationUser(
        id: id, address: address, addresses: try addresses(of: id, in: db), kind: kind, role: role,
        filter: filter.flatMap(FilterMethod.init(rawValue:)), isEnabled: row.integer(4) != 0,
        login: row.text(5))
      return false
    }
    return user
  }

  private static func addresses(of id: UserID, in db: Database) throws -> [AddrSpec] {
    var addresses: [AddrSpec] = []
    try db.forEachRow("SELECT address FROM user_address WHERE user = ? ORDER BY position") {
      $0.add(id)
    } _: { row in
      if let address = row.text(0).flatMap({ AddrSpec($0) }) { addresses.append(address) }
      return true
    }
    return addresses
  }

  /// Adds a user.
  static func insert(
    address: AddrSpec, addresses: [AddrSpec], kind: OrganizationUser.Kind, role: UserRole,
    filter: FilterMethod?, login: String?, now: Int64, in db: Database
  ) throws -> UserID {
    try db.execute(
      sql: """
        INSERT INTO user (address, kind, role, filter, is_enabled, created_at, login)
          VALUES (?, ?, ?, ?, 1, ?, ?)
        """,
      arguments: [address.description, kind.rawValue, role.rawValue, filter?.rawValue, now, login])
    let id = UserID(db.lastInsertedRowID)
    try setAddresses(
      addresses.contains(address) ? addresses : [address] + addresses, of: id, in: db)
    return id
  }

  /// Replaces a user's addresses.
  static func setAddresses(_ addresses: [AddrSpec], of user: UserID, in db: Database) throws {
    try db.execute(sql: "DELETE FROM user_address WHERE user = ?", arguments: [user])
    for (position, address) in addresses.enumerated() {
      try db.execute(
        sql: "INSERT OR IGNORE INTO user_address VALUES (?, ?, ?, ?)",
        arguments: [address.comparisonKey, user, position, address.description])
    }
  }
}
