import Foundation
import Glibc
import Testing

/// What is forgotten or pruned is gone, and stays so.
@Suite struct ForgetTests {
  /// The files of store and spool in which a word stands.
  private func filesHolding(_ word: String, in place: Place) throws -> [String] {
    let result = try place.shell(
      "grep -rlaiF -e '\(word)' data state || true")
    return result.text.split(separator: "\n").map(String.init)
  }

  private let words = ["zebrafish", "quagmire", "xylophon", "erin@fabrikam.example"]

  private func secretMail(_ number: Int) -> [UInt8] {
    customerMail(
      id: "s\(number)@fabrikam.example", subject: "zebrafish \(number)", extra: "X-Note: quagmire",
      body: String(repeating: "xylophon and more of that kind\n", count: number * number))
  }

  @Test func nothingIsLeftOfAPerson() throws {
    let place = try Place(
      rules: Place.usualRules + """

        [[rule]]
        name = "Adatum"
        participant = "@adatum.example"
        action = "track"
        """)
    for number in 1...40 {
      #expect(try place.filter(secretMail(number)).status == 0)
      let other = customerMail(
        id: "o\(number)@adatum.example", from: "tom@adatum.example", subject: "keepsake \(number)",
        body: String(repeating: "remains\n", count: number * number))
      #expect(try place.filter(other).status == 0)
    }
    // Another's mail by an envelope that names her; a refused one that the log keeps; a record.
    #expect(try place.run("org", "set", "contoso", "log-refused", "yes").status == 0)
    let through = customerMail(id: "e@adatum.example", from: "tom@adatum.example")
    #expect(try place.filter(through, ["--sender", "erin@fabrikam.example"]).status == 0)
    #expect(
      try place.run(
        "record", "add", "contact:9", "--address", "erin@fabrikam.example"
      ).status == 0)
    // Into the index with it, in two parts.
    #expect(try place.run("search", "zebrafish", "--count").text == "40\n")
    let later = customerMail(id: "later@adatum.example", from: "tom@adatum.example")
    #expect(try place.filter(later).status == 0)
    #expect(try place.run("search", "keepsake OR offer", "--count").text == "42\n")
    for word in ["zebrafish", "xylophon", "erin@fabrikam.example", "zebrafish xylophon"] {
      #expect(try place.run("search", word, "--count").text == "40\n", "\(word)")
    }
    // One waits for want of a store.
    let hidden = place.store + ".away"
    try FileManager.default.moveItem(atPath: place.store, toPath: hidden)
    try FileManager.default.createDirectory(
      atPath: place.store, withIntermediateDirectories: true)
    #expect(try place.filter(secretMail(50)).status == 0)
    try FileManager.default.removeItem(atPath: place.store)
    try FileManager.default.moveItem(atPath: hidden, toPath: place.store)
    #expect(place.waiting.count == 1)
    for word in words { #expect(try !filesHolding(word, in: place).isEmpty, "\(word)") }

    let dry = try place.run("forget", "erin@fabrikam.example", "--dry-run")
    #expect(dry.status == 0, "\(dry.errors)")
    #expect(
      dry.text.split(separator: "\n").map { $0.split(separator: " ").last ?? "" }
        == ["40", "1", "1", "0", "1", "0"], "\(dry.text)")
    #expect(try place.query("SELECT count(*) FROM copy") == "82")
    // Nobody is there to say yes.
    #expect(try place.run("forget", "erin@fabrikam.example").status == 64)
    #expect(try place.query("SELECT count(*) FROM copy") == "82")

    let done = try place.run("forget", "Erin@Fabrikam.Example", "--yes")
    #expect(done.status == 0, "\(done.errors)")
    for word in words { #expect(try filesHolding(word, in: place).isEmpty, "\(word)") }
    #expect(try place.query("SELECT count(*), sum(size > 0) FROM copy") == "42|42")
    #expect(try place.run("search", "zebrafish OR xylophon OR fabrikam", "--count").text == "0\n")
    #expect(try place.run("search", "remains", "--count").text == "40\n")
    #expect(try place.query("PRAGMA integrity_check") == "ok")
    #expect(try !filesHolding("remains", in: place).isEmpty)
    #expect(place.waiting.isEmpty)
    // It does not come back.
    #expect(try place.filter(secretMail(7)).status == 0)
    #expect(try place.query("SELECT count(*) FROM copy") == "42")
  }

