/// A picture of mail by month: two columns for each, with an axis of round numbers.
struct MonthChart {
  /// So many months are drawn, the last ones.
  private static let maxMonths = 24
  // In the picture's own units.
  private static let (width, height) = (960, 280)
  private static let (left, right, top, bottom) = (52, 12, 14, 38)

  /// The months from the first to the last, those without mail among them.
  private let months: [MonthRow]

  /// Draws the last of some months, which are in order.
  init(_ rows: [MonthRow]) {
    guard let last = rows.last else {
      months = []
      return
    }
    var known: [ArchiveMonth: MonthRow] = [:]
    for row in rows.suffix(Self.maxMonths) { known[row.month] = row }
    var months: [MonthRow] = []
    var (year, month) = (last.month.year, last.month.month)
    let first = rows[0].month
    while months.count < Self.maxMonths, year >= 1,
      let next = ArchiveMonth(digits(year, 4) + "-" + digits(month, 2)), next >= first
    {
      months.append(known[next] ?? MonthRow(month: next, incoming: 0, outgoing: 0))
      (year, month) = month == 1 ? (year - 1, 12) : (year, month - 1)
    }
    self.months = months.reversed()
  }

  /// A round number that so many steps of reach a number: 1, 2 or 5 with zeros.
  static func step(_ most: Int, steps: Int = 4) -> Int {
    var unit = 1
    while true {
      for factor in [1, 2, 5] where factor * unit * steps >= most { return factor * unit }
      let (next, isTooMuch) = unit.multipliedReportingOverflow(by: 10)
      guard !isTooMuch, next <= .max / (5 * steps) else { return most / steps + 1 }
      unit = next
    }
  }

  /// Writes the picture, with what it says in words.
  func write(to page: inout PageBuffer) {
    guard let first = months.first, let last = months.last else { return }
    let most = months.map { max($0.incoming, $0.outgoing) }.max() ?? 0
    let step = Self.step(most)
    let end = max(1, (most + step - 1) / step) * step
    // On a narrow screen one scrolls it, by the keyboard, too.
    page.raw("<figure tabindex=\"0\"><figcaption>Messages <span class=\"in\">in</span>")
    page.raw("<span class=\"out\">out</span></figcaption>\n")
    page.raw("<svg class=\"chart\" viewBox=\"0 0 960 280\" role=\"img\" ")
    page.raw("aria-labelledby=\"chart-title chart-words\">\n<title id=\"chart-title\">")
    page.raw("Messages in and out by month</title>\n<desc id=\"chart-words\">")
    page.plain(first.month == last.month ? "Only " : "From \(first.month.title) to ")
    page.plain("\(last.month.title). At most \(most) in a month one way. ")
    page.raw("All figures stand in the table below.</desc>\n")
    grid(step: step, end: end, in: &page)
    columns(end: end, in: &page)
    page.raw("</svg></figure>\n")
  }

  private func height(_ count: Int, of end: Int) -> Int {
    let room = Self.height - Self.top - Self.bottom
    guard count > 0 else { return 0 }
    // What is there is to be seen.
    return max(1, Int(Double(count) / Double(end) * Double(room)))
  }

  private func grid(step: Int, end: Int, in page: inout PageBuffer) {
    let base = Self.height - Self.bottom
    for value in stride(from: 0, through: end, by: step) {
      let place = base - height(value, of: end)
      page.raw(value == 0 ? "<line class=\"axis\" x1=\"" : "<line class=\"grid\" x1=\"")
      page.number(Self.left)
      page.raw("\" x2=\"")
      page.number(Self.width - Self.right)
      page.raw("\" y1=\"")
      page.number(place)
      page.raw("\" y2=\"")
      page.number(place)
      page.raw("\"/><text x=\"")
      page.number(Self.left - 8)
      page.raw("\" y=\"")
      page.number(place + 4)
      page.raw("\" text-anchor=\"end\">")
      page.count(value)
      page.raw("</text>\n")
    }
  }

  private func columns(end: Int, in page: inout PageBuffer) {
    let room = (Self.width - Self.left - Self.right) / max(months.count, 6)
    let bar = max(2, min(28, room * 2 / 5))
    let base = Self.height - Self.bottom
    for (number, row) in months.enumerated() {
      let middle = Self.left + number * room + room / 2
      for (isIncoming, count) in [(true, row.incoming), (false, row.outgoing)] where count > 0 {
        let high = height(count, of: end)
        page.raw(isIncoming ? "<rect class=\"barin\" x=\"" : "<rect class=\"barout\" x=\"")
        page.number(isIncoming ? middle - bar - 1 : middle + 1)
        page.raw("\" y=\"")
        page.number(base - high)
        page.raw("\" width=\"")
        page.number(bar)
        page.raw("\" height=\"")
        page.number(high)
        page.raw("\"><title>")
        page.plain(row.month.title)
        page.raw(isIncoming ? ": in " : ": out ")
        page.count(count)
        page.raw("</title></rect>\n")
      }
      label(row.month, number, middle, in: &page)
    }
  }

  private func label(_ month: ArchiveMonth, _ number: Int, _ middle: Int, in page: inout PageBuffer)
  {
    page.raw("<text x=\"")
    page.number(middle)
    page.raw("\" y=\"")
    page.number(Self.height - Self.bottom + 17)
    page.raw("\" text-anchor=\"middle\">")
    page.plain(String(LocalTime.months[month.month - 1].prefix(3)))
    page.raw("</text>")
    // The year where it begins.
    if number == 0 || month.month == 1 {
      page.raw("<text x=\"")
      page.number(middle)
      page.raw("\" y=\"")
      page.number(Self.height - Self.bottom + 33)
      page.raw("\" text-anchor=\"middle\">")
      page.number(month.year)
      page.raw("</text>")
    }
    page.raw("\n")
  }
}
