import Archive
import InternetMessage
import Tracking

/// All files of an archive, of what each is made, and how.
///
/// Nothing of it changes once it is made: several threads make pages.
final class ArchivePlan: @unchecked Sendable {
  /// A month's mail.
  struct Month {
    let month: ArchiveMonth
    /// The places of its messages in the catalog's order.
    let range: Range<Int>
    let incoming: Int

    var split: PageSplit { PageSplit(range.count) }
    var row: MonthRow {
      MonthRow(month: month, incoming: incoming, outgoing: range.count - incoming)
    }
  }

  let catalog: ArchiveCatalog
  let agenda: ArchiveAgenda
  let pages: ArchivePages
  /// A text that is this archive's alone, for its feeds.
  let identity: String
  /// What all pages depend on.
  let seed: ArchiveDigest

  let months: [Month]
  let monthPlaces: [ArchiveMonth: Int]
  let people: ArchiveDirectory
  let records: ArchiveDirectory
  let numbers: NumbersPage
  private(set) var recordPlaces: [ArchiveDigest: Int] = [:]
  private(set) var personPlaces: [ArchiveDigest: Int] = [:]
  private(set) var conversationPlaces: [ArchiveDigest: Int] = [:]
  /// The next dates of each record, and how many more there are.
  private(set) var coming: [Int32: (next: [AgendaRow], more: Int)] = [:]

  /// Messages by their names.
  private(set) var messagePlaces: [ArchiveDigest: Int32] = [:]

  init(
    catalog: ArchiveCatalog, agenda: ArchiveAgenda, site: ArchiveSite, identity: String,
    seed: ArchiveDigest
  ) {
    self.catalog = catalog
    self.agenda = agenda
    self.identity = identity
    self.seed = seed
    pages = ArchivePages(site)
    months = Self.months(of: catalog)
    monthPlaces = Dictionary(months.enumerated().map { ($1.month, $0) }) { first, _ in first }
    people = ArchiveDirectory(.people, of: catalog)
    records = ArchiveDirectory(.records, of: catalog)
    numbers = Self.numbers(of: catalog, months)
    for (place, record) in catalog.records.enumerated() { recordPlaces[record.name] = place }
    for (place, person) in catalog.people.enumerated() { personPlaces[person.name] = place }
    for (place, name) in catalog.conversationNames.enumerated() { conversationPlaces[name] = place }
    for (place, copy) in catalog.copies.enumerated() { messagePlaces[copy.name] = Int32(place) }
    for date in agenda.coming {
      for record in date.records {
        if coming[record, default: ([], 0)].next.count < RecordPage.dates {
          coming[record, default: ([], 0)].next.append(date.row)
        } else {
          coming[record, default: ([], 0)].more += 1
        }
      }
    }
  }

  private static func months(of catalog: ArchiveCatalog) -> [Month] {
    func month(_ place: Int) -> ArchiveMonth {
      ArchiveMonth(catalog.copies[Int(catalog.order[place])].sentAt)
    }
    var months: [Month] = []
    var start = 0
    while start < catalog.order.count {
      let first = month(start)
      // The next one begins where the month is another first: found by halves.
      var (low, high) = (start, catalog.order.count)
      while low + 1 < high {
        let middle = (low + high) / 2
        if month(middle) == first { low = middle } else { high = middle }
      }
      let range = start..<high
      let incoming = range.count { catalog.copies[Int(catalog.order[$0])].isIncoming }
      months.append(Month(month: first, range: range, incoming: incoming))
      start = high
    }
    return months
  }

