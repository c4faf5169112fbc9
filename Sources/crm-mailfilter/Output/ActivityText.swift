import Archive
import InternetMessage
import Tracking

/// What `show` says of an appointment or a task above the text of a message.
struct ActivityText {
  private let activity: CalendarActivity
  private let times: ActivityTime

  /// So many people, dates and exceptions are named.
  private static let (maxPeople, maxDates) = (20, 3)

  init(_ activity: CalendarActivity, dates: DateText) {
    self.activity = activity
    times = ActivityTime(dates: dates)
  }

  /// Lines of labels and values.
  func text(on terminal: Terminal) -> String {
    LabelledLines(rows: rows).text(on: terminal)
  }

  private var rows: [(label: String, value: String)] {
    [(activity.item.kind == .task ? "Task" : "Appointment", title)] + facts
  }

  /// The same for the page of a message.
  var details: ActivityDetails {
    ActivityDetails(
      kind: activity.item.kind == .task ? .task : .appointment, title: title,
      facts: facts.map { ActivityDetails.Fact(label: $0.label, value: $0.value) },
      isCancelled: activity.item.status == "CANCELLED")
  }

  private var title: String { activity.item.summary ?? "without a title" }

  private var facts: [(label: String, value: String)] {
    let item = activity.item
    var rows: [(label: String, value: String)] = []
    if let when { rows.append((item.kind == .task && item.start == nil ? "Due" : "When", when)) }
    if let location = item.location { rows.append(("Where", Self.line(location))) }
    if let organizer = item.organizer { rows.append(("Organizer", Self.person(organizer))) }
    if !item.attendees.isEmpty { rows.append(("Invited", people(item.attendees))) }
    if let repeats { rows.append(("Repeats", repeats)) }
    for exception in activity.exceptions.prefix(Self.maxDates) {
      rows.append(("Exception", text(exception)))
    }
    if let state { rows.append(("State", state)) }
    if let comment = item.comment { rows.append(("Comment", Self.line(comment))) }
    for remark in activity.remarks { rows.append(("Note", remark.explanation)) }
    return rows
  }

  private var when: String? {
    let item = activity.item
    guard let start = item.start else {
      return item.end.map { times.span(from: $0, to: nil) }
    }
    let span = times.span(from: start, to: item.kind == .task ? nil : item.end)
    return span
      + (item.kind == .task ? item.end.map { ", due \(times.span(from: $0, to: nil))" } ?? "" : "")
  }

  private func people(_ people: [CalendarPerson]) -> String {
    let others = people.count - Self.maxPeople
    return people.prefix(Self.maxPeople).map { "\(Self.person($0)) \(Self.answer($0))" }
      .joined(separator: ", ") + (others > 0 ? " and \(others) more" : "")
  }

  static func person(_ person: CalendarPerson) -> String {
    guard let address = person.address else { return line(person.name ?? "somebody") }
    return person.name.map { "\(line($0)) <\(address)>" } ?? address
  }

  /// An answer in words.
  static func answer(_ person: CalendarPerson) -> String {
    switch person.status {
    case "ACCEPTED": "accepted"
    case "DECLINED": "declined"
    case "TENTATIVE": "may come"
    case "DELEGATED": "passed it on"
    case "COMPLETED": "has done it"
    case "IN-PROCESS": "is at it"
    default: "has not answered"
    }
  }

  private var repeats: String? {
    guard activity.isRecurring else { return nil }
    let found = activity.dates(limit: Self.maxDates)
    let dates = found.starts.map { times.span(from: $0, to: nil) }.joined(separator: ", ")
    let rule = activity.item.recurrence.text ?? "on single dates"
    return rule + (dates.isEmpty ? "" : ": " + dates) + (found.isGivenUp ? ", and more" : "")
  }

  private func text(_ exception: CalendarActivity.Exception) -> String {
    let day = times.span(from: exception.occurrence, to: nil)
    if exception.isCancelled { return "\(day) does not take place" }
    if let people = exception.attendees { return "\(day): \(self.people(people))" }
    guard let item = exception.item, let start = item.start else { return day }
    return "\(day) is \(times.span(from: start, to: item.end))"
      + (item.location.flatMap { $0 == activity.item.location ? nil : ", \(Self.line($0))" } ?? "")
      + (exception.isThisAndFuture ? ", and all later ones" : "")
  }

  /// How it stands; `nil` where there is nothing to say.
  private var state: String? {
    let item = activity.item
    let done = item.percent.map { "\($0) % done" }
    let status: String? =
      switch item.status {
      case "CANCELLED": "cancelled"
      case "TENTATIVE": "tentative"
      case "COMPLETED": "done"
      case "IN-PROCESS": "in process"
      default: nil
      }
    let parts = [status, done].compactMap { $0 }
    return parts.isEmpty ? nil : parts.joined(separator: ", ")
  }

  /// A text in one line.
  static func line(_ text: String) -> String {
    text.split(whereSeparator: \.isNewline).joined(separator: " ")
  }
}
