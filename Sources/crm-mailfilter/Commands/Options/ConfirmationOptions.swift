import ArgumentParser
import Glibc
import MailPipeline
import System

/// Whether somebody must say yes before a command goes on.
struct ConfirmationOptions: ParsableArguments {
  @Flag(help: "Do not ask.")
  var yes = false

  /// Asks on a terminal.
  ///
  /// - Throws: `CommandError` where the answer is no, or where nobody can be asked.
  func confirm(_ what: String) throws {
    if yes { return }
    guard isatty(0) == 1 else {
      throw CommandError(.usage, "\(what) Nobody is there to ask: add --yes")
    }
    let question = SafeText.neutralised("\(what) Go on? [y/N]")
    SystemLog.standardError(Terminal.standardError().fitted(question) + " ")
    let answer = readLine()
    // The next line begins at its start.
    if answer == nil { SystemLog.standardError("\n") }
    guard ["y", "yes"].contains(answer?.lowercased()) else { throw CommandError.nothingChanged }
  }
}
