import Foundation
import Glibc

/// A folder of one test: a profile, a store and a spool, removed afterwards.
final class Place {
  let folder: String
  /// Whether all is where it is for a user who set nothing but HOME, which is the folder.
  let isHome: Bool
  var profile: String {
    folder + (isHome ? "/.config/crm-mailfilter" : "") + "/crm-mailfilter.toml"
  }
  var store: String {
    folder + (isHome ? "/.local/share" : "/data") + "/crm-mailfilter/contoso.sqlite"
  }
  var spool: String { folder + (isHome ? "/.local/state" : "/state") + "/crm-mailfilter/spool" }

  static let usualRules = """
    [[rule]]
    name = "Fabrikam"
    participant = "@fabrikam.example"
    not = { private = true }
    action = "track"
    even = []
    regarding = "account:1"
    """

  init(
    rules: String = usualRules, head: String = "", synchronizing: String = "contoso",
    isHome: Bool = false
  ) throws {
    self.isHome = isHome
    folder = NSTemporaryDirectory() + "crm-mailfilter-test-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    // Mail hosts drop their privileges and must still come here.
    chmod(folder, 0o755)
    if isHome {
      try FileManager.default.createDirectory(
        atPath: folder + "/.config/crm-mailfilter", withIntermediateDirectories: true)
    }
    let text =
      """
      synchronizing = "\(synchronizing)"
      \(head)
      [[mailbox]]
      owner = "dana@contoso.example"
      addresses = ["dana@contoso.example", "sales@contoso.example"]
      [[organization]]
      name = "contoso"
      url = "sqlite:contoso.sqlite"
      colleagues = ["@contoso.example"]
      \(rules)
      """
    try Data(text.utf8).write(to: URL(fileURLWithPath: profile))
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  var environment: [String: String] {
    [
      "HOME": folder, "XDG_DATA_HOME": folder + "/data", "XDG_STATE_HOME": folder + "/state",
      "CRM_MAILFILTER_PROFILE": profile, "LANG": "C",
    ]
  }

  func write(_ text: String, to name: String) throws {
    try Data(text.utf8).write(to: URL(fileURLWithPath: folder + "/" + name))
  }

  func write(_ bytes: [UInt8], to name: String) throws {
    try Data(bytes).write(to: URL(fileURLWithPath: folder + "/" + name))
  }

  func bytes(of path: String) throws -> [UInt8] {
    Array(try Data(contentsOf: URL(fileURLWithPath: path)))
  }

  /// Runs the filter.
  func filter(_ message: [UInt8], _ arguments: [String] = []) throws -> Program.Result {
    try Program.run(
      Program.path, arguments, input: message, environment: environment, folder: folder)
  }

  /// Runs a command.
  func run(_ arguments: String...) throws -> Program.Result {
    try Program.run(Program.path, arguments, environment: environment, folder: folder)
  }

  /// Runs a shell command line with `$F` as the program.
  func shell(_ line: String) throws -> Program.Result {
    try Program.shell(line, environment: environment, folder: folder)
  }

  /// Breaks the profile: nothing can be tracked until it is repaired.
  func breakProfile() throws {
    try FileManager.default.moveItem(atPath: profile, toPath: profile + ".kept")
    try Data("not toml".utf8).write(to: URL(fileURLWithPath: profile))
  }

  func repairProfile() throws {
    _ = rename(profile + ".kept", profile)
  }

  /// What SQLite's own program reads from the store.
  func query(_ sql: String) throws -> String {
    let result = try Program.run("/usr/bin/sqlite3", [store, sql], folder: folder)
    guard result.status == 0 else { return "error: " + result.errors }
    return result.text.trimmingCharacters(in: .newlines)
  }

  /// The names of what waits, the oldest first.
  var waiting: [String] {
    waitingFiles.map { $0.split(separator: "/").last.map(String.init) ?? "" }
  }

  /// The paths of what waits, the oldest first.
  var waitingFiles: [String] {
    let names = FileManager.default.subpaths(atPath: spool) ?? []
    return names.filter { $0.hasSuffix(".mail") }.map { spool + "/" + $0 }
      .sorted { ($0 as NSString).lastPathComponent < ($1 as NSString).lastPathComponent }
  }

  /// Copies, deliveries.
  var counts: String {
    get throws {
      try query("SELECT (SELECT count(*) FROM copy), (SELECT sum(times_seen) FROM delivery)")
    }
  }
}

/// A customer's message.
func customerMail(
  id: String = "a1@fabrikam.example", from: String = "erin@fabrikam.example",
  to: String = "dana@contoso.example", subject: String = "Offer", extra: String = "",
  body: String = "Hello\n"
) -> [UInt8] {
  Array(
    """
    Message-ID: <\(id)>
    Date: Mon, 2 Nov 2026 10:14:05 +0100
    From: Erin <\(from)>
    To: \(to)
    Subject: \(subject)
    \(extra)\(extra.isEmpty ? "" : "\n")
    \(body)
    """.utf8)
}
