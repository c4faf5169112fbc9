import InternetMessage
import RecordFiles
import Tracking
import TrackingStore

/// What the rows of a table say of records: which column is used for what, and of what it is.
struct RecordTable {
  /// Our own columns, and no others: what they say is taken as it stands.
  private static let ownHeadings: Set<String> = [
    "type", "id", "name", "owner", "parent", "address", "domain",
  ]

  private let path: String
  private let options: RecordFileOptions
  private let headings: [String]
  /// Whether it has our own columns.
  let isOwn: Bool
  /// The line of the headings.
  let headingLine: Int
  private var columns: [ColumnRole: [Int]] = [:]
  /// The type of all rows, where one is told.
  private var type: String?

  /// Settles what the columns of a table are.
  ///
  /// - Throws: `CommandError` where that cannot be told.
  init(_ heading: TableHeading, path: String, options: RecordFileOptions) throws {
    self.path = path
    self.options = options
    headings = heading.columns.map(\.heading)
    headingLine = heading.line
    let keys = heading.columns.map { TableHeading.key(of: $0.heading) }
    let named = Set(keys.filter { !$0.isEmpty })
    isOwn =
      named.contains("type")
      && (named.isSubset(of: Self.ownHeadings)
        || named.contains("id") && (named.contains("address") || named.contains("domain")))
    try collect(heading, keys)
    if let other = Self.other(heading), options.type == nil, columns[.type] == nil {
      throw CommandError(
        .data,
        "\(path): these are \(other); export the people, companies or leads instead, "
          + "or say what they are: --type contact")
    }
    settleNames()
    settleID(heading)
    if !columns.keys.contains(.type), !columns.keys.contains(.isCompany) || options.type != nil {
      type = try options.type ?? told(by: heading)
    }
    try requireAddresses()
  }

  // MARK: Columns

  private mutating func collect(_ heading: TableHeading, _ keys: [String]) throws {
    for (number, column) in heading.columns.enumerated() {
      var role = column.name.role
      if isOwn {
        let own = Self.ownHeadings.contains(keys[number]) ? keys[number] : ""
        role = own == "parent" ? .parentID : ColumnRole(rawValue: own)
      } else if role == .type {
        // Every table has a Type; only ours are types of records.
        role = nil
      } else if keys[number] == "address", Self.areAddresses(heading.samples, number) {
        role = .address
      } else if role == .id || role == .name, column.name.subject == .account,
        heading.columns.contains(where: {
          $0.name.subject == .contact && ($0.name.role == .id || $0.name.role == .name)
        })
      {
        role = role == .id ? .accountID : .company
      }
      if let role { columns[role, default: []].append(number) }
    }
    for (text, field) in options.columns {
      let key = TableHeading.key(of: text)
      let exact = headings.indices.filter { headings[$0] == text }
      let found = exact.isEmpty ? keys.indices.filter { keys[$0] == key } : exact
      guard !found.isEmpty else {
        throw CommandError(
          .usage,
          "--map: no column '\(text)' in \(path)"
            + Suggestion.hint(for: text, among: headings.filter { !$0.isEmpty }))
      }
      take(found, as: field)
    }
  }

  private mutating func take(_ numbers: [Int], as field: MappedField) {
    for role in columns.keys { columns[role]?.removeAll { numbers.contains($0) } }
    columns = columns.filter { !$0.value.isEmpty }
    guard let role = field.role else { return }
    // What is said goes before what was found; addresses come to the others.
    switch field {
    case .address, .domain: columns[role, default: []] += numbers
    case .parent:
      for other in [ColumnRole.accountID, .accountIDs, .company, .parentName] {
        columns[other] = nil
      }
      columns[role] = numbers
    case .name:
      for other in [ColumnRole.firstName, .middleName, .lastName, .completeName] {
        columns[other] = nil
      }
      columns[role] = numbers
    default: columns[role] = numbers
    }
  }

  private static func other(_ heading: TableHeading) -> String? {
    for column in heading.columns {
      if case .other(let name)? = column.name.subject { return name }
    }
    return nil
  }

