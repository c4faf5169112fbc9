/// An appointment or a task, as one component of a calendar tells it (VEVENT and VTODO, RFC 5545
/// sections 3.6.1 and 3.6.2).
public struct CalendarItem: Sendable {
  /// What it is.
  public enum Kind: String, Sendable, CaseIterable {
    /// A VEVENT.
    case appointment
    /// A VTODO.
    case task
  }

  /// What it is.
  public var kind: Kind
  /// What is to be done with it (METHOD, RFC 5546) in capitals; `nil` where nothing is said.
  public var method: String?
  /// Its lasting id; `nil` where it is missing.
  public var uid: String?
  /// Which occurrence of a series it is of; `nil` for all.
  public var recurrenceID: CalendarTime?
  /// Whether it is of that occurrence and all later ones (RANGE=THISANDFUTURE).
  public var isThisAndFuture = false
  /// Its revision.
  public var sequence = 0
  /// When it was told so (DTSTAMP), in seconds since 1970 in UTC; `nil` where it is missing.
  public var stamp: Int?
  /// When it begins.
  public var start: CalendarTime?
  /// When it ends, exclusive where it is a day; of a task when it is due.
  public var end: CalendarTime?
  /// The zone of the start, in which it recurs.
  public var zone = CalendarZone.floating
  /// The title.
  public var summary: String?
  /// Where.
  public var location: String?
  /// The text.
  public var description: String?
  /// What somebody says to it.
  public var comment: String?
  /// STATUS in capitals.
  public var status: String?
  /// How much of a task is done, in percent.
  public var percent: Int?
  /// Who organizes it.
  public var organizer: CalendarPerson?
  /// Who is asked to take part, in order.
  public var attendees: [CalendarPerson] = []
  /// When it happens again.
  public var recurrence = CalendarRecurrence()
  /// What was odd.
  public var remarks: Set<CalendarRemark> = []

  /// Makes one of which nothing is known yet.
  public init(_ kind: Kind) { self.kind = kind }

  /// Whether it takes whole days; `nil` where it has no time.
  public var isAllDay: Bool? { (start ?? end)?.isDate }
}

/// What was odd in a calendar, and how it was taken.
public enum CalendarRemark: String, Sendable, CaseIterable {
  /// A zone that nobody knows.
  case unknownZone = "unknown-zone"
  /// A VTIMEZONE that contradicts the name of its zone.
  case contradictedZone = "contradicted-zone"
  /// The end lies before the start, or is none.
  case noEnd = "no-end"
  /// A time that is none.
  case noTime = "no-time"
  /// A time before 1970 or after 2200.
  case outOfRange = "time-out-of-range"
  /// A rule of recurrence that cannot be followed.
  case unknownRule = "unknown-rule"
  /// The calendar has no end.
  case truncated = "truncated"
  /// More than what is read.
  case limit = "limit"
  /// The method of the part is another.
  case otherMethod = "other-method"

  /// The remark in words, for a person.
  public var explanation: String {
    switch self {
    case .unknownZone: "a time zone that is not known; its times are local ones"
    case .contradictedZone: "a time zone whose rules contradict its name; the name counts"
    case .noEnd: "an end that is none; the start stands in"
    case .noTime: "a time that is none"
    case .outOfRange: "a time before 1970 or after 2200"
    case .unknownRule: "a rule of recurrence that cannot be followed; only its first date is known"
    case .truncated: "a calendar that is cut; what stands before counts"
    case .limit: "more than what is read"
    case .otherMethod: "a part of another method than its calendar; the calendar counts"
    }
  }
}

/// When something happens again (RFC 5545 section 3.8.5): rules and single dates.
public struct CalendarRecurrence: Sendable {
  /// The rules as they are written.
  public internal(set) var ruleTexts: [String] = []
  /// The rules by which dates are left out, as they are written (EXRULE, RFC 2445).
  public internal(set) var excludedRuleTexts: [String] = []
  /// Further dates.
  public var dates: [CalendarTime] = []
  /// Dates that are left out.
  public internal(set) var excludedDates: [CalendarTime] = []
  var rules: [RecurrenceRule] = []
  var excludedRules: [RecurrenceRule] = []

  /// Nothing happens again.
  public init() {}

  /// The rules as one text; `nil` where there is none.
  public var text: String? { ruleTexts.isEmpty ? nil : ruleTexts.joined(separator: " / ") }

  /// Whether there is more than one date.
  public var isEmpty: Bool { ruleTexts.isEmpty && dates.isEmpty }
}
