import InternetMessage
import PostgreSQL
import Tracking

/// Makes an organization in a PostgreSQL database, or brings one to this version: what `org init` does,
/// once for the organization, as the owner of the database.
///
/// All of it is one transaction under a lock: either it is all there, or nothing is, and two who do it at
/// the same time do it one after the other.
package struct PostgreSQLFoundation {
  private let connection: PostgreSQLConnection

  /// Prepares it.
  package init(_ connection: PostgreSQLConnection) {
    self.connection = connection
  }

  /// Who is to be the organization's first administrator, or another one.
  package struct Administrator: Sendable {
    /// The user's address.
    package var address: AddrSpec
    /// The login that is the user's; `nil` for the one that makes the organization.
    package var login: String?

    /// Names one.
    package init(address: AddrSpec, login: String?) {
      self.address = address
      self.login = login
    }
  }

  /// What was done.
  package struct Report: Sendable, Equatable {
    /// The database's name.
    package var database = ""
    /// The version that was found; `nil` where there was no organization.
    package var versionBefore: Int?
    /// The roles that were made.
    package var madeRoles: [String] = []
    /// Address and login of the administrator who was named.
    package var administrator: String?
    /// Whether somebody may administer it.
    package var hasAdministrator = false

    /// What was done, in lines.
    package var lines: [String] {
      let version = PostgreSQLSchema.version
      let what =
        versionBefore.map { before in
          before == version
            ? "the organization is there already, version \(version) of its schema"
            : "the organization is brought from version \(before) of its schema to \(version)"
        } ?? "an organization is made, version \(version) of its schema"
      var lines = ["\(database): \(what)"]
      if !madeRoles.isEmpty { lines.append("roles made: " + madeRoles.joined(separator: ", ")) }
      if let administrator { lines.append(administrator) }
      if !hasAdministrator {
        lines.append(
          "nobody administers it yet: add --administrator ADDRESS --login NAME of a login that is no "
            + "superuser")
      }
      return lines
    }
  }

  /// Why it was not done: what to do, in one line.
  package enum Trouble: Error, Hashable, CustomStringConvertible {
    /// The server is older than is promised to serve.
    case oldServer(version: Int)
    /// The server only follows another one.
    case replica
    /// The database keeps texts in another encoding.
    case encoding(String)
    /// The login may not make something.
    case notAllowed(String)
    /// The database has another schema of the name.
    case otherSchema
    /// The schema is of a newer version.
    case newer(Int)
    /// There is no such login.
    case noLogin(String)
    /// The login is one that nothing holds.
    case unfitLogin(String)
    /// The login is another user's or a mail host's.
    case loginTaken(String)
    /// The address is another user's.
    case addressTaken(String)

    /// What is wrong and what to do, in one line.
    package var description: String {
      switch self {
      case .oldServer(let version):
        "the server is PostgreSQL \(version / 10_000); an organization needs 15 or newer"
      case .replica:
        "the server only follows another one; name the one that is written to, or add "
          + "target_session_attrs=read-write to the URL"
      case .encoding(let name):
        "the database keeps texts as \(name); make one with 'createdb --encoding UTF8 --template "
          + "template0'"
      case .notAllowed(let text): text
      case .otherSchema:
        "the database has a schema 'crm' that is no organization's; take another database"
      case .newer(let version):
        "the organization's schema is of version \(version), and this program knows "
          + "\(PostgreSQLSchema.version); install a newer one"
      case .noLogin(let login):
        "the server has no login '\(login)'; make it first: createuser --pwprompt \(login)"
      case .unfitLogin(let login):
        "'\(login)' may not log in, or is a superuser, whom no policy holds; name another login with "
          + "--login"
      case .loginTaken(let login): "the login '\(login)' is another user's or a mail host's already"
      case .addressTaken(let address): "\(address) is another user's address already"
      }
    }
  }

  /// Makes the organization, or brings it to this version.
  ///
  /// - Throws: `Trouble`; `PostgreSQLError`. Nothing was changed then.
  package func lay(administrator: Administrator?) throws -> Report {
    guard connection.serverVersion >= PostgreSQLSchema.oldestServer else {
      throw Trouble.oldServer(version: connection.serverVersion)
    }
    var tries = 0
    while true {
      try connection.run("BEGIN")
      do {
        let report = try layInTransaction(administrator)
        try connection.run("COMMIT")
        return report
      } catch {
        if connection.isOpen { _ = try? connection.run("ROLLBACK") }
        tries += 1
        guard Self.isOfAnotherDatabase(error), tries < Self.maxTries else {
          throw Self.trouble(error) ?? error
        }
      }
    }
  }

  private static let maxTries = 10

  /// Whether somebody made the roles at the same moment for another database of the server, where the lock
  /// does not reach.
  private static func isOfAnotherDatabase(_ error: any Error) -> Bool {
    guard case PostgreSQLError.refused(let state, let text)? = error as? PostgreSQLError else {
      return false
    }
    // "tuple concurrently updated" has no code of its own.
    return ["23505", "42710"].contains(state) || state == "XX000" && text.contains("tuple")
  }

  /// "crm-mail", as a number: one at a time in a database.
  private static let lock: Int64 = 0x6372_6D2D_6D61_696C

  private func layInTransaction(_ administrator: Administrator?) throws -> Report {
    try connection.run("SELECT pg_advisory_xact_lock($1)", [.integer(Self.lock)])
    var report = Report()
    let facts = try connection.run(
      """
      SELECT current_database() AS database, pg_is_in_recovery() AS is_replica,
        pg_encoding_to_char((SELECT encoding FROM pg_database WHERE datname = current_database()))
          AS encoding,
        rolcreaterole OR rolsuper AS makes_roles, rolname,
        has_database_privilege(current_database(), 'CREATE') AS makes_schemas,
        EXISTS (SELECT FROM pg_namespace WHERE nspname = 'crm') AS has_schema,
        EXISTS (
          SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
          JOIN pg_roles o ON o.oid = n.nspowner
          WHERE n.nspname = 'crm' AND o.rolname = 'crm_owner' AND c.relname = 'organization')
          AS has_organization
      FROM pg_roles WHERE rolname = current_user
      """
    ).first
    guard let facts else {
      throw PostgreSQLError.malformed("the server does not know its own login")
    }
    report.database = facts.text("database") ?? ""
    guard facts.boolean("is_replica") == false else { throw Trouble.replica }
    guard facts.text("encoding") == "UTF8" else {
      throw Trouble.encoding(facts.text("encoding") ?? "")
    }
    let login = facts.text("rolname") ?? ""
    let hasSchema = facts.boolean("has_schema") ?? false
    let hasOrganization = facts.boolean("has_organization") ?? false
    guard hasSchema == hasOrganization else { throw Trouble.otherSchema }
    report.madeRoles = try makeRoles(login, mayMakeRoles: facts.boolean("makes_roles") ?? false)
    let isOwner = try isMember(of: "crm_owner")
    if !isOwner { try connection.run("GRANT crm_owner TO CURRENT_USER") }
    if !hasSchema {
      guard facts.boolean("makes_schemas") == true else {
        throw Trouble.notAllowed(
          "\(login) may not make a schema in the database \(report.database); its owner does this")
      }
      try connection.run("CREATE SCHEMA crm AUTHORIZATION crm_owner")
    }
    // Whatever is made from here on belongs to who has no login.
    try connection.run("SET LOCAL ROLE crm_owner")
    report.versionBefore = try migrate(isThere: hasOrganization)
    if let administrator {
      report.administrator = try appoint(administrator, login: administrator.login ?? login)
    }
    report.hasAdministrator =
      try connection.run(
        """
        SELECT EXISTS (SELECT FROM crm.app_user
          WHERE role = 'administrator' AND is_enabled AND login IS NOT NULL) AS found
        """
      ).first?.boolean("found") ?? false
    try connection.run("RESET ROLE")
    if !isOwner { try connection.run("REVOKE crm_owner FROM CURRENT_USER") }
    return report
  }

  /// Makes the roles that the server has not yet, and lets the owner of the schema give the groups.
  private func makeRoles(_ login: String, mayMakeRoles: Bool) throws -> [String] {
    let present = try connection.run("SELECT rolname FROM pg_roles WHERE rolname LIKE 'crm\\_%'")
      .rows.compactMap { $0.text("rolname") }
    let missing = PostgreSQLSchema.roles.filter { !present.contains($0.name) }
    guard missing.isEmpty || mayMakeRoles else {
      throw Trouble.notAllowed(
        "the server has no \(missing.map(\.name).joined(separator: ", ")), and \(login) may make no "
          + "roles; a superuser allows it: ALTER ROLE \(PostgreSQLText.identifier(login)) CREATEROLE"
      )
    }
    for role in missing {
      // The lock is this database's: another one of the server may get them at the same moment.
      try connection.run(
        """
        DO $$ BEGIN
          CREATE ROLE \(role.name) NOLOGIN;
        EXCEPTION WHEN duplicate_object OR unique_violation THEN
          NULL;
        END $$
        """)
      for group in role.groups { try connection.run("GRANT \(group) TO \(role.name)") }
    }
    for role in PostgreSQLSchema.roles.dropFirst() {
      let isGiven =
        try connection.run(
          """
          SELECT EXISTS (SELECT FROM pg_auth_members m JOIN pg_roles g ON g.oid = m.roleid
            JOIN pg_roles o ON o.oid = m.member
            WHERE g.rolname = $1 AND o.rolname = 'crm_owner' AND m.admin_option) AS found
          """, [.text(role.name)]
        ).first?.boolean("found") ?? false
      if !isGiven { try connection.run("GRANT \(role.name) TO crm_owner WITH ADMIN OPTION") }
    }
    return missing.map(\.name)
  }

  private func isMember(of role: String) throws -> Bool {
    try connection.run(
      "SELECT pg_has_role(current_user, $1, 'MEMBER') AS found", [.text(role)]
    ).first?.boolean("found") ?? false
  }

  /// Brings tables and functions to this version; the version that was there.
  private func migrate(isThere: Bool) throws -> Int? {
    var before: Int?
    if isThere {
      let row = try connection.run("SELECT schema_version FROM crm.organization").first
      before = row?.integer("schema_version").map { Int($0) }
      guard let found = before else { throw Trouble.otherSchema }
      guard found <= PostgreSQLSchema.version else { throw Trouble.newer(found) }
    }
    for script in PostgreSQLSchema.migrations.dropFirst(before ?? 0) { try carryOut(script) }
    for script in PostgreSQLSchema.definitions { try carryOut(script) }
    guard isThere else {
      try connection.run(
        """
        INSERT INTO crm.organization (id, schema_version, epoch, salt)
          VALUES (gen_random_uuid(), $1, gen_random_uuid(),
            sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())))
        """, [.integer(Int64(PostgreSQLSchema.version))])
      return nil
    }
    try connection.run(
      "UPDATE crm.organization SET schema_version = $1",
      [.integer(Int64(PostgreSQLSchema.version))])
    try renumberAfterRestore()
    // Whose answer has not come in for so long is told that it was seen again.
    try connection.run("DELETE FROM crm.entry WHERE made_at < now() - interval '90 days'")
    return before
  }

  /// A script of several statements as one, which is how they are sent.
  private func carryOut(_ script: String) throws {
    try connection.run("DO $crm_script$\nBEGIN\n\(script)\nEND $crm_script$")
  }

  /// Where the database was restored into another server, whose transactions have lower numbers, changes
  /// would not be told for long: they are numbered as the oldest, and everybody begins anew.
  private func renumberAfterRestore() throws {
    try connection.run(
      """
      WITH moved AS (
        UPDATE crm.change SET xid = '3' WHERE xid > pg_current_xact_id() RETURNING 1
      ) UPDATE crm.organization SET epoch = gen_random_uuid() WHERE EXISTS (SELECT FROM moved)
      """)
  }

  /// Makes somebody an administrator; what was done, in words.
  private func appoint(_ administrator: Administrator, login: String) throws -> String {
    let address = PostgreSQLAddress(administrator.address)
    let found = try connection.run(
      "SELECT crm.user_of($1::jsonb) AS id",
      [.text(try PostgreSQLText.json(address))]
    ).first?.integer("id")
    let taken = try connection.run(
      """
      SELECT 1 AS found FROM crm.app_user WHERE login = $1 AND id IS DISTINCT FROM $2
        UNION ALL SELECT 1 FROM crm.host WHERE login = $1
      """, [.text(login), PostgreSQLValue(found)])
    guard taken.first == nil else { throw Trouble.loginTaken(login) }
    if let found {
      try connection.run(
        """
        UPDATE crm.app_user SET role = 'administrator', is_enabled = true, login = $2 WHERE id = $1
        """, [.integer(found), .text(login)])
    } else {
      let id = try connection.run(
        """
        INSERT INTO crm.app_user (address, kind, role, login)
          VALUES ($1, 'user', 'administrator', $2) RETURNING id
        """, [.text(address.address), .text(login)]
      ).first?.integer("id")
      try connection.run(
        "SELECT crm.set_addresses($1, $2::jsonb)",
        [PostgreSQLValue(id), .text(try PostgreSQLText.json([address]))])
    }
    try connection.run("SELECT crm.bind($1, 'crm_administrator')", [.text(login)])
    return "\(administrator.address) administers it, by the login \(login)"
  }

  /// What is meant by an error that our own functions raise, or by one that means something here.
  private static func trouble(_ error: any Error) -> Trouble? {
    guard case PostgreSQLError.refused(let state, let text)? = error as? PostgreSQLError else {
      return nil
    }
    let words = text.split(separator: " ", maxSplits: 1).map(String.init)
    let rest = words.count > 1 ? words[1] : ""
    switch (state, words.first) {
    case ("CR003", "no-login"): return .noLogin(rest)
    case ("CR003", "unfit-login"): return .unfitLogin(rest)
    case ("CR003", "address-taken"): return .addressTaken(rest)
    case ("42501", _):
      return .notAllowed("\(text); the owner of the database, who may make roles, does this")
    default: return nil
    }
  }
}
