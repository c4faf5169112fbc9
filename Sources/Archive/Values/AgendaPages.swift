/// A date of an appointment, or of a task.
package struct AgendaRow: Hashable, Sendable {
  /// What it is.
  package enum Kind: String, Sendable {
    /// An appointment.
    case appointment
    /// A task.
    case task
  }
  /// What it is.
  package var kind: Kind
  /// The title.
  package var title: String
  /// When it begins, of a task else when it is due, in seconds since 1970; `nil` for a task without a
  /// date.
  package var start: Int64?
  /// When it ends, in seconds since 1970: of days at the midnight behind the last.
  package var end: Int64?
  /// Whether it is told by days alone.
  package var isAllDay: Bool
  /// Whether it does not take place.
  package var isCancelled: Bool
  /// Where.
  package var location: String?
  /// Who invites.
  package var organizer: PersonLink?
  /// The message that said it last; `nil` where the archive has none.
  package var message: ArchiveID?
  /// The record that it belongs to.
  package var regarding: RecordLink?

  /// Makes a row.
  package init(
    kind: Kind, title: String, start: Int64?, end: Int64? = nil, isAllDay: Bool = false,
    isCancelled: Bool = false, location: String? = nil, organizer: PersonLink? = nil,
    message: ArchiveID? = nil, regarding: RecordLink? = nil
  ) {
    self.kind = kind
    self.title = title
    self.start = start
    self.end = end
    self.isAllDay = isAllDay
    self.isCancelled = isCancelled
    self.location = location
    self.organizer = organizer
    self.message = message
    self.regarding = regarding
  }
}

/// A page of appointments and tasks.
package struct AgendaPage: Sendable {
  /// The year that it has; `nil` for what is to come.
  package var year: Int?
  /// What is to come begins here, in seconds since 1970; of a year nothing is said by it.
  package var from: Int64
  /// The dates in order; those without one follow.
  package var rows: [AgendaRow]
  /// The years that there are pages of.
  package var years: [Int]

  /// Makes a page.
  package init(year: Int?, from: Int64, rows: [AgendaRow], years: [Int]) {
    self.year = year
    self.from = from
    self.rows = rows
    self.years = years
  }
}

/// An appointment or a task as a message's page tells of it.
package struct ActivityDetails: Hashable, Sendable {
  /// What it is.
  package var kind: AgendaRow.Kind
  /// The title.
  package var title: String
  /// What else there is to say, label by label, as `When` and `Where`.
  package var facts: [Fact]
  /// Whether it does not take place.
  package var isCancelled: Bool

  /// A label with a value.
  package struct Fact: Hashable, Sendable {
    /// The label.
    package var label: String
    /// The value.
    package var value: String

    /// Makes a fact.
    package init(label: String, value: String) {
      self.label = label
      self.value = value
    }
  }

  /// Makes an appointment or a task.
  package init(
    kind: AgendaRow.Kind, title: String, facts: [Fact], isCancelled: Bool = false
  ) {
    self.kind = kind
    self.title = title
    self.facts = facts
    self.isCancelled = isCancelled
  }
}
