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
}
