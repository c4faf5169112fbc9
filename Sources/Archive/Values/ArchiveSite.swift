/// What all pages of an archive have in common.
///
/// All texts of the values that pages are made of may hold anything: they are made safe where they are
/// written.
package struct ArchiveSite: Sendable {
  /// The organization's name.
  package var organization: String
  /// Whose view of the organization it is, as `dana@contoso.example`; `nil` where there are no users.
  package var reader: String?
  /// The query that the archive is restricted to; `nil` where it is not.
  package var query: String?

  /// Makes the head of an archive.
  package init(organization: String, reader: String? = nil, query: String? = nil) {
    self.organization = organization
    self.reader = reader
    self.query = query
  }
}

/// A month in the local time zone.
package struct ArchiveMonth: Hashable, Sendable, Comparable {
  /// The year, from 1 to 9999.
  package let year: Int
  /// From 1 to 12.
  package let month: Int

  /// The month that a time is in; a time that no calendar has is in the first or last.
  package init(_ seconds: Int64) {
    let time = LocalTime(seconds)
    (year, month) = (time.year, time.month)
  }

  /// The month of `2026-11`; `nil` where it is none.
  package init?(_ text: String) {
    let parts = text.split(separator: "-")
    guard parts.count == 2, parts[0].utf8.count == 4, parts[1].utf8.count == 2,
      let year = Int(parts[0]), let month = Int(parts[1]), (1...9999).contains(year),
      (1...12).contains(month)
    else { return nil }
    (self.year, self.month) = (year, month)
  }

  /// `2026-11`.
  package var text: String { digits(year, 4) + "-" + digits(month, 2) }

  /// `November 2026`.
  var title: String { "\(LocalTime.months[month - 1]) \(year)" }

  package static func < (left: Self, right: Self) -> Bool {
    (left.year, left.month) < (right.year, right.month)
  }
}

/// How a long list is split into pages, from the oldest on: what comes later changes the last alone.
package struct PageSplit: Sendable {
  /// So many rows stand on a page.
  package static let rows = 200
  /// So many of the newest stand on the first page of an archive, a record or a person.
  package static let newest = 100

  /// How many pages there are.
  package let pages: Int
  private let count: Int

  /// The pages of so many rows, one at least.
  package init(_ count: Int) {
    self.count = count
    pages = max(1, (count + Self.rows - 1) / Self.rows)
  }

  /// The places of the rows of a page, from 1 on, in a list from the oldest on.
  package func range(_ page: Int) -> Range<Int> {
    let start = min(count, max(0, page - 1) * Self.rows)
    return start..<min(count, start + Self.rows)
  }
}
