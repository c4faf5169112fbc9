import Foundation
import Glibc
import Testing

/// Signing in at a real service of OAuth 2, Debian's glewlwyd, whose tokens the small Dataverse has it check.
@Suite(
  .host("/usr/bin/glewlwyd", runsForRoot: true),
  .enabled(if: DataversePlace.canRun, "needs python3 and libcurl.so.4"))
struct GlewlwydTests {
  /// A glewlwyd with a SQLite database, in a folder of its own.
  private final class Glewlwyd {
    let folder = NSTemporaryDirectory() + "crm-glewlwyd-" + UUID().uuidString
    let server: LoopbackServer
    var url: String { "http://localhost:\(server.port)" }
    var authority: String { url + "/api/glwd" }

    /// Starts it, and has it sign in for an organization.
    init(for place: DataversePlace) throws {
      let folder = folder
      try FileManager.default.createDirectory(
        atPath: folder + "/none", withIntermediateDirectories: true)
      let made = try Program.shell(
        "zcat -f /usr/share/doc/glewlwyd/database/init.sqlite3.sql* | sqlite3 glewlwyd.db",
        environment: [:], folder: folder)
      #expect(made.status == 0, "\(made)")
      server = try LoopbackServer(in: folder) { port in
        try """
        port = \(port)
        bind_address = "127.0.0.1"
        external_url = "http://localhost:\(port)"
        login_url = "login.html"
        api_prefix = "api"
        log_mode = "console"
        log_level = "INFO"
        cookie_domain = "localhost"
        cookie_secure = 0
        session_key = "session"
        admin_session_authentication = "cookie"
        profile_session_authentication = "cookie"
        login_api_enabled = true
        admin_scope = "g_admin"
        profile_scope = "g_profile"
        user_module_path = "/usr/lib/glewlwyd/user"
        user_middleware_module_path = "\(folder)/none"
        client_module_path = "/usr/lib/glewlwyd/client"
        user_auth_scheme_module_path = "/usr/lib/glewlwyd/scheme"
        plugin_module_path = "/usr/lib/glewlwyd/plugin"
        hash_algorithm = "SHA512"
        database = { type = "sqlite3"; path = "\(folder)/glewlwyd.db"; };

        """.write(toFile: folder + "/glewlwyd.conf", atomically: true, encoding: .utf8)
        return "/usr/bin/glewlwyd -c '\(folder)/glewlwyd.conf'"
      }
      try run("prepare", place.url)
      try place.configure(["jwt_key": "key of the test"])
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    /// Does what somebody does there.
    func run(_ arguments: String...) throws {
      let script = Repository.root + "/Tests/EndToEndTests/Elsewhere/glewlwyd.py"
      let result = try Program.run(
        "/usr/bin/python3", ["-B", script, url] + arguments, folder: folder)
      guard result.status == 0 else { throw LoopbackServer.ServerError(text: result.errors) }
    }
  }

  /// A place that has no organization yet, beside a Dataverse that is there.
  private func profile(of place: DataversePlace) throws {
    try place.place.write(
      "[[mailbox]]\nowner = \"dana@contoso.example\"\n", to: "crm-mailfilter.toml")
  }

  @Test("an application signs in by its secret")
  func application() throws {
    let place = try DataversePlace(.small)
    let glewlwyd = try Glewlwyd(for: place)
    try profile(of: place)
    func add(_ secret: String) throws -> Program.Result {
      try place.run(
        "org", "add", "contoso", place.url + "/api/data/v9.2/", "--client-id", "app", "--authority",
        glewlwyd.authority, "--password-command", "/bin/echo", secret)
    }
    let wrong = try add("wr0ng")
    #expect(wrong.status == 77 && wrong.errors.contains("the service of sign-ins refuses"))
    #expect(!wrong.errors.contains("wr0ng") && wrong.errors.filter { $0 == "\n" }.count == 1)
    let added = try add("s3cret")
    #expect(added.status == 0 && added.text.contains("Dataverse 9.2"), "\(added)")
    #expect(try place.run("org", "synchronize", "contoso").status == 0)
    try place.filter(customerMail())
    let sync = try place.run("sync")
    #expect(sync.status == 0, "\(sync)")
    #expect(try place.subjects() == ["Offer"], "\(sync)")
  }

  @Test("a person signs in by a code in a browser, and what that leaves is used once, and renewed")
  func person() throws {
    let place = try DataversePlace(.small)
    let glewlwyd = try Glewlwyd(for: place)
    try profile(of: place)
    let terminal = try PseudoTerminal(
      [
        "org", "add", "contoso", place.url + "/api/data/v9.2/", "--client-id", "person",
        "--authority",
        glewlwyd.authority, "--device-code",
      ], in: place.place)
    try terminal.expect("To sign in, open \(glewlwyd.url)/api/glwd/device and enter ")
    try terminal.expect("\n")
    let line = try #require(terminal.screen.split(separator: "\n").last)
    let code = try #require(line.split(separator: " ").last)
    try glewlwyd.run("approve", code.trimmingCharacters(in: .whitespaces))
    try terminal.expect("Save the sign-in in")
    terminal.type("y")
    try terminal.expect("Dataverse 9.2")
    #expect(try terminal.wait() == 0, "\(terminal.screen)")
    for _ in 0..<2 {
      let again = try place.run("org", "connect", "contoso")
      #expect(again.status == 0, "\(again)")
    }
    try glewlwyd.run("revoke")
    let over = try place.run("org", "connect", "contoso")
    #expect(over.status == 77, "\(over)")
    #expect(over.errors.contains("the sign-in holds no more; run 'crm-mailfilter org connect"))
  }
}
