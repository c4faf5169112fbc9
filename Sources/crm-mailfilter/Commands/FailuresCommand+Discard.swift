import ArgumentParser
import MailPipeline

extension FailuresCommand {
  /// `failures discard`.
  struct Discard: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "discard",
      abstract: "Takes messages out of the spool untracked; the mailbox keeps its own.")

    @Argument(help: "The names that 'failures' lists.")
    var names: [String]

    @OptionGroup var spool: SpoolOptions

    func run() throws {
      let spool = try spool.open()
      // All of them or none: a mistyped name discards nothing.
      for name in names where !spool.hasEntry(name) { throw SpoolError.noEntry(name) }
      for name in names { try spool.remove(name: name) }
    }
  }
}
