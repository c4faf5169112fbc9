import InternetMessage

/// Makes of all that messages say of appointments and tasks what they are (RFC 5546): invitation,
/// update, cancellation and answers of one UID are one, in whatever order they come.
///
/// What counts is the greater SEQUENCE, of one SEQUENCE the later DTSTAMP, of one DTSTAMP what came
/// later (section 2.1.5). Only the organizer's mail may change it, and only an attendee's his answer;
/// what others say is remarked (section 6.1).
package struct CalendarMerger {
  /// The words, as they came.
  private let words: [CalendarWord]

  /// What some words make.
  ///
  /// - Parameter words: The words in the order in which they came.
  /// - Returns: The appointments and tasks, in the order of their first words.
  package static func activities(of words: [CalendarWord]) -> [CalendarActivity] {
    var groups: [[Int]] = []
    var known: [String: Int] = [:]
    for (index, word) in words.enumerated() where word.item.method != "REFRESH" {
      // What has no id is an appointment of its own.
      guard let id = word.item.seriesID else {
        groups.append([index])
        continue
      }
      let key = word.item.kind.rawValue + " " + id
      if let group = known[key] {
        groups[group].append(index)
      } else {
        known[key] = groups.count
        groups.append([index])
      }
    }
    let merger = CalendarMerger(words: words)
    return groups.flatMap { merger.activities(of: $0) }
  }

  private func activities(of group: [Int]) -> [CalendarActivity] {
    var remarks: [ActivityRemark] = []
    let organizers = group.filter { !words[$0].isAnswer && !words[$0].isWithoutEffect }
    let answers = group.filter { words[$0].isAnswer }
    let accepted = accepted(organizers, &remarks)
    for index in group where words[index].item.method == "DECLINECOUNTER" {
      if isOrganizer(words[index], of: accepted) { remarks.append(.proposalRefused) }
    }
    var activities: [CalendarActivity]
    let whole = accepted.filter { words[$0].item.occurrenceID == nil }
    if let base = base(of: whole) {
      var activity = base
      activity.exceptions = exceptions(accepted, of: activity.item)
      answer(answers, &activity, &remarks)
      activities = [activity]
    } else if accepted.isEmpty {
      activities = fromAnswers(answers)
    } else {
      activities = singleOccurrences(accepted, answers, &remarks)
    }
    guard !activities.isEmpty else { return [] }
    for index in activities.indices {
      activities[index].sources = group
      var all = remarks + activities[index].remarks
      all += (activities[index].item.remarks).sorted { $0.rawValue < $1.rawValue }
        .map { .calendar($0) }
      var seen: Set<ActivityRemark> = []
      activities[index].remarks = all.filter { seen.insert($0).inserted }
    }
    return activities
  }

  // MARK: Who may

  /// The organizer's words: those in mail from the organizer's address, or from whom the first came.
  ///
  /// Where a whole invitation is in the organizer's own mail, what others sent does not count, unless
  /// such mail names them by SENT-BY.
  private func accepted(_ group: [Int], _ remarks: inout [ActivityRemark]) -> [Int] {
    guard let first = group.first else { return [] }
    let organizer = words[first].item.organizer?.address.map(Self.key)
    var senders: Set<String?> = []
    if let organizer {
      func isOwn(_ index: Int) -> Bool {
        words[index].sender == organizer
          && words[index].item.organizer?.address.map { Self.key($0) == organizer } ?? true
      }
      let own = group.filter(isOwn)
      senders.insert(organizer)
      for index in own {
        if let assistant = words[index].item.organizer?.sentBy {
          senders.insert(Self.key(assistant))
        }
      }
      let hasWhole = own.contains {
        words[$0].item.occurrenceID == nil && Self.isInvitation(words[$0].item.method)
      }
      if !hasWhole {
        senders.insert(words[first].sender)
        if let assistant = words[first].item.organizer?.sentBy {
          senders.insert(Self.key(assistant))
        }
      }
    } else {
      senders.insert(words[first].sender)
    }
    return group.filter { index in
      let word = words[index]
      let names = word.item.organizer?.address.map(Self.key)
      // Another organizer is one only by the word of the first.
      let isSame = names == nil || organizer == nil || names == organizer
      if senders.contains(word.sender), isSame { return true }
      remarks.append(.notOrganizer(word.sender ?? "somebody"))
      return false
    }
  }

  private func isOrganizer(_ word: CalendarWord, of accepted: [Int]) -> Bool {
    accepted.contains {
      words[$0].sender == word.sender
        || words[$0].item.organizer?.address.map(Self.key) == word.sender
    }
  }

  private static func key(_ address: String) -> String {
    AddrSpec(address)?.comparisonKey ?? address
  }

  private static func isInvitation(_ method: String?) -> Bool {
    method != "CANCEL" && method != "ADD"
  }

  // MARK: The whole

  /// The last of some words, by their revision; of two alike in one message the first.
  private func last(_ group: [Int]) -> Int? {
    group.max { left, right in
      (words[left].revision, left) < (words[right].revision, right)
    }
  }

  private func base(of group: [Int]) -> CalendarActivity? {
    let invitation = last(group.filter { Self.isInvitation(words[$0].item.method) })
    let cancellation = last(group.filter { words[$0].item.method == "CANCEL" })
    guard let latest = invitation ?? cancellation else {
      // Only dates that are added to what is not known.
      return last(group).map { CalendarActivity(item: words[$0].item) }
    }
    var activity = CalendarActivity(item: words[latest].item)
    activity.item.uid = words[latest].item.seriesID
    guard let invitation else {
      activity.item.status = "CANCELLED"
      return activity
    }
    for index in group
    where words[index].item.method == "ADD" && words[index].revision > words[invitation].revision {
      if let start = words[index].item.start { activity.item.recurrence.dates.append(start) }
      activity.item.sequence = max(activity.item.sequence, words[index].item.sequence)
    }
    for index in group
    where words[index].item.method == "CANCEL"
      && (words[index].revision, index) > (words[invitation].revision, invitation)
    {
      uninvite(words[index].item, from: &activity.item)
    }
    if let cancellation,
      (words[cancellation].revision, cancellation) > (words[invitation].revision, invitation),
      !isPartial(words[cancellation].item, of: words[invitation].item)
    {
      activity.item.method = "CANCEL"
      activity.item.status = "CANCELLED"
      activity.item.sequence = max(activity.item.sequence, words[cancellation].item.sequence)
      activity.item.comment = words[cancellation].item.comment ?? activity.item.comment
    }
    return activity
  }

  /// Whether a cancellation is of some attendees only: it does not say that all is off, and does not
  /// name all (RFC 5546 section 3.2.5).
  private func isPartial(_ cancellation: CalendarItem, of invitation: CalendarItem) -> Bool {
    guard cancellation.status != "CANCELLED" else { return false }
    let named = Set(cancellation.attendees.compactMap(\.address))
    let all = Set(invitation.attendees.compactMap(\.address))
    return !named.isEmpty && !all.subtracting(named).isEmpty
  }

  private func uninvite(_ cancellation: CalendarItem, from item: inout CalendarItem) {
    guard isPartial(cancellation, of: item) else { return }
    let named = Set(cancellation.attendees.compactMap(\.address))
    item.attendees.removeAll { $0.address.map(named.contains) ?? false }
  }

  // MARK: Single occurrences

  private func exceptions(
    _ group: [Int], of series: CalendarItem
  ) -> [CalendarActivity.Exception] {
    var byTime: [Int: [Int]] = [:]
    var times: [Int: CalendarTime] = [:]
    for index in group {
      guard let id = words[index].item.occurrenceID else { continue }
      let time = series.occurrence(id)
      byTime[time.order, default: []].append(index)
      times[time.order] = time
    }
    return byTime.sorted { $0.key < $1.key }.compactMap { order, group in
      guard let time = times[order], let latest = last(group) else { return nil }
      var item = words[latest].item
      if item.method == "CANCEL" { item.status = "CANCELLED" }
      return CalendarActivity.Exception(
        occurrence: time, isThisAndFuture: item.isThisAndFuture, item: item)
    }
  }

  /// Occurrences of a series that nobody told of: each an appointment of its own.
  private func singleOccurrences(
    _ group: [Int], _ answers: [Int], _ remarks: inout [ActivityRemark]
  ) -> [CalendarActivity] {
    var order: [Int] = []
    var byTime: [Int: [Int]] = [:]
    for index in group {
      let key = words[index].item.occurrenceID?.order ?? .min
      if byTime[key] == nil { order.append(key) }
      byTime[key, default: []].append(index)
    }
    return order.compactMap { key in
      guard let latest = last(byTime[key] ?? []) else { return nil }
      var activity = CalendarActivity(item: words[latest].item)
      activity.item.recurrenceID = words[latest].item.occurrenceID
      activity.item.uid = words[latest].item.seriesID
      if activity.item.method == "CANCEL" { activity.item.status = "CANCELLED" }
      let own = answers.filter { words[$0].item.occurrenceID?.order == key }
      answer(own, &activity, &remarks, isSingle: true)
      return activity
    }
  }

  // MARK: Answers

  private func answer(
    _ answers: [Int], _ activity: inout CalendarActivity, _ remarks: inout [ActivityRemark],
    isSingle: Bool = false
  ) {
    // The latest of each attendee, for the whole and for each occurrence.
    var latest: [String: Int] = [:]
    var order: [String] = []
    for index in answers {
      let word = words[index]
      guard let sender = word.sender,
        word.item.attendees.contains(where: { $0.address.map(Self.key) == sender })
      else {
        remarks.append(.notAttendee(word.sender ?? "somebody"))
        continue
      }
      if word.item.method == "COUNTER" { remarks.append(.proposal(sender, word.item.start)) }
      let time = isSingle ? nil : word.item.occurrenceID.map { activity.item.occurrence($0).order }
      let key = "\(time.map(String.init) ?? "") \(sender)"
      if let other = latest[key] {
        if (words[other].revision, other) < (word.revision, index) { latest[key] = index }
      } else {
        latest[key] = index
        order.append(key)
      }
    }
    // Who passes it on makes others attendees: theirs are read after his.
    for key in order.sorted(by: { (latest[$0] ?? 0, $0) < (latest[$1] ?? 0, $1) }) {
      guard let index = latest[key] else { continue }
      let word = words[index]
      guard word.item.sequence >= activity.item.sequence else {
        remarks.append(.oldAnswer(word.sender ?? ""))
        continue
      }
      if !isSingle, let id = word.item.occurrenceID {
        answer(word, toOccurrence: activity.item.occurrence(id), of: &activity, &remarks)
      } else {
        let known = Self.apply(word, to: &activity.item.attendees, of: activity.item)
        if !known {
          remarks.append(.notInvited(word.sender ?? ""))
        } else if activity.item.kind == .task {
          let isDone = word.item.attendees.first?.status == "COMPLETED"
          activity.item.percent = isDone ? 100 : word.item.percent ?? activity.item.percent
        }
      }
    }
  }

  private func answer(
    _ word: CalendarWord, toOccurrence time: CalendarTime, of activity: inout CalendarActivity,
    _ remarks: inout [ActivityRemark]
  ) {
    let place =
      activity.exceptions.firstIndex { $0.occurrence.order == time.order }
      ?? activity.exceptions.count
    if place == activity.exceptions.count {
      activity.exceptions.append(CalendarActivity.Exception(occurrence: time))
    }
    let exception = activity.exceptions[place]
    var attendees =
      exception.attendees ?? exception.item?.attendees ?? activity.item.attendees
    guard Self.apply(word, to: &attendees, of: exception.item ?? activity.item) else {
      remarks.append(.notInvited(word.sender ?? ""))
      return
    }
    activity.exceptions[place].attendees = attendees
    activity.exceptions.sort { $0.occurrence.order < $1.occurrence.order }
  }

  /// Takes an answer over; false where who answers is not among the attendees.
  private static func apply(
    _ word: CalendarWord, to attendees: inout [CalendarPerson], of item: CalendarItem
  ) -> Bool {
    guard let sender = word.sender,
      let answer = word.item.attendees.first(where: { $0.address.map(key) == sender }),
      let place = attendees.firstIndex(where: { $0.address.map(key) == sender })
    else { return false }
    // What the organizer wrote down later, by another way than mail, counts more.
    let isNewer = (item.stamp ?? .min) > (word.item.stamp ?? Int(word.sentAt))
    if attendees[place].status == "NEEDS-ACTION" || !isNewer {
      attendees[place].status = answer.status
      attendees[place].delegates = answer.delegates
    }
    let delegates = word.item.attendees.filter { person in
      person.delegators.contains(where: { key($0) == sender })
        || person.address.map(answer.delegates.contains) ?? false
    }
    var known = Set(attendees.map(\.address))
    for person in delegates where known.insert(person.address).inserted {
      attendees.append(person)
    }
    return true
  }

  /// What is known of an appointment by answers alone.
  private func fromAnswers(_ answers: [Int]) -> [CalendarActivity] {
    guard let latest = last(answers) else { return [] }
    var activity = CalendarActivity(item: words[latest].item)
    activity.item.uid = words[latest].item.seriesID
    activity.item.recurrenceID = words[latest].item.occurrenceID
    var known = Set(activity.item.attendees.map(\.address))
    for index in answers where index != latest {
      for person in words[index].item.attendees
      where known.insert(person.address).inserted {
        activity.item.attendees.append(person)
      }
    }
    return [activity]
  }
}
