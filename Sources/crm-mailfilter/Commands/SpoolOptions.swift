import ArgumentParser
import MailPipeline

/// Which spool a command is about.
struct SpoolOptions: ParsableArguments {
  @Option(help: "The spool's folder instead of the usual one.")
  var spool: String?

  /// The spool.
  ///
  /// - Throws: `SpoolError.noPlace`.
  func open() throws -> Spool {
    guard let path = spool ?? HostEnvironment.process.spoolFolder else { throw SpoolError.noPlace }
    return Spool(path: path)
  }
}
