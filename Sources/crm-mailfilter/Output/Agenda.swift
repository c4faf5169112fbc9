import InternetMessage
import Tracking

/// A date of an appointment, or of a task.
struct AgendaDate {
  /// The appointment, or what differs at this date.
  let item: CalendarItem
  /// When it begins; of a task when it is due, where it does not begin.
  let start: CalendarTime?
  /// When it ends.
  let end: CalendarTime?
  /// What it is a date of.
  let source: MailActivity
  /// Whether more dates may follow that took too much work to find.
  var isGivenUp = false

  /// Whether it does not take place.
  var isCancelled: Bool { source.activity.item.status == "CANCELLED" || item.status == "CANCELLED" }
}

/// The dates of appointments and tasks in a time, in order; tasks without any date follow.
struct Agenda {
  let dates: [AgendaDate]

  /// So many dates of one series are told.
  private static let maxDates = 1000

  /// The dates of some activities.
  ///
  /// - Parameters:
  ///   - activities: The activities.
  ///   - from: What ends before is left out; in seconds since 1970.
  ///   - until: What begins then or later is left out.
  init(_ activities: [MailActivity], from: Int64, until: Int64) {
    dates = activities.flatMap { Self.dates(of: $0, from: from, until: until) }
      .sorted { left, right in
        let places = [left, right].map { $0.start.map(ActivityTime.moment) ?? .max }
        return places[0] < places[1]
      }
  }

  private static func dates(
    of source: MailActivity, from: Int64, until: Int64
  ) -> [AgendaDate] {
    let item = source.activity.item
    guard let first = item.start ?? item.end else {
      // A task without a date waits until it is done.
      let isOpen = item.status != "COMPLETED" && item.status != "CANCELLED" && item.percent != 100
      return item.kind == .task && isOpen
        ? [AgendaDate(item: item, start: nil, end: nil, source: source)] : []
    }
    let length = item.start == nil ? 0 : max(0, (item.end?.clock ?? first.clock) - first.clock)
    // Where no zone is told the moment here is another by some hours.
    let earliest = Int(clamping: from) - length - 2 * 86_400
    let found =
      item.start == nil ? nil : source.activity.dates(from: earliest, limit: maxDates)
    return (found?.starts ?? [first]).compactMap { start in
      let changed = source.activity.exceptions.first { $0.item?.start == start }?.item
      let end = changed?.end ?? Self.end(of: start, item, length)
      let begins = ActivityTime.moment(start)
      let ends = end.map(ActivityTime.moment) ?? begins
      guard begins < until, begins >= from || ends > from else { return nil }
      return AgendaDate(
        item: changed ?? item, start: start, end: end, source: source,
        isGivenUp: found?.isGivenUp ?? false)
    }
  }

  /// When a date of a series ends that begins at some time.
  private static func end(
    of start: CalendarTime, _ item: CalendarItem, _ length: Int
  ) -> CalendarTime? {
    guard item.start != nil else { return nil }
    if start == item.start { return item.end }
    return CalendarTime(
      clock: start.clock + length, isDate: start.isDate, offset: start.offset, zone: start.zone)
  }

  private static let layout = ColumnLayout(columns: [
    ColumnLayout.Column(isRightAligned: true, style: .yellow), ColumnLayout.Column(style: .cyan),
    ColumnLayout.Column(style: .cyan), ColumnLayout.Column(minimum: 16, readiness: 3),
    ColumnLayout.Column(minimum: 8, readiness: 6), ColumnLayout.Column(minimum: 12, readiness: 6),
  ])

  /// A line for each date: the mail that said it last, day, time, title, place, who.
  func text(on terminal: Terminal, dates style: DateText) -> String {
    let times = ActivityTime(dates: style)
    let rows = dates.map { date in
      let item = date.item
      var title = ActivityText.line(item.summary ?? "without a title")
      if item.kind == .task { title = "task: " + title }
      if date.isCancelled { title += " (cancelled)" }
      let organizer = (item.organizer ?? date.source.activity.item.organizer)
        .map { $0.address ?? $0.name ?? "-" }
      return [
        date.source.copies.last?.description ?? "-",
        date.start.map(times.day) ?? "no date",
        date.start.map { times.hours(from: $0, to: item.kind == .task ? nil : date.end) } ?? "",
        title, ActivityText.line(item.location ?? "-"), ActivityText.line(organizer ?? "-"),
      ]
    }
    return Self.layout.text(rows, on: terminal)
  }
}
