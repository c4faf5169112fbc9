import Foundation
import Testing

/// People of tracked mail who are no record yet, their cards, and what is made of them.
@Suite("Contact suggestions")
struct ContactSuggestionTests {
  private static func mail(_ number: Int, card: String, type: String = "text/vcard") -> [UInt8] {
    Array(
      ("Message-ID: <card-\(number)@x.example>\nDate: Mon, 2 Nov 2026 10:1\(number):05 +0100\n"
        + "From: E. <erin@fabrikam.example>\nTo: dana@contoso.example\nSubject: Card\n"
        + "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nWords.\n--b\n"
        + "Content-Type: \(type); charset=utf-8; name=erin.vcf\n"
        + "Content-Disposition: attachment\n\n\(card)\n--b--\n").utf8)
  }

  private static let card = """
    BEGIN:VCARD
    VERSION:3.0
    FN:Erin \u{1B}Example
    N:Example;Erin;;;
    ORG:Fabrikam Pumps;Sales
    EMAIL:erin@fabrikam.example
    EMAIL:erin.private@gmail.example
    TEL:+49 30 1234567
    NOTE:likes tea
    END:VCARD
    """

  private static func rows(_ place: Place) throws -> [[String]] {
    try place.run("record", "unresolved").text.split(separator: "\n").map { line in
      line.components(separatedBy: "  ").map { $0.trimmingCharacters(in: .whitespaces) }
        .filter { !$0.isEmpty }
    }
  }

  @Test("a card tells name and company, and only what records hold is kept of it")
  func card() throws {
    let place = try Place()
    #expect(try place.filter(Self.mail(1, card: Self.card)).status == 0)
    let row = try #require(try Self.rows(place).first)
    #expect(row[0] == "erin@fabrikam.example")
    #expect(row[1].hasPrefix("Erin") && row[1].hasSuffix("Example") && !row[1].contains("\u{1B}"))
    #expect(row[2] == "Fabrikam Pumps" && row[3] == "in 1 message" && row[5] == "card")
    #expect(
      try place.run("record", "add", "account:7", "--name", "Fabrikam Pumps").status == 0)
    let accepted = try place.run("record", "accept", "erin@fabrikam.example")
    #expect(accepted.status == 0)
    #expect(accepted.text.hasSuffix(", of account:7\n"))
    #expect(try Self.rows(place).isEmpty)
    #expect(
      try place.query("SELECT type, parent FROM record WHERE type <> 'account'")
        == "contact|account:7")
    #expect(
      try place.query("SELECT address FROM record_address ORDER BY address")
        == "erin.private@gmail.example\nerin@fabrikam.example")
    let tables = try place.query("SELECT group_concat(name) FROM record")
    #expect(!tables.contains("tea") && !tables.contains("1234567"))
  }

  @Test("who is known by a card alone is listed, too; private cards and ours are not")
  func others() throws {
    let place = try Place()
    let lee = Self.card.replacingOccurrences(of: "erin", with: "lee")
      .replacingOccurrences(of: "Erin", with: "Lee")
    #expect(try place.filter(Self.mail(1, card: lee, type: "text/x-vcard")).status == 0)
    let secret = Self.card.replacingOccurrences(of: "erin", with: "kim")
      .replacingOccurrences(of: "VERSION:3.0", with: "VERSION:3.0\nCLASS:PRIVATE")
    #expect(try place.filter(Self.mail(2, card: secret)).status == 0)
    let ours = Self.card.replacingOccurrences(of: "erin@fabrikam", with: "dana@contoso")
    #expect(try place.filter(Self.mail(3, card: ours)).status == 0)
    let rows = try Self.rows(place)
    #expect(rows.map { $0[0] } == ["erin@fabrikam.example", "lee@fabrikam.example"])
    #expect(rows.last?[3] == "in 0 messages")
    #expect(
      try place.run("record", "accept", "lee@fabrikam.example", "--type", "lead").status == 0)
    #expect(try place.query("SELECT type, parent FROM record") == "lead|=fabrikampumps")
  }

  @Test("nobody else is accepted, and nothing is changed then")
  func refusals() throws {
    let place = try Place()
    #expect(try place.filter(customerMail()).status == 0)
    let wrong = try place.run("record", "accept", "erin@fabrikam.example", "kim@x.example")
    #expect(wrong.status == 66)
    #expect(
      wrong.errors
        == "crm-mailfilter: kim@x.example is nobody that 'record unresolved' lists; nothing was changed\n"
    )
    let account = try place.run(
      "record", "accept", "erin@fabrikam.example", "--account", "account:404")
    #expect(account.status == 66)
    #expect(try place.query("SELECT count(*) FROM record") == "0")
  }
}
