import ArgumentParser
import CSystem
import MailPipeline
import System
import Tracking

/// `sync`.
struct SyncCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sync",
    abstract: "Asks organizations elsewhere about what waits for them, and hands it over.",
    discussion: """
      What became of copies there is taken over first. Nothing is printed but what fails and the sum. \
      Status 0 where nothing waits, 75 where some does, 77 where the organization does not let this \
      user in, 65 where some is among 'failures'. One that is disconnected is not asked.

      With --follow it goes on: at once where mail comes to wait, else after the interval, more and \
      more seldom while the organization cannot be reached, until a signal ends it, with 0.
      """)

  @Argument(help: "The organization instead of all that are elsewhere.")
  var name: String?

  @Option(help: "How long an answer may take, in seconds.")
  var timeLimit = 60

  @Flag(help: "Go on, as a service; what is done and what fails is printed when it changes.")
  var follow = false

  @Option(help: "With --follow, ask for changes every so many seconds.")
  var interval = 30

  @Flag(help: "Show what a program writes to its standard error.")
  var showErrors = false

  @OptionGroup var spool: SpoolOptions

  @OptionGroup var profile: ProfileOptions

  func validate() throws {
    guard (1...86_400).contains(timeLimit) else {
      throw ValidationError("--time-limit takes a number of seconds from 1 to 86400")
    }
    guard (1...86_400).contains(interval) else {
      throw ValidationError("--interval takes a number of seconds from 1 to 86400")
    }
  }

  func run() throws {
    // The message in hand is finished; a second signal ends at once.
    csystem_catch_interrupts()
    if follow { return try goOn() }
    let present = try profile.load()
    // Another run does the same.
    let sync = try runner(patience: 0)
    var total = RemoteSync.Summary()
    for entry in try organizations(in: present) {
      // Somebody wants its mail to wait: that is no trouble where none does.
      guard entry.isConnected else {
        let waiting = try spool.open().entries().count { $0.organization == entry.name }
        print(
          SafeText.neutralised(
            "\(entry.name): disconnected, \(waiting) waiting; crm-mailfilter org connect \(entry.name)"
          ))
        total.waiting += waiting
        if waiting > 0 { total.trouble = total.trouble ?? "\(entry.name) is disconnected" }
        continue
      }
      let summary = try sync.run(entry) { note($0, $1) }
      for id in summary.leftThere {
        print(
          "\(entry.name): copy \(id) may be there, is not to be kept, and cannot be taken back from "
            + "here; look for it there")
      }
      print(SafeText.neutralised(line(entry, summary)))
      total.waiting += summary.waiting
      total.failed += summary.failed
      total.trouble = total.trouble ?? summary.trouble
      total.isUnauthorized = total.isUnauthorized || summary.isUnauthorized
    }
    if let error = error(total) { throw error }
  }

  func runner(patience: Int) throws -> RemoteSync {
    var asking = RemoteAsking()
    asking.timeLimit = timeLimit * 1_000
    asking.showsErrors = showErrors
    asking.patience = patience
    // Nobody sits before a service.
    asking.prompt = follow ? nil : TerminalPrompt.present
    var environment = HostEnvironment.process
    // A service opens them again and again.
    environment.keepsStoresOpen = false
    return RemoteSync(
      spool: try spool.open(), profilePath: try profile.path(), environment: environment,
      deadline: Deadline(millisecondsOfEachTurn: RetryCommand.patience), now: TextOutput.now,
      asking: asking)
  }

  func organizations(in profile: Profile) throws -> [OrganizationEntry] {
    guard let name else {
      let found = profile.organizations.filter(\.isElsewhere)
      guard !found.isEmpty else {
        throw CommandError(.usage, "no organization of the profile is elsewhere; see 'org add'")
      }
      return found
    }
    let entry = try OrganizationOptions.entry(name, in: profile)
    guard entry.isElsewhere else {
      throw CommandError(
        .usage, "\(name) is on this machine; 'retry' brings in what waits for it")
    }
    return [entry]
  }

  func note(_ entry: SpoolEntry, _ outcome: SpoolDrain.Outcome) {
    guard case .failed(let failure) = outcome, !failure.isGeneral else { return }
    print(SafeText.neutralised("\(entry.name): \(failure)"))
  }

  func line(_ entry: OrganizationEntry, _ summary: RemoteSync.Summary) -> String {
    var parts = ["\(summary.decided) decided", "\(summary.waiting) waiting"]
    if summary.failed > 0 { parts.append("\(summary.failed) failed") }
    return "\(entry.name): \(parts.joined(separator: ", "))"
  }

  private func error(_ total: RemoteSync.Summary) -> CommandError? {
    if total.isUnauthorized {
      return CommandError(.noPermission, total.trouble ?? "not let in")
    }
    if let trouble = total.trouble { return CommandError(.temporaryFailure, trouble) }
    if total.waiting > 0 {
      return CommandError(.temporaryFailure, "not all is brought in; see 'failures'")
    }
    return total.failed > 0
      ? CommandError(.data, "some is left to you; see 'failures'") : nil
  }
}
