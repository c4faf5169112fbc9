import Foundation
import InternetMessage
import PostgreSQL
import System
import Tracking

/// Users, records and settings of an organization in PostgreSQL, as its administrators change them there.
///
/// Each change is a function of the schema `crm`, which asks by the login whether it may be.
struct PostgreSQLAdministration: OrganizationAdministration, MailHostAdministration,
  SharedKeeping
{
  /// Gives the connection, which is made when it is needed.
  private let connect: () throws -> PostgreSQLConnection

  /// Makes one; nobody is connected to.
  init(_ connect: @escaping () throws -> PostgreSQLConnection) {
    self.connect = connect
  }

  // MARK: Asking

  @discardableResult private func run(
    _ statement: String, _ parameters: [PostgreSQLValue] = []
  ) throws -> PostgreSQLRows {
    let connection = try connect()
    do {
      return try connection.run(statement, parameters)
    } catch {
      throw Self.directoryError(error) ?? PostgreSQLTrouble.trouble(error)
    }
  }

  /// What an error of `crm` means that says what of the directory speaks against it.
  private static func directoryError(_ error: PostgreSQLError) -> (any Error)? {
    guard case .refused("CR003", let text) = error else { return nil }
    let words = text.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false)
      .map(String.init)
    let first = words.count > 1 ? words[1] : ""
    let rest = words.dropFirst().joined(separator: " ")
    switch words[0] {
    case "address-taken": return DirectoryError.addressTaken(rest)
    case "last-administrator": return DirectoryError.lastAdministrator
    case "no-administrator-with-login": return DirectoryError.noAdministratorWithLogin
    case "is-user": return DirectoryError.isUser(rest)
    case "no-user": return DirectoryError.noUser(rest)
    case "no-record": return DirectoryError.noRecord(rest)
    case "same-record": return DirectoryError.sameRecord(rest)
    case "owns-mail": return DirectoryError.ownsMail(words.last ?? "", copies: Int(first) ?? 0)
    case "no-login": return DirectoryError.noLogin(rest)
    case "unfit-login": return DirectoryError.unfitLogin(rest)
    case "login-taken": return DirectoryError.loginTaken(rest)
    default: return nil
    }
  }

  /// The answer of `crm.directory`.
  private struct Told: Decodable {
    struct User: Decodable {
      var id: Int64
      var address: String
      var addresses: [String]
      var kind: String
      var role: String
      var filter: String?
      var isEnabled: Bool
      var login: String?

      enum CodingKeys: String, CodingKey {
        case id, address, addresses, kind, role, filter, login
        case isEnabled = "is_enabled"
      }
    }
    var policy: [String: String]
    var users: [User]
  }

  private func told() throws -> Told {
    guard let bytes = try run("SELECT crm.directory() AS told").first?.bytes("told"),
      let told = try? JSONDecoder().decode(Told.self, from: Data(bytes))
    else { throw RemoteTrouble.unknownOutcome("it does not tell its users and settings") }
    return told
  }

  // MARK: Who is there

  func policy() throws -> OrganizationPolicy { try Self.policy(told().policy) }

  private static func policy(_ told: [String: String]) throws -> OrganizationPolicy {
    var policy = OrganizationPolicy()
    for setting in PolicySetting.all {
      guard let value = told[setting.name] else { continue }
      do {
        try setting.set(value, in: &policy)
      } catch {
        throw RemoteTrouble.unable("its setting '\(setting.name)' is none that this program knows")
      }
    }
    return policy
  }

  func users() throws -> [OrganizationUser] { try told().users.compactMap(Self.user) }

  private static func user(_ told: Told.User) -> OrganizationUser? {
    guard let address = AddrSpec(told.address),
      let kind = OrganizationUser.Kind(rawValue: told.kind),
      let role = UserRole(rawValue: told.role)
    else { return nil }
    return OrganizationUser(
      id: UserID(told.id), address: address, addresses: told.addresses.compactMap { AddrSpec($0) },
      kind: kind, role: role, filter: told.filter.flatMap(FilterMethod.init(rawValue:)),
      isEnabled: told.isEnabled, login: told.login)
  }

  func user(_ address: AddrSpec) throws -> OrganizationUser? {
    try users().first { $0.addresses.contains(address) }
  }

  func users(
    among addresses: [AddrSpec], without withoutNote: (AddrSpec) -> AddrSpec?
  ) throws -> Set<AddrSpec> {
    let known = try Set(users().flatMap(\.addresses))
    return Set(
      addresses.filter { known.contains($0) || withoutNote($0).map(known.contains) ?? false })
  }

  func hasLogins() throws -> Bool { true }

  func actingUser() throws -> OrganizationUser? {
    let row = try run("SELECT kind, login, address FROM crm.me()").first
    let login = SafeText.neutralised(row?.text("login") ?? "")
    let told = row?.text("address") ?? ""
    switch row?.text("kind") ?? "none" {
    case "user":
      guard let address = AddrSpec(told) else { return nil }
      return try user(address)
    case "host":
      throw RemoteTrouble.unauthorized(
        "the login '\(login)' is a mail host, which asks and delivers for all; users and administrators "
          + "do this, each by their own login")
    case let kind: throw PostgreSQLOrganization.nobody(login, kind, SafeText.neutralised(told))
    }
  }

  // MARK: Settings

  func setPolicy(_ name: String, to value: String) throws {
    let setting = try PolicySetting.named(name)
    var policy = try policy()
    try setting.set(value, in: &policy)
    let refused = name == "refuse" ? try PostgreSQLText.json(Self.keys(policy.refused)) : nil
    try run(
      "SELECT crm.set_policy($1, $2, $3::jsonb)",
      [.text(name), .text(setting.value(in: policy)), PostgreSQLValue(refused)])
  }

  /// By what the entries of a list of refused addresses are compared.
  private static func keys(_ refused: [String]) -> [[String: String]] {
    refused.compactMap { text in
      switch AddressPattern.parse(text) {
      case .success(.address(let address)): ["kind": "address", "key": address.comparisonKey]
      case .success(.domain(let domain)): ["kind": "domain", "key": domain]
      case .success(.subdomains(let domain)): ["kind": "subdomains", "key": domain]
      default: nil
      }
    }
  }

  // MARK: Users

  /// A user as the functions take one.
  private struct Given: Encodable {
    var id: Int64?
    var address: String
    var addresses: [PostgreSQLAddress]
    var kind: String
    var role: String
    var filter: String?
    var isEnabled: Bool?
    var login: String?

    enum CodingKeys: String, CodingKey {
      case id, address, addresses, kind, role, filter, login
      case isEnabled = "is_enabled"
    }
  }

  func addUser(
    _ address: AddrSpec, addresses: [AddrSpec], kind: OrganizationUser.Kind, role: UserRole,
    filter: FilterMethod?, login: String?, now: Int64
  ) throws {
    let all = [address] + addresses.filter { $0 != address }
    let given = Given(
      address: PostgreSQLText.plain(address.description),
      addresses: all.map(PostgreSQLAddress.init),
      kind: kind.rawValue, role: role.rawValue, filter: filter?.rawValue, login: login)
    try making(login) {
      try run("SELECT crm.add_user($1::jsonb)", [.text(try PostgreSQLText.json(given))])
    }
  }

  func changeUser(_ user: OrganizationUser) throws {
    let given = Given(
      id: user.id.rawValue, address: PostgreSQLText.plain(user.address.description),
      addresses: user.addresses.map(PostgreSQLAddress.init), kind: user.kind.rawValue,
      role: user.role.rawValue, filter: user.filter?.rawValue, isEnabled: user.isEnabled,
      login: user.login)
    try making(user.login) {
      try run("SELECT crm.change_user($1::jsonb)", [.text(try PostgreSQLText.json(given))])
    }
  }

  /// Does something in which a login is bound, which is made, where it is not there and whoever is logged
  /// in may make one; without a password.
  private func making(_ login: String?, _ bind: () throws -> Void) throws {
    guard let login else { return try bind() }
    let row = try run(
      """
      SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = $1) AS is_there,
        (SELECT rolcreaterole OR rolsuper FROM pg_roles WHERE rolname = session_user) AS may
      """, [.text(login)]
    ).first
    guard row?.boolean("is_there") == false, row?.boolean("may") == true else { return try bind() }
    try run("BEGIN")
    do {
      try run("CREATE ROLE \(PostgreSQLText.identifier(login)) LOGIN")
      try bind()
      try run("COMMIT")
    } catch {
      _ = try? run("ROLLBACK")
      throw error
    }
  }

  func removeUser(_ user: OrganizationUser) throws -> Int {
    let rows = try run("SELECT crm.remove_user($1) AS count", [.integer(user.id.rawValue)])
    return Int(rows.first?.integer("count") ?? 0)
  }

  func mailHosts() throws -> [String] {
    try run("SELECT login FROM crm.host ORDER BY login").rows.compactMap { $0.text("login") }
  }

  func setMailHost(_ login: String, _ isHost: Bool) throws -> Bool {
    var isChanged = false
    try making(isHost ? login : nil) {
      isChanged =
        try run("SELECT crm.set_host($1, $2) AS done", [.text(login), .boolean(isHost)])
        .first?.boolean("done") ?? false
    }
    return isChanged
  }

  // MARK: Taking away

  func forget(_ address: AddrSpec, isDryRun: Bool) throws -> Withdrawal {
    let row = try run(
      "SELECT * FROM crm.forget($1::jsonb, $2)",
      [.text(try PostgreSQLText.json(PostgreSQLAddress(address))), .boolean(isDryRun)]
    ).first
    func count(_ name: String) -> Int { Int(row?.integer(name) ?? 0) }
    var withdrawal = Withdrawal()
    withdrawal.copies = count("copies")
    withdrawal.envelopes = count("envelopes")
    withdrawal.questions = count("questions")
    withdrawal.records = count("records")
    return withdrawal
  }

  /// So many copies are pruned at once: others wait meanwhile.
  private static let copiesAtOnce: Int64 = 2_000

  func prune(
    before time: Int64, regarding records: SearchCriterion.RecordPattern?, isDryRun: Bool
  ) throws -> Withdrawal {
    let (about, type, id): (String, String?, String?) =
      switch records {
      case nil: ("all", nil, nil)
      case .any?: ("any", nil, nil)
      case SearchCriterion.RecordPattern.none?: ("none", nil, nil)
      case .type(let type)?: ("type", type, nil)
      case .one(let record)?: ("one", record.type, record.id)
      }
    var withdrawal = Withdrawal()
    while true {
      let row = try run(
        "SELECT * FROM crm.prune($1, $2, $3, $4, $5, $6)",
        [
          .integer(time), .text(about), PostgreSQLValue(type), PostgreSQLValue(id),
          .integer(Self.copiesAtOnce), .boolean(isDryRun),
        ]
      ).first
      let copies = row?.integer("copies") ?? 0
      withdrawal.copies += Int(copies)
      withdrawal.questions += Int(row?.integer("questions") ?? 0)
      if isDryRun || copies < Self.copiesAtOnce { return withdrawal }
    }
  }

  /// So many questions are fetched at most: each has three fields that somebody wrote.
  private static let mostQuestions = 100_000

  func refusedQuestions(limit: Int) throws -> [LoggedQuestion] {
    try run(
      """
      SELECT extract(epoch FROM asked_at)::bigint AS asked, sender, recipients, subject, code
        FROM crm.question_log ORDER BY asked_at DESC, id DESC LIMIT $1
      """, [.integer(Int64(min(limit, Self.mostQuestions)))]
    ).rows.map { row in
      LoggedQuestion(
        mail: nil, askedAt: row.integer("asked") ?? 0, sender: row.text("sender"),
        recipients: row.texts("recipients") ?? [], subject: row.text("subject") ?? "",
        isAccepted: false,
        code: row.integer("code").flatMap { Int(exactly: $0) }.map(ReasonCode.init(rawValue:)))
    }
  }

  // MARK: Records

  private struct Domain: Encodable {
    let key: String
    let domain: String

    init(_ domain: String) {
      key = AddrSpec(localPart: "x", domain: domain).domainKey
      self.domain = PostgreSQLText.plain(domain)
    }
  }

  private struct Entry: Encodable {
    let type: String
    let id: String
    let owner: PostgreSQLAddress?
    let addresses: [PostgreSQLAddress]
    let domains: [Domain]
    let name: String?
    let parent: String?
    let isAddition: Bool

    enum CodingKeys: String, CodingKey {
      case type, id, owner, addresses, domains, name, parent
      case isAddition = "is_addition"
    }

    init(_ entry: RecordEntry) {
      type = entry.record.type
      id = PostgreSQLText.plain(entry.record.id)
      owner = entry.owner.map(PostgreSQLAddress.init)
      addresses = entry.addresses.map(PostgreSQLAddress.init)
      domains = entry.domains.map(Domain.init)
      name = entry.name.map(PostgreSQLText.plain)
      parent = entry.parent.map { PostgreSQLText.plain($0.description) }
      isAddition = entry.isAddition
    }
  }

  /// So many records go in one call: a file may have millions.
  private static let recordsAtOnce = 5_000

  func setRecords(_ entries: [RecordEntry], now: Int64) throws -> Int {
    guard entries.count > Self.recordsAtOnce else { return try set(entries[...]) }
    // All of them or none.
    try run("BEGIN")
    do {
      var added = 0
      var rest = entries[...]
      while !rest.isEmpty {
        added += try set(rest.prefix(Self.recordsAtOnce))
        rest = rest.dropFirst(Self.recordsAtOnce)
      }
      try run("COMMIT")
      return added
    } catch {
      _ = try? run("ROLLBACK")
      throw error
    }
  }

  private func set(_ entries: ArraySlice<RecordEntry>) throws -> Int {
    try count("SELECT crm.set_records($1::jsonb) AS count", entries.map(Entry.init))
  }

  private func count(_ statement: String, _ value: some Encodable) throws -> Int {
    let rows = try run(statement, [.text(try PostgreSQLText.json(value))])
    return Int(rows.first?.integer("count") ?? 0)
  }

  func countOfNew(_ entries: [RecordEntry]) throws -> Int {
    var count = 0
    var rest = entries[...]
    while !rest.isEmpty {
      count += try self.count(
        "SELECT crm.count_of_new($1::jsonb) AS count",
        rest.prefix(Self.recordsAtOnce).map(Entry.init))
      rest = rest.dropFirst(Self.recordsAtOnce)
    }
    return count
  }

  private func count(
    _ function: String, _ old: RecordReference, _ new: RecordReference
  ) throws -> Int {
    let rows = try run(
      "SELECT crm.\(function)($1, $2, $3, $4) AS count",
      [.text(old.type), .text(old.id), .text(new.type), .text(new.id)])
    return Int(rows.first?.integer("count") ?? 0)
  }

  func mergeRecord(_ old: RecordReference, into new: RecordReference) throws -> Int {
    try count("merge_record", old, new)
  }

  func convertRecord(_ old: RecordReference, to new: RecordReference) throws -> Int {
    try count("convert_record", old, new)
  }

  /// A change, in which what is not told stands nowhere and what is to go is null.
  private struct Change: Encodable {
    let change: RecordChange

    enum CodingKeys: String, CodingKey {
      case owner, name, parent
      case addedAddresses = "added_addresses"
      case removedKeys = "removed_keys"
      case addedDomains = "added_domains"
      case removedDomainKeys = "removed_domain_keys"
    }

    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      if let owner = change.owner {
        try container.encode(owner.map(PostgreSQLAddress.init), forKey: .owner)
      }
      if let name = change.name {
        try container.encode(name.map(PostgreSQLText.plain), forKey: .name)
      }
      if let parent = change.parent {
        try container.encode(
          parent.map { PostgreSQLText.plain($0.description) }, forKey: .parent)
      }
      try container.encode(
        change.addedAddresses.map(PostgreSQLAddress.init), forKey: .addedAddresses)
      try container.encode(
        change.removedAddresses.map { PostgreSQLText.plain($0.comparisonKey) },
        forKey: .removedKeys)
      try container.encode(change.addedDomains.map(Domain.init), forKey: .addedDomains)
      try container.encode(
        change.removedDomains.map { Domain($0).key }, forKey: .removedDomainKeys)
    }
  }

  func changeRecord(_ record: RecordReference, _ change: RecordChange) throws {
    try run(
      "SELECT crm.change_record($1, $2, $3::jsonb)",
      [
        .text(record.type), .text(record.id),
        .text(try PostgreSQLText.json(Change(change: change))),
      ])
  }

  func firstRecord(of candidates: [RecordReference]) throws -> RecordReference? {
    let told = candidates.map { ["type": $0.type, "id": PostgreSQLText.plain($0.id)] }
    let place = try run(
      "SELECT crm.first_record($1::jsonb) AS place", [.text(try PostgreSQLText.json(told))]
    ).first?.integer("place")
    return place.flatMap {
      (1...Int64(candidates.count)).contains($0) ? candidates[Int($0) - 1] : nil
    }
  }

  func renameRecords(_ pairs: [(old: RecordReference, new: RecordReference)]) throws {
    let told = pairs.filter { $0.old.type == $0.new.type }
      .map { ["type": $0.old.type, "old": $0.old.id, "new": $0.new.id] }
    guard !told.isEmpty else { return }
    try run("SELECT crm.rename_records($1::jsonb)", [.text(try PostgreSQLText.json(told))])
  }

  func setCompanies(_ companies: [(record: RecordReference, company: String)]) throws {
    let told = companies.map {
      ["type": $0.record.type, "id": $0.record.id, "company": PostgreSQLText.plain($0.company)]
    }
    guard !told.isEmpty else { return }
    try run("SELECT crm.set_companies($1::jsonb)", [.text(try PostgreSQLText.json(told))])
  }

  func companies() throws -> [String] {
    try run("SELECT * FROM crm.companies() AS company").rows.compactMap { $0.text("company") }
  }

  func settleCompanies(_ pairs: [(company: String, account: RecordReference)]) throws {
    let told = pairs.map { ["company": $0.company, "account": $0.account.description] }
    guard !told.isEmpty else { return }
    try run("SELECT crm.settle_companies($1::jsonb)", [.text(try PostgreSQLText.json(told))])
  }

  func removeRecord(_ record: RecordReference) throws -> Int? {
    try run("SELECT crm.remove_record($1, $2) AS count", [.text(record.type), .text(record.id)])
      .first?.integer("count").map { Int($0) }
  }

  private struct ToldRecord: Decodable {
    var owner: String?
    var name: String?
    var parent: String?
    var addresses: [String]
    var domains: [String]
  }

  func records(type: String?, limit: Int) throws -> [RecordEntry] {
    var found: [RecordEntry] = []
    var last: (type: String, id: String)?
    while found.count < limit {
      let wanted = min(Self.recordsAtOnce, limit - found.count)
      let rows = try run(
        "SELECT * FROM crm.records($1, $2, $3, $4)",
        [
          PostgreSQLValue(type), PostgreSQLValue(last?.type), PostgreSQLValue(last?.id),
          .integer(Int64(wanted)),
        ])
      for row in rows.rows {
        guard let type = row.text("type"), let id = row.text("record_id"),
          let bytes = row.bytes("entry"),
          let told = try? JSONDecoder().decode(ToldRecord.self, from: Data(bytes))
        else { throw RemoteTrouble.unknownOutcome("it told something else than its records") }
        last = (type, id)
        found.append(
          RecordEntry(
            record: RecordReference(type: type, id: id), owner: told.owner.flatMap { AddrSpec($0) },
            addresses: told.addresses.compactMap { AddrSpec($0) }, domains: told.domains,
            name: told.name, parent: told.parent.flatMap { RecordReference($0) }))
      }
      guard rows.rows.count == wanted else { break }
    }
    return found
  }

  func unresolvedAddresses(limit: Int) throws -> [UnresolvedAddress] {
    let rows = try run("SELECT * FROM crm.outsiders()").rows
    let all = rows.compactMap { row -> UnresolvedAddress? in
      guard let address = row.text("address").flatMap({ AddrSpec($0) }) else { return nil }
      let first = PostgreSQLReply.time(row.integer("first_sent") ?? 0)
      let last = PostgreSQLReply.time(row.integer("last_sent") ?? 0)
      return UnresolvedAddress(
        address: address, copies: Int(row.integer("copies") ?? 0), name: row.text("name"),
        sent: first...max(first, last))
    }
    var found: [UnresolvedAddress] = []
    var rest = all[...]
    while found.count < limit, !rest.isEmpty {
      // Some have a record by another spelling or by their company.
      let asked = Array(rest.prefix(500))
      rest = rest.dropFirst(500)
      let told = try PostgreSQLText.json(asked.map { PostgreSQLAddress($0.address) })
      let places = try run("SELECT * FROM crm.without_record($1::jsonb) AS place", [.text(told)])
      found += places.rows.compactMap { row in
        row.integer("place").flatMap {
          (1...Int64(asked.count)).contains($0) ? asked[Int($0) - 1] : nil
        }
      }
    }
    return Array(found.prefix(limit))
  }
}
