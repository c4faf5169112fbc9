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
    #expect(dry.text.hasSuffix("\ndry run: 3 added, 0 replaced\n"), "\(dry)")
    #expect(dry.text.contains("  Erin Exämple  "), "\(dry)")
    #expect(try records(place).isEmpty)
    for expected in ["3 added, 0 replaced\n", "0 added, 3 replaced\n"] {
      let result = try place.run("record", "import", path, "--owner", "dana@contoso.example")
      #expect(result.text == expected, "\(result)")
    }
    let lines = try lines(place)
    #expect(
      lines.prefix(2) == [
        "account:acme - dana@contoso.example info@acme.example",
        "contact:4fbe8971-0bc3-424c-9c26-36c3e1eff6b1 Erin Exämple dana@contoso.example "
          + "Erin@fabrikam.example, erin@home.example",
      ], "\(lines)")
    #expect(
      lines.last?.hasPrefix("contact:card-") == true
        && lines.last?.hasSuffix(" - dana@contoso.example Tom@adatum.example") == true, "\(lines)")
    // Nothing but the name is kept of a card.
    let found = try place.shell("grep -rlaF -e AAAA data || true")
    #expect(found.text.isEmpty, "\(found.text)")
  }

  /// What `record list` shows, with one blank between columns.
  private func lines(_ place: Place) throws -> [String] {
    try records(place).split(separator: "\n").map {
      $0.split(separator: " ", omittingEmptySubsequences: true).joined(separator: " ")
    }
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
      "3: anybody", "4: 'nobody'", "5: no user", "6: more fields", "8: neither",
    ]
    #expect(lines.count == starts.count + 1, "\(lines)")
    for (line, start) in zip(lines, starts) {
      #expect(line.hasPrefix("\(path):\(start)"), "\(line)")
    }
    #expect(lines.last?.contains("5 refused, nothing is imported") == true)
    #expect(try records(place).isEmpty)
    let rest = try place.run("record", "import", path, "--skip-refused")
    #expect(rest.status == 0 && rest.text == "3 added, 0 replaced, 5 refused\n", "\(rest)")
    #expect(try records(place).contains("aäb@y.example"))
  }

  @Test func whatCannotBeReadIsOneLine() throws {
    let place = try place()
    let cases: [(String, String)] = [
      ("", "empty"), ("typ,id\n", "did you mean 'type'"),
      ("type,id,address\na,\"1,x@y.example\n", "2: a quote that does not end"),
      ("<html><table><tr><th>Email</th></tr></table>", "an HTML table"),
      ("name,phone\nErin,1\n", "no line of the first 20 has a heading"),
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

  @Test func whoHasNoAddressIsSkippedAndCounted() throws {
    let place = try place()
    try place.write(
      """
      BEGIN:VCARD
      VERSION:2.1
      FN:No Address
      END:VCARD
      BEGIN:VCARD
      VERSION:4.0
      KIND:group
      EMAIL:a@b.example
      END:VCARD
      BEGIN:VCARD
      VERSION:3.0
      EMAIL:c@d.exam
      """, to: "cards.vcf")
    let result = try place.run("record", "import", place.folder + "/cards.vcf")
    #expect(
      result.text == "0 added, 0 replaced, 3 skipped (1 a group, 1 cut off by the end of the file, "
        + "1 no e-mail address)\n" && result.status == 0, "\(result)")
  }

  @Test func columnsAreToldAndMapped() throws {
    let place = try place()
    try place.write("Who,Where,Number\nErin,erin@x.example,7\n", to: "list.csv")
    let path = place.folder + "/list.csv"
    let refused = try place.run("record", "import", path)
    #expect(refused.status == 65 && refused.errors.contains("name columns with --map"))
    let wrong = try place.run("record", "import", path, "--map", "Wher=address")
    #expect(wrong.status == 65 || wrong.status == 64, "\(wrong)")
    #expect(try place.run("record", "import", path, "--map", "Where=street").status == 64)
    let result = try place.run(
      "record", "import", path, "--map", "Where=address", "--map", "id=Number", "--map", "Who=name",
      "--type", "lead")
    #expect(result.text == "1 added, 0 replaced\n", "\(result)")
    #expect(result.errors.contains("leads; headings on line 1\n  id: Number\n  name: Who\n"))
    #expect(try lines(place) == ["lead:7 Erin - erin@x.example"])
  }

  @Test func namesOfOwnersAndCompaniesAreFound() throws {
    let place = try place()
    #expect(try place.run("user", "add", "lee.sun@contoso.example").status == 0)
    try place.write(
      "Record ID,Company name,Company owner\n9,X Ltd,Lee Sun\n8,Two,\n7,Two,\n", to: "companies.csv"
    )
    let contacts =
      "Record ID,First Name,Email,Associated Company,Contact owner\n"
      + "1,Ann,ann@x.example,x  LTD,Who Else\n2,Bo,bo@x.example,Two,\n"
    try place.write(contacts, to: "contacts.csv")
    #expect(try place.run("record", "import", place.folder + "/companies.csv").status == 0)
    let result = try place.run("record", "import", place.folder + "/contacts.csv")
    #expect(result.text == "2 added, 0 replaced\n")
    #expect(result.errors.contains("no user is 'Who Else': the owner is dana@contoso.example"))
    #expect(result.errors.contains("no account here, or several, is 'Two'"))
    #expect(
      try lines(place) == [
        "account:7 Two -", "account:8 Two -", "account:9 X Ltd lee.sun@contoso.example",
        "contact:1 Ann dana@contoso.example ann@x.example of account:9",
        "contact:2 Bo - bo@x.example",
      ])
  }

  @Test func companiesByNameAreAccountsAsSoonAsTheseCome() throws {
    let place = try place()
    try place.write(
      "First Name,E-mail Address,Company\nAnn,ann@x.example,X Ltd\nBo,bo@y.example,Yard\n",
      to: "book.csv")
    try place.write("Record ID,Company name\n9,X LTD.\n", to: "companies.csv")
    let book = try place.run("record", "import", place.folder + "/book.csv")
    #expect(
      book.errors.contains("is 'X Ltd', 'Yard': these records belong to one as soon as it comes"))
    #expect(try lines(place).allSatisfy { !$0.contains(" of ") })
    #expect(try place.run("record", "import", place.folder + "/companies.csv").status == 0)
    #expect(try lines(place).contains { $0.hasSuffix("Ann - ann@x.example of account:9") })
    #expect(try place.run("record", "add", "account:8", "--name", "yard").status == 0)
    #expect(try lines(place).contains { $0.hasSuffix("Bo - bo@y.example of account:8") })
    // What is told once more without them stays as it is.
    #expect(try place.run("record", "import", place.folder + "/book.csv").status == 0)
    #expect(try lines(place).count { $0.contains(" of account:") } == 2)
    #expect(try place.run("verify").status == 0)
  }

  @Test func whatHasNoIDIsKnownAgainAndForgotten() throws {
    let place = try place()
    try place.write(
      """
      BEGIN:VCARD
      FN:Erin Hale
      EMAIL:erin@fabrikam.example
      END:VCARD
      BEGIN:VCARD
      FN:Omar Hale
      EMAIL:erin@fabrikam.example
      END:VCARD

      """, to: "cards.vcf")
    let path = place.folder + "/cards.vcf"
    for expected in ["2 added, 0 replaced\n", "0 added, 2 replaced\n"] {
      #expect(try place.run("record", "import", path).text == expected)
    }
    unlink(path)
    #expect(try place.run("forget", "erin@fabrikam.example", "--yes").status == 0)
    #expect(try records(place).isEmpty)
    let found = try place.shell("grep -rliaF -e erin@fabrikam -e 'Erin Hale' data || true")
    #expect(found.text.isEmpty, "\(found.text)")
  }

  @Test func recordsThatTheFirstVersionKnewByAddressAreTheSame() throws {
    let place = try place()
    #expect(
      try place.run("record", "add", "contact:erin@x.example", "--address", "erin@x.example").status
        == 0)
    #expect(
      try place.run("record", "add", "contact:\(Self.guid)", "--address", "ann@x.example").status
        == 0)
    _ = try place.query(
      """
      INSERT INTO conversation (regarding_type, regarding_id, regarding_source)
        VALUES ('contact', 'erin@x.example', 'manual')
      """)
    try place.write(
      "BEGIN:VCARD\nFN:Erin\nEMAIL:erin@x.example\nEND:VCARD\n"
        + "BEGIN:VCARD\nFN:Ann\nUID:\(Self.guid.lowercased())\nEMAIL:a@x.example\nEND:VCARD\n",
      to: "cards.vcf")
    let path = place.folder + "/cards.vcf"
    #expect(
      try place.run("record", "import", path, "--dry-run").text.hasSuffix("0 added, 2 replaced\n"))
    for _ in 0..<2 {
      #expect(try place.run("record", "import", path).text == "0 added, 2 replaced\n")
    }
    let lines = try lines(place)
    #expect(lines.count == 2 && lines[0] == "contact:\(Self.guid) Ann - a@x.example", "\(lines)")
    let id = try place.query("SELECT record_id FROM record WHERE name = 'Erin'")
    #expect(try id.hasPrefix("card-") && place.query("SELECT regarding_id FROM conversation") == id)
  }

  private static let guid = "5C1B7D5E-0A4B-4C7E-9C59-9A6E4F2D7A10"

  @Test func ourOwnPeopleAreNoRecords() throws {
    let place = try place()
    try place.write(
      "First Name,E-mail Address\nLee,lee@contoso.example\nAnn,ann@x.example\n", to: "book.csv")
    #expect(
      try place.run("record", "import", place.folder + "/book.csv").text
        == "1 added, 0 replaced, 1 skipped (1 our own)\n")
  }
}
