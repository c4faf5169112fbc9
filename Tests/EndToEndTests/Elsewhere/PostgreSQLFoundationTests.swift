import Foundation
import MailPipeline
import Testing

/// `org init`: an organization in a database, made once, whoever asks for it and however often.
@Suite(.postgresql) struct PostgreSQLFoundationTests {
  @Test func itIsMadeOnceAndSaysWhatItDid() throws {
    let place = try PostgreSQLPlace()
    let made = try place.run("org", "init", place.url("owner"))
    #expect(made.status == 0, "\(made.errors)")
    #expect(made.text.contains("\(place.database): an organization is made, version "))
    #expect(made.text.contains("nobody administers it yet"))
    let identity = try place.text("SELECT id, epoch, salt FROM crm.organization")
    let again = try place.run(
      "org", "init", place.url("owner"), "--administrator", "Dana@contoso.example", "--login",
      place.login("dana"))
    #expect(again.status == 0, "\(again.errors)")
    #expect(
      again.text == """
        \(place.database): the organization is there already, version \
        \(PostgreSQLSchema.version) of its schema
        Dana@contoso.example administers it, by the login \(place.login("dana"))

        """)
    #expect(try place.text("SELECT id, epoch, salt FROM crm.organization") == identity)
    #expect(
      try place.text("SELECT address, role, kind FROM crm.me()", as: "dana")
        == "Dana@contoso.example|administrator|user")
    // Who owns the database is left with no more than before.
    #expect(try place.text("SELECT count(*) FROM crm.copy", as: "owner").contains("42501"))
  }

  @Test func fourAtOnceMakeOne() throws {
    let place = try PostgreSQLPlace()
    let results = Parallel.map(4) { _ in
      (try? place.run("org", "init", place.url("owner")))
        ?? .init(status: -1, output: [], errors: "")
    }
    for result in results { #expect(result.status == 0, "\(result.errors)") }
    #expect(results.count { $0.text.contains("an organization is made") } == 1)
    #expect(results.count { $0.text.contains("is there already") } == 3)
    #expect(try place.text("SELECT count(*) FROM crm.organization") == "1")
  }

  @Test func whoMayNotIsToldWhoDoesIt() throws {
    // The roles are there.
    try PostgreSQLPlace().makeOrganization()
    let place = try PostgreSQLPlace()
    let stranger = try place.run("org", "init", place.url("evil"))
    #expect(stranger.status == 77)
    #expect(stranger.errors.contains("the owner of the database"))
    #expect(stranger.errors.split(separator: "\n").count == 1)
    try place.makeOrganization()
    let member = try place.run(
      "org", "init", place.url("lee"), "--administrator", "lee@contoso.example")
    #expect(member.status == 77)
    #expect(try place.text("SELECT count(*) FROM crm.app_user") == "1")
  }

  @Test func theAdministratorNeedsALoginThatPoliciesHold() throws {
    let place = try PostgreSQLPlace()
    for (login, words) in [
      ("super", "is a superuser, whom no policy holds"),
      ("crm_member", "may not log in"),
      ("nobody-knows", "the server has no login 'nobody-knows'; make it first"),
    ] {
      let result = try place.run(
        "org", "init", place.url("owner"), "--administrator", "dana@contoso.example", "--login",
        login)
      #expect(result.status == 64, "\(login)")
      #expect(result.errors.contains(words), "\(result.errors)")
    }
    // Nothing of it is left.
    #expect(try place.text("SELECT count(*) FROM pg_namespace WHERE nspname = 'crm'") == "0")
    try place.makeOrganization()
    let taken = try place.run(
      "org", "init", place.url("owner"), "--administrator", "lee@contoso.example", "--login",
      place.login("dana"))
    #expect(taken.status == 64)
    #expect(taken.errors.contains("is another user's or a mail host's already"))
  }

  @Test func anotherVersionIsBroughtHereOrRefused() throws {
    let place = try PostgreSQLPlace()
    try place.makeOrganization()
    _ = try place.text("UPDATE crm.organization SET schema_version = 99")
    let newer = try place.run("org", "init", place.url("owner"))
    #expect(newer.status == 65)
    #expect(newer.errors.contains("the organization's schema is of version 99"))
    #expect(newer.errors.contains("install a newer one"))
    #expect(try place.text("SELECT schema_version FROM crm.organization") == "99")
  }

  @Test func functionsThatSomebodySpoiltAreMadeAgain() throws {
    let place = try PostgreSQLPlace()
    try place.makeOrganization()
    _ = try place.text(
      """
      DROP FUNCTION crm.regard(uuid, text, text);
      GRANT SELECT ON crm.content TO PUBLIC;
      ALTER TABLE crm.copy NO FORCE ROW LEVEL SECURITY;
      """)
    #expect(try place.run("org", "init", place.url("owner")).status == 0)
    #expect(
      try place.text("SELECT crm.regard(gen_random_uuid(), NULL, NULL)", as: "dana") == "f")
    #expect(
      try place.text("SELECT has_table_privilege('{evil}', 'crm.content', 'SELECT')") == "f")
    #expect(
      try place.text(
        "SELECT count(*) FROM pg_class WHERE relnamespace = 'crm'::regnamespace AND relkind = 'r' "
          + "AND NOT (relrowsecurity AND relforcerowsecurity)") == "0")
  }

  /// On loopback the server wants a password, which is typed, and never stands in the URL.
  @Test func thePasswordIsAskedForOnATerminal() throws {
    let place = try PostgreSQLPlace()
    _ = try place.text("ALTER ROLE {owner} PASSWORD 'owner''s'")
    let url =
      "postgresql://\(place.login("owner"))@127.0.0.1:\(place.server.port)/\(place.database)"
    let silent = try place.run("org", "init", url)
    #expect(silent.status == 77)
    #expect(silent.errors.contains("no password supplied"))
    let terminal = try PseudoTerminal(["org", "init", url], in: try Place())
    try terminal.expect("Password for \(url): ")
    terminal.type("owner's")
    try terminal.expect("an organization is made")
    #expect(try terminal.wait() == 0)
    let wrong = try PseudoTerminal(["org", "init", url], in: try Place())
    try wrong.expect("Password for")
    wrong.type("wrong")
    try wrong.expect("password authentication failed")
    #expect(try wrong.wait() == 77)
    let written = try place.run(
      "org", "init", url.replacing("@127", with: ":secret@127"))
    #expect(written.status == 64)
    #expect(written.errors.contains("a password has no place in a URL"))
    #expect(!written.errors.contains("secret@"))
    #expect(try place.run("org", "init", "sqlite:x.sqlite").status == 64)
  }

  /// The sample, as its superuser runs it on the server: twice, it makes what is missing.
  @Test func theSampleMakesOne() throws {
    let server = try PostgreSQLServer.shared.get()
    let number = server.number()
    let names = ["dana", "mx1", "mx2"].map { "sample-\($0)-\(number)" }
    let environment = [
      "PATH": "/usr/bin:/bin", "HOME": "/nonexistent", "PGHOST": server.folder,
      "PGPORT": "\(server.port)", "PGUSER": "super", "CRM_MAILFILTER": Program.path,
    ]
    for hosts in [[names[1]], [names[1], names[2]]] {
      let made = try Program.run(
        Repository.root + "/samples/postgresql/make-organization",
        ["sample\(number)", "dana@contoso.example", names[0]] + hosts, environment: environment,
        folder: "/tmp")
      #expect(made.status == 0, "\(made.errors)")
      #expect(made.text.contains("\(hosts.last ?? "") is a mail host"))
    }
    let found = try server.query(
      "SELECT address, login FROM crm.app_user; SELECT login FROM crm.host ORDER BY 1", as: "super",
      in: "sample\(number)")
    #expect(
      found.text == "dana@contoso.example|\(names[0])\n\(names[1])\n\(names[2])\n")
  }

  @Test func anotherSchemaOfTheNameStays() throws {
    let place = try PostgreSQLPlace()
    _ = try place.text("CREATE SCHEMA crm; CREATE TABLE crm.organization (a int)")
    let result = try place.run("org", "init", place.url("owner"))
    #expect(result.status == 65)
    #expect(result.errors.contains("a schema 'crm' that is no organization's"))
  }

  @Test func aDatabaseOfAnotherEncodingIsRefused() throws {
    let place = try PostgreSQLPlace()
    _ = try place.text(
      "CREATE DATABASE \(place.database)l OWNER {owner} ENCODING 'LATIN1' TEMPLATE template0")
    let result = try place.run(
      "org", "init", place.server.url(place.database + "l", as: place.login("owner")))
    #expect(result.status == 65)
    #expect(result.errors.contains("keeps texts as LATIN1"))
  }

  @Test func whatIsThereBelongsToNobodyWhoCanLogIn() throws {
    let place = try PostgreSQLPlace()
    try place.makeOrganization()
    #expect(
      try place.text(
        """
        SELECT count(*) FROM (
          SELECT relowner FROM pg_class WHERE relnamespace = 'crm'::regnamespace
          UNION ALL SELECT proowner FROM pg_proc WHERE pronamespace = 'crm'::regnamespace
          UNION ALL SELECT nspowner FROM pg_namespace WHERE nspname = 'crm'
        ) s (owner) JOIN pg_roles r ON r.oid = owner
        WHERE r.rolcanlogin OR r.rolsuper OR r.rolbypassrls OR r.rolcreaterole
        """) == "0")
    // A function of ours finds nothing that somebody else put in its way.
    #expect(
      try place.text(
        """
        SELECT count(*) FROM pg_proc WHERE pronamespace = 'crm'::regnamespace
          AND proname <> 'group_of' AND NOT 'search_path=crm, pg_temp' = ANY (proconfig)
        """) == "0")
    // And nobody but the groups calls one.
    #expect(
      try place.text(
        """
        SELECT count(*) FROM pg_proc p, aclexplode(p.proacl) a
        WHERE pronamespace = 'crm'::regnamespace AND a.grantee = 0
        """) == "0")
  }
}
