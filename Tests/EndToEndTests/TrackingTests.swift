import Foundation
import Glibc
import Testing

/// What is stored, and that it is stored once.
@Suite struct TrackingTests {
  @Test func theSameMessageByPipeProcmailAndMboxIsOneCopyOneDelivery() throws {
    let place = try Place()
    let message = customerMail(body: "Hello\nFrom here on\n\n\n")
    _ = try place.filter(message)
    _ = try place.filter(message)
    // As procmail hands it on, then as an mbox holds it, then with CRLF and without its end.
    let fromLine = Array("From erin@fabrikam.example Mon Nov  2 10:14:05 2026\n".utf8)
    _ = try place.filter(fromLine + message)
    let text = String(decoding: message, as: UTF8.self)
    let quoted = text.replacingOccurrences(of: "\nFrom here", with: "\n>From here")
    _ = try place.filter(fromLine + Array(quoted.utf8))
    _ = try place.filter(Array(text.replacingOccurrences(of: "\n", with: "\r\n").utf8))
    let last = try place.filter(
      Array("Received: by somebody else\nX-Spam-Flag: NO\n".utf8) + Array(text.dropLast(3).utf8))
    #expect(last.status == 0)
    #expect(try place.query("SELECT count(*) FROM copy") == "1")
    #expect(try place.query("SELECT count(*), times_seen FROM delivery") == "1|6")
    #expect(try place.run("show", "1", "--raw").output == message)
  }

  @Test func oneMessageIDWithTwoMessagesIsTwoCopies() throws {
    let place = try Place()
    _ = try place.filter(customerMail(body: "one\n"))
    _ = try place.filter(customerMail(body: "two\n"))
    #expect(try place.query("SELECT count(*) FROM copy") == "2")
    #expect(try place.run("show", "1").text.contains("Same Message-ID  mail 2"))
  }

  @Test func whatIsNotTrackedLeavesNoRow() throws {
    let place = try Place()
    #expect(try place.run("org", "add", "contoso", "sqlite:contoso.sqlite").status == 0)
    let before = try place.query(".dump")
    for message in [
      customerMail(from: "nobody@other.example"),
      customerMail(extra: "Sensitivity: Private"),
      customerMail(from: "erin@other.example", extra: "List-Id: <x.example>"),
    ] {
      #expect(try place.filter(message).output == message)
    }
    #expect(try place.query(".dump") == before)
  }

  @Test func explainWritesNothingAndSaysWhatTheFilterDoes() throws {
    let place = try Place()
    try place.write(customerMail(), to: "mail")
    let file = place.folder + "/mail"
    struct Explained: Decodable {
      struct Message: Decodable { var from: [String] }
      var verdict: String
      var reason: String
      var code: Int?
      var rule: String?
      var organization: String?
      var message: Message
    }
    func explain() throws -> Explained {
      let result = try place.run("explain", file, "--json")
      return try JSONDecoder().decode(Explained.self, from: Data(result.output))
    }
    var explained = try explain()
    #expect(explained.verdict == "track" && explained.reason == "Rule" && explained.code == nil)
    #expect(explained.rule == "Fabrikam" && explained.organization == "contoso")
    #expect(explained.message.from == ["erin@fabrikam.example"])
    #expect(!FileManager.default.fileExists(atPath: place.folder + "/data"))
    _ = try place.filter(customerMail())
    explained = try explain()
    #expect(explained.verdict == "duplicate" && explained.code == 0)
    #expect(try place.counts == "1|1")
  }

