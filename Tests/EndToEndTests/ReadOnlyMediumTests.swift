import Foundation
import Glibc
import Testing

/// A store, or a backup of one, on a medium that nobody can write.
@Suite
struct ReadOnlyMediumTests {
  private static let hasMounts = geteuid() == 0 && system("unshare -m true 2>/dev/null") == 0

  /// Runs a line while the folder of the store is mounted read-only.
  private func reading(_ place: Place, _ line: String) throws -> Program.Result {
    try place.shell(
      """
      unshare -m sh -c 'mount --bind data data && mount -o remount,ro,bind data && exec sh -c "$1"' \
        sh '\(line)'
      """)
  }

  @Test(
    .enabled(if: hasMounts, "needs root and mount namespaces"),
    arguments: ["a store with its log", "a backup", "a backup of an older version"])
  func itIsReadAndNothingIsTakenForWritten(_ kind: String) throws {
    let place = try Place()
    #expect(try place.filter(customerMail(subject: "Offer for pumps")).status == 0)
    if kind.contains("backup") {
      #expect(try place.run("backup", place.folder + "/kept").status == 0)
      _ = try place.shell("rm \(place.store)* && mv kept \(place.store)")
    }
    if kind.contains("older") {
      _ = try place.shell(
        """
        sqlite3 \(place.store) "ALTER TABLE user DROP COLUMN login;
          DELETE FROM grdb_migrations WHERE identifier = 'v6'; PRAGMA user_version = 5;
          PRAGMA wal_checkpoint(TRUNCATE); PRAGMA journal_mode = DELETE"
        """)
    }
    for (line, wanted) in [
      ("$F list", "Offer for pumps"), ("$F search pumps", "Offer for pumps"),
      ("$F show 1", "Subject"), ("$F export --format mbox", "Subject: Offer for pumps"),
      ("$F thread 1", "Conversation 1"), ("$F stats", "1"), ("$F record unresolved", "erin@"),
    ] {
      let result = try reading(place, line)
      #expect(result.status == 0 && result.text.contains(wanted), "\(line) \(result)")
    }
    // Who would write is told, and mail waits.
    let changed = try reading(place, "$F regarding 1 account:2")
    #expect(changed.status != 0 && changed.errors.contains("may not be written"), "\(changed)")
    try place.write(customerMail(id: "2@x"), to: "m.eml")
    let filtered = try reading(place, "$F < m.eml")
    #expect(filtered.status == 0 && filtered.output == customerMail(id: "2@x"))
    #expect(place.waiting.count == 1)
    #expect(try place.run("retry").status == 0)
    #expect(try place.query("SELECT count(*) FROM copy") == "2")
  }
}
