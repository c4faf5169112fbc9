import Foundation
import Testing

/// What commands about records and users say that they did.
@Suite struct RecordCommandTests {
  @Test func eachChangeIsALine() throws {
    let place = try Place()
    #expect(try place.run("org", "add", "contoso", "sqlite:contoso.sqlite").status == 0)
    let mail = "From: erin@fabrikam.example\nTo: dana@contoso.example\nMessage-ID: <1@x>\n\nHello\n"
    #expect(try place.filter(Array(mail.utf8)).status == 0)
    #expect(try place.run("user", "add", "lee@contoso.example").status == 0)
    let steps: [(line: String, status: Int32, text: String)] = [
      (
        "record add contact:2 --address ann@x.example --owner lee@contoso.example --parent account:1",
        0,
        "contact:2 is added: ann@x.example, owned by lee@contoso.example; account:1 is no record yet\n"
      ),
      (
        "record add contact:2 --domain x.example --owner lee@contoso.example", 0,
        "contact:2 is replaced: @x.example, owned by lee@contoso.example\n"
      ),
      ("regarding 1 contact:2", 0, "mail 1 and its answers regard contact:2 now\n"),
      (
        "regarding 1 lead:5", 0,
        "mail 1 and its answers regard lead:5 now, which is no record here yet; see 'record add'\n"
      ),
      ("regarding 1 none", 0, "mail 1 and its answers regard no record now\n"),
      ("regarding 1 contact", 64, ""),
      ("regarding 1 contact:2", 0, "mail 1 and its answers regard contact:2 now\n"),
      (
        "user remove lee@contoso.example", 0,
        "lee@contoso.example is removed; 1 record has no owner now\n"
      ),
      ("user remove lee@contoso.example", 66, ""), ("user remove dana@contoso.example", 65, ""),
      (
        "record remove contact:2", 0,
        "contact:2 is removed; 1 message regards it on: 'list --regarding contact:2'\n"
      ),
      ("record remove contact:2", 66, ""), ("record remove contact", 64, ""),
    ]
    for step in steps {
      let result = try place.shell("$F " + step.line)
      #expect(result.status == step.status && result.text == step.text, "\(step.line): \(result)")
    }
    let owner = try place.run("user", "remove", "dana@contoso.example")
    #expect(owner.errors.contains("owns 1 tracked message; untrack or prune"), "\(owner.errors)")
    #expect(try place.query("SELECT count(*) FROM user") == "1")
    #expect(try place.query("PRAGMA foreign_key_check").isEmpty)
  }

  @Test func theLastAdministratorIsNotRemoved() throws {
    let place = try Place()
    #expect(try place.run("org", "add", "contoso", "sqlite:contoso.sqlite").status == 0)
    let result = try place.run("user", "remove", "dana@contoso.example")
    #expect(result.status == 65 && result.errors.contains("without an administrator"))
    #expect(try place.query("SELECT count(*) FROM user_address") != "0")
  }

  @Test func theListFitsItsTerminalAndKeepsNames() throws {
    let place = try Place()
    #expect(try place.run("org", "add", "contoso", "sqlite:contoso.sqlite").status == 0)
    _ = try place.run(
      "record", "add", "contact:5c1b7d5e-0a4b-4c7e-9c59-9a6e4f2d7a10", "--name", "Erin Hale",
      "--owner", "dana@contoso.example", "--address", "erin.hale@fabrikam.example", "--address",
      "erin@home.example", "--parent", "account:7d9b0f5e")
    let terminal = try PseudoTerminal(["record", "list", "--no-pager"], in: place, columns: 80)
    #expect(try terminal.wait() == 0)
    let lines = terminal.screen.split(whereSeparator: \.isNewline)
    #expect(lines.count == 1 && lines.allSatisfy { $0.count <= 80 }, "\(lines)")
    #expect(lines.first?.contains("Erin Hale") == true, "\(lines)")
  }
}
