import Foundation
import Glibc
import Testing

/// An organization in PostgreSQL over TLS: whose server it is, is known by a certificate.
@Suite(
  .postgresql,
  .enabled(
    if: access("/usr/bin/openssl", X_OK) == 0, "no openssl (Debian: openssl)"))
struct PostgreSQLTLSTests {
  /// A certificate authority and a server that has a certificate of its.
  final class Secured {
    let folder: String
    let server: PostgreSQLServer

    init() throws {
      folder = "/tmp/crm-tls-" + UUID().uuidString.prefix(8)
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      chmod(folder, 0o755)
      for name in ["ca", "stranger"] {
        try Self.run(
          """
          openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes \
            -keyout '\(folder)/\(name).key' -out '\(folder)/\(name).pem' -subj '/CN=\(name)' -days 100
          """)
      }
      try Self.certify(folder)
      server = try PostgreSQLServer(
        isDurable: false,
        settings: [
          "ssl=on", "ssl_cert_file=\(folder)/server.pem", "ssl_key_file=\(folder)/server.key",
        ])
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    private static func run(_ line: String) throws {
      let made = try Program.shell("set -e; \(line)", environment: [:], folder: "/tmp")
      guard made.status == 0 else { throw PostgreSQLServer.ServerError(text: made.errors) }
    }

    private static func certify(
      _ folder: String, name: String = "db.example", days: Int = 60, by authority: String = "ca"
    ) throws {
      try run(
        """
        cd '\(folder)'
        echo 'subjectAltName=DNS:\(name)' > names
        openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout server.key \
          -out server.csr -subj '/CN=\(name)'
        openssl x509 -req -in server.csr -CA \(authority).pem -CAkey \(authority).key -CAcreateserial \
          -extfile names -days \(days) -out server.pem
        chmod 600 server.key
        \(geteuid() == 0 ? "chown \(PostgreSQLServer.user) server.key" : ":")
        """)
    }

    /// Gives the server another certificate.
    func certify(name: String = "db.example", days: Int = 60, by authority: String = "ca") throws {
      try Self.certify(folder, name: name, days: days, by: authority)
      _ = try server.query("SELECT pg_reload_conf()", as: "super", in: "postgres")
      // The server takes it up in its own time.
      usleep(500_000)
    }

    /// How a login reaches a database over loopback, by the name of the server.
    func url(_ place: PostgreSQLPlace, _ login: String, _ settings: String) -> String {
      "postgresql://\(place.login(login))@db.example:\(server.port)/\(place.database)"
        + "?hostaddr=127.0.0.1&\(settings)"
    }
  }

  private static func machine(
    _ there: PostgreSQLPlace, url: String, adds: Bool = false
  ) throws -> PostgreSQLMachine {
    let host = try PostgreSQLMachine("mx1", of: there, url: url, adds: false)
    try host.place.write("*:*:*:*:secret\n", to: ".pgpass")
    chmod(host.place.folder + "/.pgpass", 0o600)
    return host
  }

  @Test func theServerIsKnownByItsCertificate() throws {
    let secured = try Secured()
    let there = try PostgreSQLPlace.usual(on: secured.server)
    let full = "sslmode=verify-full&sslrootcert=\(secured.folder)/ca.pem"
    let host = try Self.machine(there, url: secured.url(there, "mx1", full))
    let added = try host.run("org", "add", "other", secured.url(there, "mx1", full))
    #expect(added.status == 0 && added.errors.isEmpty, "\(added)")
    #expect(!added.text.contains("not verified"), "\(added)")
    try host.filter(PostgreSQLSyncTests.mail(1))
    #expect(try host.sync().status == 0)
    #expect(try there.counts() == "1|1|1|1")
    // When it ends is told, and told of before it does.
    let shown = try host.run("org", "show", "contoso")
    #expect(shown.text.contains("certificate") && shown.text.contains("until"), "\(shown)")
    #expect(try host.run("verify").status == 0)
    try secured.certify(days: 5)
    #expect(try host.sync().status == 0)
    let soon = try host.run("verify")
    #expect(soon.status == 65 && soon.text.contains("certificate ends"), "\(soon)")
    // What is not the server's is no server of ours: mail waits.
    try host.filter(PostgreSQLSyncTests.mail(2))
    for (name, days, authority, words) in [
      ("elsewhere.example", 60, "ca", "does not match host name"),
      ("db.example", -1, "ca", "certificate has ended"),
      ("db.example", 60, "stranger", "sslrootcert"),
    ] {
      try secured.certify(name: name, days: days, by: authority)
      let refused = try host.sync()
      #expect(refused.status == 75 && refused.errors.contains(words), "\(name): \(refused)")
      #expect(refused.errors.filter { $0 == "\n" }.count == 1, "\(refused)")
      #expect(host.place.waiting.count == 1)
    }
    try secured.certify()
    #expect(try host.sync().status == 0)
    #expect(try there.counts() == "2|2|2|2")
  }

  @Test func whereTheNameIsNotVerifiedThatIsSaid() throws {
    let secured = try Secured()
    let there = try PostgreSQLPlace.usual(on: secured.server)
    for settings in [
      "sslmode=require", "sslmode=verify-ca&sslrootcert=\(secured.folder)/ca.pem",
      "sslmode=disable",
    ] {
      let url = secured.url(there, "mx1", settings)
      let host = try Self.machine(there, url: url)
      let added = try host.run("org", "add", "other", url)
      #expect(added.status == 0, "\(added)")
      let warnings =
        (added.text + added.errors).components(separatedBy: "is not verified").count - 1
      #expect(warnings == 1, "\(settings): \(added)")
      #expect(
        (added.text + added.errors).contains("not encrypted") == (settings == "sslmode=disable"))
      // Whoever looks is told; mail is brought in all the same, without a word each time.
      try host.filter(PostgreSQLSyncTests.mail(1))
      let sync = try host.sync()
      #expect(sync.status == 0 && sync.errors.isEmpty, "\(sync)")
      let verified = try host.run("verify", "--org", "contoso")
      #expect(
        verified.status == 65 && verified.text.contains("sslmode=verify-full"), "\(verified)")
    }
  }
}
