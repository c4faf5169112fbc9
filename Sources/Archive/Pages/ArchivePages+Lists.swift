extension ArchivePages {
  /// The page at `ArchivePath.index`.
  ///
  /// - Parameters:
  ///   - newest: The newest messages, `PageSplit.newest` at most, the newest first.
  ///   - total: How many there are.
  /// - Returns: The page.
  package func index(newest: [MessageRow], total: Int) -> [UInt8] {
    page(
      .index, title: "Newest mail", section: .newest, feed: .feed, capacity: 600 * newest.count
    ) { page in
      page.raw("<h1>Newest mail</h1>\n")
      self.total(total, feed: .feed, from: .index, in: &page)
      list(newest, from: .index, of: &page)
      if total > newest.count {
        page.raw("<p class=\"more\"><a href=\"")
        page.path(.months, from: .index)
        page.raw("\">All mail by month</a></p>\n")
      }
    }
  }

  /// The page at `ArchivePath.months`.
  ///
  /// - Parameter months: The months that there is mail of, in order.
  /// - Returns: The page.
  package func months(_ months: [MonthRow]) -> [UInt8] {
    page(.months, title: "Mail by month", section: .months, capacity: 200 * months.count) { page in
      page.raw("<h1>Mail by month</h1>\n")
      if months.isEmpty { page.raw("<p class=\"empty\">There is no mail.</p>\n") }
      var year: Int?
      for row in months.reversed() {
        if row.month.year != year {
          if year != nil { page.raw("</ul>\n") }
          year = row.month.year
          page.raw("<h2>")
          page.number(row.month.year)
          page.raw("</h2>\n<ul class=\"plain months\">\n")
        }
        page.raw("<li><a href=\"")
        let pages = PageSplit(row.incoming + row.outgoing).pages
        page.path(.month(row.month, page: pages), from: .months)
        page.raw("\">")
        page.plain(LocalTime.months[row.month.month - 1])
        page.raw("</a> <span class=\"count\">")
        page.count(row.incoming)
        page.raw(" in, ")
        page.count(row.outgoing)
        page.raw(" out</span></li>\n")
      }
      if year != nil { page.raw("</ul>\n") }
    }
  }

  /// A page at `ArchivePath.month`.
  package func month(_ month: MonthPage) -> [UInt8] {
    let path = ArchivePath.month(month.month, page: month.place.number)
    return page(
      path, title: month.month.title, section: .months, capacity: 600 * month.rows.count
    ) { page in
      page.raw("<h1>")
      page.plain(month.month.title)
      page.raw("</h1>\n")
      pageLinks(month.place, from: path, of: &page) { .month(month.month, page: $0) }
      list(month.rows, from: path, of: &page, form: .moment)
      page.raw("<nav class=\"around\" aria-label=\"Other months\">")
      if let earlier = month.earlier {
        page.raw("<a rel=\"prev\" href=\"")
        page.path(.month(earlier.month, page: earlier.pages), from: path)
        page.raw("\">Earlier: ")
        page.plain(earlier.month.title)
        page.raw("</a> ")
      }
      page.raw("<a href=\"")
      page.path(.months, from: path)
      page.raw("\">All months</a>")
      if let later = month.later {
        page.raw(" <a rel=\"next\" href=\"")
        page.path(.month(later, page: 1), from: path)
        page.raw("\">Later: ")
        page.plain(later.title)
        page.raw("</a>")
      }
      page.raw("</nav>\n")
    }
  }

  /// Writes a list of messages, or that there are none.
  func list(
    _ rows: [MessageRow], from path: ArchivePath, of page: inout PageBuffer,
    form: PageBuffer.TimeForm = .day
  ) {
    guard !rows.isEmpty else {
      page.raw("<p class=\"empty\">There is no mail.</p>\n")
      return
    }
    page.rows(rows, from: path, form: form)
  }

  /// Writes links to the pages of a list that is split, the one with the newest first.
  func pageLinks(
    _ place: PagePlace, from path: ArchivePath, of page: inout PageBuffer,
    _ other: (Int) -> ArchivePath
  ) {
    guard place.count > 1 else { return }
    page.raw("<nav class=\"pages\" aria-label=\"Pages\"><ol reversed>")
    for number in (1...place.count).reversed() {
      page.raw("<li><a href=\"")
      page.path(other(number), from: path)
      page.raw(number == place.number ? "\" aria-current=\"page\">" : "\">")
      page.number(number)
      page.raw("</a></li>")
    }
    page.raw("</ol></nav>\n")
  }
}
