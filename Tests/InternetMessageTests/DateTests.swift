import Foundation
import InternetMessage
import Testing

@Suite("Dates")
struct DateTests {
  private func header(_ value: String) -> MessageHeader {
    MessageHeader(HeaderSection(Array("Date: \(value)\n\n".utf8)))
  }

  /// A field's value, and the instant as ISO 8601 has it.
  static let table: [(String, String)] = [
    // RFC 5322 sections 3.3 and 4.3.
    ("Tue, 3 Nov 2026 09:15:00 +0200", "2026-11-03T07:15:00Z"),
    ("3 Nov 26 09:15 EST", "2026-11-03T14:15:00Z"),
    ("Tue Nov  3 09:15:00 2026", "2026-11-03T09:15:00Z"),
    // Dots for colons (Finnish and Italian locales), doubled signs (a sign before the number's own).
    ("Tue, 3 Nov 2026 09.15.30 +0200", "2026-11-03T07:15:30Z"),
    ("3.11.2026 9.15", "2026-11-03T09:15:00Z"),
    ("Tue, 3 Nov 2026 09:15:00 ++0200", "2026-11-03T07:15:00Z"),
    ("Tue, 3 Nov 2026 09:15:00 +-0200", "2026-11-03T11:15:00Z"),
    ("Tue, 3 Nov 2026 09:15:00 --0200", "2026-11-03T11:15:00Z"),
    ("Tue, 3 Nov 2026 09:15:00 GMT+02:00", "2026-11-03T07:15:00Z"),
    ("Tue, 3 Nov 2026 09:15:00 UTC-2", "2026-11-03T11:15:00Z"),
    // ISO 8601-1 sections 5.2 to 5.4.
    ("2026-11-03T09:15:00Z", "2026-11-03T09:15:00Z"),
    ("2026-11-03T09:15:00.123456+02:00", "2026-11-03T07:15:00Z"),
    ("2026-11-03T09:15:00,5+02", "2026-11-03T07:15:00Z"),
    ("20261103T091500Z", "2026-11-03T09:15:00Z"),
    ("2026-11-03 09:15:00 -0330", "2026-11-03T12:45:00Z"),
    ("2026/11/03 09:15", "2026-11-03T09:15:00Z"),
    ("31/10/2026 09:15", "2026-10-31T09:15:00Z"),
    ("10/31/2026 09:15 PM", "2026-10-31T21:15:00Z"),
    // Zone names (the IANA time zone database's abbreviations).
    ("Tue, 3 Nov 2026 09:15:00 CET", "2026-11-03T08:15:00Z"),
    ("Fri, 3 Jul 2026 09:15:00 MESZ", "2026-07-03T07:15:00Z"),
    ("Tue, 3 Nov 2026 09:15:00 JST", "2026-11-03T00:15:00Z"),
    ("Tue, 3 Nov 2026 09:15:00 AKST", "2026-11-03T18:15:00Z"),
    ("Tue, 3 Nov 2026 09:15:00 CET +0200", "2026-11-03T07:15:00Z"),
    ("Tue, 3 Nov 2026 09:15:00 +0200 CEST", "2026-11-03T07:15:00Z"),
    // Names as CLDR abbreviates them, and as strftime(3) does.
    ("mar, 3 nov 2026 09:15:00 +0100", "2026-11-03T08:15:00Z"),
    ("jue ago 6 09:15:00 2026", "2026-08-06T09:15:00Z"),
    ("martes, 3 de noviembre de 2026 9:15:00", "2026-11-03T09:15:00Z"),
    ("Di., 3 Nov. 2026 09:15:00 +0100 (MEZ)", "2026-11-03T08:15:00Z"),
    ("Di, 3 Mär 2026 09:15:00 +0100", "2026-03-03T08:15:00Z"),
    ("Dienstag, 3. Dezember 2026 09:15:00", "2026-12-03T09:15:00Z"),
    ("Do, 1 Jänner 2026 09:15", "2026-01-01T09:15:00Z"),
    ("mar. 3 févr. 2026 09:15:00 +0100", "2026-02-03T08:15:00Z"),
    ("lun., 3 août 2026 09:15:00", "2026-08-03T09:15:00Z"),
    ("1er juillet 2026 09:15", "2026-07-01T09:15:00Z"),
    ("gio, 3 set 2026 09:15:00 +0200", "2026-09-03T07:15:00Z"),
    ("lun 3 mag 2027 09:15", "2027-05-03T09:15:00Z"),
    ("Ter, 03 Mar 2026 09:15:00 -0300", "2026-03-03T12:15:00Z"),
    ("Seg, 07 Set 2026 10:00:00 -0300", "2026-09-07T13:00:00Z"),
    ("sáb, 3 out 2026 09:15", "2026-10-03T09:15:00Z"),
    ("di 3 mrt 2026 09:15:00 +0100", "2026-03-03T08:15:00Z"),
    ("zo, 3 mei 2026 09:15", "2026-05-03T09:15:00Z"),
    ("tis, 3 maj 2026 09:15:00 +0200", "2026-05-03T07:15:00Z"),
    ("lör, 3 okt 2026 09:15", "2026-10-03T09:15:00Z"),
    ("søn., 3. des. 2026 kl. 09.15", "2026-12-03T09:15:00Z"),
    ("ti, 3 marras 2026 09.15", "2026-11-03T09:15:00Z"),
    ("pe 3 heinäkuuta 2026 klo 9.15", "2026-07-03T09:15:00Z"),
    ("pt., 3 lip 2026 09:15", "2026-07-03T09:15:00Z"),
    ("3 października 2026 09:15", "2026-10-03T09:15:00Z"),
    ("út, 3 lis 2026 09:15", "2026-11-03T09:15:00Z"),
    ("čt, 3. září 2026 9:15", "2026-09-03T09:15:00Z"),
    ("вт, 3 ноя 2026 09:15:00 +0300", "2026-11-03T06:15:00Z"),
    ("3 февраля 2026 г. 9:15", "2026-02-03T09:15:00Z"),
    ("Sal, 3 Kas 2026 09:15:00 +0300", "2026-11-03T06:15:00Z"),
    ("Paz, 08 Kas 2026 09:15:00 +0300", "2026-11-08T06:15:00Z"),
    ("3 Ağustos 2026 09:15", "2026-08-03T09:15:00Z"),
    ("2026年11月3日(火) 9:15:00", "2026-11-03T09:15:00Z"),
    ("火, 3 11月 2026 09:15:00 +0900", "2026-11-03T00:15:00Z"),
    ("2026年11月3日 午後9時15分", "2026-11-03T21:15:00Z"),
    ("星期二, 3 十一月 2026 09:15:00 +0800", "2026-11-03T01:15:00Z"),
    ("2026年11月3日 星期二 下午 9:15", "2026-11-03T21:15:00Z"),
    // RFC 2047 has no encoded words here; some write them.
    ("=?utf-8?q?Di=2C_3_M=C3=A4r_2026_09=3A15=3A00_=2B0100?=", "2026-03-03T08:15:00Z"),
  ]

