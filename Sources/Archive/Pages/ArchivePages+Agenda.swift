extension ArchivePages {
  /// The page at `ArchivePath.agenda`, or one at `ArchivePath.agenda(year:)`.
  package func agenda(_ agenda: AgendaPage) -> [UInt8] {
    let path = agenda.year.map(ArchivePath.agenda(year:)) ?? .agenda
    let title = agenda.year.map { "Agenda of \($0)" } ?? "Agenda"
    return page(path, title: title, section: .agenda, capacity: 500 * agenda.rows.count) { page in
      page.raw("<h1>")
      page.plain(title)
      page.raw("</h1>\n")
      if agenda.year == nil {
        page.raw("<p class=\"lead\">Appointments and tasks from ")
        page.time(agenda.from, .day)
        page.raw(" on</p>\n")
      }
      if !agenda.years.isEmpty {
        page.raw("<nav class=\"pages\" aria-label=\"Years\"><ul><li><a href=\"")
        page.path(.agenda, from: path)
        page.raw(agenda.year == nil ? "\" aria-current=\"page\">" : "\">")
        page.raw("To come</a></li>")
        for year in agenda.years.sorted() {
          page.raw("<li><a href=\"")
          page.path(.agenda(year: year), from: path)
          page.raw(year == agenda.year ? "\" aria-current=\"page\">" : "\">")
          page.number(year)
          page.raw("</a></li>")
        }
        page.raw("</ul></nav>\n")
      }
      if agenda.rows.isEmpty {
        page.raw("<p class=\"empty\">There is nothing.</p>\n")
      } else {
        agendaRows(agenda.rows, from: path, in: &page)
      }
    }
  }

  func agendaRows(_ rows: [AgendaRow], from path: ArchivePath, in page: inout PageBuffer) {
    page.raw("<ul class=\"plain agenda\">\n")
    for row in rows {
      page.raw(row.isCancelled ? "<li class=\"cancelled\">" : "<li>")
      if let start = row.start {
        page.time(start, row.isAllDay ? .day : .moment)
        page.raw(" ")
      } else {
        page.raw("No date ")
      }
      if let message = row.message {
        page.raw("<a class=\"subject\" dir=\"auto\" href=\"")
        page.path(.message(message), from: path)
        page.raw("\">")
        page.subjectText(row.title)
        page.raw("</a>")
      } else {
        page.raw("<span class=\"subject\" dir=\"auto\">")
        page.subjectText(row.title)
        page.raw("</span>")
      }
      if row.isCancelled { page.raw(" (cancelled)") }
      if let location = row.location {
        page.raw(" <span class=\"place\" dir=\"auto\">")
        page.text(location)
        page.raw("</span>")
      }
      page.raw("</li>\n")
    }
    page.raw("</ul>\n")
  }
}
