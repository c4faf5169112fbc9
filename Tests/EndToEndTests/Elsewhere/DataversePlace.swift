import Foundation
import Glibc

/// A place whose organization is on a Dataverse of its own.
final class DataversePlace {
  /// Which Dataverse.
  enum Kind: String, CaseIterable, Sendable {
    /// `dataverse.py` beside this file.
    case small
    /// The one that was written apart from this project, where it is present.
    case standIn

    /// The stand-in's program.
    static let standInProgram = Repository.root + "/../shared/tools/dataverse/standin.py"

    /// Those that are there.
    static let available: [Kind] =
      access(standInProgram, R_OK) == 0 && access("/usr/bin/openssl", X_OK) == 0
      ? allCases : [.small]
  }

  let kind: Kind
  let place: Place
  private let process = Process()
  private let input = Pipe()
  private let server: String
  let url: String
  var folder: String { place.folder }
  var store: String { folder + "/data/crm-mailfilter/elsewhere/contoso.sqlite" }

  /// Whether the library is there that requests are sent by.
  static let canRun: Bool =
    ["libcurl.so.4", "libcurl-gnutls.so.4"].contains { name in
      guard let library = dlopen(name, RTLD_NOW) else { return false }
      dlclose(library)
      return true
    } && access("/usr/bin/python3", X_OK) == 0

  init(_ kind: Kind, rules: String = "") throws {
    self.kind = kind
    place = try Place(rules: ElsewherePlace.rules + "\n" + rules)
    server = place.folder + "/server"
    try FileManager.default.createDirectory(atPath: server, withIntermediateDirectories: true)
    process.executableURL = URL(fileURLWithPath: "/usr/bin/python3")
    process.arguments =
      kind == .small
      ? ["-B", Repository.root + "/Tests/EndToEndTests/Elsewhere/dataverse.py", server]
      : ["-B", Kind.standInProgram, "--port", "0", "--folder", server]
    process.standardInput = input
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    let file = server + "/url"
    while !FileManager.default.fileExists(atPath: file), process.isRunning { usleep(20_000) }
    url = try String(contentsOfFile: file, encoding: .utf8).trimmingCharacters(in: .newlines)
    let tenant = "11111111-2222-3333-4444-555555555555"
    let access = """
      url = "\(url)/api/data/v9.2/"
      client_id = "\(id("tracker client"))"
      tenant = "\(tenant)"
      authority = "\(url)/\(tenant)"
      password_command = ["/bin/echo", "tracker-s3cret"]
      \(kind == .standIn ? "ca_file = \"\(server)/ca.pem\"" : "")
      """
    let text = try String(contentsOfFile: place.profile, encoding: .utf8)
    try text.replacingOccurrences(of: "url = \"sqlite:contoso.sqlite\"", with: access)
      .write(toFile: place.profile, atomically: true, encoding: .utf8)
  }

  deinit {
    // The threads of tests block the signal to end, and what they start does.
    kill(process.processIdentifier, SIGKILL)
  }

  /// The id of what is there at the start, by its name.
  func id(_ name: String) -> String {
    let space =
      kind == .small
      ? "0d7a3c52-0000-4000-8000-000000000000" : "d365da7a-0000-4000-8000-000000000000"
    let result = try? Program.run(
      "/usr/bin/python3",
      [
        "-c", "import sys,uuid; print(uuid.uuid5(uuid.UUID(sys.argv[1]),sys.argv[2]))", space, name,
      ],
      folder: NSTemporaryDirectory())
    return result?.text.trimmingCharacters(in: .newlines) ?? ""
  }

  var environment: [String: String] { place.environment.merging(["no_proxy": "*"]) { $1 } }

  func run(_ arguments: String...) throws -> Program.Result {
    try Program.run(Program.path, arguments, environment: environment, folder: folder)
  }

  @discardableResult func filter(_ message: [UInt8]) throws -> Program.Result {
    try Program.run(Program.path, [], input: message, environment: environment, folder: folder)
  }

