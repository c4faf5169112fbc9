import Foundation
import Testing

/// A batch takes from mailboxes what is mail, and leaves them as they were.
@Suite struct BatchSourceTests {
  /// A shell function that writes a message with a subject to a file.
  private static let mail = """
    mail() { printf 'Message-ID: <%s@x>\\nFrom: e@fabrikam.example\\nTo: dana@contoso.example\\nSubject: %s\\n\\nx\\n' "$2" "$2" > "$1"; }
    maildir() { mkdir -p "$1/new" "$1/cur" "$1/tmp"; }

    """

  private func subjects(_ place: Place) throws -> String {
    try place.query("SELECT group_concat(subject, ' ') FROM (SELECT subject FROM copy ORDER BY id)")
  }

  private func shell(_ place: Place, _ lines: String) throws -> Program.Result {
    try place.shell(Self.mail + "cd \(place.folder)\n" + lines)
  }

  private func maildir(_ place: Place) throws {
    let result = try shell(
      place,
      """
      maildir M; mail M/new/1700000009.M1P1.h nine; mail M/cur/1700000001.M1P1.h:2,S one
      mail M/tmp/1700000000.M1P1.h unfinished; mail M/cur/.hidden hidden
      mail 'M/cur/1700000002.M1P1.h;2,ST' trashed; mail 'M/cur/1700000003.M1P1.h!2,D' draft
      mail M/cur/1700000004.M20P1.h:2, four-b; mail M/cur/1700000004.M3P1.h:2, four-a
      maildir M/.Sales.2024; mail M/.Sales.2024/cur/1700000005.M1P1.h:2,S sales
      maildir M/.Trash; mail M/.Trash/cur/1700000006.M1P1.h:2,S bin
      maildir M/.Junk; mail M/.Junk/new/1700000007.M1P1.h junk
      maildir M/nested/deep; mail M/nested/deep/cur/1700000008.M1P1.h:2,FT deep-trashed
      mail M/nested/deep/cur/1700000008.M2P1.h:2,F deep
      mkdir M/.notmuch; mail M/.notmuch/x.eml index; ln -s . M/loop
      """)
    #expect(result.status == 0, "\(result.errors)")
  }

  @Test func foldersOfAMaildirAreFound() throws {
    let place = try Place()
    try maildir(place)
    let result = try place.run("batch", place.folder + "/M")
    #expect(result.status == 0, "\(result.errors)")
    #expect(try subjects(place) == "one four-a four-b sales deep nine")
    #expect(result.text.contains("passed over  3"), "\(result.text)")
  }

  @Test func namedFoldersAreTakenWhole() throws {
    let place = try Place()
    try maildir(place)
    _ = try place.run("batch", place.folder + "/M", "--folder", "trash", "--folder", "nested")
    #expect(try subjects(place) == "bin deep-trashed deep")
    _ = try place.run("batch", place.folder + "/M", "--folder", "Sales")
    #expect(try subjects(place) == "bin deep-trashed deep sales")
    _ = try place.run("batch", place.folder + "/M", "--folder", "INBOX")
    #expect(try subjects(place).hasSuffix("sales one trashed draft four-a four-b nine"))
    let wrong = try place.run("batch", place.folder + "/M", "--folder", "Sails")
    #expect(wrong.status == 64)
    #expect(wrong.errors.contains("no folder 'sails'; there are INBOX,"), "\(wrong.errors)")
  }

  @Test func nothingInAMailboxIsTouched() throws {
    let place = try Place()
    try maildir(place)
    _ = try shell(place, "mail x.eml x; touch -a -d '2 days ago' M/cur/* M/new/* x.eml")
    let look =
      "cd \(place.folder); find M x.eml -printf '%p %i %m %s %A@ %T@ %C@\\n' | sort; cat M/*/1* | md5sum"
    // find itself reads folders, which notes when; so once before.
    _ = try place.shell(look)
    let before = try place.shell(look).text
    _ = try place.run("batch", place.folder + "/M", place.folder + "/x.eml")
    #expect(try subjects(place).contains("nine x"))
    #expect(try place.shell(look).text == before)
  }

