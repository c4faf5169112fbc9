import ArgumentParser
import Foundation
import Tracking

@testable import crm_mailfilter

/// What each command needs of who acts: all of the table that crm-mailfilter(1) has under ROLES.
///
/// Mail 1 is another user's; mail 2 and the profile are those of the member who acts.
enum PrivilegeTable {
  struct Row {
    /// The command, such as `org add`.
    var command: String
    /// A call of it; the words of the command first.
    var arguments: [String]
    var needs: [Privilege]
    /// Whether it is about mail of somebody else.
    var readsOthers = false
    /// How it may end where the user may do it.
    var statuses: [Int32]
    /// What is done to the store before, in SQL.
    var preparation: String

    init(
      _ line: String, of words: Int = 1, _ needs: Privilege..., readsOthers: Bool = false,
      statuses: [Int32] = [0], preparation: String = ""
    ) {
      arguments = line.split(separator: " ").map(String.init)
      command = arguments.prefix(words).joined(separator: " ")
      self.needs = needs
      self.readsOthers = readsOthers
      self.statuses = statuses
      self.preparation = preparation
    }
  }

  /// All that open an organization.
  static let rows = [
    // By the way of the mail nobody acts: rules and settings decide.
    Row("filter"), Row("explain ./mail.eml"), Row("batch ./mail.eml"), Row("retry"),
    Row("sync", statuses: [64]),
    Row("failures list", of: 2),
    Row("failures retry none.mail", of: 2, statuses: [66]),
    Row("failures show none.mail", of: 2, statuses: [66]),
    Row("failures discard none.mail", of: 2, statuses: [66]),
    // What holds is no secret.
    Row("org list", of: 2), Row("org show", of: 2), Row("verify"),
    // Reading.
    Row("list", .readOwn), Row("search offer", .readOwn), Row("agenda", .readOwn),
    Row("stats", .readOwn),
    Row("show 2", .readOwn), Row("show 2 --raw", .readOwn), Row("show 2 --json", .readOwn),
    Row("show 1", .readOwn, readsOthers: true), Row("show 1 --part 1", .readOwn, readsOthers: true),
    Row("thread show 2", of: 2, .readOwn),
    Row("thread show 1", of: 2, .readOwn, readsOthers: true),
    Row("record list", of: 2, .readOrganization),
    Row("record unresolved", of: 2, .readOrganization),
    Row("record accept lee@tailspin.example", of: 2, .administer, statuses: [66]),
    Row("user list", of: 2, .readOrganization), Row("org log", of: 2, .readOrganization),
    // Tracking.
    Row("track ./mail.eml", .track), Row("track 2", .track, .readOwn),
    Row("track ./mail.eml --regarding account:5", .track, .setRegarding),
    Row("track 2 --regarding account:5", .track, .setRegarding, .readOwn),
    Row("track 1 --regarding account:5", .track, .setRegarding, .readOwn, readsOthers: true),
    Row("track 1", .track, .readOwn, readsOthers: true),
    Row("untrack 2", .track), Row("untrack 2 --conversation", .track),
    // It is another's, and that is no matter of a privilege.
    Row("untrack 1", .track, statuses: [77]),
    Row("untrack --query id:2 --yes", .track, .readOwn),
    Row("regarding --query id:2 account:5 --yes", .setRegarding, .readOwn),
    Row("regarding 2 account:5", .setRegarding, .readOwn),
    Row("regarding 1 account:5", .setRegarding, .readOwn, readsOthers: true),
    Row("regarding 2 account:5 --conversation", .setRegarding, .readOwn),
    // Alone in its conversation, it cannot be parted from it.
    Row("thread split 2", of: 2, .setRegarding, .readOwn, statuses: [65]),
    Row("thread split 1", of: 2, .setRegarding, .readOwn, readsOthers: true, statuses: [65]),
    // Carrying out.
    Row("export --format csv", .export, .readOwn), Row("export --format mbox", .export, .readOwn),
    Row("backup ./kept", .export, .readOrganization),
    Row("archive ./site", .export, .readOwn),
    Row("archive ./site --as dana@contoso.example", .export, .administer),
    // Administering.
    Row("org set contoso filter none", of: 2, .administer),
    // Of an organization in a database alone.
    Row("org host add contoso mx1", of: 3, .administer, statuses: [64]),
    Row("org host list contoso", of: 3, .administer, statuses: [64]),
    Row("org host remove contoso mx1", of: 3, .administer, statuses: [64]),
    Row("org copy contoso other", of: 2, .administer, statuses: [64]),
    Row("user add x@contoso.example", of: 2, .administer),
    Row(
      "user remove x@contoso.example", of: 2, .administer,
      preparation: """
        INSERT INTO user (id, address, kind, role, is_enabled, created_at)
          VALUES (99, 'x@contoso.example', 'user', 'member', 1, 0);
        INSERT INTO user_address VALUES ('x@contoso.example', 99, 0, 'x@contoso.example')
        """),
    Row("user set dana@contoso.example --filter none", of: 2, .readOwn, .administer),
    Row("user set lee@contoso.example --disable", of: 2, .readOwn, .administer),
    // Which mail is tracked for them is everybody's own choice.
    Row("user set lee@contoso.example --filter none", of: 2, .readOwn),
    Row("record add account:2 --address x@y.example", of: 2, .administer),
    Row("record set account:1 --name Fabrikam", of: 2, .administer, statuses: [66]),
    Row("record merge lead:1 contact:1", of: 2, .administer, statuses: [66]),
    Row("record convert lead:1 contact:1", of: 2, .administer, statuses: [66]),
    Row(
      "record remove account:9", of: 2, .administer,
      preparation: "INSERT INTO record (type, record_id, created_at) VALUES ('account', '9', 0)"),
    Row("record sync", of: 2, .administer, statuses: [64]),
    Row("record import ./records.csv", of: 2, .administer),
    Row("record import ./records.csv --dry-run", of: 2, .administer),
    Row("forget erin@fabrikam.example --yes", .administer),
    Row("forget erin@fabrikam.example --dry-run", .administer),
    Row("prune --before 0d --yes", .administer), Row("prune --before 0d --dry-run", .administer),
    Row(
      "verify --repair", .administer,
      preparation: "INSERT INTO attachment VALUES (999, 1, 'a', 'text/plain', 1)"),
    Row("setup --defaults", .readOwn),
  ]

