import Foundation
import Testing

/// Withdrawing what was tracked, and saying what it belongs to.
@Suite struct UntrackTests {
  static let twoMailboxes = """
    [[mailbox]]
    owner = "bob@contoso.example"
    \(Place.usualRules)
    """

  @Test func theOwnersUntrackDeletesTheCopyForGood() throws {
    let place = try Place()
    _ = try place.filter(customerMail(body: "the word xyzzy\n"))
    #expect(try place.run("untrack", "1").text == "mail 1: the copy is deleted\n")
    for table in [
      "copy", "content", "participant", "participant_record", "reference", "delivery",
      "conversation", "conversation_participant",
    ] {
      #expect(try place.query("SELECT count(*) FROM \(table)") == "0", "\(table)")
    }
    // It does not come back, and passes all the same.
    #expect(try place.filter(customerMail(body: "the word xyzzy\n")).output.count > 0)
    #expect(try place.query("SELECT count(*) FROM copy") == "0")
    try place.write(customerMail(body: "the word xyzzy\n"), to: "mail")
    #expect(try place.run("explain", place.folder + "/mail").text.contains("withdrawn"))
    _ = try place.filter(customerMail(body: "another\n"))
    #expect(try place.query("SELECT id FROM copy") == "2")
    #expect(try place.run("untrack", "1").status == 66)
  }

  /// Neither in the store nor in its log nor among the words of the index.
  @Test func nothingIsLeftOfTheText() throws {
    let place = try Place()
    for number in 1...20 {
      let kept = customerMail(id: "k\(number)@fabrikam.example", body: "remains \(number)\n")
      #expect(try place.filter(kept).status == 0)
    }
    let secret = customerMail(
      id: "s@fabrikam.example", subject: "zebrafish", body: "xylophon quagmire\n")
    #expect(try place.filter(secret).status == 0)
    #expect(try place.run("search", "xylophon", "--count").text == "1\n")
    let left = "cat \(place.store)* | grep -aciE 'xylophon|quagmire|zebrafish'"
    #expect(try place.shell(left).text != "0\n")
    #expect(try place.run("untrack", "21").status == 0)
    #expect(try place.shell(left).text == "0\n")
    #expect(try place.run("search", "remains", "--count").text == "20\n")
  }

