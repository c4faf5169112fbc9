import Foundation
import Testing

/// Files of records, good and bad.
@Suite struct RecordImportTests {
  private func place() throws -> Place {
    let place = try Place()
    #expect(try place.run("org", "add", "contoso", "sqlite:contoso.sqlite").status == 0)
    return place
  }

  private func records(_ place: Place) throws -> String {
    try place.run("record", "list").text
  }

  @Test func cardsBecomeContactsAndAccounts() throws {
    let place = try place()
    try place.write(
      """
      BEGIN:VCARD
      VERSION:3.0
      UID:urn:uuid:4fbe8971-0bc3-424c-9c26-36c3e1eff6b1
      FN:Erin Exämple
      N:Example;Erin;;;
      PHOTO;ENCODING=b;TYPE=JPEG:AAAA
       BBBB
      item1.EMAIL;TYPE=INTERNET,pref:Erin@Fabrikam
       .example
      EMAIL;TYPE="home:x":erin@home.example
      END:VCARD
      BEGIN:VCARD\r
      VERSION:4.0\r
      KIND:org\r
      UID:acme\r
      EMAIL:mailto:info@acme.example\r
      END:VCARD\r
      BEGIN:VCARD
      VERSION:4.0
      EMAIL:Tom@Adatum.example
      END:VCARD

      """, to: "people.vcf")
    let path = place.folder + "/people.vcf"
    let dry = try place.run("record", "import", path, "--dry-run")
    #expect(dry.text == "dry run: 3 added, 0 replaced\n", "\(dry)")
    #expect(try records(place).isEmpty)
    for expected in ["3 added, 0 replaced\n", "0 added, 3 replaced\n"] {
      let result = try place.run("record", "import", path, "--owner", "dana@contoso.example")
      #expect(result.text == expected, "\(result)")
    }
    let lines = try records(place).split(separator: "\n").map {
      $0.split(separator: " ", omittingEmptySubsequences: true).joined(separator: " ")
    }
    #expect(
      lines == [
        "account:acme dana@contoso.example info@acme.example",
        "contact:4fbe8971-0bc3-424c-9c26-36c3e1eff6b1 dana@contoso.example "
          + "Erin@fabrikam.example, erin@home.example",
        "contact:tom@adatum.example dana@contoso.example Tom@adatum.example",
      ], "\(lines)")
    // No name and nothing else of a card is anywhere.
    let found = try place.shell("grep -rlaF -e Exämple -e AAAA data || true")
    #expect(found.text.isEmpty, "\(found.text)")
  }

  @Test func badLinesAreAllReportedAndNothingIsImported() throws {
    let place = try place()
    var bytes = Array(
      """
      type,id,owner,address,domain
      account,1,,,fabrikam.example
      account,2,,,gmail.com
      account,3,,nobody,
      contact,4,lee@contoso.example,x@y.example,
      contact,5,,x@y.example,,

      """.utf8)
    bytes += Array("contact,6,,\"a\u{E4}b@y.example\",\n".unicodeScalars.map { UInt8($0.value) })
    bytes += Array("contact,7,,,\ncontact,8,,ok@y.example,\n".utf8)
    try place.write(bytes, to: "r.csv")
    let path = place.folder + "/r.csv"
    let result = try place.run("record", "import", path)
    #expect(result.status == 65)
    let lines = result.errors.split(separator: "\n").map(String.init)
    let starts = [
      "3: anybody", "4: 'nobody'", "5: no user", "6: more fields", "7: not UTF-8", "8: neither",
    ]
    #expect(lines.count == starts.count + 1, "\(lines)")
    for (line, start) in zip(lines, starts) {
      #expect(line.hasPrefix("\(path):\(start)"), "\(line)")
    }
    #expect(lines.last?.contains("6 refused, nothing is imported") == true)
    #expect(try records(place).isEmpty)
    let rest = try place.run("record", "import", path, "--skip-refused")
    #expect(rest.status == 0 && rest.text == "2 added, 0 replaced, 6 refused\n", "\(rest)")
    #expect(try records(place).split(separator: "\n").count == 2)
  }

  @Test func whatCannotBeReadIsOneLine() throws {
    let place = try place()
    let cases: [(String, String)] = [
      ("", "empty"), ("type,address\n", "'id' is missing"), ("typ,id\n", "did you mean 'type'"),
      ("type,id,address\na,\"1,x@y.example\n", "2: a quote that does not end"),
      ("BEGIN:VCARD\nVERSION:2.1\nEMAIL:a@b.example\nEND:VCARD\n", "1: a card of version 2.1"),
      ("BEGIN:VCARD\nVERSION:3.0\nEMAIL:a@b.example\n", "cut off"),
      ("BEGIN:VCARD\nVERSION:4.0\nKIND:group\nEMAIL:a@b.example\nEND:VCARD\n", "kind 'group'"),
      ("BEGIN:VCARD\nVERSION:4.0\nFN:x\nEND:VCARD\n", "neither UID nor EMAIL"),
    ]
    for (text, problem) in cases {
      try place.write(text, to: "bad")
      let result = try place.run("record", "import", place.folder + "/bad")
      #expect(result.status == 65 && result.errors.contains(problem), "\(text): \(result.errors)")
    }
    #expect(try place.run("record", "import", place.folder + "/none").status == 66)
    #expect(try records(place).isEmpty)
  }

  @Test func rowsOfOneRecordAddUpAndSemicolonsSeparateToo() throws {
    let place = try place()
    try place.write(
      "\u{FEFF}Type;ID;Address\r\ncontact;1;a@x.example\r\ncontact;2;b@x.example\r\n"
        + "contact;1;\"c@x.example d@x.example\"\r\n", to: "r.csv")
    for expected in ["2 added, 0 replaced\n", "0 added, 2 replaced\n"] {
      let result = try place.run("record", "import", place.folder + "/r.csv")
      #expect(result.text == expected, "\(result)")
      #expect(
        try place.query("SELECT group_concat(address, ' ') FROM record_address WHERE record = 1")
          == "a@x.example c@x.example d@x.example")
    }
  }

  @Test func aLargeFileIsReadInParts() throws {
    let place = try place()
    var text = "type,id,address\n"
    for number in 0..<12_000 { text += "contact,\(number),p\(number)@x.example\n" }
    try place.write(text, to: "many.csv")
    #expect(
      try place.run("record", "import", place.folder + "/many.csv").text
        == "12,000 added, 0 replaced\n")
    #expect(try place.query("SELECT count(*) FROM record_address") == "12000")
  }
}