  private static func numbers(of catalog: ArchiveCatalog, _ months: [Month]) -> NumbersPage {
    var byRecord: [Int32: (incoming: Int, outgoing: Int)] = [:]
    var byRule: [Int32: (incoming: Int, outgoing: Int)] = [:]
    var size = 0
    for copy in catalog.copies {
      size += copy.size
      if copy.isIncoming {
        byRecord[copy.regarding, default: (0, 0)].incoming += 1
        byRule[copy.rule, default: (0, 0)].incoming += 1
      } else {
        byRecord[copy.regarding, default: (0, 0)].outgoing += 1
        byRule[copy.rule, default: (0, 0)].outgoing += 1
      }
    }
    func lines(
      _ counts: [Int32: (incoming: Int, outgoing: Int)], _ name: (Int32) -> String,
      _ subject: (Int32) -> NumbersPage.Line.Subject
    ) -> [NumbersPage.Line] {
      counts.map { (name: $0.key < 0 ? "" : name($0.key), place: $0.key, count: $0.value) }
        .sorted { left, right in
          let counts = (
            left.count.incoming + left.count.outgoing, right.count.incoming + right.count.outgoing
          )
          return counts.0 == counts.1 ? left.name < right.name : counts.0 > counts.1
        }.map {
          NumbersPage.Line(
            subject($0.place), incoming: $0.count.incoming, outgoing: $0.count.outgoing)
        }
    }
    return NumbersPage(
      months: months.map(\.row),
      records: lines(byRecord, { catalog.records[Int($0)].reference }) {
        .record(catalog.recordLink($0))
      },
      rules: lines(byRule, { catalog.ruleName($0) ?? "" }) { .rule(catalog.ruleName($0)) },
      size: size)
  }

  /// The last of some messages, from the oldest on.
  private static func newest(_ places: ArraySlice<Int32>) -> ArraySlice<Int32> {
    places.suffix(PageSplit.newest)
  }

  private func mail(_ places: ArraySlice<Int32>, page: Int) -> ArraySlice<Int32> {
    let range = PageSplit(places.count).range(page)
    return places[(places.startIndex + range.lowerBound)..<(places.startIndex + range.upperBound)]
  }

  private func monthMail(_ month: Month, page: Int) -> ArraySlice<Int32> {
    mail(catalog.order[month.range], page: page)
  }

  // MARK: Of what each is made

  /// Gives all files, each with the digest of all that it is made of; messages first.
  func eachFile(_ body: (ArchiveKey, ArchiveDigest) -> Void) {
    for (place, copy) in catalog.copies.enumerated() {
      body(.init(.message, copy.name), digest(ofMessage: Int32(place)))
    }
    for (path, bytes) in ArchiveAssets.files {
      guard let kind = Self.asset(path) else { continue }
      var hash = ArchiveHash(kind, seed)
      hash.add(String(decoding: bytes, as: UTF8.self))
      body(.init(kind), hash.digest)
    }
    eachMonth(body)
    eachPerson(body)
    eachRecord(body)
    eachConversation(body)
    eachDirectoryPage(people, .people, .personLetter, body)
    eachDirectoryPage(records, .records, .recordLetter, body)
    eachAgendaPage(body)
    body(.init(.numbers), digestOfNumbers())
    body(.init(.feed), digest(.feed, catalog.trackedLast(catalog.order[...])))
    var hash = ArchiveHash(.index, seed)
    hash.add(catalog.copies.count)
    add(Self.newest(catalog.order[...]), to: &hash)
    body(.init(.index), hash.digest)
  }

  /// What kind a file is that is the same in all archives.
  static func asset(_ path: ArchivePath) -> ArchiveKey.Kind? {
    [ArchiveKey.Kind.style, .script, .icon].first { ArchiveKey($0).path == path }
  }

  private func add(_ places: some Sequence<Int32>, to hash: inout ArchiveHash) {
    for place in places {
      hash.add(catalog.copies[Int(place)].name)
      hash.add(catalog.copies[Int(place)].digest)
    }
  }

  private func digest(
    _ kind: ArchiveKey.Kind, _ places: some Sequence<Int32>, _ numbers: Int...
  ) -> ArchiveDigest {
    var hash = ArchiveHash(kind, seed)
    for number in numbers { hash.add(number) }
    add(places, to: &hash)
    return hash.digest
  }