  private static func areAddresses(_ samples: [[String]], _ column: Int) -> Bool {
    let cells = samples.map { $0.indices.contains(column) ? $0[column] : "" }.filter { !$0.isEmpty }
    return !cells.isEmpty && cells.allSatisfy { !AddressCell($0).addresses.isEmpty }
  }

  /// Of two columns of the same heading, as in French (`Nom`), the one after the first name is the last
  /// name.
  private mutating func settleNames() {
    guard let first = columns[.firstName]?.first, columns[.lastName] == nil,
      let names = columns[.name], names.count > 1,
      let last = names.first(where: { $0 > first })
    else { return }
    columns[.lastName] = [last]
    columns[.name] = names.filter { $0 != last }
  }

  private mutating func settleID(_ heading: TableHeading) {
    if columns[.id] == nil, let first = heading.columns.first, first.heading.hasPrefix("("),
      first.heading.contains(")"), columns.values.allSatisfy({ !$0.contains(0) })
    {
      // What Dynamics calls it in a language that we do not know.
      let cells = heading.samples.compactMap(\.first)
      if !cells.isEmpty, cells.allSatisfy(RecordID.isGUID) { columns[.id] = [0] }
    }
    guard columns[.id] == nil else {
      columns[.contactID] = nil
      columns[.leadID] = nil
      return
    }
    for role in [ColumnRole.leadID, .contactID, .accountID] {
      guard let numbers = columns[role] else { continue }
      columns[.id] = numbers
      columns[role] = nil
      columns[.contactID] = nil
      return
    }
  }

  /// Without addresses nobody would be known.
  private func requireAddresses() throws {
    guard !isOwn, type != nil, type != "account", columns[.address] == nil, columns[.domain] == nil
    else { return }
    throw CommandError(
      .data,
      "\(path):\(headingLine): no heading that we know is of e-mail addresses; export with them, or "
        + "name the column: --map COLUMN=address")
  }

  /// Of what the table is.
  private func told(by heading: TableHeading) throws -> String? {
    let subjects = heading.columns.map(\.name.subject)
    func has(_ roles: ColumnRole...) -> Bool { roles.contains { columns[$0] != nil } }
    if let id = columns[.id]?.first {
      if let type = heading.columns[id].name.subject?.type { return type }
      if case .leadID? = heading.columns[id].name.role { return "lead" }
      if case .accountID? = heading.columns[id].name.role,
        !has(.firstName, .lastName)
      {
        return "account"
      }
    }
    if subjects.contains(.lead) { return "lead" }
    if has(.isPerson) { return nil }
    if has(.firstName, .lastName) { return "contact" }
    if has(.parentID, .parentName) || subjects.contains(.account) { return "account" }
    if subjects.contains(.contact) { return "contact" }
    let file = path.split(separator: "/").last?.lowercased() ?? ""
    for (word, type) in Self.fileNames where file.contains(word) { return type }
    if has(.company), !has(.name, .completeName) { return "account" }
    if has(.website, .domain), has(.name, .company), !has(.accountID, .accountIDs),
      !has(.name) || !has(.company)
    {
      return "account"
    }
    let ids = heading.samples.compactMap { row in
      columns[.id]?.first.flatMap { row.indices.contains($0) ? row[$0] : nil }
    }
    if ids.contains(where: { RecordID.salesforceType($0) != nil }) { return nil }
    if has(.address, .accountID, .company) { return "contact" }
    throw CommandError(
      .data,
      "\(path):\(heading.line): of what these records are is not told by any heading that we know; "
        + "say it with --type contact, or name columns with --map"
        + hint(among: Array(Self.ownHeadings).sorted()))
  }

  private func hint(among words: [String]) -> String {
    for heading in headings where !words.contains(heading.lowercased()) {
      let hint = Suggestion.hint(for: heading.lowercased(), among: words)
      if !hint.isEmpty { return hint }
    }
    return ""
  }

  private static let fileNames = [
    ("contact", "contact"), ("kontakt", "contact"), ("people", "contact"), ("person", "contact"),
    ("account", "account"), ("compan", "account"), ("organi", "account"), ("firmen", "account"),
    ("lead", "lead"),
  ]