  @Test func aReplyIsCorrelatedAndInheritsRegarding() throws {
    let place = try Place()
    _ = try place.filter(customerMail())
    // No rule matches: the filter 'replies' accepts it, for Erin takes part.
    try place.write(
      String(decoding: try place.bytes(of: place.profile), as: UTF8.self)
        .replacingOccurrences(of: "participant = ", with: "from = "), to: "crm-mailfilter.toml")
    let reply = customerMail(
      id: "b@contoso.example", from: "dana@contoso.example", to: "erin@fabrikam.example",
      subject: "Re: Offer", extra: "In-Reply-To: <a1@fabrikam.example>")
    _ = try place.filter(reply)
    #expect(
      try place.query(
        "SELECT direction, regarding_id, regarding_source, conversation, reason_code FROM copy")
        == "incoming|1|rule|1|\noutgoing|1|conversation|1|2")
    // The id alone lets no stranger in; a forward is no reply.
    let stranger = customerMail(
      id: "c@x.example", from: "eve@x.example", subject: "Re: Offer",
      extra: "In-Reply-To: <a1@fabrikam.example>")
    let forward = customerMail(
      id: "d@contoso.example", from: "dana@contoso.example", to: "erin@fabrikam.example",
      subject: "Fwd: Offer", extra: "References: <a1@fabrikam.example>")
    _ = try place.filter(stranger)
    _ = try place.filter(forward)
    #expect(try place.query("SELECT count(*) FROM copy") == "2")
  }

  @Test func automaticAnswersToTrackedMailAreKept() throws {
    let place = try Place(rules: "")
    let parent = customerMail(
      id: "a1@contoso.example", from: "dana@contoso.example", to: "erin@fabrikam.example")
    #expect(try place.filter(parent, ["track", "--sent"]).status == 0)
    let answers = "In-Reply-To: <a1@contoso.example>"
    func verdict(_ extra: String, _ options: [String] = []) throws -> String {
      let mail = customerMail(id: "r@fabrikam.example", extra: extra)
      let report = try place.filter(mail, ["explain"] + options).text
      #expect(try place.filter(mail, options).output == mail)
      return report
    }
    // A person's ticket system answers.
    for mark in ["Auto-Submitted: auto-generated", "Precedence: bulk", "List-Id: <t.example>"] {
      let strange = try verdict("\(mark)\nIn-Reply-To: <other@contoso.example>")
      #expect(strange.contains("it answers nothing that is tracked"), "\(strange)")
    }
    // What answers nothing ends before the organization is asked; a program's reply, in any case.
    for extra in [
      "Auto-Submitted: auto-generated", "Auto-Submitted: auto-replied\n\(answers)",
      "X-Autoresponse: yes\n\(answers)", "Return-Path: <>\n\(answers)",
    ] {
      let report = try verdict(extra)
      #expect(report.contains("the profile excludes mail that is sent by a program\n"), "\(report)")
    }
    let bounce = try verdict(answers, ["--sender", "MAILER-DAEMON"])
    #expect(bounce.contains("excludes mail that is sent by a program"), "\(bounce)")
    #expect(try place.query("SELECT count(*) FROM copy") == "1")

    let report = try verdict("Auto-Submitted: auto-generated\n\(answers)")
    #expect(report.contains("counts, since it answers tracked mail"), "\(report)")
    #expect(try place.query("SELECT count(DISTINCT conversation), count(*) FROM copy") == "1|2")
  }

  @Test func arrivalStandsInForADateThatMailCannotHave() throws {
    let place = try Place()
    let mail = String(decoding: customerMail(), as: UTF8.self).replacing(
      "Mon, 2 Nov 2026", with: "Mon, 2 Nov 2226")
    _ = try place.filter(Array(mail.utf8))
    #expect(try place.query("SELECT sent_at = tracked_at FROM copy") == "1")
    let report = try place.filter(Array(mail.utf8), ["explain"]).text
    #expect(report.contains("a date before 1970 or after 2200"), "\(report)")
  }

  @Test func storeAndSpoolArePrivateWhateverTheUmask() throws {
    let place = try Place()
    try place.write(customerMail(), to: "mail")
    for mask in ["000", "077", "777"] {
      let result = try place.shell(
        "umask \(mask); \"$F\" < \(place.folder)/mail > /dev/null; echo $?")
      #expect(result.text == "0\n", "\(result.errors)")
    }
    let modes = try place.shell(
      "cd \(place.folder); stat -c '%a %n' data/crm-mailfilter data/crm-mailfilter/* state/crm-mailfilter/spool"
    )
    for line in modes.text.split(separator: "\n") {
      let expected = line.contains("sqlite") ? "600 " : "700 "
      #expect(line.hasPrefix(expected), "\(line)")
    }
  }

  @Test func terminalEscapesAreNeutralised() throws {
    let place = try Place()
    _ = try place.filter(customerMail(subject: "=?utf-8?q?a=1B]0;x=07=E2=80=AEb?="))
    for result in [
      try place.run("list"), try place.run("show", "1"), try place.run("show", "1", "--json"),
    ] {
      #expect(!result.output.contains(0x1B) && !result.output.contains(7))
      #expect(!result.text.contains("\u{202E}"))
    }
  }

  @Test func theEnvelopeRecipientPicksTheMailbox() throws {
    let place = try Place(
      rules: """
        [[mailbox]]
        owner = "bob@contoso.example"
        [[rule]]
        name = "Bob's"
        mailbox = "bob@contoso.example"
        even = ["automatic"]
        action = "track"
        """)
    let message = customerMail(to: "list@other.example")
    _ = try place.filter(message)
    #expect(try place.query("SELECT count(*) FROM copy") == "0")
    _ = try place.filter(message, ["--recipient", "BOB@contoso.example", "--sender", "<>"])
    // A null sender means that no person sent it, but a rule may say otherwise.
    #expect(
      try place.query("SELECT mailbox, envelope_sender, envelope_recipient FROM delivery")
        == "bob@contoso.example||BOB@contoso.example")
    var environment = place.environment
    environment["RECIPIENT"] = "bob@contoso.example"
    _ = try Program.run(
      Program.path, input: customerMail(id: "2@x", to: "list@other.example"),
      environment: environment, folder: place.folder)
    let delivered = Array("Delivered-To: bob@contoso.example\n".utf8)
    _ = try place.filter(delivered + customerMail(id: "3@x", to: "list@other.example"))
    #expect(try place.query("SELECT count(*) FROM copy") == "3")
    // Whose own mail it is, the sender says.
    let sent = customerMail(id: "4@x", from: "bob@contoso.example", to: "erin@fabrikam.example")
    _ = try place.filter(sent, ["--sent", "--recipient", "archive@contoso.example"])
    #expect(
      try place.query(
        "SELECT direction, user.address FROM copy JOIN user ON user.id = owner "
          + "ORDER BY copy.id DESC LIMIT 1") == "outgoing|bob@contoso.example")
  }

  @Test func ofSeveralMailboxesOneMustBeTold() throws {
    let place = try Place(
      rules: "[[mailbox]]\nowner = \"bob@contoso.example\"\n" + Place.usualRules)
    let received = customerMail(to: "eve@contoso.example")
    let sent = customerMail(from: "eve@contoso.example", to: "erin@fabrikam.example")
    // Eve has no mailbox in the profile: her mail is nobody's here, whatever the rules say.
    for (message, options) in [
      (received, ["--recipient", "eve@contoso.example"]),
      (sent, ["--sent", "--sender", "eve@contoso.example"]),
    ] {
      #expect(try place.filter(message, options).output == message)
      let explained = try place.filter(message, ["explain"] + options)
      #expect(explained.text.contains("through no mailbox of the profile"), "\(explained)")
      let object = try place.filter(message, ["explain", "--json"] + options)
      #expect(object.text.contains(#""reason":"NoMailbox""#), "\(object)")
    }
    #expect(access(place.store, F_OK) != 0, "no store is made for it")
    // By hand it is tracked; and of an only mailbox all mail is.
    let byHand = try place.filter(received, ["track", "--recipient", "eve@contoso.example"])
    #expect(byHand.status == 0, "\(byHand)")
    #expect(try place.query("SELECT count(*) FROM copy") == "1")
    let alone = try Place()
    _ = try alone.filter(customerMail(), ["--recipient", "alias@contoso.example"])
    #expect(try alone.counts == "1|1")
  }
}
