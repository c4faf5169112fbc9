import InternetMessage
import Testing

/// Attachments that real mail puts where RFC 2046 does not expect them.
@Suite("What is attached")
struct RoleTests {
  /// A message of a multipart whose parts are given.
  private static func multipart(_ kind: String, _ boundary: String, _ parts: String...) -> String {
    "Content-Type: multipart/\(kind); boundary=\(boundary)\n\n"
      + parts.map { "--\(boundary)\n\($0)\n" }.joined() + "--\(boundary)--\n"
  }

  private static let plain = "Content-Type: text/plain\n\nSee the offer."
  private static let page = "Content-Type: text/html\n\n<p>See the <b>offer</b>."
  private static let pdf =
    "Content-Type: application/pdf; name=offer.pdf\nContent-Disposition: inline\n\n%PDF"

  private static let cases: [(String, String, [String])] = [
    (
      "Apple Mail puts the file beside the page, in one branch of the alternative",
      multipart("alternative", "a", plain, multipart("mixed", "b", page, pdf, page)),
      [
        "multipart/alternative container", "text/plain text", "multipart/mixed container",
        "text/html alternative", "application/pdf attachment", "text/html alternative",
      ]
    ),
    (
      "a multipart without files is another form (RFC 2046 section 5.1.4)",
      multipart(
        "alternative", "a", plain,
        multipart(
          "related", "b", "Content-Type: text/html\n\n<img src=\"cid:logo%40x\">",
          "Content-Type: image/png; name=logo.png\nContent-ID: <logo@x>\n\nx")),
      [
        "multipart/alternative container", "text/plain text", "multipart/related alternative",
        "text/html alternative", "image/png inline",
      ]
    ),
    (
      "scripts add files to the alternative itself",
      multipart(
        "alternative", "a", plain, page, pdf,
        "Content-Type: text/plain; name=terms.txt\nContent-Disposition: attachment\n\nterms"),
      [
        "multipart/alternative container", "text/plain text", "text/html alternative",
        "application/pdf attachment", "text/plain attachment",
      ]
    ),
    (
      "a text that is disposed as an attachment is not the shown form",
      multipart(
        "alternative", "a", "Content-Disposition: attachment; filename=a.txt\n\nnotes", page),
      ["multipart/alternative container", "text/plain attachment", "text/html text"]
    ),
    (
      "Exchange sends invitations as an alternative (RFC 5546)",
      multipart("alternative", "a", plain, page, "Content-Type: text/calendar\n\nBEGIN:VCALENDAR"),
      [
        "multipart/alternative container", "text/plain text", "text/html alternative",
        "text/calendar attachment",
      ]
    ),
    (
      "other texts are other forms: AMP, enriched, Apple Watch, RTF",
      multipart(
        "alternative", "a", plain, "Content-Type: text/x-amp-html\n\n<html amp>",
        "Content-Type: text/watch-html\n\n<b>", "Content-Type: text/rtf\n\n{\\rtf1}", page),
      [
        "multipart/alternative container", "text/plain text", "text/x-amp-html alternative",
        "text/watch-html alternative", "text/rtf alternative", "text/html alternative",
      ]
    ),
    (
      "what the page does not name is attached, though it has a Content-ID (Exchange)",
      multipart(
        "related", "a", "Content-Type: text/html\n\n<img src='CID:logo@x'>",
        "Content-Type: image/png; name=logo.png\nContent-ID: <logo@x>\n\nx",
        "Content-Type: application/vnd.ms-excel; name=claim.xls\nContent-ID: <c@x>\n\nx",
        "Content-Type: image/jpeg; name=site.jpg\nContent-ID: <d@x>\n\nx",
        "Content-Type: image/gif\n\nx"),
      [
        "multipart/related container", "text/html text", "image/png inline",
        "application/vnd.ms-excel attachment", "image/jpeg attachment", "image/gif inline",
      ]
    ),
    (
      "a named page is read through its transfer encoding",
      multipart(
        "related", "a",
        "Content-Type: text/html\nContent-Transfer-Encoding: base64\n\nPGltZyBzcmM9ImNpZDphIj4=",
        "Content-Type: image/png; name=a.png\nContent-ID: <a>\n\nx"),
      ["multipart/related container", "text/html text", "image/png inline"]
    ),
    (
      "a message in a related or an alternative is attached",
      multipart(
        "related", "a", page, "Content-Type: message/rfc822\n\nSubject: old\n\nold words"),
      [
        "multipart/related container", "text/html text", "message/rfc822 message",
        "text/plain text",
      ]
    ),
    (
      "an attached message is no form of the text, wherever it stands",
      multipart(
        "alternative", "a", "Content-Type: message/rfc822\n\nSubject: old\n\nold words", page),
      [
        "multipart/alternative container", "message/rfc822 message", "text/plain text",
        "text/html text",
      ]
    ),
    (
      "a picture alone is the message, and no part of a text",
      multipart("mixed", "a", "Content-Type: image/tiff\n\nfax"),
      ["multipart/mixed container", "image/tiff attachment"]
    ),
    (
      "a nameless picture that is disposed as an attachment is one (RFC 2183 section 2.2)",
      multipart(
        "mixed", "a", plain, "Content-Type: image/png\nContent-Disposition: attachment\n\nx",
        "Content-Type: image/png\n\nx"),
      [
        "multipart/mixed container", "text/plain text", "image/png attachment", "image/png inline",
      ]
    ),
    (
      "only the second part of two is a signature (RFC 1847 section 2.1)",
      multipart(
        "signed", "a", plain, "Content-Type: application/pgp-signature\n\nx",
        "Content-Type: text/plain\n\nlist footer"),
      [
        "multipart/signed container", "text/plain text", "application/pgp-signature signature",
        "text/plain text",
      ]
    ),
  ]

