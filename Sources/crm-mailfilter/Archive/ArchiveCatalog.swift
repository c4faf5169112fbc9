import Archive
import InternetMessage
import Tracking

/// All mail of an archive as its lists need it, held as small as it goes: a hundred thousand messages take
/// some tens of megabytes.
///
/// Messages, people, records and conversations are known by their places here.
///
/// Nothing of it changes once it is made: several threads read it.
final class ArchiveCatalog: @unchecked Sendable {
  /// A message.
  struct Copy {
    let id: CopyID
    let name: ArchiveDigest
    let sentAt: Int64
    let trackedAt: Int64
    let size: Int
    let digest: ArchiveDigest
    let subject: String
    let conversation: Int32
    /// The record it regards; -1 for none.
    let regarding: Int32
    /// The rule that asked for tracking; -1 for none.
    let rule: Int32
    /// Where its people begin.
    let people: Int32
    /// The message that it answers; -1 where that is not here.
    var answers: Int32 = -1
    let attachments: Int32
    let isIncoming: Bool
  }

  /// Somebody's part in a message.
  struct Participation {
    let person: Int32
    /// The display name; -1 for none.
    let name: Int32
    let role: Role
  }

  /// What somebody is in a message.
  enum Role: UInt8 {
    case from, sender, to, cc, other

    init(_ text: String) {
      switch text {
      case "from": self = .from
      case "sender": self = .sender
      case "to": self = .to
      case "cc": self = .cc
      default: self = .other
      }
    }
  }

  /// Somebody with an address.
  struct Person {
    let address: String
    let name: ArchiveDigest
    /// What they are called in the newest message that says so; -1 for nothing.
    var displayName: Int32 = -1
    var namedAt = Int64.min
    /// The records that they are in the newest message.
    var records: [Int32] = []
    var isColleague = false
    var seenAt = Int64.min
  }

  /// A record.
  struct Record {
    let reference: String
    let name: ArchiveDigest
    var title: String?
    var parent: Int32?
    /// The account where it has no page.
    var otherParent: String?
    var owner: String?
    var addresses: [String] = []
    var children: [Int32] = []
  }

  /// In the order of their numbers.
  private(set) var copies: [Copy] = []
  private(set) var people: [Person] = []
  private(set) var records: [Record] = []
  /// The messages from the oldest on.
  private(set) var order: [Int32] = []
  /// Those of people, records and conversations, from the oldest on; of conversations as a tree.
  private(set) var byPerson = ArchiveLists()
  private(set) var byRecord = ArchiveLists()
  private(set) var byConversation = ArchiveLists()
  /// Those that answer each message, from the oldest on.
  private(set) var answered = ArchiveLists()
  /// Those whose text is elsewhere.
  private(set) var elsewhere: Set<Int32> = []
  /// How deep each message stands in its conversation.
  private(set) var depths: [Int32] = []
  private(set) var conversationNames: [ArchiveDigest] = []

  private(set) var participations: [Participation] = []
  private var names: [String] = []
  private var rules: [String] = []

  // Needed while it is filled.
  private var peopleByKey: [String: Int32] = [:]
  private var recordsByReference: [String: Int32] = [:]
  private var namePlaces: [String: Int32] = [:]
  private var rulePlaces: [String: Int32] = [:]
  private var conversationPlaces: [ConversationID: Int32] = [:]
  private var answeredIDs: [CopyID?] = []

  /// Reads all mail of a query.
  ///
  /// - Parameters:
  ///   - query: Which mail, with who reads it.
  ///   - archive: Where it is.
  ///   - readsRecords: Whether what is known of records may be told beside their mail.
  ///   - isElsewhere: Whether it is an organization elsewhere, of whose mail the text may be there alone.
  /// - Throws: `StoreError`.
  init(
    _ query: CopyQuery, in archive: any MailArchive, readsRecords: Bool, isElsewhere: Bool
  ) throws {
    try archive.outlines(of: query) { add($0) }
    if isElsewhere {
      for place in copies.indices where try !archive.hasContent(copies[place].id) {
        elsewhere.insert(Int32(place))
      }
    }
    order = copies.indices.sorted {
      (copies[$0].sentAt, copies[$0].id) < (copies[$1].sentAt, copies[$1].id)
    }.map(Int32.init)
    for (index, answer) in answeredIDs.enumerated() {
      guard let answer, let other = place(of: answer), other != index else { continue }
      copies[index].answers = Int32(other)
    }
    answeredIDs = []
    sortLists()
    if readsRecords { try readRecords(in: archive) }
    namePlaces = [:]
    rulePlaces = [:]
    conversationPlaces = [:]
  }