  // MARK: Control

  @discardableResult private func control(_ what: String, _ body: Any? = nil) throws -> Data {
    let text = try body.map {
      String(decoding: try JSONSerialization.data(withJSONObject: $0), as: UTF8.self)
    }
    let script = """
      import ssl,sys,urllib.request
      context = ssl.create_default_context(cafile=sys.argv[3]) if sys.argv[3] else None
      data = sys.argv[2].encode() if sys.argv[2] else None
      opener = urllib.request.build_opener(urllib.request.ProxyHandler({}),
          *([urllib.request.HTTPSHandler(context=context)] if context else []))
      sys.stdout.buffer.write(opener.open(urllib.request.Request(sys.argv[1], data)).read())
      """
    let result = try Program.run(
      "/usr/bin/python3",
      [
        "-c", script, url + "/control/" + what, text ?? "",
        kind == .standIn ? server + "/ca.pem" : "",
      ], folder: folder)
    return Data(result.output)
  }

  func rows(_ table: String) throws -> [[String: Any]] {
    try JSONSerialization.jsonObject(with: control("rows?table=\(table)")) as? [[String: Any]] ?? []
  }

  /// The e-mails there, in the order of their subjects.
  func emails() throws -> [[String: Any]] {
    try rows("emails").sorted {
      ($0["subject"] as? String ?? "") < ($1["subject"] as? String ?? "")
    }
  }

  func subjects() throws -> [String] { try emails().compactMap { $0["subject"] as? String } }

  /// What others do.
  func change(_ table: String, rows: [[String: Any]] = [], delete: [String] = []) throws {
    try control("rows", ["table": table, "rows": rows, "delete": delete])
  }

  /// Has the service answer questions about mail, or not.
  func setChecks(_ isOn: Bool) throws {
    try control("config", [kind == .small ? "checks" : "messages_for_applications": isOn])
  }

  /// Settles more of how the small one behaves.
  func configure(_ values: [String: Any]) throws { try control("config", values) }

  /// Has requests go wrong: what both kinds know under names of their own.
  func fault(_ faults: [Fault]) throws {
    try control("faults", faults.map { kind == .small ? $0.small : $0.standIn })
  }

  /// Has requests to the small one go wrong, in its own words.
  func order(_ faults: [[String: Any]]) throws { try control("faults", faults) }

  /// What goes wrong with the requests of a path.
  struct Fault {
    enum Kind {
      case dropBefore, dropAfter
      case status(Int)
      case throttle(seconds: Int)
    }

    var kind: Kind
    var path = "batch"
    var every: Int?
    var skip: Int?
    var count: Int?

    private func with(_ fields: [String: Any]) -> [String: Any] {
      var fields = fields
      fields["path"] = path
      fields["every"] = every
      fields["skip"] = skip
      fields["count"] = count
      return fields
    }

    var small: [String: Any] {
      switch kind {
      case .dropBefore: with(["kind": "drop-before"])
      case .dropAfter: with(["kind": "drop-after"])
      case .status(let status): with(["kind": "status", "status": status])
      case .throttle(let seconds):
        with(["kind": "status", "status": 429, "retry_after": seconds])
      }
    }

    var standIn: [String: Any] {
      switch kind {
      case .dropBefore: with(["kind": "drop_before"])
      case .dropAfter: with(["kind": "drop_after"])
      case .status(let status): with(["kind": "status", "status": status])
      case .throttle(let seconds): with(["kind": "throttle", "retry_after": seconds])
      }
    }
  }

  /// What SQLite's own program reads from this side's store.
  func query(_ sql: String) throws -> String {
    let result = try Program.run("/usr/bin/sqlite3", [store, sql], folder: folder)
    guard result.status == 0 else { return "error: " + result.errors }
    return result.text.trimmingCharacters(in: .newlines)
  }
}