  /// The digest of a message: its high half that of the message itself and its files, whatever its page
  /// says.
  private func digest(ofMessage place: Int32) -> ArchiveDigest {
    // Tracked anew it may be another one with the same key: in a blind copy or its files.
    let copy = catalog.copies[Int(place)]
    var files = ArchiveHash()
    files.add(programVersion)
    files.add(copy.id.rawValue)
    files.add(copy.trackedAt)
    files.add(copy.size)
    files.add(catalog.elsewhere.contains(place) ? 1 : 0)
    let whole = files.digest
    var hash = ArchiveHash(.message, seed)
    let conversation = catalog.byConversation[Int(catalog.copies[Int(place)].conversation)]
    hash.add(conversation.count)
    hash.add(catalog.conversationPage(of: place) ?? 0)
    hash.add(whole)
    add([place], to: &hash)
    let earlier = catalog.earlier(than: place)
    hash.add(earlier.count)
    add(earlier, to: &hash)
    add(catalog.later(than: place), to: &hash)
    for details in agenda.details[place] ?? [] { hash.add(details) }
    return ArchiveDigest(high: whole.high, low: hash.digest.low)
  }

  private func eachMonth(_ body: (ArchiveKey, ArchiveDigest) -> Void) {
    var list = ArchiveHash(.months, seed)
    for (number, month) in months.enumerated() {
      list.add(ArchiveKey.number(month.month))
      list.add(month.incoming)
      list.add(month.range.count)
      let earlier = number > 0 ? months[number - 1] : nil
      let later = number + 1 < months.count ? months[number + 1] : nil
      for page in 1...month.split.pages {
        body(
          .init(.month, number: ArchiveKey.number(month.month), page: page),
          digest(
            .month, monthMail(month, page: page), page, month.split.pages,
            earlier.map { ArchiveKey.number($0.month) } ?? -1, earlier?.split.pages ?? 0,
            later.map { ArchiveKey.number($0.month) } ?? -1))
      }
    }
    body(.init(.months), list.digest)
  }

  private func eachPerson(_ body: (ArchiveKey, ArchiveDigest) -> Void) {
    for (place, person) in catalog.people.enumerated() {
      let mail = catalog.byPerson[place]
      var hash = ArchiveHash(.person, seed)
      hash.add(catalog.personLink(place))
      hash.add(person.isColleague ? 1 : 0)
      for record in person.records { hash.add(catalog.recordLink(record)) }
      hash.add(mail.count)
      add(Self.newest(mail), to: &hash)
      body(.init(.person, person.name), hash.digest)
      guard mail.count > PageSplit.newest else { continue }
      for page in 1...PageSplit(mail.count).pages {
        var hash = ArchiveHash(.personMail, seed)
        hash.add(catalog.personLink(place))
        hash.add(PageSplit(mail.count).pages)
        add(self.mail(mail, page: page), to: &hash)
        body(.init(.personMail, person.name, page: page), hash.digest)
      }
    }
  }

