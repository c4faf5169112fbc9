import Foundation
import Testing

/// A batch can be stopped, killed and repeated: in the end each message was decided about once.
@Suite struct BatchAgainTests {
  @Test func killedAnywhereAndRunAgainItIsOneCleanRun() throws {
    let (clean, place) = (try Place(), try Place())
    let mail = try GeneratedMail(1_500, seed: 4, in: clean)
    #expect(try clean.run("batch", mail.folder).status == 0)
    var random = SystemRandomNumberGenerator()
    var killed = 0
    for _ in 0..<20 {
      let delay = Double.random(in: 0.01...0.15, using: &random)
      let result = try place.shell(
        "\"$F\" batch \(mail.folder) > /dev/null 2>&1 & sleep \(delay); kill -9 $! 2>/dev/null; wait $! 2>/dev/null; echo $?"
      )
      if result.text == "137\n" { killed += 1 }
    }
    #expect(killed > 1)
    let result = try place.run("batch", mail.folder)
    #expect(result.status == 0, "\(result.errors)")
    #expect(try GeneratedMail.content(of: place) == GeneratedMail.content(of: clean))
    #expect(try place.query("SELECT count(*) FROM known_file") == "1500")
    #expect(try place.query("PRAGMA integrity_check") == "ok")
  }

  @Test func whatIsStoredIsSearchableAtOnceInANewStoreAsWell() throws {
    let place = try Place()
    let mail = try GeneratedMail(3_000, seed: 9, in: place)
    // A pipe that nobody empties holds it up once its first copies are stored, before its end.
    _ = try place.shell(
      """
      mkfifo pipe; "$F" batch --explain \(mail.folder) > pipe & exec 3< pipe
      read -r line <&3; kill -9 $!; wait $!
      """)
    #expect(try place.query("SELECT count(*) > 100, sum(is_indexed = 0) FROM copy") == "1|0")
  }

