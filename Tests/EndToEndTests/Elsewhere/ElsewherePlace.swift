import Foundation
import Glibc

@testable import crm_mailfilter

/// A place with an organization by a program, which does what a test wants.
final class ElsewherePlace {
  let place: Place
  var folder: String { place.folder }
  var crm: String { folder + "/crm" }
  var program: String { crm + "/organization" }
  var store: String { folder + "/data/crm-mailfilter/elsewhere/contoso.sqlite" }

  static let rules = """
    [[mailbox]]
    owner = "lee@contoso.example"
    [[rule]]
    name = "Own"
    participant = "@private.example"
    action = "ignore"
    """

  /// Makes one, and adds the organization unless the program is to be spoilt before.
  init(adds: Bool = true, rules: String = ElsewherePlace.rules) throws {
    place = try Place(rules: rules)
    try FileManager.default.createDirectory(atPath: crm, withIntermediateDirectories: true)
    try FileManager.default.copyItem(
      atPath: Repository.root + "/Tests/EndToEndTests/Elsewhere/organization.py",
      toPath: program)
    chmod(program, 0o755)
    let text = try String(contentsOfFile: place.profile, encoding: .utf8)
    try text.replacingOccurrences(of: "sqlite:contoso.sqlite", with: "exec:\(program)")
      .write(toFile: place.profile, atomically: true, encoding: .utf8)
    if adds {
      let added = try place.run("org", "add", "contoso", "exec:\(program)")
      guard added.status == 0 else { throw CommandError(.data, added.errors) }
      try? FileManager.default.removeItem(atPath: crm + "/requests")
    }
  }

  @discardableResult func filter(_ message: [UInt8]) throws -> Program.Result {
    try place.filter(message)
  }

  func run(_ arguments: String...) throws -> Program.Result {
    try Program.run(
      Program.path, arguments, environment: place.environment, folder: folder)
  }

  func sync(_ arguments: String...) throws -> Program.Result {
    try Program.run(
      Program.path, ["sync"] + arguments, environment: place.environment, folder: folder)
  }

  /// Lets something go wrong: a request, what, for which subject, and after how many that go well.
  func fault(
    _ request: String, _ act: String, times: Int = 1, subject: String = "", skip: Int = 0
  ) throws {
    let line =
      "{\"do\":\"\(request)\",\"act\":\"\(act)\",\"times\":\(times),\"subject\":\"\(subject)\",\"skip\":\(skip)}\n"
    let path = crm + "/faults"
    let before = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
    try (before + line).write(toFile: path, atomically: true, encoding: .utf8)
  }

  func removeFaults() { unlink(crm + "/faults") }

  /// What the program was asked, such as `decide`, since the organization was added.
  var requests: [[String: Any]] {
    let text = (try? String(contentsOfFile: crm + "/requests", encoding: .utf8)) ?? ""
    return text.split(separator: "\n").compactMap {
      try? JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any]
    }
  }

  var words: [String] { requests.compactMap { $0["do"] as? String } }

  func forgetRequests() { unlink(crm + "/requests") }

  /// What is kept there, by subject.
  var kept: [[String: Any]] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: crm + "/copies")) ?? []
    return names.sorted().compactMap { name in
      guard let data = FileManager.default.contents(atPath: crm + "/copies/" + name) else {
        return nil
      }
      return try? JSONSerialization.jsonObject(with: data) as? [String: Any]
    }.sorted { ($0["subject"] as? String ?? "") < ($1["subject"] as? String ?? "") }
  }

  var keptSubjects: [String] { kept.compactMap { $0["subject"] as? String } }

  /// What SQLite's own program reads from this side's store.
  func query(_ sql: String) throws -> String {
    let result = try Program.run("/usr/bin/sqlite3", [store, sql], folder: folder)
    guard result.status == 0 else { return "error: " + result.errors }
    return result.text.trimmingCharacters(in: .newlines)
  }

  /// The subjects of the copies here, in their order.
  func subjects() throws -> [String] {
    try query("SELECT subject FROM copy ORDER BY id").split(separator: "\n").map(String.init)
  }

  /// What the journal says, such as `stored`.
  func journal() throws -> String {
    try query("SELECT group_concat(state) FROM remote_copy")
  }
}
