import InternetMessage
import System
import Tracking

/// An appointment as a row of Dynamics' entity `appointment`, a task as one of `task`.
struct CalendarRow {
  private let source: MailActivity
  /// The first message that says of it: what it regards, and whose it is.
  private let copy: TrackedCopy?

  init(_ source: MailActivity, copy: TrackedCopy?) {
    self.source = source
    self.copy = copy
  }

  /// The fields of a kind, in the order of `cells`.
  static func columns(_ kind: CalendarItem.Kind) -> [String] {
    let common = [
      "activityid", "subject", "description", "scheduledstart", "scheduledend", "statecode",
      "statuscode", "regardingobjecttypecode", "regardingobjectid", "ownerid", "createdon",
    ]
    switch kind {
    case .appointment:
      return common + [
        "isalldayevent", "location", "organizer", "requiredattendees", "optionalattendees",
        "resources", "globalobjectid",
      ]
    case .task: return common + ["percentcomplete"]
    }
  }

  /// The id that an appointment has wherever and however often it is exported.
  static func id(of source: MailActivity, _ copy: TrackedCopy?) -> String {
    let item = source.activity.item
    let name =
      item.uid.map { $0 + " " + (item.recurrenceID?.text ?? "") }
      ?? "\(copy?.messageID ?? "") \(copy?.sentAt ?? 0) \(item.summary ?? "")"
    return TrackedActivity.id(key: Array(name.utf8), direction: item.kind.rawValue)
  }

  /// The values; empty where there is none.
  var cells: [String] {
    let item = source.activity.item
    // A type has no colon.
    let record = copy?.regarding?.split(separator: ":", maxSplits: 1).map(String.init) ?? []
    var cells = [Self.id(of: source, copy), item.summary ?? "", ""]
    cells += [Self.time(item.start), Self.time(item.end)] + state(item)
    cells += [record.first ?? "", record.dropFirst().first ?? "", copy?.owner ?? ""]
    cells.append(copy.map { TextOutput.isoDate($0.trackedAt) } ?? "")
    switch item.kind {
    case .appointment:
      let people = item.attendees
      cells += [
        item.isAllDay == true ? "true" : "false", item.location ?? "",
        item.organizer.map { $0.address ?? $0.name ?? "" } ?? "",
        Self.parties(people.filter { $0.type == nil && $0.role != "OPT-PARTICIPANT" }),
        Self.parties(people.filter { $0.type == nil && $0.role == "OPT-PARTICIPANT" }),
        Self.parties(people.filter { $0.type != nil }), item.uid ?? "",
      ]
    case .task: cells.append(item.percent.map(String.init) ?? "")
    }
    var safe = cells.map(SafeText.neutralised)
    safe[2] = SafeText.neutralisedLines(item.description ?? "")
    return safe
  }

  /// A moment in UTC, a day as such.
  private static func time(_ time: CalendarTime?) -> String {
    guard let time else { return "" }
    return time.instant.map { TextOutput.isoDate(Int64($0)) } ?? time.text
  }

  private static func parties(_ people: [CalendarPerson]) -> String {
    people.map { $0.address ?? $0.name ?? "" }.filter { !$0.isEmpty }.joined(separator: ";")
  }

  /// `statecode` and `statuscode`.
  private func state(_ item: CalendarItem) -> [String] {
    switch (item.kind, item.status) {
    case (.appointment, "CANCELLED"): ["2", "4"]
    case (.appointment, "TENTATIVE"): ["0", "2"]
    case (.appointment, _): ["3", "5"]
    case (.task, "CANCELLED"): ["2", "6"]
    case (.task, "COMPLETED"): ["1", "5"]
    case (.task, _) where item.percent == 100: ["1", "5"]
    case (.task, "IN-PROCESS"): ["0", "3"]
    case (.task, _): ["0", "2"]
    }
  }
}

/// Appointments and tasks as one calendar for other programs (RFC 5545).
enum CalendarExport {
  /// The calendar.
  ///
  /// - Parameters:
  ///   - sources: What stands in it.
  ///   - copy: Gives the first message that says of one.
  ///   - now: What stands in for a DTSTAMP that is missing, in seconds since 1970.
  /// - Returns: The calendar.
  /// - Throws: What `copy` throws.
  static func bytes(
    of sources: [MailActivity], copy: (MailActivity) throws -> TrackedCopy?, now: Int64
  ) rethrows -> [UInt8] {
    var items: [CalendarItem] = []
    for source in sources {
      var item = source.activity.item
      let id = try item.uid ?? CalendarRow.id(of: source, copy(source))
      item.uid = id
      item.stamp = item.stamp ?? Int(now)
      items.append(item)
      for exception in source.activity.exceptions {
        var changed = exception.item ?? item
        if exception.item == nil {
          // Only the answers differ.
          changed.recurrence = CalendarRecurrence()
          changed.start = exception.occurrence
          changed.end = nil
        }
        changed.uid = id
        changed.recurrenceID = exception.occurrence
        changed.isThisAndFuture = exception.isThisAndFuture
        changed.stamp = changed.stamp ?? Int(now)
        changed.attendees = exception.attendees ?? changed.attendees
        // A cancellation may tell no time.
        if changed.start == nil {
          changed.start = exception.occurrence
          changed.zone = item.zone
        }
        items.append(changed)
      }
    }
    return CalendarWriter.calendar(of: items, method: nil, for: .exchange)
  }
}
