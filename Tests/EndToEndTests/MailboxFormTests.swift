import Foundation
import Testing

/// A batch reads mailboxes as the programs lay them out that people have.
@Suite struct MailboxFormTests {
  /// Shell functions: a message with a subject, on stdout; the same in an mbox.
  private static let functions = """
    mail() { printf 'Message-ID: <%s@x>\\nFrom: e@fabrikam.example\\nTo: dana@contoso.example\\nSubject: %s\\n%b\\nx\\n' "$1" "$1" "${2-}"; }
    boxed() { echo "From e@x Mon Nov  2 10:14:05 2026"; mail "$@"; echo; }

    """

  private func subjects(_ place: Place) throws -> String {
    try place.query("SELECT group_concat(subject, ' ') FROM (SELECT subject FROM copy ORDER BY id)")
  }

  private func shell(_ place: Place, _ lines: String) throws -> Program.Result {
    try place.shell(Self.functions + lines)
  }

  // MARK: mbox

  @Test func anMboxWithoutDatesIsAsManyMessagesAsItHolds() throws {
    let place = try Place()
    let result = try shell(
      place,
      """
      for i in 1 2 3; do echo "From "; mail $i; echo; done > box
      touch -d '2024-01-31T10:00:00Z' box; "$F" batch box
      """)
    #expect(result.status == 0, "\(result.errors)")
    #expect(try subjects(place) == "1 2 3")
    // They arrived when the file was written, for all that it tells.
    #expect(try place.query("SELECT DISTINCT first_seen_at FROM delivery") == "1706695200")
    #expect(try place.run("show", "2", "--raw").text.hasSuffix("\nSubject: 2\n\nx\n"))
    #expect(!(try place.run("show", "2", "--raw").text.contains("From \n")))
  }

  @Test func whoWritesUnderALockFileIsWaitedFor() throws {
    let place = try Place()
    // Half a message lies there, as a host writes it that knows lock files only.
    let result = try shell(
      place,
      """
      { boxed one; boxed two | head -c 140; } > box; : > box.lock
      "$F" batch box; echo $?
      (sleep 1; boxed two | tail -c +141 >> box; rm box.lock) & "$F" batch box > /dev/null; echo $?
      """)
    #expect(result.text.contains("\n75\n"), "\(result.text)")
    #expect(result.text.hasSuffix("another program is writing to it; try again\n75\n0\n"))
    #expect(try subjects(place) == "one two")
    #expect(try place.run("show", "2", "--raw").text.hasSuffix("\n\nx\n"))
    // One that was left behind holds nobody up.
    let left = try shell(
      place,
      "boxed three >> box; : > box.lock; touch -d '10 minutes ago' box.lock; \"$F\" batch box")
    #expect(left.status == 0, "\(left.errors)")
    #expect(try subjects(place) == "one two three")
  }

  @Test func aMessageThatGrewIsReadAgain() throws {
    let place = try Place()
    _ = try shell(place, "{ boxed one; boxed two; } > box; \"$F\" batch box; echo more >> box")
    let again = try place.run("batch", place.folder + "/box", "--json").text
    #expect(again.contains("\"known\":1") && again.contains("\"seen\":1,"), "\(again)")
    let last = try place.query("SELECT max(id) FROM copy")
    #expect(try place.run("show", last, "--raw").text.hasSuffix("\nmore\n"))
  }

