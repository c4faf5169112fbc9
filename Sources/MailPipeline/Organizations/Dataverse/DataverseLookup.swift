import InternetMessage
import Tracking

/// Looks up in a Dataverse organization who has addresses, and what became of e-mails.
struct DataverseLookup {
  /// What is known so far.
  var directory = DataverseDirectory()
  /// The e-mails that messages answer, by their ids; those that are not there have no entry.
  private(set) var answered: [String: Answered] = [:]
  private var askedAnswered: Set<String> = []
  /// Tables that cannot be read.
  var unreadable: Set<String> = []
  /// The organization's settings.
  var settings = DataverseSettings()

  /// An e-mail there.
  struct Answered {
    /// The user who owns it.
    var owner: String?
    /// The record that it regards.
    var regarding: RecordReference?
  }

  /// An e-mail there of a Message-ID.
  struct Known {
    /// Its id.
    var id: String
    /// Which way it went.
    var direction: Direction
  }

  /// So many addresses of a message are looked up: each costs requests, of which the service takes but
  /// so many in five minutes (api-limits), and how many stand in a message is for strangers to say.
  static let maxAddresses = 300
  /// So many addresses are asked for at once.
  private static let groupSize = 10
  /// So many users, e-mails or queues of one address are looked at.
  private static let most = PartyResolution.maxRecords + 1
  /// Has the answer say of which table the row is to which a column leads.
  static let annotations = DataverseRequest.Field(
    "Prefer", "odata.include-annotations=\"Microsoft.Dynamics.CRM.lookuplogicalname\"")

  /// A request for rows of one table.
  private struct Search {
    var table: String
    var addresses: [AddrSpec]
    var request: DataverseRequest
  }

  private static let userColumns =
    "systemuserid,internalemailaddress,isdisabled,emailrouteraccessapproval"
  private static let queueColumns =
    "queueid,emailaddress,incomingemailfilteringmethod,emailrouteraccessapproval,statecode,"
    + "_ownerid_value"

  /// Looks up what is not known yet.
  ///
  /// - Parameters:
  ///   - addresses: Whoever has these.
  ///   - answers: The ids of e-mails that messages answer.
  ///   - client: By whom.
  /// - Throws: `RemoteTrouble`.
  mutating func resolve(
    _ addresses: [AddrSpec], answers: [String], by client: DataverseClient
  ) throws(RemoteTrouble) {
    let unknown = directory.unknown(addresses)
    var seen: Set<String> = []
    let emails = answers.filter {
      ODataText.isID($0) && !askedAnswered.contains($0) && seen.insert($0).inserted
    }
    guard !unknown.isEmpty || !emails.isEmpty else { return }
    var searches: [Search] = []
    var start = 0
    while start < unknown.count {
      let group = Array(unknown[start..<min(start + Self.groupSize, unknown.count)])
      searches += self.searches(for: group)
      start += Self.groupSize
    }
    let requests =
      searches.map(\.request)
      + emails.map {
        var request = DataverseRequest(
          .get, "emails(\($0))?$select=_ownerid_value,_regardingobjectid_value",
          fields: [Self.annotations])
        request.about = .answered($0)
        return request
      }
    let found = try client.answers(to: requests)
    var again: [Search] = []
    for (search, answer) in zip(searches, found) {
      if try !take(answer, of: search, client), search.addresses.count > 1 {
        again += search.addresses.flatMap { self.searches(for: [$0], in: search.table) }
      }
    }
    for (search, answer) in zip(again, try client.answers(to: again.map(\.request))) {
      _ = try take(answer, of: search, client)
    }
    for (id, answer) in zip(emails, found[searches.count...]) {
      askedAnswered.insert(id)
      guard answer.isSuccess else { continue }
      let row = try answer.decoded(DataverseRow.self)
      answered[id] = Answered(
        owner: row.id("_ownerid_value"), regarding: row.record("_regardingobjectid_value"))
    }
    directory.note(unknown)
    try resolveFilters(of: unknown, by: client)
  }

  private func searches(for group: [AddrSpec], in only: String? = nil) -> [Search] {
    func filter(_ columns: [String]) -> String {
      group.flatMap { address in
        columns.map { "\($0)%20eq%20\(ODataText.literal(ODataText.storable(address.description)))" }
      }.joined(separator: "%20or%20")
    }
    let limit = group.count == 1 ? "&$top=\(Self.most)" : ""
    func search(
      _ table: String, _ set: String, _ columns: String, _ filtered: [String]
    ) -> Search {
      var request = DataverseRequest(
        .get, "\(set)?$select=\(columns)&$filter=\(filter(filtered))&$orderby=createdon\(limit)",
        fields: table == "queue" ? [Self.annotations] : [])
      request.about = .addresses(group)
      return Search(table: table, addresses: group, request: request)
    }
    let mails = ["emailaddress1", "emailaddress2", "emailaddress3"]
    let all =
      [
        search("systemuser", "systemusers", Self.userColumns, ["internalemailaddress"]),
        search("queue", "queues", Self.queueColumns, ["emailaddress"]),
      ]
      + DataverseTables.ofRecords.map { table in
        search(
          table.table, table.set, "\(table.key),_ownerid_value," + mails.joined(separator: ","),
          mails)
      }
    return all.filter {
      !unreadable.contains($0.table) && (only == nil || only == $0.table)
    }
  }

