import Foundation
import Testing

@testable import Archive

/// What pages are made of.
@Suite struct ValueTests {
  @Test(
    "a file is saved under a name that no system takes for more",
    arguments: [
      ("Offer.pdf", 2, "Offer.pdf"), ("../../etc/passwd", 2, "_.._etc_passwd"),
      ("con\u{202E}fdp.exe", 2, "confdp.exe"), ("", 2, "part-2.bin"), (" . ", 2, "part-2.bin"),
      (".bashrc", 2, "bashrc"), ("a\u{0}b\nc", 2, "ab_c"), ("見積書.xlsx", 2, "見積書.xlsx"),
      ("con.html", 2, "_con.html"), ("AUX", 2, "_AUX"), ("COM1.txt", 2, "_COM1.txt"),
      ("nul .tar.gz", 2, "_nul .tar.gz"), ("lpt\u{B3}", 2, "_lpt\u{B3}"),
      ("console.txt", 2, "console.txt"), ("com10.txt", 2, "com10.txt"),
      (String(repeating: "é", count: 200) + ".pdf", 2, String(repeating: "é", count: 58) + ".pdf"),
    ])
  func downloadNames(text: String, part: Int, name: String) {
    #expect(DownloadName.of(text, part: part) == name)
  }

  @Test("a character that nobody sees is named, and kana are not")
  func unseenCharacters() {
    for value: UInt32 in [
      0xAD, 0x34F, 0x61C, 0x115F, 0x1160, 0x180E, 0x200B, 0x2800, 0x3164, 0xFEFF, 0xFFA0, 0xE0041,
    ] {
      guard let scalar = Unicode.Scalar(value) else { continue }
      var page = PageBuffer()
      page.plain("a" + String(scalar) + "b")
      let digits = String(value, radix: 16, uppercase: true)
      let name = String(repeating: "0", count: max(0, 4 - digits.count)) + digits
      #expect(String(decoding: page.bytes, as: UTF8.self) == "a[U+\(name)]b")
    }
    let seen = "見積書をおくります、カタカナㄅㄱㅎ ｶﾞ ͼ⠁"
    var page = PageBuffer()
    page.plain(seen)
    #expect(String(decoding: page.bytes, as: UTF8.self) == seen)
  }

  @Test("a long subject, place or name is cut where many pages or files have it")
  func longTexts() {
    let pages = ArchivePages(ArchiveSite(organization: "contoso"))
    let long = String(repeating: "x", count: 100_000)
    let id = ArchiveID(hashing: "1")
    let row = MessageRow(id: id, sentAt: 0, direction: .incoming, people: [], subject: long)
    let feed = pages.feed(
      FeedPage(
        identity: "1", record: RecordLink(reference: "account:1", name: long, page: id),
        entries: [
          FeedPage.Entry(
            row: row, sender: PersonLink(name: long, address: long), trackedAt: 0, beginning: "")
        ]))
    #expect(feed.count < 4_000)
    let agenda = pages.agenda(
      AgendaPage(
        year: 2026, from: 0,
        rows: [
          AgendaRow(
            kind: .appointment, title: long, start: 0, end: nil, isAllDay: false,
            isCancelled: false, location: long, organizer: nil, message: nil, regarding: nil)
        ], years: [2026]))
    #expect(agenda.count < 6_000)
  }

  @Test("a message is saved under its subject")
  func messageNames() {
    #expect(DownloadName.of("Re: Offer", part: nil) == "Re_ Offer.eml")
    #expect(DownloadName.of(" ", part: nil) == "message.eml")
  }

  @Test("any number of seconds is a time that HTML and Atom can say")
  func times() {
    for seconds in [Int64.min, -62_135_596_800, -1, 0, 253_402_300_800, .max] {
      let time = LocalTime(seconds)
      #expect(time.full.utf8.count == 25)
      #expect((1...9999).contains(time.year))
      #expect(ArchiveMonth(ArchiveMonth(seconds).text) == ArchiveMonth(seconds))
    }
    #expect(ArchiveMonth("2026-13") == nil)
    #expect(ArchiveMonth("../x-01") == nil)
  }

  @Test("an axis has round numbers that reach the highest column")
  func steps() {
    for most in [0, 1, 3, 7, 39, 40, 41, 99_999, Int.max] {
      let step = MonthChart.step(most)
      #expect(step > 0)
      #expect(step.multipliedReportingOverflow(by: 4).overflow || 4 * step >= most)
    }
    #expect(MonthChart.step(39) == 10)
    #expect(MonthChart.step(41) == 20)
  }

  @Test("numbers are written as people read them")
  func numbers() {
    func text(_ write: (inout PageBuffer) -> Void) -> String {
      var page = PageBuffer()
      write(&page)
      return String(decoding: page.bytes, as: UTF8.self)
    }
    #expect(text { $0.count(1_234_567) } == "1,234,567")
    #expect(text { $0.count(-1234) } == "-1,234")
    #expect(text { $0.count(999) } == "999")
    #expect(text { $0.size(1) } == "1 byte")
    #expect(text { $0.size(999) } == "999 bytes")
    #expect(text { $0.size(1500) } == "1.5 kB")
    #expect(text { $0.size(12_345) } == "12 kB")
    #expect(text { $0.size(3_000_000) } == "3 MB")
  }

  @Test("the tree of a conversation is lists in lists, however deep it is")
  func tree() throws {
    let id = ArchiveID(hashing: "1")
    func page(_ depths: [Int]) -> String {
      let row = MessageRow(id: id, sentAt: 0, direction: .incoming, people: [], subject: "x")
      let entries = depths.map {
        ConversationPage.Entry(row: row, depth: $0, isSubjectNew: false)
      }
      let bytes = ArchivePages(ArchiveSite(organization: "contoso")).conversation(
        ConversationPage(
          id: id, subject: "x", place: PagePlace(number: 1, count: 1), total: depths.count,
          entries: entries))
      let text = String(decoding: bytes, as: UTF8.self)
      let start = text.firstRange(of: "<ul class=\"tree\">").map(\.lowerBound) ?? text.endIndex
      let end = text.firstRange(of: "</main>").map(\.lowerBound) ?? text.endIndex
      // The lists alone: ( is one, * an item.
      return text[start..<end].replacing("<ul", with: "(").replacing("</ul>", with: ")")
        .replacing("<li>", with: "*").filter { "()*".contains($0) }
    }
    #expect(page([0, 1, 2, 2, 1, 0]) == "(*(*(**)*)*)")
    #expect(page([3, 4, 1]) == "(*(*)*)")
    #expect(page([0, 5, 2]) == "(*(**))")
    #expect(page(Array(0..<40)).count { $0 == "(" } == 12)
  }
}
