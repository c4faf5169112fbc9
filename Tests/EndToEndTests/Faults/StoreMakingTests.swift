import Foundation
import Glibc
import Testing

/// The making of a store killed, or let down by the system, at each of its system calls: whoever comes
/// next finishes it.
@Suite(.enabled(if: access(SystemCallTrace.strace, X_OK) == 0, "strace is not there"))
struct StoreMakingTests {
  /// What makes a store: the first message, `org add`, or `setup`.
  static let makers: [[String]] = [
    [], ["org", "add", "contoso", "sqlite:contoso.sqlite"], ["setup", "--defaults"],
  ]

  /// Calls that change a disk.
  ///
  /// What happens between two of them is the same for the disk.
  private static let changing = [
    "openat", "write", "pwrite64", "fsync", "fdatasync", "ftruncate", "mkdir", "unlink", "fchmod",
    "chmod", "renameat2", "rename", "link",
  ]

  private let message = customerMail()

  private func begin(_ place: Place) throws {
    for name in ["data", "state"] {
      try? FileManager.default.removeItem(atPath: place.folder + "/" + name)
    }
  }

  /// The calls of a making that may be stopped.
  private func calls(_ place: Place, _ arguments: [String]) throws -> [SystemCallTrace.Call] {
    let trace = try SystemCallTrace(
      place, message: arguments.isEmpty ? message : [], arguments: arguments, expectsMessage: false)
    return trace.calls.filter {
      Self.changing.contains($0.name) && !$0.line.hasPrefix("write(1,")
        && !$0.line.contains("O_RDONLY")
    }
  }

  /// The next runs use the store as if nothing had been.
  private func expectUse(_ place: Place, _ comment: Comment) throws {
    let next = try place.filter(customerMail(id: "next@fabrikam.example"))
    #expect(next.status == 0 && next.errors.isEmpty, "\(comment): \(next.errors)")
    let retry = try place.run("retry")
    #expect(retry.status == 0, "\(comment): \(retry.errors)")
    let found = try place.query(
      "SELECT count(*) FROM copy WHERE message_id = 'next@fabrikam.example'")
    #expect(found == "1", comment)
    let administrators = try place.query("SELECT count(*) FROM user WHERE role = 'administrator'")
    #expect(administrators == "1", comment)
  }

  @Test(arguments: makers) func killedAnywhereTheNextRunFinishesIt(_ maker: [String]) throws {
    let place = try Place()
    let calls = try calls(place, maker)
    #expect(calls.count > 50)
    for call in calls {
      try begin(place)
      _ = try SystemCallTrace.run(
        place, message: message, arguments: maker, call: call, injection: "signal=SIGKILL")
      try expectUse(place, "\(call)")
    }
    let verify = try place.run("verify")
    #expect(verify.status == 0, "\(verify.text)")
  }

  /// What a disk says that takes no more.
  static let errors = ["ENOSPC", "EFBIG", "EIO"]

  @Test(arguments: makers, errors)
  func letDownAnywhereTheNextRunFinishesIt(_ maker: [String], _ error: String) throws {
    let place = try Place()
    for call in try calls(place, maker) {
      try begin(place)
      _ = try SystemCallTrace.run(
        place, message: message, arguments: maker, call: call, injection: "error=\(error)")
      try expectUse(place, "\(call)")
    }
  }

  /// From one call to the end nothing can be written.
  @Test(arguments: makers) func aDiskThatStaysFullSpoilsNoStore(_ maker: [String]) throws {
    let place = try Place()
    for call in try calls(place, maker) where ["pwrite64", "write"].contains(call.name) {
      try begin(place)
      _ = try SystemCallTrace.run(
        place, message: message, arguments: maker, call: call, injection: "error=ENOSPC",
        andAllAfter: true)
      try expectUse(place, "\(call)")
    }
  }

  /// Files that may grow so far while the store is made, and no further.
  static let limits = [
    0, 1, 100, 512, 513, 4_095, 4_096, 4_097, 8_192, 12_000, 20_000, 32_767, 33_000, 50_000, 65_536,
    100_000, 131_072, 200_000,
  ]

  @Test(arguments: limits) func aFileSizeLimitSpoilsNoStore(_ limit: Int) throws {
    for maker in Self.makers {
      let place = try Place()
      try place.write(message, to: "mail")
      _ = try place.shell(
        "prlimit --fsize=\(limit) \"$F\" \(maker.joined(separator: " ")) < mail | cat")
      try expectUse(place, "\(limit)")
    }
  }

  /// A version before left such stores: a file without a byte, or the table of migrations alone.
  @Test(arguments: [
    ": > $S", "sqlite3 $S 'PRAGMA journal_mode = WAL'",
    "sqlite3 $S 'CREATE TABLE grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY)'",
    """
    sqlite3 $S 'PRAGMA journal_mode = WAL;
      CREATE TABLE grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY)'
    """,
  ])
  func whatWasBegunBeforeIsFinished(_ remains: String) throws {
    let place = try Place()
    _ = try place.shell(
      "S=\(place.store); mkdir -p -m 700 $(dirname $S); \(remains) > /dev/null; chmod 600 $S")
    try expectUse(place, "\(remains)")
  }

  @Test func aDatabaseOfAnotherProgramStaysAsItIs() throws {
    let place = try Place()
    _ = try place.shell(
      """
      S=\(place.store); mkdir -p -m 700 $(dirname $S)
      sqlite3 $S 'CREATE TABLE grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY);
        CREATE TABLE theirs (a)'; chmod 600 $S
      """)
    #expect(try place.filter(message).errors.contains("another program"))
    #expect(
      try place.query("SELECT group_concat(name) FROM sqlite_schema WHERE type = 'table'")
        == "grdb_migrations,theirs")
  }
}
