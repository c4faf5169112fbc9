import Foundation
import Testing

/// What commands say of an organization elsewhere: nothing that only such a one on this machine has.
@Suite("What is told of an organization elsewhere")
struct ElsewhereTellingTests {
  @Test(
    "setup says that the other side decides, and not which filter holds here", arguments: [80, 200])
  func setup(columns: Int) throws {
    let there = try ElsewherePlace(adds: false)
    let place = there.place
    try FileManager.default.removeItem(atPath: place.profile)
    let terminal = try PseudoTerminal(
      ["setup", "--address", "dana@contoso.example"], in: place, columns: UInt16(columns))
    for (question, answer) in [
      ("Go on?", ""), ("Addresses", ""), ("Its name", ""), ("Where it is", "exec:" + there.program),
      ("mail is", ""), ("Connect", ""), ("another", ""), ("Which", "1"), ("Leave out", ""),
    ] {
      try terminal.expect(question)
      terminal.type(answer)
    }
    try terminal.expect("From the next message on")
    try terminal.expect("mail waits here until 'crm-mailfilter sync' asks contoso:")
    try terminal.expect("tracked: what contoso accepts, by its own users, filters and records")
    try terminal.expect("left out: mail that is")
    try terminal.expect("Do it?")
    terminal.type("")
    #expect(try terminal.wait() == 0, "\(terminal.screen)")
    #expect(!terminal.screen.contains("your filter"), "\(terminal.screen)")
    #expect(!terminal.screen.contains("answers tracked mail"), "\(terminal.screen)")
    #expect(terminal.screen.contains("\n  crm-mailfilter sync\n"), "\(terminal.screen)")
    let told = terminal.screen.components(separatedBy: "From the next message on")[1]
      .components(separatedBy: "Do it?")[0]
    #expect(told.split(separator: "\n").allSatisfy { $0.count <= columns }, "\(told)")
    // An address more is the other side's to know.
    let again = try place.run(
      "setup", "--defaults", "--address", "dana@contoso.example", "--address", "d@contoso.example")
    #expect(again.status == 0 && again.text.contains("mail waits here until"), "\(again)")
    #expect(
      try place.run("setup", "--defaults", "--records", Repository.root + "/samples/records.csv")
        .status == 64)
  }

  @Test("filters, place and what receives mail are told where they are known")
  func organization() throws {
    let there = try ElsewherePlace()
    let place = there.place
    let users = try place.run("user", "list").text
    #expect(users.contains("filter unknown here") && !users.contains("replies"), "\(users)")
    let shown = try place.run("org", "show").text
    #expect(shown.contains("place         exec:\(there.program)\n"), "\(shown)")
    let profile = try String(contentsOfFile: place.profile, encoding: .utf8)
    try profile.replacing("synchronizing = \"contoso\"", with: "")
      .write(toFile: place.profile, atomically: true, encoding: .utf8)
    let url = "exec:" + there.program
    let known = try place.run("org", "add", "contoso", url)
    #expect(known.status == 0 && !known.text.contains("org synchronize"), "\(known)")
    let new = try place.run("org", "add", "second", url)
    let line = "Mail that comes here goes to it after: crm-mailfilter org synchronize second\n"
    #expect(new.text.hasSuffix(line), "\(new)")
    // Until somebody says which receives mail, no other try of a batch would fare better.
    try place.write(customerMail(), to: "one.eml")
    let mail = place.folder + "/one.eml"
    for arguments in [["batch", mail, "--dry-run"], ["batch", mail]] {
      let batch = try Program.run(
        Program.path, arguments, environment: place.environment, folder: place.folder)
      #expect(batch.status == 78 && batch.errors.contains("org synchronize NAME"), "\(batch)")
    }
    #expect(try place.run("org", "synchronize", "contoso").status == 0)
    let list = try place.run("list", "--regarding", "acount")
    #expect(list.errors.contains("no mail here has a record of this type"), "\(list)")
  }

  @Test("what only waits stands apart from what failed")
  func failures() throws {
    let there = try ElsewherePlace()
    try there.filter(customerMail(id: "1@x", subject: "One"))
    let only = try TerminalTests.screen(there.place, 80, "PAGER=cat $F failures")
    #expect(only.hasPrefix("Only waiting, nothing failed:\n"), "\(only)")
    #expect(only.contains("waits for 'crm-mailfilter sync'"), "\(only)")
    try there.fault("decide", "failure:refused")
    #expect(try there.sync().status == 65)
    try there.filter(customerMail(id: "2@x", subject: "Two"))
    let both = try TerminalTests.screen(there.place, 80, "PAGER=cat $F failures")
    let parts = both.components(separatedBy: "\n\n")
    #expect(parts.count == 2 && parts[0].hasPrefix("Failed, and tried again:\n"), "\(both)")
    #expect(parts.last?.hasPrefix("Only waiting, nothing failed:\n") == true, "\(both)")
    // A program reads lines, the failed ones first.
    let lines = try there.run("failures").text.split(separator: "\n")
    #expect(lines.count == 2 && lines[1].hasSuffix("waits for 'crm-mailfilter sync'"), "\(lines)")
  }

  @Test("who is to wait is told until when, by the clock of all commands")
  func throttled() throws {
    let there = try ElsewherePlace()
    try there.filter(customerMail(id: "1@x"))
    try there.fault("decide", "failure:throttled")
    let sync = try there.sync()
    let day = "[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2} UTC"
    #expect(sync.status == 75, "\(sync)")
    #expect(
      sync.errors.range(of: "not before \(day)\n", options: .regularExpression) != nil, "\(sync)")
    let connect = try there.run("org", "connect")
    #expect(
      connect.errors.range(
        of: "not before [A-Za-z0-9 ]+ [0-9]{2}:[0-9]{2}\n", options: .regularExpression) != nil,
      "\(connect)")
  }
}
