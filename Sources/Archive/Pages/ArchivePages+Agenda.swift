extension ArchivePages {
  /// The page at `ArchivePath.agenda`, or one at `ArchivePath.agenda(year:)`.
  package func agenda(_ agenda: AgendaPage) -> [UInt8] {
    let path = agenda.year.map(ArchivePath.agenda(year:)) ?? .agenda
    let title = agenda.year.map { "Agenda of \($0)" } ?? "Agenda"
    return page(path, title: title, section: .agenda, capacity: 600 * agenda.rows.count) { page in
      page.raw("<h1>")
      page.plain(title)
      page.raw("</h1>\n")
      if agenda.year == nil {
        page.raw("<p class=\"lead\">Appointments and tasks from ")
        page.time(agenda.from, .day)
        page.raw(" on</p>\n")
      }
      years(agenda, from: path, in: &page)
      if agenda.rows.isEmpty { page.raw("<p class=\"empty\">There is nothing.</p>\n") }
      for rows in agenda.rows.stretches(by: { $0.start.map(ArchiveMonth.init) }) {
        page.raw("<h2>")
        page.plain(rows.first?.start.map { ArchiveMonth($0).title } ?? "Without a date")
        page.raw("</h2>\n")
        agendaRows(rows, from: path, in: &page)
      }
    }
  }

  private func years(_ agenda: AgendaPage, from path: ArchivePath, in page: inout PageBuffer) {
    guard !agenda.years.isEmpty else { return }
    page.raw("<nav class=\"pages\" aria-label=\"Years\"><ul><li><a href=\"")
    page.path(.agenda, from: path)
    page.raw(agenda.year == nil ? "\" aria-current=\"page\">" : "\">")
    page.raw("To come</a></li>")
    for year in agenda.years.sorted(by: >) {
      page.raw("<li><a href=\"")
      page.path(.agenda(year: year), from: path)
      page.raw(year == agenda.year ? "\" aria-current=\"page\">" : "\">")
      page.number(year)
      page.raw("</a></li>")
    }
    page.raw("</ul></nav>\n")
  }

  /// Writes dates of appointments and tasks: day, hours, and what it is.
  func agendaRows(_ rows: ArraySlice<AgendaRow>, from path: ArchivePath, in page: inout PageBuffer)
  {
    page.raw("<ul class=\"plain agenda\">\n")
    for row in rows {
      switch (row.kind, row.isCancelled) {
      case (.appointment, false): page.raw("<li>")
      case (.appointment, true): page.raw("<li class=\"cancelled\">")
      case (.task, false): page.raw("<li class=\"task\">")
      case (.task, true): page.raw("<li class=\"task cancelled\">")
      }
      when(row, in: &page)
      page.raw(" <span class=\"what\">")
      if let message = row.message {
        page.raw("<a class=\"subject\" href=\"")
        page.path(.message(message), from: path)
        page.raw("\"")
      } else {
        page.raw("<span class=\"subject\"")
      }
      page.attributes(for: row.title)
      page.raw(">")
      if row.kind == .task { page.raw("<span class=\"hidden\">Task: </span>") }
      page.subjectText(row.title)
      page.raw(row.message == nil ? "</span>" : "</a>")
      if row.isCancelled { page.raw(" <span class=\"state\">cancelled</span>") }
      if let location = row.location, !location.isEmpty {
        page.raw(" <span class=\"place\"")
        page.attributes(for: location)
        page.raw(">")
        page.text(location, limit: 400)
        page.raw("</span>")
      }
      if let organizer = row.organizer {
        page.raw(" <span class=\"of\">by ")
        page.person(organizer, from: path)
        page.raw("</span>")
      }
      if let regarding = row.regarding {
        page.raw(" <span class=\"of\">")
        page.record(regarding, from: path)
        page.raw("</span>")
      }
      page.raw("</span></li>\n")
    }
    page.raw("</ul>\n")
  }

  /// Writes the day, and from when to when.
  ///
  /// What is told by days is the same day wherever it is read: its day has no zone that the script could
  /// put into another.
  private func when(_ row: AgendaRow, in page: inout PageBuffer) {
    guard let start = row.start else {
      page.raw("<span>No date</span> <span class=\"hours\"></span>")
      return
    }
    let first = LocalTime(start)
    page.raw("<time datetime=\"")
    page.plain(row.isAllDay ? first.date : first.full)
    page.raw("\">")
    page.plain("\(LocalTime.days[first.weekday].prefix(3)), \(first.shortDay)")
    page.raw("</time> <span class=\"hours\">")
    // The end of days is the midnight behind the last.
    let last = row.end.map { LocalTime(row.isAllDay ? max(start, $0 - 1) : max(start, $0)) }
    if row.isAllDay {
      if let last, last.date != first.date {
        page.raw("to ")
        page.plain(last.shortDay)
      } else {
        page.raw("all day")
      }
    } else {
      page.plain(first.clock)
      if let last, last.full != first.full {
        page.raw("–")
        page.plain(last.date == first.date ? last.clock : last.shortDay + ", " + last.clock)
      }
    }
    page.raw("</span>")
  }
}

extension [AgendaRow] {
  /// The rows in stretches of the same month, in their order.
  fileprivate func stretches(by month: (AgendaRow) -> ArchiveMonth?) -> [ArraySlice<AgendaRow>] {
    var stretches: [ArraySlice<AgendaRow>] = []
    var start = startIndex
    for place in indices.dropFirst() where month(self[place]) != month(self[start]) {
      stretches.append(self[start..<place])
      start = place
    }
    if start < endIndex { stretches.append(self[start...]) }
    return stretches
  }
}
