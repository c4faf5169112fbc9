import Foundation
import Glibc
import InternetMessage
import MailPipeline
import PostgreSQL
import Testing

extension Trait where Self == ConditionTrait {
  /// For tests that start a PostgreSQL server of their own.
  static var postgresql: Self {
    .enabled(
      if: PostgreSQLServer.programs != nil,
      "no PostgreSQL 15 or newer in /usr/lib/postgresql (Debian: postgresql)")
  }
}

/// A PostgreSQL server of the tests' own, in a folder of its own, on a Unix socket and on loopback.
///
/// Whoever comes by the socket is who they say they are; on loopback they need a password. It ends with
/// this process, however that ends.
final class PostgreSQLServer: @unchecked Sendable {
  /// The folder of the newest server's programs; `nil` where there is none.
  static let programs: String? = {
    let root = "/usr/lib/postgresql"
    let versions = (try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []
    let newest = versions.compactMap { Int($0) }.filter { $0 >= 15 }.max()
    let folder = newest.map { "\(root)/\($0)/bin" }
    return folder.flatMap { access($0 + "/initdb", X_OK) == 0 ? $0 : nil }
  }()

  /// The server of all tests that do not kill theirs; it loses what it has when the machine ends, and is
  /// quicker for it.
  static let shared = Result { try PostgreSQLServer(isDurable: false) }

  /// Where it is: its socket lies here, too.
  let folder: String
  /// On which port it listens, on 127.0.0.1, and what its socket is named by.
  let port: Int
  private let isDurable: Bool
  private let settings: [String]
  /// While it is open, the server runs.
  private var lifeline: Int32 = -1
  private let lock = NSLock()
  private var count = 0

  /// Makes a server and starts it.
  ///
  /// - Parameters:
  ///   - isDurable: Whether what was committed outlives a kill, as of a server in use.
  ///   - settings: More of its settings, such as `ssl=on`.
  /// - Throws: `ServerError`; what running its programs throws.
  init(isDurable: Bool, settings: [String] = []) throws {
    self.isDurable = isDurable
    self.settings = settings
    folder = "/tmp/crm-pg-" + UUID().uuidString.prefix(8)
    port = try Self.freePort()
    let programs = try #require(Self.programs)
    let made = try Self.shell(
      """
      set -e
      mkdir -m 755 '\(folder)'
      \(geteuid() == 0 ? "chown \(Self.user) '\(folder)'" : ":")
      \(Self.asUser) '\(programs)/initdb' -D '\(folder)/data' -U super -A trust -E UTF8 \
        --locale=C --no-sync > '\(folder)/initdb.log'
      echo 'local all all trust
      host all all 127.0.0.1/32 scram-sha-256' > '\(folder)/data/pg_hba.conf'
      """)
    guard made.status == 0 else { throw ServerError(text: made.errors) }
    try start()
  }

  deinit {
    stop(keeps: false)
  }

  /// Why a server cannot be had.
  struct ServerError: Error {
    var text: String
  }

  /// As whom it runs: never as root.
  static let user = getpwnam("postgres") != nil ? "postgres" : "nobody"
  private static let asUser =
    geteuid() == 0
    ? "setpriv --reuid=\(user) --regid=$(id -g \(user)) --clear-groups --no-new-privs" : ""

  private static func shell(_ line: String) throws -> Program.Result {
    try Program.run(
      "/bin/sh", ["-c", line], environment: ["PATH": "/usr/local/bin:/usr/bin:/bin"],
      folder: "/tmp")
  }

  private static func freePort() throws -> Int {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let code = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, length) == 0 ? getsockname(descriptor, $0, &length) : -1
      }
    }
    guard code == 0 else { throw ServerError(text: "no port is free") }
    return Int(UInt16(bigEndian: address.sin_port))
  }

  // MARK: Its life

  /// Starts it, and waits until it serves.
  func start() throws {
    let programs = try #require(Self.programs)
    unlink(folder + "/kept")
    var ends: [Int32] = [-1, -1]
    // No other program that a test starts is to hold an end.
    let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
    guard socketpair(AF_UNIX, kind, 0, &ends) == 0 else { throw ServerError(text: "no pipe") }
    let more = settings.map { "-c '\($0)'" }.joined(separator: " ")
    let line = """
      \(Self.asUser) '\(programs)/postgres' -D '\(folder)/data' -k '\(folder)' -p \(port) \
        -c listen_addresses=127.0.0.1 -c max_connections=50 -c shared_buffers=32MB \
        -c fsync=\(isDurable ? "on" : "off") \(more) >> '\(folder)/server.log' 2>&1 < /dev/null &
      server=$!
      # Until nobody holds the other end.
      cat > /dev/null
      kill -QUIT $server 2> /dev/null
      wait $server
      [ -e '\(folder)/kept' ] || rm -rf '\(folder)'
      """
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, ends[0], 0)
    posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
    let arguments: [String] = ["/bin/sh", "-c", line]
    let environment: [String] = ["PATH=/usr/local/bin:/usr/bin:/bin"]
    let argv = arguments.map { strdup($0) } + [nil]
    let envp = environment.map { strdup($0) } + [nil]
    defer { for text in argv + envp { free(text) } }
    var process = pid_t()
    let code = posix_spawn(&process, "/bin/sh", &actions, nil, argv, envp)
    close(ends[0])
    guard code == 0 else { throw ServerError(text: "the server cannot be started") }
    shellProcess = process
    lifeline = ends[1]
    for _ in 0..<600 {
      if try query("SELECT 1", as: "super", in: "postgres").status == 0 { return }
      usleep(50_000)
    }
    let log = (try? String(contentsOfFile: folder + "/server.log", encoding: .utf8)) ?? ""
    throw ServerError(text: log)
  }

  private var shellProcess: pid_t = 0

  /// Ends it at once; whoever is connected is cut off.
  ///
  /// - Parameter keeps: Whether it is started again.
  func stop(keeps: Bool = true) {
    guard lifeline >= 0 else {
      if !keeps { try? FileManager.default.removeItem(atPath: folder) }
      return
    }
    let mark = folder + "/kept"
    if keeps {
      _ = FileManager.default.createFile(atPath: mark, contents: nil)
    } else {
      unlink(mark)
    }
    close(lifeline)
    lifeline = -1
    var status: Int32 = 0
    while waitpid(shellProcess, &status, 0) < 0, errno == EINTR {}
  }

  /// The process ids of the server and of those who serve its clients.
  func processes() -> [pid_t] {
    let text = try? String(contentsOfFile: folder + "/data/postmaster.pid", encoding: .utf8)
    guard let first = text?.split(separator: "\n").first, let server = pid_t(first) else {
      return []
    }
    let children = try? String(
      contentsOfFile: "/proc/\(server)/task/\(server)/children", encoding: .utf8)
    return [server] + (children ?? "").split(separator: " ").compactMap { pid_t($0) }
  }

  /// Stops who writes the log for those that did not wait for it, until the server is started again.
  func stopWritingBehind() throws {
    for process in processes() {
      let line = try? String(contentsOfFile: "/proc/\(process)/cmdline", encoding: .utf8)
      if let line, line.contains("walwriter") {
        kill(process, SIGSTOP)
        return
      }
    }
    throw ServerError(text: "the server has no walwriter")
  }

  /// Kills it and all who serve its clients with SIGKILL, and starts it again.
  func crash() throws {
    let all = processes()
    for process in all { kill(process, SIGKILL) }
    stop()
    try start()
  }

  // MARK: What is asked

  /// What psql says to statements; an error has its SQLSTATE.
  func query(
    _ sql: String, as login: String, in database: String
  ) throws -> Program.Result {
    try Program.run(
      "/usr/bin/psql",
      [
        "-X", "-A", "-t", "-q", "-v", "ON_ERROR_STOP=1", "-v", "VERBOSITY=sqlstate",
        "-h", folder, "-p", "\(port)", "-U", login, "-d", database, "-f", "-",
      ], input: Array(sql.utf8),
      environment: ["HOME": folder, "PATH": "/usr/bin:/bin", "PGCONNECT_TIMEOUT": "10"],
      folder: "/tmp")
  }

  /// The URL of a database, by the socket.
  func url(_ database: String, as login: String) -> String {
    "postgresql://\(login)@/\(database)?host=\(folder)&port=\(port)"
  }

  /// A number that no other test of this server has.
  func number() -> Int {
    lock.withLock {
      count += 1
      return count
    }
  }
}

