import ArgumentParser
import MailPipeline

extension FailuresCommand {
  /// `failures show`.
  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "show", abstract: "Writes a waiting message as it came.")

    @Argument(help: "The name that 'failures' lists.")
    var name: String

    @OptionGroup var spool: SpoolOptions

    func run() throws {
      try spool.open().message(ofEntry: name) { try StandardOutput.shared.write($0) }
    }
  }
}
