import Foundation
import GRDB
import InternetMessage
import Testing
import Tracking

@testable import TrackingStore

/// Stores of earlier versions, of which `Schemas` keeps the statements as they were.
@Suite struct MigrationTests {
  private static let schemas = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("Schemas")

  private static func statements(_ name: String) throws -> String {
    try String(contentsOf: schemas.appendingPathComponent(name + ".sql"), encoding: .utf8)
  }

  /// Makes a store as a version made it, with mail in it.
  private static func make(_ path: String, version: Int) throws {
    let queue = try DatabaseQueue(path: path)
    try queue.writeWithoutTransaction { db in
      try db.execute(sql: "PRAGMA journal_mode = WAL")
      try db.execute(sql: "CREATE TABLE grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY)")
      for number in 1...version {
        try db.execute(sql: statements("\(number)"))
        try db.execute(sql: "INSERT INTO grdb_migrations VALUES ('v\(number)')")
      }
      try db.execute(sql: statements("rows"))
      if version >= 7 { try db.execute(sql: statements("rows-since-7")) }
      try db.execute(
        sql: """
          PRAGMA application_id = \(StoreSchema.applicationID); PRAGMA user_version = \(version)
          """)
    }
    try queue.close()
  }

  private static func schema(_ store: Store) throws -> Set<String> {
    try store.read {
      try String.fetchSet(
        $0,
        sql: """
          SELECT type || ' ' || name || ' ' || coalesce(sql, '') FROM sqlite_schema
            WHERE name <> 'grdb_migrations'
          """)
    }
  }

  @Test("the statements of each version before this one are kept")
  func allVersionsAreKept() throws {
    for version in 1..<StoreSchema.version {
      #expect(throws: Never.self) { try Self.statements("\(version)") }
    }
  }

  @Test(arguments: 1..<StoreSchema.version)
  func aStoreOfThatVersionBecomesOneOfThisWithAllThatItHolds(_ version: Int) throws {
    let place = try TemporaryStore()
    let path = place.folder + "/old.sqlite"
    try Self.make(path, version: version)
    let store = try TemporaryStore.open(path, creates: false)
    #expect(try Self.schema(store) == Self.schema(place.store))
    #expect(
      try store.read { try Int.fetchOne($0, sql: "PRAGMA user_version") } == StoreSchema.version)
    #expect(try store.read { try String.fetchOne($0, sql: "PRAGMA integrity_check") } == "ok")

    let policy = try store.policy()
    #expect(policy.filter == .contacts)
    #expect(policy.correlation.knownParticipant == .off)
    #expect(try store.users().map(\.address.description) == ["dana@contoso.example"])
    let records = try store.records()
    #expect(records.map(\.record.description) == ["account:fab", "contact:erin"])
    #expect(records.map(\.name) == [nil, nil])
    #expect(records.map(\.parent) == [nil, nil])
    let copy = try #require(try store.copies(CopyQuery()).first)
    #expect(copy.regarding?.description == "account:fab")
    // When it was tracked is not known but by when it came.
    #expect(copy.arrivedAt == 100 && copy.trackedAt == 100)
    #expect(try store.questions(limit: 9).map(\.askedAt) == [100])

    // What is new holds for what is old: another spelling of the address, and a reply.
    let matches = try store.read {
      try StoreDirectory(db: $0).records(
        matching: AddrSpec(localPart: "erin+x", domain: "gmail.com"), limit: 9)
    }
    #expect(matches.map(\.record.description) == ["contact:erin"])
    let organization = EmbeddedOrganization(name: "old", store: store)
    let reply = try place.draft(
      "Message-ID: <2@x>\nFrom: erin@fabrikam.example\nTo: dana@contoso.example\nReferences: <0@x>\n\n"
    )
    #expect(try organization.deliver(reply).outcome == .created)
    #expect(
      try store.read { try Int.fetchAll($0, sql: "SELECT conversation FROM copy ORDER BY id") }
        == [1, 1])
  }
}