/// A database of one test, with logins of its own: `dana` is `dana_7` to the server.
final class PostgreSQLPlace {
  let server: PostgreSQLServer
  /// What the names of database and logins end with.
  let suffix: String
  let database: String
  private let logins: [String]

  /// Makes a database and its owner, who may make roles, and logins.
  init(
    on server: PostgreSQLServer? = nil,
    logins: [String] = ["dana", "lee", "rita", "mx1", "evil"]
  ) throws {
    self.server = try server ?? PostgreSQLServer.shared.get()
    self.logins = logins
    suffix = "_\(self.server.number())"
    database = "contoso" + suffix
    var sql = "CREATE ROLE owner\(suffix) LOGIN CREATEROLE;\n"
    for login in logins { sql += "CREATE ROLE \(login)\(suffix) LOGIN PASSWORD 'secret';\n" }
    sql += "CREATE DATABASE \(database) OWNER owner\(suffix);"
    let made = try self.server.query(sql, as: "super", in: "postgres")
    guard made.status == 0 else { throw PostgreSQLServer.ServerError(text: made.errors) }
  }

  /// A login's name at the server.
  func login(_ name: String) -> String { name == "super" ? name : name + suffix }

  /// The organization's URL for a login.
  func url(_ name: String) -> String { server.url(database, as: login(name)) }

