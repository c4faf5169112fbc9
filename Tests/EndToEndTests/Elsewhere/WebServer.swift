import Foundation
import Glibc
import Testing

@testable import crm_mailfilter

/// A server of a test in a program of its own, which ends with the test.
final class WebServer {
  private let process = Process()
  private let input = Pipe()
  let folder: String
  /// Where it is.
  let url: String

  /// The stand-in for Dynamics 365 that was written apart from this project.
  static let standIn = Repository.root + "/../shared/tools/dataverse/standin.py"

  /// Whether requests can be sent to it.
  static let hasStandIn =
    hasCurl && FileManager.default.fileExists(atPath: standIn)
    && FileManager.default.isExecutableFile(atPath: "/usr/bin/openssl")

  /// Whether there is libcurl, and what runs the servers.
  static let hasCurl: Bool = {
    guard let library = dlopen("libcurl.so.4", RTLD_NOW | RTLD_LOCAL) else { return false }
    dlclose(library)
    return FileManager.default.isExecutableFile(atPath: "/usr/bin/python3")
  }()

  /// Starts one.
  ///
  /// - Parameters:
  ///   - script: The program.
  ///   - arguments: Its arguments.
  ///   - folder: Its folder.
  /// - Throws: `CommandError` where it does not start.
  init(_ script: String, _ arguments: [String], in folder: String) throws {
    self.folder = folder
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    process.executableURL = URL(fileURLWithPath: "/usr/bin/python3")
    process.arguments = ["-B", script] + arguments
    process.standardInput = input
    let output = Pipe()
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    var line = Data()
    while !line.contains(0x0A) {
      let part = output.fileHandleForReading.availableData
      guard !part.isEmpty else { throw CommandError(.data, "\(script) did not start") }
      line += part
    }
    let text = String(decoding: line.prefix { $0 != 0x0A }, as: UTF8.self)
    url = Int(text).map { "http://127.0.0.1:\($0)" } ?? text
  }

  deinit {
    try? input.fileHandleForWriting.close()
    // The stand-in does not end with its input, nor by a signal that this process has blocked.
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
  }

  /// The stand-in, with or without arguments.
  static func standIn(_ arguments: String..., in place: Place) throws -> WebServer {
    let folder = place.folder + "/standin"
    return try WebServer(
      standIn, ["--port", "0", "--folder", folder] + arguments, in: folder)
  }

  /// Tells it how to behave.
  func control(_ path: String, _ json: String) throws {
    let code = """
      import json, ssl, sys, urllib.request
      context = ssl.create_default_context(cafile=sys.argv[1]) if sys.argv[1] else None
      request = urllib.request.Request(sys.argv[2], sys.argv[3].encode(), {"Content-Type": "application/json"})
      urllib.request.build_opener(urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=context)).open(request).read()
      """
    let authority = folder + "/ca.pem"
    let result = try Program.run(
      "/usr/bin/python3",
      [
        "-c", code, FileManager.default.fileExists(atPath: authority) ? authority : "",
        origin + path, json,
      ], folder: folder)
    #expect(result.status == 0, "\(result.errors)")
  }

  /// Scheme, host and port.
  var origin: String {
    let parts = url.split(separator: "/", maxSplits: 2, omittingEmptySubsequences: true)
    return parts.count > 1 ? "\(parts[0])//\(parts[1].prefix { $0 != "/" })" : url
  }
}
