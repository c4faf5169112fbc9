import Foundation
import Glibc
import Testing

/// An organization behind a real proxy, tinyproxy.
@Suite(
  .host("/usr/bin/tinyproxy", runsForRoot: true),
  .enabled(if: DataversePlace.canRun, "needs python3 and libcurl.so.4"))
struct ProxyTests {
  /// The proxy, in a folder of its own.
  private final class Proxy {
    let folder = NSTemporaryDirectory() + "crm-proxy-" + UUID().uuidString
    let server: LoopbackServer

    /// Starts it; with a login only who has it is let through.
    init(login: String? = nil) throws {
      let folder = folder
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      server = try LoopbackServer(in: folder) { port in
        try """
        Port \(port)
        Listen 127.0.0.1
        LogFile "\(folder)/proxy.log"
        LogLevel Connect
        MaxClients 20
        \(login.map { "BasicAuth " + $0 } ?? "")

        """.write(toFile: folder + "/proxy.conf", atomically: true, encoding: .utf8)
        return "/usr/bin/tinyproxy -d -c '\(folder)/proxy.conf'"
      }
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    func url(_ login: String = "") -> String { "http://\(login)127.0.0.1:\(server.port)" }

    /// What it was asked for, such as `CONNECT 127.0.0.1:443 HTTP/1.1`.
    var requests: [String] {
      let text = (try? String(contentsOfFile: folder + "/proxy.log", encoding: .utf8)) ?? ""
      return text.split(separator: "\n").filter { $0.contains("Request (") }.map(String.init)
    }
  }

  /// Runs a command whose environment names a proxy.
  private func run(
    _ place: DataversePlace, _ proxy: String, except: String = "", _ arguments: String...
  ) throws -> Program.Result {
    var environment = place.environment
    environment["no_proxy"] = except
    environment["http_proxy"] = proxy
    environment["https_proxy"] = proxy
    return try Program.run(
      Program.path, arguments, environment: environment, folder: place.folder)
  }

  @Test(
    "mail goes by the proxy that the environment names", arguments: DataversePlace.Kind.available)
  func goesThrough(_ kind: DataversePlace.Kind) throws {
    let place = try DataversePlace(kind)
    let proxy = try Proxy()
    try place.filter(customerMail(subject: "By proxy"))
    let sync = try run(place, proxy.url(), "sync")
    #expect(sync.status == 0, "\(sync)")
    #expect(try place.subjects() == ["By proxy"])
    #expect(!proxy.requests.isEmpty)
    // What is encrypted it does not see.
    #expect(
      kind == .small || proxy.requests.allSatisfy { $0.contains("CONNECT localhost:") },
      "\(proxy.requests)")
    let count = proxy.requests.count
    #expect(
      try run(place, proxy.url(), except: "127.0.0.1,localhost", "org", "connect").status == 0)
    #expect(proxy.requests.count == count)
  }

  @Test(
    "a proxy that asks for a login says so in a line, and what it is told is never shown",
    .enabled(
      if: DataversePlace.Kind.available.contains(.standIn), "needs ../shared/tools/dataverse"))
  func login() throws {
    let place = try DataversePlace(.standIn)
    let proxy = try Proxy(login: "dana hush")
    try place.filter(customerMail(subject: "By proxy"))
    for login in ["", "dana:wrong@"] {
      let sync = try run(place, proxy.url(login), "sync")
      #expect(sync.status == 75 && sync.errors.contains("the proxy wants a login"), "\(sync)")
      #expect(sync.errors.contains("https_proxy=http://USER:PASSWORD@HOST:PORT"))
      #expect(sync.errors.filter { $0 == "\n" }.count == 1 && !sync.errors.contains("wrong"))
    }
    #expect(try place.emails().isEmpty && place.place.waiting.count == 1)
    #expect(try run(place, proxy.url("dana:hush@"), "sync").status == 0)
    #expect(try place.subjects() == ["By proxy"])
  }

  @Test("behind a proxy, too, a certificate must be one to be believed, and the proxy be there")
  func certificates() throws {
    let place = try DataversePlace(.small)
    let nobody = try run(place, "http://127.0.0.1:1", "org", "connect")
    #expect(nobody.status == 75, "\(nobody)")
    #expect(nobody.errors.filter { $0 == "\n" }.count == 1)
    guard DataversePlace.Kind.available.contains(.standIn) else { return }
    let secure = try DataversePlace(.standIn)
    let proxy = try Proxy()
    let text = try String(contentsOfFile: secure.place.profile, encoding: .utf8)
    try text.split(separator: "\n", omittingEmptySubsequences: false)
      .filter { !$0.hasPrefix("ca_file") }.joined(separator: "\n")
      .write(toFile: secure.place.profile, atomically: true, encoding: .utf8)
    let wrong = try run(secure, proxy.url(), "org", "connect")
    #expect(wrong.status == 75 && wrong.errors.contains("certificate"), "\(wrong)")
    #expect(wrong.errors.contains("'ca_file'"))
    #expect(proxy.requests.contains { $0.contains("CONNECT") })
  }
}
