import Tracking

extension FuzzMode {
  /// The language of searches: a query is understood, or the error says where it is not.
  static let search = FuzzMode(
    name: "search",
    seeds: { _ in
      [
        "from:erin@fabrikam.example AND (subject:\"the offer\" OR attachment:*) -is:truncated",
        "NOT date:2026-01..2026-03 regarding:account:42 off* after:90d before:2026-01-31T09:30:00Z",
        "to:@*.contoso.example reason:CorrelationMatch id:4711 thread:9 mid:<a@b> 日本語 rule:\"x\"",
      ].map { Array($0.utf8) }
    },
    fragments: [
      "(", ")", "((((", "))))", "\"", "\"\"", "*", "-", "--", ":", "AND ", " OR ", " NOT ", " ",
      "\0",
      "\n", "@", "@*.", "..", "date:", "before:", "after:", "id:", "is:", "thread:",
      "9223372036854775807", "-9223372036854775808", "9999-12-31", "0001-01", "99999999999999d",
      "d", "regarding:", "from:", "\u{301}", "é", "\u{FF21}", "\u{3099}", "ﬁ", "🏳️‍🌈",
    ],
    broken: brokenQuery)

  @Sendable
  private static func brokenQuery(_ bytes: [UInt8]) -> String? {
    let query = String(decoding: bytes, as: UTF8.self)
    for now in [1_800_000_000, 0, -1, Int64.max / 4] {
      do throws(SearchQueryError) {
        _ = try SearchQueryParser.parse(query, now: now)
      } catch {
        guard (1...(query.count + 1)).contains(error.column) else {
          return "an error in column \(error.column)"
        }
        guard !error.text.isEmpty else { return "an error without words" }
      }
    }
    return nil
  }
}
