import GRDB
import InternetMessage
import Tracking

/// The users and records of a store.
struct StoreDirectory: Directory {
  let db: Database
  var cache: StoreCache?

  func users(havingAddress address: AddrSpec) throws -> [OrganizationUser] {
    if let cache {
      let users: [String: [OrganizationUser]]
      if let known = cache.users {
        users = known
      } else {
        users = try allUsers()
        cache.users = users
      }
      return Self.first(of: address.storedKeys) { users[$0] ?? [] }
    }
    let ids = try Self.first(of: address.storedKeys) { key in
      var ids: [UserID] = []
      try db.forEachRow("SELECT user FROM user_address WHERE address_key = ? ORDER BY user") {
        $0.add(key)
      } _: { row in
        ids.append(UserID(row.integer(0)))
        return true
      }
      return ids
    }
    return try ids.compactMap { try StoredUser.user($0, in: db) }
  }

  /// What is found under the first of some keys that has anything.
  private static func first<Found>(
    of keys: [String], _ find: (String) throws -> [Found]
  ) rethrows -> [Found] {
    for key in keys {
      let found = try find(key)
      if !found.isEmpty { return found }
    }
    return []
  }

  /// Whether a user has an address.
  func isUser(_ address: AddrSpec) throws -> Bool {
    if cache != nil { return try !users(havingAddress: address).isEmpty }
    return try address.storedKeys.contains { key in
      try db.findsAny("SELECT 1 FROM user_address WHERE address_key = ?") { $0.add(key) }
    }
  }

  private func allUsers() throws -> [String: [OrganizationUser]] {
    var users: [String: [OrganizationUser]] = [:]
    let rows = try Row.fetchAll(
      db, sql: "SELECT address_key, user FROM user_address ORDER BY address_key, user")
    for row in rows {
      guard let user = try StoredUser.user(row[1], in: db) else { continue }
      users[row[0], default: []].append(user)
    }
    return users
  }

  func records(matching address: AddrSpec, limit: Int) throws -> [RecordMatch] {
    guard let cache else { return try findRecords(matching: address, limit: limit) }
    let hasRecords =
      try cache.hasRecords
      ?? (Int.fetchOne(db, sql: "SELECT 1 FROM record LIMIT 1") != nil)
    cache.hasRecords = hasRecords
    guard hasRecords else { return [] }
    // One more than anybody asks for.
    let most = PartyResolution.maxRecords + 1
    let key = address.comparisonKey
    if let known = cache.matches(key) { return Array(known.prefix(limit)) }
    let matches = try findRecords(matching: address, limit: max(most, limit))
    cache.setMatches(matches, for: key)
    return Array(matches.prefix(limit))
  }

  /// The keys of the mailboxes of some keys that have a note in them.
  private static func mailboxes(_ keys: [String]) -> [String] {
    keys.map { MailboxAlias.mailbox(ofComparisonKey: $0) }.filter { !keys.contains($0) }
  }

  private func findRecords(matching address: AddrSpec, limit: Int) throws -> [RecordMatch] {
    var matches: [RecordMatch] = []
    func add(_ keys: [String]) throws {
      for key in keys {
        let found = try records(
          """
          SELECT record.id, type, record_id, owner, parent FROM record_address
            JOIN record ON record.id = record_address.record
            WHERE address_key = ? ORDER BY record.id LIMIT ?
          """, key: key, limit: limit, basis: .address)
        matches += found.filter { one in !matches.contains { $0.id == one.id } }
      }
    }
    try add(address.storedKeys)
    // Where no record has the address with its note, the mailbox is meant.
    if matches.isEmpty { try add(Self.mailboxes(address.storedKeys)) }
    if matches.count < limit, let alias = MailboxAlias.key(of: address) {
      let others = try records(
        """
        SELECT DISTINCT record.id, type, record_id, owner, parent FROM record_address
          JOIN record ON record.id = record_address.record
          WHERE alias_key = ? ORDER BY record.id LIMIT ?
        """, key: alias, limit: limit, basis: .address)
      let known = Set(matches.map(\.id))
      matches += others.filter { !known.contains($0.id) }.prefix(limit - matches.count)
    }
    for key in address.domainKeys {
      var domain = Substring(key)
      while matches.count < limit, domain.utf8.contains(UInt8(ascii: ".")),
        !PublicMailDomains.contains(String(domain))
      {
        matches += try records(
          """
          SELECT record.id, type, record_id, owner, parent FROM record_domain
            JOIN record ON record.id = record_domain.record
            WHERE domain_key = ? ORDER BY record.id LIMIT ?
          """, key: String(domain), limit: limit - matches.count, basis: .domain)
        guard let dot = domain.firstIndex(of: ".") else { break }
        domain = domain[domain.index(after: dot)...]
      }
    }
    return matches
  }

  private func records(
    _ sql: String, key: String, limit: Int, basis: RecordMatch.Basis
  ) throws -> [RecordMatch] {
    var matches: [RecordMatch] = []
    try db.forEachRow(sql) {
      $0.add(key)
      $0.add(limit)
    } _: { row in
      guard let type = row.text(1), let id = row.text(2) else { return true }
      let owner = row.text(3) == nil ? nil : UserID(row.integer(3))
      matches.append(
        RecordMatch(
          id: RecordID(row.integer(0)), record: RecordReference(type: type, id: id), owner: owner,
          basis: basis, parent: row.text(4).flatMap { RecordReference($0) }))
      return true
    }
    return matches
  }
}
