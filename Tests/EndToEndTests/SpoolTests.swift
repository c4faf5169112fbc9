import Foundation
import Testing

/// What waits, and who waits for it.
@Suite struct SpoolTests {
  private static let rules = """
    [[rule]]
    name = "F"
    from = "@fabrikam.example"
    subject = "Offer"
    action = "track"
    even = []
    """

  private func disconnected() throws -> Place {
    let place = try Place(rules: Self.rules)
    #expect(try place.filter(customerMail(id: "first@x")).status == 0)
    _ = try place.shell("\"$F\" org disconnect contoso")
    return place
  }

  private func reply(_ id: String, to parent: String) -> [UInt8] {
    customerMail(id: id, subject: "Re: else", extra: "In-Reply-To: <\(parent)>")
  }

  @Test func aReplyWaitsForWhatItNamesWhateverTheClockAndTheFolder() throws {
    let place = try disconnected()
    #expect(try place.filter(customerMail(id: "parent@x")).status == 0)
    #expect(try place.filter(reply("reply@x", to: "parent@x")).status == 0)
    #expect(place.waiting.count == 2)
    // The reply gets a place as an older version or a crash would have left it: before the parent.
    _ = try place.shell("mv \(place.waitingFiles[1]) \(place.spool)/00000000000000000001-1.mail")
    _ = try place.shell("\"$F\" org connect contoso")
    let retry = try place.run("retry")
    #expect(retry.status == 0 && retry.text.contains("2 brought in, 0 wait"), "\(retry)")
    #expect(
      try place.query("SELECT message_id FROM copy ORDER BY id") == "first@x\nparent@x\nreply@x")
  }

  /// A poisonous entry, one for another organization and one that nobody can read stay; mail that
  /// answers none of them leaves nothing.
  @Test func privateMailWaitsForNothingThatItDoesNotName() throws {
    let place = try disconnected()
    #expect(try place.filter(customerMail(id: "waits@x")).status == 0)
    // As a version before the queues would have kept it.
    _ = try place.shell(
      """
      sed -i 's/^organization .*/organization other/' \(place.waitingFiles[0])
      mv \(place.waitingFiles[0]) \(place.spool)/00000000000000000001-1.mail
      """)
    try place.write("hello", to: "state/crm-mailfilter/spool/foreign.mail")
    _ = try place.shell("\"$F\" org connect contoso")
    for number in 1...3 {
      #expect(try place.filter(reply("private\(number)@x", to: "waits@x")).status == 0)
      #expect(try place.filter(customerMail(id: "p\(number)@x", subject: "Dear")).status == 0)
    }
    #expect(place.waiting.count == 2)
  }

  /// Those that name each other, as a stranger may write them, do not wait for ever.
  @Test func aCircleOfRepliesIsDecided() throws {
    let place = try disconnected()
    for (id, parent) in [("a@x", "b@x"), ("b@x", "c@x"), ("c@x", "a@x")] {
      #expect(try place.filter(reply(id, to: parent)).status == 0)
    }
    #expect(place.waiting.count == 3)
    _ = try place.shell("\"$F\" org connect contoso")
    let retry = try place.run("retry")
    #expect(retry.status == 0 && place.waiting.isEmpty, "\(retry)")
    #expect(try place.query("SELECT count(*) FROM copy") == "1")
  }

  /// What a version before the queues kept is listed, shown and brought in, the oldest first.
  @Test func theLayoutBeforeIsBroughtIn() throws {
    let place = try disconnected()
    #expect(try place.filter(customerMail(id: "new@x")).status == 0)
    for number in 1...3 {
      try place.write(
        Array(
          """
          crm-mailfilter spool entry 1
          arrived 1700000000
          trouble locked
          organization contoso
          profile \(place.profile)


          """.utf8) + customerMail(id: "old\(number)@x"),
        to: "state/crm-mailfilter/spool/0170000000000000000\(number)-1.mail")
    }
    _ = try place.shell("chmod 600 \(place.spool)/*.mail")
    let list = try place.run("failures").text
    #expect(list.split(separator: "\n").count == 4 && list.hasPrefix("01700000000000000001-1.mail"))
    let shown = try place.run("failures", "show", "01700000000000000002-1.mail")
    #expect(shown.output == customerMail(id: "old2@x"))
    #expect(try place.run("verify").text == "1 message examined, 4 wait, all is well\n")
    // A run of the filter gives them numbers.
    #expect(try place.filter(customerMail(subject: "Dear")).status == 0)
    #expect(try place.shell("ls \(place.spool)/*.mail | wc -l").text == "0\n")
    #expect(place.waiting.count == 5)
    _ = try place.shell("\"$F\" org connect contoso")
    #expect(try place.run("retry").status == 0)
    #expect(
      try place.query("SELECT message_id FROM copy ORDER BY id")
        == "first@x\nnew@x\nold1@x\nold2@x\nold3@x")
    #expect(place.waiting.isEmpty)
  }

  /// Somebody stopped holds the lock under which numbers are given.
  @Test func aMessageIsKeptWithoutANumberWhereNoneCanBeHad() throws {
    let place = try disconnected()
    try place.write(customerMail(id: "kept@x"), to: "mail")
    let run = try place.shell(
      """
      mkdir -p \(place.spool); chmod 700 \(place.spool)
      exec 7>>\(place.spool)/.order; flock 7; "$F" <mail 7>&- | cmp - mail; echo "${PIPESTATUS[@]}"
      """)
    #expect(run.text == "0 0\n" && run.errors.isEmpty, "\(run)")
    #expect(place.waitingFiles.first?.hasPrefix(place.spool + "/0") ?? false)
    _ = try place.shell("\"$F\" org connect contoso")
    #expect(try place.run("retry").status == 0)
    #expect(try place.query("SELECT count(*) FROM copy") == "2")
  }

  /// What waits goes by whatever field names the person; what cannot be read is named.
  @Test func whoIsForgottenIsLookedForInAllThatWaits() throws {
    let place = try disconnected()
    for field in ["Resent-From", "Disposition-Notification-To", "X-Original-To"] {
      let mail = customerMail(id: "\(field)@x", extra: "\(field): K <kiwi@y.example>")
      #expect(try place.filter(mail).status == 0)
    }
    #expect(try place.filter(customerMail(id: "other@x")).status == 0)
    #expect(place.waiting.count == 4)
    let done = try place.run("forget", "kiwi@y.example", "--yes")
    #expect(done.status == 0 && place.waiting.count == 1, "\(done)")
    for name in ["damaged.mail", ".tmp-1.mail"] {
      try place.write("kiwi@y.example", to: "state/crm-mailfilter/spool/\(name)")
      let said = try place.run("forget", "kiwi@y.example", "--yes")
      #expect(said.status == 65 && said.errors.contains(name), "\(said)")
      _ = try place.shell("rm \(place.spool)/\(name)")
    }
  }
}
