import Foundation
import Testing

/// What is typed every day: times, queries, and mistakes.
@Suite("Every day")
struct EveryDayTests {
  /// Ten messages, sent on 2 November 2026 at 09:14 UTC but for the last, and one of them another's.
  private static func place() throws -> Place {
    let place = try Place()
    for number in 1...9 {
      #expect(
        try place.filter(customerMail(id: "\(number)@x", subject: "pumps \(number)")).status == 0)
    }
    let late = String(
      decoding: customerMail(id: "l@x", from: "Lee@Fabrikam.example", subject: "hoses"),
      as: UTF8.self
    ).replacingOccurrences(of: "2 Nov 2026 10:14:05 +0100", with: "2 Nov 2026 23:30:00 +0000")
    #expect(try place.filter(Array(late.utf8)).status == 0)
    return place
  }

  @Test("a query of a term that is denied first is no option")
  func deniedTerm() throws {
    let place = try Self.place()
    #expect(try place.run("search", "-from:erin@fabrikam.example", "--count").text == "1\n")
    #expect(try place.run("search", "-from:lee pumps", "--count").text == "9\n")
    #expect(try place.run("search", "pumps", "-subject:3", "--count").text == "8\n")
    let wrong = try place.run("search", "-frm:erin")
    #expect(wrong.status == 64)
    #expect(wrong.errors.contains("query, column 2: no term 'frm:'"), "\(wrong.errors)")
    #expect(try place.run("search", "-h").text.contains("USAGE: crm-mailfilter search"))
    #expect(try place.run("search", "--nonsense").status == 64)
  }

  @Test("times that are typed are local, and UTC where that is said")
  func clock() throws {
    let place = try Self.place()
    func count(_ zone: String, _ arguments: String) throws -> String {
      try place.shell("TZ=\(zone) \"$F\" \(arguments) --count").text
    }
    // Ten hours ahead of UTC the last message came on the third.
    #expect(try count("Eastern-10", "list --since 2026-11-03") == "1\n")
    #expect(try count("UTC0", "list --since 2026-11-03") == "0\n")
    #expect(try count("Eastern-10", "list --utc --since 2026-11-03") == "0\n")
    #expect(try count("Eastern-10", "list --since 2026-11-02T23:30Z") == "1\n")
    #expect(try count("Eastern-10", "list --since 2026-11-03T09:31") == "0\n")
    #expect(try count("Eastern-10", "search date:2026-11-03") == "1\n")
    #expect(try count("Eastern-10", "search --utc date:2026-11-03") == "0\n")
    #expect(try count("UTC0", "list --since 2026-11 --until 2026-12") == "10\n")
    #expect(try count("UTC0", "list --until 2026") == "0\n")
    let shown = try place.shell("TZ=Eastern-10 \"$F\" list --iso | head -n 1").text
    #expect(shown.contains("2026-11-03T09:30:00+10:00"), "\(shown)")
    let utc = try place.shell("TZ=Eastern-10 \"$F\" list --utc --iso | head -n 1").text
    #expect(utc.contains("2026-11-02T23:30:00+00:00"), "\(utc)")
    for command in ["show 10", "thread 10", "search hoses"] {
      let text = try place.shell("TZ=Eastern-10 \"$F\" \(command) --utc --iso").text
      #expect(text.contains("2026-11-02T23:30:00+00:00"), "\(command): \(text)")
    }
    let wrong = try place.run("list", "--since", "noon")
    #expect(wrong.status == 64 && wrong.errors.contains("not 'noon'"), "\(wrong)")
  }

  @Test("a type, none and any stand for records in options as in queries")
  func records() throws {
    let place = try Self.place()
    #expect(try place.run("regarding", "1", "none").status == 0)
    for (record, count) in [("account", 9), ("account:1", 9), ("none", 1), ("*", 9), ("lead", 0)] {
      #expect(
        try place.run("list", "--regarding", record, "--count").text == "\(count)\n", "\(record)")
    }
    #expect(try place.run("list", "--regarding", "a b", "--count").status == 64)
  }

  @Test("on a terminal a list says how many there are, and elsewhere it has them all")
  func totals() throws {
    let place = try Self.place()
    for number in 1...50 {
      #expect(try place.filter(customerMail(id: "m\(number)@x")).status == 0)
    }
    let screen = try TerminalTests.screen(place, 100, "PAGER=cat $F list")
    #expect(screen.hasSuffix("\n50 of 60; --limit 0 shows all\n"), "\(screen.suffix(200))")
    #expect(screen.split(separator: "\n").count == 51)
    let found = try TerminalTests.screen(place, 100, "PAGER=cat $F search pumps --limit 2")
    #expect(found.hasSuffix("\n2 of 9; --limit 0 shows all\n"), "\(found)")
    let whole = try TerminalTests.screen(place, 100, "PAGER=cat $F search pumps")
    #expect(!whole.contains(" of 9"))
    #expect(try place.run("list").text.split(separator: "\n").count == 60)
    #expect(try place.run("list", "--json").text.split(separator: "\n").count == 60)
    #expect(try place.run("list", "--limit", "3").text.split(separator: "\n").count == 3)
    #expect(try place.run("list", "--limit", "-1").status == 64)
  }

  @Test("mail is counted by sender and by domain")
  func senders() throws {
    let place = try Self.place()
    let text = try place.run("stats", "--by", "sender", "--by", "domain").text
      .replacingOccurrences(of: #", [0-9.]+ (bytes|KB)"#, with: "", options: .regularExpression)
    #expect(
      text == """
        By sender
        erin@fabrikam.example  9  9 in, 0 out
        lee@fabrikam.example   1  1 in, 0 out

        By domain
        fabrikam.example  10  10 in, 0 out

        """, "\(text)")
  }

  @Test(
    "a mistyped command names the nearest",
    arguments: [
      (["lsit"], "no command 'lsit'; did you mean 'list'?"),
      (["org", "synchronise"], "no command 'org synchronise'; did you mean 'synchronize'?"),
      (["record", "improt", "x"], "no command 'record improt'; did you mean 'import'?"),
      (["rules", "zzzz"], "no command 'rules zzzz'"),
    ])
  func mistyped(arguments: [String], error: String) throws {
    let place = try Place()
    let terminal = try PseudoTerminal(arguments, in: place)
    #expect(try terminal.wait() == 64)
    #expect(terminal.screen == "crm-mailfilter: \(error)\n")
  }
}
