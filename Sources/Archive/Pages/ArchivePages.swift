/// Makes the pages of an archive: static HTML that loads nothing but the archive's own style and script,
/// and in which every text is text.
///
/// The same values make the same bytes in every run, as long as the time zone stays.
package struct ArchivePages: Sendable {
  let site: ArchiveSite

  /// Makes the pages of an archive.
  package init(_ site: ArchiveSite) { self.site = site }

  /// Where a page belongs among the links at its top.
  enum Section: CaseIterable {
    case newest, months, records, people, agenda, numbers

    var path: ArchivePath {
      switch self {
      case .newest: .index
      case .months: .months
      case .records: .directory(.records)
      case .people: .directory(.people)
      case .agenda: .agenda
      case .numbers: .numbers
      }
    }

    var title: StaticString {
      switch self {
      case .newest: "Newest"
      case .months: "Months"
      case .records: "Records"
      case .people: "People"
      case .agenda: "Agenda"
      case .numbers: "Numbers"
      }
    }
  }

  /// Makes a page.
  ///
  /// - Parameters:
  ///   - path: Where it will lie.
  ///   - title: What it is called, in the browser's list of tabs.
  ///   - section: The link at the top that is marked.
  ///   - feed: The feed of the same.
  ///   - capacity: So many bytes it may have.
  ///   - main: Writes what the page is there for, with its heading.
  /// - Returns: The page.
  func page(
    _ path: ArchivePath, title: String, section: Section?, feed: ArchivePath? = nil,
    capacity: Int = 8192, _ main: (inout PageBuffer) -> Void
  ) -> [UInt8] {
    var page = PageBuffer(capacity: capacity + 3072)
    page.raw(
      """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'self'; \
      script-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta name="referrer" content="no-referrer">
      <meta name="robots" content="noindex, nofollow">
      <meta name="color-scheme" content="light dark">
      <title>
      """)
    page.plain(title.isBlank ? "(no subject)" : title, limit: 400)
    page.raw(" – ")
    page.plain(site.organization)
    page.raw("</title>\n<link rel=\"stylesheet\" href=\"")
    page.path(.style, from: path)
    page.raw("\">\n<link rel=\"icon\" type=\"image/svg+xml\" href=\"")
    page.path(.icon, from: path)
    page.raw("\">\n")
    if let feed {
      page.raw(
        "<link rel=\"alternate\" type=\"application/atom+xml\" title=\"What is new\" href=\"")
      page.path(feed, from: path)
      page.raw("\">\n")
    }
    page.raw("<script src=\"")
    page.path(.script, from: path)
    page.raw("\" defer></script>\n</head>\n<body>\n")
    page.raw("<a class=\"skip\" href=\"#main\">Skip to the content</a>\n<header class=\"top\">\n")
    page.raw("<a class=\"home\" dir=\"auto\" href=\"")
    page.path(.index, from: path)
    page.raw("\">")
    page.text(site.organization.isBlank ? "Mail" : site.organization, limit: 400)
    page.raw("</a>\n<nav aria-label=\"Archive\"><ul>")
    for other in Section.allCases {
      page.raw("<li><a href=\"")
      page.path(other.path, from: path)
      page.raw(other == section ? "\" aria-current=\"page\">" : "\">")
      page.raw(other.title)
      page.raw("</a></li>")
    }
    page.raw("</ul></nav>\n</header>\n<main id=\"main\" tabindex=\"-1\">\n")
    main(&page)
    page.raw("</main>\n<footer class=\"end\"><p>")
    page.raw("Mail of <bdi>")
    page.text(site.organization)
    page.raw("</bdi>")
    if let reader = site.reader {
      page.raw(" that <bdi>")
      page.text(reader)
      page.raw("</bdi> may read")
    }
    if let query = site.query {
      page.raw(", found by <bdi class=\"query\">")
      page.text(query)
      page.raw("</bdi>")
    }
    page.raw(".</p></footer>\n</body>\n</html>\n")
    return page.bytes
  }
}