  /// Which column is used for what, a line each, and which for nothing.
  var description: [String] {
    guard !isOwn || !options.columns.isEmpty else { return [] }
    func names(_ roles: [ColumnRole]) -> String {
      roles.flatMap { columns[$0] ?? [] }.map {
        headings[$0].isEmpty ? "column \($0 + 1)" : headings[$0]
      }
      .joined(separator: ", ")
    }
    var lines: [String] = []
    let used: [(String, [ColumnRole])] = [
      ("type", [.type, .isCompany, .isPerson]), ("id", [.id, .personID]),
      ("name", nameRoles), ("address", [.address]), ("domain", [.domain, .website]),
      ("parent", parentRoles), ("owner", columns[.owner] == nil ? [.ownerID] : [.owner]),
      ("left out by", [.isDeleted, .isConverted, .convertedTo, .privacy]),
    ]
    for (label, roles) in used where !names(roles).isEmpty {
      lines.append("  \(label): \(names(roles))")
    }
    if columns[.id] == nil {
      lines.append("  id: ours, made of the first address and the name" + proposal)
    }
    let roles = Set(used.flatMap(\.1))
    let taken = Set(columns.filter { roles.contains($0.key) }.values.joined())
    let unused = headings.indices.filter { !taken.contains($0) && !headings[$0].isEmpty }
    if !unused.isEmpty {
      let some = unused.prefix(12).map { headings[$0] }.joined(separator: ", ")
      lines.append(
        "  not used: " + some + (unused.count > 12 ? " and \(unused.count - 12) more" : ""))
    }
    let what = type.map { "\($0)s" } ?? "records"
    return ["\(path): \(what); headings on line \(headingLine)"] + lines
  }

  private var proposal: String {
    let words = ["nummer", "number", "nr", "code", "key", "numero", "kennung", "ref"]
    let taken = Set(columns.values.joined())
    let found = headings.indices.first { index in
      !taken.contains(index)
        && words.contains { TableHeading.key(of: headings[index]).contains($0) }
        && !TableHeading.key(of: headings[index]).contains("phone")
    }
    return found.map { "; --map '\(headings[$0])=id' takes that column" } ?? ""
  }

  private var nameRoles: [ColumnRole] {
    if type == "account", columns[.name] == nil, columns[.company] != nil { return [.company] }
    return [.name, .completeName, .firstName, .middleName, .lastName]
  }

  private var parentRoles: [ColumnRole] {
    switch type {
    case "lead": return []
    case "account": return [.parentID, .parentName] + (columns[.name] == nil ? [] : [.accountID])
    default: return [.parentID, .accountID, .accountIDs, .company, .companies]
    }
  }

  // MARK: Rows

  /// What a row says.
  func item(_ row: CSVReader.Row) -> RecordFileItem {
    let cells = row.fields.map(TableHeading.text)
    var remarks: [String] = []
    do {
      guard
        cells.count <= headings.count || cells[headings.count...].allSatisfy(\.isEmpty)
          || isTotal(cells),
        !isOwn || cells.count <= headings.count
      else { throw CommandError(.data, "more fields than columns: a separator without quotes") }
      let content = try isOwn ? own(cells) : foreign(cells, &remarks)
      return RecordFileItem(line: row.line, content: content, remarks: remarks)
    } catch {
      let error = CommandError(error) ?? CommandError(.data, "it cannot be read")
      return RecordFileItem(line: row.line, content: .refused(error))
    }
  }

  private func isTotal(_ cells: [String]) -> Bool { cells.count { !$0.isEmpty } <= 1 }

  /// The first cell of a role that is not empty.
  private func value(_ cells: [String], _ roles: ColumnRole...) -> String {
    for role in roles {
      for number in columns[role] ?? [] where number < cells.count && !cells[number].isEmpty {
        return cells[number]
      }
    }
    return ""
  }

  private func isTrue(_ text: String) -> Bool {
    [
      "1", "true", "yes", "y", "x", "wahr", "ja", "vrai", "oui", "verdadero", "si", "vero", "waar",
      "company", "unternehmen", "société", "compañía", "azienda", "organization", "organisation",
    ].contains(text.lowercased())
  }