  @Test func filesAndNamesOnStdinAreTaken() throws {
    let place = try Place()
    let result = try shell(
      place,
      """
      mkdir F; mail F/b.eml b; mail F/a.EML a; mail F/note.txt note; touch -d '2020-01-01' F/b.eml
      mail alone alone; touch -d '2021-01-01' alone; : > empty
      mail $'odd\\n\\xff name' odd; touch -d '2022-01-01' odd*
      "$F" batch F alone empty > /dev/null && printf '%s\\0' $'odd\\n\\xff name' | "$F" batch -0 > /dev/null
      maildir $'D\\xe4'; mail $'D\\xe4'/new/1.h late; "$F" batch $'D\\xe4' > /dev/null
      find F alone | "$F" batch - --json
      """)
    #expect(result.status == 0, "\(result.errors)")
    #expect(try subjects(place) == "b alone a odd late note")
    #expect(result.text.contains("\"seen\":1,"), "\(result.text)")
  }

  @Test func aFileOfAMaildirIsKnownHoweverItIsNamed() throws {
    let place = try Place()
    try maildir(place)
    _ = try shell(place, "find M -path '*cur/1*' | \"$F\" batch -; \"$F\" batch M")
    #expect(try subjects(place).hasPrefix("one trashed draft four-a four-b sales bin"))
    #expect(try place.query("SELECT max(times_seen) FROM delivery") == "1")
    let folder = try place.query("SELECT folder, file_name FROM delivery WHERE copy = 1")
    #expect(folder.hasSuffix("/M|1700000001.M1P1.h"))
  }

  @Test func anMboxIsReadAsItWasDelivered() throws {
    // No person sent what MAILER-DAEMON delivered.
    let rules = Place.usualRules.replacing("even = []", with: "even = [\"automatic\"]")
    let place = try Place(rules: rules)
    // mboxo, CRLF, a `From ` line in a body that is none, no empty line at the end.
    try place.write(
      """
      From e@x Mon Nov  2 10:14:05 2026
      From: e@fabrikam.example
      Subject: 1

      >From here
      From there we go on
      >>quoted

      From e@x Mon Nov  2 10:14:06 2026 +0100
      From: e@fabrikam.example\r
      Subject: 2\r
      \r
      x\r
      \r
      From MAILER-DAEMON  2 Nov 10:15 MET 2026
      From: e@fabrikam.example
      Subject: 3

      """, to: "box")
    let result = try place.run("batch", place.folder + "/box")
    #expect(result.status == 0, "\(result.errors)")
    #expect(try subjects(place) == "1 2 3")
    let bodies = try (1...3).map { number in
      String(decoding: try place.run("show", "\(number)", "--raw").output, as: UTF8.self)
    }
    #expect(bodies[0].hasSuffix("\n\nFrom here\nFrom there we go on\n>>quoted\n"))
    #expect(bodies[1].hasSuffix("\r\nx\r\n"))
    #expect(bodies[2] == "From: e@fabrikam.example\nSubject: 3\n")
    // What is appended is new; what was there is known.
    let more = "From e@x Tue Nov  3 10:00:00 2026\nFrom: e@fabrikam.example\nSubject: 4\n\nx\n\n"
    _ = try place.shell("printf '\(more)' >> \(place.folder)/box")
    let again = try place.run("batch", place.folder + "/box", "--json").text
    #expect(again.contains("\"known\":3") && again.contains("\"seen\":1"), "\(again)")
    #expect(try subjects(place) == "1 2 3 4")
  }

  @Test func lengthsOfAnMboxHoldWhereTheyLeadToAMessage() throws {
    let place = try Place()
    let inner = "From a@b Mon Nov  2 10:00:00 2026\nSubject: inner\n\nx\n"
    let outer = "From: e@fabrikam.example\nSubject: outer\n"
    try place.write(
      "From e@x Mon Nov  2 10:14:05 2026\n\(outer)Content-Length: \(inner.utf8.count)\n\n\(inner)\n"
        + "From e@x Mon Nov  2 10:14:06 2026\n\(outer)Content-Length: 99999\n\ny\n\n"
        + "From e@x Mon Nov  2 10:14:07 2026\nFrom: e@fabrikam.example\nSubject: last\n\n>From z\n\n",
      to: "box")
    #expect(try place.run("batch", place.folder + "/box").status == 0)
    #expect(try subjects(place) == "outer outer last")
    let raw = try place.run("show", "1", "--raw").text
    #expect(raw.hasSuffix("\n\n" + inner))
    // An mbox that does not mark `From ` lines of its own does not have marks either.
    #expect(try place.run("show", "3", "--raw").text.hasSuffix("\n\n>From z\n"))
  }

