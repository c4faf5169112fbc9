import InternetMessage
import RecordFiles
import Tracking

/// A file of records, CSV or vCard: it is told which by its first bytes.
struct RecordFile {
  /// What a row or card says, and where it stands.
  struct Item {
    /// The line on which it begins, from 1.
    let line: Int
    /// The record, or why it is none.
    let entry: Result<RecordEntry, CommandError>
  }

  private enum Format {
    case csv(CSVReader, columns: [String])
    case vCard(VCardReader)
  }

  private static let columns = ["type", "id", "owner", "address", "domain"]

  private let path: String
  private var format: Format
  /// The owner of records that name none.
  private let owner: AddrSpec?

  /// Opens a file, and reads the columns of a CSV file.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - owner: The owner of records that name none.
  /// - Throws: `FileError`; `CommandError` with the line of what is wrong.
  init(_ path: String, owner: AddrSpec? = nil) throws {
    self.path = path
    self.owner = owner
    let bytes = try FileBytes(path)
    if bytes.begins(with: "BEGIN:VCARD") {
      format = .vCard(VCardReader(bytes))
      return
    }
    var reader = CSVReader(bytes)
    let header = try Self.nextRow(&reader, path)
    format = .csv(reader, columns: try Self.names(header, path))
  }

  /// The next row or card; `nil` at the end.
  ///
  /// - Throws: `FileError`; `CommandError` where nothing that follows can be read.
  mutating func next() throws -> Item? {
    switch format {
    case .csv(var reader, let columns):
      let row = try Self.nextRow(&reader, path)
      format = .csv(reader, columns: columns)
      return row.map { row in
        Item(line: row.line, entry: Result { try entry(row, columns) }.asCommandError)
      }
    case .vCard(var reader):
      let card = try reader.next()
      format = .vCard(reader)
      return card.map { card in
        Item(line: card.line, entry: Result { try entry(card) }.asCommandError)
      }
    }
  }

  // MARK: CSV

  private static func nextRow(_ reader: inout CSVReader, _ path: String) throws -> CSVReader.Row? {
    do {
      return try reader.next()
    } catch CSVReader.Failure.endlessQuote(let line) {
      throw CommandError(.data, "\(path):\(line): a quote that does not end")
    }
  }

  private static func names(_ header: CSVReader.Row?, _ path: String) throws -> [String] {
    guard let header else {
      throw CommandError(.data, "\(path): empty; the first line names the columns")
    }
    let names = header.fields.map { String(decoding: $0, as: UTF8.self).lowercased() }
    for name in names where !columns.contains(name) {
      throw CommandError(
        .data,
        "\(path):\(header.line): no column '\(name)'; there are \(columns.joined(separator: ", "))"
          + Suggestion.hint(for: name, among: columns))
    }
    for name in ["type", "id"] where !names.contains(name) {
      throw CommandError(.data, "\(path):\(header.line): the column '\(name)' is missing")
    }
    return names
  }

  private func entry(_ row: CSVReader.Row, _ names: [String]) throws -> RecordEntry {
    guard row.fields.count <= names.count else {
      throw CommandError(.data, "more fields than columns")
    }
    let fields = try row.fields.map { field in
      guard let text = String(validating: field, as: UTF8.self) else {
        throw CommandError(.data, "not UTF-8; save the file as UTF-8")
      }
      return text
    }
    func value(_ name: String) -> String {
      names.firstIndex(of: name).map { $0 < fields.count ? fields[$0] : "" } ?? ""
    }
    guard let reference = RecordReference("\(value("type")):\(value("id"))") else {
      throw CommandError(
        .data, "'\(value("type")):\(value("id"))' is no record; fill in type and id")
    }
    return try checked(
      RecordEntry(
        record: reference,
        owner: value("owner").isEmpty ? owner : try parseAddress(value("owner")),
        addresses: try Self.words(value("address")).map(parseAddress),
        domains: try Self.words(value("domain")).map(Self.domain)))
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

  private static func words(_ text: String) -> [String] {
    text.split { $0 == ";" || $0.isWhitespace }.map(String.init)
  }

  // MARK: vCard

  private func entry(_ card: VCardReader.Card) throws -> RecordEntry {
    guard !card.isMalformed else {
      throw CommandError(.data, "a card that is cut off or not UTF-8")
    }
    guard card.version == "3.0" || card.version == "4.0" else {
      throw CommandError(
        .data, "a card of version \(card.version ?? "none"); export it as 3.0 or 4.0")
    }
    let type: String
    switch card.kind {
    case "individual": type = "contact"
    case "org": type = "account"
    default: throw CommandError(.data, "a card of the kind '\(card.kind)' is no record")
    }
    let addresses = try card.addresses.map(parseAddress)
    // Many programs write cards without UID.
    guard let id = card.id ?? addresses.first?.comparisonKey else {
      throw CommandError(.data, "neither UID nor EMAIL")
    }
    guard let reference = RecordReference("\(type):\(id)") else {
      throw CommandError(.data, "'\(id)' can be no id; it holds white space")
    }
    return try checked(RecordEntry(record: reference, owner: owner, addresses: addresses))
  }

  private func checked(_ entry: RecordEntry) throws -> RecordEntry {
    guard !entry.addresses.isEmpty || !entry.domains.isEmpty else {
      throw CommandError(.data, "neither address nor domain")
    }
    return entry
  }
}

extension Result where Failure == any Error {
  /// With the error as a line for a person.
  fileprivate var asCommandError: Result<Success, CommandError> {
    mapError { error in
      CommandError(error) ?? CommandError(.data, "it cannot be read")
    }
  }
}