  @Test func flagsOfAnMboxMakeNoNewMessageOfOne() throws {
    let place = try Place()
    let result = try shell(
      place,
      """
      { boxed one; boxed two; } > box; "$F" batch box > /dev/null
      { boxed one 'Status: RO\\nX-Status: A\\n'; boxed two; boxed three; } > box
      "$F" batch box --json
      """)
    #expect(
      result.text.contains("\"known\":2") && result.text.contains("\"seen\":1,"), "\(result.text)")
    #expect(try subjects(place) == "one two three")
  }

  // MARK: Where mail programs keep it

  /// The subjects that a batch of some paths brings in, in alphabetical order.
  private func found(_ layout: String, _ batch: String = "batch M") throws -> (
    String, Program.Result
  ) {
    let place = try Place()
    let result = try shell(place, layout + "\n\"$F\" " + batch)
    let subjects = try place.query(
      "SELECT group_concat(subject, ' ') FROM (SELECT subject FROM copy ORDER BY subject)")
    return (subjects, result)
  }

  @Test func exportsOfAppleMailAreRead() throws {
    let apple = """
      apple() { mail "$1" > m; { printf '%-10s\\n' $(stat -c %s m); cat m; echo '<?xml version="1.0"?><plist/>'; } > "$2"; }
      mkdir -p M/Export/INBOX.mbox M/Export/Sent.mbox
      { boxed a1; boxed a2; } > M/Export/INBOX.mbox/mbox; : > M/Export/INBOX.mbox/table_of_contents
      boxed a3 > M/Export/Sent.mbox/mbox
      D=M/V10/id/Work.mbox/id/Data; mkdir -p $D/Messages $D/Attachments/1/2
      apple e1 $D/Messages/1.emlx; apple e2 $D/Messages/2.partial.emlx; mail no > $D/Attachments/1/2/letter.eml
      """
    #expect(try found(apple).0 == "a1 a2 a3 e1 e2")
    #expect(try found(apple, "batch M/Export --folder Export/INBOX").1.status == 64)
    #expect(try found(apple, "batch M/Export --folder inbox").0 == "a1 a2")
    #expect(try found(apple, "batch M/Export/INBOX.mbox").0 == "a1 a2")
    #expect(try found(apple, "batch M/V10/id/Work.mbox/id/Data/Messages/1.emlx").0 == "e1")
    // Nothing but the message is stored of it.
    let place = try Place()
    let result = try shell(
      place, apple + "\n\"$F\" batch M/V10 > out; \"$F\" show 1 --raw; mail e1")
    let halves = result.text.components(separatedBy: "Message-ID:")
    #expect(halves.count == 3 && halves.last == halves.dropLast().last, "\(result.text)")
    let short = try found("mkdir M; printf '999\\nSubject: x\\n\\nx\\n' > M/1.emlx")
    #expect(short.1.status == 75 && short.1.text.contains("not a whole .emlx file"))
  }

  @Test func aProfileOfThunderbirdIsRead() throws {
    let profile = """
      D='M/p/Mail/Local Folders'; mkdir -p "$D/Archives.sbd" "$D/Work.sbd/Old.sbd"
      for f in Inbox Archives.sbd/2025 Work.sbd/Old.sbd/x.y Trash Junk; do boxed "$(basename $f)" > "$D/$f"; : > "$D/$f.msf"; done
      : > "$D/Drafts"; : > "$D/Drafts.msf"; printf 'user_pref("a", 1);\\n' > M/p/prefs.js
      printf 'From here on\\nnothing is mail\\n' > "$D/note"; printf 'a\\0b' > "$D/popstate.dat"
      """
    let (subjects, result) = try found(profile)
    #expect(subjects == "2025 Inbox x.y")
    #expect(result.status == 0 && !result.text.contains("not read"), "\(result.text)")
    #expect(
      try found(profile, "batch 'M/p/Mail/Local Folders' --folder Work --folder trash").0
        == "Trash x.y")
    // A file that was named is meant.
    #expect(try found(profile, "batch 'M/p/Mail/Local Folders/Junk'").0 == "Junk")
    // What is added to a mailbox is noticed, whatever its name.
    let place = try Place()
    let again = try shell(
      place,
      profile + """

        find M -exec touch -d '1 hour ago' {} +; "$F" batch M > /dev/null
        boxed new >> "$D/Archives.sbd/2025"; "$F" batch M --json
        """)
    #expect(again.text.contains("\"seen\":1,"), "\(again.text)")
    #expect(again.text.contains("\"known\":1,"), "\(again.text)")
  }

  @Test func foldersOfMHAreRead() throws {
    let folder = """
      mkdir -p M/inbox/work M/numbers; for i in 1 2 10; do mail m$i > M/inbox/$i; done
      mail w > M/inbox/work/1; mail gone > M/inbox/,3; echo 'unseen: 3' > M/inbox/.mh_sequences
      echo 12 > M/numbers/1; echo 'a: b' > M/numbers/2
      """
    let (subjects, result) = try found(folder)
    #expect(subjects == "m1 m10 m2 w")
    #expect(result.status == 0, "\(result.errors)")
    #expect(try found(folder, "batch M/numbers").1.status == 66)
    #expect(try found("mkdir M; : > M/.mh_sequences").1.status == 0)
    let place = try Place()
    _ = try shell(place, folder + "\n\"$F\" batch M; mail m11 > M/inbox/11")
    let again = try place.run("batch", place.folder + "/M", "--json").text
    #expect(again.contains("\"known\":4") && again.contains("\"seen\":1,"), "\(again)")
  }

  @Test func nestedFoldersOfKMailAreRead() throws {
    let folder = """
      maildir() { mkdir -p "$1/new" "$1/cur" "$1/tmp"; mail "$2" > "$1/cur/1700000001.M1P1.h:2,S"; }
      maildir M/inbox one; maildir M/.inbox.directory/Customers two
      maildir M/.inbox.directory/.Customers.directory/Old three; maildir M/.git/inbox no
      mkdir -p M/.archive.directory; boxed four > M/.archive.directory/box
      """
    #expect(try found(folder).0 == "four one three two")
    #expect(try found(folder, "batch M --folder inbox/customers").0 == "three two")
  }

  @Test func severalMessagesInOneFileAreSeveral() throws {
    let folder = """
      mkdir M; mail one > M/1.eml; { boxed two; boxed three; } > M/2.EML; { echo "From "; mail four; } > M/3.eml
      """
    #expect(try found(folder).0 == "four one three two")
    let place = try Place()
    // The file beside is not looked at again, the messages are known.
    _ = try shell(place, folder + "\n\"$F\" batch M > /dev/null; mail five > M/5.eml")
    let again = try place.run("batch", place.folder + "/M", "--json").text
    #expect(again.contains("\"known\":4") && again.contains("\"seen\":1,"), "\(again)")
    _ = try shell(place, "find M -exec touch -d '1 hour ago' {} +")
    _ = try place.run("batch", place.folder + "/M")
    let last = try place.run("batch", place.folder + "/M", "--json").text
    #expect(last.contains("\"unchanged_folders\":1,") && last.contains("\"seen\":0"), "\(last)")
  }

  @Test func whatIsNotReadIsNamedWithWhatConvertsIt() throws {
    let dbox = """
      mkdir -p M/mailboxes/INBOX/dbox-Mails M/mailboxes/Sent/dbox-Mails N/storage N/mailboxes/INBOX/dbox-Mails
      printf '2 M1e C5a0b5c5d\\n' | tee M/mailboxes/INBOX/dbox-Mails/u.1 M/mailboxes/Sent/dbox-Mails/u.7 > N/storage/m.1
      : > N/mailboxes/INBOX/dbox-Mails/dovecot.index; mkdir O; printf '!BDN\\0\\0\\0' > O/mail.pst
      """
    for path in ["M", "N"] {
      let (_, result) = try found(dbox, "batch \(path)")
      #expect(result.status == 66)
      #expect(
        result.errors.hasSuffix(
          "/\(path): Dovecot's dbox, which is not read; convert it: doveadm backup -u USER maildir:FOLDER\n"
        ),
        "\(result.errors)")
    }
    let (_, result) = try found(dbox, "batch O/mail.pst")
    #expect(result.status == 66)
    #expect(result.errors.hasSuffix("convert it: readpst -r -o FOLDER FILE\n"), "\(result.errors)")
    // Beside mail that is read it is said all the same, and nothing failed.
    let both = try found(dbox + "\nboxed one > O/box", "batch M O --json")
    #expect(both.0 == "one")
    #expect(both.1.status == 0)
    #expect(both.1.text.contains("\"unrecognised\":[{"), "\(both.1.text)")
    #expect(try found(dbox + "\nboxed one > O/box", "batch M O").1.text.contains("not read    2"))
  }

  @Test func anMboxWithTheLineEndsOfClassicMacIsNamed() throws {
    let layout = """
      mkdir M; { boxed one; boxed two; } | tr '\\n' '\\r' > M/box
      mail letter > m; tr '\\n' '\\r' < m > letter
      """
    // A message alone is read.
    #expect(try found(layout, "batch letter").0 == "letter")
    for path in ["M", "M/box"] {
      let (subjects, result) = try found(layout, "batch \(path)")
      #expect(subjects.isEmpty && result.status == 66)
      #expect(
        result.errors.hasSuffix("convert it: tr '\\r' '\\n' < FILE > NEW\n"), "\(result.errors)")
    }
    // One return within makes none.
    let (one, _) = try found("mkdir M; boxed one > M/box; printf 'x\\ry\\n' >> M/box")
    #expect(one == "one")
  }

  @Test func aPathWithoutAMailboxIsSaid() throws {
    let layout =
      "mkdir M E; echo text > M/a; : > empty; mkdir -p D/cur D/new D/tmp J/.Junk/cur; : > E/x.mbox"
    for path in ["M", "M/a"] {
      let (_, result) = try found(layout, "batch \(path)")
      #expect(result.status == 66)
      #expect(
        result.errors.hasSuffix("/\(path): no mailbox is recognised there\n"), "\(result.errors)")
    }
    let two = try found(layout, "batch M M/a").1
    #expect(two.errors.hasSuffix("there, and 1 more\n"), "\(two.errors)")
    for path in ["empty", "D", "J", "E", "D M", "D D/cur D/new D/tmp"] {
      #expect(try found(layout, "batch \(path)").1.status == 0, "\(path)")
    }
    #expect(try found(layout, "batch D M").1.text.contains("/M: no mailbox is recognised there"))
    // All that find(1) tells of a Maildir is that Maildir.
    let all = try found(layout + "\nmail one > D/new/1.h", "batch - < <(find D)")
    #expect(all.0 == "one" && all.1.status == 0, "\(all.1.errors)\(all.1.text)")
  }

  // MARK: Compressed

  /// Messages as Dovecot compresses them: with gzip, a frame of zstd that is not compressed, a block of LZ4.
  private static let compressed = """
    maildir() { mkdir -p "$1/new" "$1/cur" "$1/tmp"; }
    byte() { printf "\\\\$(printf %o "$1")"; }
    zstd() { local f; f=$(cat; echo .); f=${f%.}; local n=${#f}
      printf '\\x28\\xb5\\x2f\\xfd\\x20'; byte $n; byte $((n * 8 + 1 & 255)); byte $((n >> 5)); byte 0; printf %s "$f"; }
    lz4() { local f; f=$(cat; echo .); f=${f%.}; local n=${#f}
      printf 'Dovecot-LZ4\\x0d\\x2a\\x9b\\xc5\\0\\1\\0\\0\\0\\0\\0'; byte $((n + 2)); printf '\\xf0'; byte $((n - 15)); printf %s "$f"; }
    maildir M; mail g | gzip > M/cur/1700000001.M1P1.h,S=90:2,SZ; mail z | zstd > M/cur/1700000002.M1P1.h:2,S
    mail l | lz4 > M/new/1700000003.M1P1.h; mail p > M/new/1700000004.M1P1.h

    """

  @Test func aMaildirThatDovecotCompressedIsRead() throws {
    let (subjects, result) = try found(Self.compressed)
    #expect(result.status == 0, "\(result.errors)\(result.text)")
    #expect(subjects == "g l p z")
    let place = try Place()
    let raw = try shell(
      place,
      Self.compressed
        + "\"$F\" batch M > /dev/null; \"$F\" show 1 --raw; \"$F\" show 2 --raw; \"$F\" show 3 --raw"
    )
    #expect(raw.text == (try shell(place, "mail g; mail z; mail l").text))
    #expect(try place.run("batch", place.folder + "/M", "--json").text.contains("\"known\":4"))
  }

  @Test func withoutALibraryEachMessageFailsAndIsTriedAgain() throws {
    let place = try Place()
    // What stands there in a library's place is none.
    let result = try shell(
      place,
      Self.compressed + """
        mkdir L; : > L/libzstd.so.1; mail b > m; printf 'BZh91AY&SYx' > M/cur/1700000005.M1P1.h:2,S
        LD_LIBRARY_PATH=$PWD/L "$F" batch M; echo $?; "$F" failures | wc -l; rm M/cur/*5.M1*; "$F" batch M > /dev/null; echo $?
        """)
    #expect(
      result.text.contains(
        "/M/cur/1700000002.M1P1.h:2,S: it is compressed with zstd, and libzstd.so.1 is not there\n"),
      "\(result.text)")
    #expect(result.text.contains("bzip2, which is not read; decompress it\n"))
    #expect(result.text.hasSuffix("75\n2\n0\n"), "\(result.text)")
    #expect(try subjects(place) == "g l p z")
  }

  @Test func mboxesInGzipAreRead() throws {
    let layout = """
      mkdir -p M; { boxed one; boxed two; } | gzip > M/2025.mbox.gz; boxed three | gzip > M/list.txt.gz
      boxed spam | gzip > M/Junk.mbox.gz; mail text | gzip > M/letter.gz; gzip < /dev/null > M/none.gz
      """
    let (subjects, result) = try found(layout)
    #expect(subjects == "one three two")
    #expect(result.status == 0, "\(result.errors)")
    #expect(try found(layout, "batch M --folder 2025").0 == "one two")
    #expect(try found(layout, "batch M/2025.mbox.gz").0 == "one two")
    let half = try found(layout + "\ntruncate -s 90 M/2025.mbox.gz")
    #expect(half.0 == "three" && half.1.status == 75)
    #expect(half.1.text.contains("compression is damaged, or it is not whole"), "\(half.1.text)")
    let place = try Place()
    let again = try shell(
      place,
      layout
        + "\n\"$F\" batch M > /dev/null; boxed four | gzip >> M/2025.mbox.gz; \"$F\" batch M --json"
    )
    #expect(
      again.text.contains("\"known\":3") && again.text.contains("\"seen\":1,"), "\(again.text)")
  }

  // MARK: What is left out

  @Test func whatAnMboxHasForDeletedOrUnfinishedIsPassedOver() throws {
    let layout = """
      { boxed read 'X-Mozilla-Status: 0001\\nX-Mozilla-Status2: 00000000\\n'
      boxed expunged 'X-Mozilla-Status: 0009\\n'; boxed imap 'X-Mozilla-Status2: 00200000\\n'
      boxed old 'Status: RO\\nX-Status: A\\n'; boxed deleted 'X-Status: D\\n'; boxed draft 'X-Status: T\\n'
      boxed mailx 'Status: ROD\\n'; boxed label 'X-Gmail-Labels: Inbox,Opened,\\n Spammers\\n'
      boxed spam 'X-Gmail-Labels: Unread,\\n Spam\\n'; boxed chat 'X-Gmail-Labels: Chat\\n'
      boxed bin 'X-Gmail-Labels: =?UTF-8?Q?Corbeille,Messages_archiv=C3=A9s?=\\n'; } > M
      """
    let (subjects, result) = try found(layout)
    #expect(subjects == "label old read")
    #expect(result.text.contains("passed over  8  trashed, drafts or junk"), "\(result.text)")
    let all = try found(layout, "batch M --folder M")
    #expect(all.0.split(separator: " ").count == 11)
    // A sender writes what they like: in a Maildir it is the name that tells.
    let maildir = "mkdir -p M/cur M/new; mail one 'X-Status: D\\n' > M/cur/1700000001.M1P1.h:2,S"
    #expect(try found(maildir).0 == "one")
  }

  @Test func foldersAreLeftOutByNameInEveryLanguage() throws {
    let layout = """
      maildir() { mkdir -p "$1/new" "$1/cur"; mail "$2" > "$1/cur/1700000001.M1P1.h:2,S"; }
      maildir M one; i=0; for f in 'Entw&APw-rfe' Entwürfe Papierkorb 'Junk Mail' Outbox '[Gmail].Corbeille'; do
      i=$((i + 1)); maildir "M/.$f" "set-aside-$i"; done; maildir 'M/.B&APw-cher' two
      """
    let (subjects, result) = try found(layout)
    #expect(subjects == "one two")
    #expect(result.text.contains("left out    6  folders: "), "\(result.text)")
    #expect(result.text.contains("Entwürfe, ") && result.text.contains(" ..."), "\(result.text)")
    #expect(try found(layout, "batch M --folder Bücher").0 == "two")
    #expect(try found(layout, "batch M --folder 'B&APw-cher'").0 == "two")
    #expect(try found(layout, "batch M --folder entwürfe").0 == "set-aside-1 set-aside-2")
    let wrong = try found(layout, "batch M --folder Brücher").1
    #expect(wrong.status == 64 && wrong.errors.contains("Bücher"), "\(wrong.errors)")
  }
}
