import Foundation
import Testing

/// `untrack` and `regarding` of all that a query finds.
@Suite struct BulkTests {
  /// Two messages about pumps and one about hoses.
  private func place() throws -> Place {
    let place = try Place()
    for (id, subject) in [("a", "Pumps"), ("b", "Pumps"), ("c", "Hoses")] {
      let mail = customerMail(id: "\(id)@x.example", subject: "Offer: \(subject)")
      #expect(try place.filter(mail).status == 0)
    }
    return place
  }

  @Test func allThatAQueryFindsIsWithdrawnAfterAYes() throws {
    let place = try place()
    let asked = try place.run("untrack", "--query", "pumps")
    #expect(asked.status == 64 && asked.text.isEmpty, "\(asked)")
    #expect(asked.errors.contains("2 messages found") && asked.errors.contains("add --yes"))
    for (answer, end) in [("n\n", 64), ("\u{4}", 64), ("y\n", 0)] as [(String, Int32)] {
      #expect(try place.query("SELECT count(*) FROM copy") == "3")
      let terminal = try PseudoTerminal(
        ["untrack", "--query", "pumps"], in: place, columns: 80)
      try terminal.expect("2 messages found: copies of yours are deleted for good")
      try terminal.expect("Go on? [y/N]")
      terminal.type(answer, ending: "")
      #expect(try terminal.wait() == end, "\(terminal.screen)")
      #expect(
        terminal.screen.hasSuffix(
          end == 0 ? "2 messages deleted\n" : "\ncrm-mailfilter: nothing was changed\n"),
        "\(terminal.screen)")
    }
    #expect(try place.query("SELECT message_id FROM copy") == "c@x.example")
    let none = try place.run("untrack", "--query", "pumps", "--yes")
    #expect(none.status == 66 && none.errors.contains("no mail is found by 'pumps'"), "\(none)")
    // A query may begin with what looks like an option.
    let rest = try place.run("untrack", "--query", "-subject:pumps", "--yes")
    #expect(rest.status == 0 && rest.text == "1 message deleted\n", "\(rest)")
  }

  @Test func whatIsAnothersIsLeftAndCounted() throws {
    let place = try place()
    #expect(try place.run("user", "add", "bob@contoso.example").status == 0)
    _ = try place.query("UPDATE copy SET owner = 2 WHERE id > 1")
    _ = try place.query("DELETE FROM delivery WHERE copy = 3")
    let done = try place.run("untrack", "--query", "offer", "--yes")
    #expect(done.status == 77, "\(done)")
    #expect(
      done.text
        == "1 message deleted, 1 of others without your delivery, 1 of others left as they are\n")
    #expect(
      done.errors
        == "crm-mailfilter: 1 message not withdrawn: another user's, and you have no delivery\n")
    #expect(try place.query("SELECT group_concat(id) FROM copy") == "2,3")
    // Who may not read others' mail finds none of it.
    _ = try place.query(
      """
      UPDATE user SET role = 'member' WHERE id = 1; UPDATE user SET role = 'administrator' WHERE id = 2;
      INSERT INTO policy VALUES ('member-privileges', 'read-own,track')
      """)
    #expect(try place.run("untrack", "--query", "offer", "--yes").status == 66)
  }

  @Test func allThatAQueryFindsRegardsARecordAfterAYes() throws {
    let place = try place()
    let terminal = try PseudoTerminal(
      ["regarding", "--query", "pumps", "contact:9"], in: place, columns: 80)
    try terminal.expect("2 messages found: they and their answers regard contact:9 then.")
    terminal.type("yes")
    #expect(try terminal.wait() == 0, "\(terminal.screen)")
    #expect(
      terminal.screen.hasSuffix(
        "2 messages regard contact:9 now, which is no record here yet; see 'record add'\n"),
      "\(terminal.screen)")
    #expect(
      try place.query("SELECT group_concat(regarding_id || regarding_source) FROM copy")
        == "9manual,9manual,1rule")
    let none = try place.run("regarding", "--query", "hoses", "none", "--yes")
    #expect(none.text == "1 message regards no record now\n", "\(none)")
    #expect(try place.run("regarding", "--query", "hoses", "nine", "--yes").status == 64)
    #expect(try place.run("regarding", "1", "contact:9", "--query", "x").status == 64)
    #expect(try place.run("regarding", "contact:9").status == 64)
    #expect(try place.run("untrack", "1", "--query", "x").status == 64)
  }
}