  @Test func whereverAPersonIsNamedInAnyOrganization() throws {
    let place = try Place()
    // Many recipients, of whom the tables keep the first 5,000.
    let many = (0..<5_100).map { "a\($0)@l.example" }.joined(separator: ",\n ")
    let mails = [
      customerMail(
        id: "m@x.example", to: "dana@contoso.example,\n \(many), kiwi@wingtip.example",
        subject: "zebrafish"),
      customerMail(
        id: "s@x.example", subject: "zebrafish", extra: "Sender: <kiwi@wingtip.example>"),
      customerMail(
        id: "r@x.example", subject: "zebrafish", extra: "Reply-To: K <Kiwi@Wingtip.example>"),
      customerMail(id: "o@x.example", subject: "keepsake"),
    ]
    for mail in mails { #expect(try place.filter(mail).status == 0) }
    #expect(
      try place.run("record", "add", "contact:K1", "--address", "kiwi@wingtip.example").status == 0)
    #expect(try place.run("regarding", "4", "contact:K1").status == 0)
    #expect(try place.run("org", "add", "two", "sqlite:two.sqlite").status == 0)
    #expect(try place.run("org", "synchronize", "two", "--yes").status == 0)
    let second = customerMail(
      id: "t@x.example", subject: "zebrafish", extra: "Cc: kiwi@wingtip.example")
    #expect(try place.filter(second).status == 0)
    #expect(try place.run("list", "--org", "two").text.contains("zebrafish"))
    let done = try place.run("forget", "kiwi@wingtip.example", "--yes")
    #expect(done.status == 0, "\(done)")
    #expect(
      done.text.hasPrefix("mail       4\n") && done.text.contains("in contoso, two"), "\(done)")
    for word in ["zebrafish", "wingtip", "K1"] {
      #expect(try filesHolding(word, in: place).isEmpty, "\(word)")
    }
    #expect(try place.query("SELECT subject, regarding_id FROM copy") == "keepsake|")
  }

  @Test func whoOnlyTakesPartInAnAppointmentIsForgotten() throws {
    let place = try Place()
    let mail = customerMail(
      subject: "Meeting", extra: "MIME-Version: 1.0\nContent-Type: text/calendar; method=REQUEST",
      body: """
        BEGIN:VCALENDAR
        VERSION:2.0
        METHOD:REQUEST
        BEGIN:VEVENT
        UID:u1
        DTSTAMP:20261101T100000Z
        DTSTART:20301203T100000Z
        SUMMARY:Pumps
        ORGANIZER:mailto:erin@fabrikam.example
        ATTENDEE:mailto:kiwi@wingtip.example
        END:VEVENT
        END:VCALENDAR
        """)
    #expect(try place.filter(mail).status == 0)
    let dry = try place.run("forget", "kiwi@wingtip.example", "--dry-run")
    #expect(dry.text.contains("mail       0\n"), "\(dry)")
    #expect(dry.text.contains("calendar   1\n"), "\(dry)")
    #expect(try place.query("SELECT text LIKE '%wingtip%' FROM calendar_entry") == "1")
    #expect(try place.run("forget", "kiwi@wingtip.example", "--yes").status == 0)
    #expect(
      try place.query("SELECT text LIKE '%wingtip%', text LIKE '%Pumps%' FROM calendar_entry")
        == "0|1")
    // The mail itself is another's.
    #expect(try place.query("SELECT count(*) FROM copy") == "1")
    let again = try place.run("forget", "kiwi@wingtip.example", "--dry-run")
    #expect(again.text.contains("calendar   0\n"), "\(again)")
  }

  @Test func whatCannotBeReachedIsSaid() throws {
    let place = try Place()
    #expect(try place.filter(customerMail()).status == 0)
    #expect(try place.run("org", "add", "two", "sqlite:two.sqlite").status == 0)
    let other = place.folder + "/data/crm-mailfilter/two.sqlite"
    chmod(other, 0o666)
    try FileManager.default.createDirectory(atPath: place.spool, withIntermediateDirectories: true)
    chmod(place.spool, 0o777)
    let done = try place.run("forget", "erin@fabrikam.example", "--yes")
    #expect(done.status == 77 && done.text.hasPrefix("mail       1\n"), "\(done)")
    #expect(
      done.errors.hasPrefix("crm-mailfilter: not all of it is forgotten: two: "), "\(done.errors)")
    #expect(done.errors.contains("; the spool: "), "\(done.errors)")
    #expect(done.errors.split(separator: "\n").count == 1)
    #expect(try place.query("SELECT count(*) FROM copy") == "0")
    chmod(other, 0o600)
    let one = try place.run("forget", "erin@fabrikam.example", "--yes", "--org", "contoso")
    #expect(one.status == 77 && !one.errors.contains("two: "), "\(one)")
    chmod(place.spool, 0o700)
    #expect(try place.run("forget", "erin@fabrikam.example", "--yes").status == 0)
  }

  @Test func aRuleKeepsNewMailAway() throws {
    let place = try Place()
    #expect(try place.filter(customerMail()).status == 0)
    let result = try place.run("forget", "erin@fabrikam.example", "--yes", "--ignore")
    #expect(result.status == 0, "\(result.errors)")
    #expect(try place.filter(customerMail(id: "new@fabrikam.example")).status == 0)
    #expect(try place.query("SELECT count(*) FROM copy") == "0")
    let list = try place.run("rules", "list").text.split(separator: "\n")
    let first = list.first { $0.hasPrefix("rule 1 ") } ?? ""
    #expect(first.contains("ignore 'Forgotten"), "\(list)")
  }

  @Test func usersAreNotForgotten() throws {
    let place = try Place()
    #expect(try place.filter(customerMail()).status == 0)
    let result = try place.run("forget", "dana@contoso.example", "--yes")
    #expect(result.status == 65 && result.errors.contains("user's address"))
    #expect(try place.query("SELECT count(*) FROM copy") == "1")
  }

  @Test func aReaderThatKeepsTheLogIsNamed() throws {
    let place = try Place()
    #expect(try place.filter(customerMail(subject: "zebrafish")).status == 0)
    let result = try place.shell(
      """
      mkfifo go; sqlite3 "$XDG_DATA_HOME/crm-mailfilter/contoso.sqlite" \
        "BEGIN; SELECT count(*) FROM copy;" ".shell touch reads; cat go" >count &
      reader=$!
      until test -e reads; do sleep 0.05; done
      "$F" forget erin@fabrikam.example --yes; echo "status $?"
      echo >go; wait $reader
      "$F" forget erin@fabrikam.example --yes; echo "status $?"
      """)
    let statuses = result.text.split(separator: "\n").filter { $0.hasPrefix("status") }
    #expect(statuses == ["status 75", "status 0"], "\(result.text) \(result.errors)")
    #expect(try filesHolding("zebrafish", in: place).isEmpty)
  }

  @Test func oldMailIsPruned() throws {
    let place = try Place()
    #expect(try place.filter(customerMail(subject: "zebrafish")).status == 0)
    #expect(try place.filter(customerMail(id: "n@x.example", subject: "new")).status == 0)
    // As if it had come two years ago.
    #expect(
      try place.query("UPDATE copy SET tracked_at = tracked_at - 63072000 WHERE id = 1") == "")
    #expect(try place.run("search", "zebrafish", "--count").text == "1\n")
    let none = try place.run("prune", "--yes")
    #expect(none.status == 64 && none.errors.contains("--before"))
    #expect(try place.run("org", "set", "contoso", "retention", "365").status == 0)
    #expect(try place.run("prune", "--dry-run").text.hasPrefix("mail       1\n"))
    #expect(try place.query("SELECT count(*) FROM copy") == "2")
    #expect(try place.run("prune", "--yes").status == 0)
    #expect(try place.query("SELECT id FROM copy") == "2")
    #expect(try filesHolding("zebrafish", in: place).isEmpty)
    #expect(try place.filter(customerMail(subject: "zebrafish")).status == 0)
    #expect(try place.query("SELECT id FROM copy") == "2")
  }

  @Test func theLogShowsWhatWasAsked() throws {
    let place = try Place()
    let refused = customerMail(id: "r@x.example", from: "tom@adatum.example", subject: "Hush")
    #expect(try place.filter(refused).status == 0)
    #expect(try place.filter(customerMail(subject: "Yes")).status == 0)
    let before = try place.run("org", "log").text
    #expect(before.contains("Yes") && !before.contains("Hush"))
    #expect(try filesHolding("Hush", in: place).isEmpty)
    #expect(try place.run("org", "set", "contoso", "log-refused", "yes").status == 0)
    #expect(try place.filter(refused).status == 0)
    let after = try place.run("org", "log", "--json").text.split(separator: "\n")
    #expect(after.count == 2)
    let line = after.first { $0.contains("Hush") } ?? ""
    #expect(line.contains(#""accepted":false,"asked_at":"20"#) && line.contains(#""code":1,"#))
    #expect(line.contains(#""recipients":["dana@contoso.example"]"#), "\(line)")
    #expect(line.contains(#""sender":"tom@adatum.example""#) && !line.contains("mail"))
    #expect(try place.run("forget", "tom@adatum.example", "--yes").status == 0)
    #expect(try filesHolding("Hush", in: place).isEmpty)
  }

  @Test func anotherOrganizationIsChosenWithAYes() throws {
    let place = try Place()
    #expect(try place.run("org", "add", "other", "sqlite:other.sqlite").status == 0)
    let asked = try place.run("org", "synchronize", "other")
    #expect(asked.status == 64 && asked.errors.contains("--yes"))
    #expect(
      try place.bytes(of: place.profile).starts(with: Array("synchronizing = \"contoso\"".utf8)))
    #expect(try place.run("org", "synchronize", "other", "--yes").status == 0)
    #expect(
      try place.bytes(of: place.profile).starts(with: Array("synchronizing = \"other\"".utf8)))
  }
}
