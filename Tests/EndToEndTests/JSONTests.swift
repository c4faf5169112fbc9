import Foundation
import Testing

/// What programs read: one object a line, in the form that `samples/schema.json` tells.
@Suite("JSON")
struct JSONTests {
  private static let schema = Repository.root + "/samples/schema.json"

  private static func place() throws -> Place {
    // What has a null reverse-path no person sent.
    let rules = Place.usualRules.replacing("even = []", with: "even = [\"automatic\"]")
    let place = try Place(rules: rules)
    #expect(try place.filter(AttachmentTests.mail, ["--sender", ""]).status == 0)
    let answer = customerMail(
      id: "a2@fabrikam.example", from: "nobody@elsewhere.example",
      to: "Dana <dana@contoso.example>, erin@fabrikam.example",
      subject: "\u{202E}gnp.exe \u{1B}[31m",
      extra: "In-Reply-To: <a1@fabrikam.example>\nCc: x@y.example")
    #expect(try place.filter(answer).status == 0)
    #expect(try place.filter(Array("From: e@fabrikam.example\n\n".utf8)).status == 0)
    return place
  }

  @Test("every object is of the form that the schema tells, and complete")
  func schema() throws {
    let place = try Self.place()
    let schema = try JSONSchema(path: Self.schema)
    var keys: Set<String> = []
    for line in [["list"], ["thread", "1"], ["show", "1"], ["show", "2"], ["show", "3"]] {
      let result = try Program.run(
        Program.path, line + ["--json"], environment: place.environment, folder: place.folder)
      let lines = result.text.split(separator: "\n").map(String.init)
      #expect(lines.count == (line == ["list"] ? 3 : line[0] == "thread" ? 2 : 1))
      for object in lines {
        #expect(schema.faults(of: object, as: "mail") == [], "\(line)")
        // Nothing that a terminal would take for a command, or that turns what it shows.
        #expect(!object.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x202E })
        let parsed = try JSONSerialization.jsonObject(with: Data(object.utf8)) as? [String: Any]
        keys.formUnion((parsed ?? [:]).keys)
      }
    }
    // And what the schema promises is there.
    let promised = try JSONSerialization.jsonObject(
      with: Data(contentsOf: URL(fileURLWithPath: Self.schema)))
    let mail = ((promised as? [String: Any])?["$defs"] as? [String: Any])?["mail"]
    let properties = (mail as? [String: Any])?["properties"] as? [String: Any] ?? [:]
    #expect(keys.union(["raw"]) == Set(properties.keys))
  }

  @Test("the schema refuses what is not of its form")
  func strictness() throws {
    let place = try Self.place()
    let schema = try JSONSchema(path: Self.schema)
    let line = try place.run("show", "1", "--json").text
    for (from, to) in [
      ("\"schema\":1", "\"schema\":2"), ("\"id\":1", "\"id\":\"1\""), ("\"owner\":", "\"ownr\":"),
      ("\"incoming\"", "\"sideways\""), ("\"role\":\"from\"", "\"role\":\"form\""),
    ] {
      #expect(line.contains(from))
      let spoilt = line.replacingOccurrences(of: from, with: to)
      #expect(schema.faults(of: spoilt, as: "mail") != [], "\(to)")
    }
  }

  @Test("a conversation's objects say how deep they are")
  func depth() throws {
    let place = try Self.place()
    let lines = try place.run("thread", "2", "--json").text.split(separator: "\n")
    #expect(lines.count == 2)
    #expect(lines.first?.contains(#""depth":0"#) == true)
    #expect(lines.last?.contains(#""depth":1"#) == true)
  }
}
