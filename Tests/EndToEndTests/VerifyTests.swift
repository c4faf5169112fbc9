import Foundation
import Glibc
import Testing

/// `verify` finds what is wrong, says what to do, and repairs what can be repaired without loss.
@Suite struct VerifyTests {
  /// Something that is wrong.
  struct Wrong: Sendable, CustomTestStringConvertible {
    var testDescription: String
    /// What does it, with the store as `$S` and the spool as `$Q`.
    var breaks: String
    /// What `verify` says of it.
    var says: String
    /// Whether `--repair` repairs it.
    var isRepaired = true
  }

  static let wrongs = [
    Wrong(
      testDescription: "changed bytes",
      breaks: """
        sqlite3 $S "UPDATE content SET bytes = CAST(replace(bytes, 'Hello', 'Jello') AS BLOB)"
        """,
      says: "copy: mail 1: its bytes are not those that were tracked", isRepaired: false),
    Wrong(
      testDescription: "lost bytes",
      breaks: "sqlite3 $S 'UPDATE content SET bytes = substr(bytes, 1, 20) WHERE id = 4096'",
      says: "mail 1: 20 bytes are stored, but it had", isRepaired: false),
    Wrong(
      testDescription: "no bytes", breaks: "sqlite3 $S 'DELETE FROM content WHERE id = 4096'",
      says: "mail 1: 0 bytes are stored", isRepaired: false),
    Wrong(
      testDescription: "a lost chunk",
      breaks: "sqlite3 $S 'DELETE FROM content WHERE id = 2 * 4096 + 1'",
      says: "mail 2: MiB 1 of its bytes is missing", isRepaired: false),
    Wrong(
      testDescription: "a copy that is gone", breaks: "sqlite3 $S 'DELETE FROM copy WHERE id = 1'",
      says: "rows of participant: the copy is gone"),
    Wrong(
      testDescription: "bytes without a copy",
      breaks: "sqlite3 $S \"INSERT INTO content VALUES (409600, x'00')\"",
      says: "1 row of content: the copy is gone"),
    Wrong(
      testDescription: "a conversation that is gone",
      breaks: "sqlite3 $S 'DELETE FROM conversation WHERE id = 1'",
      says: "conversation: 1 row of copy: the conversation is gone"),
    Wrong(
      testDescription: "a conversation without mail",
      breaks: "sqlite3 $S 'INSERT INTO conversation DEFAULT VALUES'",
      says: "conversation: 1 without mail"),
    Wrong(
      testDescription: "an owner who is gone", breaks: "sqlite3 $S 'UPDATE copy SET owner = 99'",
      says: "rows of copy: the user is gone", isRepaired: false),
    Wrong(
      testDescription: "an address of nobody",
      breaks: "sqlite3 $S \"INSERT INTO user_address VALUES ('x@y', 99, 1, 'x@y')\"",
      says: "1 row of user_address: the user is gone"),
    Wrong(
      testDescription: "a participant who is a user that is gone",
      breaks: "sqlite3 $S 'UPDATE participant SET user = 99'",
      says: "rows of participant: the user is gone"),
    Wrong(
      testDescription: "a damaged index",
      breaks: """
        sqlite3 $S "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = \
        sql || ' WHERE 0' WHERE name = 'copy_sent_at'"
        sqlite3 $S "UPDATE copy SET sent_at = sent_at + 1"
        sqlite3 $S "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = \
        replace(sql, ' WHERE 0', '') WHERE name = 'copy_sent_at'"
        """,
      says: "missing from index copy_sent_at"),
    Wrong(
      testDescription: "a trigger",
      breaks: """
        sqlite3 $S 'CREATE TRIGGER thief AFTER INSERT ON copy BEGIN DELETE FROM content; END'
        """, says: "trigger thief is none of ours", isRepaired: false),
    Wrong(
      testDescription: "a changed view",
      breaks: "sqlite3 $S 'DROP VIEW mail; CREATE VIEW mail AS SELECT 1 AS id'",
      says: "view mail was changed", isRepaired: false),
    Wrong(
      testDescription: "a missing salt",
      breaks: "sqlite3 $S \"DELETE FROM secret WHERE name = 'tombstone'\"",
      says: "the salt 'tombstone' is missing", isRepaired: false),
    Wrong(
      testDescription: "an older version", breaks: "sqlite3 $S 'PRAGMA user_version = 1'",
      says: "store: an older version made it"),
    Wrong(
      testDescription: "a newer version", breaks: "sqlite3 $S 'PRAGMA user_version = 99'",
      says: "a newer crm-mailfilter made the store", isRepaired: false),
    Wrong(
      testDescription: "no store", breaks: "rm -f $S*",
      says: "it was used before, and is not there now", isRepaired: false),
    Wrong(
      testDescription: "no database", breaks: "rm -f $S*; echo nonsense > $S; chmod 600 $S",
      says: "no store of crm-mailfilter", isRepaired: false),
    Wrong(
      testDescription: "a store for all to read", breaks: "chmod 644 $S",
      says: "others may read or write it (644)"),
    Wrong(
      testDescription: "a store for all to write", breaks: "chmod 666 $S",
      says: "everybody may write it"),
    Wrong(
      testDescription: "a companion for all to read", breaks: "chmod 644 $S.lock",
      says: "sqlite.lock: others may read or write it (644)"),
    Wrong(
      testDescription: "an open folder", breaks: "chmod 777 $(dirname $S)",
      says: "others may replace what lies in it"),
    Wrong(
      testDescription: "a profile for all to write", breaks: "chmod 666 $P",
      says: "crm-mailfilter.toml: everybody may write it"),
    Wrong(
      testDescription: "a broken profile", breaks: "echo 'x =' >> $P", says: "profile: ",
      isRepaired: false),
    Wrong(
      testDescription: "an open spool", breaks: "mkdir -p $Q; chmod 777 $Q",
      says: "spool: everybody may write it"),
    Wrong(
      testDescription: "an entry that cannot be read",
      breaks: "mkdir -p $Q; chmod 700 $Q; echo x > $Q/1-1.mail; chmod 600 $Q/1-1.mail",
      says: "spool: 1-1.mail cannot be read", isRepaired: false),
    Wrong(
      testDescription: "what a killed run left",
      breaks: "mkdir -p $Q; chmod 700 $Q; echo x > $Q/.tmp-1; touch -d '2 hours ago' $Q/.tmp-1",
      says: ".tmp-1 is left of a run that was killed"),
  ]

