import Foundation
import Tracking
import TrackingStore

/// What this side keeps of the copies in an organization, as far as it is asked for their changes.
struct DataverseJournal {
  /// Whether an e-mail there is a copy here.
  var isStored: (_ id: String) throws -> Bool
  /// The ids there of copies here behind one, in their order, so many at the most.
  var stored: (_ after: String, _ limit: Int) throws -> [String]

  /// What a store keeps.
  init(_ store: Store) {
    isStored = { try store.copy(stored: $0) != nil }
    stored = { try store.storedCopies(after: $0, limit: $1) }
  }
}

/// What became of e-mails: by change tracking where the table has it and this user may read all of it
/// (use-change-tracking-synchronize-data-external-systems), else by asking for each copy.
struct DataverseChanges {
  let client: DataverseClient
  let journal: DataverseJournal

  /// So many copies are asked about in a call, and so many calls a run makes.
  private static let sweepSize = 500
  /// So many bytes may a link have.
  private static let longestLink = 8_192

  /// Where a run goes on, as it is remembered between runs.
  private struct Place: Codable {
    /// The link to follow, from its path on; `nil` to begin.
    var link: String?
    /// The id behind which copies are asked for, one by one; `nil` where that is not done.
    var after: String?
    /// Whether the table has no change tracking for this user.
    var isUntracked: Bool?
  }

  private static let columns = "activityid,_regardingobjectid_value"

  /// Asks for the next changes.
  ///
  /// - Parameter token: Where the last call ended; `nil` for the beginning.
  /// - Returns: The changes.
  /// - Throws: `RemoteTrouble`.
  func next(after token: String?) throws(RemoteTrouble) -> RemoteChanges {
    // What cannot be read is of another version: it begins anew.
    let place = token.flatMap { try? JSONDecoder().decode(Place.self, from: Data($0.utf8)) }
    guard let place else { return try follow(Place()) }
    if place.isUntracked == true { return try sweep(place) }
    // Deletions that no link tells of any more are found before it goes on.
    if place.after != nil { return try sweep(place) }
    return try follow(place)
  }

  private func changes(
    _ changes: [RemoteChanges.Change], _ place: Place, hasMore: Bool
  ) -> RemoteChanges {
    let token = (try? JSONEncoder().encode(place)).map { String(decoding: $0, as: UTF8.self) }
    return RemoteChanges(changes: changes, token: token, hasMore: hasMore)
  }

  // MARK: Change tracking

  private func follow(_ place: Place) throws(RemoteTrouble) -> RemoteChanges {
    let prefer = DataverseRequest.Field(
      "Prefer",
      place.link == nil
        ? "odata.track-changes,odata.maxpagesize=5000"
        : "odata.maxpagesize=5000")
    let answer = try client.answer(
      to: DataverseRequest(
        .get, place.link ?? "emails?$select=\(Self.columns)", fields: [prefer]))
    guard answer.isSuccess else {
      let failure = DataverseFailure(answer)
      if place.link != nil, failure.isExpiredLink {
        return changes([], Place(link: nil, after: ""), hasMore: true)
      }
      guard place.link == nil, failure.isForbidden || failure.isRefusal, failure.status != 401
      else { throw client.trouble(answer) }
      return try sweep(Place(after: "", isUntracked: true))
    }
    let page = try answer.decoded(DataversePage.self)
    var gone: [RemoteChanges.Change] = []
    var present: [DataverseRow] = []
    for row in page.rows {
      if let id = row.id("id"), row.text("reason") != nil {
        gone.append(.gone(stored: id))
      } else if let id = row.id("activityid"), try isStored(id) {
        present.append(row)
      }
    }
    var next = Place()
    next.link = try Self.link(page.next ?? page.delta, of: client.service)
    return changes(
      gone + (try regardings(of: present)), next, hasMore: page.next != nil)
  }

  /// What of a link follows the host: what proves who this is goes to no other one.
  static func link(
    _ url: String?, of service: any DataverseService
  ) throws(RemoteTrouble) -> String? {
    guard let url else { return nil }
    let origin = service.origin
    guard url.lowercased().hasPrefix(origin.lowercased() + "/"),
      url.utf8.count <= Self.longestLink,
      url.utf8.allSatisfy({ $0 > 32 && $0 < 127 })
    else { throw .unknownOutcome("its link to what changed leads elsewhere") }
    return String(url.dropFirst(origin.count))
  }

  private func isStored(_ id: String) throws(RemoteTrouble) -> Bool {
    do {
      return try journal.isStored(id)
    } catch {
      throw .unable("the store on this side cannot be read: \(error)")
    }
  }

  /// What e-mails regard: of which table the record is, a delta does not say.
  private func regardings(
    of rows: [DataverseRow]
  ) throws(RemoteTrouble) -> [RemoteChanges.Change] {
    var changes: [RemoteChanges.Change] = []
    var asked: [String] = []
    for row in rows {
      guard let id = row.id("activityid") else { continue }
      if row.id("_regardingobjectid_value") == nil {
        changes.append(.regarding(stored: id, nil))
      } else if let record = row.record("_regardingobjectid_value") {
        changes.append(.regarding(stored: id, record))
      } else {
        asked.append(id)
      }
    }
    return changes + (try look(at: asked))
  }

  // MARK: One by one

  /// Asks about some copies; whether they are there, and what they regard.
  private func look(at ids: [String]) throws(RemoteTrouble) -> [RemoteChanges.Change] {
    let requests = ids.map {
      DataverseRequest(
        .get, "emails(\($0))?$select=\(Self.columns)", fields: [DataverseLookup.annotations])
    }
    var changes: [RemoteChanges.Change] = []
    for (id, answer) in zip(ids, try client.answers(to: requests)) {
      guard answer.isSuccess else {
        // Who may not read it any more does not know whether it is there.
        if DataverseFailure(answer).isMissing { changes.append(.gone(stored: id)) }
        continue
      }
      let row = try answer.decoded(DataverseRow.self)
      if row.id("_regardingobjectid_value") == nil {
        changes.append(.regarding(stored: id, nil))
      } else if let record = row.record("_regardingobjectid_value") {
        changes.append(.regarding(stored: id, record))
      }
    }
    return changes
  }

  private func sweep(_ place: Place) throws(RemoteTrouble) -> RemoteChanges {
    var place = place
    let ids: [String]
    do {
      ids = try journal.stored(place.after ?? "", Self.sweepSize)
    } catch {
      throw .unable("the store on this side cannot be read: \(error)")
    }
    let found = try look(at: ids)
    let isLast = ids.count < Self.sweepSize
    place.after = isLast ? (place.isUntracked == true ? "" : nil) : ids.last
    // Where nothing else tells it goes round and round, a little with each run.
    return changes(found, place, hasMore: place.isUntracked != true)
  }
}
