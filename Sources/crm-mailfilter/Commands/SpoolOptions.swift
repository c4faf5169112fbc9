import ArgumentParser
import MailPipeline

/// Which spool a command is about.
struct SpoolOptions: ParsableArguments {
  @Option(help: "The spool's folder instead of the usual one.")
  var spool: String?

  /// The spool.
  ///
  /// - Throws: `SpoolError` where there is no place for it, or it is not safe; `FileError`.
  func open() throws -> Spool {
    guard let path = spool ?? HostEnvironment.process.spoolFolder else { throw SpoolError.noPlace }
    let spool = Spool(path: path)
    try spool.check()
    return spool
  }
}
