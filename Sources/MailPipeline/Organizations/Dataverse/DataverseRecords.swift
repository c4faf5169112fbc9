import Foundation
import InternetMessage
import System
import Tracking

/// The contacts, accounts and leads of an organization: by change tracking where a table has it and this
/// user may read all of it, else all of a table each time.
///
/// Ids, names and addresses are asked for, and nothing else.
struct DataverseRecords {
  let client: DataverseClient

  /// So many rows are a page.
  private static let pageSize = 1_000
  /// So many letters of a name are kept.
  private static let longestName = 200

  /// Where a run goes on, as it is remembered between runs.
  private struct Place: Codable {
    /// The tables whose turn it is, the first one now.
    var tables: [String]
    /// The links to follow, by table.
    var links: [String: String] = [:]
    /// The tables that are asked without change tracking.
    var untracked: Set<String> = []
  }

  private static let mails = ["emailaddress1", "emailaddress2", "emailaddress3"]

  /// Asks for the next page.
  ///
  /// - Parameter token: Where the last call ended; `nil` for the beginning.
  /// - Returns: The page.
  /// - Throws: `RemoteTrouble`.
  func next(after token: String?) throws(RemoteTrouble) -> RemoteRecordChanges {
    var place =
      token.flatMap { try? JSONDecoder().decode(Place.self, from: Data($0.utf8)) }
      ?? Place(tables: [])
    let known = DataverseTables.ofRecords.map(\.table)
    place.tables.removeAll { !known.contains($0) }
    if place.tables.isEmpty { place.tables = known }
    guard let table = DataverseTables.ofRecords.first(where: { $0.table == place.tables[0] })
    else {
      return finished(RemoteRecordChanges(present: [], gone: [], token: "", hasMore: false), place)
    }
    let isTracked = !place.untracked.contains(table.table)
    let columns = ([table.key, table.name] + Self.mails).joined(separator: ",")
    let answer = try client.answer(
      to: DataverseRequest(
        .get, place.links[table.table] ?? "\(table.set)?$select=\(columns)",
        fields: [
          .init(
            "Prefer",
            (isTracked && place.links[table.table] == nil ? "odata.track-changes," : "")
              + "odata.maxpagesize=\(Self.pageSize)")
        ]))
    var changes = RemoteRecordChanges(present: [], gone: [], token: "", hasMore: false)
    guard answer.isSuccess else {
      let failure = DataverseFailure(answer)
      guard failure.status != 401, failure.isForbidden || failure.isRefusal else {
        throw client.trouble(answer)
      }
      if place.links.removeValue(forKey: table.table) != nil {
        // Too old: all of it again.
      } else if isTracked, failure.status == 400 || failure.isForbidden {
        place.untracked.insert(table.table)
      } else {
        // Who may not read them has none.
        place.tables.removeFirst()
        place.untracked.remove(table.table)
      }
      return finished(changes, place)
    }
    let page = try answer.decoded(DataversePage.self)
    for row in page.rows {
      if let id = row.id("id"), row.text("reason") != nil {
        changes.gone.append(RecordReference(type: table.table, id: id))
      } else if let id = row.id(table.key) {
        take(row, RecordReference(type: table.table, id: id), table.name, &changes)
      }
    }
    if let link = try DataverseChanges.link(page.next, of: client.service) {
      place.links[table.table] = link
    } else {
      place.links[table.table] = try DataverseChanges.link(page.delta, of: client.service)
      place.tables.removeFirst()
      // Whether it is tracked by now is asked each time.
      place.untracked.remove(table.table)
    }
    return finished(changes, place)
  }

  private func take(
    _ row: DataverseRow, _ record: RecordReference, _ name: String,
    _ changes: inout RemoteRecordChanges
  ) {
    var seen: Set<String> = []
    let addresses = Self.mails.compactMap { row.text($0).flatMap { AddrSpec($0) } }
      .filter { seen.insert($0.comparisonKey).inserted }
    guard !addresses.isEmpty else {
      changes.gone.append(record)
      return
    }
    let text = row.text(name).map {
      SafeText.neutralised(ODataText.cut($0, Self.longestName))
    }
    changes.present.append(
      RecordEntry(
        record: record, addresses: addresses, name: text.flatMap { $0.isEmpty ? nil : $0 }))
  }

  private func finished(_ changes: RemoteRecordChanges, _ place: Place) -> RemoteRecordChanges {
    var changes = changes
    changes.hasMore = !place.tables.isEmpty
    changes.token =
      (try? JSONEncoder().encode(place)).map { String(decoding: $0, as: UTF8.self) } ?? ""
    return changes
  }
}
