import Archive
import Foundation
import InternetMessage

/// An archive of values that are made up: every page that there is, whose links all lead somewhere.
struct MadeArchive {
  /// What texts the values have.
  let texts: MadeTexts
  /// How many messages.
  let count: Int

  private var pages: ArchivePages {
    ArchivePages(
      ArchiveSite(
        organization: texts.organization, reader: texts.address(0), query: texts.query))
  }

  /// Monday, 2 November 2026, 08:00 UTC.
  private static let start: Int64 = 1_793_606_400

  private func id(_ kind: String, _ number: Int) -> ArchiveID {
    ArchiveID(hashing: "\(kind) \(number)")
  }

  private func person(_ number: Int) -> PersonLink {
    let number = number % texts.people
    return PersonLink(
      name: texts.name(number), address: texts.address(number), page: id("person", number))
  }

  private func record(_ number: Int) -> RecordLink {
    let number = number % texts.records
    return RecordLink(
      reference: texts.reference(number), name: texts.record(number), page: id("record", number))
  }

  /// Each conversation has five messages, of which the last two answer the second.
  private func conversation(_ number: Int) -> Int { number / 5 }

  private func row(_ number: Int) -> MessageRow {
    MessageRow(
      id: id("message", number), sentAt: Self.start - Int64(count - number) * 40_000,
      direction: number % 3 == 1 ? .outgoing : .incoming,
      people: number % 3 == 1 ? [person(number), person(number + 1)] : [person(number)],
      morePeople: number % 9 == 1 ? 3 : 0, subject: texts.subject(number),
      regarding: number % 4 == 3 ? nil : record(conversation(number)),
      attachments: number % 6 == 0 ? 2 : 0)
  }

  private func rows(_ numbers: some Sequence<Int>) -> [MessageRow] { numbers.map(row) }

  /// A message's page.
  func message(_ number: Int) -> MessagePage {
    let row = row(number)
    let first = conversation(number) * 5
    let place = number - first
    return MessagePage(
      row: row,
      participants: [
        .init(role: "from", person: person(number), records: [record(conversation(number))]),
        .init(role: "to", person: person(number + 1)),
        .init(role: "cc", person: PersonLink(name: texts.name(2), address: texts.address(2))),
      ],
      messageID: "\(number)@\(texts.address(1))", arrivedAt: row.sentAt + 20,
      trackedAt: row.sentAt + 30, why: texts.why(number), owner: texts.address(0),
      regardingNote: row.regarding == nil ? nil : "set by the rule",
      mailboxes: [texts.address(0)], size: 12_345, body: MessageBody(Message(texts.mail(number))),
      files: row.attachments == 0
        ? []
        : [
          .init(part: 2, name: texts.file(number), mediaType: texts.mediaType, size: 182_000),
          .init(part: 3, name: nil, mediaType: "application/pdf", size: 99, isKept: false),
        ],
      activities: number % 10 == 0
        ? [
          ActivityDetails(
            kind: number % 20 == 0 ? .appointment : .task, title: texts.subject(number + 1),
            facts: [
              .init(label: "When", value: "Thu 3 Dec 10:00-11:00 (Europe/Berlin)"),
              .init(label: "Where", value: texts.place),
              .init(label: "Invited", value: texts.address(0) + " accepted"),
            ], isCancelled: number % 30 == 20)
        ] : [],
      conversation: .init(
        page: .conversation(id("conversation", conversation(number))),
        earlier: rows(first..<number).suffix(2),
        later: place == 1 ? rows([first + 2, first + 3].filter { $0 < count }) : [],
        total: min(5, count - first)))
  }

  private func agenda() -> [AgendaRow] {
    (0..<12).map { number in
      AgendaRow(
        kind: number % 4 == 3 ? .task : .appointment, title: texts.subject(number),
        start: number == 11 ? nil : Self.start + Int64(number) * 400_000,
        end: number == 11 ? nil : Self.start + Int64(number) * 400_000 + 5400,
        isAllDay: number % 5 == 2, isCancelled: number == 4,
        location: number % 3 == 0 ? texts.place : nil, organizer: person(number),
        message: number == 5 ? nil : id("message", number % count), regarding: record(number))
    }
  }

