import InternetMessage

/// An appointment or a task as all that was said of it leaves it (Dynamics `appointment`, `task`).
package struct CalendarActivity: Sendable {
  /// Its state: what the organizer said last, with the answers that count.
  ///
  /// Its method is that of the organizer's word that counts at the end.
  package var item: CalendarItem
  /// What differs at single occurrences, in order.
  package var exceptions: [Exception] = []
  /// What people should know of how it came about, each once.
  package var remarks: [ActivityRemark] = []
  /// The words that the state is made of, by their places among those that were given.
  package var sources: [Int] = []

  /// What differs at one occurrence of a series.
  package struct Exception: Sendable {
    /// Which one, as the series tells its time.
    package var occurrence: CalendarTime
    /// Whether all later ones are meant, too.
    package var isThisAndFuture = false
    /// What the organizer said of it; `nil` where only answers differ.
    package var item: CalendarItem?
    /// The attendees with their answers to this one; `nil` where they are the series'.
    package var attendees: [CalendarPerson]?

    /// Whether it does not take place.
    package var isCancelled: Bool { item?.status == "CANCELLED" }
  }

  /// Whether it has more than one date.
  package var isRecurring: Bool { !item.recurrence.isEmpty }

  /// Its first dates from a moment on.
  ///
  /// - Parameters:
  ///   - moment: `CalendarTime.order` of the first that may be among them.
  ///   - limit: How many at most.
  /// - Returns: The dates, and whether more may be there that took too much work to find.
  package func dates(from moment: Int = .min, limit: Int) -> CalendarItem.Occurrences {
    item.occurrences(
      changes: exceptions.compactMap { exception in
        exception.item.map {
          OccurrenceChange(
            occurrence: exception.occurrence, isThisAndFuture: exception.isThisAndFuture,
            start: $0.start, isCancelled: exception.isCancelled)
        }
      }, from: moment, limit: limit)
  }
}

/// What people should know of how an appointment came about.
package enum ActivityRemark: Hashable, Sendable {
  /// What was odd in the calendar itself.
  case calendar(CalendarRemark)
  /// A change that is not from whom the organizer's mail comes; it does not count.
  case notOrganizer(String)
  /// An answer that is not from the attendee's address; it does not count.
  case notAttendee(String)
  /// An answer to a time that is no more; it does not count.
  case oldAnswer(String)
  /// An answer of somebody who is not invited.
  case notInvited(String)
  /// Somebody proposes another time, which is none until the organizer says so.
  case proposal(String, CalendarTime?)
  /// The organizer refused what was proposed.
  case proposalRefused

  /// A word for programs.
  package var word: String {
    switch self {
    case .calendar(let remark): remark.rawValue
    case .notOrganizer: "not-organizer"
    case .notAttendee: "not-attendee"
    case .oldAnswer: "old-answer"
    case .notInvited: "not-invited"
    case .proposal: "proposal"
    case .proposalRefused: "proposal-refused"
    }
  }

  /// The remark in words, for a person.
  package var explanation: String {
    switch self {
    case .calendar(let remark): remark.explanation
    case .notOrganizer(let address):
      "\(address), who is not the organizer, wrote a change; it does not count"
    case .notAttendee(let address):
      "\(address) answered for somebody else; the answer does not count"
    case .oldAnswer(let address):
      "\(address) answered to an earlier time; the answer does not count"
    case .notInvited(let address): "\(address), who is not invited, answered"
    case .proposal(let address, let time):
      "\(address) proposes another time" + (time.map { ": \($0.text)" } ?? "")
    case .proposalRefused: "the organizer refused the time that was proposed"
    }
  }
}
