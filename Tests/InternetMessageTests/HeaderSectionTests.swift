import Foundation
import InternetMessage
import Testing

/// The rows of what is odd in real mail: what is read, and that it is noted.
@Suite struct HeaderSectionTests {
  private func header(_ text: String) -> MessageHeader {
    MessageHeader(HeaderSection(Array(text.utf8)))
  }

  private func kinds(_ header: MessageHeader) -> Set<NoteKind> { Set(header.notes.map(\.kind)) }

  @Test func oddFieldsAreReadAndNoted() {
    let odd = header(
      "\n \nFrom : a@b.example\njunk here\nSubject: one\nSubject: two\nTo: c@d.example\nTo: e@f.example\n\nbody"
    )
    #expect(odd.from.map(\.address.description) == ["a@b.example"])
    #expect(odd.subject == "one")
    #expect(odd.to.count == 2)
    #expect(
      kinds(odd) == [.leadingBlankLine, .blankBeforeColon, .junkLine, .repeatedField])
    #expect(kinds(header("From: a@b.example\nTo: c@d.example\n\n")).isEmpty)
  }

  @Test func allSendersTakePart() {
    let odd = header("From: a@b.example\nFrom: c@d.example, e@f.example\n\n")
    #expect(odd.from.count == 3 && odd.from.first?.address.description == "a@b.example")
    #expect(odd.participants.count == 3)
  }

  @Test func whatStandsBeforeTheFieldsIsSkipped() {
    for start in ["From x Mon\n", ">From x Mon\n", "\u{FEFF}", "\u{FEFF}From x Mon\r\n", "\n\n"] {
      let text = start + "Subject: s\n\nbody"
      let section = HeaderSection(Array(text.utf8))
      #expect(MessageHeader(section).subject == "s", "\(start)")
      #expect(Array(text.utf8)[section.bodyOffset...].elementsEqual("body".utf8))
    }
    #expect(HeaderSection(Array("From x Mon\nSubject: s\n\n".utf8)).fromLine == 0..<10)
    #expect(header("\n\nno field here\n\nSubject: s\n\n").subject == nil)
  }

  @Test func lineEndsMakeNoDifference() {
    let lf =
      "From: A\n <a@b.example>\nSubject: one\n\ttwo\nDate: Mon, 2 Nov 2026 10:14:05 +0100\n\nbody\n"
    for end in ["\r\n", "\r"] {
      let other = header(lf.replacingOccurrences(of: "\n", with: end))
      #expect(other.subject == "one two" && other.from == header(lf).from)
      #expect(other.date == header(lf).date && other.notes.isEmpty)
    }
    // A CR alone is a byte of the value where the message has an LF.
    #expect(header("Subject: a\rTo: x@y.example\n\n").to.isEmpty)
  }

  @Test func offsetsPointAtTheBytes() throws {
    let bytes = Array("From x\r\nSubject:  one\r\n two\r\nTo : x\r\n\r\nbody".utf8)
    let section = HeaderSection(bytes)
    let subject = try #require(section.fields.first)
    #expect(String(decoding: bytes[subject.nameRange], as: UTF8.self) == "Subject")
    #expect(String(decoding: bytes[subject.valueRange], as: UTF8.self).hasPrefix("  one\r\n two"))
    #expect(section.isComplete && section.preambleLength == 8)
  }

  @Test func aSectionWithoutEndAndOneOfMegabytesAreCut() {
    #expect(kinds(header("Subject: s")) == [.unterminatedHeader])
    let long = header("Subject: s\n" + String(repeating: "X: y\n", count: 400_000))
    #expect(long.subject == "s" && kinds(long).contains(.headerLimit))
    #expect(long.section.fields.count <= 10_000)
  }

  /// The end is found at the same place however the bytes arrive.
  @Test(arguments: [
    "From: a\nTo: b\n\nbody", "From x\n\nSubject: s\n\nb", "\u{FEFF}\r\nA: b\r\n\r\nc", "\n\n", "",
    "From ", "a", "A: b\r\rbody", "A: b\n\r\nbody", "\n \n\nX: y\n\n", ">From y\nA: b\n\n",
  ]) func theEndIsFoundWhileBytesArrive(_ text: String) {
    let bytes = Array(text.utf8)
    var headerEnd = HeaderEnd()
    var found: Int?
    for count in 0...bytes.count where found == nil {
      found = bytes[..<count].withUnsafeBytes {
        headerEnd.bodyOffset(in: $0, isWhole: false)
      }
    }
    let whole = bytes.withUnsafeBytes { headerEnd.bodyOffset(in: $0, isWhole: true) }
    #expect((found ?? whole ?? bytes.count) == HeaderSection(bytes).bodyOffset)
  }

  @Test func kindsOfMailAreTold() {
    #expect(header("Auto-Submitted: auto-replied (vacation)\n\n").isAutomatic)
    #expect(!header("Auto-Submitted: no\nX-Auto-Response-Suppress: All\n\n").isAutomatic)
    #expect(header("Content-Type: multipart/report; x=y\n\n").isAutomatic)
    #expect(header("Precedence: Bulk\n\n").isBulk && header("List-Unsubscribe: <x>\n\n").isBulk)
    #expect(!header("Precedence: first-class\n\n").isBulk)
    #expect(header("Sensitivity: Company-Confidential\n\n").sensitivity == .companyConfidential)
    #expect(header("Sensitivity: normal\n\n").sensitivity == nil)
    #expect(header("X-Spam-Status: Yes, score=9\n\n").isSpam)
    #expect(!header("X-Spam-Status: No, score=-1\n\n").isSpam)
  }

  @Test func onlyWhatTheHostWroteSaysWhereItWasDelivered() {
    let mail = header(
      "Delivered-To: a@b.example\nX-Original-To: c@d.example\nReceived: x\nDelivered-To: e@f.example\n\n"
    )
    #expect(mail.deliveredTo.map(\.description) == ["a@b.example", "c@d.example"])
  }

  @Test func idsAreFoundAmongProse() {
    let mail = header(
      "Message-ID:  <a b@c> \nIn-Reply-To: Your message of Monday <x@y> from <nobody>\n"
        + "References: <1@a>junk<2@b> (c) <3@c\n\n")
    #expect(mail.inReplyTo.map(\.value) == ["x@y"])
    #expect(mail.references.map(\.value).starts(with: ["1@a", "2@b"]))
    #expect(header("Message-ID: plain@id\n\n").messageID?.value == "plain@id")
    #expect(header("Message-ID:  \n\n").messageID == nil)
  }

  @Test func encodedWordsAreDecoded() {
    let cases = [
      "=?utf-8?q?caf=C3=A9?=": "café", "=?utf-8?B?Y2Fmw6k=?= au lait": "café au lait",
      "=?utf-8?q?caf=C3?= =?utf-8?q?=A9?=": "café",
      "=?iso-8859-1?q?a_b?=\n =?iso-8859-1?q?_c?=": "a b c",
      "=?utf-8?q??=x": "x", "=?utf-8?q?no end": "=?utf-8?q?no end", "a=?utf-8?q?=C3=A9?=b": "aéb",
      "=?koi8-r?B?8NLJ18XU?=": "Привет", "=?utf-8*en?q?x?=": "x", "=?nothing?q?abc?=": "abc",
      "=?iso-2022-jp?B?GyRCOzNFRBsoQg==?=": "山田", "\u{e9}t\u{e9}": "été",
    ]
    for (raw, text) in cases { #expect(header("Subject: \(raw)\n\n").subject == text, "\(raw)") }
    #expect(MessageHeader(HeaderSection(Array("Subject: ".utf8) + [0xE9, 10, 10])).subject == "é")
    #expect(kinds(header("Subject: =?nothing?q?=E9?=\n\n")).contains(.unknownCharset))
  }

  @Test func datesAreRightOrNone() {
    let cases: [String: Int64?] = [
      "Mon, 2 Nov 2026 10:14:05 +0100": 1_793_610_845, "2 Nov 26 09:14:05 GMT": 1_793_610_845,
      "Mon, 02 Nov 2026 04:14:05 EST (New York)": 1_793_610_845,
      "Mon, 2 Nov 2026 09:14 -0000": 1_793_610_840, "Sat, 1 Jan 100 00:00:00 Z": 946_684_800,
      "Mon, 2 Nov 2026 23:59:60 +0000": 1_793_664_000, "Mon, 30 Feb 2026 10:00:00 +0000": nil,
      "yesterday": nil, "": nil, "Mon, 2 Nov 2026 25:00:00 +0000": nil, "2026": nil,
      "1 Jan 1970 00:00:00 +0000": 0, "31 Dec 1969 23:59:59 +0000": -1,
    ]
    for (text, seconds) in cases {
      #expect(header("Date: \(text)\n\n").date?.secondsSince1970 == seconds, "\(text)")
    }
    #expect(header("Date: 2 Nov 2026 10:14:05 -0330\n\n").date?.zoneMinutes == -210)
    #expect(kinds(header("Date: soon\n\n")).contains(.noDate))
  }

  @Test("a NUL shows as U+FFFD, inside an encoded word, too")
  func nul() {
    let header = MessageHeader(HeaderSection(Array("Subject: a\0b =?utf-8?q?c\0d=00?=\n\n".utf8)))
    #expect(header.subject == "a\u{FFFD}b c\u{FFFD}d\u{FFFD}")
  }
}
