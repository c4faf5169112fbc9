import Foundation
import Testing
import Tracking

@testable import HTTP
@testable import MailPipeline
@testable import System

/// A small Dataverse of this test's own: `Tests/EndToEndTests/Elsewhere/dataverse.py`.
final class DataverseServer {
  /// Whether it can run, and requests be sent.
  static let canRun: Bool = {
    guard case .success = CurlLibrary.shared else { return false }
    return FileManager.default.isExecutableFile(atPath: "/usr/bin/python3")
  }()

  /// Why a test is skipped.
  static let missing: Comment = "needs python3 and libcurl.so.4"

  private let folder: TemporaryFolder
  private let process = Process()
  private let input = Pipe()
  let address: WebAddress
  let transport: HTTPSession

  init() throws {
    folder = try TemporaryFolder()
    let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../../EndToEndTests/Elsewhere/dataverse.py").standardized.path
    process.executableURL = URL(fileURLWithPath: "/usr/bin/python3")
    process.arguments = ["-B", script, folder.path]
    process.standardInput = input
    try process.run()
    let url = folder.path + "/url"
    while !FileManager.default.fileExists(atPath: url), process.isRunning { usleep(10_000) }
    let text = try String(contentsOfFile: url, encoding: .utf8)
    address = try WebAddress(text.trimmingCharacters(in: .newlines) + "/api/data/v9.2/")
    var configuration = HTTPSession.Configuration()
    configuration.proxy = ""
    transport = HTTPSession(configuration)
  }

  deinit {
    // The threads of tests block the signal to end, and what they start does.
    kill(process.processIdentifier, SIGKILL)
  }

  /// Who is signed in, once; a second token has to be asked for.
  final class SignIn: DataverseSignIn {
    var token = "token-1"
    var next: String?
    var count = 0

    func challenged(by fields: HTTPFields) {}

    func confirmed() {}

    func authorization(isAnew: Bool) throws(RemoteTrouble) -> String? {
      if isAnew {
        count += 1
        guard let next else { throw .unauthorized("no other token") }
        token = next
      }
      return "Bearer \(token)"
    }
  }

  /// A connection of its own.
  func session(_ signIn: SignIn = SignIn()) -> DataverseSession {
    var configuration = HTTPSession.Configuration()
    configuration.proxy = ""
    return DataverseSession(
      address, root: address.path, over: HTTPSession(configuration), signIn: signIn,
      timeLimit: 20_000)
  }

  // MARK: Control

  @discardableResult private func control(
    _ method: HTTPRequest.Method, _ what: String, _ body: Any? = nil
  ) throws -> Any {
    let data = try body.map {
      try JSONSerialization.data(withJSONObject: $0, options: [.fragmentsAllowed])
    }
    let answer = try transport.send(
      HTTPRequest(
        method, try WebAddress(address.origin + "/control/" + what), body: data.map(Array.init)))
    return try JSONSerialization.jsonObject(with: Data(answer.body))
  }

  func configure(_ values: [String: Any]) throws { try control(.post, "config", values) }

  /// Has requests go wrong: the first of the faults that fits one is taken.
  func fault(_ faults: [String: Any]...) throws { try control(.post, "faults", faults) }

  func rows(_ table: String) throws -> [[String: Any]] {
    try control(.get, "rows?table=\(table)") as? [[String: Any]] ?? []
  }

  /// What others do.
  func change(_ table: String, rows: [[String: Any]] = [], delete: [String] = []) throws {
    try control(.post, "rows", ["table": table, "rows": rows, "delete": delete])
  }

  /// What was asked since the last call, parts of batches one by one: method and path.
  var requests: [[String: Any]] {
    let path = folder.path + "/requests"
    let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
    let lines = text.split(separator: "\n")
    defer { seen = lines.count }
    return lines.dropFirst(seen).compactMap {
      try? JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any]
    }
  }

  private var seen = 0

  /// The id of what is there at the start.
  static func id(_ name: String) -> String { ids[name] ?? name }

  private static let ids: [String: String] = {
    // uuid5 of the server's own.
    let names = [
      "organization", "tracker", "dana", "lee", "ann", "nia", "erin", "fabrikam", "noor", "support",
    ]
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/python3")
    process.arguments =
      [
        "-c",
        "import sys,uuid\nfor n in sys.argv[1:]: print(uuid.uuid5(uuid.UUID('0d7a3c52-0000-4000-8000-000000000000'), n))",
      ] + names
    let output = Pipe()
    process.standardOutput = output
    try? process.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    return Dictionary(
      zip(names, text.split(separator: "\n").map(String.init)), uniquingKeysWith: { $1 })
  }()
}

/// Opens a Dataverse as the organization elsewhere of a profile.
final class DataverseTestProvider: OrganizationProvider, @unchecked Sendable {
  // As a program's, which the profile knows to be elsewhere.
  let scheme = OrganizationURL.exec
  let server: DataverseServer
  let signIn = DataverseServer.SignIn()

  init(_ server: DataverseServer) { self.server = server }

  func open(
    _ entry: OrganizationEntry, for purpose: OpeningPurpose, with opener: OrganizationOpener
  ) throws -> any Organization {
    // Who looks first looks into an empty store.
    if purpose != .track { _ = try open(entry, for: .track, with: opener) }
    return try opener.mirrored(entry, for: purpose) { _, store in
      DataverseOrganization(server.session(signIn), journal: DataverseJournal(store))
    }
  }
}
