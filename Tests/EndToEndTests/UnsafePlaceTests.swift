import Foundation
import Glibc
import Testing

/// Stores, profiles and spools that somebody else could have made or changed are not used; the
/// message passes all the same.
@Suite struct UnsafePlaceTests {
  /// A place that is not safe.
  struct Unsafe: Sendable, CustomTestStringConvertible {
    var testDescription: String
    /// What makes it so, with store, profile and spool as `$S`, `$P` and `$Q`.
    var makes: String
    /// What makes it safe again.
    var repairs: String
    /// What the filter says.
    var says: String
    /// Whether only root can make it so.
    var needsRoot = false
    /// Whether the spool itself is what is not safe.
    var isSpool = false
  }

  static let places = [
    Unsafe(
      testDescription: "a link in place of the store", makes: "mv $S $S.real; ln -s $S.real $S",
      repairs: "mv $S.real $S", says: "it is a symbolic link"),
    Unsafe(
      testDescription: "a link to nothing in place of the store",
      makes: "mv $S $S.real; ln -s $PLACE/victim $S", repairs: "mv $S.real $S",
      says: "it is a symbolic link"),
    Unsafe(
      testDescription: "a FIFO in place of the store", makes: "mv $S $S.real; mkfifo $S",
      repairs: "rm $S; mv $S.real $S", says: "not a regular file"),
    Unsafe(
      testDescription: "a store for all to write", makes: "chmod 666 $S", repairs: "chmod 600 $S",
      says: "everybody may write it"),
    Unsafe(
      testDescription: "a store for a group to write", makes: "chmod 660 $S",
      repairs: "chmod 600 $S",
      says: "a group may write it"),
    Unsafe(
      testDescription: "a store of somebody else's", makes: "chown 65534 $S", repairs: "chown 0 $S",
      says: "it belongs to somebody else", needsRoot: true),
    Unsafe(
      testDescription: "a store in a folder for all to write",
      makes: "chmod 777 $(dirname $S)", repairs: "chmod 700 $(dirname $S)",
      says: "others may replace what lies in it"),
    Unsafe(
      testDescription: "a store in a folder like /tmp",
      makes: "chmod 1777 $(dirname $S)", repairs: "chmod 700 $(dirname $S)",
      says: "others may replace what lies in it"),
    Unsafe(
      testDescription: "a store in somebody else's folder",
      makes: "chown 65534 $(dirname $S)", repairs: "chown 0 $(dirname $S)",
      says: "others may replace what lies in it", needsRoot: true),
    Unsafe(
      testDescription: "a store in a folder for a group to write",
      makes: "chgrp 65534 $(dirname $S); chmod 770 $(dirname $S)",
      repairs: "chmod 700 $(dirname $S)",
      says: "others may replace what lies in it", needsRoot: true),
    Unsafe(
      testDescription: "somebody else's log beside the store",
      makes: "cp $S-wal $S.kept; chown 65534 $S-wal", repairs: "mv $S.kept $S-wal",
      says: "it belongs to somebody else", needsRoot: true),
    Unsafe(
      testDescription: "somebody else's shared memory beside the store",
      makes: "touch $S-shm; chown 65534 $S-shm", repairs: "rm $S-shm",
      says: "it belongs to somebody else", needsRoot: true),
    Unsafe(
      testDescription: "somebody else's journal beside the store",
      makes: ": > $S-journal; chown 65534 $S-journal", repairs: "rm $S-journal",
      says: "it belongs to somebody else", needsRoot: true),
    Unsafe(
      testDescription: "somebody else's lock beside the store",
      makes: "chown 65534 $S.lock", repairs: "chown 0 $S.lock",
      says: "it belongs to somebody else", needsRoot: true),
    Unsafe(
      testDescription: "a FIFO as the store's journal", makes: "mkfifo $S-journal",
      repairs: "rm $S-journal", says: "not a regular file"),
    Unsafe(
      testDescription: "a link as the store's log",
      makes: "mv $S-wal $S.kept; ln -s $S.kept $S-wal", repairs: "mv $S.kept $S-wal",
      says: "it is a symbolic link"),
    Unsafe(
      testDescription: "a FIFO in place of the profile", makes: "mv $P $P.real; mkfifo $P",
      repairs: "rm $P; mv $P.real $P", says: "not a regular file"),
    Unsafe(
      testDescription: "a profile for all to write", makes: "chmod 666 $P", repairs: "chmod 600 $P",
      says: "everybody may write it"),
    Unsafe(
      testDescription: "a profile for a group to write",
      makes: "chgrp 65534 $P 2>/dev/null; chmod 660 $P", repairs: "chmod 600 $P",
      says: "a group may write it", needsRoot: true),
    Unsafe(
      testDescription: "a profile of somebody else's", makes: "chown 65534 $P",
      repairs: "chown 0 $P",
      says: "it belongs to somebody else", needsRoot: true),
    Unsafe(
      testDescription: "somebody else's link in place of the profile",
      makes: "mv $P $P.real; ln -s $P.real $P; chown -h 65534 $P", repairs: "mv $P.real $P",
      says: "it belongs to somebody else", needsRoot: true),
    Unsafe(
      testDescription: "a link in place of the spool",
      makes: "mkdir -p $Q; mv $Q $Q.real; ln -s $Q.real $Q; cp $P $P.kept; echo 'x =' >> $P",
      repairs: "rm $Q; mv $P.kept $P", says: "it is a symbolic link", isSpool: true),
    Unsafe(
      testDescription: "a file in place of the spool",
      makes: "mkdir -p $(dirname $Q); rm -rf $Q; touch $Q; cp $P $P.kept; echo 'x =' >> $P",
      repairs: "rm $Q; mv $P.kept $P", says: "not a regular file", isSpool: true),
    Unsafe(
      testDescription: "a spool for all to write",
      makes: "mkdir -p $Q; chmod 777 $Q; cp $P $P.kept; echo 'x =' >> $P",
      repairs: "chmod 700 $Q; mv $P.kept $P", says: "everybody may write it", isSpool: true),
  ]

