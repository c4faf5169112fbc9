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

  @Test(arguments: places.indices) func reading(number: Int) {
    // All pairs at all places are for `make soak`.
    let isSoak = ProcessInfo.processInfo.environment["SOAK"] != nil
    let shapes = isSoak ? Shape.combinations(Shape.units) : Shape.some(number: number)
    let place = Self.places[number]
    let violations = Doubling.violations(shapes, size: 8 << 10, in: place.message) { bytes in
      let message = Message(bytes)
      _ = message.header.subject
      _ = message.text.string
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
