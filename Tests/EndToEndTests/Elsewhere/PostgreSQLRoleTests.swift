import InternetMessage
import MailPipeline
import PostgreSQL
import Testing

/// What each login of a shared organization cannot do, whatever program it comes with: here psql.
@Suite(.postgresql) struct PostgreSQLRoleTests {
  /// The organization with two messages: one of dana's, one of lee's.
  ///
  /// Members read only their own here.
  private static func place() throws -> PostgreSQLPlace {
    let place = try PostgreSQLPlace()
    try place.makeUsers()
    _ = try place.text(
      "SELECT crm.set_policy('member-privileges', 'read-own,track,set-regarding', NULL)", as: "dana"
    )
    let host = try place.connection("mx1")
    #expect(PostgreSQLDelivery(1).outcome(by: host) == "created")
    var second = PostgreSQLDelivery(2)
    second.mailbox = "lee@contoso.example"
    second.to = ["lee@contoso.example"]
    second.subject = "Invoice"
    #expect(second.outcome(by: host) == "created")
    return place
  }

  private static let first = PostgreSQLDelivery(1).copy
  private static let second = PostgreSQLDelivery(2).copy
  private static let denied = "42501"

  /// Login, statements, and what psql says: a part of the answer or the SQLSTATE.
  private static let cases: [(String, String, String)] = [
    // A mail host brings mail in, and reads nothing.
    ("mx1", "SELECT count(*) FROM crm.copy", denied),
    ("mx1", "SELECT count(*) FROM crm.content", denied),
    ("mx1", "SELECT count(*) FROM crm.app_user", denied),
    ("mx1", "SELECT salt FROM crm.organization", denied),
    ("mx1", "SELECT crm.copies(ARRAY['\(first)'::uuid])", denied),
    ("mx1", "SELECT crm.content('\(first)', 0)", denied),
    ("mx1", "SELECT crm.regard('\(first)', 'account', '1')", denied),
    ("mx1", "SELECT crm.records(NULL, NULL, NULL, 10)", denied),
    ("mx1", "SELECT crm.set_host('{mx1}', true)", denied),
    ("mx1", "SELECT crm.add_user('{}')", denied),
    ("mx1", "SET ROLE crm_owner", denied),
    ("mx1", "SET ROLE crm_reader", denied),
    ("mx1", "SET ROLE {dana}", denied),
    ("mx1", "SET SESSION AUTHORIZATION {dana}", denied),
    ("mx1", "DELETE FROM crm.copy", denied),
    // A member sees their own, and writes by functions alone.
    ("lee", "SELECT string_agg(subject, ',') FROM crm.copy", "Invoice"),
    ("lee", "SELECT count(*) FROM crm.participant WHERE copy = '\(first)'", "0"),
    ("lee", "SELECT count(*) FROM crm.delivery", "1"),
    ("lee", "SELECT count(*) FROM crm.conversation", "1"),
    ("lee", "SELECT count(*) FROM crm.content", "0"),
    ("lee", "SELECT count(*) FROM crm.record", "0"),
    ("lee", "SELECT count(*) FROM crm.host", "0"),
    ("lee", "SELECT count(*) FROM crm.copies(ARRAY['\(first)', '\(second)']::uuid[])", "1"),
    ("lee", "SELECT crm.content('\(first)', 0) IS NULL", "t"),
    ("lee", "SELECT crm.withdraw('\(first)', NULL)", "absent"),
    ("lee", "SELECT crm.withdraw('\(first)', 'lee@contoso.example')", "absent"),
    ("lee", "SELECT crm.regard('\(first)', 'account', '1')", "f"),
    // What no side could read.
    ("lee", "SELECT crm.regard('\(second)', 'a b', '1')", "CR002"),
    ("lee", "SELECT crm.regard('\(second)', 'account', E'1\\n2')", "CR002"),
    ("lee", "SELECT crm.regard('\(second)', 'account', repeat('1', 505))", "CR002"),
    (
      "lee", "SELECT count(*) FROM crm.changes(NULL, 100) WHERE kind = 'stored'", "1"
    ),
    ("lee", "SELECT hash FROM crm.tombstone", denied),
    ("lee", "SELECT id FROM crm.entry", denied),
    ("lee", "SELECT copy FROM crm.change", denied),
    ("lee", "SELECT salt FROM crm.organization", denied),
    ("lee", "INSERT INTO crm.copy SELECT * FROM crm.copy", denied),
    ("lee", "UPDATE crm.copy SET owner = owner", denied),
    ("lee", "UPDATE crm.copy SET subject = 'forged'", denied),
    ("lee", "DELETE FROM crm.copy", denied),
    ("lee", "INSERT INTO crm.content VALUES ('\(second)', 1, 'x')", denied),
    ("lee", "INSERT INTO crm.participant SELECT * FROM crm.participant", denied),
    ("lee", "UPDATE crm.app_user SET role = 'administrator'", denied),
    ("lee", "UPDATE crm.policy SET value = 'all'", denied),
    ("lee", "INSERT INTO crm.record (type, record_id) VALUES ('account', '1')", denied),
    ("lee", "TRUNCATE crm.copy", denied),
    ("lee", "DROP TABLE crm.copy", denied),
    ("lee", "ALTER TABLE crm.copy DISABLE ROW LEVEL SECURITY", denied),
    ("lee", "CREATE TABLE crm.mine (a int)", denied),
    ("lee", "CREATE FUNCTION crm.mine() RETURNS int LANGUAGE sql AS 'SELECT 1'", denied),
    ("lee", "SELECT crm.add_user('{}')", denied),
    ("lee", "SELECT crm.remove_user(1)", denied),
    ("lee", "SELECT crm.set_policy('filter', 'all', NULL)", denied),
    ("lee", "SELECT crm.set_records('[]')", denied),
    ("lee", "SELECT crm.bind('{lee}', 'crm_administrator')", denied),
    ("lee", "SELECT crm.set_addresses(2, '[]')", denied),
    ("lee", "SELECT crm.decide_one('{}')", denied),
    ("lee", "SELECT crm.tombstone_of('x', NULL)", denied),
    ("lee", "SELECT crm.join_conversation(gen_random_uuid(), '{}')", denied),
    ("lee", "SET ROLE crm_administrator", denied),
    ("lee", "SET ROLE crm_owner", denied),
    ("lee", "SET ROLE {dana}", denied),
    ("lee", "SET SESSION AUTHORIZATION {dana}", denied),
    ("lee", "SET row_security = off; SELECT count(*) FROM crm.copy", denied),
    // Who takes another role is who they logged in as.
    ("lee", "SET ROLE crm_reader; SELECT address FROM crm.me()", "lee@contoso.example"),
    ("lee", "SET ROLE crm_reader; SELECT count(*) FROM crm.copy", "1"),
    // What lies in the way of names that functions use is not taken.
    (
      "lee",
      """
      CREATE TEMP TABLE app_user AS SELECT 1 AS id, true AS is_enabled, 'administrator' AS role,
        session_user::text AS login, 'x' AS address;
      CREATE TEMP TABLE policy AS SELECT 'member-privileges' AS name, 'administer' AS value;
      SET search_path = pg_temp, crm;
      SELECT role, privileges FROM crm.me();
      """, "member|{read-own,track,set-regarding}"
    ),
    // Their own filter they choose, nothing else of themselves.
    (
      "lee",
      """
      SELECT crm.change_user(jsonb_build_object('id', id, 'filter', 'contacts', 'role',
        'administrator', 'is_enabled', true)) FROM crm.app_user WHERE login = session_user;
      SELECT filter, role FROM crm.app_user WHERE login = session_user;
      """, "contacts|member"
    ),
    (
      "lee",
      """
      SELECT crm.change_user(jsonb_build_object('id', id, 'filter', 'all'))
        FROM crm.app_user WHERE login = session_user
      """, "CR001"
    ),
    (
      "lee",
      """
      SELECT crm.change_user(jsonb_build_object('id', id, 'filter', 'none'))
        FROM crm.app_user WHERE login <> session_user LIMIT 1
      """, "CR001"
    ),
    // A reader reads all headers and content one by one, and carries nothing out.
    ("rita", "SELECT string_agg(subject, ',' ORDER BY subject) FROM crm.copy", "Invoice,Offer"),
    ("rita", "SELECT count(*) FROM crm.content", "0"),
    (
      "rita", "SELECT crm.read_content('\(first)'); SELECT length(crm.content('\(first)', 0)) > 0",
      "t"
    ),
    ("rita", "SELECT crm.content('\(second)', 0)", "CR001"),
    // Nobody reads and takes back that they did.
    (
      "rita",
      """
      BEGIN; SAVEPOINT a; SELECT crm.read_content('\(second)'); RELEASE a;
      SELECT crm.content('\(second)', 0); ROLLBACK;
      """, "CR001"
    ),
    ("lee", "SELECT crm.read_content('\(first)')", "f"),
    ("mx1", "SELECT crm.read_content('\(first)')", denied),
    ("rita", "SELECT crm.withdraw('\(first)', NULL)", "CR001"),
    ("rita", "SELECT crm.regard('\(first)', 'account', '1')", "CR001"),
    ("rita", "SELECT * FROM crm.decide('[]')", denied),
    ("rita", "SELECT crm.append('\(first)', 1, 'x')", denied),
    ("rita", "DELETE FROM crm.copy", denied),
    ("rita", "SELECT read_at FROM crm.content_read", ""),
    ("rita", "SET ROLE crm_member", denied),
    // Whom nobody let in does not even see that there is something.
    ("evil", "SELECT count(*) FROM crm.copy", denied),
    ("evil", "SELECT * FROM crm.me()", denied),
    ("evil", "SELECT crm.copy_id('x', 'incoming')", denied),
    ("evil", "CREATE TABLE crm.mine (a int)", denied),
    ("evil", "SET ROLE crm_reader", denied),
    // An administrator administers by functions, too, and is no owner of anything.
    (
      "dana", "INSERT INTO crm.app_user (address, kind, role) VALUES ('x', 'user', 'member')",
      denied
    ),
    ("dana", "UPDATE crm.copy SET owner = owner", denied),
    ("dana", "DELETE FROM crm.copy", denied),
    ("dana", "DELETE FROM crm.content_read", denied),
    ("dana", "SET ROLE crm_owner", denied),
    ("dana", "GRANT crm_administrator TO {evil}", denied),
    ("dana", "SELECT crm.bind('{evil}', 'crm_administrator')", denied),
    ("dana", "SELECT crm.set_host('super', true)", "CR003"),
    ("dana", "SELECT crm.set_host('{lee}', true)", "CR003"),
    ("dana", "SELECT salt FROM crm.organization", denied),
    ("dana", "SELECT count(*) FROM crm.content", "2"),
  ]

