import Foundation
import Testing

@testable import HTTP
@testable import System

/// The servers of http-server.py, one process for all tests.
struct WebServers: Sendable {
  /// The ports of its servers.
  struct Ports: Decodable, Sendable {
    var plain: Int
    var secure: Int
    var other: Int
    var old: Int
    var proxy: Int
  }

  let ports: Ports
  /// The certificate that made the servers' own.
  let authority: String

  /// Whether they can run, and requests be sent.
  static let canRun: Bool = {
    guard case .success = CurlLibrary.shared else { return false }
    return ["/usr/bin/python3", "/usr/bin/openssl"].allSatisfy {
      FileManager.default.isExecutableFile(atPath: $0)
    }
  }()

  /// Why a test is skipped.
  static let missing: Comment = "needs python3, openssl and libcurl.so.4"

  /// They end with this process, whose end of their standard input closes.
  static let shared: WebServers? = try? WebServers()

  private init() throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("http-tests-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/python3")
    let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("http-server.py").path
    process.arguments = [script, folder.path]
    let input = Pipe()
    let output = Pipe()
    process.standardInput = input
    process.standardOutput = output
    try process.run()
    var line = Data()
    while !line.contains(0x0A) {
      let part = output.fileHandleForReading.availableData
      guard !part.isEmpty else { throw CocoaError(.fileReadUnknown) }
      line += part
    }
    ports = try JSONDecoder().decode(Ports.self, from: line)
    authority = folder.path + "/ca.pem"
    // Both last as long as the process.
    _ = Unmanaged.passRetained(process)
    _ = Unmanaged.passRetained(input)
  }

  /// An address of the server with a good certificate.
  func secure(_ path: String) throws -> WebAddress {
    try WebAddress("https://localhost:\(ports.secure)\(path)")
  }

  /// An address of the server without encryption.
  func plain(_ path: String) throws -> WebAddress {
    try WebAddress("http://127.0.0.1:\(ports.plain)\(path)")
  }

  /// A session that trusts their authority and uses no proxy of the environment.
  func session(_ change: (inout HTTPSession.Configuration) -> Void = { _ in }) -> HTTPSession {
    var configuration = HTTPSession.Configuration()
    configuration.certificates = authority
    configuration.proxy = ""
    change(&configuration)
    return HTTPSession(configuration)
  }
}

/// What `/echo` tells of a request.
struct Echo: Decodable {
  var method: String
  var target: String
  var fields: [String: String]
  var body: String
  var connection: Int
  var hits: Int
}
