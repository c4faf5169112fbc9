import ArgumentParser
import CSystem
import Glibc
import InternetMessage
import MailPipeline
import Mailboxes
import Tracking

/// `batch`.
struct BatchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "batch",
    abstract: "Brings in the mail of Maildirs, mboxes and other folders, each message once.",
    discussion: """
      In the order in which it arrived, by the way that the filter goes. Nothing in a mailbox is \
      changed. What was decided about before is not looked at again; run it as often as you like.
      """)

  @Argument(
    help: "Maildirs, mboxes, other mail folders, files; '-' reads their names from stdin.",
    completion: .file())
  var paths: [String] = []

  @Flag(name: .customShort("0"), help: "The names on stdin end with NUL instead of newline.")
  var nul = false

  @Option(
    parsing: .unconditionalSingleValue,
    help: "Only this folder and those in it, trash and drafts, too; may be given again.")
  var folder: [String] = []

  @Flag(help: "The owner of the mailbox wrote all of it.")
  var sent = false

  @Option(help: "The owner of the mailbox that all of it came through.")
  var mailbox: String?

  @Option(help: "Only what arrived then or later: 2026-01-31, yesterday, 2026-01, 90d, a time.")
  var since: String?

  @Option(help: "Only what arrived before.")
  var until: String?

  @Option(
    parsing: .unconditional, help: "At most so many messages, 0 for all; the next run goes on.")
  var limit: Int?

  @Option(help: "So many threads read and parse (default: one a core).")
  var jobs: Int?

  @Flag(help: "Looks again at what was decided about before.")
  var again = false

  @Flag(help: "Says what would be done and writes nothing.")
  var dryRun = false

  @Flag(help: "One line for each message.")
  var explain = false

  @Flag(help: "JSON, one object a line, instead of text.")
  var json = false

  @OptionGroup var profile: ProfileOptions

  func run() throws {
    let opener = try profile.opener(patience: BatchRun.patience)
    // What cannot change by itself is nothing to try again.
    guard opener.profile.synchronizing != nil else {
      throw CommandError(
        .configuration,
        opener.profile.organizations.isEmpty
          ? "the profile has no organization; see 'org add'"
          : "no organization receives mail; name one: crm-mailfilter org synchronize NAME")
    }
    let options = try options(opener)
    csystem_catch_interrupts()
    let observer = BatchPrinter(explains: explain, isJSON: json)
    let start = csystem_monotonic()
    let summary = try BatchRun(
      options: options, opener: opener,
      temporaryFolders: HostEnvironment.process.temporaryFolders
    ).run(observer: observer)
    observer.clear()
    let seconds = Double(csystem_monotonic() - start) / 1e9
    if json {
      print(try JSONOutput.line(BatchObject(summary: summary, isDryRun: dryRun)))
    } else {
      print(
        BatchText(
          summary: summary, seconds: seconds, isDryRun: dryRun,
          narrowed: opener.profile.narrowedRules
        ).text, terminator: "")
    }
    if summary.isInterrupted {
      throw CommandError(.temporaryFailure, "interrupted; run it again to go on")
    }
    if !summary.failures.isEmpty {
      throw CommandError(
        .temporaryFailure,
        "not all could be read" + (dryRun ? "" : "; see 'failures', and run it again"))
    }
  }

  private func options(_ opener: OrganizationOpener) throws -> BatchOptions {
    var options = BatchOptions(paths: try mailPaths())
    options.folders = folder.map(ArgumentBytes.path)
    options.isSent = sent
    if let mailbox {
      guard let address = AddrSpec(mailbox),
        let found = opener.profile.mailboxes.first(where: {
          $0.owner == address || $0.addresses.contains(address)
        })
      else { throw CommandError(.usage, "'\(mailbox)' is no mailbox of the profile") }
      options.mailbox = found.owner
    }
    options.since = try since.map { try TimeArgument.seconds($0, option: "--since") }
    options.until = try until.map { try TimeArgument.seconds($0, option: "--until") }
    if let limit {
      guard limit >= 0 else { throw CommandError(.usage, "--limit takes no negative number") }
      options.limit = limit == 0 ? nil : limit
    }
    if let jobs, !(1...256).contains(jobs) {
      throw CommandError(.usage, "--jobs takes a number from 1 to 256")
    }
    options.jobs = jobs ?? max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
    options.isDryRun = dryRun
    options.isAgain = again
    return options
  }

  private func mailPaths() throws -> [MailPath] {
    let readsNames = paths.contains("-") || nul
    guard !paths.isEmpty || readsNames else {
      throw CommandError(.usage, "batch needs a path: a Maildir, an mbox, a folder or a file")
    }
    let named = paths.filter { $0 != "-" }.map { MailPath(ArgumentBytes.bytes(of: $0)) }
    return try readsNames
      ? named + NameReader.names(endedBy: nul ? 0 : UInt8(ascii: "\n")).map { MailPath($0) }
      : named
  }
}