  @Test func eachLoginCannotDoWhatItIsNotFor() throws {
    let place = try Self.place()
    for (login, sql, expected) in Self.cases {
      let answer = try place.text(sql, as: login)
      let last = String(answer.split(separator: "\n").last ?? "")
      #expect(
        last == expected || last.hasSuffix(" \(expected)"), "\(login): \(sql)\n\(answer)")
    }
    #expect(
      try place.text("SELECT string_agg(subject, ',' ORDER BY subject) FROM crm.copy")
        == "Invoice,Offer")
  }

  /// The groups open the schema, and nothing in it: who somebody is stands in the organization.
  @Test func aGroupAloneIsNothing() throws {
    let place = try Self.place()
    _ = try place.text("GRANT crm_administrator TO {evil}; GRANT crm_host TO {evil}")
    #expect(try place.text("SELECT kind FROM crm.me()", as: "evil") == "none")
    for table in ["copy", "content", "participant", "app_user", "policy", "record", "delivery"] {
      #expect(try place.text("SELECT count(*) FROM crm.\(table)", as: "evil") == "0", "\(table)")
    }
    for call in [
      "SELECT crm.directory()", "SELECT * FROM crm.changes(NULL, 10)", "SELECT crm.add_user('{}')",
      "SELECT crm.withdraw('\(Self.first)', NULL)", "SELECT crm.set_host('{evil}', true)",
      "SELECT crm.content('\(Self.first)', 0)", "SELECT crm.set_records('[]')",
    ] {
      #expect(try place.text(call, as: "evil").hasSuffix("CR001"), "\(call)")
    }
    #expect(PostgreSQLDelivery(9).outcome(by: try place.connection("evil")) == "CR001")
  }

  /// Nobody but a mail host brings in mail that is not their own mailbox's, or makes it another's.
  @Test func nobodyForgesACopyOrAnOwner() throws {
    let place = try Self.place()
    let lee = try place.connection("lee")
    var others = PostgreSQLDelivery(20)
    #expect(others.outcome(by: lee) == "CR001")
    #expect(throws: PostgreSQLError.self) {
      try lee.run("SELECT * FROM crm.decide($1::jsonb)", [.text(try others.question())])
    }
    // To dana, through lee's mailbox: it is lee's.
    others.mailbox = "lee@contoso.example"
    #expect(others.outcome(by: lee) == "created")
    #expect(
      try place.text(
        """
        SELECT u.address, c.is_attested FROM crm.copy c JOIN crm.app_user u ON u.id = c.owner
          WHERE c.id = '\(others.copy)'
        """) == "lee@contoso.example|f")
    // Under an id that the key does not give.
    let host = try place.connection("mx1")
    #expect(throws: PostgreSQLError.self) {
      try host.run(
        "SELECT * FROM crm.deliver($1::uuid, $2::uuid, $3::jsonb, 'x')",
        [
          .text(PostgreSQLDelivery(21).entry), .text(others.copy),
          .text(try PostgreSQLDelivery(21).facts()),
        ])
    }
    // With the entry of another one: of the same login it is an error, of another login no matter.
    #expect(PostgreSQLDelivery(22, entry: others.entry).outcome(by: host) == "created")
    #expect(PostgreSQLDelivery(23, entry: others.entry).outcome(by: host) == "CR002")
    // What a mail host brings takes the place of what a member's login brought, content and owner.
    var genuine = others
    genuine.entry = PostgreSQLDelivery(23).entry
    genuine.mailbox = "dana@contoso.example"
    genuine.subject = "Genuine"
    genuine.content = Array("Subject: Genuine\r\n\r\n".utf8)
    #expect(genuine.outcome(by: host) == "created")
    #expect(
      try place.text(
        """
        SELECT u.address, c.is_attested, c.subject, convert_from(t.bytes, 'UTF8') LIKE '%Genuine%'
          FROM crm.copy c JOIN crm.app_user u ON u.id = c.owner JOIN crm.content t ON t.copy = c.id
          WHERE c.id = '\(others.copy)'
        """) == "dana@contoso.example|t|Genuine|t")
    // And not the other way round.
    var again = others
    again.entry = PostgreSQLDelivery(24).entry
    again.subject = "Forged"
    #expect(again.outcome(by: lee) == "seen-again")
    #expect(
      try place.text("SELECT subject FROM crm.copy WHERE id = '\(others.copy)'") == "Genuine")
  }

  /// Who has a message before its mail host brings it keeps it away from nobody.
  @Test func nobodyKeepsAnothersMailAway() throws {
    let place = try Self.place()
    let (lee, host) = (try place.connection("lee"), try place.connection("mx1"))
    var own = PostgreSQLDelivery(40)
    own.mailbox = "lee@contoso.example"
    #expect(own.outcome(by: lee) == "created")
    #expect(try place.text("SELECT crm.withdraw('\(own.copy)', NULL)", as: "lee") == "withdrawn")
    // From lee it stays away.
    own.entry = PostgreSQLDelivery(41).entry
    #expect(own.outcome(by: host) == "withdrawn")
    #expect(PostgreSQLDelivery(40).outcome(by: host) == "created")
    // Nor who brought it in before somebody else did: only their own goes.
    var shared = PostgreSQLDelivery(43)
    shared.mailbox = "lee@contoso.example"
    #expect(shared.outcome(by: lee) == "created")
    #expect(PostgreSQLDelivery(43).outcome(by: try place.connection("dana")) == "delivered")
    #expect(try place.text("SELECT crm.withdraw('\(shared.copy)', NULL)", as: "lee") == "delivery")
    #expect(
      try place.text(
        "SELECT u.address FROM crm.copy c JOIN crm.app_user u ON u.id = owner WHERE c.id = '\(shared.copy)'"
      ) == "dana@contoso.example")
    #expect(
      PostgreSQLDelivery(43, entry: PostgreSQLDelivery(44).entry).outcome(by: host) == "created")
    // And what dana withdrew comes back to lee's mailbox by lee's hand, to no other.
    #expect(try place.text("SELECT crm.withdraw('\(own.copy)', NULL)", as: "dana") == "withdrawn")
    own.track = "hand"
    own.entry = PostgreSQLDelivery(42).entry
    #expect(own.outcome(by: lee) == "created")
    #expect(PostgreSQLDelivery(40).outcome(by: host) == "withdrawn")
    // Nor by a mailbox of no name, whose tombstone would be that of the message.
    own.number = 45
    own.track = "rule"
    own.entry = PostgreSQLDelivery(45).entry
    #expect(own.outcome(by: host) == "created")
    #expect(try place.text("SELECT crm.withdraw('\(own.copy)', NULL)", as: "dana") == "withdrawn")
    own.track = "hand"
    let nameless = try own.facts().replacing(
      #""mailbox":{"#,
      with: #""mailbox":{"address":"","keys":["","lee@contoso.example"]},"other":{"#)
    let rows = try lee.run(
      "SELECT outcome FROM crm.deliver($1::uuid, $2::uuid, $3::jsonb, $4)",
      [
        .text(PostgreSQLDelivery(46).entry), .text(own.copy), .text(nameless), .bytes(own.content),
      ])
    #expect(rows.first?.text("outcome") == "created")
    #expect(
      try place.text("SELECT mailbox FROM crm.delivery WHERE copy = '\(own.copy)'")
        == "lee@contoso.example")
    #expect(
      PostgreSQLDelivery(45, entry: PostgreSQLDelivery(47).entry).outcome(by: host) == "withdrawn")
  }

  /// A mail host takes back what it brought, and nothing that another one did.
  @Test func aMailHostTakesBackItsOwnAlone() throws {
    let place = try PostgreSQLPlace(logins: ["dana", "lee", "rita", "mx1", "mx2"])
    try place.makeUsers(hosts: ["mx1", "mx2"])
    let (one, two) = (try place.connection("mx1"), try place.connection("mx2"))
    var (first, second) = (
      PostgreSQLDelivery(1), PostgreSQLDelivery(1, entry: PostgreSQLDelivery(2).entry)
    )
    second.mailbox = "lee@contoso.example"
    #expect(first.outcome(by: one) == "created")
    #expect(second.outcome(by: two) == "delivered")
    func withdraw(_ mailbox: String, as host: String) throws -> String {
      try place.text("SELECT crm.withdraw('\(first.copy)', \(mailbox))", as: host)
    }
    func mailboxes() throws -> String {
      try place.text("SELECT string_agg(mailbox, ',' ORDER BY mailbox) FROM crm.delivery")
    }
    #expect(try withdraw("'dana@contoso.example'", as: "mx2") == "absent")
    #expect(try withdraw("NULL", as: "mx2") == "delivery")
    #expect(try mailboxes() == "dana@contoso.example")
    #expect(try withdraw("NULL", as: "mx2") == "absent")
    // Who saw it again takes nothing back.
    first.entry = PostgreSQLDelivery(3).entry
    #expect(first.outcome(by: two) == "seen-again")
    #expect(try withdraw("NULL", as: "mx2") == "delivery")
    #expect(try mailboxes() == "dana@contoso.example")
    // Who brought it in leaves what another one brought.
    second.entry = PostgreSQLDelivery(4).entry
    #expect(second.outcome(by: two) == "delivered")
    #expect(try withdraw("NULL", as: "mx1") == "delivery")
    #expect(try mailboxes() == "lee@contoso.example")
    #expect(
      try place.text("SELECT own_of = ARRAY[owner, 2::bigint] FROM crm.copy") == "t")
  }

  /// What a mail host brings and nobody else has goes as a whole.
  @Test func whatOnlyOneHostBroughtGoesWithIt() throws {
    let place = try Self.place()
    #expect(try place.text("SELECT crm.withdraw('\(Self.first)', NULL)", as: "mx1") == "withdrawn")
    #expect(try place.text("SELECT subject FROM crm.copy") == "Invoice")
  }

  /// A record is said by whom it is granted, also of what they bring in.
  @Test func whoMayNotRegardBringsInNoRecord() throws {
    let place = try Self.place()
    _ = try place.text(
      "SELECT crm.set_policy('member-privileges', 'read-own,track', NULL)", as: "dana")
    var own = PostgreSQLDelivery(50)
    own.mailbox = "lee@contoso.example"
    own.regarding = ("account", "1", "manual")
    #expect(own.outcome(by: try place.connection("lee")) == "created")
    #expect(
      try place.text("SELECT regarding_source FROM crm.copy WHERE id = '\(own.copy)'") == "")
  }

  /// Content comes whole and in the transaction in which its message does.
  @Test func nobodyAddsToAMessageOrLeavesPartOfItOut() throws {
    let place = try Self.place()
    let host = try place.connection("mx1")
    #expect(throws: PostgreSQLError.self) {
      try host.run("SELECT crm.append($1::uuid, 1, 'x')", [.text(Self.first)])
    }
    var long = PostgreSQLDelivery(30)
    long.content = Array(repeating: 97, count: 1 << 20)
    long.storedSize = (1 << 20) + 5
    // In two transactions.
    #expect(long.outcome(by: host) == "23514")
    try host.run("BEGIN")
    #expect(long.outcome(by: host) == "created")
    try host.run("SELECT crm.append($1::uuid, 1, 'abcde')", [.text(long.copy)])
    try host.run("COMMIT")
    #expect(
      try place.text("SELECT sum(length(bytes)) FROM crm.content WHERE copy = '\(long.copy)'")
        == "\((1 << 20) + 5)")
    long.number = 31
    long.entry = PostgreSQLDelivery(31).entry
    long.content.append(97)
    long.storedSize = nil
    #expect(long.outcome(by: host) == "23514")
    // Another login does not add to what this one brings.
    #expect(try place.text("SELECT count(*) FROM crm.copy") == "3")
  }

  /// Fetched content is written down, and by whom.
  @Test func whatIsReadIsWrittenDown() throws {
    let place = try Self.place()
    _ = try place.text("SELECT crm.read_content('\(Self.first)')", as: "rita")
    for number in 0...2 {
      _ = try place.text("SELECT crm.content('\(Self.first)', \(number))", as: "rita")
    }
    #expect(
      try place.text("SELECT login, copy FROM crm.content_read", as: "dana")
        == "\(place.login("rita"))|\(Self.first)")
    // In bulk it needs the privilege.
    _ = try place.text(
      "SELECT crm.set_policy('reader-privileges', 'read-own,read-organization,export', NULL)",
      as: "dana")
    #expect(try place.text("SELECT count(*) FROM crm.content", as: "rita") == "2")
    // And who reads their own alone carries only that out.
    _ = try place.text(
      "SELECT crm.set_policy('reader-privileges', 'read-own,export', NULL)", as: "dana")
    #expect(try place.text("SELECT count(*) FROM crm.content", as: "rita") == "0")
  }

  /// A login that was taken away, or whose user was disabled, is nobody at once.
  @Test func whoIsTakenAwaySeesNothingMore() throws {
    let place = try Self.place()
    let rita = try place.connection("rita")
    #expect(try rita.run("SELECT count(*) AS n FROM crm.copy").first?.integer("n") == 2)
    _ = try place.text(
      """
      SELECT crm.change_user(jsonb_build_object('id', u.id, 'address', u.address, 'kind', u.kind,
        'role', u.role, 'is_enabled', false, 'login', u.login, 'addresses',
        (SELECT jsonb_agg(jsonb_build_object('address', a.address, 'keys',
          jsonb_build_array(a.address_key))) FROM crm.user_address a WHERE a.app_user = u.id)))
      FROM crm.app_user u WHERE login = '{rita}'
      """, as: "dana")
    #expect(try rita.run("SELECT count(*) AS n FROM crm.copy").first?.integer("n") == 0)
    _ = try place.text(
      "SELECT crm.remove_user(id) FROM crm.app_user WHERE login = '{rita}'", as: "dana")
    #expect(try rita.run("SELECT count(*) AS n FROM crm.copy").first?.integer("n") == 0)
    #expect(try place.text("SELECT crm.directory()", as: "rita").hasSuffix("CR001"))
    // The login is nobody's, and may be another user's.
    try place.addUser("rita", role: "member")
    #expect(try rita.run("SELECT role FROM crm.me()").first?.text("role") == "member")
  }
}