  /// What knows the profile alone, which is the user's own.
  static let profileOnly: Set<String> = [
    "org add", "org connect", "org disconnect", "org discover", "org init", "org remove",
    "org synchronize", "rules check",
    "rules list",
  ]

  /// All commands that the program has, groups left out.
  static func commands() -> [String] {
    func visit(_ command: any ParsableCommand.Type, _ path: [String]) -> [String] {
      let children = command.configuration.subcommands
      guard !children.isEmpty else { return [path.joined(separator: " ")] }
      return children.flatMap { visit($0, path + [$0._commandName]) }
    }
    return visit(RootCommand.self, [])
  }
}

/// Stores of a place that differ in what members may do, and are otherwise as they were.
final class PrivilegeStores {
  private let place: Place
  private let original: String
  private var folder: String { place.folder + "/data" }
  private var kept: [UInt8] = []

  init(_ place: Place) throws {
    self.place = place
    original = place.folder + "/data-kept"
    _ = try place.query("PRAGMA wal_checkpoint(TRUNCATE)")
    try FileManager.default.copyItem(atPath: folder, toPath: original)
  }

  /// Makes the store what it was, with a member who has some privileges, or an administrator where one
  /// of them is to administer.
  func restore(with privileges: Set<Privilege>, preparation: String) throws {
    try FileManager.default.removeItem(atPath: folder)
    try FileManager.default.copyItem(atPath: original, toPath: folder)
    try? FileManager.default.removeItem(atPath: place.folder + "/kept")
    let isAdministrator = privileges.contains(.administer)
    let names = privileges.subtracting([.administer]).map(\.rawValue).joined(separator: ",")
    _ = try place.query(
      """
      INSERT OR REPLACE INTO policy VALUES ('member-privileges', '\(names.isEmpty ? "none" : names)');
      UPDATE user SET role = '\(isAdministrator ? "administrator" : "member")'
        WHERE address LIKE 'lee@%';
      \(preparation);
      PRAGMA wal_checkpoint(TRUNCATE);
      """)
    kept = try place.bytes(of: place.store)
  }

  /// Whether the store has the bytes that it had then, and nothing is in its log.
  func isUnchanged() throws -> Bool {
    let log = (try? place.bytes(of: place.store + "-wal")) ?? []
    return try log.isEmpty && place.bytes(of: place.store) == kept
  }
}
