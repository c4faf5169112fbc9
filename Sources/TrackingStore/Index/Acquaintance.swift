import GRDB
import InternetMessage
import Tracking

/// Whether somebody from outside is known to a conversation: the one place where that is decided, for
/// ids, tokens, late parents and siblings.
struct Acquaintance {
  let db: Database
  /// Who counts as known; `off` knows everybody and is not to be asked.
  let known: KnownParticipant
  /// What is known of records.
  var cache: StoreCache?

  // Those whom a message names first are enough; more make no reply likelier.
  private static let maxAddresses = 200
  /// So many of those who take part in a conversation are looked at.
  private static let maxParticipants = 1_000

  /// How a conversation knows one of some addresses; `nil` where all of them are strangers.
  ///
  /// - Throws: `DatabaseError`; `StoreError`.
  func basis(
    of addresses: [AddrSpec], in conversation: ConversationID
  ) throws -> KnownParticipant.Basis? {
    let addresses = addresses.prefix(Self.maxAddresses)
    let stored = addresses.flatMap(\.storedKeys)
    for key in stored {
      let isThere = try db.findsAny(
        "SELECT 1 FROM conversation_participant WHERE conversation = ? AND address_key = ?"
      ) {
        $0.add(conversation)
        $0.add(key)
      }
      if isThere { return .address }
    }
    let mailboxes = Set(stored.map { MailboxAlias.mailbox(ofComparisonKey: $0) })
    var keys: [String] = []
    try db.forEachRow(Self.participants) {
      $0.add(conversation)
    } _: { row in
      keys.append(row.text(0) ?? "")
      return true
    }
    if keys.contains(where: { mailboxes.contains(MailboxAlias.mailbox(ofComparisonKey: $0)) }) {
      return .address
    }
    guard known == .company else { return nil }
    let domains = Set(addresses.map(\.domainKey).filter(Self.isCompanys))
    if !domains.isEmpty, keys.contains(where: { domains.contains(Self.domainKey($0)) }) {
      return .domain
    }
    return try recordBasis(of: addresses, among: keys)
  }

  private static let participants = """
    SELECT address_key FROM conversation_participant WHERE conversation = ? LIMIT \(maxParticipants)
    """

  private func recordBasis(
    of addresses: ArraySlice<AddrSpec>, among present: [String]
  ) throws -> KnownParticipant.Basis? {
    let directory = StoreDirectory(db: db, cache: cache)
    func matches(_ address: AddrSpec) throws -> [RecordMatch] {
      let matches = try directory.records(
        matching: address, limit: PartyResolution.maxRecords + 1)
      return matches.count > PartyResolution.maxRecords ? [] : matches
    }
    let mine = try addresses.flatMap(matches)
    guard !mine.isEmpty else { return nil }
    let records = Set(mine.map(\.id))
    let accounts = Set(mine.compactMap(\.account))
    var isAccounts = false
    for address in present.lazy.compactMap(Self.address) {
      for match in try matches(address) {
        if records.contains(match.id) { return .record }
        if let account = match.account, accounts.contains(account) { isAccounts = true }
      }
    }
    return isAccounts ? .account : nil
  }

  /// Whether those who have addresses of a domain work for one company.
  private static func isCompanys(_ domain: String) -> Bool {
    domain.utf8.contains(UInt8(ascii: ".")) && domain.utf8.first != UInt8(ascii: "[")
      && !PublicMailDomains.contains(domain)
  }

  private static func address(_ key: String) -> AddrSpec? {
    key.utf8.lastIndex(of: UInt8(ascii: "@")).map {
      AddrSpec(localPart: String(key[..<$0]), domain: String(key[key.utf8.index(after: $0)...]))
    }
  }

  /// The domain of an address that is in the form in which addresses are compared; empty where there is
  /// none.
  private static func domainKey(_ key: String) -> String {
    guard let at = key.utf8.lastIndex(of: UInt8(ascii: "@")) else { return "" }
    let domain = key[key.utf8.index(after: at)...]
    // What is not ASCII was written by a version, or on a system, that compares it otherwise.
    return domain.utf8.allSatisfy({ $0 < 0x80 })
      ? String(domain) : DomainName.comparisonKey(String(domain))
  }
}

extension RecordMatch {
  /// The account that a record is or belongs to.
  ///
  /// That of an account is itself: two subsidiaries are two customers.
  fileprivate var account: RecordReference? { record.type == "account" ? record : parent }
}
