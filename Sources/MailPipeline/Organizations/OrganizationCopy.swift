import CSystem
import InternetMessage
import System
import Tracking
import TrackingStore

/// Brings all of an organization into another one: what `org copy` runs.
///
/// What is there already, by its key, is left as it is. So it can be ended anywhere and run again, and nothing
/// is there twice.
package struct OrganizationCopy {
  private let from: any MovingSide
  private let to: any MovingSide
  /// When it is, in seconds since 1970.
  private let now: Int64

  /// What a run did, or would do.
  package struct Summary: Sendable, Equatable {
    /// How many copies there are to bring.
    package var copies = 0
    /// How many were brought now, or would be.
    package var brought = 0
    /// How many of them were there before.
    package var present = 0
    /// How many were withdrawn there, and stay so.
    package var withdrawn = 0
    /// How many users are new there.
    package var users = 0
    /// How many records are new there.
    package var records = 0
    /// The settings that are others there now.
    package var settings: [String] = []
    /// How many were withdrawn here and are so there, too, now; `nil` where that cannot go over.
    package var tombstones: Int?
    /// How many were withdrawn here.
    package var withdrawnHere = 0
    /// The ids of copies whose bytes are others there, or that are missing.
    package var different: [String] = []
    /// How many copies were held against those there.
    package var checked = 0
    /// How much there is on both sides.
    package var counts: (from: MovedCounts, to: MovedCounts) = (MovedCounts(), MovedCounts())
    /// What stays where it is: how many of what.
    package var staying: [String] = []
    /// Whether somebody ended it.
    package var isInterrupted = false

    /// Nothing was done.
    package init() {}

    package static func == (left: Self, right: Self) -> Bool {
      left.copies == right.copies && left.brought == right.brought
        && left.different == right.different
    }
  }

  /// Makes a run.
  package init(from: any MovingSide, to: any MovingSide, now: Int64) {
    self.from = from
    self.to = to
    self.now = now
  }

  /// So many copies are looked at, at once.
  private static let page = 500
  /// So many copies, or bytes, are brought in one turn: others wait meanwhile.
  private static let copiesAtOnce = 100
  private static let bytesAtOnce = 16 << 20

  /// Runs.
  ///
  /// - Parameters:
  ///   - isDryRun: Whether it is only said what would be done.
  ///   - progress: Told how many copies were looked at, and whether they are brought or checked.
  /// - Returns: What was done.
  /// - Throws: As the sides; `DirectoryError`.
  package func run(
    isDryRun: Bool, progress: (_ count: Int, _ isCheck: Bool) -> Void
  ) throws -> Summary {
    var summary = Summary()
    summary.staying = try from.staying().map { "\($0.what) (\($0.count))" }
    summary.users = try bringUsers(isDryRun)
    summary.records = try bringRecords(isDryRun)
    summary.settings = try bringSettings(isDryRun)
    let withdrawn = try from.tombstones()
    summary.withdrawnHere = withdrawn.tombstones.count
    if !isDryRun { summary.tombstones = try to.take(withdrawn) }
    try bringCopies(isDryRun, &summary, progress)
    if !isDryRun, !summary.isInterrupted { try check(&summary, progress) }
    summary.counts = (try from.counts(), try to.counts())
    return summary
  }

  /// Those who are no users there by any of their addresses become users, without a login.
  private func bringUsers(_ isDryRun: Bool) throws -> Int {
    let present = try to.administration.users()
    let known = Set(present.flatMap(\.addresses))
    var count = 0
    for user in try from.administration.users()
    where !user.addresses.contains(where: known.contains) {
      count += 1
      guard !isDryRun else { continue }
      try to.administration.addUser(
        user.address, addresses: user.addresses, kind: user.kind, role: user.role,
        filter: user.filter, login: nil, now: now)
      guard !user.isEnabled, let new = try to.administration.user(user.address) else { continue }
      try to.administration.changeUser(
        OrganizationUser(
          id: new.id, address: new.address, addresses: new.addresses, kind: new.kind,
          role: new.role, filter: new.filter, isEnabled: false, login: new.login))
    }
    return count
  }

  private func bringRecords(_ isDryRun: Bool) throws -> Int {
    var count = 0
    var last: MovedRecord?
    while true {
      let some = try from.records(after: last, limit: Self.page)
      guard !some.isEmpty else { return count }
      last = some.last
      count +=
        isDryRun
        ? try to.administration.countOfNew(some.map { RecordEntry($0) }) : try to.take(some)
    }
  }

  private func bringSettings(_ isDryRun: Bool) throws -> [String] {
    let (wanted, present) = (try from.administration.policy(), try to.administration.policy())
    var changed: [String] = []
    for setting in PolicySetting.all where setting.value(in: wanted) != setting.value(in: present) {
      changed.append("\(setting.name) '\(setting.value(in: wanted))'")
      if !isDryRun {
        try to.administration.setPolicy(setting.name, to: setting.value(in: wanted))
      }
    }
    return changed
  }

  private func bringCopies(
    _ isDryRun: Bool, _ summary: inout Summary, _ progress: (Int, Bool) -> Void
  ) throws {
    var last: MovedPlace?
    while csystem_is_interrupted() == 0 {
      let page = try from.copies(after: last, limit: Self.page)
      guard let end = page.last else { return }
      last = end
      let present = try to.present(page.map(\.id))
      summary.copies += page.count
      summary.present += present.count
      if isDryRun {
        summary.brought += page.count - present.count
      } else {
        // What is there tells which conversation there it is.
        try to.join(page.filter { present.contains($0.id) })
        try bring(page.map(\.id).filter { !present.contains($0) }, &summary)
      }
      progress(summary.copies, false)
    }
    summary.isInterrupted = true
  }

  private func bring(_ ids: [String], _ summary: inout Summary) throws {
    for start in stride(from: 0, to: ids.count, by: Self.copiesAtOnce) {
      let told = try from.told(Array(ids[start..<min(ids.count, start + Self.copiesAtOnce)]))
      var turn: [MovedCopy] = []
      var size = 0
      func take() throws {
        guard !turn.isEmpty else { return }
        let new = try to.take(turn) { try from.content(of: $0, $1) }
        summary.brought += new.count
        summary.withdrawn += turn.count - new.count
        (turn, size) = ([], 0)
      }
      for copy in told {
        if size + copy.storedSize > Self.bytesAtOnce { try take() }
        guard csystem_is_interrupted() == 0 else { break }
        turn.append(copy)
        size += copy.storedSize
      }
      try take()
    }
  }

  /// Holds all copies against those that are there, byte by byte.
  private func check(_ summary: inout Summary, _ progress: (Int, Bool) -> Void) throws {
    var last: MovedPlace?
    var missing = 0
    while csystem_is_interrupted() == 0 {
      let page = try from.copies(after: last, limit: Self.copiesAtOnce)
      guard let end = page.last else { break }
      last = end
      // Copies are not told in the order in which they came.
      try to.link(page.filter { $0.answers != nil })
      let ids = page.map(\.id)
      let (here, there) = (try from.digests(ids), try to.digests(ids))
      for id in ids {
        guard let digest = here[id] else { continue }
        if there[id] == nil {
          missing += 1
          if missing > summary.withdrawn { summary.different.append(id) }
        } else if there[id] != digest {
          summary.different.append(id)
        }
      }
      summary.checked += ids.count
      progress(summary.checked, true)
    }
    summary.isInterrupted = csystem_is_interrupted() != 0
  }
}

extension RecordEntry {
  /// What `countOfNew` looks at.
  fileprivate init(_ record: MovedRecord) {
    self.init(
      record: RecordReference(type: record.type, id: record.id), owner: nil, addresses: [],
      domains: [])
  }
}

extension Organization {
  /// It as a side of `org copy`; `nil` where all of it cannot be told and taken from here.
  ///
  /// - Parameter now: Seconds since 1970.
  /// - Returns: The side.
  package func movingSide(now: Int64) -> (any MovingSide)? {
    if let embedded = self as? EmbeddedOrganization {
      return StoreMovingSide(embedded.store, now: now)
    }
    return (self as? MirroredOrganization)?.connection.movingSide
  }
}
