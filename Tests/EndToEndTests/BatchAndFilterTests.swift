import Foundation
import Testing

/// A batch makes the store that the filter makes, one message after the other.
@Suite struct BatchAndFilterTests {
  /// What is of the moment: when something was done, and when a message was seen.
  private static let times: Set<String> = [
    "created_at", "first_seen_at", "last_seen_at", "recorded_at", "tracked_at",
  ]
  /// What only a batch knows, which sees files: where a message lies, and which ones it saw.
  private static let places: Set<String> = ["file_name", "folder"]
  private static let tablesOfPlaces: Set<String> = ["batch_failure", "known_file", "known_folder"]
  /// What is random: salts, and the number of an index that began anew.
  private static let random: Set<String> = ["form", "is_indexed", "value"]

  @Test func everyRowIsTheSame() throws {
    let batch = try Place()
    let mail = try GeneratedMail(300, in: batch)
    #expect(try batch.run("batch", mail.folder).status == 0)
    let filter = try Place()
    for message in mail.truth {
      #expect(try filter.filter(batch.bytes(of: mail.path(of: message))).status == 0)
    }
    // What the filter stored is only marked for the index of words until somebody searches.
    _ = try filter.run("search", "anything")
    let expected = try rows(of: filter)
    let found = try rows(of: batch)
    #expect(expected.keys.sorted() == found.keys.sorted())
    #expect((expected["copy"]?.count ?? 0) > 250)
    for (table, rows) in expected {
      let other = found[table] ?? []
      let first = zip(rows, other).first { $0 != $1 }
      #expect(rows.count == other.count && first == nil, "\(table): \(String(describing: first))")
    }
  }

  /// All rows of a store's tables, as SQL writes their values, and each word of the index with its place.
  private func rows(of place: Place) throws -> [String: [Substring]] {
    let names = try place.query(
      """
      SELECT name FROM sqlite_schema WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'
        AND name NOT LIKE 'search_index_%'
      """
    ).split(separator: "\n").map(String.init)
    var rows: [String: [Substring]] = [:]
    for name in names where !Self.tablesOfPlaces.contains(name) {
      let columns = try place.query("SELECT name FROM pragma_table_info('\(name)')")
        .split(separator: "\n").map(String.init)
        .filter { !(Self.times.union(Self.places).union(Self.random).contains($0)) }
      let values = columns.map { "quote(\($0))" }.joined(separator: " || ',' || ")
      let order = (1...columns.count).map(String.init).joined(separator: ", ")
      rows[name] = try place.query(
        """
        SELECT \(values) FROM (SELECT \(columns.joined(separator: ", ")) FROM \(name)
          ORDER BY \(order))
        """
      ).split(separator: "\n", omittingEmptySubsequences: false)
    }
    let words = try place.query(
      """
      CREATE VIRTUAL TABLE temp.word USING fts5vocab(main, search_index, 'instance');
      SELECT term, doc, col, offset FROM word ORDER BY 1, 2, 3, 4
      """)
    rows["words"] = words.split(separator: "\n")
    return rows
  }
}