  /// The place of a message by its number.
  func place(of id: CopyID) -> Int? {
    var range = 0..<copies.count
    while !range.isEmpty {
      let middle = (range.lowerBound + range.upperBound) / 2
      if copies[middle].id == id { return middle }
      range =
        copies[middle].id < id ? (middle + 1)..<range.upperBound : range.lowerBound..<middle
    }
    return nil
  }

  /// The place of a person by the key of the address.
  func person(_ key: String) -> Int? { peopleByKey[key].map(Int.init) }

  /// Who takes part in a message.
  func participations(of place: Int) -> ArraySlice<Participation> {
    let end = place + 1 < copies.count ? Int(copies[place + 1].people) : participations.count
    return participations[Int(copies[place].people)..<end]
  }

  /// A name by its place; `nil` for none.
  func displayName(_ place: Int32) -> String? { place < 0 ? nil : names[Int(place)] }

  /// A rule's name by its place; `nil` for none.
  func ruleName(_ place: Int32) -> String? { place < 0 ? nil : rules[Int(place)] }

  // MARK: Filling

  private func add(_ outline: CopyOutline) {
    let first = Int32(participations.count)
    let place = Int32(copies.count)
    var seen: Set<Int32> = []
    var mentioned: Set<Int32> = []
    for one in outline.participants {
      let records = one.participant.records.map {
        record($0, title: outline.recordNames[$0])
      }
      let name = one.participant.name.map { interned($0, &names, &namePlaces) } ?? -1
      let person = person(one, name: name, records: records, at: outline.sentAt)
      participations.append(
        Participation(person: person, name: name, role: Role(one.participant.role)))
      if seen.insert(person).inserted { byPerson.add(place, to: person) }
      mentioned.formUnion(records)
    }
    let regarding = outline.regarding.map { record($0, title: outline.recordNames[$0]) } ?? -1
    if regarding >= 0 { mentioned.insert(regarding) }
    for record in mentioned.sorted() { byRecord.add(place, to: record) }
    let conversation = conversation(outline.conversation)
    byConversation.add(place, to: conversation)
    copies.append(
      Copy(
        id: outline.id, name: ArchiveDigest(digits: outline.activity), sentAt: outline.sentAt,
        trackedAt: outline.trackedAt, size: outline.size, digest: ArchiveDigest(outline.digest),
        subject: outline.subject, conversation: conversation, regarding: regarding,
        rule: outline.rule.map { interned($0, &rules, &rulePlaces) } ?? -1, people: first,
        attachments: Int32(clamping: outline.attachments),
        isIncoming: outline.direction == .incoming))
    answeredIDs.append(outline.answers)
  }

  private func interned(
    _ text: String, _ texts: inout [String], _ places: inout [String: Int32]
  ) -> Int32 {
    if let place = places[text] { return place }
    let place = Int32(texts.count)
    texts.append(text)
    places[text] = place
    return place
  }

  private func person(
    _ one: CopyOutline.Participant, name: Int32, records: [Int32], at time: Int64
  ) -> Int32 {
    let place: Int32
    if let known = peopleByKey[one.key] {
      place = known
    } else {
      place = Int32(people.count)
      peopleByKey[one.key] = place
      people.append(
        Person(
          address: one.participant.address,
          name: ArchiveDigest(digits: ArchiveID(hashing: one.key).text)))
    }
    let index = Int(place)
    if name >= 0, time >= people[index].namedAt {
      people[index].displayName = name
      people[index].namedAt = time
    }
    if time >= people[index].seenAt {
      people[index].seenAt = time
      people[index].isColleague = !one.participant.isExternal
      people[index].records = records
    }
    return place
  }

  private func record(_ reference: String, title: String?) -> Int32 {
    if let place = recordsByReference[reference] {
      if records[Int(place)].title == nil { records[Int(place)].title = title }
      return place
    }
    let place = Int32(records.count)
    recordsByReference[reference] = place
    records.append(
      Record(
        reference: reference, name: ArchiveDigest(digits: ArchiveID(hashing: reference).text),
        title: title))
    return place
  }

  private func conversation(_ id: ConversationID) -> Int32 {
    if let place = conversationPlaces[id] { return place }
    let place = Int32(conversationNames.count)
    conversationPlaces[id] = place
    conversationNames.append(
      ArchiveDigest(digits: ArchiveID(hashing: "conversation \(id)").text))
    return place
  }