  /// Two messages, the second of 2 MB.
  private func prepared() throws -> Place {
    let place = try Place()
    #expect(try place.filter(customerMail()).status == 0)
    let long = customerMail(id: "2@x", body: String(repeating: "a line\n", count: 300_000))
    #expect(try place.filter(long).status == 0)
    return place
  }

  private func shell(_ place: Place, _ line: String) throws -> Program.Result {
    try place.shell("S=\(place.store); P=\(place.profile); Q=\(place.spool); " + line)
  }

  @Test(arguments: wrongs) func whatIsWrongIsFound(_ wrong: Wrong) throws {
    let place = try prepared()
    let before = try place.run("verify")
    #expect(before.status == 0 && before.text == "2 messages examined, all is well\n", "\(before)")
    _ = try shell(place, wrong.breaks)
    let found = try place.run("verify")
    #expect(found.status == 65 && found.text.contains(wrong.says), "\(found)")
    for line in found.text.split(separator: "\n").dropLast() { #expect(line.contains("; do: ")) }
    #expect(found.errors.split(separator: "\n").count == 1)
    // Looking repairs nothing.
    #expect(try place.run("verify").text.contains(wrong.says))
    let objects = try place.run("verify", "--json")
    #expect(objects.status == 65)
    let schema = try JSONSchema(path: Repository.root + "/samples/schema.json")
    let lines = objects.text.split(separator: "\n").map(String.init)
    for line in lines.dropLast() { #expect(schema.faults(of: line, as: "finding") == []) }
    #expect(schema.faults(of: lines.last ?? "", as: "verification") == [])
    let repair = try place.run("verify", "--repair")
    #expect(repair.status == (wrong.isRepaired ? 0 : 65), "\(repair)")
    let after = try place.run("verify")
    #expect(after.status == (wrong.isRepaired ? 0 : 65), "\(after)")
    guard wrong.isRepaired, wrong.testDescription != "a copy that is gone" else { return }
    // Without loss.
    let raw = try place.run("show", "1", "--raw")
    #expect(raw.status == 0 && raw.output == customerMail(), "\(raw.errors)")
    #expect(try place.query("SELECT count(*) FROM copy") == "2")
  }

  @Test func attachmentsThatAnOlderVersionPassedOverAreListed() throws {
    let place = try Place()
    let mail = customerMail(
      extra: "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b",
      body: """
        --b
        Content-Type: text/plain

        Hello
        --b
        Content-Type: application/pdf; name=quotation.pdf
        Content-Disposition: attachment; filename=quotation.pdf

        x
        --b--

        """)
    #expect(try place.filter(mail).status == 0)
    let other = customerMail(id: "b@fabrikam.example", subject: "Other")
    #expect(try place.filter(other).status == 0)
    // As an older version left it, in the index, too.
    _ = try place.query("CREATE TABLE kept AS SELECT * FROM attachment; DELETE FROM attachment")
    #expect(try place.run("search", "attachment:quotation", "--count").text == "0\n")
    let check = try place.run("verify")
    #expect(check.status == 65)
    #expect(check.text.contains("copy: 1 message lists other attachments than"), "\(check.text)")
    let repair = try place.run("verify", "--repair")
    #expect(repair.status == 0 && repair.text.contains("; repaired\n"), "\(repair)")
    #expect(
      try place.query("SELECT count(*) FROM (SELECT * FROM kept EXCEPT SELECT * FROM attachment)")
        == "0")
    #expect(try place.run("search", "attachment:quotation", "--count").text == "1\n")
    #expect(try place.run("search", "other", "--count").text == "1\n")
    #expect(
      try place.query("INSERT INTO search_index (search_index) VALUES ('integrity-check')") == "")
    #expect(try place.run("verify").text.hasSuffix("all is well\n"))
  }

