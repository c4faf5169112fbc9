import Glibc
import Testing

@testable import crm_mailfilter

@Suite("Dates as a person reads them", .serialized)
struct DateTextTests {
  // 2026-11-25 09:30:00 UTC, a Wednesday.
  private static let now: Int64 = 1_795_599_000
  private let people = DateText(now: now, isISO: false)
  private let programs = DateText(now: now, isISO: true)

  @Test("today, this half year, and before")
  func kinds() {
    Self.setZone("UTC0")
    #expect(people.short(Self.now) == "today 09:30")
    #expect(people.long(Self.now) == "today 09:30")
    #expect(people.short(Self.now - 9 * 3600) == "today 00:30")
    #expect(people.short(Self.now - 10 * 3600) == "Tue 24 Nov")
    #expect(people.long(Self.now - 10 * 3600) == "Tue 24 Nov 23:30")
    #expect(people.short(Self.now - 22 * 86_400) == "Tue 3 Nov")
    // The year a half before is not this one's.
    #expect(people.short(Self.now - 200 * 86_400) == "2026-05-09")
    #expect(people.short(Self.now - 380 * 86_400) == "2025-11-10")
    #expect(people.long(Self.now - 380 * 86_400) == "2025-11-10 09:30")
    // A sender's clock may be fast.
    #expect(people.short(Self.now + 86_400) == "Thu 26 Nov")
    #expect(people.short(Self.now + 366 * 86_400) == "2027-11-26")
    #expect(people.short(0) == "1970-01-01")
    #expect(people.short(Int64.max) == "?")
    #expect(people.short(Int64.min + 1) == "?")
  }

  @Test("in the local time zone, which --iso names")
  func zone() {
    Self.setZone("CET-1")
    #expect(people.short(Self.now) == "today 10:30")
    #expect(people.short(Self.now - 10 * 3600) == "today 00:30")
    #expect(programs.short(Self.now) == "2026-11-25T10:30:00+01:00")
    Self.setZone("NST3:30")
    #expect(programs.long(Self.now) == "2026-11-25T06:00:00-03:30")
    Self.setZone("UTC0")
    #expect(programs.long(Self.now) == "2026-11-25T09:30:00+00:00")
  }

  private static func setZone(_ zone: String) {
    setenv("TZ", zone, 1)
    tzset()
  }
}
