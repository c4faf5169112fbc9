import Foundation
import Glibc
import Testing

/// What happens when a message cannot be tracked now: it passes on, waits, and is tracked later.
@Suite struct FailureTests {
  /// A way to break the store, and how it is repaired.
  struct Breakage: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var breaks: String
    var repairs: String
    /// Set before the filter, in the same shell.
    var limit = ""
  }

  /// A store that was used is made anew only where somebody says so.
  private static let anew = "\"$F\" org add contoso sqlite:contoso.sqlite"

  static let breakages = [
    Breakage(
      testDescription: "not a database", breaks: "rm -f $S*; echo nonsense nonsense nonsense > $S",
      repairs: "rm -f $S*; " + anew),
    Breakage(
      testDescription: "a newer version", breaks: "sqlite3 $S 'PRAGMA user_version = 99'",
      repairs: "sqlite3 $S 'PRAGMA user_version = 1'"),
    Breakage(
      testDescription: "a database of another program",
      breaks: "rm -f $S*; sqlite3 $S 'CREATE TABLE x (y)'", repairs: "rm $S*; " + anew),
    Breakage(
      testDescription: "a folder in its place", breaks: "rm -f $S*; mkdir $S",
      repairs: "rmdir $S; " + anew),
    Breakage(
      testDescription: "locked", breaks: "", repairs: "",
      limit:
        "exec 7> $S.lock; flock 7; (sleep 8; :) 7>&7 & "),
    Breakage(
      testDescription: "locked by another program", breaks: "", repairs: "",
      limit: "{ echo 'BEGIN IMMEDIATE;'; sleep 8; } | sqlite3 $S > /dev/null & sleep 0.5; "),
    Breakage(
      testDescription: "a damaged page",
      breaks: """
        sqlite3 $S 'PRAGMA wal_checkpoint(TRUNCATE)' > /dev/null; cp -p $S $S.kept
        R=$(sqlite3 $S "SELECT rootpage FROM sqlite_schema WHERE name = 'copy'")
        head -c 4096 /dev/zero | tr '\\0' '\\377' \
          | dd of=$S bs=4096 seek=$((R - 1)) conv=notrunc status=none
        """,
      repairs: "rm -f $S-wal $S-shm; mv $S.kept $S"),
    Breakage(
      testDescription: "a file-size limit", breaks: "", repairs: "", limit: "ulimit -f 4; "),
    Breakage(
      testDescription: "a broken profile", breaks: "cp $P $P.kept; echo 'x =' >> $P",
      repairs: "mv $P.kept $P"),
    Breakage(
      testDescription: "an unknown key",
      breaks: "cp $P $P.kept; sed -i '1i sincronizing = \"x\"' $P",
      repairs: "mv $P.kept $P"),
    Breakage(
      testDescription: "no profile where it was named", breaks: "mv $P $P.kept",
      repairs: "mv $P.kept $P"),
  ]

  private func prepared() throws -> Place {
    let place = try Place()
    _ = try place.run("org", "add", "contoso", "sqlite:contoso.sqlite")
    try place.write(customerMail(), to: "mail")
    return place
  }

  private func shell(_ place: Place, _ line: String) throws -> Program.Result {
    try place.shell("S=\(place.store); P=\(place.profile); cd \(place.folder); " + line)
  }

  @Test(arguments: breakages) func theMessagePassesAndIsTrackedLater(_ breakage: Breakage) throws {
    let place = try prepared()
    _ = try shell(place, breakage.breaks)
    let run = try shell(place, breakage.limit + "\"$F\" < mail > out; echo $?; cmp mail out")
    #expect(run.text == "0\n")
    #expect(run.errors.split(separator: "\n").count == 1, "\(run.errors)")
    #expect(!run.errors.contains("fabrikam") && !run.errors.contains(place.folder))
    #expect(place.waiting.count == 1)
    _ = try shell(place, breakage.repairs)
    _ = try shell(place, "sleep 0.1; exec 7>> $S.lock; flock 7")
    #expect(try place.run("failures").text.contains("tried 0 times"))
    let retry = try place.run("retry")
    #expect(retry.status == 0 && retry.text.contains("1 brought in, 0 wait"), "\(retry)")
    #expect(place.waiting.isEmpty)
    #expect(try place.counts == "1|1")
  }

  @Test(arguments: breakages) func strictHandsTheMessageBack(_ breakage: Breakage) throws {
    let place = try prepared()
    _ = try shell(place, breakage.breaks)
    let run = try shell(
      place, breakage.limit + "\"$F\" --strict < mail > out; echo $?; wc -c < out")
    #expect(run.text == "75\n0\n")
    #expect(place.waiting.isEmpty)
  }

  @Test func theNextRunBringsInWhatWaits() throws {
    let place = try prepared()
    _ = try shell(
      place, "cp $P $P.kept; echo 'x =' >> $P; \"$F\" < mail > /dev/null; mv $P.kept $P")
    #expect(place.waiting.count == 1)
    // It answers the one that waits: both are tracked, in order.
    let reply = customerMail(
      id: "b@contoso.example", from: "dana@contoso.example", to: "erin@fabrikam.example",
      subject: "Re: Offer", extra: "In-Reply-To: <a1@fabrikam.example>")
    #expect(try place.filter(reply).output == reply)
    #expect(place.waiting.isEmpty)
    #expect(try place.query("SELECT id, answers FROM copy") == "1|\n2|1")
  }

  @Test func aRelativeProfileHoldsFromElsewhere() throws {
    let place = try prepared()
    let run = try shell(
      place, "rm -f $S*; mkdir $S; \"$F\" --profile crm-mailfilter.toml < mail | cmp - mail")
    #expect(run.status == 0 && place.waiting.count == 1)
    _ = try shell(place, "rmdir $S; " + Self.anew)
    let retry = try place.shell("cd /; CRM_MAILFILTER_PROFILE= \"$F\" retry")
    #expect(retry.status == 0, "\(retry)")
    #expect(try place.counts == "1|1")
  }

  @Test func aReplyWaitsForNoOtherOrganization() throws {
    let place = try Place(
      rules: "[[rule]]\nname = \"F\"\nfrom = \"@fabrikam.example\"\naction = \"track\"")
    try place.write(customerMail(), to: "mail")
    // The profile of the first names another organization: it waits for that.
    let other = try place.shell(
      """
      cd \(place.folder); cp crm-mailfilter.toml kept
      sed -i 's/name = "contoso"/name = "other"/; s/^synchronizing.*/synchronizing = "other"/' \
        crm-mailfilter.toml
      sed -i 's/^url.*/url = "sqlite:\\/dev\\/null\\/x"/' crm-mailfilter.toml
      "$F" < mail | cmp - mail; echo "${PIPESTATUS[@]}"; mv kept crm-mailfilter.toml
      """)
    #expect(other.text == "0 0\n", "\(other)")
    let reply = customerMail(
      id: "b@contoso.example", from: "dana@contoso.example", to: "erin@fabrikam.example",
      subject: "Re: Offer", extra: "In-Reply-To: <a1@fabrikam.example>")
    // That is another organization's: the reply waits for its own organization's mail only.
    _ = try place.filter(reply)
    #expect(place.waiting.count == 1)
    let retry = try place.run("retry")
    #expect(retry.status == 75 && retry.text.contains("0 brought in, 1 waits"))
    // What was meant for one organization reaches no other.
    #expect(try place.query("SELECT count(*) FROM copy") == "0")
  }

  @Test func aSpoolThatCannotBeWrittenStillPassesTheMessage() throws {
    let place = try prepared()
    let run = try shell(
      place, "mv $P $P.kept; \"$F\" --spool /dev/null/x < mail > out; echo $?; cmp mail out")
    #expect(run.text == "0\n")
    #expect(run.errors.contains("NOT TRACKED AND NOT KEPT"))
    #expect(run.errors.split(separator: "\n").count == 1)
  }

  @Test func littleMemoryPassesTheMessage() throws {
    let place = try prepared()
    try place.write(customerMail(body: String(repeating: "x\n", count: 1_000_000)), to: "large")
    // Below what the program needs to start, the loader itself fails: those say nothing about us.
    for limit in stride(from: 90_000, through: 200_000, by: 10_000) {
      let run = try shell(
        place,
        "(ulimit -v \(limit); \"$F\" --version > /dev/null 2>&1) || exit 3; "
          + "(ulimit -v \(limit); exec \"$F\" < large > out); echo $?; cmp large out")
      if run.status == 3 { continue }
      #expect(run.text == "0\n", "\(limit): \(run)")
    }
  }

  @Test func whatWaitsIsShownAndDiscarded() throws {
    let place = try prepared()
    _ = try shell(place, "mv $P $P.kept; \"$F\" < mail > /dev/null; mv $P.kept $P")
    let name = try #require(place.waiting.first)
    #expect(try place.run("failures", "show", name).output == customerMail())
    try place.write("damaged", to: "state/crm-mailfilter/spool/1-1.mail")
    #expect(try place.run("failures").text.contains("cannot be read"))
    #expect(try place.run("retry").status == 75)
    #expect(try place.counts == "1|1")
    for bad in ["../mail", "none.mail", "../../../crm-mailfilter.toml"] {
      #expect(try place.run("failures", "show", bad).status == 66)
      #expect(try place.run("failures", "discard", "1-1.mail", bad).status == 66)
    }
    #expect(place.waiting == ["1-1.mail"])
    #expect(try place.run("failures", "discard", "1-1.mail").status == 0)
    #expect(place.waiting.isEmpty)
  }

  @Test func aPoisonousMessageBlocksNoOther() throws {
    let place = try prepared()
    _ = try shell(
      place,
      "mv $P $P.kept; \"$F\" < mail > /dev/null; mv $P.kept $P; cd \(place.spool); "
        + "echo 5 > $(find . -name '*.mail').tries")
    #expect(try place.filter(customerMail(id: "2@x")).status == 0)
    // It was tried too often: the runs of the filter leave it alone, and others pass it.
    #expect(place.waiting.count == 1)
    #expect(try place.query("SELECT message_id FROM copy") == "2@x")
    #expect(try place.run("retry").status == 0)
    #expect(try place.query("SELECT count(*) FROM copy") == "2")
  }

  @Test func interactiveCommandsSayOneLine() throws {
    let place = try prepared()
    for (breakage, status) in zip(Self.breakages.prefix(4), [65, 65, 65, 65] as [Int32]) {
      let place = try prepared()
      _ = try shell(place, breakage.breaks)
      let list = try place.run("list")
      #expect(list.status == status, "\(breakage.testDescription)")
      #expect(list.errors.split(separator: "\n").count == 1 && list.output.isEmpty)
    }
    _ = try shell(place, "printf '\\nacton = 1\\n' >> $P")
    let check = try place.run("rules", "check")
    #expect(check.status == 78)
    #expect(check.errors.contains("did you mean 'action'?"))
  }
}
