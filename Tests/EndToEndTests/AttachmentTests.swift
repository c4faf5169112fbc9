import Foundation
import Testing

@Suite("Text and attachments")
struct AttachmentTests {
  /// A customer's message with a text, a PDF and a forwarded message.
  static let body = """
    Content-Type: multipart/mixed; boundary=b

    --b
    Content-Type: text/html; charset=utf-8

    <p>Dear Dana,<br>the <b>rates</b>.\u{1B}[31m</p>
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
    #expect(text.contains("\nDear Dana,\nthe rates."))
    #expect(!text.contains("\u{1B}"))
    #expect(text.contains("\nas sent before\n"))
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

  @Test("has_attachment is a condition, which only mail with parts makes the filter read for")
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