  private func eachRecord(_ body: (ArchiveKey, ArchiveDigest) -> Void) {
    for (place, record) in catalog.records.enumerated() {
      let mail = catalog.byRecord[place]
      var hash = ArchiveHash(.record, seed)
      hash.add(catalog.recordLink(Int32(place)))
      hash.add(parent(of: record))
      for child in record.children { hash.add(catalog.recordLink(child)) }
      hash.add(record.owner)
      for address in record.addresses { hash.add(address) }
      hash.add(mail.count)
      let people = catalog.people(ofRecord: place)
      hash.add(people.more)
      for row in people.rows {
        guard case .person(let person, let one) = row.subject else { continue }
        hash.add(person)
        hash.add(one)
        hash.add(row.messages)
        hash.add(row.lastAt ?? .min)
      }
      let coming = coming[Int32(place)] ?? ([], 0)
      for row in coming.next { hash.add(row) }
      hash.add(coming.more)
      add(Self.newest(mail), to: &hash)
      body(.init(.record, record.name), hash.digest)
      var feed = ArchiveHash(.recordFeed, seed)
      feed.add(catalog.recordLink(Int32(place)))
      add(catalog.trackedLast(mail), to: &feed)
      body(.init(.recordFeed, record.name), feed.digest)
      guard mail.count > PageSplit.newest else { continue }
      for page in 1...PageSplit(mail.count).pages {
        var hash = ArchiveHash(.recordMail, seed)
        hash.add(catalog.recordLink(Int32(place)))
        hash.add(PageSplit(mail.count).pages)
        add(self.mail(mail, page: page), to: &hash)
        body(.init(.recordMail, record.name, page: page), hash.digest)
      }
    }
  }

  private func eachConversation(_ body: (ArchiveKey, ArchiveDigest) -> Void) {
    for (place, name) in catalog.conversationNames.enumerated() {
      let members = catalog.byConversation[place]
      guard members.count > 1 else { continue }
      for page in 1...Self.conversationPages(members.count) {
        var hash = ArchiveHash(.conversation, seed)
        hash.add(members.count)
        add(members.prefix(1), to: &hash)
        for member in Self.conversationPart(members, page: page) {
          add([member], to: &hash)
          hash.add(Int64(catalog.depths[Int(member)]))
          add([catalog.copies[Int(member)].answers].filter { $0 >= 0 }, to: &hash)
        }
        body(.init(.conversation, name, page: page), hash.digest)
      }
    }
  }

  private static func conversationPages(_ count: Int) -> Int {
    (count + ConversationPage.rows - 1) / ConversationPage.rows
  }

  private static func conversationPart(
    _ members: ArraySlice<Int32>, page: Int
  ) -> ArraySlice<Int32> {
    members.dropFirst((page - 1) * ConversationPage.rows).prefix(ConversationPage.rows)
  }

  private func eachDirectoryPage(
    _ directory: ArchiveDirectory, _ kind: ArchiveKey.Kind, _ letterKind: ArchiveKey.Kind,
    _ body: (ArchiveKey, ArchiveDigest) -> Void
  ) {
    var hash = ArchiveHash(kind, seed)
    hash.add(directory.sorted.count)
    directory.add(directory.first, to: &hash)
    body(.init(kind), hash.digest)
    for section in directory.sections {
      for page in 1...section.pages {
        var hash = ArchiveHash(letterKind, seed)
        directory.add(directory.places(section, page: page), to: &hash)
        body(.init(letterKind, letter: section.letter, page: page), hash.digest)
      }
    }
  }

  /// So many years before and after its own an agenda's page leads to.
  private static let nearYears = 12

  /// The years that a page of the agenda leads to: from one to the next all are reached.
  ///
  /// One mail may have appointments in thousands of years; pages that all led to all would fill the disk.
  private static func years(_ years: [Int], around year: Int) -> [Int] {
    let place = years.firstIndex { $0 >= year } ?? years.count
    return Array(
      years[max(0, place - nearYears)..<min(years.count, place + nearYears + 1)])
  }

  /// The years that the page of what is to come leads to.
  private static func years(toCome agenda: ArchiveAgenda) -> [Int] {
    years(agenda.sortedYears, around: Int(CivilClock.local.day(agenda.from).year))
  }

  private func eachAgendaPage(_ body: (ArchiveKey, ArchiveDigest) -> Void) {
    let years = agenda.sortedYears
    var hash = ArchiveHash(.agenda, seed)
    hash.add(agenda.from)
    for year in Self.years(toCome: agenda) { hash.add(year) }
    for date in agenda.coming { hash.add(date.row) }
    body(.init(.agenda), hash.digest)
    for year in years {
      var hash = ArchiveHash(.agendaYear, seed)
      for year in Self.years(years, around: year) { hash.add(year) }
      for row in agenda.years[year] ?? [] { hash.add(row) }
      body(.init(.agendaYear, number: year), hash.digest)
    }
  }