  private func months() -> [MonthRow] {
    var months: [MonthRow] = []
    for number in 0..<count {
      let row = row(number)
      let month = ArchiveMonth(row.sentAt)
      if months.last?.month != month {
        months.append(MonthRow(month: month, incoming: 0, outgoing: 0))
      }
      if row.direction == .incoming {
        months[months.count - 1].incoming += 1
      } else {
        months[months.count - 1].outgoing += 1
      }
    }
    return months
  }

  /// Gives every file of the archive.
  func write(_ file: (ArchivePath, [UInt8]) throws -> Void) rethrows {
    let pages = pages
    for asset in ArchiveAssets.files { try file(asset.path, asset.bytes) }
    let newest = rows((0..<count).reversed().prefix(PageSplit.newest))
    try file(.index, pages.index(newest: newest, total: count))
    try file(.feed, pages.feed(feed(of: nil)))
    try writeMonths(file)
    try writeDirectories(file)
    for number in 0..<min(texts.records, count) {
      let link = record(number)
      let mine = (0..<count).filter { row($0).regarding == link }
      guard let id = link.page else { continue }
      let page = RecordPage(
        record: link, parent: number % 2 == 1 ? record(0) : nil,
        children: number == 0 ? [record(1)] : [], owner: texts.address(0),
        addresses: [texts.address(1), "example.net"],
        people: (0..<3).map {
          DirectoryRow(.person(person($0), nil), messages: 4 * $0 + 1, lastAt: Self.start)
        }, total: mine.count, newest: rows(mine.reversed().prefix(PageSplit.newest)),
        agenda: number == 0 ? Array(agenda().prefix(2)) : [],
        moreAgenda: number == 0 ? 10 : 0)
      try file(.record(id), pages.record(page))
      try file(.feed(ofRecord: id), pages.feed(feed(of: link)))
      try split(mine, file, ArchivePath.record(_:page:), id) {
        pages.recordMail(link, place: $0, rows: $1)
      }
    }
    for number in 0..<texts.people {
      let link = person(number)
      let mine = (0..<count).filter { row($0).people.contains(link) }
      guard let id = link.page else { continue }
      let page = PersonPage(
        person: link, records: [record(number)], isColleague: number == 0, total: mine.count,
        newest: rows(mine.reversed().prefix(PageSplit.newest)))
      try file(.person(id), pages.person(page))
      try split(mine, file, ArchivePath.person(_:page:), id) {
        pages.personMail(link, place: $0, rows: $1)
      }
    }
    try writeConversations(file)
    for number in 0..<count {
      let page = message(number)
      try file(.message(page.row.id), pages.message(page))
      try file(.original(page.row.id), texts.mail(number))
      for kept in page.files where kept.isKept {
        try file(.attachment(page.row.id, part: kept.part), Array("<h1>a page</h1>\n".utf8))
      }
    }
    let dates = agenda()
    try file(
      .agenda,
      pages.agenda(AgendaPage(year: nil, from: Self.start, rows: dates, years: [2025, 2026])))
    for year in [2025, 2026] {
      try file(
        .agenda(year: year),
        pages.agenda(
          AgendaPage(
            year: year, from: 0, rows: year == 2026 ? dates.dropLast() : [], years: [2025, 2026])))
    }
    try file(.numbers, pages.numbers(numbers()))
  }

  private func split(
    _ mine: [Int], _ file: (ArchivePath, [UInt8]) throws -> Void,
    _ path: (ArchiveID, Int) -> ArchivePath, _ id: ArchiveID,
    _ page: (PagePlace, [MessageRow]) -> [UInt8]
  ) rethrows {
    guard mine.count > PageSplit.newest else { return }
    let split = PageSplit(mine.count)
    for number in 1...split.pages {
      let rows = rows(mine[split.range(number)].reversed())
      try file(path(id, number), page(PagePlace(number: number, count: split.pages), rows))
    }
  }

