import Foundation
import Testing

@Suite("Text and attachments")
struct AttachmentTests {
  /// A customer's message with a text, a PDF and a forwarded message.
  static let body = """
    Content-Type: multipart/mixed; boundary=b

    --b
    Content-Type: text/html; charset=utf-8

    <p>Dear Dana,<br>the <a href="https://fabrikam.example/r">rates</a>.\u{1B}[31m</p>
    --b
    Content-Type: application/pdf
    Content-Disposition: attachment; filename*=utf-8''rates%20%E2%82%AC.pdf
    Content-Transfer-Encoding: base64

    JVBERi0x
    --b
    Content-Type: message/rfc822

    Subject: Old offer

    as sent before
    --b--

    """

  static let mail = Array(
    ("Message-ID: <a1@fabrikam.example>\nDate: Mon, 2 Nov 2026 10:14:05 +0100\n"
      + "From: Erin <erin@fabrikam.example>\nTo: dana@contoso.example\nSubject: Rates\n" + body)
      .utf8)

  @Test("show prints the text and what is attached; --part writes one")
  func show() throws {
    let place = try Place()
    #expect(try place.filter(Self.mail).status == 0)
    let text = try place.run("show", "1").text
    #expect(text.contains("\nDear Dana,\nthe rates <https://fabrikam.example/r>."))
    #expect(!text.contains("\u{1B}"))
    #expect(text.contains("\n┌ Part 4, a message: Old offer\n│ as sent before\n\n"))
    let lines = text.split(separator: "\n").suffix(2).map(String.init)
    #expect(lines[0].hasPrefix("Part 3  rates €.pdf  application/pdf  6 bytes"))
    #expect(lines[1].hasPrefix("Part 4  Old offer    message/rfc822"))
    #expect(try place.run("show", "1", "--part", "3").text == "%PDF-1")
    #expect(
      try place.run("show", "1", "--part", "4").text == "Subject: Old offer\n\nas sent before")
    let missing = try place.run("show", "1", "--part", "9")
    #expect(missing.status == 66)
    #expect(missing.errors == "crm-mailfilter: mail 1 has no part 9; it has 5\n")
    #expect(try place.run("show", "1", "--part", "3", "--raw").status == 64)
  }

  @Test("the store keeps names, types and sizes; untracking takes them away")
  func store() throws {
    let place = try Place()
    #expect(try place.filter(Self.mail).status == 0)
    #expect(
      try place.query("SELECT part, name, media_type, size FROM mail_attachment")
        == "3|rates €.pdf|application/pdf|6\n4|Old offer|message/rfc822|34")
    let json = try place.run("show", "1", "--json").text
    #expect(json.contains(#""attachments":[{"#))
    #expect(json.contains(#""text":"Dear Dana,\nthe rates."#))
    #expect(try place.run("untrack", "1").status == 0)
    #expect(try place.query("SELECT count(*) FROM attachment") == "0")
  }

  /// What shows only when something is decoded: a file in the text, a message in base64.
  private static let wrapped = Array(
    """
    Message-ID: <w1@fabrikam.example>
    Date: Mon, 2 Nov 2026 10:14:05 +0100
    From: Erin <erin@fabrikam.example>
    To: dana@contoso.example
    Subject: Wrapped
    Content-Type: multipart/mixed; boundary=b

    --b

    See the file.
    begin 644 catalogue.txt
    #8V%T
    `
    end
    --b
    Content-Type: message/rfc822
    Content-Transfer-Encoding: base64

    U3ViamVjdDogT2xkIG9mZmVyCgpkZWVwIHdvcmRzCg==
    --b
    Content-Type: application/pdf; name=last.pdf

    %PDF
    --b--

    """.utf8)

  @Test("--parts lists every part; what is wrapped has numbers after the others, and is given out")
  func parts() throws {
    let place = try Place()
    #expect(try place.filter(Self.wrapped).output == Self.wrapped)
    #expect(
      try place.run("show", "1", "--parts").text == """
        Part 1  container   multipart/mixed           229 bytes  -
        Part 2  text        text/plain                49 bytes   -
        Part 5  attachment  application/octet-stream  3 bytes    catalogue.txt
        Part 3  message     message/rfc822            31 bytes   Old offer
        Part 6  text        text/plain                11 bytes   -
        Part 4  attachment  application/pdf           4 bytes    last.pdf

        """)
    for (number, content) in [
      (5, "cat"), (6, "deep words\n"), (3, "Subject: Old offer\n\ndeep words\n"), (4, "%PDF"),
    ] {
      #expect(try place.run("show", "1", "--part", "\(number)").text == content)
    }
    #expect(try place.run("show", "1", "--part", "7").status == 66)
    let text = try place.run("show", "1").text
    #expect(text.contains("\nSee the file.\n\n┌ Part 3, a message: Old offer\n│ deep words\n\n"))
    #expect(text.contains("\nPart 5  catalogue.txt"))
    let lines = try place.run("show", "1", "--parts", "--json").text.split(separator: "\n")
    let schema = try JSONSchema(path: Repository.root + "/samples/schema.json")
    #expect(lines.count == 6)
    for line in lines { #expect(schema.faults(of: String(line), as: "listed_part") == []) }
    #expect(lines.last?.contains(#""parent":1"#) == true)
    for other in ["--raw", "--part=1"] {
      #expect(try place.run("show", "1", "--parts", other).status == 64)
    }
  }

  @Test("what is wrapped is stored, found and counted like any attachment")
  func wrappedInStore() throws {
    let place = try Place(
      rules: """
        [[rule]]
        name = "with files"
        from = "@fabrikam.example"
        has_attachment = true
        action = "track"
        """)
    #expect(try place.filter(Self.wrapped).status == 0)
    #expect(
      try place.query("SELECT part, name, size FROM mail_attachment ORDER BY part")
        == "3|Old offer|31\n4|last.pdf|4\n5|catalogue.txt|3")
    for query in ["attachment:catalogue", "attachment:offer", "body:deep"] {
      #expect(try place.run("search", query).text.contains("Wrapped"), "\(query)")
    }
    #expect(try !place.run("search", "body:begin").text.contains("Wrapped"))
    // A plain text alone may hold a file, too.
    let plain = customerMail(
      id: "w2@fabrikam.example", body: "begin 644 a\n#8V%T\n`\nend\n")
    #expect(try place.filter(plain).status == 0)
    #expect(try place.query("SELECT count(*) FROM copy") == "2")
  }

  @Test("has_attachment is a condition; a text alone has none, and a signature is none")
  func condition() throws {
    let place = try Place(
      rules: """
        [[rule]]
        name = "with files"
        from = "@fabrikam.example"
        has_attachment = true
        action = "track"
        """)
    #expect(try place.filter(Self.mail).output == Self.mail)
    #expect(try place.filter(customerMail(id: "plain@fabrikam.example")).status == 0)
    let signed = customerMail(
      id: "signed@fabrikam.example", extra: "Content-Type: multipart/signed; boundary=s",
      body: "--s\n\nhello\n--s\nContent-Type: application/pgp-signature\n\nx\n--s--\n")
    #expect(try place.filter(signed).status == 0)
    #expect(try place.query("SELECT group_concat(message_id) FROM copy") == "a1@fabrikam.example")
  }

  @Test("a store of the version before is brought to this one")
  func migration() throws {
    let place = try Place()
    #expect(try place.filter(customerMail()).status == 0)
    // What the version before had.
    _ = try place.query(
      """
      DROP VIEW mail_attachment; DROP TABLE attachment;
      DELETE FROM grdb_migrations WHERE identifier = 'v2'; PRAGMA user_version = 1;
      """)
    #expect(try place.filter(Self.mail).status == 0)
    #expect(place.waiting == [])
    #expect(
      try place.query("SELECT (SELECT count(*) FROM copy), count(*) FROM attachment") == "2|2")
  }
}
