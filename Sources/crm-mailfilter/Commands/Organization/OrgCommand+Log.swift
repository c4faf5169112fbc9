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
        then what is not tracked leaves these three fields behind.
        """)

    @Argument(help: "The organization; the synchronizing one where absent.")
    var name: String?

    @Option(help: "At most so many; 0 for all.")
    var limit = 50

    @Flag(help: "One JSON object a line instead of text.")
    var json = false

    @OptionGroup var profile: ProfileOptions

    func run() throws {
      guard limit >= 0 else { throw CommandError(.usage, "--limit takes no negative number") }
      let opener = try profile.opener()
      let entry = try OrganizationOptions.entry(name, in: opener.profile)
      let (opened, _) = try OrganizationOptions.open(entry, of: opener, .readOrganization)
      let questions = try opened.archive().questions(limit: limit == 0 ? Int.max : limit)
      if json {
        for question in questions { print(try JSONOutput.line(QuestionObject(question))) }
      } else {
        print(TextOutput.table(questions.map(row)), terminator: "")
      }
    }

    private func row(_ question: LoggedQuestion) -> [String] {
      [
        TextOutput.date(question.askedAt), question.isAccepted ? "yes" : "no",
        question.code.map { "\($0.name) (\($0.rawValue))" } ?? "asked to track",
        question.mail.map { "mail \($0)" } ?? "-", question.sender ?? "nobody",
        question.recipients.joined(separator: ", "), question.subject,
      ]
    }
  }
}
