extension ArchivePages {
  /// The page at `ArchivePath.record(_:)`; empty where the record has no page.
  package func record(_ record: RecordPage) -> [UInt8] {
    guard let id = record.record.page else { return [] }
    let path = ArchivePath.record(id)
    return page(
      path, title: record.record.label, section: .records,
      feed: .feed(ofRecord: id), capacity: 600 * record.newest.count + 300 * record.people.count
    ) { page in
      heading(record.record, in: &page)
      let hasFacts =
        record.parent != nil || !record.children.isEmpty || record.owner?.isEmpty == false
        || !record.addresses.isEmpty
      if hasFacts { page.raw("<dl class=\"facts\">\n") }
      if let parent = record.parent {
        page.raw("<dt>Belongs to</dt><dd>")
        page.record(parent, from: path, isFull: true)
        page.raw("</dd>\n")
      }
      if !record.children.isEmpty {
        page.raw("<dt>Has</dt><dd>")
        records(record.children, from: path, in: &page)
        page.raw("</dd>\n")
      }
      fact("Owner", record.owner, in: &page)
      if !record.addresses.isEmpty {
        fact("Addresses", record.addresses.joined(separator: ", "), in: &page)
      }
      if hasFacts { page.raw("</dl>\n") }
      if !record.agenda.isEmpty {
        page.raw("<section aria-labelledby=\"agenda\"><h2 id=\"agenda\">To come</h2>\n")
        agendaRows(record.agenda[...], from: path, in: &page)
        if record.moreAgenda > 0 {
          page.raw("<p class=\"more\"><a href=\"")
          page.path(.agenda, from: path)
          page.raw("\">")
          page.count(record.moreAgenda)
          page.raw(" more in the agenda</a></p>\n")
        }
        page.raw("</section>\n")
      }
      if !record.people.isEmpty {
        page.raw("<section aria-labelledby=\"people\"><h2 id=\"people\">People</h2>\n")
        rows(record.people, from: path, in: &page)
        if record.morePeople > 0 {
          page.raw("<p>and ")
          page.count(record.morePeople)
          page.raw(" more</p>\n")
        }
        page.raw("</section>\n")
      }
      newest(record.newest, of: record.total, feed: .feed(ofRecord: id), from: path, in: &page) {
        .record(id, page: $0)
      }
    }
  }

  /// A page at `ArchivePath.record(_:page:)`, which there are where a record has more mail than its
  /// first page shows; empty where the record has no page.
  ///
  /// - Parameters:
  ///   - record: The record.
  ///   - place: Which page of its mail.
  ///   - rows: The messages on it, the newest first.
  /// - Returns: The page.
  package func recordMail(_ record: RecordLink, place: PagePlace, rows: [MessageRow]) -> [UInt8] {
    guard let id = record.page else { return [] }
    return mail(of: record.label, .records, place, rows) {
      .record(id, page: $0)
    } link: { path, page in
      page.record(record, from: path)
    }
  }

  /// The page at `ArchivePath.person(_:)`; empty where the person has no page.
  package func person(_ person: PersonPage) -> [UInt8] {
    guard let id = person.person.page else { return [] }
    let path = ArchivePath.person(id)
    return page(
      path, title: person.person.label, section: .people,
      capacity: 600 * person.newest.count
    ) { page in
      page.heading(person.person.label)
      page.raw("<dl class=\"facts\">\n")
      fact("Address", person.person.address, in: &page)
      if person.isColleague { fact("Is", "a colleague", in: &page) }
      if !person.records.isEmpty {
        page.raw("<dt>Record</dt><dd>")
        records(person.records, from: path, in: &page)
        page.raw("</dd>\n")
      }
      page.raw("</dl>\n")
      newest(person.newest, of: person.total, feed: nil, from: path, in: &page) {
        .person(id, page: $0)
      }
    }
  }

  /// A page at `ArchivePath.person(_:page:)`, which there are where a person has more mail than the first
  /// page shows; empty where the person has no page.
  package func personMail(_ person: PersonLink, place: PagePlace, rows: [MessageRow]) -> [UInt8] {
    guard let id = person.page else { return [] }
    return mail(of: person.label, .people, place, rows) {
      .person(id, page: $0)
    } link: { path, page in
      page.person(person, from: path)
    }
  }

  /// A page of all mail of somebody or something.
  ///
  /// - Parameters:
  ///   - label: What it is called.
  ///   - section: The link at the top that is marked.
  ///   - place: Which page of its mail.
  ///   - rows: The messages on it, the newest first.
  ///   - other: Where each page lies.
  ///   - link: Writes a link to the first page of it.
  /// - Returns: The page.
  private func mail(
    of label: String, _ section: Section, _ place: PagePlace, _ rows: [MessageRow],
    _ other: (Int) -> ArchivePath, link: (ArchivePath, inout PageBuffer) -> Void
  ) -> [UInt8] {
    let path = other(place.number)
    return page(
      path, title: "Mail of " + label, section: section, capacity: 600 * rows.count
    ) { page in
      page.raw("<h1>Mail of ")
      link(path, &page)
      page.raw("</h1>\n")
      pageLinks(place, from: path, of: &page, other)
      list(rows, from: path, of: &page)
    }
  }

  /// Writes the newest mail of somebody or something, with links to all of it where that is more.
  private func newest(
    _ rows: [MessageRow], of total: Int, feed: ArchivePath?, from path: ArchivePath,
    in page: inout PageBuffer, _ other: (Int) -> ArchivePath
  ) {
    page.raw("<section aria-labelledby=\"mail\"><h2 id=\"mail\">Newest mail</h2>\n")
    self.total(total, feed: feed, from: path, in: &page)
    if total > rows.count {
      let pages = PageSplit(total).pages
      pageLinks(PagePlace(number: 0, count: max(2, pages)), from: path, of: &page) {
        other(min($0, pages))
      }
    }
    list(rows, from: path, of: &page)
    page.raw("</section>\n")
  }

  /// Writes how many messages there are, and where one is told of new ones.
  func total(
    _ total: Int, feed: ArchivePath?, from path: ArchivePath, in page: inout PageBuffer
  ) {
    page.raw("<p class=\"lead\">")
    page.counted(total, "message", "messages")
    page.raw(" in all.")
    if let feed {
      page.raw(" <a class=\"feed\" href=\"")
      page.path(feed, from: path)
      page.raw("\">Feed of what is new</a>")
    }
    page.raw("</p>\n")
  }

  private func heading(_ record: RecordLink, in page: inout PageBuffer) {
    page.heading(record.label)
    if record.label != record.reference, !record.reference.isBlank {
      page.raw("<p class=\"lead\"><bdi>")
      page.text(record.reference, limit: 400)
      page.raw("</bdi></p>\n")
    }
  }

  /// So many records are named one after the other.
  private static let maxRecords = 200

  /// Writes records one after the other.
  func records(_ records: [RecordLink], from path: ArchivePath, in page: inout PageBuffer) {
    for (place, record) in records.prefix(Self.maxRecords).enumerated() {
      if place > 0 { page.raw(", ") }
      page.record(record, from: path, isFull: true)
    }
    if records.count > Self.maxRecords {
      page.raw(" and ")
      page.count(records.count - Self.maxRecords)
      page.raw(" more")
    }
  }

  /// Writes a label with its value.
  func fact(_ label: StaticString, _ value: String?, in page: inout PageBuffer) {
    guard let value, !value.isEmpty else { return }
    page.raw("<dt>")
    page.raw(label)
    page.raw("</dt><dd dir=\"auto\">")
    page.text(value)
    page.raw("</dd>\n")
  }
}