  /// Takes what a search found; false where the addresses are to be asked for one by one.
  private mutating func take(
    _ answer: DataverseAnswer, of search: Search, _ client: DataverseClient
  ) throws(RemoteTrouble) -> Bool {
    guard answer.isSuccess else {
      let failure = DataverseFailure(answer)
      switch failure.status {
      case 403, 404:
        // Who may not read a table, or has none of the kind, finds nobody in it.
        guard search.table != "systemuser" else { throw client.trouble(answer) }
        unreadable.insert(search.table)
        return true
      case 400:
        // An address that cannot be asked for is nobody's.
        return false
      default: throw client.trouble(answer)
      }
    }
    let page = try answer.decoded(DataversePage.self)
    if page.next != nil, search.addresses.count > 1 { return false }
    for row in page.rows { add(row, of: search) }
    return true
  }

  private mutating func add(_ row: DataverseRow, of search: Search) {
    func isApproved(_ isRequired: Bool) -> Bool {
      !isRequired || row.integer("emailrouteraccessapproval") == 1
    }
    func addresses(_ columns: String...) -> [AddrSpec] {
      let keys = Set(
        columns.compactMap { row.text($0).flatMap { AddrSpec($0)?.comparisonKey } })
      return search.addresses.filter { keys.contains($0.comparisonKey) }
    }
    switch search.table {
    case "systemuser":
      guard let id = row.id("systemuserid") else { return }
      for address in addresses("internalemailaddress") {
        directory.add(
          .init(table: "systemuser", id: id, owner: id), as: .user, address: address, filter: nil,
          isEnabled: row.boolean("isdisabled") != true
            && isApproved(settings.requiresApprovedUsers))
      }
    case "queue":
      guard let id = row.id("queueid") else { return }
      // A team may own it; e-mails are given to users alone.
      let isTeams = row.record("_ownerid_value").map { $0.type != "systemuser" } ?? false
      for address in addresses("emailaddress") {
        directory.add(
          .init(table: "queue", id: id, owner: isTeams ? nil : row.id("_ownerid_value")),
          as: .queue, address: address,
          filter: row.integer("incomingemailfilteringmethod").flatMap(FilterMethod.init(code:))
            ?? .all,
          isEnabled: row.integer("statecode") != 1
            && isApproved(settings.requiresApprovedQueues))
      }
    default:
      guard
        let table = DataverseTables.ofRecords.first(where: { $0.table == search.table }),
        let id = row.id(table.key)
      else { return }
      for address in addresses("emailaddress1", "emailaddress2", "emailaddress3") {
        directory.add(
          .init(table: search.table, id: id, owner: row.id("_ownerid_value")), address: address)
      }
    }
  }

  /// Asks for the filters of users that were found (entity `usersettings`).
  private mutating func resolveFilters(
    of addresses: [AddrSpec], by client: DataverseClient
  ) throws(RemoteTrouble) {
    guard !unreadable.contains("usersettings") else { return }
    var users: [String] = []
    var found: [AddrSpec] = []
    for address in addresses {
      for user in directory.users(havingAddress: address) where user.kind == .user {
        guard let id = directory.party(of: user.id)?.id, !directory.hasFilter(of: id),
          !users.contains(id)
        else { continue }
        users.append(id)
        found.append(address)
      }
    }
    let requests = zip(users, found).map { user, address in
      var request = DataverseRequest(
        .get, "usersettingscollection(\(user))?$select=incomingemailfilteringmethod")
      request.about = .addresses([address])
      return request
    }
    for (user, answer) in zip(users, try client.answers(to: requests)) {
      guard answer.isSuccess else {
        if answer.status == 403 { unreadable.insert("usersettings") }
        continue
      }
      let row = try answer.decoded(DataverseRow.self)
      if let filter = row.integer("incomingemailfilteringmethod")
        .flatMap(FilterMethod.init(code:))
      {
        directory.setFilter(filter, of: user)
      }
    }
  }

  /// The e-mails of some Message-IDs, whoever made them.
  ///
  /// - Parameters:
  ///   - ids: The ids, and what the request is about.
  ///   - client: By whom.
  /// - Returns: For each id what is there of it.
  /// - Throws: `RemoteTrouble`.
  func emails(
    of ids: [(id: MessageID?, about: DataverseRequest.About)], by client: DataverseClient
  ) throws(RemoteTrouble) -> [[Known]] {
    var places: [Int] = []
    var requests: [DataverseRequest] = []
    for (place, wanted) in ids.enumerated() {
      guard let id = wanted.id, let stored = DataverseCheck.storedMessageID(id) else { continue }
      places.append(place)
      // As the service writes it, and as some importers do.
      let filter = [stored, ODataText.storable(id.value)].map {
        "messageid%20eq%20\(ODataText.literal($0))"
      }.joined(separator: "%20or%20")
      var request = DataverseRequest(
        .get, "emails?$select=activityid,directioncode&$filter=\(filter)&$top=10")
      request.about = wanted.about
      requests.append(request)
    }
    var found = Array(repeating: [Known](), count: ids.count)
    for (place, answer) in zip(places, try client.answers(to: requests)) {
      guard answer.isSuccess else { throw client.trouble(answer) }
      found[place] = try answer.decoded(DataversePage.self).rows.compactMap { row in
        guard let id = row.id("activityid") else { return nil }
        return Known(
          id: id, direction: row.boolean("directioncode") == true ? .outgoing : .incoming)
      }
    }
    return found
  }

  /// Forgets who has some addresses: it is no longer so.
  mutating func forget() {
    let unreadable = unreadable
    let settings = settings
    self = DataverseLookup()
    self.unreadable = unreadable
    self.settings = settings
  }
}