  /// A row of our own columns: what is wrong is refused, as whoever wrote it can repair it.
  private func own(_ cells: [String]) throws -> RecordFileItem.Content {
    let type = value(cells, .type)
    let id = columns[.id] == nil ? nil : value(cells, .id)
    guard RecordReference("\(type):\(id ?? "ours")") != nil else {
      throw CommandError(.data, "'\(type):\(id ?? "")' is no record; fill in type and id")
    }
    var draft = RecordDraft(type: type.lowercased(), id: id, name: value(cells, .name))
    let owner = value(cells, .owner)
    if !owner.isEmpty { draft.owner = try parseAddress(owner).description }
    let parent = value(cells, .parentID)
    if !parent.isEmpty { draft.parent = try .record(RecordReference(argument: parent)) }
    draft.addresses = try RecordFile.words(value(cells, .address)).map(parseAddress)
    draft.domains = try RecordFile.words(value(cells, .domain)).map(RecordFile.domain)
    guard !draft.addresses.isEmpty || !draft.domains.isEmpty || !draft.name.isEmpty else {
      throw CommandError(.data, "neither address nor domain")
    }
    return .record(draft)
  }

  private func foreign(
    _ cells: [String], _ remarks: inout [String]
  ) throws -> RecordFileItem.Content {
    if let reason = reasonToSkip(cells) { return .skipped(reason) }
    let isPerson = isTrue(value(cells, .isPerson))
    var id = value(cells, .id)
    if isPerson, !value(cells, .personID).isEmpty { id = value(cells, .personID) }
    guard !RecordID.isDamaged(id) else {
      throw CommandError(
        .data,
        "the id \(id) was damaged by a spreadsheet; export again, and open the file there as text")
    }
    var draft = RecordDraft(type: try type(cells, id, isPerson: isPerson))
    let found = addresses(cells)
    if columns[.id] != nil, id.isEmpty, found.addresses.isEmpty {
      return .skipped("no id and no address: a total, a footer, or the row before goes on")
    }
    draft.addresses = found.addresses
    remarks += found.rejected.map { "'\($0)' is no address and is left away" }
    (draft.name, draft.parent) = nameAndParent(cells, type: draft.type)
    if isCompanyAlone(cells) {
      draft.type = "account"
      draft.name = value(cells, .company)
      draft.parent = nil
    }
    takeDomains(cells, &draft, &remarks)
    draft.owner = [value(cells, .owner), value(cells, .ownerID)].first { !$0.isEmpty }
    draft.id = id.isEmpty ? nil : RecordID.normalized(id)
    if let id = draft.id, RecordReference("\(draft.type):\(id)") == nil {
      throw CommandError(.data, "'\(id)' can be no id: it holds white space")
    }
    return RecordFile.settled(
      draft, hasExchangeName: found.hasExchangeName, options, keepsAccounts: draft.id != nil,
      &remarks)
  }

  private func reasonToSkip(_ cells: [String]) -> String? {
    if isTrue(value(cells, .isDeleted)) {
      let master = value(cells, .mergedInto)
      return master.isEmpty ? "deleted in the CRM" : "deleted in the CRM: merged into another"
    }
    if isTrue(value(cells, .isConverted)) || !value(cells, .convertedTo).isEmpty {
      return "a lead that was converted"
    }
    let privacy = value(cells, .privacy).lowercased()
    if !options.takesPrivate,
      isTrue(privacy)
        || [
          "private", "privat", "privé", "prive", "privado", "privato", "confidential",
          "vertraulich",
        ]
        .contains(privacy)
    {
      return "private"
    }
    return nil
  }

  private func type(_ cells: [String], _ id: String, isPerson: Bool) throws -> String {
    let told = value(cells, .type)
    if !told.isEmpty {
      guard let reference = RecordReference("\(told):1") else {
        throw CommandError(.data, "'\(told)' is no type of records; write contact, account or lead")
      }
      return reference.type
    }
    if let type { return type }
    if columns[.isPerson] != nil { return isPerson ? "contact" : "account" }
    if columns[.isCompany] != nil {
      return value(cells, .isCompany).split(separator: " ").contains { isTrue(String($0)) }
        ? "account" : "contact"
    }
    return RecordID.salesforceType(id) ?? "contact"
  }