  private func sortLists() {
    // Where each stands among all, from the oldest on: lists are sorted by it.
    var ages = [Int32](repeating: 0, count: copies.count)
    for (age, place) in order.enumerated() { ages[Int(place)] = Int32(age) }
    byPerson.settle(people.count, by: ages)
    byRecord.settle(records.count, by: ages)
    byConversation.settle(conversationNames.count, by: ages)
    for place in order where copies[Int(place)].answers >= 0 {
      answered.add(place, to: copies[Int(place)].answers)
    }
    answered.settle(copies.count, by: ages)
    depths = [Int32](repeating: 0, count: copies.count)
    for conversation in conversationNames.indices { plant(conversation) }
  }

  /// Brings a conversation into the order of a tree: each message after what it answers.
  private func plant(_ conversation: Int) {
    let members = byConversation[conversation]
    guard members.count > 1 else { return }
    func isRoot(_ place: Int32) -> Bool {
      let answer = copies[Int(place)].answers
      return answer < 0 || copies[Int(answer)].conversation != Int32(conversation)
    }
    var tree: [Int32] = []
    tree.reserveCapacity(members.count)
    var seen: Set<Int32> = []
    // In a damaged store messages may answer each other: each is shown once all the same.
    for root in members.filter(isRoot) + members where !seen.contains(root) {
      var stack: [(place: Int32, depth: Int32)] = [(root, 0)]
      while let next = stack.popLast() {
        guard seen.insert(next.place).inserted else { continue }
        tree.append(next.place)
        depths[Int(next.place)] = next.depth
        for child in answered[Int(next.place)].reversed()
        where copies[Int(child)].conversation == Int32(conversation) {
          stack.append((child, next.depth + 1))
        }
      }
    }
    byConversation.replace(conversation, by: tree)
  }

  /// So many records are asked for at a time.
  private static let recordsAtOnce = 500

  private func readRecords(in archive: any MailArchive) throws {
    var start = 0
    while start < records.count {
      let end = min(records.count, start + Self.recordsAtOnce)
      let asked = records[start..<end].compactMap { RecordReference($0.reference) }
      for entry in try archive.recordEntries(asked) {
        guard let place = recordsByReference[entry.record.description].map(Int.init) else {
          continue
        }
        records[place].title = entry.name ?? records[place].title
        records[place].owner = entry.owner?.description
        records[place].addresses =
          entry.addresses.map(\.description) + entry.domains.map { "@" + $0 }
        guard let parent = entry.parent?.description else { continue }
        if let other = recordsByReference[parent] {
          records[place].parent = other
          records[Int(other)].children.append(Int32(place))
        } else {
          records[place].otherParent = parent
        }
      }
      start = end
    }
    for place in records.indices {
      records[place].children.sort { records[Int($0)].reference < records[Int($1)].reference }
    }
  }
}

/// Lists of numbers, one after the other in one array.
struct ArchiveLists {
  // Until all are there.
  private var pairs: [(list: Int32, value: Int32)] = []
  private var starts: [Int32] = []
  private var values: [Int32] = []

  /// Adds a number to a list.
  mutating func add(_ value: Int32, to list: Int32) { pairs.append((list, value)) }

  /// Brings all numbers into their lists, each sorted.
  ///
  /// - Parameters:
  ///   - count: How many lists there are.
  ///   - places: By what the numbers are sorted.
  mutating func settle(_ count: Int, by places: [Int32]) {
    starts = [Int32](repeating: 0, count: count + 1)
    for pair in pairs { starts[Int(pair.list) + 1] += 1 }
    for list in 0..<count { starts[list + 1] += starts[list] }
    values = [Int32](repeating: 0, count: pairs.count)
    var ends = starts
    for pair in pairs {
      values[Int(ends[Int(pair.list)])] = pair.value
      ends[Int(pair.list)] += 1
    }
    pairs = []
    for list in 0..<count where starts[list + 1] - starts[list] > 1 {
      values[range(list)].sort { places[Int($0)] < places[Int($1)] }
    }
  }

  private func range(_ list: Int) -> Range<Int> { Int(starts[list])..<Int(starts[list + 1]) }

  /// A list.
  subscript(_ list: Int) -> ArraySlice<Int32> { values[range(list)] }

  /// Puts the numbers of a list into another order.
  mutating func replace(_ list: Int, by sorted: [Int32]) {
    for (place, value) in zip(range(list), sorted) { values[place] = value }
  }
}