  @Test func interruptedItSaysSoAndGoesOn() throws {
    let place = try Place()
    let mail = try GeneratedMail(3_000, seed: 5, in: place)
    // At a file that the one reading thread opens: a signal of our own might come after the last.
    let result = try place.shell(
      """
      env --default-signal=TERM strace -f -qq -o /dev/null -e trace=openat \
        -e inject=openat:signal=SIGTERM:when=1500 "$F" batch \(mail.folder) --jobs 1; echo $?
      """)
    #expect(result.text.hasSuffix("\n75\n"))
    #expect(result.errors == "crm-mailfilter: interrupted; run it again to go on\n")
    let copies = try Int(place.query("SELECT count(*) FROM copy")) ?? 0
    #expect(0 < copies && copies < 2_900)
    #expect(result.text.filter { $0 != "," }.contains("tracked     \(copies)"))
    #expect(try place.run("batch", mail.folder).status == 0)
    #expect(
      try place.query("SELECT count(*) FROM copy") == "\(mail.truth.count { !$0.isDuplicate })")
    #expect(try place.query("SELECT max(times_seen) FROM delivery") == "2")
  }

  @Test func whatIsKnownIsNotOpenedAgain() throws {
    let place = try Place()
    let mail = try GeneratedMail(50, seed: 6, in: place)
    func batch(_ more: String = "") throws -> String {
      try place.shell("\"$F\" batch \(mail.folder) --json \(more)").text
    }
    #expect(try batch().contains("\"seen\":50"))
    // Changed so lately that it may have changed again within the same second.
    #expect(try batch().contains("\"known\":50"))
    _ = try place.shell("touch -d '1 hour ago' \(mail.folder)/new \(mail.folder)/cur")
    #expect(try batch().contains("\"known\":50"))
    #expect(try batch().contains("\"unchanged_folders\":2"))
    // Read, flagged and moved it is the same message; a new one is new.
    _ = try place.shell(
      """
      cd \(mail.folder); for f in new/*; do mv $f cur/$(basename $f):2,RS; done
      printf 'From: e@fabrikam.example\nTo: dana@contoso.example\n\nx\n' > new/1700000000.M1P1.host
      """)
    let again = try batch()
    #expect(again.contains("\"known\":50") && again.contains("\"seen\":1,"), "\(again)")
    // Not even a reader would find it: only the name and the length were remembered.
    let counts = try place.counts
    _ = try place.shell(
      "for f in \(mail.folder)/cur/*; do head -c $(stat -c %s $f) /dev/zero > $f; done")
    #expect(try batch().contains("\"seen\":0"))
    #expect(try place.counts == counts)
  }

  @Test func aNameIsKnownInItsFolderAndWithItsLengthOnly() throws {
    let place = try Place()
    let functions = """
      maildir() { mkdir -p "$1/new" "$1/cur" "$1/tmp"; }
      mail() { printf 'From: e@fabrikam.example\nTo: dana@contoso.example\nSubject: %s\n\nx\n' "$1"; }
      N='1700000001.000001.mbox:2,S'

      """
    let result = try place.shell(
      functions + """
        maildir M; maildir M/.Sales; mail one > M/cur/$N; "$F" batch M > /dev/null
        # Another mailbox was converted by the same program; as long as the first.
        mail two > M/.Sales/cur/$N; "$F" batch M --json
        # Another message took the place of the first.
        mail three > M/cur/$N; "$F" batch M --json
        mv M/cur/$N M/cur/$N"R"; "$F" batch M --json; "$F" batch M/cur/$N"R" --json
        """)
    let seen = result.text.split(separator: "\n").map { $0.contains("\"seen\":1,") }
    #expect(seen == [true, true, false, false], "\(result.text)\(result.errors)")
    #expect(
      try place.query("SELECT group_concat(subject) FROM (SELECT subject FROM copy ORDER BY id)")
        == "one,two,three")
  }

  @Test func whatAnEarlierVersionKnewBecomesNoSecondCopy() throws {
    let place = try Place()
    let mail = try GeneratedMail(40, seed: 11, in: place)
    _ = try place.run("batch", mail.folder)
    let copies = try place.query("SELECT count(*), sum(id) FROM copy")
    // Whatever form its digests had.
    _ = try place.query("UPDATE known_file SET digest = randomblob(16); DELETE FROM known_folder")
    let again = try place.run("batch", mail.folder, "--json").text
    #expect(again.contains("\"seen\":40,") && again.contains("\"tracked\":0,"), "\(again)")
    #expect(try place.query("SELECT count(*), sum(id) FROM copy") == copies)
  }

  @Test func whatTheRulesNowTrackIsTrackedWhenAsked() throws {
    let place = try Place(
      rules: "[[rule]]\nname = \"no\"\nparticipant = \"@fabrikam.example\"\naction = \"ignore\"")
    let mail = try GeneratedMail(20, seed: 7, in: place)
    let text = try place.run("batch", mail.folder).text
    #expect(text.contains("ignored     20  Rule 20"), "\(text)")
    #expect(try place.query("SELECT count(*) FROM copy") == "0")
    let profile = String(decoding: try place.bytes(of: place.profile), as: UTF8.self)
    try place.write(
      profile.replacing("\"ignore\"", with: "\"track\""), to: "crm-mailfilter.toml")
    _ = try place.run("batch", mail.folder)
    #expect(try place.query("SELECT count(*) FROM copy") == "0")
    _ = try place.run("batch", mail.folder, "--again")
    let count = mail.truth.count { !$0.isDuplicate }
    #expect(try place.query("SELECT count(*) FROM copy") == "\(count)")
    // What a person withdrew stays away.
    _ = try place.run("untrack", "1")
    _ = try place.run("batch", mail.folder, "--again")
    #expect(try place.query("SELECT count(*) FROM copy") == "\(count - 1)")
  }

  @Test func aDryRunSaysTheSameAndWritesNothing() throws {
    let place = try Place(
      rules: "[[rule]]\nname = \"some\"\nfrom = \"c?@fabrikam.example\"\naction = \"track\"")
    let mail = try GeneratedMail(300, seed: 8, in: place)
    func explained(_ more: String = "") throws -> String {
      try place.shell("\"$F\" batch \(mail.folder) --explain \(more) | grep '^/'").text
    }
    let before = try explained("--dry-run")
    // Replies to what it would track are found, too.
    #expect(before.contains("it answers tracked mail"))
    #expect(!FileManager.default.fileExists(atPath: place.store))
    #expect(try explained() == before)
    #expect(before.split(separator: "\n").count == 300)
    let stored = try place.bytes(of: place.store)
    #expect(try explained("--dry-run --again").split(separator: "\n").count == 300)
    #expect(try place.bytes(of: place.store) == stored)
  }
}