  private func digestOfNumbers() -> ArchiveDigest {
    var hash = ArchiveHash(.numbers, seed)
    for month in numbers.months {
      hash.add(ArchiveKey.number(month.month))
      hash.add(month.incoming)
      hash.add(month.outgoing)
    }
    for line in numbers.records + numbers.rules {
      switch line.subject {
      case .record(let record): hash.add(record)
      case .rule(let rule): hash.add(rule)
      }
      hash.add(line.incoming)
      hash.add(line.outgoing)
    }
    hash.add(numbers.size)
    return hash.digest
  }

  private func parent(of record: ArchiveCatalog.Record) -> RecordLink? {
    record.parent.flatMap(catalog.recordLink)
      ?? record.otherParent.map { RecordLink(reference: $0) }
  }

  // MARK: How

  /// Makes a file that is no message's page.
  ///
  /// - Parameters:
  ///   - key: The file.
  ///   - beginning: Finds the beginning of a message's text.
  /// - Returns: Its bytes; `nil` where there is no such file.
  /// - Throws: What `beginning` throws.
  func bytes(
    of key: ArchiveKey, beginning: (Int32) throws -> String
  ) rethrows -> [UInt8]? {
    let page = Int(key.page)
    switch key.kind {
    case .message: return nil
    case .style, .script, .icon:
      return ArchiveAssets.files.first { $0.path == key.path }?.bytes
    case .index:
      return pages.index(
        newest: catalog.rows(Self.newest(catalog.order[...])), total: catalog.copies.count)
    case .months: return pages.months(months.map(\.row))
    case .month: return monthPage(Int(clamping: key.name.low), page)
    case .numbers: return pages.numbers(numbers)
    case .people: return first(of: people)
    case .records: return first(of: records)
    case .personLetter: return letter(Int(clamping: key.name.low), page, of: people)
    case .recordLetter: return letter(Int(clamping: key.name.low), page, of: records)
    case .record: return recordPlaces[key.name].map(recordPage)
    case .person: return personPlaces[key.name].map(personPage)
    case .recordMail:
      return recordPlaces[key.name].flatMap { place in
        let mail = catalog.byRecord[place]
        return catalog.recordLink(Int32(place)).map {
          pages.recordMail(
            $0, place: PagePlace(number: page, count: PageSplit(mail.count).pages),
            rows: catalog.rows(self.mail(mail, page: page)))
        }
      }
    case .personMail:
      return personPlaces[key.name].map { place in
        let mail = catalog.byPerson[place]
        return pages.personMail(
          catalog.personLink(place),
          place: PagePlace(number: page, count: PageSplit(mail.count).pages),
          rows: catalog.rows(self.mail(mail, page: page)))
      }
    case .conversation: return conversationPlaces[key.name].flatMap { conversation($0, page) }
    case .agenda:
      return pages.agenda(
        AgendaPage(
          year: nil, from: agenda.from, rows: agenda.coming.map(\.row),
          years: Self.years(toCome: agenda)))
    case .agendaYear:
      let year = Int(clamping: key.name.low)
      return pages.agenda(
        AgendaPage(
          year: year, from: agenda.from, rows: agenda.years[year] ?? [],
          years: Self.years(agenda.sortedYears, around: year)))
    case .feed:
      return pages.feed(
        FeedPage(
          identity: identity,
          entries: try entries(catalog.trackedLast(catalog.order[...]), beginning)))
    case .recordFeed:
      guard let place = recordPlaces[key.name], let link = catalog.recordLink(Int32(place)) else {
        return nil
      }
      return pages.feed(
        FeedPage(
          identity: identity + " " + link.reference, record: link,
          entries: try entries(catalog.trackedLast(catalog.byRecord[place]), beginning)))
    }
  }

