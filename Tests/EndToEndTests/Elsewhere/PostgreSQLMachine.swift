import Foundation
import Glibc

@testable import crm_mailfilter

/// A machine with a profile of its own, that reaches an organization in PostgreSQL by a login.
final class PostgreSQLMachine {
  let place: Place
  let organization: PostgreSQLPlace

  /// A rule that asks for one customer's mail to be tracked.
  static let rules = """
    [[mailbox]]
    owner = "lee@contoso.example"
    [[rule]]
    name = "Erin"
    participant = "erin@fabrikam.example"
    action = "track"
    [[rule]]
    name = "Own"
    participant = "@private.example"
    action = "ignore"
    """

  /// Makes one, and adds the organization.
  ///
  /// - Parameters:
  ///   - login: By which it is reached.
  ///   - organization: Which.
  ///   - url: By another way than the server's socket.
  ///   - mirror: What the profile says of that.
  ///   - owner: The owner of the first mailbox.
  ///   - adds: Whether it is added, too.
  /// - Throws: `ServerError`; what running programs throws.
  init(
    _ login: String, of organization: PostgreSQLPlace, url: String? = nil, mirror: String? = nil,
    owner: String = "dana@contoso.example", adds: Bool = true
  ) throws {
    self.organization = organization
    place = try Place(
      rules: (mirror.map { "mirror = \"\($0)\"\n" } ?? "")
        + (owner == "lee@contoso.example"
          ? Self.rules.replacing("owner = \"lee@", with: "owner = \"dana@") : Self.rules))
    let url = url ?? organization.url(login)
    let text = try String(contentsOfFile: place.profile, encoding: .utf8)
      .replacing("sqlite:contoso.sqlite", with: url)
      .replacing(
        "owner = \"dana@contoso.example\"\naddresses = [\"dana@contoso.example\", ",
        with: "owner = \"\(owner)\"\naddresses = [")
    try text.write(toFile: place.profile, atomically: true, encoding: .utf8)
    if adds {
      let added = try place.run("org", "add", "contoso", url)
      guard added.status == 0 else { throw PostgreSQLServer.ServerError(text: added.errors) }
    }
  }

  var store: String { place.folder + "/data/crm-mailfilter/elsewhere/contoso.sqlite" }

  @discardableResult func filter(_ message: [UInt8], _ arguments: String...) throws
    -> Program.Result
  {
    try place.filter(message, arguments)
  }

  func run(_ arguments: String...) throws -> Program.Result {
    try Program.run(
      Program.path, arguments, environment: place.environment, folder: place.folder)
  }

  func sync(_ arguments: String...) throws -> Program.Result {
    try Program.run(
      Program.path, ["sync"] + arguments, environment: place.environment, folder: place.folder)
  }

  /// Runs `sync` until it ends with 0, which it does once the server is there again.
  func syncToTheEnd(atMost runs: Int = 200) throws -> Bool {
    for _ in 0..<runs {
      if try sync().status == 0 { return true }
      // Nobody waits in a test because the server said that it starts.
      _ = try query("DELETE FROM remote_state WHERE name = 'not-before'")
      usleep(100_000)
    }
    return false
  }

  /// What SQLite's own program reads from this side's store.
  func query(_ sql: String) throws -> String {
    let result = try Program.run(
      "/usr/bin/sqlite3", [store, ".timeout 5000", sql], folder: place.folder)
    guard result.status == 0 else { return "error: " + result.errors }
    return result.text.trimmingCharacters(in: .newlines)
  }

  /// The subjects that `list` shows, the oldest first.
  func subjects() throws -> [String] {
    let listed = try run("list", "--json")
    return listed.text.split(separator: "\n").compactMap { line in
      (try? JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])?["subject"]
        as? String
    }.reversed()
  }
}

extension PostgreSQLPlace {
  /// Gives a login a role: that of a user with an address of the name, or `host`.
  func add(_ name: String, as role: String) throws {
    let login = login(name)
    let address = "\(name)@contoso.example"
    let sql =
      role == "host"
      ? "SELECT crm.set_host('\(login)', true)"
      : """
      SELECT crm.add_user('{"address": "\(address)", "kind": "user", "role": "\(role)",
        "login": "\(login)", "addresses": [{"address": "\(address)", "keys": ["\(address)"],
        "mailboxes": [], "alias": null, "domains": [], "companies": []}]}')
      """
    let added = try query(sql, as: "dana")
    guard added.status == 0 else { throw PostgreSQLServer.ServerError(text: added.errors) }
  }

  /// Makes an organization with a host `mx1`, a member `lee` and a reader `rita`.
  static func usual(
    on server: PostgreSQLServer? = nil,
    logins: [String] = ["dana", "lee", "rita", "mx1", "mx2", "evil"]
  ) throws -> PostgreSQLPlace {
    let place = try PostgreSQLPlace(on: server, logins: logins)
    try place.makeOrganization()
    for name in logins {
      switch name {
      case "lee": try place.add(name, as: "member")
      case "rita": try place.add(name, as: "reader")
      case _ where name.hasPrefix("mx"): try place.add(name, as: "host")
      default: break
      }
    }
    return place
  }

  /// Copies, different messages, entries, and how often they were seen in mailboxes: all the same where
  /// each message came once.
  func counts() throws -> String {
    try text(
      """
      SELECT (SELECT count(*) FROM crm.copy), (SELECT count(DISTINCT key) FROM crm.copy),
        (SELECT count(*) FROM crm.entry), (SELECT coalesce(sum(times_seen), 0) FROM crm.delivery)
      """)
  }

  /// The subjects of what is kept, the oldest first.
  func subjects() throws -> [String] {
    try text("SELECT subject FROM crm.copy ORDER BY sent_at, message_id").split(separator: "\n")
      .map(String.init)
  }
}

/// A man in the middle between a machine and a server, on a socket of its own.
final class PostgreSQLProxy {
  private let folder: String
  private let process: pid_t

  /// Starts one.
  ///
  /// - Parameters:
  ///   - server: The server.
  ///   - nth: The answer to each so many deliveries is withheld, and the connection cut.
  ///   - kills: Whether the server is killed first.
  /// - Throws: What starting it throws.
  init(before server: PostgreSQLServer, nth: Int, kills: Bool = false) throws {
    folder = "/tmp/crm-proxy-" + UUID().uuidString.prefix(8)
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let started = try Program.shell(
      """
      setsid /usr/bin/python3 '\(Repository.root)/Tests/EndToEndTests/Elsewhere/postgresql-proxy.py' \
        '\(folder)' '\(server.folder)' \(server.port) \(nth) \(kills ? "kill" : "cut") \
        > log 2>&1 < /dev/null & echo $!
      """, environment: [:], folder: folder)
    process = pid_t(started.text.trimmingCharacters(in: .whitespacesAndNewlines)) ?? 0
    for _ in 0..<200 where access(folder + "/.s.PGSQL.5432", F_OK) != 0 { usleep(25_000) }
  }

  deinit {
    if process > 0 { kill(process, SIGKILL) }
    try? FileManager.default.removeItem(atPath: folder)
  }

  /// How many answers were withheld.
  var withheld: Int {
    (try? String(contentsOfFile: folder + "/withheld", encoding: .utf8)).flatMap { Int($0) } ?? 0
  }

  /// The URL of a database by this way.
  func url(_ organization: PostgreSQLPlace, as name: String) -> String {
    "postgresql://\(organization.login(name))@/\(organization.database)?host=\(folder)&port=5432"
  }
}
