/// What stands on several kinds of pages.
extension PageBuffer {
  /// So many bytes of a name or an address stand on a page.
  ///
  /// A long one would make all lists long that it stands in.
  private static let maxName = 320

  /// How much a time says.
  enum TimeForm {
    /// `3 Nov 2026`.
    case day
    /// `3 Nov 2026, 09:14`.
    case moment
    /// `Tuesday, 3 November 2026, 09:14`.
    case full
  }

  /// Writes a time for people, with what programs read; the script puts it into the reader's form.
  mutating func time(_ seconds: Int64, _ form: TimeForm) {
    let time = LocalTime(seconds)
    raw("<time datetime=\"")
    plain(time.full)
    switch form {
    case .day:
      raw("\" data-form=\"day\">")
      plain(time.shortDay)
    case .moment:
      raw("\" data-form=\"moment\">")
      plain(time.shortDay + ", " + time.clock)
    case .full:
      raw("\" data-form=\"full\">")
      plain(time.longDay + ", " + time.clock)
    }
    raw("</time>")
  }

  /// Writes a person's name, or else the address; both where `isFull`.
  mutating func person(_ person: PersonLink, from page: ArchivePath, isFull: Bool = false) {
    name(
      person.label, exactly: person.address, leads: person.page.map { .person($0) }, "",
      from: page, isFull: isFull)
  }

  /// Writes what a record is called, or else its type and id; both where `isFull`.
  mutating func record(_ record: RecordLink, from page: ArchivePath, isFull: Bool = false) {
    name(
      record.label, exactly: record.reference, leads: record.page.map { .record($0) },
      " class=\"record\"", from: page, isFull: isFull)
  }

  /// Writes what somebody or something is called, with what it is exactly: as a title, or behind it where
  /// `isFull`.
  private mutating func name(
    _ label: String, exactly exact: String, leads target: ArchivePath?, _ kind: StaticString,
    from page: ArchivePath, isFull: Bool
  ) {
    raw(target == nil ? "<span" : "<a")
    raw(kind)
    if let target {
      raw(" href=\"")
      path(target, from: page)
      raw("\"")
    }
    if label != exact, !isFull {
      raw(" title=\"")
      plain(exact, limit: Self.maxName)
      raw("\"")
    }
    attributes(for: label)
    raw(">")
    text(label, limit: Self.maxName)
    raw(target == nil ? "</span>" : "</a>")
    if isFull, label != exact, !exact.isBlank {
      raw(" <bdi class=\"address\">")
      text(exact, limit: Self.maxName)
      raw("</bdi>")
    }
  }

  /// Writes a subject as a link to its message.
  mutating func subject(_ row: MessageRow, from page: ArchivePath) {
    raw("<a class=\"subject\"")
    attributes(for: row.subject)
    raw(" href=\"")
    path(.message(row.id), from: page)
    raw("\">")
    subjectText(row.subject)
    raw("</a>")
  }

  /// Writes the attributes of an element that has a text of a stranger: its direction and, where its
  /// letters tell it, its language.
  mutating func attributes(for value: String) {
    raw(" dir=\"auto\"")
    var value = value
    guard let language = value.withUTF8(TextLanguage.of) else { return }
    raw(" lang=\"")
    plain(language)
    raw("\"")
  }

  /// Writes a heading of the first rank.
  mutating func heading(_ value: String) {
    raw("<h1")
    attributes(for: value)
    raw(">")
    subjectText(value, limit: 4000)
    raw("</h1>\n")
  }

  /// Writes a subject, or that there is none.
  mutating func subjectText(_ subject: String, limit: Int = 400) {
    guard !subject.isBlank else {
      raw("(no subject)")
      return
    }
    text(subject, limit: limit)
  }

  /// Writes a list of messages.
  ///
  /// - Parameters:
  ///   - rows: The messages.
  ///   - page: The page that it stands on.
  ///   - form: What is said of their times.
  ///   - isFiltered: Whether a reader may filter it, as one list of mail on a page.
  mutating func rows(
    _ rows: [MessageRow], from page: ArchivePath, form: TimeForm = .day, isFiltered: Bool = true
  ) {
    raw(form == .day ? "<ul class=\"mail\"" : "<ul class=\"mail times\"")
    if isFiltered {
      raw(" data-name=\"mail\" data-filter=\"Filter by subject, person or record\"")
    }
    raw(">\n")
    for row in rows {
      raw("<li>")
      time(row.sentAt, form)
      raw(" ")
      way(row.direction)
      raw(" <span class=\"who\">")
      people(row, from: page)
      raw("</span> <span class=\"what\">")
      subject(row, from: page)
      if row.attachments > 0 {
        raw(" <span class=\"files\">")
        counted(row.attachments, "file", "files")
        raw("</span>")
      }
      raw("</span>")
      if let regarding = row.regarding {
        raw(" ")
        record(regarding, from: page)
      }
      raw("</li>\n")
    }
    raw("</ul>\n")
  }

  /// Writes which way mail went.
  mutating func way(_ direction: MailDirection) {
    switch direction {
    case .incoming: raw("<span class=\"way in\"><span class=\"hidden\">in, from</span></span>")
    case .outgoing: raw("<span class=\"way out\"><span class=\"hidden\">out, to</span></span>")
    }
  }

  /// Writes who is on the other side of a message.
  mutating func people(_ row: MessageRow, from page: ArchivePath) {
    if row.people.isEmpty { raw("nobody") }
    for (place, other) in row.people.enumerated() {
      if place > 0 { raw(", ") }
      person(other, from: page)
    }
    if row.morePeople > 0 {
      raw(" and ")
      number(row.morePeople)
      raw(" more")
    }
  }

  /// Writes a number with the word for one or several.
  mutating func counted(_ number: Int, _ one: StaticString, _ several: StaticString) {
    count(number)
    raw(" ")
    raw(number == 1 ? one : several)
  }

  /// Writes a size in bytes.
  mutating func size(_ bytes: Int) {
    let units: [StaticString] = [" kB", " MB", " GB", " TB"]
    guard bytes >= 1000 else {
      counted(bytes, "byte", "bytes")
      return
    }
    var (value, place) = (bytes, 0)
    while value >= 1_000_000, place < units.count - 1 {
      value /= 1000
      place += 1
    }
    // With one place behind the point below ten.
    let tenths = value / 100
    if tenths < 100 {
      number(tenths / 10)
      if tenths % 10 > 0 {
        raw(".")
        number(tenths % 10)
      }
    } else {
      number(value / 1000)
    }
    raw(units[place])
  }
}
