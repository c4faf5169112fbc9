import HostileShapes
import Testing

@testable import Tracking

/// Whatever a query repeats, it is read in linear time.
@Suite(.timeLimit(.minutes(30))) struct QueryTimeTests {
  private static let queryUnits = [
    "a ", "(", ")", "\"", "\\", "-", "*", ":", "a:", "from:x ", "NOT ", "a AND ", " OR ", "..", "@",
    " ",
    "\u{301}", "é", "date:2026", "日本",
  ]

  @Test func queries() {
    let shapes = Shape.some(of: Self.queryUnits, number: 3)
    let violations = Doubling.violations(shapes, size: 4 << 10) { bytes in
      _ = try? SearchQueryParser.parse(String(decoding: bytes, as: UTF8.self), now: 1_800_000_000)
    }
    #expect(violations.isEmpty)
  }
}
