import Foundation
import InternetMessage
import System
import Testing

@testable import Tracking

/// Invitations, tasks and meetings of `winmail.dat` that lie beside the repository, not in it, with what
/// is right of each in `calendar.tsv`.
@Suite(
  "Calendars of others",
  .enabled(if: SharedCalendars.isPresent, "the cases do not lie beside the repository"))
struct SharedCalendarTests {
  @Test(arguments: SharedCalendars.all) func isRead(_ line: SharedCalendar) throws {
    let activities = try line.activities()
    let violations = line.violations(activities)
    #expect(violations.isEmpty, "\(line.number) \(line.name)")
  }

  /// Whatever order they come in, the messages of one appointment make the same, but for those in
  /// which who came first decides.
  @Test func orderDoesNotMatter() throws {
    for line in SharedCalendars.all where line.isIndependentOfOrder {
      let messages = try line.messages()
      let activities = SharedCalendar.activities(of: messages.reversed())
      let violations = line.violations(activities)
      #expect(violations.isEmpty, "\(line.number) \(line.name), the last first")
    }
  }
}

/// The folder of the cases.
enum SharedCalendars {
  static let folder = URL(fileURLWithPath: "../shared/cases/calendar")

  static let all: [SharedCalendar] = {
    guard
      let text = try? String(
        contentsOf: folder.appendingPathComponent("calendar.tsv"), encoding: .utf8)
    else { return [] }
    return text.split(separator: "\n").dropFirst().compactMap { SharedCalendar($0) }
  }()

  static var isPresent: Bool { !all.isEmpty }
}

/// A line of the table.
struct SharedCalendar: Sendable, CustomTestStringConvertible {
  let number: String
  let name: String
  let isClear: Bool
  private let json: Data

  var testDescription: String { "\(number) \(name)" }

  init?(_ line: Substring) {
    let columns = line.split(separator: "\t", omittingEmptySubsequences: false)
    guard columns.count >= 4 else { return nil }
    number = String(columns[0])
    name = String(columns[1].prefix { $0 != ":" })
    json = Data(columns[2].utf8)
    isClear = columns[3] == "clear"
  }

  /// Not where the first mail decides, or the last of two alike.
  var isIndependentOfOrder: Bool {
    guard let number = Int(number), (210..<250).contains(number) else { return false }
    return ![213, 228, 229, 240].contains(number)
  }

  func messages() throws -> [[UInt8]] {
    let names = try FileManager.default.contentsOfDirectory(atPath: SharedCalendars.folder.path)
      .filter { $0.hasPrefix(number + "-") && $0.hasSuffix(".eml") }.sorted()
    return try names.map {
      [UInt8](try Data(contentsOf: SharedCalendars.folder.appendingPathComponent($0)))
    }
  }

  func activities() throws -> [CalendarActivity] { Self.activities(of: try messages()) }

  static func activities(of messages: [[UInt8]]) -> [CalendarActivity] {
    let zones = ZoneSource { ZoneFiles.contents(of: $0) }
    let words = messages.flatMap {
      MessageCalendar.words(of: Message($0), zones: zones, receivedAt: 1_795_000_000)
    }
    return CalendarMerger.activities(of: words)
  }

  // MARK: What is right

  func violations(_ activities: [CalendarActivity]) -> [String] {
    guard let right = try? JSONSerialization.jsonObject(with: json) as? [String: Any] else {
      return ["no JSON"]
    }
    if right["kind"] as? String == "none" {
      return activities.isEmpty ? [] : ["something came of it"]
    }
    guard let first = activities.first else { return ["nothing came of it"] }
    let others = right["also"] as? [[String: Any]] ?? []
    let count = right["events"] as? Int ?? 1 + others.count
    var violations = count == activities.count ? [] : ["\(activities.count) activities"]
    violations += Self.violations(first, right)
    for (activity, right) in zip(activities.dropFirst(), others) {
      violations += Self.violations(activity, right)
    }
    return violations
  }