  private func feed(of record: RecordLink?) -> FeedPage {
    let numbers = (0..<count).reversed().filter { record == nil || row($0).regarding == record }
    return FeedPage(
      identity: texts.organization + (record?.reference ?? ""), record: record,
      entries: numbers.prefix(FeedPage.entries).map { number in
        FeedPage.Entry(
          row: row(number), sender: person(number), trackedAt: row(number).sentAt + 30,
          beginning: MessageBody(Message(texts.mail(number))).beginning())
      })
  }

  private func writeMonths(_ file: (ArchivePath, [UInt8]) throws -> Void) rethrows {
    let months = months()
    try file(.months, pages.months(months))
    var start = 0
    for (place, month) in months.enumerated() {
      let total = month.incoming + month.outgoing
      let split = PageSplit(total)
      let earlier = place > 0 ? months[place - 1] : nil
      for number in 1...split.pages {
        let range = split.range(number)
        let page = MonthPage(
          month: month.month, place: PagePlace(number: number, count: split.pages),
          rows: rows((start + range.lowerBound..<start + range.upperBound).reversed()),
          earlier: earlier.map { ($0.month, PageSplit($0.incoming + $0.outgoing).pages) },
          later: place + 1 < months.count ? months[place + 1].month : nil)
        try file(.month(month.month, page: number), pages.month(page))
      }
      start += total
    }
  }

  private func writeDirectories(_ file: (ArchivePath, [UInt8]) throws -> Void) rethrows {
    for kind in DirectoryKind.allCases {
      let rows: [DirectoryRow] = (0..<(kind == .people ? texts.people : min(texts.records, count)))
        .map { number in
          DirectoryRow(
            kind == .people
              ? .person(person(number), number % 2 == 0 ? record(number) : nil)
              : .record(record(number)),
            messages: 12 * number + 1, lastAt: number % 7 == 6 ? nil : Self.start)
        }
      let names = Dictionary(grouping: rows) { row in
        switch row.subject {
        case .record(let record): DirectoryLetter(of: record.name ?? record.reference)
        case .person(let person, _): DirectoryLetter(of: person.name ?? person.address)
        }
      }
      let letters = names.keys.sorted().map { (letter: $0, pages: 1) }
      try file(
        .directory(kind),
        pages.directory(
          DirectoryPage(kind: kind, total: rows.count, rows: rows, letters: letters)))
      for (letter, _) in letters {
        try file(
          .directory(kind, letter: letter, page: 1),
          pages.directory(
            kind, letter: letter, place: PagePlace(number: 1, count: 1),
            rows: names[letter] ?? [], letters: letters))
      }
    }
  }

  private func writeConversations(_ file: (ArchivePath, [UInt8]) throws -> Void) rethrows {
    let depths = [0, 1, 2, 2, 3]
    for number in 0..<((count + 4) / 5) {
      let members = number * 5..<min(count, number * 5 + 5)
      let id = id("conversation", number)
      let page = ConversationPage(
        id: id, subject: texts.subject(number * 5), place: PagePlace(number: 1, count: 1),
        total: members.count, regarding: record(number),
        entries: members.map {
          .init(row: row($0), depth: depths[$0 % 5], isSubjectNew: $0 % 5 == 3)
        })
      try file(.conversation(id), pages.conversation(page))
    }
  }

  private func numbers() -> NumbersPage {
    NumbersPage(
      months: months(),
      records: (0..<25).map {
        .init(.record($0 == 3 ? nil : record($0)), incoming: 90 - 3 * $0, outgoing: 50 - 2 * $0)
      },
      rules: (0..<3).map {
        .init(.rule($0 == 2 ? nil : texts.why($0)), incoming: 40 - 9 * $0, outgoing: 12)
      }, size: count * 12_345)
  }
}
