extension ArchivePages {
  /// So many stand on the first page of a directory without letters.
  package static let smallDirectory = 300
  /// So many that were active last stand on the first page of a directory with letters.
  package static let latest = 50

  /// The page at `ArchivePath.directory(_:)`.
  package func directory(_ directory: DirectoryPage) -> [UInt8] {
    let kind = directory.kind
    let path = ArchivePath.directory(kind)
    return page(
      path, title: Self.title(kind), section: Self.section(kind),
      capacity: 300 * directory.rows.count
    ) { page in
      page.raw("<h1>")
      page.plain(Self.title(kind))
      page.raw("</h1>\n<p class=\"lead\">")
      switch kind {
      case .records: page.counted(directory.total, "record", "records")
      case .people: page.counted(directory.total, "person", "people")
      }
      page.raw("</p>\n")
      letters(directory.letters, current: nil, of: kind, from: path, in: &page)
      if !directory.letters.isEmpty { page.raw("<h2>Active last</h2>\n") }
      rows(directory.rows, from: path, in: &page)
    }
  }

  /// A page at `ArchivePath.directory(_:letter:page:)`.
  ///
  /// - Parameters:
  ///   - kind: What is listed.
  ///   - letter: The letter that the names begin with.
  ///   - place: Which page of it.
  ///   - rows: Those on it, by name.
  ///   - letters: All letters, and how many pages each has.
  /// - Returns: The page.
  package func directory(
    _ kind: DirectoryKind, letter: DirectoryLetter, place: PagePlace, rows: [DirectoryRow],
    letters: [(letter: DirectoryLetter, pages: Int)]
  ) -> [UInt8] {
    let path = ArchivePath.directory(kind, letter: letter, page: place.number)
    return page(
      path, title: Self.title(kind) + ": " + letter.title, section: Self.section(kind),
      capacity: 300 * rows.count
    ) { page in
      page.raw("<h1>")
      page.plain(Self.title(kind) + ": " + letter.title)
      page.raw("</h1>\n")
      self.letters(letters, current: letter, of: kind, from: path, in: &page)
      pageLinks(place, from: path, of: &page) { .directory(kind, letter: letter, page: $0) }
      self.rows(rows, from: path, in: &page)
    }
  }

  private static func title(_ kind: DirectoryKind) -> String {
    switch kind {
    case .records: "Records"
    case .people: "People"
    }
  }

  private static func section(_ kind: DirectoryKind) -> Section {
    switch kind {
    case .records: .records
    case .people: .people
    }
  }

  private func letters(
    _ letters: [(letter: DirectoryLetter, pages: Int)], current: DirectoryLetter?,
    of kind: DirectoryKind, from path: ArchivePath, in page: inout PageBuffer
  ) {
    guard !letters.isEmpty else { return }
    page.raw("<nav class=\"pages\" aria-label=\"Letters\"><ul>")
    for (letter, _) in letters {
      page.raw("<li><a href=\"")
      page.path(.directory(kind, letter: letter, page: 1), from: path)
      page.raw(letter == current ? "\" aria-current=\"page\">" : "\">")
      page.plain(letter.title)
      page.raw("</a></li>")
    }
    page.raw("</ul></nav>\n")
  }

  func rows(_ rows: [DirectoryRow], from path: ArchivePath, in page: inout PageBuffer) {
    guard !rows.isEmpty else {
      page.raw("<p class=\"empty\">There are none.</p>\n")
      return
    }
    page.raw("<ul class=\"plain directory\" data-name=\"names\" ")
    page.raw("data-filter=\"Filter by name or address\">\n")
    for row in rows {
      page.raw("<li><span class=\"name\">")
      switch row.subject {
      case .record(let record): page.record(record, from: path, isFull: true)
      case .person(let person, let record):
        page.person(person, from: path, isFull: true)
        if let record {
          page.raw("</span> <span class=\"of\">")
          page.record(record, from: path)
        }
      }
      page.raw("</span> <span class=\"count\">")
      page.counted(row.messages, "message", "messages")
      page.raw("</span>")
      page.raw(" ")
      if let last = row.lastAt { page.time(last, .day) } else { page.raw("<span></span>") }
      page.raw("</li>\n")
    }
    page.raw("</ul>\n")
  }
}
