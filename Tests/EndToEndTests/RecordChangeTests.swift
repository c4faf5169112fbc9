import Foundation
import Testing

/// Records that become others.
@Suite struct RecordChangeTests {
  private static let rules = """
    [[rule]]
    name = "Fabrikam"
    participant = "@fabrikam.example"
    action = "track"
    regarding = "lead:7"
    """

  private func place() throws -> Place {
    let place = try Place(rules: Self.rules)
    _ = try place.run("org", "add", "contoso", "sqlite:contoso.sqlite")
    _ = try place.run(
      "record", "add", "--address", "erin@fabrikam.example", "--owner", "dana@contoso.example",
      "--name", "Erin", "--parent", "account:fab", "lead:7")
    _ = try place.filter(customerMail())
    return place
  }

  private func answer(_ id: String) -> [UInt8] {
    customerMail(id: id, extra: "In-Reply-To: <a1@fabrikam.example>")
  }

  @Test(arguments: [false, true])
  func aLeadBecomesAContact(isThere: Bool) throws {
    let place = try place()
    if isThere {
      _ = try place.run("record", "add", "--address", "erin@gmx.de", "contact:9")
    }
    let result = try place.run("record", "convert", "lead:7", "contact:9")
    #expect(result.status == 0 && result.text == "1 message regards contact:9 now\n", "\(result)")
    // The rule names the lead still.
    _ = try place.filter(answer("b@x"))
    _ = try place.filter(customerMail(id: "c@x"))
    #expect(
      try place.query("SELECT DISTINCT regarding_type || ':' || regarding_id FROM copy")
        == "contact:9")
    #expect(
      try place.query("SELECT DISTINCT regarding_type FROM conversation") == "contact")
    #expect(
      try place.query("SELECT DISTINCT record FROM mail_participant WHERE role = 'from'")
        == "contact:9")
    for name in ["contact:9", "lead:7"] {
      #expect(
        try place.run("list", "--record", name).text.split(separator: "\n").count == 3, "\(name)")
      #expect(
        try place.run("list", "--regarding", name).text.split(separator: "\n").count == 3)
      for query in ["record:\(name)", "regarding:\(name)", "offer (record:\(name) OR x)"] {
        #expect(try place.run("search", query, "--count").text == "3\n", "\(query)")
      }
    }
    let list = try place.run("record", "list").text
    #expect(
      list == "contact:9  Erin  dana@contoso.example  erin@fabrikam.example"
        + (isThere ? ", erin@gmx.de" : "") + "  of account:fab\n", "\(list)")
    // A file that still has the lead brings it not back.
    try place.write("type,id,address\nlead,7,erin@tailspin.example\n", to: "records.csv")
    #expect(
      try place.run("record", "import", place.folder + "/records.csv").text
        == "0 added, 1 replaced\n")
    #expect(try place.query("SELECT count(*) FROM record") == "1")
    #expect(
      try place.query("SELECT count(*) FROM record_address WHERE address = 'erin@tailspin.example'")
        == "1")
    #expect(try place.run("verify").status == 0)
  }

  @Test func accountsAreMergedWithTheirContacts() throws {
    let place = try place()
    _ = try place.run("record", "add", "--domain", "fabrikam.test", "account:fab")
    _ = try place.run(
      "record", "add", "--domain", "fabrikam.test", "--parent", "account:fab", "account:other")
    _ = try place.run("regarding", "1", "account:fab")
    #expect(try place.run("record", "merge", "account:fab", "account:other").status == 0)
    let list = try place.run("record", "list").text
    #expect(list.contains("account:other") && list.contains("of account:other"), "\(list)")
    #expect(!list.contains("account:fab"))
    #expect(
      try place.query("SELECT parent FROM record ORDER BY type") == "\naccount:other"
        || place.query("SELECT count(*) FROM record WHERE parent = 'account:other'") == "1")
    #expect(try place.run("show", "1").text.contains("account:other, set by hand"))
    // Merged on, the first name means the last.
    _ = try place.run("record", "convert", "account:other", "account:last")
    #expect(try place.run("list", "--regarding", "account:fab").text.contains("account:last"))
    for (line, status) in [
      (["merge", "account:none", "account:last"], 66),
      (["merge", "account:last", "account:x"], 66),
      (["merge", "account:last", "account:last"], 65), (["convert", "nothing", "a:b"], 64),
    ] {
      let result = try Program.run(
        Program.path, ["record"] + line, environment: place.environment, folder: place.folder)
      #expect(result.status == Int32(status), "\(line) \(result)")
    }
  }

  @Test func aRecordIsChanged() throws {
    let place = try place()
    func set(_ arguments: String...) throws -> Program.Result {
      try Program.run(
        Program.path, ["record", "set"] + arguments + ["lead:7"], environment: place.environment,
        folder: place.folder)
    }
    #expect(
      try set(
        "--name", "Erin Fox", "--add-address", "erin@gmx.de", "--remove-address",
        "Erin@fabrikam.example", "--add-domain", "fabrikam.test", "--owner", "none", "--parent",
        "none"
      ).status == 0)
    #expect(
      try place.run("record", "list").text
        == "lead:7  Erin Fox  -  erin@gmx.de, @fabrikam.test\n")
    #expect(try set("--name", "", "--remove-domain", "@Fabrikam.test").status == 0)
    #expect(try place.run("record", "list").text == "lead:7  -  -  erin@gmx.de\n")
    #expect(try set("--owner", "nobody@contoso.example").status != 0)
    #expect(try set("--parent", "lead:7").status == 64)
    #expect(try place.run("record", "set", "lead:8", "--name", "x").status == 66)
  }
}
