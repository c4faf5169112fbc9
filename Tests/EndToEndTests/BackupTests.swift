import Foundation
import Glibc
import Testing

/// `backup` makes a whole copy at any time.
@Suite struct BackupTests {
  @Test func aBackupIsWholeAndPrivate() throws {
    let place = try Place()
    for number in 1...20 {
      _ = try place.filter(customerMail(id: "\(number)@x", subject: "Number \(number)"))
    }
    let file = place.folder + "/kept.sqlite"
    #expect(try place.shell("umask 0; \"$F\" backup kept.sqlite").status == 0)
    #expect(try place.shell("stat -c %a kept.sqlite; ls -A | grep -c tmp").text == "600\n0\n")
    let again = try place.run("backup", file)
    #expect(again.status == 73 && again.errors.contains("is there already"), "\(again)")
    #expect(try place.run("backup", place.folder + "/none/x").status == 66)
    // It is a store of its own, without companions.
    let restored = try place.shell(
      """
      rm -f \(place.store)*; cp kept.sqlite \(place.store); chmod 600 \(place.store)
      "$F" verify && "$F" list --limit 0 | wc -l && "$F" show 7 --raw | grep Subject
      """)
    #expect(
      restored.text == "20 messages examined, all is well\n20\nSubject: Number 7\n", "\(restored)")
  }

  @Test func withoutRoomItSaysWhereAndLeavesNothing() throws {
    let place = try Place()
    let body = String(repeating: "All of the text takes its place in the store.\n", count: 20_000)
    #expect(try place.filter(customerMail(body: body)).status == 0)
    let run = try place.shell(
      "(ulimit -f 200; exec \"$F\" backup kept.sqlite) 2>&1; echo $?; ls -A | grep -c kept")
    let lines = run.text.split(separator: "\n")
    #expect(
      lines.count == 3 && lines[0].hasPrefix("crm-mailfilter: kept.sqlite: it cannot be written"))
    #expect(lines.dropFirst() == ["74", "0"], "\(run.text)")
    #expect(try place.run("verify").status == 0)
  }

  @Test func backupsAreConsistentWhileFiltersRun() throws {
    let place = try Place()
    _ = try place.filter(customerMail())
    let result = try place.shell(
      #"""
      one() {
        printf 'Message-ID: <%s@x>\nFrom: e@fabrikam.example\nTo: dana@contoso.example\n\nx\n' $1 \
          | "$F" > /dev/null || echo failed
      }
      export -f one
      seq 1 80 | xargs -P 8 -I % bash -c 'one %' & filters=$!
      for n in 1 2 3 4; do "$F" backup kept$n > /dev/null || echo no backup; done
      wait $filters
      for n in 1 2 3 4; do
        sqlite3 kept$n 'PRAGMA integrity_check; PRAGMA foreign_key_check;
          SELECT count(*) FROM copy WHERE id * 4096 NOT IN (SELECT id FROM content)'
      done
      """#)
    #expect(result.text == String(repeating: "ok\n0\n", count: 4), "\(result)")
    #expect(try place.query("SELECT count(*) FROM copy") == "81")
  }

  /// One wins whole, and the other makes nothing and says so.
  @Test(arguments: ["backup kept", "export kept.mbox", "export --format eml kept"])
  func ofTwoIntoOnePlaceOneWins(_ command: String) throws {
    let place = try Place()
    for number in 1...20 { _ = try place.filter(customerMail(id: "\(number)@x")) }
    let run = try place.shell(
      """
      for i in 1 2 3 4 5; do
        rm -rf kept*
        "$F" \(command) > out1 2> errors1 & one=$!
        "$F" \(command) > out2 2> errors2 & two=$!
        wait $one; first=$?; wait $two; second=$?
        printf '%s\\n' $first $second | sort -n | tr '\\n' ' '
        cat errors1 errors2 | wc -l
        ls -A | grep -c tmp-
      done
      ls kept* | head -3; [ -d kept ] && ls kept | wc -l
      [ -f kept ] && sqlite3 kept 'SELECT count(*) FROM copy'
      [ -f kept.mbox ] && grep -c '^From ' kept.mbox
      """)
    let rounds = String(repeating: "0 73 1\n0\n", count: 5)
    #expect(run.text.hasPrefix(rounds) && run.text.hasSuffix("20\n"), "\(run)")
  }

  @Test func aBackupNeedsThePrivilege() throws {
    let place = try Place()
    _ = try place.filter(customerMail())
    _ = try place.run("user", "add", "lee@contoso.example", "--role", "reader")
    _ = try place.shell("sed -i 's/^owner = .*/owner = \"lee@contoso.example\"/' \(place.profile)")
    let refused = try place.shell("\"$F\" backup kept; ls kept")
    #expect(refused.errors.contains("export") && refused.text.isEmpty, "\(refused)")
  }
}