  @Test("roles of parts", arguments: 0..<cases.count)
  func roles(number: Int) {
    let (what, text, expected) = Self.cases[number]
    let structure = Message(Array(text.utf8)).structure
    let found = zip(structure.parts, structure.roles).map {
      "\($0.contentType.mediaType) \($1.rawValue)"
    }
    #expect(found == expected, "\(what)")
  }

  @Test("every file is listed, and has_attachment has it")
  func listed() {
    let files = Self.cases.map { what, text, expected in
      Message(Array(text.utf8)).attachments.count
        == expected.filter { $0.hasSuffix(" attachment") || $0.hasSuffix(" message") }.count
    }
    #expect(files.allSatisfy { $0 })
  }

  @Test(
    "a plain text that shows nothing yields to the page",
    arguments: [
      " \n\t\n", "\u{A0}\n", "\u{200B}\u{FEFF}", "\u{3000}\n", "\u{FFFC}\n",
    ])
  func blank(text: String) {
    let type = "Content-Type: text/plain; charset=utf-8\n"
    #expect(Self.shown(type + "\n" + text) == "See the offer.\n")
    // Blank only once it is decoded.
    let quoted = text.utf8.map { "=" + ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    #expect(
      Self.shown(type + "Content-Transfer-Encoding: quoted-printable\n\n" + quoted)
        == "See the offer.\n")
    #expect(Self.shown(type + "\n" + text + "x").hasSuffix("x\n"))
  }

  @Test(
    "a plain text whose first lines are blank is one where a later line is not",
    arguments: [
      ("quoted-printable", "=C2=A0 =\n=C2=A0\n=C2=A0\n", "x"),
      ("8bit", String(repeating: "\u{A0}\n", count: 40), "x"),
      ("7bit", "\u{1B}$B!!!!!!!!\u{1B}(B\n\u{1B}$B!!!!!!!!\u{1B}(B\n", "\u{1B}$B4A\u{1B}(B"),
    ])
  func blankBeginning(encoding: String, blanks: String, last: String) {
    let type = "Content-Type: text/plain; charset=\(encoding == "7bit" ? "iso-2022-jp" : "utf-8")\n"
    let head = type + "Content-Transfer-Encoding: \(encoding)\n\n"
    #expect(Self.shown(head + blanks) == "See the offer.\n")
    #expect(Self.shown(head + blanks + last) != "See the offer.\n")
    #expect(Self.shown(head + last + "\n" + blanks) != "See the offer.\n")
  }

  @Test("a blank plain text in base64 yields to the page")
  func blankBase64() {
    let type = "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n\n"
    #expect(Self.shown(type + "DQogDQo=") == "See the offer.\n")
    let blanks = String(repeating: "ICAg", count: 40)
    #expect(Self.shown(type + blanks) == "See the offer.\n")
    #expect(Self.shown(type + blanks + "eA==").hasSuffix("x\n"))
  }

  private static func shown(_ plain: String) -> String {
    Message(Array(multipart("alternative", "a", plain, page).utf8)).text.string
  }
}