  @Test func aLibraryThatIsMissedIsNamed() throws {
    let place = try prepared()
    // What is no library in its place.
    let without = "mkdir -p L; : > L/libidn2.so.0; export LD_LIBRARY_PATH=$PWD/L; "
    let found = try shell(place, without + "\"$F\" verify")
    #expect(found.status == 0 && found.text.hasPrefix("libidn2 is not there"), "\(found)")
    #expect(found.text.hasSuffix("all is well\n"))
    let object = try shell(place, without + "\"$F\" verify --json").text
    #expect(object.contains("\"missing\":[\"libidn2\"]"), "\(object)")
    #expect(try place.run("verify", "--json").text.contains("\"missing\":[]"))
    // Mail passes and is tracked without it, and finds what case and accents alone tell.
    let mail = "From: e@MU\u{308}NCHEN.example\nTo: dana@contoso.example\nMessage-ID: <3@x>\n\nx\n"
    let filtered = try shell(
      place,
      without + "printf '%s' '\(mail)' | \"$F\" track - > /dev/null; "
        + "\"$F\" search from:@münchen.example --json | wc -l")
    #expect(filtered.text.hasSuffix("1\n"), "\(filtered)")
  }

  @Test func aDamagedPageIsFound() throws {
    let place = try prepared()
    _ = try shell(
      place,
      """
      sqlite3 $S 'PRAGMA wal_checkpoint(TRUNCATE)' > /dev/null
      R=$(sqlite3 $S "SELECT rootpage FROM sqlite_schema WHERE name = 'participant'")
      head -c 3000 /dev/zero | tr '\\0' '\\377' | dd of=$S bs=1 seek=$(((R - 1) * 4096)) conv=notrunc
      """)
    let found = try place.run("verify", "--repair")
    #expect(found.status == 65 && found.text.contains("restore a backup"), "\(found)")
  }

  @Test func onlyAnAdministratorMends() throws {
    let place = try prepared()
    _ = try place.run("user", "add", "lee@contoso.example")
    _ = try shell(place, "sqlite3 $S 'INSERT INTO conversation DEFAULT VALUES'")
    _ = try shell(place, "sed -i 's/^owner = .*/owner = \"lee@contoso.example\"/' $P")
    #expect(try place.run("verify").status == 65)
    let repair = try place.run("verify", "--repair")
    #expect(repair.status == 77 && repair.errors.contains("administer"), "\(repair)")
    #expect(try place.run("verify").status == 65)
  }

  @Test func aLargeOldStoreWaitsForSomebodyWithTime() throws {
    let place = try prepared()
    _ = try shell(
      place,
      """
      sqlite3 $S "PRAGMA user_version = 1; WITH RECURSIVE n(i) AS (VALUES(3) UNION ALL SELECT i + 1 \
        FROM n WHERE i < 50001) INSERT INTO copy (id, key, direction, subject, sent_at, tracked_at, \
        size, is_truncated, conversation, owner, owner_reason, is_manual, explanation) SELECT i, \
        randomblob(32), 'incoming', '', 1, 1, 0, 1, 1, 1, 'mailbox', 0, '' FROM n"
      """)
    let run = try place.filter(customerMail(id: "3@x"))
    #expect(run.status == 0 && run.output == customerMail(id: "3@x"))
    #expect(run.errors.contains("verify --repair") && place.waiting.count == 1, "\(run.errors)")
    #expect(try place.filter(customerMail(id: "4@x"), ["--strict"]).status == 75)
    #expect(try place.run("verify", "--repair").text.contains("an older version made it"))
    #expect(try place.run("retry").status == 0)
    #expect(try place.query("SELECT count(*) FROM copy WHERE message_id = '3@x'") == "1")
    // A small one is brought to this version in passing.
    let small = try prepared()
    _ = try shell(small, "sqlite3 $S 'PRAGMA user_version = 1'")
    #expect(try small.filter(customerMail(id: "3@x")).errors == "")
    #expect(try small.query("SELECT count(*) FROM copy") == "3")
  }
}