  private func prepared() throws -> Place {
    let place = try Place()
    _ = try place.run("org", "add", "contoso", "sqlite:contoso.sqlite")
    try place.write(customerMail(), to: "mail")
    return place
  }

  private func shell(_ place: Place, _ line: String) throws -> Program.Result {
    try place.shell("S=\(place.store); P=\(place.profile); Q=\(place.spool); " + line)
  }

  @Test(arguments: places) func itIsNotUsed(_ unsafe: Unsafe) throws {
    guard geteuid() == 0 || !unsafe.needsRoot else { return }
    let place = try prepared()
    _ = try shell(place, unsafe.makes)
    let strict = try shell(
      place, "timeout 20 \"$F\" --strict < mail | wc -c; echo ${PIPESTATUS[0]}")
    #expect(strict.text == "0\n75\n", "\(strict)")
    let run = try shell(place, "timeout 20 \"$F\" < mail | cmp - mail; echo ${PIPESTATUS[0]}")
    #expect(run.text == "0\n", "\(run)")
    #expect(run.errors.contains(unsafe.says), "\(run.errors)")
    #expect(!run.errors.contains(place.folder) && run.errors.split(separator: "\n").count == 1)
    #expect(run.errors.contains("NOT KEPT") == unsafe.isSpool)
    #expect(try shell(place, "ls victim 2>/dev/null").text.isEmpty)
    // Who asks is told what repairs it.
    let verify = try shell(place, "timeout 60 \"$F\" verify")
    #expect(verify.status == 65 && verify.text.contains(unsafe.says), "\(verify)")
    let list = try shell(place, "timeout 20 \"$F\" \(unsafe.isSpool ? "failures" : "list")")
    #expect(list.status != 0 && list.text.isEmpty && !list.errors.isEmpty, "\(list)")
    _ = try shell(place, unsafe.repairs)
    #expect(try place.run("retry").status == 0)
    #expect(try place.query("SELECT count(*) FROM copy") == (unsafe.isSpool ? "0" : "1"))
  }

  @Test func ownLinksToAProfileAreFollowed() throws {
    let place = try prepared()
    _ = try shell(place, "mkdir dots; mv $P dots/p.toml; ln -s dots/p.toml $P")
    #expect(try place.filter(customerMail()).errors == "")
    #expect(try place.counts == "1|1")
  }

  @Test func aProfileOfTheUsersOwnGroupIsRead() throws {
    let place = try prepared()
    // Where a user has a group of its own, files are made for that group to write.
    let own = try place.shell("[ $(id -gn) = $(id -un) ] && getent group $(id -gn) | grep -q ':$'")
    guard own.status == 0 else { return }
    _ = try shell(place, "chmod 664 $P")
    #expect(try place.filter(customerMail()).errors == "")
  }

