import Archive

/// A directory of an archive: all people or records by name, and by letter where they are many.
struct ArchiveDirectory {
  /// A letter with those whose names begin with it.
  struct Section {
    let letter: DirectoryLetter
    /// Their places among `sorted`.
    let range: Range<Int>

    var pages: Int { PageSplit(range.count).pages }
  }

  let kind: DirectoryKind
  /// By name.
  let sorted: [Int32]
  /// Who was active last.
  let latest: [Int32]
  /// Empty where all stand on one page.
  let sections: [Section]
  private let catalog: ArchiveCatalog

  init(_ kind: DirectoryKind, of catalog: ArchiveCatalog) {
    self.kind = kind
    self.catalog = catalog
    let count = kind == .people ? catalog.people.count : catalog.records.count
    let keys = (0..<count).map { place in
      let title = Self.title(kind, place, catalog)
      return (letter: DirectoryLetter(of: title), name: title.lowercased(), place: Int32(place))
    }
    let ordered = keys.sorted { left, right in
      left.letter == right.letter
        ? (left.name, Self.tie(kind, left.place, catalog))
          < (right.name, Self.tie(kind, right.place, catalog)) : left.letter < right.letter
    }
    let sorted = ordered.map(\.place)
    self.sorted = sorted
    guard count > ArchivePages.smallDirectory else {
      latest = []
      sections = []
      return
    }
    let times = (0..<count).map { Self.lastAt(kind, $0, catalog) }
    latest = Array(
      sorted.indices.sorted { left, right in
        (times[Int(sorted[right])], left) < (times[Int(sorted[left])], right)
      }.prefix(ArchivePages.latest).map { sorted[$0] })
    var sections: [Section] = []
    var start = 0
    while start < count {
      let letter = ordered[start].letter
      let end = ordered[start...].firstIndex { $0.letter != letter } ?? count
      sections.append(Section(letter: letter, range: start..<end))
      start = end
    }
    self.sections = sections
  }

  private static func title(
    _ kind: DirectoryKind, _ place: Int, _ catalog: ArchiveCatalog
  ) -> String {
    switch kind {
    case .people:
      let person = catalog.people[place]
      return catalog.displayName(person.displayName) ?? person.address
    case .records:
      let record = catalog.records[place]
      return record.title ?? record.reference
    }
  }

  private static func tie(
    _ kind: DirectoryKind, _ place: Int32, _ catalog: ArchiveCatalog
  ) -> String {
    kind == .people
      ? catalog.people[Int(place)].address : catalog.records[Int(place)].reference
  }

  private static func lastAt(
    _ kind: DirectoryKind, _ place: Int, _ catalog: ArchiveCatalog
  ) -> Int64 {
    let last = kind == .people ? catalog.byPerson[place].last : catalog.byRecord[place].last
    return last.map { catalog.copies[Int($0)].sentAt } ?? .min
  }

  /// The letters, and how many pages each has.
  var letters: [(letter: DirectoryLetter, pages: Int)] { sections.map { ($0.letter, $0.pages) } }

  /// A line.
  func row(_ place: Int32) -> DirectoryRow {
    let index = Int(place)
    let list = kind == .people ? catalog.byPerson[index] : catalog.byRecord[index]
    let lastAt = list.last.map { catalog.copies[Int($0)].sentAt }
    switch kind {
    case .people:
      return DirectoryRow(
        .person(
          catalog.personLink(index),
          catalog.people[index].records.first.flatMap(catalog.recordLink)),
        messages: list.count, lastAt: lastAt)
    case .records:
      let link = catalog.recordLink(place) ?? RecordLink(reference: "")
      return DirectoryRow(.record(link), messages: list.count, lastAt: lastAt)
    }
  }

  /// Those on the first page.
  var first: [Int32] { sections.isEmpty ? sorted : latest }

  /// Those on a page of a letter.
  func places(_ section: Section, page: Int) -> ArraySlice<Int32> {
    let range = PageSplit(section.range.count).range(page)
    return sorted[section.range].dropFirst(range.lowerBound).prefix(range.count)
  }

  /// What a page's rows say, into a digest.
  func add(_ places: some Sequence<Int32>, to hash: inout ArchiveHash) {
    for place in places {
      let row = row(place)
      hash.add(row.messages)
      hash.add(row.lastAt ?? .min)
      switch row.subject {
      case .record(let record): hash.add(record)
      case .person(let person, let record):
        hash.add(person)
        hash.add(record)
      }
    }
    for section in sections {
      hash.add(section.letter.text)
      hash.add(section.pages)
    }
  }
}

extension ArchiveHash {
  mutating func add(_ person: PersonLink?) {
    add(person?.address)
    add(person?.name)
    // Where the page goes, what leads there is written anew without the link.
    add(person?.page?.text)
  }

  mutating func add(_ record: RecordLink?) {
    add(record?.reference)
    add(record?.name)
    add(record?.page?.text)
  }
}
