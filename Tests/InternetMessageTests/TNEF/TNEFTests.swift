import Foundation
import InternetMessage
import Testing

/// What Outlook sends to those who it believes to have Outlook, read by others.
@Suite("winmail.dat")
struct TNEFTests {
  private typealias Maker = TNEFMaker

  private static let note = Maker.text(0x001A, "IPM.Note")

  @Test("files are listed by their long names, with types and sizes, and given out")
  func files() {
    var maker = Maker()
    maker.add(0x8008, Array("IPM.Microsoft Mail.Note\0".utf8))
    maker.add(
      attachment: [
        Maker.text(0x3704, "OFFER~1.PDF"), Maker.text(0x3707, "Offer (final); 日本 – ü.pdf"),
        Maker.text(0x370E, "application/pdf"),
      ], data: Array("%PDF".utf8), title: "OFFER~1.PDF")
    maker.add(attachment: [Maker.long(0x3701, 0x102, [1, 2, 3])], title: "..\\a\\TABLE.XLS")
    maker.add(attachment: [TNEFMaker.integer(0x3705, 7), TNEFMaker.text(0x3707, "in a cloud.docx")])
    let message = maker.mail()
    #expect(
      partLines(message) == [
        "1 multipart/mixed container - \(message.size(of: message.structure.parts[0]))",
        " 2 text/plain text - 14",
        " 3 application/ms-tnef container winmail.dat \(maker.bytes.count)",
        "  4 application/pdf attachment Offer (final); 日本 – ü.pdf 4",
        "  5 application/octet-stream attachment TABLE.XLS 3",
        "  6 application/octet-stream attachment in a cloud.docx 0",
      ])
    #expect(message.attachments.map(\.number) == [4, 5, 6])
    #expect(message.structure.part(numbered: 4).map(message.content) == Array("%PDF".utf8))
    #expect(message.structure.part(numbered: 5).map(message.content) == [1, 2, 3])
    #expect(message.text.string == "See the files.\n")
  }

  @Test("in base64, by its name alone, and as the message itself")
  func wrapping() {
    var maker = Maker()
    maker.add(attachment: [Maker.text(0x3707, "a.txt")], data: Array("abc".utf8))
    let body = base64(maker.bytes)
    for type in [
      "application/ms-tnef", "application/vnd.ms-tnef",
      "application/octet-stream; name=WinMail.dat",
    ] {
      let message = Message(
        Array("Content-Type: \(type)\nContent-Transfer-Encoding: base64\n\n\(body)\n".utf8))
      #expect(message.attachments.map(\.name) == ["a.txt"], "\(type)")
      #expect(message.attachments.map(\.number) == [2])
      #expect(message.content(of: message.structure.parts[1]) == Array("abc".utf8))
    }
    let other = Message(Array("Content-Type: application/octet-stream; name=winmail.dat\n\nx".utf8))
    #expect(other.attachments.map(\.name) == ["winmail.dat"])
  }

  /// The text of the stream is shown where there is no other.
  static let texts: [(String, [[UInt8]], String?, String)] = [
    ("a plain text of the mail", [Maker.text(0x1000, "inner")], "outer", "outer\n"),
    ("a blank one is none", [Maker.text(0x1000, "Grüße 打合せ")], " \n\u{A0}", "Grüße 打合せ\n"),
    (
      "plain before HTML (MS-OXBBODY)",
      [Maker.long(0x1013, 0x102, Array("<p>page".utf8)), Maker.text(0x1000, "plain")], nil,
      "plain\n"
    ),
    (
      "HTML in the code page that is named",
      [
        Maker.long(0x1013, 0x102, Array("<p>Gr".utf8) + [0xFC, 0xDF]), Maker.integer(0x3FDE, 1252),
        Maker.text(0x1000, " "),
      ], nil, "Grüß\n"
    ),
    (
      "a text in bytes, in the code page of the stream",
      [Maker.long(0x1000, 0x1E, [0xCF, 0xF0, 0xE8, 0])], nil, "При\n"
    ),
  ]

  @Test("text", arguments: texts) func text(_ row: (String, [[UInt8]], String?, String)) {
    var maker = Maker()
    maker.add(0x9007, Maker.number(1251, 4) + Maker.number(0, 4))
    maker.add(properties: [Self.note] + row.1)
    let message = maker.mail(text: row.2)
    // What a blank text of the mail is stays above.
    #expect(message.text.string.hasSuffix(row.3), "\(row.0)")
    #expect(message.structure.roles.filter { $0 == .text }.count <= 2)
    #expect(message.attachments.isEmpty)
  }

  @Test("images that the page names are inline")
  func inline() {
    var maker = Maker()
    maker.add(properties: [
      Self.note, Maker.long(0x1013, 0x102, Array("<img src='cid:logo@x'>".utf8)),
    ])
    maker.add(
      attachment: [
        Maker.text(0x3707, "logo.png"), Maker.text(0x3712, "logo@x"),
        Maker.text(0x370E, "image/png"),
      ], data: [1])
    #expect(maker.mail().structure.roles.last == .inline)
  }

  @Test("an attached message is one, with its text and files; its number is that of one file")
  func embedded() {
    var inner = Maker()
    inner.add(properties: [
      Self.note, Maker.text(0x0037, "Old offer"), Maker.text(0x1000, "as sent before"),
    ])
    inner.add(attachment: [Maker.text(0x3707, "old.pdf")], data: [1, 2])
    var maker = Maker()
    let id: [UInt8] = [7, 3, 2, 0, 0, 0, 0, 0, 0xC0, 0, 0, 0, 0, 0, 0, 0x46]
    maker.add(attachment: [
      Maker.integer(0x3705, 5), Maker.long(0x3701, 0x0D, id + inner.bytes),
    ])
    maker.add(attachment: [Maker.text(0x3707, "new.pdf")], data: [1])
    let message = maker.mail()
    #expect(
      partLines(message).dropFirst(3) == [
        "  4 application/ms-tnef message Old offer \(inner.bytes.count)",
        "   5 text/plain text - 28",
        "   6 application/octet-stream attachment old.pdf 2",
        "  7 application/octet-stream attachment new.pdf 1",
      ])
    #expect(message.attachments.map(\.name) == ["Old offer", "new.pdf"])
    #expect(message.text.blocks.map(\.kind) == [.text, .attached])
    #expect(message.text.string.hasSuffix("as sent before\n"))
  }

  @Test("a meeting without files stays an attachment; its properties can be read")
  func meeting() throws {
    var maker = Maker()
    maker.add(0x8008, Array("IPM.Microsoft Schedule.MtgReq\0".utf8))
    maker.add(0x0006, [7, 1, 2, 3, 4, 5, 6].flatMap { Maker.number($0 == 7 ? 2026 : $0, 2) })
    let start = Maker.number((1_800_000_000 + 11_644_473_600) * 10_000_000, 8)
    maker.add(properties: [
      Maker.text(0x001A, "IPM.Schedule.Meeting.Request"), Maker.text(0x1000, "Bring the offer."),
      Maker.fixed(0x8000, 0x40, start, name: Maker.appointment(0x820D)),
      Maker.text(0x8001, "Room 5", name: Maker.appointment(0x8208)),
      Maker.fixed(0x8002, 0x0B, [1, 0], name: Maker.appointment(0x8215)),
      // Several texts, and a name that is a text.
      Maker.number(0x101F, 2) + Maker.number(0x8003, 2) + [UInt8](repeating: 1, count: 16)
        + Maker.number(1, 4) + Maker.number(6, 4) + Maker.utf16("Ke") + [0, 0]
        + Maker.number(2, 4)
        + [Maker.number(4, 4) + Maker.utf16("a"), Maker.number(6, 4) + Maker.utf16("bc") + [0, 0]]
        .flatMap { $0 },
      Maker.integer(0x8004, -3, name: Maker.appointment(0x8213)),
      Maker.long(0x8005, 0x102, [4, 0, 0, 0, 0x82], name: Maker.meeting(3)),
    ])
    maker.add(
      0x9004,
      Maker.number(2, 4)
        + ["a@x.example", "b@x.example"].flatMap { Maker.list([Maker.text(0x39FE, $0)]) })
    #expect(maker.mail().attachments.map(\.name) == ["winmail.dat"])
    let stream = try #require(TNEF(maker.bytes))
    maker.add(attachment: [Maker.text(0x3707, "agenda.pdf")], data: [1])
    #expect(maker.mail().attachments.map(\.name) == ["agenda.pdf"])
    #expect(stream.messageClass == "IPM.Schedule.Meeting.Request")
    #expect(stream.property(0x820D, in: .appointment).flatMap(stream.time) == 1_800_000_000)
    #expect(stream.property(0x8208, in: .appointment).flatMap(stream.string) == "Room 5")
    #expect(stream.property(0x8215, in: .appointment).flatMap(stream.integer) == 1)
    #expect(stream.property(0x8213, in: .appointment).flatMap(stream.integer) == -3)
    #expect(
      stream.properties.map(\.isMultiple) == (0..<8).map { $0 == 5 })
    #expect(
      stream.property(3, in: .meeting).map(stream.data)?.elementsEqual([4, 0, 0, 0, 0x82]) == true)
    #expect(
      stream.recipients.map { $0.first.flatMap(stream.string) } == ["a@x.example", "b@x.example"])
    let date = stream.attributes.first { $0.id == 0x0006 }.flatMap(stream.localTime)
    #expect(date == [2026, 1, 2, 3, 4, 5])
  }

  @Test("what fuzzing begins with is read, so that it reaches what it should")
  func seeds() throws {
    func message(_ name: String) throws -> Message {
      let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()
      return Message(
        [UInt8](try Data(contentsOf: tests.appendingPathComponent("Fuzz/seeds/\(name)"))))
    }
    let streams = try message("tnef.eml")
    #expect(streams.attachments.map(\.name) == ["Old"])
    #expect(
      streams.structure.roles == [
        .container, .text, .container, .text, .alternative, .inline, .message, .text, .attachment,
        .container, .text,
      ])
    let pages = streams.structure.parts.filter { $0.contentType.type == "text" }.dropFirst()
    #expect(
      pages.map(streams.text) == ["page\n", "П€\nz", "as before", "abababab"])
    #expect(
      try message("uuencode.eml").attachments.map(\.size) == [100, 30, 100, 100])
    #expect(try message("encoded.eml").structure.parts.map(\.depth) == [0, 1, 2, 3, 4, 1, 2, 3, 1])
  }

  @Test("whatever is cut or told too long ends what is read, and nothing else")
  func damage() {
    var maker = Maker()
    maker.add(properties: [Self.note, Maker.text(0x1000, "inner words")])
    maker.add(attachment: [Maker.text(0x3707, "a.txt")], data: Array("abc".utf8))
    let whole = maker.bytes
    for end in 0..<whole.count {
      let stream = TNEF(Array(whole[..<end]))
      #expect((stream == nil) == (end < 6))
      for property in stream?.properties ?? [] where property.range.upperBound > end {
        Issue.record("a property beyond \(end)")
      }
    }
    for place in 6..<whole.count {
      for value in [0, 1, 0x7F, 0x80, 0xFF] as [UInt8] {
        var spoilt = whole
        spoilt[place] = value
        let stream = TNEF(spoilt)
        for property in stream?.properties ?? [] {
          _ = stream?.string(property)
          _ = stream?.integer(property)
          _ = stream?.time(property)
        }
        _ = Message(Array("Content-Type: application/ms-tnef\n\n".utf8) + spoilt).text
      }
    }
  }
}

/// Bytes in base64, without line ends.
func base64(_ bytes: [UInt8]) -> String {
  let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
  var result: [UInt8] = []
  for start in stride(from: 0, to: bytes.count, by: 3) {
    let group = (0..<3).map { start + $0 < bytes.count ? Int(bytes[start + $0]) : 0 }
    let value = group[0] << 16 | group[1] << 8 | group[2]
    for (place, shift) in [18, 12, 6, 0].enumerated() {
      result.append(
        start + place - 1 < bytes.count ? digits[value >> shift & 63] : UInt8(ascii: "="))
    }
  }
  return String(decoding: result, as: UTF8.self)
}