  @Test(.enabled(if: access(SystemCallTrace.strace, X_OK) == 0, "strace is not there"))
  func aStoreOnANetworkFileSystemIsNotUsed() throws {
    let place = try prepared()
    // As statfs(2) gives them: NFS, CIFS, SMB 2, FUSE, 9p, Lustre, vboxsf.
    let magics = [
      "69690000", "424d53ff", "424d53fe", "46557365", "97190201", "d00bd00b", "56426f78",
    ]
    for magic in magics {
      let run = try shell(
        place,
        """
        strace -f -qq -o /dev/null -e trace=statfs -e inject=statfs:poke_exit=@arg2=\(magic)00000000 \
          "$F" < mail | cmp - mail; echo ${PIPESTATUS[0]}
        """)
      #expect(run.text == "0\n" && run.errors.contains("network file system"), "\(run)")
    }
    #expect(place.waiting.count == magics.count)
    #expect(try place.run("retry").status == 0)
    #expect(try place.counts == "1|\(magics.count)")
  }

  @Test func noStoreIsMadeWhereOthersMayWrite() throws {
    let place = try Place()
    _ = try place.shell("mkdir -p $(dirname \(place.store)); chmod 1777 $(dirname \(place.store))")
    let run = try place.filter(customerMail())
    #expect(run.status == 0 && run.errors.contains("others may replace what lies in it"))
    #expect(try place.shell("ls $(dirname \(place.store))").text.isEmpty)
  }

  @Test func aGroupsStoreGetsAGroupsLockWhoeverMakesIt() throws {
    guard geteuid() == 0 else { return }
    let place = try Place()
    let add = try place.run(
      "org", "add", "--group", "daemon", "contoso", "sqlite:contoso.sqlite")
    #expect(add.status == 0, "\(add.errors)")
    try place.write(customerMail(), to: "mail")
    let lock = try place.shell(
      """
      L=\(place.store).lock; rm $L; (umask 0777; "$F" < mail > /dev/null); stat -c %a:%G $L
      chmod 600 $L; "$F" verify; "$F" verify --repair > /dev/null; stat -c %a $L
      """)
    #expect(lock.text.contains("660:daemon\n") && lock.text.hasSuffix("660\n"), "\(lock)")
    #expect(lock.text.contains("the group may not use it"), "\(lock)")
  }

  @Test func rootDoesNotTrustOthersAndUsersTrustRoot() throws {
    guard geteuid() == 0 else { return }
    let place = try prepared()
    // The profile is root's, and a user's filter reads it.
    let user = "setpriv --reuid=4711 --regid=4711 --clear-groups"
    let run = try shell(
      place,
      """
      mkdir theirs; chown 4711 theirs
      export HOME=$PLACE/theirs XDG_DATA_HOME=$PLACE/theirs XDG_STATE_HOME=$PLACE/theirs
      \(user) "$F" < mail | cmp - mail; \(user) "$F" list | wc -l
      "$F" list; "$F" verify
      """)
    #expect(run.text.hasPrefix("1\n") && run.text.contains("it belongs to somebody else"), "\(run)")
    #expect(run.errors.contains("not safe"))
  }

  @Test func aTamperedStoreTakesNothing() throws {
    let place = try prepared()
    _ = try place.filter(customerMail())
    _ = try shell(
      place,
      """
      sqlite3 $S "CREATE TRIGGER thief AFTER INSERT ON copy BEGIN DELETE FROM content; \
        UPDATE copy SET subject = 'stolen'; END"
      """)
    _ = try place.filter(customerMail(id: "2@x"))
    #expect(try place.query("SELECT count(*) FROM content") == "2")
    #expect(try place.query("SELECT count(*) FROM copy WHERE subject = 'stolen'") == "0")
    // Values of types that no table of ours has; whatever they do, the message passes.
    _ = try shell(
      place,
      """
      sqlite3 $S "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = replace(sql, 'STRICT', '')"
      sqlite3 $S "UPDATE user SET id = id, role = x'ff00', kind = 17, filter = x'01', \
        is_enabled = 'often'; UPDATE copy SET owner = 'nobody', sent_at = 'never', key = 'x'; \
        INSERT INTO policy VALUES ('filter', x'ff')"
      """)
    let third = customerMail(id: "3@x", extra: "In-Reply-To: <a1@fabrikam.example>")
    let run = try place.filter(third)
    #expect(run.status == 0 && run.output == third, "\(run.errors)")
    #expect(try place.filter(third, ["--strict"]).status == 75 || place.waiting.isEmpty)
  }
}
