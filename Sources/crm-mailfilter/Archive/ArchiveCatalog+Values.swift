import Archive
import InternetMessage
import Tracking

/// What pages are made of, from what the catalog holds.
extension ArchiveCatalog {
  /// So many people are named in a line of a list.
  private static let maxPeople = 3

  /// A message as lists show it: of what came in with its sender, else with its recipients.
  func row(_ place: Int32) -> MessageRow {
    let isIncoming = copies[Int(place)].isIncoming
    return row(place) { role in
      isIncoming ? role == .from : role == .to || role == .cc || role == .other
    }
  }

  /// A message with who sent it.
  func rowWithSender(_ place: Int32) -> MessageRow { row(place) { $0 == .from } }

  private func row(_ place: Int32, names isNamed: (Role) -> Bool) -> MessageRow {
    let copy = copies[Int(place)]
    var people: [PersonLink] = []
    var seen: [Int32] = []
    var more = 0
    for one in participations(of: Int(place)) where isNamed(one.role) {
      guard !seen.contains(one.person) else { continue }
      guard people.count < Self.maxPeople else {
        more += 1
        continue
      }
      seen.append(one.person)
      people.append(link(one))
    }
    return MessageRow(
      id: name(copy.name, isUUID: true), sentAt: copy.sentAt,
      direction: copy.isIncoming ? .incoming : .outgoing, people: people, morePeople: more,
      subject: copy.subject, regarding: recordLink(copy.regarding),
      attachments: Int(copy.attachments))
  }

  /// Several messages as lists show them, the newest first.
  func rows(_ places: ArraySlice<Int32>) -> [MessageRow] { places.reversed().map(row) }

  /// Somebody as a message names them.
  func link(_ one: Participation) -> PersonLink {
    let person = people[Int(one.person)]
    return PersonLink(
      name: displayName(one.name), address: person.address, page: name(person.name))
  }

  /// Somebody as their newest mail names them.
  func personLink(_ place: Int) -> PersonLink {
    let person = people[place]
    return PersonLink(
      name: displayName(person.displayName), address: person.address, page: name(person.name))
  }

  /// A record; `nil` for none.
  func recordLink(_ place: Int32) -> RecordLink? {
    guard place >= 0 else { return nil }
    let record = records[Int(place)]
    return RecordLink(reference: record.reference, name: record.title, page: name(record.name))
  }

  /// Who sent a message.
  func sender(_ place: Int32) -> PersonLink? {
    participations(of: Int(place)).first { $0.role == .from }.map(link)
  }

  /// The name of a thing in the archive.
  func name(_ digest: ArchiveDigest, isUUID: Bool = false) -> ArchiveID {
    digest.id(isUUID: isUUID) ?? ArchiveID(hashing: "")
  }

  /// The messages that a message follows, the first one first.
  func earlier(than place: Int32) -> [Int32] {
    var found: [Int32] = []
    var next = copies[Int(place)].answers
    while next >= 0, found.count < MessagePage.neighbours, next != place, !found.contains(next) {
      found.append(next)
      next = copies[Int(next)].answers
    }
    return found.reversed()
  }

  /// The messages that answer a message, in order.
  func later(than place: Int32) -> ArraySlice<Int32> {
    answered[Int(place)].prefix(MessagePage.neighbours)
  }

  /// The page of a message's conversation that it stands on; `nil` where it stands alone.
  func conversationPage(of place: Int32) -> Int? {
    let members = byConversation[Int(copies[Int(place)].conversation)]
    guard members.count > 1 else { return nil }
    guard members.count > ConversationPage.rows else { return 1 }
    return members.firstIndex(of: place).map {
      ($0 - members.startIndex) / ConversationPage.rows + 1
    }
  }

  /// So many people stand on a record's page: one mail to hundreds is of hundreds of records, and each page
  /// would name all.
  private static let maxRecordPeople = 200

  /// Who takes part in the mail of a record, of those who are no colleagues: who was active last first, and
  /// how many more there are.
  func people(ofRecord record: Int) -> (rows: [DirectoryRow], more: Int) {
    struct Part {
      var messages = 0
      var lastAt: Int64 = 0
      var name: Int32 = -1
    }
    var parts: [Int32: Part] = [:]
    for place in byRecord[record] {
      var seen: Set<Int32> = []
      for one in participations(of: Int(place)) where !people[Int(one.person)].isColleague {
        guard seen.insert(one.person).inserted else { continue }
        var part = parts[one.person] ?? Part()
        part.messages += 1
        part.lastAt = copies[Int(place)].sentAt
        if one.name >= 0 { part.name = one.name }
        parts[one.person] = part
      }
    }
    let rows = parts.sorted { left, right in
      (right.value.lastAt, people[Int(left.key)].address)
        < (left.value.lastAt, people[Int(right.key)].address)
    }.prefix(Self.maxRecordPeople).map { place, part in
      let person = people[Int(place)]
      return DirectoryRow(
        .person(
          PersonLink(
            name: displayName(part.name), address: person.address, page: name(person.name)),
          person.records.first.flatMap(recordLink)),
        messages: part.messages, lastAt: part.lastAt)
    }
    return (rows, parts.count - rows.count)
  }

  /// The messages of a list that were tracked last, the last first.
  func trackedLast(_ places: ArraySlice<Int32>) -> [Int32] {
    var newest: [Int32] = []
    func isNewer(_ left: Int32, _ right: Int32) -> Bool {
      let (left, right) = (copies[Int(left)], copies[Int(right)])
      return (left.trackedAt, left.id) > (right.trackedAt, right.id)
    }
    for place in places.reversed() {
      if newest.count == FeedPage.entries, let last = newest.last {
        guard isNewer(place, last) else { continue }
        newest.removeLast()
      }
      newest.insert(place, at: newest.firstIndex { isNewer(place, $0) } ?? newest.endIndex)
    }
    return newest
  }
}
