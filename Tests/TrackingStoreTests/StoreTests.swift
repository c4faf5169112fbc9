import Foundation
import GRDB
import InternetMessage
import System
import Testing
import Tracking

@testable import TrackingStore

@Suite struct StoreTests {
  private let mail =
    "Message-ID: <1@x>\nFrom: erin@fabrikam.example\nTo: dana@contoso.example\n\nx\n"

  @Test func contentComesBackAcrossChunks() throws {
    let place = try TemporaryStore()
    for size in [0, 1, CopyDraft.chunkSize, CopyDraft.chunkSize + 1, CopyDraft.chunkSize * 3 - 1] {
      let content = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 13 &+ $0 >> 9) }
      let receipt = try place.deliver(
        place.draft(mail + "\(size)", size: size, content: content))
      let copy = try #require(receipt.copy)
      var read: [UInt8] = []
      try place.store.content(of: copy) { read += Array($0) }
      #expect(read == content)
    }
  }

  @Test func othersWriteWhileAReaderKeepsWhatWasDeletedInTheLog() throws {
    let place = try TemporaryStore()
    try place.deliver(place.draft(mail))
    let reader = try TemporaryStore.open(place.path, creates: false)
    let (path, isErased, isOver) = (place.path, DispatchSemaphore(value: 0), SharedFlag())
    try reader.readConsistently { db in
      _ = try Int.fetchOne(db, sql: "SELECT count(*) FROM copy")
      try place.deliver(place.draft(mail + "2"))
      Thread.detachNewThread {
        let store = try? TemporaryStore.open(path, creates: false)
        isOver.value = (try? store?.eraseDeleted()) ?? false
        isErased.signal()
      }
      // It is at it by then: the reader makes it wait for seconds.
      #expect(isErased.wait(timeout: .now() + .milliseconds(300)) == .timedOut)
      // An impatient writer is served meanwhile.
      let writer = try Store(
        .init(path: path, createsFile: false, deadline: Deadline(milliseconds: 2_000)))
      try writer.write { try $0.execute(sql: "DELETE FROM tombstone") }
      #expect(isErased.wait(timeout: .now()) == .timedOut)
    }
    #expect(isErased.wait(timeout: .now() + .seconds(20)) == .success)
    #expect(isOver.value)
  }

  /// Set by one thread and read by another after a semaphore.
  private final class SharedFlag: @unchecked Sendable { var value = false }

  @Test func outcomesAreToldApart() throws {
    let place = try TemporaryStore()
    var draft = try place.draft(mail)
    #expect(try place.deliver(draft).outcome == .created)
    #expect(try place.deliver(draft).outcome == .seenAgain)
    draft.delivery.mailboxOwner = try #require(AddrSpec("bob@contoso.example"))
    #expect(try place.deliver(draft).outcome == .delivered)
    draft.direction = .outgoing
    #expect(try place.deliver(draft).outcome == .created)
    #expect(try place.number("SELECT count(*) FROM copy") == 2)
    #expect(try place.number("SELECT count(DISTINCT conversation) FROM copy") == 1)
  }

  @Test func aFailureWithinATransactionLeavesNothing() throws {
    struct Failure: Error {}
    let place = try TemporaryStore()
    var draft = try place.draft(mail)
    draft.content = { store in
      try [1, 2, 3].withUnsafeBytes(store)
      throw Failure()
    }
    #expect(throws: Failure.self) { try place.deliver(draft) }
    for table in ["copy", "content", "conversation", "participant", "delivery"] {
      #expect(try place.number("SELECT count(*) FROM \(table)") == 0, "\(table)")
    }
  }

  @Test func aFailureAmongGatheredWritesUndoesThatOneAlone() throws {
    struct Failure: Error {}
    let place = try TemporaryStore()
    try place.store.gather(until: Deadline(milliseconds: 5_000)) {
      try place.deliver(place.draft(mail))
      var failing = try place.draft(mail + "2")
      failing.content = { store in
        try [1, 2, 3].withUnsafeBytes(store)
        throw Failure()
      }
      #expect(throws: Failure.self) { try place.deliver(failing) }
      try place.deliver(place.draft(mail + "3"))
    }
    for table in ["copy", "content", "delivery"] {
      #expect(try place.number("SELECT count(*) FROM \(table)") == 2, "\(table)")
    }
  }

  @Test func theLogOfGatheredWritesIsUsedAgain() throws {
    let place = try TemporaryStore()
    let content = [UInt8](repeating: 65, count: CopyDraft.chunkSize)
    var largest = 0
    for number in 0..<16 {
      try place.store.gather(until: Deadline(milliseconds: 5_000)) {
        var draft = try place.draft(mail + "\(number)")
        draft.content = { store in for _ in 0..<20 { try content.withUnsafeBytes(store) } }
        try place.deliver(draft)
      }
      largest = max(largest, StoreFile.size(place.path + "-wal"))
    }
    let limit = Int(Store.maxGatheredPages) * 4_096
    #expect(limit < largest && largest < limit + 60_000_000, "\(largest)")
    try place.store.settle()
    #expect(StoreFile.size(place.path + "-wal") == 0)
    #expect(try place.number("SELECT sum(length(bytes)) FROM content") == 320 << 20)
  }

  @Test func aFailureAmongGatheredWritesMayUndoThemAll() throws {
    struct Failure: Error {}
    let place = try TemporaryStore()
    #expect(throws: Failure.self) {
      _ = try place.store.gather(until: Deadline(milliseconds: 5_000), undoesEach: false) {
        try place.deliver(place.draft(mail))
        var failing = try place.draft(mail + "2")
        failing.content = { _ in throw Failure() }
        try place.deliver(failing)
      }
    }
    #expect(try place.number("SELECT count(*) FROM copy") == 0)
    _ = try place.store.gather(until: Deadline(milliseconds: 5_000), undoesEach: false) {
      try place.deliver(place.draft(mail))
    }
    #expect(try place.number("SELECT count(*) FROM copy") == 1)
  }

  @Test func theLogStaysShort() throws {
    let place = try TemporaryStore()
    let content = [UInt8](repeating: 65, count: 20_000)
    for number in 0..<100 {
      // A connection each, as the filter has.
      let store = try TemporaryStore.open(place.path, creates: false)
      let draft = try place.draft(mail + "\(number)", content: content)
      _ = try EmbeddedOrganization(name: "c", store: store).deliver(draft)
      let size = StoreFile.size(place.path + "-wal")
      #expect(size <= Store.largestLog + 100_000, "\(number)")
    }
    #expect(try place.number("SELECT count(*) FROM copy") == 100)
    #expect(try place.number("PRAGMA synchronous") == 2)
  }

  @Test func manyWritersLoseNothing() async throws {
    let place = try TemporaryStore()
    let path = place.path
    let drafts = try (0..<200).map { UncheckedDraft(draft: try place.draft(mail + "\($0)")) }
    try await withThrowingTaskGroup(of: Void.self) { group in
      for worker in 0..<8 {
        group.addTask {
          for index in stride(from: worker, to: drafts.count, by: 8) {
            let store = try TemporaryStore.open(path, creates: false)
            _ = try EmbeddedOrganization(name: "c", store: store).deliver(drafts[index].draft)
          }
        }
      }
      try await group.waitForAll()
    }
    #expect(try place.number("SELECT count(*) FROM copy") == 200)
  }

  /// Drafts are made before the tasks start, and each is used by one of them.
  private struct UncheckedDraft: @unchecked Sendable {
    let draft: CopyDraft
  }

  @Test func manyMayMakeAStoreAtOnce() async throws {
    let folder = NSTemporaryDirectory() + "crm-mailfilter-store-" + UUID().uuidString
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try await withThrowingTaskGroup(of: Int.self) { group in
      for _ in 0..<8 {
        group.addTask { try TemporaryStore.open(folder + "/deep/er/store.sqlite").users().count }
      }
      for try await count in group { #expect(count == 0) }
    }
  }

  @Test func theHotQueriesScanNothing() throws {
    let place = try TemporaryStore()
    let queries = [
      "SELECT id FROM copy WHERE key = x'00' AND direction = 'incoming'",
      "SELECT id FROM copy WHERE message_id = 'x' ORDER BY copy.id DESC LIMIT 20",
      "SELECT id FROM copy WHERE token = 'x' ORDER BY copy.id DESC LIMIT 20",
      "SELECT id FROM copy WHERE thread_index_base = x'00' ORDER BY copy.id DESC LIMIT 20",
      "SELECT conversation FROM copy WHERE key = x'00'",
      "SELECT DISTINCT conversation FROM reference JOIN copy ON copy.id = reference.copy WHERE reference.message_id = 'x'",
      "SELECT 1 FROM conversation_participant WHERE conversation = 1 AND address_key = 'x'",
      "SELECT user FROM user_address WHERE address_key = 'x' ORDER BY user",
      "SELECT record FROM record_address WHERE address_key = 'x'",
      "SELECT record FROM record_domain WHERE domain_key = 'x'",
      "UPDATE delivery SET times_seen = 1 WHERE copy = 1 AND mailbox = 'x'",
      "UPDATE copy SET conversation = 1 WHERE conversation = 2",
      "SELECT copy.id FROM copy ORDER BY sent_at DESC, copy.id DESC LIMIT 50",
    ]
    for query in queries {
      let plan = try place.store.read {
        try Row.fetchAll($0, sql: "EXPLAIN QUERY PLAN " + query).map { $0["detail"] as String }
      }
      #expect(!plan.contains { $0.hasPrefix("SCAN") && !$0.contains("USING") }, "\(query): \(plan)")
      #expect(!plan.contains { $0.contains("TEMP B-TREE FOR ORDER") }, "\(query): \(plan)")
    }
  }

  @Test func publicMailDomainsNeverMatch() throws {
    let place = try TemporaryStore()
    let account = try #require(RecordReference("account:1"))
    let contact = try #require(RecordReference("contact:2"))
    let erin = try #require(AddrSpec("erin@gmail.com"))
    _ = try place.store.setRecords(
      [
        RecordEntry(record: account, domains: ["fabrikam.example", "gmail.com"]),
        RecordEntry(record: contact, addresses: [erin]),
      ], now: 1)
    func types(_ text: String) throws -> [String] {
      let address = try #require(AddrSpec(text))
      return try place.store.read {
        try StoreDirectory(db: $0).records(matching: address, limit: 10).map(\.record.type)
      }
    }
    #expect(try types("x@fabrikam.example") == ["account"])
    #expect(try types("x@deep.sub.FABRIKAM.example") == ["account"])
    #expect(try types("x@otherfabrikam.example") == [])
    #expect(try types("x@gmail.com") == [])
    #expect(try types("erin@gmail.com") == ["contact"])
  }

  @Test func internationalAddressesMatchInAllFormsAndUnderOldKeys() throws {
    let place = try TemporaryStore()
    let zoe = try #require(AddrSpec("zo\u{EB}@m\u{FC}nchen.example"))
    let contact = try #require(RecordReference("contact:1"))
    let account = try #require(RecordReference("account:2"))
    _ = try place.store.setRecords(
      [
        RecordEntry(record: contact, addresses: [zoe]),
        RecordEntry(record: account, domains: ["M\u{DC}NCHEN.example"]),
      ], now: 1)
    func types(_ text: String) throws -> [String] {
      let address = try #require(AddrSpec(text))
      return try place.store.read {
        try StoreDirectory(db: $0).records(matching: address, limit: 10).map(\.record.type)
      }
    }
    #expect(try types("Zoe\u{308}@xn--mnchen-3ya.example") == ["contact", "account"])
    #expect(try types("ZOË@MU\u{308}NCHEN.example") == ["contact", "account"])
    #expect(try types("lee@a.m\u{FC}nchen.example") == ["account"])
    #expect(try types("zoe@munchen.example") == [])
    // As an older version kept what was written with accents of their own.
    try place.store.write { db in
      try db.execute(
        sql: "UPDATE record_address SET address_key = ?",
        arguments: ["zoe\u{308}@xn--munchen-gie.example"])
      try db.execute(
        sql: "UPDATE record_domain SET domain_key = ?", arguments: ["xn--munchen-gie.example"])
    }
    #expect(try types("Zoe\u{308}@mu\u{308}nchen.example") == ["contact", "account"])
    #expect(try types("zoë@münchen.example") == [])
  }

  @Test func theLastAdministratorStays() throws {
    let place = try TemporaryStore()
    let user = try #require(try place.store.users().first)
    let member = OrganizationUser(id: user.id, address: user.address, role: .member)
    #expect(throws: DirectoryError.lastAdministrator) { try place.store.changeUser(member) }
    #expect(try place.store.users().first?.role == .administrator)
  }

  @Test func everydayQueriesOfTheDocumentationRun() throws {
    let place = try TemporaryStore()
    let text = "Subject: An offer\n" + mail + "forty pumps\n"
    var draft = try place.draft(
      text, regarding: "account:7d9b0f5e", content: Array(text.utf8))
    draft.attachments = [
      Attachment(number: 2, name: "a.pdf", mediaType: "application/pdf", size: 1)
    ]
    try place.deliver(draft)
    try place.store.indexMarked()
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("Sources/TrackingStore/Schema/SCHEMA.md")
    let schema = try String(contentsOf: file, encoding: .utf8)
    let code = schema.split(separator: "\n").filter { $0.hasPrefix("    ") }.joined(separator: "\n")
    let statements = code.split(separator: ";")
    #expect(statements.count >= 6)
    for statement in statements {
      let rows = try place.store.read { try Row.fetchAll($0, sql: String(statement)) }
      #expect(rows.count == 1, "\(statement)")
    }
  }

  @Test func aStoreOfBeforeLoginsTiesNobody() throws {
    let place = try TemporaryStore()
    try place.store.write { db in
      try db.execute(
        sql: """
          ALTER TABLE user DROP COLUMN login; DELETE FROM grdb_migrations WHERE identifier = 'v6';
          PRAGMA user_version = 5
          """)
    }
    let store = try TemporaryStore.open(place.path)
    #expect(try store.users().map(\.login) == [nil])
    #expect(try !store.hasLogins())
    let dana = try #require(AddrSpec("dana@contoso.example"))
    let lee = try #require(AddrSpec("lee@contoso.example"))
    #expect(throws: DirectoryError.noAdministratorWithLogin) {
      try store.addUser(
        lee, addresses: [], kind: .user, role: .member, filter: nil, login: "lee", now: 2)
    }
    let user = try #require(try store.user(dana))
    try store.changeUser(
      OrganizationUser(
        id: user.id, address: dana, role: .administrator, login: "dana"))
    try store.addUser(
      lee, addresses: [], kind: .user, role: .member, filter: nil, login: "lee", now: 2)
    #expect(try store.users().map(\.login) == ["dana", "lee"])
  }
}
