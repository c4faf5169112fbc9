import ArgumentParser
import Tracking

extension OrgCommand {
  /// `org log`.
  struct Log: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "log",
      abstract: "Shows what the organization was asked: sender, recipients, subject, its answer.",
      discussion: """
        Questions about mail that it refused are kept only where its setting 'log-refused' says so: \
        then what is not tracked leaves these three fields behind. With --requests, what was sent for each \
        to an organization in Dynamics 365.
        """)

    @Argument(
      help: "The organization; the synchronizing one where absent.",
      completion: ShellCompletions.organizations)
    var name: String?

    @Option(parsing: .unconditional, help: "At most so many; 0 for all.")
    var limit = 50

    @Flag(help: "The requests that were sent, too, as they were sent.")
    var requests = false

    @OptionGroup var clock: ClockOptions

    @OptionGroup var display: DisplayOptions

    @OptionGroup var profile: ProfileOptions

    func run() throws {
      guard limit >= 0 else { throw CommandError(.usage, "--limit takes no negative number") }
      let opener = try profile.opener()
      let entry = try OrganizationOptions.entry(name, in: opener.profile)
      let (opened, _) = try OrganizationOptions.open(entry, of: opener, .readOrganization)
      let archive = try opened.archive()
      let questions = try archive.questions(limit: limit == 0 ? Int.max : limit)
      if display.json {
        for question in questions {
          let sent = requests ? try archive.requests(of: question) : nil
          print(try JSONOutput.line(QuestionObject(question, requests: sent)))
        }
        return
      }
      let text = Self.layout.text(questions.map(row), on: .standardOutput())
      guard requests else { return display.show(text) }
      // No column of the layout goes on below: each question is a line.
      var shown = ""
      for (line, question) in zip(text.split(separator: "\n"), questions) {
        shown += line + "\n"
        for request in try archive.requests(of: question) {
          shown += SentRequestText(request: request, dates: display.dates).text
        }
      }
      display.show(shown)
    }

    private static let layout = ColumnLayout(columns: [
      ColumnLayout.Column(style: .cyan), ColumnLayout.Column(),
      ColumnLayout.Column(minimum: 10, readiness: 3), ColumnLayout.Column(style: .yellow),
      ColumnLayout.Column(minimum: 10, readiness: 4), ColumnLayout.Column(minimum: 8, readiness: 8),
      ColumnLayout.Column(minimum: 8, readiness: 3),
    ])

    private func row(_ question: LoggedQuestion) -> [String] {
      [
        display.dates.long(question.askedAt), question.isAccepted ? "yes" : "no",
        question.code.map { "\($0.name) (\($0.rawValue))" } ?? "asked to track",
        question.mail.map { "mail \($0)" } ?? "-", question.sender ?? "nobody",
        question.recipients.joined(separator: ", "), question.subject,
      ]
    }
  }
}
