import Archive
import InternetMessage
import Tracking

/// The appointments and tasks of an archive's mail.
struct ArchiveAgenda: Sendable {
  /// A date, and the records that it is about.
  struct Date {
    let row: AgendaRow
    let records: Set<Int32>
  }

  /// What is to come, in order; without dates at the end.
  let coming: [Date]
  /// Midnight of the day on which what is to come begins, in seconds since 1970.
  let from: Int64
  /// The dates of each year that there are some of.
  let years: [Int: [AgendaRow]]
  /// The years in order.
  let sortedYears: [Int]
  /// What the pages of messages tell, by their places in the catalog.
  let details: [Int32: [ActivityDetails]]

  /// What is to come is told for so many days.
  private static let days: Int64 = 92
  /// Dates of a series are told for so many years at most.
  private static let seriesYears = 30

  init(_ query: CopyQuery, in archive: any MailArchive, _ catalog: ArchiveCatalog) throws {
    let clock = CivilClock.local
    let today = clock.day(TextOutput.now)
    from = clock.moment(today, 0)
    // Other mail says something of the same appointments, too: what is not of the query is told nowhere.
    let activities = MailActivity.all(
      of: try archive.calendar(of: query).filter { catalog.place(of: $0.copy) != nil })
    var details: [Int32: [ActivityDetails]] = [:]
    for activity in activities {
      let one = ActivityText(activity.activity, dates: DateText(now: 0, isISO: false)).details
      for id in activity.copies {
        if let place = catalog.place(of: id) { details[Int32(place), default: []].append(one) }
      }
    }
    self.details = details
    let end = clock.moment(CivilClock.Day(today.year, today.month, today.day + Self.days), 0)
    coming = Agenda(activities, from: from, until: end).dates.map { Self.date($0, catalog) }
    var years: [Int: [AgendaRow]] = [:]
    // A series has dates without end: a year at a time, up to the next one.
    let last = Int(today.year) + 1
    let series = activities.filter(\.activity.isRecurring)
    let first = series.compactMap { $0.activity.item.start }.map { start in
      Int(clock.day(ActivityTime.moment(start)).year)
    }.min()
    let all = Agenda(
      activities.filter { !$0.activity.isRecurring }, from: -Self.farthest, until: Self.farthest
    ).dates
    for date in all {
      guard let start = date.start else { continue }
      let year = Int(clock.day(ActivityTime.moment(start)).year)
      if (1...9999).contains(year) { years[year, default: []].append(Self.date(date, catalog).row) }
    }
    if let first {
      for year in max(first, last - Self.seriesYears, 1)...max(last, first) {
        let dates = Agenda(
          series, from: clock.moment(CivilClock.Day(Int64(year), 1, 1), 0),
          until: clock.moment(CivilClock.Day(Int64(year) + 1, 1, 1), 0)
        ).dates
        for date in dates {
          guard let start = date.start,
            Int(clock.day(ActivityTime.moment(start)).year) == year
          else { continue }
          years[year, default: []].append(Self.date(date, catalog).row)
        }
        if year > last { break }
      }
    }
    sortedYears = years.keys.sorted()
    self.years = years.mapValues { rows in
      rows.enumerated().sorted { left, right in
        (left.element.start ?? .max, left.offset) < (right.element.start ?? .max, right.offset)
      }.map(\.element)
    }
  }

  /// Beyond it no calendar has a time, in seconds since 1970.
  private static let farthest: Int64 = 300_000_000_000

  private static func date(_ date: AgendaDate, _ catalog: ArchiveCatalog) -> Date {
    let item = date.item
    let organizer = item.organizer ?? date.source.activity.item.organizer
    let places = date.source.copies.compactMap { catalog.place(of: $0) }
    var records: Set<Int32> = []
    for place in places {
      if catalog.copies[place].regarding >= 0 { records.insert(catalog.copies[place].regarding) }
      for one in catalog.participations(of: place) {
        records.formUnion(catalog.people[Int(one.person)].records)
      }
    }
    let message = places.last
    let row = AgendaRow(
      kind: item.kind == .task ? .task : .appointment,
      title: line(item.summary ?? "without a title"),
      start: date.start.map(ActivityTime.moment), end: date.end.map(ActivityTime.moment),
      isAllDay: date.start?.isDate ?? false, isCancelled: date.isCancelled,
      location: item.location.map(line),
      organizer: organizer.flatMap { person(of: $0, catalog) },
      message: message.map { catalog.name(catalog.copies[$0].name, isUUID: true) },
      regarding: message.flatMap { catalog.recordLink(catalog.copies[$0].regarding) })
    return Date(row: row, records: records)
  }

  /// So many bytes of a title or a place are held: a little more than pages show, which so tell that there is
  /// more.
  private static let maxText = 420

  /// The beginning of a text in one line: a series repeats it for each of its dates.
  private static func line(_ text: String) -> String {
    var start = String.UnicodeScalarView()
    var length = 0
    for scalar in text.unicodeScalars {
      guard length < maxText else { break }
      start.append(scalar)
      length += UTF8.width(scalar)
    }
    return ActivityText.line(String(start))
  }

  private static func person(
    of person: CalendarPerson, _ catalog: ArchiveCatalog
  ) -> PersonLink? {
    guard let address = person.address else {
      return person.name.map { PersonLink(address: ActivityText.line($0)) }
    }
    let place = AddrSpec(address).flatMap { catalog.person($0.comparisonKey) }
    return PersonLink(
      name: person.name.map(ActivityText.line), address: address,
      page: place.map { catalog.name(catalog.people[$0].name) })
  }
}

extension ArchiveHash {
  mutating func add(_ row: AgendaRow) {
    add(row.kind.rawValue)
    add(row.title)
    add(row.start ?? .min)
    add(row.end ?? .min)
    add((row.isAllDay ? 1 : 0) + (row.isCancelled ? 2 : 0))
    add(row.location)
    add(row.organizer)
    add(row.message?.text)
    add(row.regarding)
  }

  mutating func add(_ details: ActivityDetails) {
    add(details.kind.rawValue)
    add(details.title)
    add(details.isCancelled ? 1 : 0)
    for fact in details.facts {
      add(fact.label)
      add(fact.value)
    }
  }
}
