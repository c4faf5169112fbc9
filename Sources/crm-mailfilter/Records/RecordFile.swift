import InternetMessage
import RecordFiles
import Tracking

/// A file of records as a CRM or an address book writes it: it is told which by its first bytes.
struct RecordFile {
  private enum Format {
    case table(CSVReader, RecordTable)
    case vCard(VCardReader)
    case ldif(LDIFReader)
  }

  /// What the file is, and which of its columns is used for what; nothing where it has our own columns.
  let description: [String]
  /// Whether it has our own columns: then what is wrong in it is refused.
  let isOwn: Bool

  /// What ids of ours begin with: some for lines of a table, others for cards.
  var idPrefix: String {
    if case .table = format { return "line-" }
    return "card-"
  }

  private let path: String
  private let options: RecordFileOptions
  private var format: Format

  /// Opens a file, and finds the columns of a table.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - options: How it is to be taken.
  /// - Throws: `FileError`; `CommandError` with the line of what is wrong.
  init(_ path: String, options: RecordFileOptions = RecordFileOptions()) throws {
    self.path = path
    self.options = options
    let bytes = try FileBytes(path)
    guard !bytes.head.isEmpty else { throw CommandError(.data, "\(path): empty") }
    let kind = FileKind(bytes.head, bytes.encoding)
    if kind != .table, !options.columns.isEmpty {
      throw CommandError(.usage, "--map is for tables, and \(path) is none")
    }
    switch kind {
    case .other(let name, let advice):
      throw CommandError(.data, "\(path): this is \(name), no table; \(advice)")
    case .vCard:
      (format, isOwn) = (.vCard(VCardReader(bytes)), false)
      description = ["\(path): vCards"]
    case .ldif:
      (format, isOwn) = (.ldif(LDIFReader(bytes)), false)
      description = ["\(path): entries of LDIF"]
    case .table:
      let names = Dictionary(
        options.columns.compactMap { column in
          column.field.role.map { (TableHeading.key(of: column.heading), $0) }
        }, uniquingKeysWith: { first, _ in first })
      guard let heading = TableHeading(of: bytes, names: names) else {
        throw Self.noHeading(bytes, path)
      }
      let table = try RecordTable(heading, path: path, options: options)
      let reader = try Self.translating(path) { try heading.reader(of: bytes) }
      (format, isOwn, description) = (.table(reader, table), table.isOwn, table.description)
    }
  }

  private static func noHeading(_ bytes: FileBytes, _ path: String) -> CommandError {
    let cells = TableHeading.firstCells(of: bytes).map { "'\($0)'" }.joined(separator: ", ")
    return CommandError(
      .data,
      "\(path): no line of the first 20 has a heading of an address or id that we know (line 1: "
        + "\(cells)); name columns with --map, as --map COLUMN=address")
  }

  /// The next row, card or entry; `nil` at the end.
  ///
  /// - Throws: `FileError`; `CommandError` where nothing that follows can be read.
  mutating func next() throws -> RecordFileItem? {
    switch format {
    case .table(var reader, let table):
      let row = try Self.translating(path) { try reader.next() }
      format = .table(reader, table)
      return row.map(table.item)
    case .vCard(var reader):
      let card = try reader.next()
      format = .vCard(reader)
      return card.map(item)
    case .ldif(var reader):
      let card = try reader.next()
      format = .ldif(reader)
      return card.map(item)
    }
  }

  private static func translating<Result>(
    _ path: String, _ body: () throws -> Result
  ) throws -> Result {
    do {
      return try body()
    } catch CSVReader.Failure.endlessQuote(let line) {
      throw CommandError(.data, "\(path):\(line): a quote that does not end")
    }
  }

  // MARK: Cards

  private func item(_ card: ContactCard) -> RecordFileItem {
    var remarks: [String] = []
    let content = content(card, &remarks)
    return RecordFileItem(line: card.line, content: content, remarks: remarks)
  }

  private func content(_ card: ContactCard, _ remarks: inout [String]) -> RecordFileItem.Content {
    guard card.isWhole else { return .skipped("cut off by the end of the file") }
    var draft = RecordDraft(type: "contact", id: card.id, name: card.name)
    switch card.kind {
    case .person: break
    case .company: draft.type = "account"
    case .group: return .skipped("a group")
    case .other(let kind): return .skipped("a card of the kind '\(kind)'")
    }
    if card.isPrivate, !options.takesPrivate { return .skipped("private") }
    draft.type = options.type ?? draft.type
    if draft.type != "account", !card.organization.isEmpty, card.organization != draft.name {
      draft.parent = .name(card.organization)
    }
    var hasExchangeName = false
    for text in card.addresses where !text.isEmpty {
      let cell = AddressCell(text)
      for address in cell.addresses where !draft.addresses.contains(address) {
        draft.addresses.append(address)
      }
      hasExchangeName = hasExchangeName || cell.hasExchangeName
      remarks += cell.rejected.map { "'\($0)' is no address and is left away" }
    }
    if draft.type == "account" {
      for site in card.websites { Self.takeDomains(of: site, &draft, options, &remarks) }
    }
    // An id with white space can be none.
    if let id = card.id, RecordReference("\(draft.type):\(id)") == nil { draft.id = nil }
    return Self.settled(
      draft, hasExchangeName: hasExchangeName, options, keepsAccounts: false, &remarks)
  }

  // MARK: What all have in common

  /// A draft, or why it is no record: nobody could be known by it.
  static func settled(
    _ draft: RecordDraft, hasExchangeName: Bool, _ options: RecordFileOptions, keepsAccounts: Bool,
    _ remarks: inout [String]
  ) -> RecordFileItem.Content {
    var draft = draft
    let own = draft.addresses.filter(options.isOurs)
    draft.addresses.removeAll(where: options.isOurs)
    if !own.isEmpty, draft.addresses.isEmpty { return .skipped("our own") }
    remarks += own.map { "\($0) is our own and is left away" }
    let isKnown = !draft.addresses.isEmpty || !draft.domains.isEmpty
    guard isKnown || draft.type == "account" && keepsAccounts else {
      return .skipped(
        hasExchangeName ? "only a name of Exchange, no e-mail address" : "no e-mail address")
    }
    return .record(draft)
  }

  /// Takes the domains of web sites for those of a company.
  static func takeDomains(
    of text: String, _ draft: inout RecordDraft, _ options: RecordFileOptions,
    _ remarks: inout [String]
  ) {
    for host in WebSite.hosts(in: text) {
      guard let address = AddrSpec("x@" + host) else { continue }
      guard !PublicMailDomains.contains(address.domainKey) else {
        remarks.append("anybody can have an address under \(host): it is no domain of a record")
        continue
      }
      guard !options.isOurs(address) else { continue }
      if !draft.domains.contains(address.domain) { draft.domains.append(address.domain) }
    }
  }

  /// Reads a domain that a person typed, with or without `@`.
  ///
  /// - Throws: `CommandError`, for public mail domains, too: a record would match half the world.
  static func domain(_ text: String) throws -> String {
    let name = (text.hasPrefix("@") ? String(text.dropFirst()) : text).lowercased()
    guard let address = AddrSpec("x@" + name), name.contains(".") else {
      throw CommandError(.usage, "'\(text)' is no domain")
    }
    guard !PublicMailDomains.contains(address.domainKey) else {
      throw CommandError(
        .usage, "anybody can have an address under \(name); give the record's addresses instead")
    }
    return address.domain
  }

  /// The words of a cell of our own columns.
  static func words(_ text: String) -> [String] {
    text.split { $0 == ";" || $0.isWhitespace }.map(String.init)
  }
}
