import Foundation
import Testing

@testable import HTTP
@testable import MailPipeline
@testable import System
@testable import Tracking

/// The service of sign-in-server.py, one process for a test.
final class SignInServer {
  static let tenant = "11111111-2222-3333-4444-555555555555"
  static let client = "aaaaaaaa-0000-4000-8000-000000000001"
  static let secret = "s3cret with blanks & \u{FC}"

  /// Whether it can run, and requests be sent.
  static let canRun: Bool = {
    do {
      _ = try HTTPSession().send(HTTPRequest(.get, WebAddress("http://127.0.0.1:1/")))
    } catch let error as HTTPError {
      if case .noLibrary = error { return false }
    } catch {}
    return ["/usr/bin/python3", "/usr/bin/openssl"].allSatisfy {
      FileManager.default.isExecutableFile(atPath: $0)
    }
  }()

  /// Why a test is skipped.
  static let missing: Comment = "needs python3, openssl and libcurl.so.4"

  let folder: TemporaryFolder
  private let process = Process()
  private let input = Pipe()
  let port: Int

  init() throws {
    folder = try TemporaryFolder()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/python3")
    let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("sign-in-server.py").path
    process.arguments = [script, folder.path]
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
    port = try #require(
      Int(String(decoding: line, as: UTF8.self).trimmingCharacters(in: .newlines)))
  }

  deinit {
    try? input.fileHandleForWriting.close()
    // Its input may stay open: what another test started meanwhile can have inherited it.
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
  }

  var url: String { "http://127.0.0.1:\(port)" }
  var authority: String { url + "/" + Self.tenant }

  /// Changes how it behaves; all that it knows.
  @discardableResult func control(_ json: String = "{}") throws -> [String: Any] {
    let answer = try HTTPSession().send(
      HTTPRequest(.post, WebAddress(url + "/control"), body: Array(json.utf8)))
    return try #require(
      JSONSerialization.jsonObject(with: Data(answer.body)) as? [String: Any])
  }

  /// The paths that were asked, in their order.
  func log() throws -> [String] { try control()["log"] as? [String] ?? [] }

  /// Runs openssl in its folder.
  func openssl(_ arguments: String...) throws {
    let tool = Process()
    tool.executableURL = URL(fileURLWithPath: "/usr/bin/openssl")
    tool.arguments = arguments
    tool.currentDirectoryURL = URL(fileURLWithPath: folder.path)
    tool.standardError = FileHandle.nullDevice
    tool.standardOutput = FileHandle.nullDevice
    try tool.run()
    tool.waitUntilExit()
    try #require(tool.terminationStatus == 0)
  }
}
