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

  @OptionGroup var profile: ProfileOptions

  func run() throws {
    let opener = try profile.opener()
    let input = try message.input()
    let report = try MessageTracker(opener: opener, purpose: .explain)
      .track(input.readHeader(), of: input, message.arrival)
    if json {
      print(try JSONOutput.line(ReportObject(report: report)))
    } else {
      print(ReportText(report).text, terminator: "")
    }
  }
}
