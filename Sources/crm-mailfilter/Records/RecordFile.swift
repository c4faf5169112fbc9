import InternetMessage
import Tracking
import TrackingStore

/// A CSV file of records (RFC 4180).
enum RecordFile {
  private static let columns = ["type", "id", "owner", "address", "domain"]

  /// Reads the records of a file.
  ///
  /// - Throws: `CommandError` with the line of what is wrong.
  static func parse(_ bytes: [UInt8], path: String) throws -> [RecordEntry] {
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw CommandError(.data, "\(path): not UTF-8; save it as UTF-8")
    }
    var rows = try CSVReader.rows(of: text, path: path)
    guard let header = rows.first else {
      throw CommandError(.data, "\(path): empty; the first line names the columns")
    }
    rows.removeFirst()
    let names = header.fields.map { $0.lowercased() }
    for name in names where !columns.contains(name) {
      throw CommandError(
        .data,
        "\(path):1: no column '\(name)'; there are \(columns.joined(separator: ", "))"
          + Suggestion.hint(for: name, among: columns))
    }
    for name in ["type", "id"] where !names.contains(name) {
      throw CommandError(.data, "\(path):1: the column '\(name)' is missing")
    }
    return try rows.map { row in
      func value(_ name: String) -> String {
        names.firstIndex(of: name).map { $0 < row.fields.count ? row.fields[$0] : "" } ?? ""
      }
      func fail(_ problem: String) -> CommandError {
        CommandError(.data, "\(path):\(row.line): \(problem)")
      }
      guard row.fields.count <= names.count else { throw fail("more fields than columns") }
      guard let reference = RecordReference("\(value("type")):\(value("id"))") else {
        throw fail("'\(value("type")):\(value("id"))' is no record; fill in type and id")
      }
      do {
        let entry = RecordEntry(
          record: reference,
          owner: value("owner").isEmpty ? nil : try parseAddress(value("owner")),
          addresses: try words(value("address")).map(parseAddress),
          domains: try words(value("domain")).map(domain))
        guard !entry.addresses.isEmpty || !entry.domains.isEmpty else {
          throw CommandError(.data, "neither address nor domain")
        }
        return entry
      } catch let error as CommandError {
        throw fail(error.line)
      }
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

  private static func words(_ text: String) -> [String] {
    text.split { $0 == ";" || $0.isWhitespace }.map(String.init)
  }
}
