import Foundation
import Testing

/// An organization in PostgreSQL is administered by the commands with which any other is, by whoever is
/// logged in there.
@Suite(.postgresql) struct PostgreSQLAdministrationTests {
  /// A machine whose profile has the organization.
  private final class Machine {
    let server: PostgreSQLPlace
    let place: Place

    /// Makes one for a login; the profile may name another owner.
    init(_ server: PostgreSQLPlace, login: String, owner: String? = nil) throws {
      self.server = server
      place = try Place()
      let text = try String(contentsOfFile: place.profile, encoding: .utf8)
        .replacing("sqlite:contoso.sqlite", with: server.url(login))
        .replacing("owner = \"dana@", with: "owner = \"\(owner ?? login)@")
        .replacing("[\"dana@", with: "[\"\(owner ?? login)@")
      try text.write(toFile: place.profile, atomically: true, encoding: .utf8)
      let added = try place.run("org", "add", "contoso", server.url(login))
      guard added.status == 0 else { throw PostgreSQLServer.ServerError(text: added.errors) }
    }

    /// Runs a command line; `{lee}` in it is the login of that name.
    @discardableResult func run(
      _ line: String, is status: Int32 = 0, says words: String? = nil,
      _ location: SourceLocation = #_sourceLocation
    ) throws -> String {
      var line = line
      for name in ["dana", "lee", "rita", "mx1", "evil", "owner", "finn"] {
        line = line.replacing("{\(name)}", with: name + server.suffix)
      }
      let result = try place.shell("$F \(line)")
      #expect(
        result.status == status, "\(line): \(result.text)\(result.errors)", sourceLocation: location
      )
      if status != 0 {
        #expect(
          result.errors.split(separator: "\n").count == 1, "\(result.errors)",
          sourceLocation: location)
      }
      if let words {
        #expect(
          (result.text + result.errors).contains(words),
          "\(line): \(result.text)\(result.errors)", sourceLocation: location)
      }
      return result.text
    }
  }

  private static func machine() throws -> (PostgreSQLPlace, Machine) {
    let server = try PostgreSQLPlace()
    try server.makeOrganization()
    return (server, try Machine(server, login: "dana"))
  }

  @Test func usersAreMadeAndBoundToLogins() throws {
    let (server, dana) = try Self.machine()
    let lee = "'lee@contoso.example'"
    try dana.run(
      "user add lee@contoso.example --login {lee} --alias L.Ee@contoso.example",
      says: "lee@contoso.example is a user now, member")
    #expect(
      try server.text("SELECT address, role FROM crm.me()", as: "lee")
        == "lee@contoso.example|member")
    try dana.run("user add lee@contoso.example --login {lee}", is: 65, says: "is a user already")
    try dana.run(
      "user add l.ee@contoso.example", is: 65, says: "is an address of the user lee@contoso.example"
    )
    try dana.run(
      "user add rita@contoso.example --login {lee}", is: 65,
      says: "is another user's or a mail host's")
    try dana.run(
      "user add rita@contoso.example --login super", is: 65, says: "a superuser, whom nothing holds"
    )
    try dana.run(
      "user add rita@contoso.example --login {finn}", is: 65, says: "has no login")
    try dana.run("user add rita@contoso.example --role reader --login {rita}")
    try dana.run("user add sales@contoso.example --queue")
    let list = try dana.run("user list")
    #expect(list.contains("l.ee@contoso.example") || list.contains("L.Ee@contoso.example"))
    #expect(list.split(separator: "\n").count == 4)
    #expect(list.contains("login \(server.login("rita"))"))
    // What holds is the role of the organization, whichever groups of the server a login has.
    try dana.run("user set lee@contoso.example --role reader", says: "role reader")
    #expect(try server.text("SELECT role FROM crm.me()", as: "lee") == "reader")
    #expect(
      try server.text("SELECT crm.withdraw(gen_random_uuid(), NULL)", as: "lee").hasSuffix("CR001"))
    try dana.run("user set lee@contoso.example --login none", says: "no login")
    #expect(try server.text("SELECT kind FROM crm.me()", as: "lee") == "none")
    // Their groups are the server's: the organization of another database may need them.
    #expect(try server.text("SELECT pg_has_role('{lee}', 'crm_member', 'MEMBER')") == "t")
    try dana.run(
      "user set dana@contoso.example --disable", is: 65, says: "without an administrator")
    try dana.run(
      "user set dana@contoso.example --login none", is: 65, says: "nobody could administer")
    try dana.run("user remove rita@contoso.example", says: "rita@contoso.example is removed")
    #expect(try server.text("SELECT kind FROM crm.me()", as: "rita") == "none")
    try dana.run("user remove rita@contoso.example", is: 66)
    #expect(
      try server.text("SELECT count(*) FROM crm.user_address WHERE address ILIKE \(lee)") == "1")
  }

  /// Where the administrator may make roles, a login that is not there is made.
  @Test func aLoginIsMadeWhereThatIsAllowed() throws {
    let (server, dana) = try Self.machine()
    _ = try server.text("ALTER ROLE {dana} CREATEROLE")
    try dana.run("user add finn@contoso.example --login {finn}")
    #expect(
      try server.text(
        "SELECT rolcanlogin, rolsuper FROM pg_roles WHERE rolname = 'finn\(server.suffix)'")
        == "t|f")
    // What fails makes none.
    try dana.run("user add finn@contoso.example --login never{finn}", is: 65)
    try dana.run("user add other@contoso.example --role reader --login 'odd \"name\"{finn}'")
    #expect(
      try server.text(
        "SELECT rolname FROM pg_roles WHERE rolname LIKE '%finn\(server.suffix)' ORDER BY 1")
        == "finn\(server.suffix)\nodd \"name\"finn\(server.suffix)")
    try dana.run("org host add contoso 'mx{finn}'", says: "is a mail host of contoso now")
    _ = try server.text(
      "DROP OWNED BY \"odd \"\"name\"\"finn\(server.suffix)\"; "
        + "DROP ROLE \"odd \"\"name\"\"finn\(server.suffix)\"")
  }

  @Test func settingsAreTheServers() throws {
    let (server, dana) = try Self.machine()
    try dana.run("org set contoso filter contacts", says: "filter is 'contacts' now")
    try dana.run("org set contoso filter contacts", says: "filter is 'contacts' already")
    try dana.run("org set contoso filter none-such", is: 64, says: "that is no value of 'filter'")
    try dana.run("org set contoso filtr contacts", is: 64, says: "did you mean")
    try dana.run("org set contoso refuse 'Bad@X.example, @y.example, @*.z.example'")
    #expect(
      try server.text("SELECT kind, key FROM crm.refused_address ORDER BY 1")
        == "address|bad@x.example\ndomain|y.example\nsubdomains|z.example")
    try dana.run("org set contoso refuse ''")
    #expect(try server.text("SELECT count(*) FROM crm.refused_address") == "0")
    #expect(try server.text("SELECT value FROM crm.policy WHERE name = 'filter'") == "contacts")
  }

  @Test func recordsAreKeptThere() throws {
    let (server, dana) = try Self.machine()
    try dana.run(
      "record add account:1 --domain fabrikam.example --name Fabrikam --owner dana@contoso.example",
      says: "account:1 is added: @fabrikam.example, owned by dana@contoso.example")
    try dana.run("record add account:1 --domain fabrikam.example", says: "account:1 is replaced")
    try dana.run("record add contact:7 --address Erin@fabrikam.example --parent account:1")
    try dana.run("record add lead:7 --address erin.b@fabrikam.example --name Erin")
    try dana.run("record add lead:8 --owner x@y.example --name X", is: 65, says: "no user has")
    try dana.run("record merge lead:7 contact:7")
    try dana.run("record merge lead:7 contact:7", is: 66, says: "no record lead:7")
    try dana.run("record convert contact:7 contact:9")
    // What it was called means it still.
    try dana.run("record add contact:7 --address erin.c@fabrikam.example")
    try dana.run(
      "record set contact:9 --name 'Erin B.' --owner dana@contoso.example "
        + "--remove-address erin.b@fabrikam.example")
    let list = try dana.run("record list")
    #expect(list.contains("contact:9"))
    #expect(list.contains("Erin B."))
    #expect(list.contains("erin.c@fabrikam.example"))
    #expect(!list.contains("erin.b@fabrikam.example"))
    #expect(list.contains("of account:1"))
    #expect(list.split(separator: "\n").count == 2)
    #expect(try dana.run("record list contact").split(separator: "\n").count == 1)
    try dana.run("record set contact:99 --name X", is: 66)
    let rows = (0..<12_000).map { "contact,i\($0),Person \($0),p\($0)@import.example" }
    try dana.place.write(
      "type,id,name,address\n" + rows.joined(separator: "\n") + "\n", to: "records.csv")
    try dana.run("record import records.csv --dry-run", says: "dry run: ")
    #expect(try server.text("SELECT count(*) FROM crm.record") == "2")
    try dana.run("record import records.csv")
    #expect(try server.text("SELECT count(*) FROM crm.record") == "12002")
    #expect(try dana.run("record list").split(separator: "\n").count == 12_002)
    try dana.run("record remove account:1", says: "account:1 is removed")
    try dana.run("record remove account:1", is: 66)
  }

  @Test func mailHostsAreLetInAndOut() throws {
    let (server, dana) = try Self.machine()
    try dana.run("org host add contoso {mx1}", says: "is a mail host of contoso now")
    try dana.run("org host add contoso {mx1}", says: "is a mail host of contoso already")
    #expect(try dana.run("org host list") == "\(server.login("mx1"))\n")
    #expect(try server.text("SELECT kind FROM crm.me()", as: "mx1") == "host")
    try dana.run("org host add contoso {dana}", is: 65, says: "is another user's or a mail host's")
    try dana.run("user add x@contoso.example --login {mx1}", is: 65, says: "a mail host's already")
    try dana.run("org host remove contoso {mx1}", says: "is no mail host of contoso any more")
    try dana.run("org host remove contoso {mx1}", is: 66)
    #expect(try server.text("SELECT kind FROM crm.me()", as: "mx1") == "removed-host")
    // A store of this machine has none.
    try dana.run("org add local sqlite:local.sqlite")
    try dana.run("org host list local", is: 64, says: "its mail hosts need no login")
  }

  /// Whoever the profile names: who is logged in acts, and is held to their role.
  @Test func theLoginActsAndNotTheProfile() throws {
    let (server, dana) = try Self.machine()
    try dana.run("user add lee@contoso.example --login {lee}")
    try dana.run("user add rita@contoso.example --role reader --login {rita}")
    let lee = try Machine(server, login: "lee", owner: "dana")
    for line in [
      "user add x@contoso.example", "user remove rita@contoso.example",
      "org set contoso filter all", "record add account:1 --name X", "org host list contoso",
      "user set rita@contoso.example --role administrator",
      "user set lee@contoso.example --role administrator",
    ] { try lee.run(line, is: 77, says: "lee@contoso.example, member, lacks the privilege") }
    // Which mail is tracked for them is everybody's own choice.
    try lee.run("user set lee@contoso.example --filter contacts", says: "filter contacts")
    #expect(
      try server.text("SELECT filter FROM crm.app_user WHERE login = '{lee}'") == "contacts")
    try lee.run("record list")
    #expect(try lee.run("user list").split(separator: "\n").count == 3)
    try dana.run("org set contoso member-privileges read-own,track")
    try lee.run("record list", is: 77, says: "lacks the privilege read-organization")
    _ = try server.text(
      "UPDATE crm.app_user SET is_enabled = false WHERE login = '{rita}'")
    try lee.run("user list", is: 77)
  }

  /// What others brought, and this machine does not have, goes all the same.
  @Test func forgetAndPruneReachAllOfIt() throws {
    let (server, dana) = try Self.machine()
    try dana.run("org host add contoso {mx1}")
    try dana.run("sync contoso")
    let host = try server.connection("mx1")
    for number in 1...3 {
      var delivery = PostgreSQLDelivery(number)
      if number == 3 { delivery.sender = "frank@fabrikam.example" }
      delivery.seenAt = 1_700_000_000
      #expect(delivery.outcome(by: host) == "created")
    }
    try dana.run("forget erin@fabrikam.example --dry-run", says: "mail       2\n")
    #expect(try server.text("SELECT count(*) FROM crm.copy") == "3")
    try dana.run("forget erin@fabrikam.example --yes", says: "mail       2\n")
    #expect(try server.text("SELECT sender_address FROM crm.copy") == "frank@fabrikam.example")
    try dana.run("prune --before 30d --dry-run", says: "mail       1\n")
    try dana.run("prune --before 30d --yes", says: "mail       1\n")
    #expect(try server.text("SELECT count(*) FROM crm.copy") == "0")
  }

  /// What was refused left nothing on this machine: the server tells it, to who may read all of it.
  @Test func refusedQuestionsAreShown() throws {
    let (server, dana) = try Self.machine()
    try dana.run("org host add contoso {mx1}")
    try dana.run("org set contoso log-refused yes")
    try dana.run("sync contoso")
    let host = try server.connection("mx1")
    for (number, subject) in [(1, "First"), (2, "Second, and last")] {
      var delivery = PostgreSQLDelivery(number)
      delivery.track = "ask"
      delivery.subject = subject
      try host.run("SELECT * FROM crm.decide($1::jsonb)", [.text(try delivery.question())])
    }
    let log = try dana.run("org log contoso")
    #expect(log.contains("NoCorrelationMatch (1)"))
    #expect(log.contains("erin@fabrikam.example"))
    #expect(log.contains("Second, and last"))
    #expect(try dana.run("org log contoso --limit 1").split(separator: "\n").count == 1)
    try dana.run("user add lee@contoso.example --login {lee}")
    try dana.run("org set contoso member-privileges read-own,track")
    let lee = try Machine(server, login: "lee")
    try lee.run("sync contoso")
    try lee.run("org log contoso", is: 77)
  }

  @Test func withoutAConnectionItIsSaidAndNothingIsChanged() throws {
    let server = try PostgreSQLPlace(on: PostgreSQLServer(isDurable: false))
    try server.makeOrganization()
    let dana = try Machine(server, login: "dana")
    server.server.stop()
    for line in [
      "user add x@contoso.example", "user list", "org set contoso filter all", "record list",
      "org host list contoso",
    ] { try dana.run(line, is: 75, says: "the organization cannot be reached") }
    try dana.run("org show", says: "known here after the first 'crm-mailfilter sync'")
    server.server.stop(keeps: false)
  }
}
