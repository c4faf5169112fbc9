/// What a copy says of an appointment or a task.
package struct CalendarEntry: Sendable {
  /// The copy.
  package var copy: CopyID
  /// What it says.
  package var word: CalendarWord

  /// Makes one.
  package init(copy: CopyID, word: CalendarWord) {
    self.copy = copy
    self.word = word
  }
}

/// An appointment or a task with the mail that it is made of.
package struct MailActivity: Sendable {
  /// Its state.
  package var activity: CalendarActivity
  /// The copies that say something of it, in the order in which they arrived.
  package var copies: [CopyID]

  /// What some entries make together.
  ///
  /// - Parameter entries: The entries in the order in which they arrived.
  /// - Returns: The appointments and tasks.
  package static func all(of entries: [CalendarEntry]) -> [MailActivity] {
    CalendarMerger.activities(of: entries.map(\.word)).map { activity in
      var seen: Set<CopyID> = []
      return MailActivity(
        activity: activity,
        copies: activity.sources.map { entries[$0].copy }.filter { seen.insert($0).inserted })
    }
  }
}
