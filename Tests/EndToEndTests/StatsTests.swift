import Foundation
import Testing

@Suite("Statistics")
struct StatsTests {
  private static func place() throws -> Place {
    let place = try Place()
    for number in 1...9 {
      var mail = String(decoding: customerMail(id: "\(number)@x"), as: UTF8.self)
      let day = number < 8 ? "4 Mar 2024" : "4 Apr 2024"
      mail = mail.replacingOccurrences(of: "2 Nov 2026", with: day)
      #expect(try place.filter(Array(mail.utf8)).status == 0)
    }
    let sent = customerMail(id: "s@x", from: "dana@contoso.example", to: "erin@fabrikam.example")
    #expect(try place.filter(sent).status == 0)
    #expect(try place.run("regarding", "1", "contact:5").status == 0)
    let byHand = customerMail(id: "h@x", from: "x@elsewhere.example")
    try place.write(byHand, to: "h.eml")
    #expect(try place.run("track", place.folder + "/h.eml").status == 0)
    return place
  }

  @Test("messages are counted by each, the most first, months in their order")
  func text() throws {
    let place = try Self.place()
    let size = #", [0-9.]+ (bytes|KB)"#
    let text = try place.run("stats").text
      .replacingOccurrences(of: size, with: "", options: .regularExpression)
    #expect(
      text == """
        By organization
        contoso  11  10 in, 1 out

        By month
        2024-03  7  7 in, 0 out
        2024-04  2  2 in, 0 out
        2026-11  2  1 in, 1 out

        By record
        account:1  9  8 in, 1 out
        contact:5  1  1 in, 0 out
        none       1  1 in, 0 out

        By rule
        Fabrikam  10  9 in, 1 out
        none       1  1 in, 0 out

        By reason
        Rule    10  9 in, 1 out
        Manual   1  1 in, 0 out

        """)
  }

  @Test("JSON is of the schema's form and adds up")
  func json() throws {
    let place = try Self.place()
    let schema = try JSONSchema(path: Repository.root + "/samples/schema.json")
    let lines = try place.run("stats", "--json").text.split(separator: "\n").map(String.init)
    var sums: [String: Int] = [:]
    for line in lines {
      #expect(schema.faults(of: line, as: "statistic") == [])
      let object = try #require(
        JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
      sums[object["by"] as? String ?? "", default: 0] += object["count"] as? Int ?? 0
    }
    #expect(
      sums == ["organization": 11, "month": 11, "record": 11, "rule": 11, "reason": 11])
    let some = try place.run("stats", "--by", "rule", "--by", "month", "--limit", "1", "--json")
    let kept = some.text.split(separator: "\n")
    #expect(kept.count == 2 && kept[0].contains("Fabrikam") && kept[1].contains("2026-11"))
    let outgoing = try place.run("stats", "--by", "month", "--direction", "outgoing").text
    #expect(outgoing.hasPrefix("By month\n2026-11  1  0 in, 1 out"))
    #expect(try place.run("stats", "--by", "colour").status == 64)
    let found = try place.run("stats", "--by", "month", "--query", "from:dana").text
    #expect(found.hasPrefix("By month\n2026-11  1  0 in, 1 out"))
    #expect(try place.run("list", "--query", "from:dana").text.split(separator: "\n").count == 1)
  }

  @Test("all organizations are counted, and one that cannot be read hides none")
  func organizations() throws {
    let place = try Self.place()
    let other = place.folder + "/other.sqlite"
    #expect(try place.run("org", "add", "other", "sqlite:" + other).status == 0)
    let both = try place.run("stats", "--by", "organization").text
    #expect(both.contains("contoso  11") && both.contains("\nother     0"))
    _ = try place.shell("sqlite3 other.sqlite 'PRAGMA user_version = 999'")
    let one = try place.run("stats", "--by", "organization")
    #expect(one.status == 0 && one.text.contains("contoso  11"))
    #expect(one.errors.hasPrefix("crm-mailfilter: other: "))
    #expect(try place.run("stats", "--org", "other").status == 65)
  }

  @Test("on a terminal there are bars that fit it", arguments: [80, 120])
  func bars(columns: Int) throws {
    let place = try Self.place()
    let screen = try TerminalTests.screen(place, columns, "PAGER=cat $F stats --by month")
    let path = Repository.root + "/Tests/EndToEndTests/Golden/stats-\(columns).txt"
    if ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] != nil {
      try Data(screen.utf8).write(to: URL(fileURLWithPath: path))
    }
    #expect(try screen == String(contentsOfFile: path, encoding: .utf8))
    #expect(try !place.run("stats").text.contains("█"))
  }
}
