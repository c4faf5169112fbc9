import Foundation
import HostileShapes
import InternetMessage
import Testing

/// Whatever a sender repeats, it is read in linear time.
@Suite(.timeLimit(.minutes(60))) struct LinearTimeTests {
  /// A place of a message in which anything may stand.
  struct Place: Sendable {
    let name: String
    let before: String
    var after = "\n\n"

    func message(_ shape: [UInt8]) -> [UInt8] { Array(before.utf8) + shape + Array(after.utf8) }
  }

  private static let fields = [
    "From", "To", "Subject", "Date", "Message-ID", "In-Reply-To", "References", "Thread-Index",
    "Authentication-Results", "Content-Type", "Content-Disposition", "Content-Transfer-Encoding",
    "Auto-Submitted", "List-Id",
  ]

  private static let multipart = "Content-Type: multipart/mixed; boundary=b\n\n"

  static let places =
    [Place(name: "the header section", before: "")]
    + fields.map { Place(name: $0, before: "\($0): ") } + [
      Place(name: "a parameter", before: "Content-Type: text/plain; name=\""),
      Place(name: "an encoded word", before: "Subject: =?utf-8?q?", after: "?=\n\n"),
      Place(name: "a part's header", before: multipart + "--b\n"),
      Place(
        name: "a part's field", before: multipart + "--b\nContent-Type: text/plain;"),
      Place(name: "parts", before: multipart),
      Place(name: "a text", before: "\n"),
      Place(
        name: "a flowed text", before: "Content-Type: text/plain; format=flowed\n\n"),
      Place(
        name: "quoted-printable",
        before: "Content-Transfer-Encoding: quoted-printable\n\n"),
      Place(name: "base64", before: "Content-Transfer-Encoding: base64\n\n"),
      Place(name: "a page", before: "Content-Type: text/html\n\n"),
      Place(name: "a tag", before: "Content-Type: text/html\n\n<p "),
      Place(name: "a comment", before: "Content-Type: text/html\n\n<!--"),
      Place(name: "a message within", before: "Content-Type: message/rfc822\n\n"),
    ]

  /// What shows only when something else is decoded, made of so many bytes as a shape has.
  struct Wrapping: Sendable {
    let name: String
    let units: [String]
    let message: @Sendable ([UInt8]) -> [UInt8]
  }

  private static func stream(_ make: (inout TNEFMaker) -> Void) -> [UInt8] {
    var maker = TNEFMaker()
    make(&maker)
    return Array("Content-Type: application/ms-tnef\n\n".utf8) + maker.bytes
  }

  private static let objectID: [UInt8] = [7, 3, 2, 0, 0, 0, 0, 0, 0xC0, 0, 0, 0, 0, 0, 0, 0x46]

  static let wrappings = [
    Wrapping(
      name: "lines of uuencode",
      units: [
        "begin 644 a\n", "begin 644 a\n#8V%T\n", "begin-base64 644 a\nY2F0\n", "#8V%T\n",
        "M" + String(repeating: "A", count: 60) + "\n", "`\n", "end\n",
        "begin\n", "begin-base64 644 a\n", "====\n", "Y2F0\n",
      ], message: { Array("\n".utf8) + $0 }),
    Wrapping(
      name: "uuencode as transfer encoding", units: ["begin 644 a\n", "#8V%T\n", "x\n"],
      message: { Array("Content-Transfer-Encoding: x-uuencode\n\n".utf8) + $0 }),
    Wrapping(
      name: "base64 in base64", units: ["a", "\n", "A: b\n", "begin 644 a\n"],
      message: { body in
        (0..<5).reduce(body) { message, _ in
          let header = "Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n"
          return Array(header.utf8) + Array(base64(message).utf8)
        }
      }),
    Wrapping(
      name: "quoted-printable in quoted-printable",
      units: [
        "Content-Type: message/rfc822\nContent-Transfer-Encoding: quoted-printable\n\n",
        "Content-Type: multipart/mixed; boundary=b\n\n--b\n",
      ], message: { $0 }),
    Wrapping(
      name: "attributes of a stream", units: ["12345678"],
      message: { body in
        stream { for number in 0..<(body.count / 12) { $0.add(number & 0x7FFF, [1]) } }
      }),
    Wrapping(
      name: "attachments of a stream", units: ["12345678"],
      message: { body in
        stream { for _ in 0..<(body.count / 60) { $0.add(attachment: [], data: [1], title: "a") } }
      }),
    Wrapping(
      name: "properties of a stream", units: ["12345678"],
      message: { body in
        stream {
          $0.add(properties: (0..<(body.count / 8)).map { TNEFMaker.integer($0 & 0xFF, 1) })
        }
      }),
    Wrapping(
      name: "streams in a stream", units: ["12345678"],
      message: { body in
        var inner: [UInt8] = []
        for _ in 0..<(body.count / 100) {
          var maker = TNEFMaker()
          maker.add(attachment: [TNEFMaker.long(0x3701, 0x0D, objectID + inner)])
          inner = maker.bytes
        }
        return Array("Content-Type: application/ms-tnef\n\n".utf8) + inner
      }),
    Wrapping(
      name: "rich text",
      units: [
        "{", "}", "{\\*", "\\u8364 ", "\\'e9", "\\f1 ", "\\bin9", "\\par",
        "{\\fonttbl\\f1\\fcharset2",
      ],
      message: { body in
        let header = TNEFMaker.number(0, 4) + TNEFMaker.number(body.count, 4)
        let text = header + TNEFMaker.number(0x414C_454D, 4) + TNEFMaker.number(0, 4) + body
        return stream { $0.add(properties: [TNEFMaker.long(0x1009, 0x102, text)]) }
      }),
  ]

  @Test(arguments: wrappings.indices) func unwrapping(number: Int) {
    let isSoak = ProcessInfo.processInfo.environment["SOAK"] != nil
    let wrapping = Self.wrappings[number]
    let shapes =
      isSoak
      ? Shape.combinations(wrapping.units) : Shape.some(of: wrapping.units, number: number)
    let violations = Doubling.violations(shapes, size: 8 << 10, in: wrapping.message) { bytes in
      let message = Message(bytes)
      _ = message.text.string
      _ = message.attachments
    }
    #expect(violations.isEmpty, "\(wrapping.name)")
  }

  /// What HTML gives a meaning.
  private static let pageUnits = [
    "<div hidden>", "</div>", "<p>", "<b>", "</b>", "<a>", "<table>", "<tr>", "<td>", "</table>",
    "<li>", "</li>", "<x>", "</x>", "<blockquote>", "<b style='font-size:0'>", "<!--", "-->",
    "--!>",
    "<!", "</", "<title/>", "<style>", "<script>", "</script>", "<script><!--<script></script>",
    "&",
    "&a", "&aa;", "&#", "&#x9", "<", ">", "<a '", "\"", "=", "/", "\\", "/*", "(", ";", "f:", "!",
    "x", "\0",
  ]

  static let pages = [
    ("a page", "<p>"), ("what is hidden", "<div hidden>"), ("a style", "<p style=\""),
    ("a link", "<a href="), ("a script", "<script>"), ("a script in a comment", "<script><!--"),
    ("a style sheet", "<style>"),
  ].map { Place(name: $0, before: "Content-Type: text/html\n\n\($1)") }

  @Test(arguments: places.indices) func reading(number: Int) {
    check(Self.places[number], number, Shape.units)
  }

  @Test(arguments: pages.indices) func readingPages(number: Int) {
    check(Self.pages[number], number, Self.pageUnits)
  }

  private func check(_ place: Place, _ number: Int, _ units: [String]) {
    // All pairs at all places are for `make soak`.
    let isSoak = ProcessInfo.processInfo.environment["SOAK"] != nil
    let shapes = isSoak ? Shape.combinations(units) : Shape.some(of: units, number: number)
    let violations = Doubling.violations(shapes, size: 8 << 10, in: place.message) { bytes in
      let message = Message(bytes)
      _ = message.header.subject
      _ = message.text.string
      _ = message.textWithLinks.string
      _ = message.safeHTML(limit: 64 << 20)
      bytes.withUnsafeBytes { _ = Attachment.all(in: message.structure, of: $0) }
      _ = message.header.authenticationResults
    }
    #expect(violations.isEmpty, "\(place.name)")
  }

  /// What the grammars of some fields give a meaning, beside what all have.
  static let grammars: [(field: String, units: [String])] = [
    (
      "From",
      [
        ".", "(c)", "(", " .", "a", "a@b ", "@", "ü", "u\u{308}\u{323}", "\u{3002}", "<", ">",
        "=?u?q?",
        " <", "?=", "'", ",", ":",
      ]
    ),
    (
      "To",
      ["a@ü.b,", "a@ü", "\u{308}\u{323}", "ü.", "\u{1161}", "[", "]", "\"", "\\", "=?u?q?=40?="]
    ),
    ("Date", ["3", "Nov ", "p. ", "m. ", "9h15 ", "年", "十", "+", "-", "/", ":", "[", "(", "T"]),
    ("References", ["<", ">", "a@b", "from ", "(", ")", "=?u?q?=3C", "?=", "&lt;", ",", "mid:"]),
  ]

  @Test(arguments: grammars.indices) func readingAField(_ number: Int) {
    let (field, units) = Self.grammars[number]
    let place = Place(name: field, before: "\(field): ")
    let violations = Doubling.violations(
      Shape.combinations(units), size: 8 << 10, in: place.message
    ) { bytes in
      let header = MessageHeader(HeaderSection(bytes))
      _ = header.participants
    }
    #expect(violations.isEmpty, "\(field)")
  }

  @Test func comparingAnAddress() {
    let units = [
      "a", "ü", "u\u{308}", "\u{308}\u{323}", "\u{AC00}", "\u{1161}", "\u{11A8}", ".", "\u{3002}",
    ]
    for part in ["local", "domain"] {
      let violations = Doubling.violations(Shape.combinations(units), size: 8 << 10) { bytes in
        let text = String(decoding: bytes, as: UTF8.self)
        _ = AddrSpec(
          localPart: part == "local" ? text : "a", domain: part == "domain" ? text : "b")
      }
      #expect(violations.isEmpty, "\(part)")
    }
  }
}