  /// What psql says to statements of a login; `{dana}` in them is that login's name.
  func query(_ sql: String, as name: String = "super") throws -> Program.Result {
    var sql = sql
    for login in logins + ["owner"] {
      sql = sql.replacing("{\(login)}", with: login + suffix)
    }
    return try server.query(sql, as: login(name), in: database)
  }

  /// The text that psql answers, or the error.
  func text(_ sql: String, as name: String = "super") throws -> String {
    let result = try query(sql, as: name)
    return (result.status == 0 ? result.text : result.errors)
      .trimmingCharacters(in: .whitespacesAndNewlines)
  }

  /// Runs the program as somebody who has a home of their own.
  func run(_ arguments: String...) throws -> Program.Result {
    try Program.run(
      Program.path, arguments, environment: ["HOME": "/nonexistent"], folder: "/tmp")
  }

  /// A connection of a login, by libpq as the program has it.
  func connection(_ name: String) throws -> PostgreSQLConnection {
    try PostgreSQLConnection(to: url(name), password: nil)
  }

  /// Makes a user of a login, or one without.
  func addUser(
    _ name: String, role: String = "member", kind: String = "user", filter: String? = nil,
    aliases: [String] = [], hasLogin: Bool = true
  ) throws {
    let addresses = ([name] + aliases).map {
      PostgreSQLAddress(AddrSpec(localPart: $0, domain: "contoso.example"))
    }
    let user = NewUser(
      address: addresses[0].address, addresses: addresses, kind: kind, role: role, filter: filter,
      login: hasLogin ? login(name) : nil)
    try connection("dana").run(
      "SELECT crm.add_user($1::jsonb)", [.text(try PostgreSQLText.json(user))])
  }

  private struct NewUser: Encodable {
    var address: String
    var addresses: [PostgreSQLAddress]
    var kind: String
    var role: String
    var filter: String?
    var login: String?
  }

  /// The organization with dana, its administrator, lee, a member, rita, a reader, and the mail host mx1.
  func makeUsers(hosts: [String] = ["mx1"]) throws {
    try makeOrganization()
    try addUser("lee")
    try addUser("rita", role: "reader")
    for host in hosts { _ = try text("SELECT crm.set_host('{\(host)}', true)", as: "dana") }
  }

  /// Makes the organization, administered by dana.
  func makeOrganization() throws {
    let made = try run(
      "org", "init", url("owner"), "--administrator", "dana@contoso.example", "--login",
      login("dana"))
    guard made.status == 0 else { throw PostgreSQLServer.ServerError(text: made.errors) }
  }
}
