import ArgumentParser
import Glibc
import InternetMessage
import MailPipeline
import Mailboxes
import Tracking
import TrackingStore

/// `explain`.
struct ExplainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain",
    abstract: "Says what the filter would do with a message, and why; writes nothing.")

  @Argument(help: "A file with one message; stdin where it is absent or '-'.")
  var file: String?

  @Flag(help: "One JSON object instead of text.")
  var json = false

  @OptionGroup var profile: ProfileOptions

  @Option(parsing: .unconditionalSingleValue, help: "An envelope recipient; may be given again.")
  var recipient: [String] = []

  @Option(parsing: .unconditional, help: "The envelope sender; '<>' for none.")
  var sender: String?

  @Flag(help: "The owner of the mailbox wrote the message.")
  var sent = false

  func run() throws {
    let opener = try profile.opener()
    let descriptor = try openMessage()
    let input = MessageInput(
      descriptor: descriptor, temporaryFolders: HostEnvironment.process.temporaryFolders)
    let arrival = Arrival(
      envelope: EnvelopeReader.envelope(sender: sender, recipients: recipient, environment: nil),
      isSent: sent, seenAt: TextOutput.now)
    let report = try MessageTracker(opener: opener, purpose: .explain)
      .track(input.readHeader(), of: input, arrival)
    if json {
      print(try JSONOutput.line(ReportObject(report: report)))
    } else {
      print(ReportText(report).text, terminator: "")
    }
  }

  private func openMessage() throws -> Int32 {
    guard let file, file != "-" else { return 0 }
    let descriptor = open(file, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw FileError(path: file, code: errno) }
    return descriptor
  }
}
