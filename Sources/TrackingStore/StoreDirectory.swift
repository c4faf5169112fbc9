import GRDB
import InternetMessage
import Tracking

/// The users and records of a store.
struct StoreDirectory: Directory {
  let db: Database

  func users(havingAddress address: AddrSpec) throws -> [OrganizationUser] {
    let ids = try Int64.fetchAll(
      db.cachedStatement(sql: "SELECT user FROM user_address WHERE address_key = ? ORDER BY user"),
      arguments: [address.comparisonKey])
    return try ids.compactMap { try StoredUser.user($0, in: db) }
  }

  func records(matching address: AddrSpec, limit: Int) throws -> [RecordMatch] {
    var matches = try records(
      """
      SELECT record.id, type, record_id, owner FROM record_address
        JOIN record ON record.id = record_address.record
        WHERE address_key = ? ORDER BY record.id LIMIT ?
      """, key: address.comparisonKey, limit: limit, basis: .address)
    var domain = Substring(address.domainKey)
    while matches.count < limit, domain.contains("."), !PublicMailDomains.contains(String(domain)) {
      matches += try records(
        """
        SELECT record.id, type, record_id, owner FROM record_domain
          JOIN record ON record.id = record_domain.record
          WHERE domain_key = ? ORDER BY record.id LIMIT ?
        """, key: String(domain), limit: limit - matches.count, basis: .domain)
      guard let dot = domain.firstIndex(of: ".") else { break }
      domain = domain[domain.index(after: dot)...]
    }
    return matches
  }

  private func records(
    _ sql: String, key: String, limit: Int, basis: RecordMatch.Basis
  ) throws -> [RecordMatch] {
    try Row.fetchAll(db.cachedStatement(sql: sql), arguments: [key, limit]).map { row in
      RecordMatch(
        id: row[0], record: RecordReference(type: row[1], id: row[2]), owner: row[3], basis: basis)
    }
  }
}