  private func monthPage(_ number: Int, _ page: Int) -> [UInt8]? {
    guard let place = ArchiveKey.month(number).flatMap({ monthPlaces[$0] }) else { return nil }
    let month = months[place]
    return pages.month(
      MonthPage(
        month: month.month, place: PagePlace(number: page, count: month.split.pages),
        rows: catalog.rows(monthMail(month, page: page)),
        earlier: place > 0 ? (months[place - 1].month, months[place - 1].split.pages) : nil,
        later: place + 1 < months.count ? months[place + 1].month : nil))
  }

  private func first(of directory: ArchiveDirectory) -> [UInt8] {
    pages.directory(
      DirectoryPage(
        kind: directory.kind, total: directory.sorted.count,
        rows: directory.first.map(directory.row), letters: directory.letters))
  }

  private func letter(_ number: Int, _ page: Int, of directory: ArchiveDirectory) -> [UInt8]? {
    guard ArchiveKey.letters.indices.contains(number),
      let section = directory.sections.first(where: { $0.letter == ArchiveKey.letters[number] })
    else { return nil }
    return pages.directory(
      directory.kind, letter: section.letter,
      place: PagePlace(number: page, count: section.pages),
      rows: directory.places(section, page: page).map(directory.row), letters: directory.letters)
  }

  private func recordPage(_ place: Int) -> [UInt8] {
    let record = catalog.records[place]
    let mail = catalog.byRecord[place]
    let people = catalog.people(ofRecord: place)
    let coming = coming[Int32(place)] ?? ([], 0)
    return pages.record(
      RecordPage(
        record: catalog.recordLink(Int32(place)) ?? RecordLink(reference: record.reference),
        parent: parent(of: record), children: record.children.compactMap(catalog.recordLink),
        owner: record.owner, addresses: record.addresses,
        people: people.rows, morePeople: people.more, total: mail.count,
        newest: catalog.rows(Self.newest(mail)), agenda: coming.next, moreAgenda: coming.more))
  }

  private func personPage(_ place: Int) -> [UInt8] {
    let person = catalog.people[place]
    let mail = catalog.byPerson[place]
    return pages.person(
      PersonPage(
        person: catalog.personLink(place), records: person.records.compactMap(catalog.recordLink),
        isColleague: person.isColleague, total: mail.count,
        newest: catalog.rows(Self.newest(mail))))
  }

  private func conversation(_ place: Int, _ page: Int) -> [UInt8]? {
    let members = catalog.byConversation[place]
    guard let first = members.first else { return nil }
    let entries = Self.conversationPart(members, page: page).map { member in
      ConversationPage.Entry(
        row: catalog.rowWithSender(member), depth: Int(catalog.depths[Int(member)]),
        isSubjectNew: isSubjectNew(member))
    }
    return pages.conversation(
      ConversationPage(
        id: catalog.name(catalog.conversationNames[place]),
        subject: catalog.copies[Int(first)].subject,
        place: PagePlace(number: page, count: Self.conversationPages(members.count)),
        total: members.count, regarding: catalog.recordLink(catalog.copies[Int(first)].regarding),
        entries: entries))
  }

  private func isSubjectNew(_ place: Int32) -> Bool {
    let copy = catalog.copies[Int(place)]
    guard copy.answers >= 0 else { return true }
    return SubjectLine(copy.subject).topic
      != SubjectLine(catalog.copies[Int(copy.answers)].subject).topic
  }

  private func entries(
    _ places: [Int32], _ beginning: (Int32) throws -> String
  ) rethrows -> [FeedPage.Entry] {
    try places.map { place in
      FeedPage.Entry(
        row: catalog.row(place), sender: catalog.sender(place),
        trackedAt: catalog.copies[Int(place)].trackedAt, beginning: try beginning(place))
    }
  }
}