  @Test func timesAndLimitSelectInOrderOfArrival() throws {
    let place = try Place()
    try maildir(place)
    let path = place.folder + "/M"
    _ = try place.run(
      "batch", path, "--since", "2023-11-14T22:13:24Z", "--until", "2023-11-14T22:13:28Z")
    #expect(try subjects(place) == "four-a four-b sales")
    _ = try place.run("batch", path, "--limit", "2")
    #expect(try subjects(place) == "four-a four-b sales one deep")
    _ = try place.shell("touch -d '1 hour ago' \(path)/new \(path)/cur")
    // Folders of which something was left out are looked through again.
    _ = try place.run("batch", path)
    #expect(try subjects(place) == "four-a four-b sales one deep nine")
    for wrong in ["--since=tomorrow", "--until=2026-02-30", "--limit=-1", "--jobs=0"] {
      #expect(try place.run("batch", path, wrong).status == 64, "\(wrong)")
    }
    #expect(try place.run("batch").status == 64)
  }

  /// Anybody can set any time of a file, also one that no count of nanoseconds holds.
  @Test func anyTimeOfAFileIsTaken() throws {
    let place = try Place()
    let result = try shell(
      place,
      """
      mkdir M; mail M/late.eml late; mail M/early.eml early; mail M/now.eml now
      touch -d 2300-01-01 M/late.eml && touch -d 1600-01-01 M/early.eml && "$F" batch M
      """)
    #expect(result.status == 0, "\(result.errors)")
    #expect(try place.query("SELECT count(*) FROM copy") == "3")
    #expect(try place.run("list", "--limit", "0").status == 0)
  }

  @Test func directionAndMailboxCanBeSaid() throws {
    let place = try Place()
    try maildir(place)
    _ = try place.run("batch", place.folder + "/M", "--sent")
    #expect(try place.query("SELECT DISTINCT direction FROM copy") == "outgoing")
    let wrong = try place.run("batch", place.folder + "/M", "--mailbox", "else@contoso.example")
    #expect(wrong.status == 64)
    let other = try Place(head: "")
    let profile = String(decoding: try other.bytes(of: other.profile), as: UTF8.self)
    try other.write(
      profile
        + "\n[[mailbox]]\nowner = \"lee@contoso.example\"\naddresses = [\"lee@contoso.example\"]\n",
      to: "crm-mailfilter.toml")
    try maildir(other)
    let result = try other.run("batch", other.folder + "/M", "--mailbox", "lee@contoso.example")
    #expect(result.status == 0, "\(result.errors)")
    #expect(try other.query("SELECT DISTINCT mailbox FROM delivery") == "lee@contoso.example")
  }

  @Test func whatCannotBeReadIsAFailure() throws {
    let place = try Place()
    try maildir(place)
    let result = try shell(place, "mkfifo pipe; \"$F\" batch M pipe > out; echo $?; cat out")
    #expect(result.text.hasPrefix("75\n"))
    #expect(result.text.hasSuffix("/pipe: not a regular file\n"))
    #expect(try subjects(place).hasPrefix("one "))
    #expect(try place.run("failures").text.contains("/pipe  "))
    #expect(try shell(place, "rm pipe; \"$F\" batch M > /dev/null; echo $?").text == "0\n")
    #expect(try place.run("failures").text == "")
    let missing = try place.run("batch", place.folder + "/none")
    #expect(missing.status == 66)
    #expect(missing.errors.contains("/none: No such file or directory"), "\(missing.errors)")
  }

  @Test func whereAMessageLiesIsShown() throws {
    let place = try Place()
    try maildir(place)
    _ = try place.run("batch", place.folder + "/M")
    let folder = URL(fileURLWithPath: place.folder + "/M").resolvingSymlinksInPath().path
    #expect(
      try place.run("show", "1").text.contains("\(folder)/cur/1700000001.M1P1.h:2,S\n"))
    _ = try shell(place, "mv M/cur/1700000001.M1P1.h:2,S M/.Sales.2024/cur/1700000001.M1P1.h:2,RS")
    #expect(
      try place.run("show", "1").text.contains(
        "\(folder)/.Sales.2024/cur/1700000001.M1P1.h:2,RS\n"))
    _ = try shell(place, "rm M/.Sales.2024/cur/1700000001*")
    #expect(try place.run("show", "1").text.contains("no longer in \(folder)\n"))
  }
}
