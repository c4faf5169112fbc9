import InternetMessage
import Tracking

/// An appointment or a task as JSON.
struct ActivityObject: Encodable {
  let activity: CalendarActivity
  /// The mail that it is made of.
  let mail: [Int64]
  /// The date of a series that is meant; `nil` for the whole.
  var date: AgendaDate?

  private enum CodingKeys: String, CodingKey {
    case schema, kind, uid, method, sequence, start, end, zone, summary, location, status, percent,
      organizer, attendees, recurrence, next, exceptions, remarks, mail
    case allDay = "all_day"
    case organizerName = "organizer_name"
    case recurrenceID = "recurrence_id"
  }

  private struct PersonObject: Encodable {
    let person: CalendarPerson

    enum CodingKeys: String, CodingKey { case address, name, status, role, type }

    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(person.address, forKey: .address)
      try container.encode(person.name, forKey: .name)
      try container.encode(person.status, forKey: .status)
      try container.encode(person.role, forKey: .role)
      try container.encode(person.type ?? "INDIVIDUAL", forKey: .type)
    }
  }

  private struct ExceptionObject: Encodable {
    let exception: CalendarActivity.Exception

    enum CodingKeys: String, CodingKey {
      case cancelled, start, end, location
      case recurrenceID = "recurrence_id"
      case allLater = "all_later"
    }

    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(exception.occurrence.text, forKey: .recurrenceID)
      try container.encode(exception.isThisAndFuture, forKey: .allLater)
      try container.encode(exception.isCancelled, forKey: .cancelled)
      try container.encode(exception.item?.start?.text, forKey: .start)
      try container.encode(exception.item?.end?.text, forKey: .end)
      try container.encode(exception.item?.location, forKey: .location)
    }
  }

  /// So many dates are told.
  private static let maxDates = 3

  func encode(to encoder: any Encoder) throws {
    let item = date?.item ?? activity.item
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(JSONOutput.schema, forKey: .schema)
    try container.encode(item.kind.rawValue, forKey: .kind)
    try container.encode(activity.item.uid, forKey: .uid)
    try container.encode(activity.item.method, forKey: .method)
    try container.encode(activity.item.sequence, forKey: .sequence)
    try container.encode(activity.item.recurrenceID?.text, forKey: .recurrenceID)
    try container.encode((date?.start ?? item.start)?.text, forKey: .start)
    try container.encode((date == nil ? item.end : date?.end)?.text, forKey: .end)
    try container.encode(item.isAllDay ?? false, forKey: .allDay)
    try container.encode(item.start?.zone ?? item.end?.zone, forKey: .zone)
    try container.encode(item.summary, forKey: .summary)
    try container.encode(item.location, forKey: .location)
    try container.encode(activity.item.status, forKey: .status)
    try container.encode(item.percent, forKey: .percent)
    try container.encode(item.organizer?.address, forKey: .organizer)
    try container.encode(item.organizer?.name, forKey: .organizerName)
    try container.encode(item.attendees.map(PersonObject.init), forKey: .attendees)
    try container.encode(activity.item.recurrence.text, forKey: .recurrence)
    let next = activity.isRecurring ? activity.dates(limit: Self.maxDates).starts.map(\.text) : []
    try container.encode(next, forKey: .next)
    try container.encode(activity.exceptions.map(ExceptionObject.init), forKey: .exceptions)
    try container.encode(activity.remarks.map(\.word), forKey: .remarks)
    try container.encode(mail, forKey: .mail)
  }
}