  /// How a value of a field is told.
  private static func value(_ field: String, of activity: CalendarActivity) -> Any? {
    let item = activity.item
    switch field {
    case "kind": return item.kind.rawValue
    case "uid": return item.uid
    case "method": return item.method
    case "sequence": return item.sequence
    case "recurrence_id": return item.recurrenceID?.text
    case "start": return item.start?.text
    case "end": return item.end?.text
    case "all_day": return item.isAllDay
    case "zone": return item.start == nil ? item.end?.zone : item.start?.zone
    case "summary": return item.summary
    case "location": return item.location
    case "organizer": return item.organizer?.address
    case "organizer_name": return item.organizer?.name
    case "sent_by": return item.organizer?.sentBy
    case "status": return item.status
    case "recurrence": return item.recurrence.text
    case "percent": return item.percent
    case "comment": return item.comment
    default: return nil
    }
  }

  private static let known: Set<String> = [
    "kind", "uid", "method", "sequence", "recurrence_id", "start", "end", "all_day", "zone",
    "summary", "location", "organizer", "organizer_name", "sent_by", "status", "recurrence",
    "percent", "comment",
  ]

  private static func violations(_ activity: CalendarActivity, _ right: [String: Any]) -> [String] {
    var violations: [String] = []
    for (field, value) in right where known.contains(field) {
      let expected = [value] + (right[field + "_ok"] as? [Any] ?? [])
      let found = Self.value(field, of: activity)
      if !expected.contains(where: { same($0, found) }) {
        violations.append("\(field) is \(found.map { "\($0)" } ?? "none"), not \(value)")
      }
    }
    if let attendees = right["attendees"] as? [[String: Any]] {
      violations += Self.violations(activity.item.attendees, attendees)
    }
    if let exceptions = right["exceptions"] as? [[String: Any]] {
      violations += Self.violations(activity.exceptions, exceptions)
    }
    if let next = right["next"], right["next_bounded"] == nil {
      let dates = activity.dates(limit: 4).starts.map(\.text)
      let first = Array(dates.prefix(3))
      let found: Any? = activity.isRecurring ? first : nil
      let expected = [next] + (right["next_ok"] as? [Any] ?? [])
      if !expected.contains(where: { same($0, found) }) {
        violations.append("next is \(first), not \(next)")
      }
      if let count = right["count"] as? Int, count <= 3, dates.count != count {
        violations.append("\(dates.count) dates, not \(count)")
      }
    }
    return violations
  }

  private static func violations(
    _ people: [CalendarPerson], _ right: [[String: Any]]
  ) -> [String] {
    guard people.count == right.count else { return ["\(people.count) attendees"] }
    return zip(people, right).flatMap { person, right in
      let values: [String: Any?] = [
        "address": person.address, "name": person.name, "status": person.status,
        "role": person.role, "type": person.type,
      ]
      return right.compactMap { field, value in
        same(value, values[field] ?? nil)
          ? nil : "\(field) of an attendee is \(String(describing: values[field])), not \(value)"
      }
    }
  }

  private static func violations(
    _ exceptions: [CalendarActivity.Exception], _ right: [[String: Any]]
  ) -> [String] {
    guard exceptions.count == right.count else { return ["\(exceptions.count) exceptions"] }
    return zip(exceptions, right).flatMap { exception, right in
      right.flatMap { field, value -> [String] in
        let found: Any?
        switch field {
        case "recurrence_id": found = exception.occurrence.text
        case "range": found = exception.isThisAndFuture ? "THISANDFUTURE" : nil
        case "start": found = exception.item?.start?.text
        case "end": found = exception.item?.end?.text
        case "location": found = exception.item?.location
        case "status": found = exception.item?.status
        case "attendees":
          return violations(
            exception.attendees ?? exception.item?.attendees ?? [],
            value as? [[String: Any]] ?? [])
        default: return ["an unknown field \(field)"]
        }
        return same(value, found)
          ? [] : ["\(field) of an exception is \(String(describing: found)), not \(value)"]
      }
    }
  }

  private static func same(_ right: Any, _ found: Any?) -> Bool {
    switch (right, found) {
    case (is NSNull, nil): return true
    case (let right as String, let found as String):
      return right.unicodeScalars.elementsEqual(found.unicodeScalars)
    case (let right as [String], let found as [String]): return right == found
    case (let right as NSNumber, let found as Bool): return right.boolValue == found
    case (let right as NSNumber, let found as Int): return right.intValue == found
    default: return false
    }
  }
}