  private func addresses(
    _ cells: [String]
  ) -> (addresses: [AddrSpec], rejected: [String], hasExchangeName: Bool) {
    var found: (addresses: [AddrSpec], rejected: [String], hasExchangeName: Bool) = ([], [], false)
    for number in columns[.address] ?? [] where number < cells.count {
      let cell = AddressCell(cells[number])
      for address in cell.addresses where !found.addresses.contains(address) {
        found.addresses.append(address)
      }
      found.rejected += cell.rejected
      found.hasExchangeName = found.hasExchangeName || cell.hasExchangeName
    }
    return found
  }

  private func takeDomains(
    _ cells: [String], _ draft: inout RecordDraft, _ remarks: inout [String]
  ) {
    // A person's web site says little of whom they work for.
    let isMapped = options.columns.contains { $0.field == .domain }
    guard draft.type == "account" || isMapped else { return }
    for role in [ColumnRole.domain, .website] where draft.type == "account" || role == .domain {
      for number in columns[role] ?? [] where number < cells.count {
        RecordFile.takeDomains(of: cells[number], &draft, options, &remarks)
      }
    }
  }

  /// In an address book, which has no ids, an entry that names only a company is of it.
  private func isCompanyAlone(_ cells: [String]) -> Bool {
    guard columns[.id] == nil, options.type == nil, columns[.type] == nil else { return false }
    let company = value(cells, .company)
    let person = value(cells, .firstName, .lastName)
    let name = value(cells, .name, .completeName)
    return !company.isEmpty && person.isEmpty && (name.isEmpty || name == company)
  }

  private func nameAndParent(
    _ cells: [String], type: String
  ) -> (name: String, parent: RecordDraft.Parent?) {
    let company = value(cells, .company)
    var name = value(cells, .name)
    let first = value(cells, .firstName)
    let parts = [first, value(cells, .middleName), value(cells, .lastName)].filter { !$0.isEmpty }
    if name.isEmpty {
      name = parts.joined(separator: " ")
    } else if columns[.lastName] == nil, !first.isEmpty,
      !name.lowercased().contains(first.lowercased())
    {
      // A column `Name` beside one of first names is of last names.
      name = (parts + [name]).joined(separator: " ")
    }
    if name.isEmpty {
      name = value(cells, .completeName)
    }
    // Odoo's whole names have it in front.
    if type != "account", !company.isEmpty, name.hasPrefix(company + ", ") {
      name.removeFirst(company.count + 2)
    }
    switch type {
    case "lead": return (name.isEmpty ? company : name, nil)
    case "account":
      let isNamed = columns[.name] != nil
      let parent =
        reference(value(cells, .parentID)) ?? reference(value(cells, .parentName), isName: true)
      return (
        name.isEmpty ? company : name,
        parent ?? (isNamed ? reference(value(cells, .accountID)) : nil)
          ?? (isNamed && columns[.isCompany] != nil && company != name && !company.isEmpty
            ? .name(company) : nil)
      )
    default: break
    }
    let parentType = value(cells, .parentType).lowercased()
    guard parentType.isEmpty || parentType == "account" else { return (name, nil) }
    let ids = value(cells, .accountIDs).split { $0 == ";" || $0 == "," }
    let companies = value(cells, .companies).split(separator: ";")
    let parent =
      reference(value(cells, .parentID)) ?? reference(value(cells, .accountID))
      ?? reference(ids.first.map(String.init) ?? "") ?? reference(company, isName: true)
      ?? reference(companies.first.map(String.init) ?? "", isName: true)
    return (name, parent)
  }

  /// The account that a cell names: by its id, or by its name where the cell can be no id.
  private func reference(_ text: String, isName: Bool = false) -> RecordDraft.Parent? {
    let text = PlainText.cleaned(text)
    guard !text.isEmpty else { return nil }
    let id = RecordID.normalized(text)
    let isID =
      isName
      ? RecordID.isGUID(id) || text.allSatisfy { $0.isASCII && $0.isNumber }
        || RecordID.salesforceType(text) != nil
      : !text.contains(" ")
    guard !RecordID.isDamaged(text) else { return nil }
    guard isID else { return .name(text) }
    if let reference = RecordReference(id), reference.type == "account" {
      return .record(reference)
    }
    return .record(RecordReference(type: "account", id: id))
  }
}
