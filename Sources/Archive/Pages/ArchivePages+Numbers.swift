extension ArchivePages {
  /// The page at `ArchivePath.numbers`.
  package func numbers(_ numbers: NumbersPage) -> [UInt8] {
    page(
      .numbers, title: "Mail in numbers", section: .numbers, capacity: 300 * numbers.months.count
    ) { page in
      let incoming = numbers.months.reduce(0) { $0 + $1.incoming }
      let outgoing = numbers.months.reduce(0) { $0 + $1.outgoing }
      page.raw("<h1>Mail in numbers</h1>\n<p class=\"lead\">")
      page.counted(incoming + outgoing, "message", "messages")
      page.raw(": ")
      page.count(incoming)
      page.raw(" came in, ")
      page.count(outgoing)
      page.raw(" went out; ")
      page.size(numbers.size)
      page.raw(" in all.</p>\n")
      guard !numbers.months.isEmpty else { return }
      page.raw("<section aria-labelledby=\"months\"><h2 id=\"months\">By month</h2>\n")
      MonthChart(numbers.months).write(to: &page)
      months(numbers.months, in: &page)
      page.raw("</section>\n")
      lines("records", "By record", "Record", numbers.records, in: &page)
      lines("rules", "By rule", "Rule", numbers.rules, in: &page)
    }
  }

  private func months(_ months: [MonthRow], in page: inout PageBuffer) {
    page.raw("<details class=\"figures\"><summary>The figures of all months</summary>\n")
    page.raw("<table><caption>Messages by month</caption>\n<thead><tr><th scope=\"col\">Month</th>")
    page.raw("<th scope=\"col\">In</th><th scope=\"col\">Out</th></tr></thead>\n<tbody>\n")
    for row in months.reversed() {
      page.raw("<tr><th scope=\"row\"><a href=\"")
      let pages = PageSplit(row.incoming + row.outgoing).pages
      page.path(.month(row.month, page: pages), from: .numbers)
      page.raw("\">")
      page.plain(row.month.title)
      page.raw("</a></th><td>")
      page.count(row.incoming)
      page.raw("</td><td>")
      page.count(row.outgoing)
      page.raw("</td></tr>\n")
    }
    page.raw("</tbody></table></details>\n")
  }

  /// Writes a table with a bar in each of its rows.
  private func lines(
    _ id: StaticString, _ title: StaticString, _ column: StaticString, _ all: [NumbersPage.Line],
    in page: inout PageBuffer
  ) {
    guard !all.isEmpty else { return }
    let named = all.prefix(NumbersPage.lines)
    let others = all.dropFirst(NumbersPage.lines)
    let rest = others.reduce(into: (0, 0)) { $0 = ($0.0 + $1.incoming, $0.1 + $1.outgoing) }
    let most = max(1, rest.0 + rest.1, named.map { $0.incoming + $0.outgoing }.max() ?? 1)
    page.raw("<section aria-labelledby=\"")
    page.raw(id)
    page.raw("\"><h2 id=\"")
    page.raw(id)
    page.raw("\">")
    page.raw(title)
    page.raw("</h2>\n<figure><figcaption>Messages <span class=\"in\">in</span>")
    page.raw("<span class=\"out\">out</span></figcaption>\n<table class=\"bars\">\n<thead><tr>")
    page.raw("<th scope=\"col\">")
    page.raw(column)
    page.raw("</th><td></td><th scope=\"col\">In</th><th scope=\"col\">Out</th></tr></thead>\n")
    page.raw("<tbody>\n")
    for line in named {
      page.raw("<tr><th scope=\"row\">")
      subject(line.subject, in: &page)
      page.raw("</th>")
      figures(line.incoming, line.outgoing, of: most, in: &page)
    }
    if !others.isEmpty {
      page.raw("<tr><th scope=\"row\">")
      page.count(others.count)
      page.raw(" others</th>")
      figures(rest.0, rest.1, of: most, in: &page)
    }
    page.raw("</tbody></table></figure></section>\n")
  }

  private func subject(_ subject: NumbersPage.Line.Subject, in page: inout PageBuffer) {
    switch subject {
    case .record(let record?): page.record(record, from: .numbers)
    case .record(nil): page.raw("No record")
    case .rule(let rule?):
      page.raw("<bdi>")
      page.text(rule)
      page.raw("</bdi>")
    case .rule(nil): page.raw("No rule")
    }
  }

  private func figures(_ incoming: Int, _ outgoing: Int, of most: Int, in page: inout PageBuffer) {
    // Thousandths of the longest bar.
    let first = min(1000, max(0, incoming) * 1000 / most)
    let second = min(1000 - first, max(0, outgoing) * 1000 / most)
    page.raw("<td><svg viewBox=\"0 0 1000 10\" preserveAspectRatio=\"none\" aria-hidden=\"true\">")
    page.raw("<rect class=\"barin\" width=\"")
    page.number(first)
    page.raw("\" height=\"10\"/><rect class=\"barout\" x=\"")
    page.number(first)
    page.raw("\" width=\"")
    page.number(second)
    page.raw("\" height=\"10\"/></svg></td><td>")
    page.count(incoming)
    page.raw("</td><td>")
    page.count(outgoing)
    page.raw("</td></tr>\n")
  }
}