  @Test func whoTookPartInADeletedCopyOnlyIsForgotten() throws {
    let place = try Place()
    _ = try place.filter(customerMail())
    _ = try place.filter(
      customerMail(
        id: "b@x", to: "dana@contoso.example, lee@tailspin.example", subject: "Re: Offer",
        extra: "In-Reply-To: <a1@fabrikam.example>"))
    #expect(try place.query("SELECT count(*) FROM conversation_participant") == "2")
    #expect(try place.run("untrack", "2").status == 0)
    #expect(
      try place.query("SELECT address_key FROM conversation_participant") == "erin@fabrikam.example"
    )
  }

  @Test func anothersUntrackTakesTheirDeliveryOnly() throws {
    let place = try Place(rules: Self.twoMailboxes)
    let message = customerMail(to: "bob@contoso.example, dana@contoso.example")
    _ = try place.filter(message, ["--recipient", "bob@contoso.example"])
    _ = try place.filter(message, ["--recipient", "dana@contoso.example"])
    // Bob is the first recipient: the copy is his, and Dana acts.
    #expect(try place.run("show", "1").text.contains("Owner         bob@contoso.example"))
    #expect(try place.run("untrack", "1").text.contains("your delivery of it is gone"))
    #expect(try place.query("SELECT mailbox FROM delivery") == "bob@contoso.example")
    _ = try place.filter(message, ["--recipient", "dana@contoso.example"])
    _ = try place.filter(message, ["--recipient", "bob@contoso.example"])
    #expect(try place.query("SELECT mailbox, times_seen FROM delivery") == "bob@contoso.example|2")
    // Nothing is left to take away: it is another's.
    let again = try place.run("untrack", "1")
    #expect(again.status == 77 && again.text.isEmpty, "\(again)")
    #expect(again.errors.contains("another user's and stays; you have no delivery of it"))
  }

  @Test func aConversationIsWithdrawnWithItsRepliesToCome() throws {
    let place = try Place()
    func reply(_ id: String, to other: String) -> [UInt8] {
      customerMail(
        id: id, subject: "Re: Offer", extra: "In-Reply-To: <\(other)>", body: id + "\n")
    }
    _ = try place.filter(customerMail())
    _ = try place.filter(reply("b@x", to: "a1@fabrikam.example"))
    #expect(try place.run("untrack", "1", "--conversation").text.split(separator: "\n").count == 2)
    // A rule would track it.
    _ = try place.filter(reply("c@x", to: "b@x"))
    #expect(try place.query("SELECT count(*) FROM copy") == "0")
    _ = try place.filter(customerMail(id: "d@x"))
    #expect(try place.query("SELECT count(*) FROM copy") == "1")
  }

  @Test func whatAHandSaysOfARecordHolds() throws {
    let place = try Place()
    _ = try place.filter(customerMail())
    #expect(try place.run("regarding", "1", "contact:9").status == 0)
    _ = try place.filter(
      customerMail(id: "b@x", subject: "Re: Offer", extra: "In-Reply-To: <a1@fabrikam.example>"))
    #expect(
      try place.query("SELECT regarding_id, regarding_source FROM copy")
        == "9|manual\n9|conversation")
    #expect(
      try place.run("list", "--regarding", "contact:9").text.split(separator: "\n").count == 2)
    #expect(try place.run("regarding", "1", "none").status == 0)
    #expect(try place.run("show", "1").text.contains("Regarding     nothing"))
    #expect(try place.run("regarding", "1", "nine").status == 64)
    #expect(try place.run("regarding", "7", "contact:9").status == 66)
  }

  @Test func whoMayOnlyReadChangesNothing() throws {
    let place = try Place()
    _ = try place.filter(customerMail())
    _ = try place.query("UPDATE user SET role = 'reader'")
    for arguments in [["untrack", "1"], ["regarding", "1", "contact:9"]] {
      let result = try Program.run(
        Program.path, arguments, environment: place.environment, folder: place.folder)
      #expect(result.status == 77 && result.errors.contains("lacks the privilege"))
    }
    #expect(try place.query("SELECT regarding_id FROM copy") == "1")
  }

  @Test func aDisconnectedOrganizationsMailWaits() throws {
    let place = try Place()
    #expect(try place.run("org", "disconnect", "contoso").status == 0)
    let passed = try place.filter(customerMail())
    #expect(passed.status == 0 && passed.output == customerMail() && passed.errors == "")
    #expect(place.waiting.count == 1)
    // What the rules keep from it does not wait.
    _ = try place.filter(customerMail(id: "p@x", extra: "Sensitivity: Private"))
    #expect(place.waiting.count == 1)
    #expect(try place.run("org", "add", "other", "sqlite:other.sqlite").status == 0)
    #expect(try place.run("org", "synchronize", "other", "--yes").status == 0)
    #expect(try place.run("org", "remove", "contoso").status == 64)
    #expect(try place.run("retry").status == 75)
    #expect(try place.run("org", "synchronize", "contoso", "--yes").status == 0)
    #expect(try place.run("org", "connect", "contoso").status == 0)
    #expect(try place.run("retry").status == 0)
    #expect(try place.query("SELECT count(*) FROM copy") == "1")
    #expect(try place.run("list", "--org", "other").text.isEmpty)
    #expect(try place.run("org", "remove", "other").status == 0)
    let profile = String(decoding: try place.bytes(of: place.profile), as: UTF8.self)
    #expect(!profile.contains("other") && profile.contains("colleagues"))
    #expect(try place.run("rules", "check").status == 0)
    #expect(
      FileManager.default.fileExists(atPath: place.folder + "/data/crm-mailfilter/other.sqlite"))
  }
}
