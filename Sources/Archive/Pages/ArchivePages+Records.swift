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
      page.raw("<section aria-labelledby=\"mail\"><h2 id=\"mail\">Newest mail</h2>\n")
      page.raw("<p class=\"lead\">")
      page.counted(record.total, "message", "messages")
      page.raw(" in all. <a class=\"feed\" href=\"")
      page.path(.feed(ofRecord: id), from: path)
      page.raw("\">Feed of what is new</a></p>\n")
      allMail(record.total, shown: record.newest.count, from: path, in: &page) {
        .record(id, page: $0)
      }
      list(record.newest, from: path, of: &page)
      page.raw("</section>\n")
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
    let path = ArchivePath.record(id, page: place.number)
    return page(
      path, title: "Mail of " + (record.label), section: .records,
      capacity: 600 * rows.count
    ) { page in
      page.raw("<h1>Mail of ")
      page.record(record, from: path)
      page.raw("</h1>\n")
      pageLinks(place, from: path, of: &page) { .record(id, page: $0) }
      list(rows, from: path, of: &page)
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
      page.raw("</dl>\n<section aria-labelledby=\"mail\"><h2 id=\"mail\">Newest mail</h2>\n")
      page.raw("<p class=\"lead\">")
      page.counted(person.total, "message", "messages")
      page.raw(" in all.</p>\n")
      allMail(person.total, shown: person.newest.count, from: path, in: &page) {
        .person(id, page: $0)
      }
      list(person.newest, from: path, of: &page)
      page.raw("</section>\n")
    }
  }

  /// A page at `ArchivePath.person(_:page:)`, which there are where a person has more mail than the first
  /// page shows; empty where the person has no page.
  package func personMail(_ person: PersonLink, place: PagePlace, rows: [MessageRow]) -> [UInt8] {
    guard let id = person.page else { return [] }
    let path = ArchivePath.person(id, page: place.number)
    return page(
      path, title: "Mail of " + (person.label), section: .people,
      capacity: 600 * rows.count
    ) { page in
      page.raw("<h1>Mail of ")
      page.person(person, from: path)
      page.raw("</h1>\n")
      pageLinks(place, from: path, of: &page) { .person(id, page: $0) }
      list(rows, from: path, of: &page)
    }
  }

  private func heading(_ record: RecordLink, in page: inout PageBuffer) {
    page.heading(record.label)
    if record.label != record.reference, !record.reference.isBlank {
      page.raw("<p class=\"lead\"><bdi>")
      page.text(record.reference, limit: 400)
      page.raw("</bdi></p>\n")
    }
  }

  /// Writes links to all mail where the newest are not all.
  private func allMail(
    _ total: Int, shown: Int, from path: ArchivePath, in page: inout PageBuffer,
    _ other: (Int) -> ArchivePath
  ) {
    guard total > shown else { return }
    pageLinks(PagePlace(number: 0, count: max(2, PageSplit(total).pages)), from: path, of: &page) {
      other(min($0, PageSplit(total).pages))
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
