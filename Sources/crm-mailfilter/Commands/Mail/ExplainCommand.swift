import ArgumentParser
import MailPipeline

/// `explain`.
struct ExplainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain",
    abstract: "Says what the filter would do with a message.")

  @OptionGroup var message: MessageOptions

  @Flag(help: "One JSON object instead of text.")
  var json = false

  @Flag(help: "Ask an organization that is elsewhere now, as 'sync' would.")
  var ask = false

  @OptionGroup var profile: ProfileOptions

  func run() throws {
    var opener = try profile.opener()
    opener.asksElsewhere = ask
    let input = try message.input()
    let report = try MessageTracker(opener: opener, purpose: .explain)
      .track(input.readHeader(), of: input, message.arrival)
    if json {
      print(try JSONOutput.line(ReportObject(report: report)))
    } else {
      print(ReportText(report).text(on: .standardOutput()), terminator: "")
    }
  }
}
