extension ArchivePages {
  /// The page at `ArchivePath.numbers`.
  package func numbers(_ numbers: NumbersPage) -> [UInt8] {
    page(.numbers, title: "Mail in numbers", section: .numbers) { page in
      page.raw("<h1>Mail in numbers</h1>\n")
      page.raw("<table><caption>By month</caption><thead><tr><th scope=\"col\">Month</th>")
      page.raw("<th scope=\"col\">In</th><th scope=\"col\">Out</th></tr></thead><tbody>\n")
      for row in numbers.months {
        page.raw("<tr><th scope=\"row\">")
        page.plain(row.month.title)
        page.raw("</th><td>")
        page.count(row.incoming)
        page.raw("</td><td>")
        page.count(row.outgoing)
        page.raw("</td></tr>\n")
      }
      page.raw("</tbody></table>\n")
    }
  }
}
