import GRDB
import InternetMessage
import Mailboxes
import System
import Testing
import Tracking

@testable import MailPipeline
@testable import TrackingStore

/// Every query of a filter run finds its rows by a key or an index: what a message costs does not
/// grow with what is tracked.
@Suite struct QueryPlanTests {
  /// Read whole on purpose: the settings are a few rows, and of the others no more than the first row
  /// is looked at.
  static let readsWholeTable: Set<String> = [
    "SELECT name, value FROM policy",
    "SELECT 1 FROM tombstone LIMIT 1",
    "SELECT 1 FROM user LIMIT 1",
  ]

  @Test func noQueryOfAFilterRunReadsAWholeTable() throws {
    let folder = try TemporaryFolder()
    let (store, statements) = try statementsOfFilterRuns(folder)
    // All the ways that a message can go were gone: else the test would show nothing.
    for table in [
      "copy", "content", "participant", "participant_record", "reference", "delivery", "attachment",
      "conversation", "conversation_participant", "refused_question", "tombstone", "record_address",
      "record_domain", "user", "user_address", "policy",
    ] {
      #expect(
        statements.contains { sql in
          sql.split { !$0.isLetter && $0 != "_" }.contains { $0 == table }
        }, "no statement names \(table)")
    }
    for sql in statements.sorted() {
      let scans = try store.read { db in
        let plan = try db.makeStatement(sql: "EXPLAIN QUERY PLAN " + sql)
        // The plan is the same for any values.
        plan.setUncheckedArguments([])
        return try Row.fetchAll(plan).map { $0["detail"] as String }
          .filter { isScan($0, of: sql) }
      }
      #expect(scans.isEmpty || Self.readsWholeTable.contains(sql), "\(sql)\n\(scans)")
    }
  }

  /// Whether a step of a plan reads a table or an index from one end to the other.
  private func isScan(_ detail: String, of sql: String) -> Bool {
    // The last copies that name an id: the search for them is a step of its own.
    detail.hasPrefix("SCAN ") && !detail.contains("CONSTANT ROW")
      && !(sql.contains("LIMIT") && sql.contains("AS named") && detail == "SCAN named")
  }

  // MARK: The runs

  /// Runs messages through the tracker as the filter does, and collects what SQLite was asked.
  private func statementsOfFilterRuns(_ folder: TemporaryFolder) throws -> (Store, Set<String>) {
    let dana = try #require(AddrSpec("dana@contoso.example"))
    let lee = try #require(AddrSpec("lee@contoso.example"))
    let toml = """
      synchronizing = "c"
      [[mailbox]]
      owner = "dana@contoso.example"
      [[mailbox]]
      owner = "lee@contoso.example"
      [[organization]]
      name = "c"
      url = "sqlite:\(folder.path)/c.sqlite"
      [[rule]]
      name = "f"
      from = "@fabrikam.example"
      action = "track"
      regarding = "account:1"
      """
    let profile = try Profile(toml: Array(toml.utf8), path: "p.toml")
    let opener = OrganizationOpener(
      profile: profile, dataFolder: nil, deadline: Deadline(milliseconds: 20_000), now: 100)
    let tracker = MessageTracker(opener: opener, purpose: .track)
    let store = try #require(try tracker.localState() as? Store)
    for (name, value) in [
      ("log-refused", "yes"), ("smart-matching", "yes"), ("smart-matching-addresses", "1"),
    ] {
      try store.setPolicy(name, to: value)
    }
    _ = try store.setRecords(
      [
        RecordEntry(
          record: RecordReference(type: "contact", id: "1"), owner: nil,
          addresses: [try #require(AddrSpec("ann@fabrikam.example"))], domains: []),
        RecordEntry(
          record: RecordReference(type: "account", id: "1"), owner: nil, addresses: [],
          domains: ["fabrikam.example"]),
      ], now: 100)

    let log = StatementLog()
    try store.read { db in
      db.trace { event in
        if case .statement(let statement) = event { log.add(statement.sql) }
      }
    }
    // As at the start of each run.
    try store.makeFirstUsers(of: profile.mailboxes, now: 100)
    let messages = [
      // A new one, with an attachment and with a token.
      """
      Message-ID: <1@fabrikam.example>
      From: Ann <ann@fabrikam.example>
      To: dana@contoso.example
      Cc: bob@fabrikam.example
      Subject: The offer CRM:0001001
      Thread-Index: AdDs1h1nZ0m8s2VJQ8iV1s2mZbYQvQ==
      MIME-Version: 1.0
      Content-Type: application/pdf; name=a.pdf
      Content-Disposition: attachment; filename=a.pdf

      text

      """,
      // An answer to it, to one that is not there, by its token, by its thread, and by a guess.
      message(2, "In-Reply-To: <1@fabrikam.example>\nReferences: <0@x> <1@fabrikam.example>"),
      message(3, "References: <8@x.example> <9@x.example>"),
      message(4, "Subject: Re: The offer CRM:0001001"),
      message(5, "Subject: Re: Else\nThread-Index: AdDs1h1nZ0m8s2VJQ8iV1s2mZbYQvQAAAAAB"),
      message(6, "Subject: Re: The offer"),
      // The late parent.
      message(9, "Subject: The parent"),
      // Refused.
      message(10, "Subject: Else", domain: "other.example"),
    ]
    func track(_ text: String, recipient: AddrSpec) throws {
      let input = MessageInput(
        source: BytesSource(Array(text.utf8)), temporaryFolders: [], firstRead: 4096)
      _ = try tracker.track(
        input.readHeader(), of: input,
        Arrival(envelope: Envelope(recipients: [recipient]), seenAt: 200))
    }
    for text in messages { try track(text, recipient: dana) }
    // Seen again, and seen in another mailbox.
    try track(messages[0], recipient: dana)
    try track(messages[0], recipient: lee)
    // The same once something was withdrawn.
    try store.write { try Tombstone.insert(.answers(MessageID("gone@x.example")), now: 1, in: $0) }
    for text in messages { try track(text, recipient: dana) }
    try track(message(11, "In-Reply-To: <gone@x.example>"), recipient: dana)
    return (store, log.statements)
  }

  private func message(
    _ number: Int, _ fields: String, domain: String = "fabrikam.example"
  ) -> String {
    """
    Message-ID: <\(number)@x.example>
    From: Ann <ann@\(domain)>
    To: dana@contoso.example
    \(fields)

    text \(number)

    """
  }
}
