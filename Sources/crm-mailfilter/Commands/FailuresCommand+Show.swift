import ArgumentParser
import MailPipeline
import Mailboxes

extension FailuresCommand {
  /// `failures show`.
  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "show", abstract: "Writes a waiting message as it came.")

    @Argument(help: "The name that 'failures' lists.")
    var name: String

    @OptionGroup var spool: SpoolOptions

    func run() throws {
      let output = MessageOutput(descriptor: 1)
      try spool.open().message(ofEntry: name) { try output.write($0) }
      try output.finish()
    }
  }
}
