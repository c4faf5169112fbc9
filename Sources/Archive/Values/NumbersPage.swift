/// Mail in numbers.
package struct NumbersPage: Sendable {
  /// A line of a statistic.
  package struct Line: Hashable, Sendable {
    /// What has these numbers.
    package enum Subject: Hashable, Sendable {
      /// A record; `nil` for mail that belongs to none.
      case record(RecordLink?)
      /// A rule by its name; `nil` for mail that no rule asked for.
      case rule(String?)
    }
    /// What has these numbers.
    package var subject: Subject
    /// How many messages came in.
    package var incoming: Int
    /// How many went out.
    package var outgoing: Int

    /// Makes a line.
    package init(_ subject: Subject, incoming: Int, outgoing: Int) {
      self.subject = subject
      self.incoming = incoming
      self.outgoing = outgoing
    }
  }
  /// So many records and rules are named; what the others have stands in one line.
  package static let lines = 20

  /// The months in order.
  package var months: [MonthRow]
  /// The records, the most mail first; all of them.
  package var records: [Line]
  /// The rules, the most mail first; all of them.
  package var rules: [Line]
  /// The size of all messages in bytes.
  package var size: Int

  /// Makes the page.
  package init(months: [MonthRow], records: [Line], rules: [Line], size: Int) {
    self.months = months
    self.records = records
    self.rules = rules
    self.size = size
  }
}