  @Test("are read in the languages and forms of mail programs", arguments: table)
  func reading(_ value: String, _ expected: String) throws {
    let date = try #require(header(value).date, "\(value)")
    let text = ISO8601DateFormatter().string(
      from: Date(timeIntervalSince1970: TimeInterval(date.secondsSince1970)))
    #expect(text == expected)
  }

  @Test("are read where their bytes are of an older charset")
  func rawBytes() {
    let bytes = Array("Date: Di, 3 M".utf8) + [0xE4] + Array("r 2026 09:15:00 +0100\n\n".utf8)
    #expect(MessageHeader(HeaderSection(bytes)).date?.secondsSince1970 == 1_772_525_700)
  }

  @Test(
    "are none where who knows which",
    arguments: [
      "3/4/2026 09:15", "Tue, 3 Foo 2026 09:15", "Tue, 31 Nov 2026 09:15", "Tue, 3 Nov 2026",
      "3 Nov 2026 9.15.30.40.50", "2026-13-03T09:15:00Z", "2026年11月", "午後", "十十十十十十十月",
      "3 Nov 2026 25:00", "3 Nov 2026 09:15 +2500", "+", "1:2:3:4:5", "T", "Tomorrow",
    ])
  func none(_ value: String) {
    #expect(header(value).date == nil)
    #expect(header(value).notes.contains { $0.kind == .noDate })
  }

  @Test(
    "that mail cannot have do not count",
    arguments: [
      "Wed, 31 Dec 1969 23:59:59 +0000", "Thu, 1 Jan 1970 00:30:00 +0100",
      "1 Jan 2201 00:00:00 +0000",
      "1 Jan 9999 00:00:00 -2359", "1 Jan 0001 00:00:00 +2359",
    ])
  func outOfRange(_ value: String) {
    #expect(header(value).date != nil)
    #expect(header(value).credibleDate == nil)
    #expect(header(value).notes.contains { $0.kind == .dateOutOfRange })
  }

  @Test("at both ends of the range count")
  func rangeEnds() {
    #expect(header("1 Jan 1970 00:00:00 +0000").date?.secondsSince1970 == 0)
    #expect(header("31 Dec 2200 23:59:59 +0000").date?.secondsSince1970 == 7_289_654_399)
  }
}
