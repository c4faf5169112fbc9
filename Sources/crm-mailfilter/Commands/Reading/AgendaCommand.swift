import ArgumentParser
import InternetMessage
import Tracking

/// `agenda`.
struct AgendaCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "agenda",
    abstract: "Lists appointments and tasks that came with tracked mail, by their dates.",
    discussion: """
      Invitation, update, cancellation and answers are one appointment. Without --from it begins \
      today, without --to it ends after 30 days. Tasks without a date stand at the end.
      """)

  @Argument(
    help: "Only what mail that this query of 'search' finds says of.",
    completion: ShellCompletions.queries)
  var query: [String] = []

  @Option(help: "What ends before is left out: 2026-01, 2026-01-31, yesterday, a time.")
  var from: String?

  @Option(help: "What begins then or later is left out.")
  var to: String?

  @OptionGroup var clock: ClockOptions

  @OptionGroup var display: DisplayOptions

  @OptionGroup var organization: OrganizationOptions

  /// So many days are shown where nothing is said.
  private static let days: Int64 = 30

  func run() throws {
    let today = CivilClock.local.day(TextOutput.now)
    let start =
      try from.map { try TimeArgument.seconds($0, option: "--from") }
      ?? CivilClock.local.moment(today, 0)
    let first = CivilClock.local.day(start)
    let end =
      try to.map { try TimeArgument.seconds($0, option: "--to") }
      ?? CivilClock.local.moment(
        CivilClock.Day(first.year, first.month, first.day + Self.days), 0)
    guard start < end else {
      throw CommandError(.usage, "--to must be later than --from")
    }
    var query = CopyQuery()
    if !self.query.isEmpty {
      query.search = try SearchQueryParser.parse(
        QueryArguments.text(self.query), now: TextOutput.now, clock: .local)
    }
    let (opened, onlyOf) = try organization.openToRead()
    query.visibleTo = onlyOf
    if query.search != nil { try opened.localState.indexForSearch() }
    let agenda = Agenda(
      MailActivity.all(of: try opened.archive().calendar(of: query)), from: start, until: end)
    if display.json {
      for date in agenda.dates {
        print(
          try JSONOutput.line(
            ActivityObject(
              activity: date.source.activity, mail: date.source.copies.map(\.rawValue), date: date))
        )
      }
    } else {
      display.show(agenda.text(on: .standardOutput(), dates: display.dates))
    }
    let unread = try opened.archive().countOfUnread(query)
    if unread > 0 {
      Terminal.tell(
        "\(unread) \(unread == 1 ? "copy has its" : "copies have their") content elsewhere: what "
          + "\(unread == 1 ? "it says" : "they say") of appointments is known once 'show' fetched it"
      )
    }
  }
}
